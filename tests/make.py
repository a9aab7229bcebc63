"""Rows for tests: one function per noun, keyword arguments only, sensible values for whatever is left out.

    example = make.example(project=project)
    response = make.response(example=example, text="Blue.")

They write rows directly; where a test is about a verb, call the verb.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from feedback import models as m
from feedback.examples.hashes import conversation_hash, text_hash

NUMBERS = count(1)


def user(*, name: str = "", email: str = "", **fields: Any) -> m.User:
    """A person with the password "a-good-long-password"."""
    name = name or f"Person {next(NUMBERS)}"
    email = email or f"{name.lower().replace(' ', '.')}@example.org"
    return m.User.objects.create_user(email, "a-good-long-password", name=name, **fields)


def project(*, slug: str = "", owner: m.User | None = None, **fields: Any) -> m.Project:
    """A project with an uncapped budget."""
    slug = slug or f"project-{next(NUMBERS)}"
    fields.setdefault("name", slug.replace("-", " ").capitalize())
    fields.setdefault("budget", m.Budget.objects.create())
    row = m.Project.objects.create(slug=slug, **fields)
    if owner is not None:
        member(project=row, user=owner, role="owner")
    return row


def member(*, project: m.Project, user: m.User, role: str = "reviewer") -> m.Member:
    """A person in a project."""
    return m.Member.objects.create(project=project, user=user, role=role)


def rater(*, project: m.Project, user: m.User | None = None, **fields: Any) -> m.Rater:
    """A person's rater, or an imported one."""
    if user is not None:
        there = m.Rater.objects.filter(project=project, user=user).first()
        return there or m.Rater.objects.create(project=project, user=user, kind="person", name=str(user), **fields)
    fields.setdefault("name", f"Rater {next(NUMBERS)}")
    return m.Rater.objects.create(project=project, kind=fields.pop("kind", "imported"), **fields)


def example(
    *, project: m.Project, request: str = "", messages: list[dict[str, str]] | None = None, **fields: Any
) -> m.Example:
    """An example in the split `feedback`; `request` is its one user message."""
    messages = messages or [{"role": "user", "content": request or f"What is {next(NUMBERS)} plus one?"}]
    last = m.Example.objects.filter(project=project).order_by("-number").first()
    fields.setdefault("number", last.number + 1 if last else 1)
    fields.setdefault("split", "feedback")
    return m.Example.objects.create(
        project=project, messages=messages, content_hash=conversation_hash(messages), **fields
    )


def response(*, example: m.Example, text: str = "", **fields: Any) -> m.Response:
    """An imported response."""
    text = text or f"The answer is {next(NUMBERS)}."
    fields.setdefault("origin", "imported")
    return m.Response.objects.create(example=example, text=text, content_hash=text_hash(text), **fields)


def pair(*, project: m.Project, **fields: Any) -> tuple[m.Response, m.Response]:
    """Two responses to one new example."""
    row = example(project=project, **fields)
    return response(example=row), response(example=row)


def refined(*, response: m.Response, run: m.Run | None = None, text: str = "", **fields: Any) -> m.Response:
    """What a run made of `response`: item, finished step and the new response."""
    run = run or make_run(project=response.example.project, state="finished")
    step_row = step(item=item(run=run, start=response), state="done")
    text = text or f"{response.text} Said better."
    fields = {"model": "simulated", "simulated": True, **fields}
    row = m.Response.objects.create(
        example=response.example, text=text, content_hash=text_hash(text), origin="refined", parent=response,
        produced_by=step_row, **fields,
    )  # fmt: skip
    m.RunItem.objects.filter(pk=step_row.item_id).update(state="done", result=row)
    return row


def rating(*, response: m.Response, rater: m.Rater, score: int = 4, **fields: Any) -> m.Rating:
    """A score out of five."""
    return m.Rating.objects.create(response=response, score=score, **judged(response, rater, fields))


def critique(*, response: m.Response, rater: m.Rater, text: str = "Too long.", **fields: Any) -> m.Critique:
    """A critique; pass polarity="kudos" for praise."""
    fields.setdefault("polarity", "critique")
    return m.Critique.objects.create(response=response, text=text, **judged(response, rater, fields))


