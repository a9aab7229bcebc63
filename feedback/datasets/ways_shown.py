"""Demonstrations, verdicts on what is asked of an answer, hints, presses, follow-ups and uptake of an import, in bulk.

Each is stored once: keys are made from the content.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from feedback.datasets.readers.guidance import Followed, Hinting, Press, Taken
from feedback.datasets.spoken import comment_key, comment_named, critiques_spoken_of
from feedback.datasets.stored import Placed, RaterNamed, Rows, key_of, told, unknown
from feedback.examples.hashes import text_hash
from feedback.models import (
    Check,
    CheckResult,
    Demonstration,
    FollowUp,
    Hint,
    Import,
    Project,
    Pulse,
    Rater,
    Response,
    Uptake,
)

DETECTOR = "Imported detector"


def add_demonstrations(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """Store the answers raters wrote from nothing, each with its response. Returns how many are new."""
    rows: Rows = {}
    for one in placed:
        for shown in one.row.demonstrations:
            rater = named(shown.rater, shown.by)
            result = Response(
                example_id=one.example, text=shown.text, content_hash=text_hash(shown.text), author=rater,
                origin=Response.Origin.WRITTEN, imported_in=imported,
            )  # fmt: skip
            key = key_of("demonstration", one.example_hash, text_hash(shown.text))
            row = Demonstration(
                **told(project, imported, rater, key), example_id=one.example, result=result, reason=shown.reason
            )
            rows.setdefault((rater.pk, key), row)
    missing = unknown(Demonstration, rows)
    Response.objects.bulk_create([row.result for row in missing], batch_size=1000)
    for row in missing:
        row.result_id = row.result.pk
    return len(Demonstration.objects.bulk_create(missing, batch_size=1000))


def add_fulfilments(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """Store what is asked of answers as checks of their examples, and whether they pass; how many results are new."""
    asked: dict[tuple[int, str], Rater] = {}
    given: dict[tuple[int, str, int, int], bool] = {}
    for one in placed:
        for said in one.row.fulfilments:
            rater = named(said.rater, said.by)
            asked.setdefault((one.example, said.asks), rater)
            given[one.example, said.asks, one.responses[said.answer], rater.pk] = said.passes
    if not given:
        return 0
    checks = checks_of(asked)
    wanted = {
        (checks[example, asks], response, rater): passes for (example, asks, response, rater), passes in given.items()
    }
    rows = CheckResult.objects.filter(about__in={about for about, _, _ in wanted})
    there = set(rows.values_list("about", "response", "rater"))
    missing = [
        CheckResult(about_id=about, response_id=response, rater_id=rater, passes=passes)
        for (about, response, rater), passes in wanted.items()
        if (about, response, rater) not in there
    ]
    return len(CheckResult.objects.bulk_create(missing, batch_size=1000))


def checks_of(asked: dict[tuple[int, str], Rater]) -> dict[tuple[int, str], int]:
    """The ids of these checks by example and words; those that are not there yet are made."""
    rows = Check.objects.filter(example__in={example for example, _ in asked})
    there = {(example, text): pk for example, text, pk in rows.values_list("example", "text", "pk")}
    made: list[Any] = Check.objects.bulk_create(
        [Check(example_id=example, text=text, rater=rater)
         for (example, text), rater in asked.items() if (example, text) not in there],
        batch_size=1000,
    )  # fmt: skip
    return {**there, **{(row.example_id, row.text): row.pk for row in made}}


def add_guidance(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """Store hints, presses, follow-ups and uptakes of a batch. Returns how many are new."""
    rows: dict[Any, Rows] = {Hint: {}, Pulse: {}, FollowUp: {}, Uptake: {}}
    told_of = [(one, said) for one in placed for said in one.row.guidance]
    if not told_of:
        return 0
    words = critiques_spoken_of([(one, said.comment) for one, said in told_of if isinstance(said, Taken)], named)
    detected = add_detected(told_of, project, imported, named)
    for one, said in told_of:
        rater = named(said.rater, said.by)
        row = ROWS[type(said)](one, said, told(project, imported, rater, guidance_key(one, said)))
        if isinstance(said, Taken):
            row.critique_id = words[comment_named(one, said.comment, named)]
        if isinstance(said, Followed) and said.detected:
            row.confirms_id = detected[key_of("detected", guidance_key(one, said))]
        rows[type(row)].setdefault((rater.pk, row.key), row)
    new = 0
    for kind, found in rows.items():
        new += len(kind.objects.bulk_create(unknown(kind, found), batch_size=1000))
    return new


def guidance_key(one: Placed, said: Any) -> str:
    """A key of the content: the example, the answer and all that was said."""
    answer = one.hash_of(said.answer) if not isinstance(said, Hinting) else ""
    words = comment_key(one, one.row.comments[said.comment]) if isinstance(said, Taken) else ""
    content = [value for name, value in sorted(vars(said).items()) if name not in {"answer", "comment", "rater", "by"}]
    return key_of(type(said).__name__, one.example_hash, answer, words, *content)


def hint(one: Placed, said: Hinting, more: dict[str, Any]) -> Hint:
    """A hint as a row."""
    return Hint(**more, example_id=one.example, text=said.text)


def pulse(one: Placed, said: Press, more: dict[str, Any]) -> Pulse:
    """A press as a row."""
    return Pulse(
        **more, response_id=one.responses[said.answer], direction=said.direction, at=said.at,
        milliseconds=said.milliseconds,
    )  # fmt: skip


def follow_up(one: Placed, said: Followed, more: dict[str, Any]) -> FollowUp:
    """A follow-up as a row."""
    return FollowUp(
        **more, response_id=one.responses[said.answer], turn=said.turn, mark=said.mark, says=said.says,
        prompt_quality=said.prompt_quality,
    )  # fmt: skip


def uptake(one: Placed, said: Taken, more: dict[str, Any]) -> Uptake:
    """An uptake as a row; its critique is put in by the caller."""
    return Uptake(**more, response_id=one.responses[said.answer], outcome=said.outcome, note=said.note)


def add_detected(
    told_of: Sequence[tuple[Placed, Any]], project: Project, imported: Import | None, named: RaterNamed
) -> dict[str, int]:
    """What a detector had proposed, as rows of it that people's rows confirm; their ids by key."""
    rows: Rows = {}
    for one, said in told_of:
        if isinstance(said, Followed) and said.detected:
            rater, key = named(DETECTOR, "check"), key_of("detected", guidance_key(one, said))
            rows[rater.pk, key] = FollowUp(
                **told(project, imported, rater, key), response_id=one.responses[said.answer], turn=said.turn,
                mark=said.detected,
            )  # fmt: skip
    FollowUp.objects.bulk_create(unknown(FollowUp, rows), batch_size=1000)
    return dict(FollowUp.objects.filter(key__in=[key for _, key in rows]).values_list("key", "pk")) if rows else {}


ROWS: dict[type, Any] = {Hinting: hint, Press: pulse, Followed: follow_up, Taken: uptake}
