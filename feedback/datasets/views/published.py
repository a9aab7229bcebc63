"""The formats of published data sets, written from everything that was said of an example's answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from django.db.models import Q

from feedback.datasets.attempted import attempts_in, either, having, worked_over
from feedback.datasets.gathered import Ranked, rankings
from feedback.datasets.paired import origins, pairs, sidecar, two
from feedback.datasets.pieces import FOR_TRAINERS, Format, Line, Wish
from feedback.datasets.said import origins_said
from feedback.datasets.views.drawn import Drawn, view
from feedback.datasets.writers import published_shapes as shapes
from feedback.datasets.writers.attempts import Attempt, Attempts, Made, Order
from feedback.datasets.writers.documents import AnnotatedPairs, Table
from feedback.datasets.writers.prompts import Untrainable
from feedback.models import CheckResult, Critique, Edit, Example, PairVote, Preference, Ranking, Rating

BATCH = 100
HEAD = {"domain": "text", "language": "text", "context": "turns"}
REWRITTEN = either(having(Edit), worked_over)
Compared = tuple[Attempt, Attempt, list[Order]]


def set_beside(at: Attempts) -> Iterator[Compared]:
    """Every two attempts that somebody compared, as they were shown first, with every word on the two."""
    found: dict[tuple[str, ...], list[Order]] = defaultdict(list)
    for order in at.orders:
        if isinstance(order.row, Preference):
            found[tuple(sorted((order.first, order.second)))].append(order)
    for orders in found.values():
        first, second = at.tried.get(orders[0].first), at.tried.get(orders[0].second)
        if first and second and first.key != second.key:
            yield first, second, orders


def helpsteer_preference(at: Attempts, found: Compared) -> Made:
    """A pair with everybody's score."""
    first, second, orders = found
    line = shapes.preference(at, first, second, orders)
    return Made(line, (first, second), rows=tuple(order.row for order in orders))


def commented(at: Attempts) -> Iterator[Attempt]:
    """The attempts that somebody said something of."""
    return (attempt for attempt in at.all if attempt.row is not None and shapes.said_of(attempt))


def helpsteer_feedback(at: Attempts, attempt: Attempt) -> Made:
    """An answer with all words."""
    return Made(shapes.feedback(at, attempt), (attempt,), words=tuple(attempt.counted))


def rewrites(at: Attempts) -> Iterator[tuple[Attempt, Attempt]]:
    """Every attempt that a person rewrote, with the rewrite."""
    for after in at.all:
        before = at.parent_of(after)
        if before is not None and before.row is not None and after.row is not None and after.origin == "edited":
            yield before, after


