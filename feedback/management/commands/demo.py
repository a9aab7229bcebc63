"""`manage.py demo`: the project every page of which has something to look at. Twice changes nothing; half-way goes on.

Needs no user: the first owner takes the project in. The simulated model answers, whatever model is set up, so that the
demo costs nothing. What it is made of is in `feedback/demo/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from feedback.capture.critiques import record_critique
from feedback.capture.edits import record_edit
from feedback.capture.preferences import record_preference
from feedback.capture.ratings import record_rating
from feedback.capture.spans import Marked, record_span
from feedback.datasets.importing import import_file
from feedback.desk.candidates import REFINED_PROTOCOL
from feedback.desk.errands import run_errand
from feedback.models import (
    ChatTurn,
    Critique,
    Edit,
    Evidence,
    Experience,
    Group,
    Grouping,
    JobState,
    Preference,
    Principle,
    Project,
    Rater,
    Response,
    Run,
    Trial,
)
from feedback.principles import governing  # noqa: F401  (errands are done under it)
from feedback.principles.constitutions import adopt, write_principle
from feedback.principles.criteria import confirm_criterion
from feedback.principles.drafting import ask_for_draft, draft
from feedback.principles.grouping import group_comments
from feedback.principles.memory import errands as errands_of_memory  # noqa: F401  (its kinds come with it)
from feedback.principles.memory.gathering import gather
from feedback.principles.memory.reflecting import ask_reflections
from feedback.principles.playground import chats
from feedback.principles.playground.saying import PROTOCOL
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.working import work_trial
from feedback.projects.raters import imported_rater
from feedback.projects.setup import create_project
from feedback.refinement import runs

FOLDER = Path(__file__).resolve().parents[2] / "demo"
SLUG = "demo"
REVIEWER = "Demo reviewer"
OUTPUTS = {1: "response_a", 2: "response_b"}
MOST_ROUNDS = 1000
SIMULATED = {"ANTHROPIC_API_KEY": "", "ANTHROPIC_BASE_URL": "", "SIMULATED_SECONDS": 0.0}
Said = dict[str, Critique | Edit]


class Command(BaseCommand):
    """Make the demo project, if it is not there yet."""

    help = "Make the demo project: real pairs, critiques, a constitution and a finished run. Twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing and say what is there."""
        words = json.loads((FOLDER / "words.json").read_text(encoding="utf-8"))
        with simulated_model():
            project = Project.objects.filter(slug=SLUG).first() or make_project(words)
            run = Run.objects.filter(project=project, number=1).first() or start(project, words)
            finish(run)
            talk(project, words["talk"])
            look_back(project, words["criterion"])
        compare(project, run, words)
        with simulated_model():
            remember(project)
        self.stdout.write(f"The demo project is there: {project.name} ({project.slug}).")


def look_back(project: Project, words: dict[str, Any]) -> None:
    """A criterion that was judged, and a reflection whose changes wait."""
    grouping = Grouping.objects.filter(project=project).first()
    if grouping is None:
        with transaction.atomic():
            grouping = group_comments(project, by=None)
            group = grouping.groups.get(kind=Group.Kind.TOPIC, critiques__key=f"demo-{words['about']}")
            given = {name: words[name] for name in ("metric", "domain", "effect")}
            confirm_criterion(group, by=None, **given)
            open_trial(project, kind=Trial.Kind.CRITERION, by=None, parameters={"group": group.pk})
            open_trial(project, kind=Trial.Kind.REFLECT, by=None)
    for trial in Trial.objects.filter(project=project, state=JobState.WAITING).order_by("number"):
        while work_trial(trial.pk):
            pass


def remember(project: Project) -> None:
    """What was said becomes cases and changes, and a few finished items are learned from; all wait for approval."""
    if Experience.objects.filter(project=project).exists():
        return
    gather(project)
    for errand in ask_reflections(project, by=None, at_most=4):
        run_errand(errand.pk)


@contextmanager
def simulated_model() -> Iterator[None]:
    """Within it the simulated model answers, whatever is set up."""
    kept = {name: getattr(settings, name) for name in SIMULATED}
    try:
        for name, value in SIMULATED.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in kept.items():
            setattr(settings, name, value)


def make_project(words: dict[str, Any]) -> Project:
    """Everything but the run, all of it or nothing; then one draft by the simulated model."""
    with transaction.atomic():
        project = create_project(by=None, slug=SLUG, **words["project"])
        import_file(project, FOLDER / "pairs.json", by=None, filename="llmbar-natural-excerpt.json")
        said = say(project, imported_rater(project, REVIEWER), words)
        for wanted in words["principles"]:
            adopt(principle_from(project, wanted, said), by=None, reason=wanted["reason"])
        for wanted in words["drafts"]:
            principle_from(project, wanted, said)
        asked = ask_for_draft(said[words["ask_for_draft"]], by=None)
    draft(asked.pk)
    return project


