"""What a principle may be drafted from, and the prompt that fits each kind of it.

A source is a piece of feedback or a group of comments. This module reads rows and changes nothing; it does not
know what a drafting job is doing (see `drafting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from feedback.errors import Refused
from feedback.llm import material
from feedback.llm.model import Prompt
from feedback.llm.prompts import fill
from feedback.models import Critique, Edit, Example, Group, Preference, Project, Ranking, Rating, Response, Span, Split
from feedback.models.feedback import Feedback
from feedback.principles.wording import conversation_text

Source = Critique | Preference | Edit | Span | Group | Rating | Ranking
FIELDS: dict[type, str] = {
    Critique: "critique", Preference: "preference", Edit: "edit", Span: "span", Group: "group", Rating: "rating",
    Ranking: "ranking",
}  # fmt: skip
# All that the prompt of a drafting shows, as paths from it.
PATHS = (
    "critique__response__example", "critique__span", "critique__beside", "edit__response__example", "edit__result",
    "edit__result__example", "preference__response_a__example", "preference__response_b", "span__response__example",
    "group__grouping__project", "rating__response__example", "ranking__example",
)  # fmt: skip
ADJUDICATION = "adjudication"
NO_REASON = "No reason was given."
WHOLE = "The whole response."
MOST_COMMENTS = 60


def field_of(source: Source) -> str:
    """The column that points at this kind of source."""
    return FIELDS[type(source)]


def project_of(source: Source) -> Project:
    """The project of a source."""
    return source.grouping.project if isinstance(source, Group) else source.project


def response_of(source: Critique | Preference | Edit | Span | Rating) -> Response:
    """The response that the feedback is about; the first one of a pair."""
    return source.response_a if isinstance(source, Preference) else source.response


def example_of(source: Critique | Preference | Edit | Span | Rating | Ranking) -> Example:
    """The example that the feedback is about."""
    return source.example if isinstance(source, Ranking) else response_of(source).example


def may_draft_from(source: object) -> bool:
    """Whether a principle could be drafted from a row, as far as its kind goes."""
    if isinstance(source, Rating):
        return source.protocol == ADJUDICATION and bool(why_of(source))
    if isinstance(source, Preference):
        return source.chosen is not None
    if isinstance(source, Ranking):
        return source.protocol == ADJUDICATION and len(set(placed(source).values())) > 1
    return isinstance(source, Critique | Edit | Span | Group)


def check_source(source: Source) -> None:
    """Raise `Refused` when no principle may be drafted from this."""
    if isinstance(source, Group):
        if not comments_of(source):
            raise Refused("No comment of this group may be learned from: all are withdrawn or on held-out examples.")
        return
    example = example_of(source)
    if example.split == Split.HOLDOUT:
        raise Refused(
            f"Example {example.number} is held out: nothing may be learned from it, so no principle is "
            "drafted from what was said about it. Take feedback on another example."
        )
    if source.withdrawn_at is not None:
        raise Refused("This feedback was withdrawn, so no principle is drafted from it.")
    if isinstance(source, Preference) and source.chosen is None:
        raise Refused("This comparison found neither response better, so there is nothing to draft a principle from.")
    if isinstance(source, Ranking) and not may_draft_from(source):
        raise Refused("Only a curator's decision on an order that puts one answer before another leads to a principle.")
    if not may_draft_from(source):
        raise Refused("A score alone says nothing to draft a principle from. Say in words what is good or wrong.")


def prompt_for(source: Source, *, turned: bool = False, laid_aside: str = "") -> Prompt:
    """The prompt that fits a source. `laid_aside` lists what must not be proposed again."""
    check_source(source)
    values = {"laid_aside": laid_aside}
    if isinstance(source, Group):
        comments = material.candidates_text(one.words for one in comments_of(source))
        return fill("draft_from_group", topic=source.label, comments=comments, **values)
    if isinstance(source, Edit):
        return of_edit(source, values)
    values["conversation"] = conversation_text(example_of(source))
    if isinstance(source, Rating | Ranking) or (
        source.protocol == ADJUDICATION and isinstance(source, Preference) and not turned
    ):
        return of_adjudication(source, values)  # type: ignore[arg-type]
    if isinstance(source, Critique):
        return of_critique(source, values)
    if isinstance(source, Span):
        return of_span(source, values)
    return of_preference(source, turned, values)  # type: ignore[arg-type]


def of_critique(source: Critique, values: Mapping[str, str]) -> Prompt:
    """Kudos or a critique, with the part it is about and what it asks for."""
    response, said = source.response.text, source.text or source.failure or source.improve
    if source.polarity == Critique.Polarity.KUDOS:
        return fill("draft_from_kudos", response=response, feedback=source.words, **values)
    if source.failure and source.text:
        said = f"{source.text}\nKind of failure: {source.failure}"
    return fill(
        "draft_from_critique", response=response, feedback=said, improve=source.improve, place=place_of(source),
        **values,
    )  # fmt: skip


def place_of(source: Critique) -> str:
    """The part of the response that a critique is about, in its words."""
    if source.span is not None:
        return source.span.quote or "Something that is missing."
    if source.turn is not None:
        return turn_text(source.response, source.turn)
    if source.beside is not None:
        return f"The response, beside this one:\n{source.beside.text}"
    return "The whole dialogue." if source.scope == Critique.Scope.DIALOGUE else WHOLE


def turn_text(response: Response, turn: int) -> str:
    """What was said in one turn of a response's dialogue; the response itself after the last."""
    turns = response.messages
    return str(turns[turn]["content"]) if 0 <= turn < len(turns) else response.text