def preference(*, a: m.Response, b: m.Response, rater: m.Rater, outcome: str = "a", **fields: Any) -> m.Preference:
    """A preference between two responses."""
    fields.setdefault("protocol", "pair")
    fields.setdefault("shown", {"order": [a.pk, b.pk]})
    return m.Preference.objects.create(response_a=a, response_b=b, outcome=outcome, **judged(a, rater, fields))


def edit(*, response: m.Response, rater: m.Rater, text: str = "Rewritten.", **fields: Any) -> m.Edit:
    """A rewrite with the response it makes."""
    result = m.Response.objects.create(
        example=response.example,
        text=text,
        content_hash=text_hash(text),
        origin="edited",
        parent=response,
        author=rater,
    )
    return m.Edit.objects.create(response=response, result=result, **judged(response, rater, fields))


def span(*, response: m.Response, rater: m.Rater, start: int | None = 0, end: int | None = 3, **fields: Any) -> m.Span:
    """A mark on a piece of the response; start=None is an omission."""
    fields.setdefault("category", "wrong")
    quote = "" if start is None else response.text[start:end]
    place = {"start": start, "end": None if start is None else end, "quote": quote}
    return m.Span.objects.create(response=response, **place, **judged(response, rater, fields))


def principle(
    *, project: m.Project, effect: str = "", domain: str = "", source: Any = None, **fields: Any
) -> m.Principle:
    """A drafted principle with one version and, if `source` is given, its evidence."""
    fields.setdefault("number", m.Principle.objects.filter(project=project).count() + 1)
    row = m.Principle.objects.create(project=project, **fields)
    m.PrincipleVersion.objects.create(
        principle=row, number=1, domain=domain, effect=effect or f"Say {next(NUMBERS)} things briefly."
    )
    if source is not None:
        m.Evidence.objects.create(principle=row, **{type(source).__name__.lower(): source})
    return row


def constitution(*, project: m.Project, principles: list[m.Principle] | None = None, **fields: Any) -> m.Constitution:
    """The next constitution, of the newest versions of these principles (one new principle when none are given)."""
    principles = [principle(project=project)] if principles is None else principles
    fields.setdefault("number", m.Constitution.objects.filter(project=project).count() + 1)
    row = m.Constitution.objects.create(project=project, change=fields.pop("change", "A change"), **fields)
    for position, one in enumerate(principles, 1):
        newest = one.versions.order_by("-number").first()
        assert newest is not None
        m.Article.objects.create(constitution=row, position=position, version=newest)
    return row


def run(*, project: m.Project, **fields: Any) -> m.Run:
    """A queued run of cai_revision with the simulated model."""
    fields.setdefault("number", m.Run.objects.filter(project=project).count() + 1)
    fields.setdefault("strategy", "cai_revision")
    fields.setdefault("model", "simulated")
    fields.setdefault("simulated", True)
    fields.setdefault("budget", m.Budget.objects.create())
    return m.Run.objects.create(project=project, **fields)


make_run = run


def item(*, run: m.Run, start: m.Response, **fields: Any) -> m.RunItem:
    """One response under refinement."""
    fields.setdefault("position", m.RunItem.objects.filter(run=run).count())
    return m.RunItem.objects.create(run=run, start=start, **fields)


def step(*, item: m.RunItem, **fields: Any) -> m.Step:
    """One step of an item."""
    fields.setdefault("key", f"step-{next(NUMBERS)}")
    fields.setdefault("position", m.Step.objects.filter(item=item).count())
    fields.setdefault("part", "reviser")
    fields.setdefault("name", "under_principle")
    return m.Step.objects.create(run=item.run, item=item, **fields)


def drafting(*, source: Any, **fields: Any) -> m.Drafting:
    """A request to draft a principle from a critique, a preference or an edit."""
    return m.Drafting.objects.create(project=source.project, **{type(source).__name__.lower(): source}, **fields)


def model_call(*, project: m.Project, **fields: Any) -> m.ModelCall:
    """A settled call to the simulated model."""
    given = {
        "slot": f"slot-{next(NUMBERS)}", "role": "reviser", "state": "settled", "model": "simulated", "simulated": True,
        "prompt_name": "revise_under_principle", "prompt_hash": "0" * 64, "worst_tokens": 100, "input_tokens": 40,
        "output_tokens": 20,
    }  # fmt: skip
    return m.ModelCall.objects.create(project=project, **{**given, **fields})