def say(project: Project, rater: Rater, words: dict[str, Any]) -> Said:
    """The reviewer's ratings, words and rewrites; the latter two by their names."""
    for number, one in enumerate(words["ratings"]):
        record_rating(output(project, one), rater=rater, key=f"demo-rating-{number}", score=one["score"])
    for number, one in enumerate(words["marks"]):
        response = output(project, one)
        record_span(response, mark_in(response.text, one), rater=rater, key=f"demo-mark-{number}")
    said: Said = {}
    for one in words["words"]:
        how = {"rater": rater, "key": f"demo-{one['name']}", "polarity": one["polarity"], "text": one["text"]}
        said[one["name"]] = record_critique(output(project, one), **how)
    for one in words["rewrites"]:
        how = {"rater": rater, "key": f"demo-{one['name']}", "text": one["text"], "reason": one["reason"]}
        said[one["name"]] = record_edit(output(project, one), **how)
    return said


def mark_in(text: str, one: dict[str, Any]) -> Marked:
    """A mark on the piece of the text; without a piece an omission."""
    start = text.index(one["piece"]) if one["piece"] else None
    end = None if start is None else start + len(one["piece"])
    return Marked(start, end, one["category"], one.get("severity", ""), one.get("reason", ""), one.get("replacement"))


def output(project: Project, one: dict[str, Any]) -> Response:
    """The first or second output of the pair whose request begins so."""
    pair = pair_about(project, one["about"])
    response: Response = getattr(pair, OUTPUTS[one["output"]])
    return response


def pair_about(project: Project, about: str) -> Preference:
    """The labelled pair whose request begins so."""
    pairs = Preference.objects.filter(project=project, protocol="imported").select_related(
        "response_a__example__project"
    )
    found: Preference = pairs.select_related("response_a__example__project", "response_b__example__project").get(
        response_a__example__messages__0__content__startswith=about
    )
    return found


def principle_from(project: Project, wanted: dict[str, Any], said: Said) -> Principle:
    """A principle in the given words, with the feedback it was made from as its evidence."""
    principle = write_principle(project, by=None, domain=wanted["domain"], effect=wanted["effect"])
    for name in wanted["from"]:
        source = said[name]
        kind = "edit" if isinstance(source, Edit) else "critique"
        Evidence.objects.create(principle=principle, kind=Evidence.Kind.DERIVED, **{kind: source})
    return principle


def start(project: Project, words: dict[str, Any]) -> Run:
    """A run over the worse outputs of some pairs."""
    worse = [pair.rejected for about in words["refine"] if (pair := pair_about(project, about)).rejected]
    return runs.start_run(project, strategy="cai_revision", by=None, responses=worse, seed=1)


def finish(run: Run) -> None:
    """Do all the steps of a run here, without a worker. Steps that a worker took meanwhile are left to it."""
    for _ in range(MOST_ROUNDS):
        waiting = runs.advance(run.pk)
        if not waiting:
            break
        while waiting:
            outcome = runs.work(waiting.pop())
            waiting += outcome.steps
    run.refresh_from_db()


def talk(project: Project, words: dict[str, str]) -> None:
    """A talk in the playground: a message, a critique of a reply, and the turn run again with the principle it came to.

    Once it was run again it is whole, and what people made of it since is left alone.
    """
    ours = ChatTurn.objects.filter(chat__project=project, chat__made_by=None).order_by("pk")
    if ours.filter(rerun_of__isnull=False).exists():
        return
    turn = ours.first() or chats.open_chat(project, text=words["message"], by=None)
    how: Any = {"rater": imported_rater(project, REVIEWER), "key": "demo-talk", "protocol": PROTOCOL}
    said = record_critique(answered(turn), polarity="critique", text=words["critique"], **how)
    principle = draft(ask_for_draft(said, by=None).pk).principle
    if principle is not None:
        answered(chats.rerun(turn, tried=[principle.versions.latest("number")], by=None))


def answered(turn: ChatTurn) -> Response:
    """The first reply of a turn, once all are written."""
    rows = [run_errand(row.pk) for row in turn.errands.order_by("pk")]
    reply = rows[0].result
    assert reply is not None
    return reply


def compare(project: Project, run: Run, words: dict[str, Any]) -> None:
    """The reviewer's comparisons of the first refined answers with their originals."""
    rater = imported_rater(project, REVIEWER)
    items = run.items.filter(result__isnull=False).select_related("start__example__project", "result__example")
    for item, said in zip(items, words["comparisons"], strict=False):
        turned = item.position % 2 == 1
        a, b = (item.result, item.start) if turned else (item.start, item.result)
        refined = "a" if turned else "b"
        outcome = {"refined": refined, "original": "b" if turned else "a"}.get(said["outcome"], said["outcome"])
        strength = said["strength"] * {"a": -1, "b": 1}.get(outcome, 0)
        record_preference(
            a, b, rater=rater, key=f"demo-compared-{item.position}", protocol=REFINED_PROTOCOL, outcome=outcome,
            strength=strength, reason=said["reason"], shown={"order": [a.pk, b.pk], "seed": "demo"},
        )  # fmt: skip