def helpsteer_edit(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """An answer and its rewrite."""
    return Made(shapes.edit(at, *pair), pair, words=tuple(pair[0].counted))


def edits_compared(at: Attempts) -> Iterator[tuple[Attempt, Attempt, Attempt]]:
    """An attempt and two that were made of it, the better one first."""
    for before in at.all:
        after = [one for one in at.made_of(before) if one.row is not None]
        for place, one in enumerate(after):
            for other in after[place + 1 :]:
                came_out = at.compared(one, other)
                if came_out and before.row is not None:
                    yield (before, other, one) if came_out > 0 else (before, one, other)


def helpsteer_quality(at: Attempts, found: tuple[Attempt, Attempt, Attempt]) -> Made:
    """A good and a bad edit of one answer."""
    keys = {found[1].key, found[2].key}
    rows = tuple(one.row for one in at.orders if {one.first, one.second} == keys)
    return Made(shapes.edit_quality(at, *found), found, words=tuple(found[0].counted), rows=rows)


def checked(at: Attempts) -> Iterator[tuple[Attempt, str, bool]]:
    """Every verdict on what is asked of an answer."""
    for attempt in at.all:
        if attempt.row is not None:
            yield from ((attempt, check.asks, check.passes) for check in attempt.checks)


def helpsteer_principle(at: Attempts, found: tuple[Attempt, str, bool]) -> Made:
    """One verdict."""
    return Made(shapes.principle(at, *found), (found[0],))


def having_checks(project: Any, wish: Wish) -> Q:
    """Examples with verdicts on checks."""
    return Q(pk__in=CheckResult.objects.filter(about__example__project=project).values("about__example"))


def all_answers(at: Attempts) -> Iterator[list[Attempt]]:
    """All answers that somebody rated or spoke of, together."""
    found = [one for one in at.all if one.row is not None and (one.scores or shapes.said_of(one))]
    if found:
        yield found


def ultrafeedback(at: Attempts, tried: list[Attempt]) -> Made:
    """An instruction with its answers."""
    rows = tuple(score.row for attempt in tried for score in attempt.scores)
    return Made(shapes.ultrafeedback(at, tried), tuple(tried), tuple(w for one in tried for w in one.counted), rows)


def iterater(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """A revision with its edits."""
    if pair[0].text.strip() == pair[1].text.strip():
        raise Untrainable("both responses say the same")
    return Made(shapes.revision(at, *pair), pair, words=tuple(pair[0].counted))


def annotated(project: Any, wish: Wish) -> Iterator[Drawn]:
    """Compared answers with everybody's word and, where judges were asked for, every principle's."""
    found = attempts_in(project, wish, having(Preference))
    while batch := list(islice(found, BATCH)):
        votes = principles_on([at.example for at in batch], wish)
        for at in batch:
            for item in set_beside(at):
                yield Drawn(at, item, partial(comparison, votes))


Votes = dict[tuple[str, ...], list[tuple[str, str, str]]]


def principles_on(examples: Sequence[Example], wish: Wish) -> Votes:
    """Which of two answers each principle selects, by the two: (its effect, first answer, outcome)."""
    rows: Any = PairVote.objects.filter(response_a__example__in=examples, rater__kind__in=wish.kinds, repeat=0)
    rows = rows.select_related("version", "response_a", "response_b", "rater").order_by("version", "pk")
    found: Votes = defaultdict(list)
    for row in rows:
        a, b = row.response_a.content_hash, row.response_b.content_hash
        found[tuple(sorted((a, b)))].append((row.version.effect, a, row.outcome))
    return found


def comparison(votes: Votes, at: Attempts, found: Compared) -> Made:
    """One comparison."""
    first, second, orders = found
    turned = {"a": "b", "b": "a"}
    said = [(effect, outcome if a == first.key else turned.get(outcome, outcome))
            for effect, a, outcome in votes.get(tuple(sorted((first.key, second.key))), [])]  # fmt: skip
    line = shapes.comparison(at, first, second, orders, said)
    return Made(line, (first, second), rows=tuple(order.row for order in orders))


def icai_line(piece: Any) -> Line:
    """ICAI's table: two texts and which is preferred. The place of a text says nothing: it goes by its hash."""
    pair = two(piece)
    first = piece.chosen.content_hash <= piece.rejected.content_hash
    a, b = (piece.chosen, piece.rejected) if first else (piece.rejected, piece.chosen)
    return {
        "text_a": a.text, "text_b": b.text, "preferred_text": "text_a" if first else "text_b", "input": pair.only,
        "model_a": a.model, "model_b": b.model,
    }  # fmt: skip


def ranked(shape: Callable[[Any, Sequence[Any]], Line]) -> Callable[[Ranked], Line]:
    """A shape as a writer of rankings, best first."""

    def line(piece: Ranked) -> Line:
        if len(piece.places) < 2:
            raise Untrainable("fewer than two responses are ranked")
        return shape(piece.example, sorted(piece.places, key=lambda one: (one.place, one.response_id)))

    return line


def known(name: str, label: str, *, trainer: str, **more: Any) -> Format:
    """A view in the shape of a published data set."""
    return replace(view(name, label, trainer=trainer, **{"systems": (), **more}), group=FOR_TRAINERS)


STEER = partial(known, trainer="HelpSteer3")
ANNOTATION = "object{Rating: text, Rationale: text}"
TYPED = "object{Type: list[text], Rationale: text, Rating: text, Rationale For Rating: text}"
COMPLETION = (
    "object{model: text, principle: text, custom_system_prompt: text, response: text, annotations: object{"
    f"instruction_following: {ANNOTATION}, honesty: {ANNOTATION}, truthfulness: {TYPED}, helpfulness: {TYPED}"
    "}, critique: text, overall_score: float?}"
)
ACTION = (
    "object{type: text, before: text, after: text, start_char_pos: int, end_char_pos: int, major_intent: text,"
    " accept_or_reject: text}"
)
COMPARISON = {
    "id": "text", "prompt": "text", "response_a": "object{text: text, model: text}",
    "response_b": "object{text: text, model: text}", "annotations": "object", "metadata": "object{index: text}",
    "annotators": "object",
}  # fmt: skip
TABLE = dict.fromkeys(("text_a", "text_b", "preferred_text", "input", "model_a", "model_b"), "text")
FORMATS: tuple[Format, ...] = (
    STEER("helpsteer3-preference", "HelpSteer3 preferences, with everybody's score", one="pair", many="judged pairs",
          about="`overall_preference` runs from -3 (the first is much better) over 0 (a tie) to 3; of more than three"
          " judgements the three that agree most. `individual_preference` has each with its reason.",
          asked=having(Preference), each=set_beside, make=helpsteer_preference, kinds=(Preference,),
          needs="Preferences between two responses; ties too.",
          columns={**HEAD, "response1": "text", "response2": "text", "overall_preference": "int",
                   "individual_preference":
                   "list[object{score: int, reasoning: text, feedback1: text, feedback2: text}]"}),
    STEER("helpsteer3-feedback", "HelpSteer3 feedback in words", one="answer", many="answers with feedback",
          about="`response` and `feedback`, a list of what people said of it.", asked=having(Critique), each=commented,
          make=helpsteer_feedback, kinds=(Critique,), needs="Critiques or kudos.",
          columns={**HEAD, "response": "text", "feedback": "list[text]"}),
    STEER("helpsteer3-edit", "HelpSteer3 edits", one="edit", many="edits", asked=REWRITTEN, each=rewrites,
          about="An answer, the `feedback` on it, the rewrite and its reason as `change_summary`.",
          make=helpsteer_edit, kinds=(Edit,), needs="Rewrites.",
          columns={**HEAD, "original_response": "text", "edited_response": "text", "feedback": "list[text]",
                   "change_summary": "text"}),
    STEER("helpsteer3-edit-quality", "HelpSteer3 good and bad edits of one answer", one="pair of edits",
          many="pairs of edits", asked=REWRITTEN, each=edits_compared, make=helpsteer_quality,
          about="Two rewrites or refinements of one answer, the better and the worse by what was said of them.",
          kinds=(Edit, Preference), needs="Two rewrites or refinements of one response of which one was found better.",
          columns={**HEAD, "original_response": "text", "good_edited_response": "text", "bad_edited_response": "text",
                   "feedback": "list[text]"}),
    STEER("helpsteer3-principle", "HelpSteer3 verdicts on principles (RLBFF)", one="verdict", many="verdicts",
          about="`principle` is what was asked of the `response`, `fulfilment` Yes or No. Verdicts of judges are in it"
          " when their word is asked for.", asked=having_checks, each=checked, make=helpsteer_principle,
          needs="Verdicts on checks or principles.",
          columns={**HEAD, "response": "text", "principle": "text", "fulfilment": "text"}),
    known("ultrafeedback", "UltraFeedback: all answers to an instruction, rated by aspect", one="instruction",
          many="instructions", about="`completions` with `annotations` by aspect, 1 to 5 as text and N/A where nobody"
          " rated; `overall_score` from 1 to 10, null where nobody gave one.", asked=having(Rating, Critique),
          each=all_answers, make=ultrafeedback, kinds=(Rating, Critique), needs="Ratings or words on responses.",
          trainer="UltraFeedback",
          columns={"source": "text", "instruction": "text", "models": "list[text]", "correct_answers": "list[text]",
                   "incorrect_answers": "list[text]", "completions": f"list[{COMPLETION}]"}),
    known("iterater-revisions", "IteraTeR: revisions with every edit", one="revision", many="revisions",
          about="`before_revision`, `after_revision` and `edit_actions` with type A, D or R and their place in the text"
          " before, in code points.", asked=REWRITTEN, each=rewrites, make=iterater, kinds=(Edit,), needs="Rewrites.",
          trainer="IteraTeR", columns={"doc_id": "text", "revision_depth": "int", "prompt": "turns",
                                       "before_revision": "text", "after_revision": "text",
                                       "edit_actions": f"list[{ACTION}]"}),
    replace(
        known("annotated-pairs", "ICAI annotated-pairs 2.0 (one JSON document)", one="comparison", many="comparisons",
              about="Comparisons with the word of everybody who judged them; principles are annotators too, when"
              " judges are asked for. Pairs that are no preference say why.", asked=having(Preference),
              each=set_beside, make=partial(comparison, {}), kinds=(Preference,),
              needs="Preferences between two responses; ties too.", trainer="ICAI", columns=COMPARISON),
        pieces=annotated, document=AnnotatedPairs),
    Format(name="icai-csv", label="ICAI: two texts and the preferred one (CSV)", one="pair", many="preference pairs",
           about="`text_a`, `text_b`, `preferred_text`, `input`, and the models. Texts stand by their hash, so their"
           " place says nothing.", pieces=pairs, line=icai_line, origins=origins, sidecar=sidecar,
           kinds=(Preference, Edit), trainer="ICAI", columns=TABLE,
           needs="Preferences between two responses, or rewrites.",
           document=partial(Table, list(TABLE))),
    Format(name="axolotl-nectar", label="Axolotl ranked answers (zephyr.nectar)", one="ranking", many="rankings",
           about="`prompt` and `answers`, each with its `rank`, 1 the best.", pieces=rankings,
           line=ranked(shapes.nectar), origins=origins_said, kinds=(Ranking,), trainer="Axolotl",
           needs="Rankings of responses.",
           columns={"prompt": "text", "answers": "list[object{answer: text, rank: int}]"},
           configs={"axolotl": {"rl": "dpo", "type": "zephyr.nectar"}}),
    Format(name="nemo-rl-ranked", label="NeMo-RL: all completions of a ranking", one="ranking", many="rankings",
           about="`context` and `completions` from rank 0, the best; rankings with ties are left out.",
           pieces=rankings, line=ranked(shapes.nemo_ranked), origins=origins_said, kinds=(Ranking,),
           trainer="NeMo-RL", needs="Rankings of responses without ties.",
           columns={"context": "turns", "completions": "list[object{rank: int, completion: turns}]"}),
)  # fmt: skip