def judged(response: m.Response, rater: m.Rater, fields: dict[str, Any]) -> dict[str, Any]:
    """The columns every kind of feedback needs."""
    given = {"project": response.example.project, "protocol": "single", "key": f"key-{next(NUMBERS)}"}
    return {**given, "rater": rater, **fields}


def queue(*, project: m.Project, items: int = 0, **fields: Any) -> m.Queue:
    """An open queue of so many new examples with a response each; its slots lie in the order of the items."""
    fields.setdefault("number", m.Queue.objects.filter(project=project).count() + 1)
    fields.setdefault("name", f"Queue {fields['number']}")
    fields.setdefault("order", "in-order")
    row = m.Queue.objects.create(project=project, **fields)
    for _ in range(items):
        queue_item(queue=row)
    return row


def queue_item(
    *, queue: m.Queue, a: m.Response | None = None, b: m.Response | None = None, **fields: Any
) -> m.QueueItem:
    """An item with all its free slots (a gold item has none until somebody is shown it)."""
    a = a or response(example=example(project=queue.project))
    row = m.QueueItem.objects.create(queue=queue, example=a.example, response_a=a, response_b=b, **fields)
    if row.gold is None:
        for number in range(1, queue.raters_each + 1):
            m.Slot.objects.create(item=row, queue=queue, number=number, rank=row.pk)
    return row


def errand(*, example: m.Example, by: m.User, kind: str = "generate", **fields: Any) -> m.Errand:
    """Something a model is asked for from the desk, waiting."""
    fields.setdefault("key", f"key-{next(NUMBERS)}")
    return m.Errand.objects.create(project=example.project, example=example, kind=kind, asked_by=by, **fields)


def gold_slot(*, item: m.QueueItem, rater: m.Rater) -> m.Slot:
    """A rater's claimed place at a gold item."""
    until = timezone.now() + timedelta(hours=1)
    return m.Slot.objects.create(
        item=item, queue=item.queue, number=item.slots.count() + 1, rank=-1, reserved_for=rater, rater=rater,
        state="claimed", claimed_until=until,
    )  # fmt: skip


def trial(*, project: m.Project, kind: str = "reconstruction", **fields: Any) -> m.Trial:
    """A test of principles, waiting."""
    fields.setdefault("number", m.Trial.objects.filter(project=project).count() + 1)
    fields.setdefault("model", "simulated")
    fields.setdefault("simulated", True)
    return m.Trial.objects.create(project=project, kind=kind, **fields)


def group(
    *, project: m.Project, critiques: list[m.Critique] | None = None, principles: list[m.Principle] | None = None,
    **fields: Any,
) -> m.Group:  # fmt: skip
    """A group of comments, or of drafts."""
    of = "drafts" if principles else "comments"
    grouping = fields.pop("grouping", None) or m.Grouping.objects.create(project=project, of=of, embedder="test@1")
    row = m.Group.objects.create(grouping=grouping, **{"kind": "topic", "label": "A topic", **fields})
    row.critiques.set(critiques or [])
    row.principles.set(principles or [])
    return row


def motion(*, principle: m.Principle, by: m.User | None = None, **fields: Any) -> m.Motion:
    """An open motion to adopt a principle in its newest words."""
    fields.setdefault("number", m.Motion.objects.filter(project=principle.project).count() + 1)
    fields.setdefault("quorum", principle.project.quorum)
    fields.setdefault("version", principle.versions.order_by("-number").first())
    return m.Motion.objects.create(project=principle.project, kind="adopt", principle=principle, opened_by=by, **fields)


def experience(*, project: m.Project | None = None, approved: bool = True, **fields: Any) -> m.Experience:
    """An approved lesson of a project; with `user` and no project, of a person."""
    fields.setdefault("kind", "lesson")
    fields.setdefault("tier", "project" if project else "person")
    fields.setdefault("explanation", f"Lesson {next(NUMBERS)}: say it plainly.")
    if approved:
        fields.setdefault("approved_at", timezone.now())
    return m.Experience.objects.create(project=project, **fields)


def chat(*, project: m.Project, by: m.User, text: str = "", **fields: Any) -> m.ChatTurn:
    """A talk in the playground with its first message, whose replies wait."""
    from feedback.principles.playground.chats import open_chat

    return open_chat(project, text=text or f"What is {next(NUMBERS)} plus two?", by=by, **fields)
