"""What the pages with two responses share: the two in a person's own order, the question about them, taking it down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest

from feedback.capture.critiques import record_critique
from feedback.capture.definition import Definition
from feedback.capture.forms import form_of
from feedback.capture.preferences import record_preference
from feedback.desk.diff import places_of, word_diff
from feedback.desk.queue import Order
from feedback.desk.submitting import submit
from feedback.errors import Refused
from feedback.forms.pairs import PairForm, as_answer
from feedback.models import Preference, Project, Response, Submission
from feedback.models.feedback import Feedback
from feedback.web.answering import person
from feedback.web.asked import Asked, ask, open_seal
from feedback.web.desk import said_key
from feedback.web.dialogue import Dialogue, Turn, turn_of
from feedback.web.thread import lines_of

PROTOCOL = "pair"
VIEWS = ("columns", "stacked")
VIEW_COOKIE = "pair-view"


@dataclass(frozen=True)
class Side:
    """One of the two as it is shown. `turns` are its own turns before the response; `differs` where it says something
    the other does not ("3-9 20-24", in code points of the text)."""

    name: str
    response: Response
    turns: list[Turn]
    differs: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """One pair as put to one person: in which order, by which way of asking, under which place in a queue."""

    order: Order
    protocol: str = PROTOCOL
    timing: str = Preference.Timing.NOW
    slot: int | None = None
    run: int | None = None

    @property
    def canonical(self) -> tuple[Response, Response]:
        """The two, the older one first."""
        low, high = sorted((self.order.first, self.order.second), key=lambda response: response.pk)
        return low, high

    @property
    def ids(self) -> list[int]:
        """The numbers of the two, the older one first."""
        return [response.pk for response in self.canonical]

    @property
    def shown_ids(self) -> list[int]:
        """The numbers of the two, the left one first."""
        return [self.order.first.pk, self.order.second.pk]

    @property
    def is_turned(self) -> bool:
        """Whether the younger one is shown left."""
        return self.shown_ids != self.ids


def two(project: Project, a: int, b: int) -> tuple[Response, Response]:
    """Two responses of this project to one example."""
    rows = Response.objects.filter(example__project=project, pk__in=[a, b])
    found = rows.select_related("example__project", "author").in_bulk()
    if len(found) != 2 or found[a].example_id != found[b].example_id:
        raise Http404("There is no such pair.")
    return found[a], found[b]


def standing(request: HttpRequest, question: Question) -> Preference | None:
    """This person's answer on the two that stands."""
    a, b = question.canonical
    rows = Preference.objects.standing().filter(
        response_a=a, response_b=b, protocol=question.protocol, timing=question.timing, rater__user=person(request)
    )
    return rows.select_related("rater", "response_a__example", "response_b").last()


def is_settled(request: HttpRequest, question: Question) -> bool:
    """Whether this person has answered the pair in hindsight too, where it is asked twice."""
    again = replace(question, timing=Preference.Timing.HINDSIGHT)
    return question.protocol != PROTOCOL or standing(request, again) is not None


def sight(request: HttpRequest, project: Project, question: Question, form: PairForm | None = None) -> dict[str, Any]:
    """All that a page with two responses shows; who wrote what only to one who has answered."""
    answered = standing(request, question)
    number, definition = form_of(project)
    first, second = question.order.first, question.order.second
    changes = word_diff(first.text, second.text)
    shared = shared_turns(first, second)
    return {
        "example": first.example,
        "dialogue": shared_dialogue(first, shared),
        "sides": [
            side("left", first, shared, places_of(changes, "removed")),
            side("right", second, shared, places_of(changes, "added")),
        ],
        "changes": changes,
        "view": view_of(request),
        "definition": definition,
        "form": form or empty_form(definition, answered, question),
        "answered": lines_of(project, [answered])[0] if answered else None,
        "blind": answered is None or (definition.hindsight and not is_settled(request, question)),
        "seal": kept_seal(request, project, question) or sealed(request, project, question, number),
        "slot": question.slot,
        "about": "pair-{}-{}".format(*question.ids),
        "draft_name": "{}-{}-{}-{}".format(question.protocol, *question.ids, answered.pk if answered else 0),
        "way": "pairs",
    }