def of_edit(source: Edit, values: Mapping[str, str]) -> Prompt:
    """A rewrite of a response, or of one turn in its place, where the dialogue ends with that turn."""
    if source.turn is None:
        before, turns = source.response.text, source.response.messages
    else:
        before, turns = turn_text(source.response, source.turn), source.response.messages[: source.turn]
    return fill(
        "draft_from_rewrite", conversation=material.conversation_text(turns), response=before,
        rewrite=source.result.text, **values,
    )  # fmt: skip


def of_span(source: Span, values: Mapping[str, str]) -> Prompt:
    """A mark with its kind, its reason and what should stand there."""
    text = source.response.text if source.turn is None else turn_text(source.response, source.turn)
    kind = f"{source.category} ({source.severity})" if source.severity else source.category
    if source.replacement is None:
        wanted = "Nothing was written."
    else:
        wanted = source.replacement or "Nothing: the piece should go."
    return fill(
        "draft_from_span", response=text, marked=source.quote or "Something that is missing.", kind=kind,
        reason=source.reason or NO_REASON, replacement=wanted, **values,
    )  # fmt: skip


def of_preference(source: Preference, turned: bool, values: Mapping[str, str]) -> Prompt:
    """Why the chosen one is better, or why the other could be."""
    assert source.chosen is not None  # checked by `check_source`
    assert source.rejected is not None
    name = "draft_from_preference_turned" if turned else "draft_from_preference"
    return fill(
        name, chosen=source.chosen.text, rejected=source.rejected.text, reason=source.reason or NO_REASON, **values
    )


def of_adjudication(source: Preference | Rating | Ranking, values: Mapping[str, str]) -> Prompt:
    """How a curator settled what reviewers disagreed about."""
    if isinstance(source, Rating):
        read, reason = [source.response.text], why_of(source)
        decision = f"The response gets {source.score} of {source.scale} on {source.aspect}."
    elif isinstance(source, Ranking):
        places = placed(source)
        read, reason, decision = [one.text for one in places], source.reason, order_in_words(list(places.values()))
    else:
        read, reason = [source.response_a.text, source.response_b.text], source.reason
        decision = {"a": "Candidate 1 is better.", "b": "Candidate 2 is better."}[source.outcome]
    return fill(
        "draft_from_adjudication", responses=material.candidates_text(read), decision=decision,
        reason=reason or NO_REASON, said=material.candidates_text(answers_in(source.shown)), **values,
    )  # fmt: skip


def placed(ranking: Ranking) -> dict[Response, int]:
    """The ranked responses with their places, the best first. One query."""
    return {row.response: row.place for row in ranking.places.select_related("response")}


def order_in_words(places: list[int]) -> str:
    """An order of candidates numbered from 1, from their places: better ones before a >, equal ones joined by =."""
    said = "Candidate 1"
    for number, (before, place) in enumerate(pairwise(places), start=2):
        said += f" {'=' if place == before else '>'} candidate {number}"
    return f"{said}, where > means better than and = as good as."


def why_of(decision: Rating) -> str:
    """The reason a curator gave with a score."""
    return str(decision.shown.get("why", ""))


def answers_in(shown: Mapping[str, object]) -> list[str]:
    """The words of the answers a curator saw: scores, choices, comments and marks. One query for each kind."""
    kinds: dict[str, type[Feedback]] = {
        "rating": Rating, "critique": Critique, "span": Span, "preference": Preference, "ranking": Ranking,
    }  # fmt: skip
    seen = shown.get("answers")
    pairs = [pair for pair in seen if pair[0] in kinds] if isinstance(seen, list) else []
    found: list[str] = []
    for name, kind in kinds.items():
        numbers = [number for what, number in pairs if what == name]
        rows = kind._default_manager.filter(pk__in=numbers) if numbers else []
        found += [words_of(row) for row in rows]
    return found


def words_of(row: Feedback) -> str:
    """A piece of feedback in words, with its reason."""
    reason = getattr(row, "reason", "")
    if isinstance(row, Ranking):
        first = " = ".join(f"“{one.text[:120]}”" for one, place in placed(row).items() if place == 1)
        return f"Best of all: {first}. {reason}".strip()
    return f"{row}: {reason}" if reason and not isinstance(row, Span) else str(row)


def comments_of(group: Group) -> list[Critique]:
    """The comments of a group that may be learned from. One query."""
    rows: Iterable[Critique] = group.critiques.filter(withdrawn_at__isnull=True, replaced_by__isnull=True)
    rows = rows.exclude(response__example__split=Split.HOLDOUT)  # type: ignore[attr-defined]
    return list(rows[:MOST_COMMENTS])  # type: ignore[index]