def side(name: str, response: Response, shared: int, places: list[tuple[int, int]]) -> Side:
    """One of the two, with the turns of its own."""
    turns = [turn_of(response, index, message) for index, message in enumerate(response.messages)]
    return Side(name, response, turns[shared:], " ".join(f"{start}-{end}" for start, end in places))


def shared_turns(first: Response, second: Response) -> int:
    """How many turns the two have in common from the beginning."""
    count = 0
    for one, other in zip(first.messages, second.messages, strict=False):
        if one != other:
            break
        count += 1
    return count


def shared_dialogue(response: Response, shared: int) -> Dialogue:
    """What both answer: the turns they share, the last user message as the prompt."""
    turns = [turn_of(response, index, message) for index, message in enumerate(response.messages[:shared])]
    last = max((turn.index for turn in turns if turn.role == "user"), default=None)
    prompt = next((turn for turn in turns if turn.index == last), None)
    return Dialogue([turn for turn in turns if turn.index != last], prompt)


def empty_form(definition: Definition, answered: Preference | None, question: Question) -> PairForm:
    """The form before anything is chosen, or with the answer that stands."""
    initial = {}
    if answered is not None:
        initial = {"reason": answered.reason, "aspect": answered.aspect, "answer": as_answer(
            answered.outcome, answered.strength, turned=question.is_turned, graded=definition.strength
        )}  # fmt: skip
    return PairForm(initial=initial, definition=definition, about_two=question.timing == Preference.Timing.NOW)


def filled(request: HttpRequest, project: Project, question: Question) -> PairForm:
    """The form as it was sent, read by the form in force."""
    about_two = question.timing == Preference.Timing.NOW
    return PairForm(request.POST, definition=form_of(project)[1], about_two=about_two)


def sealed(request: HttpRequest, project: Project, question: Question, number: int) -> str:
    """The question as one word."""
    asked = ask(
        project, person(request), question.ids, order=question.shown_ids, run=question.run, slot=question.slot,
        form=number,
    )  # fmt: skip
    return asked.seal


def opened(seal: str, request: HttpRequest, project: Project, question: Question) -> Asked:
    """The seal of this very question."""
    asked = open_seal(seal, project, person(request))
    if asked.responses != question.ids or asked.order != question.shown_ids:
        raise Refused("This form was made for another pair. Nothing was stored; send it once more.")
    return asked


def kept_seal(request: HttpRequest, project: Project, question: Question) -> str:
    """The seal that was sent, when it is whole and the form comes back with mistakes."""
    seal = request.POST.get("seal", "")
    try:
        return seal if seal and opened(seal, request, project, question) else ""
    except Refused:
        return ""


def store(request: HttpRequest, project: Project, question: Question, form: PairForm, **more: Any) -> Submission:
    """Take the answer down as a preference between the two in canonical order, and the words about the two.

    `more` is added to what was shown.
    """
    asked = opened(form.cleaned_data["seal"], request, project, question)
    user, key = person(request), said_key(request, asked)
    replaced = standing(request, question)
    shown = {**question.order.shown, "blind": replaced is None, **more}
    if question.run:
        shown["run"] = question.run
    a, b = question.canonical

    def record(submission: Submission) -> list[Feedback]:
        how: dict[str, Any] = {
            "by": user, "protocol": question.protocol, "seconds": asked.seconds, "shown": shown,
            "form_version": asked.form, "submission": submission,
        }  # fmt: skip
        rows: list[Feedback] = [record_preference(
            a, b, **form.preference(turned=question.is_turned), timing=question.timing, key=f"{key}:pair",
            replaces=replaced, **how,
        )]  # fmt: skip
        for words in form.about_both():
            rows.append(record_critique(a, beside=b, scope="pair", key=f"{key}:{words['polarity']}", **words, **how))
        return rows

    return submit(project, by=user, key=key, page=request.path, slot=asked.slot, record=record)


def view_of(request: HttpRequest) -> str:
    """Columns or stacked: as asked for, else as it was last time."""
    view = request.GET.get("view") or request.COOKIES.get(VIEW_COOKIE, "")
    return view if view in VIEWS else VIEWS[0]
