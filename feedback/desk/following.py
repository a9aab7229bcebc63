"""Implicit feedback in dialogues: proposals by the rules of `detecting`, pairs mined from them, and people's decisions.

Nothing found counts before a person has confirmed it: proposals and mined pairs are rows of a check, which no export of
people's words takes; a person's row beside them is the data. Follow User Feedback in Human-LLM Dialogues and FLR.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet

from feedback.capture.follow_ups import PROTOCOL, record_follow_up, written_next
from feedback.capture.history import How
from feedback.capture.preferences import record_preference
from feedback.desk.detecting import POLARITY, read_message
from feedback.errors import NotAllowed
from feedback.examples.hashes import conversation_hash, text_hash
from feedback.examples.intake import NewExample, NewResponse, add_examples, add_responses
from feedback.live import announce
from feedback.models import Errand, FollowUp, Member, Preference, Project, Rater, Response, Role, Split, User
from feedback.projects.raters import named_rater

DETECTOR = "Rules for follow-ups"
MINER = "Pairs from follow-ups"
PROPOSERS = (Rater.Kind.CHECK, Rater.Kind.JUDGE, Rater.Kind.SIMULATED)
BATCH = 500
BAD = frozenset({"corrected", "repeated", "gave-up"})
MOST = 3  # worse answers paired with one better one
Rows = QuerySet[Any]


def detect(project: Project, *, by: User) -> int:
    """Read what users wrote next in all dialogues; returns how many new messages say something. Twice adds nothing."""
    may_curate(project, by)
    with transaction.atomic():
        rater = named_rater(project, Rater.Kind.CHECK, DETECTOR)
        before = FollowUp.objects.filter(rater=rater).count()
        found = proposals_in(project, rater)
        while batch := list(islice(found, BATCH)):
            FollowUp.objects.bulk_create(batch, ignore_conflicts=True)
        announce(project, "feedback", "follow-ups")
        return FollowUp.objects.filter(rater=rater).count() - before


def may_curate(project: Project, by: User) -> None:
    """Raise `NotAllowed` unless the person is a curator or owner."""
    member = Member.objects.filter(project=project, user=by).first()
    if member is None or not member.may(Role.CURATOR):
        raise NotAllowed("Only curators and owners of this project look for what users wrote next.")


def with_messages(project: Project) -> Rows:
    """Responses after which, or in whose dialogue, a user wrote something; none of the held-out examples."""
    rows: Rows = Response.objects.filter(example__project=project).exclude(example__split=Split.HOLDOUT)
    turns = Func(F("example__messages"), function="jsonb_array_length", output_field=IntegerField())
    return rows.annotate(many=turns).filter(Q(many__gt=2) | ~Q(next_message="")).select_related("example")


def unread(project: Project) -> Rows:
    """Responses with such messages about which no detector and no person has said anything, and no model was asked."""
    said = FollowUp.objects.standing().filter(response=OuterRef("pk"))
    asked = Errand.objects.filter(kind=Errand.Kind.FOLLOW_UPS, response=OuterRef("pk"))
    return with_messages(project).filter(~Exists(said), ~Exists(asked)).order_by("pk")


def messages_of(response: Response) -> Iterator[tuple[int | None, str, str]]:
    """Each message after an answer as (turn, what was asked before, message); the one after the response comes last."""
    turns = response.messages
    for turn in range(2, len(turns)):
        message = written_next(response, turn)
        if message.strip():
            yield turn, turns[turn - 2]["content"], message
    if response.next_message.strip():
        yield None, turns[-1]["content"] if turns else "", response.next_message


def proposals_in(project: Project, rater: Rater) -> Iterator[FollowUp]:
    """What the rules find, each message once: the pieces of one dialogue share the turns before them."""
    seen: set[str] = set()
    rows = with_messages(project).order_by(F("many"), "pk")
    for response in rows.iterator(chunk_size=BATCH):
        for turn, asked, message in messages_of(response):
            key = f"rules:{place_key(response, turn)}"
            reading = read_message(message, asked=asked)
            if key in seen or reading.mark == "none":
                continue
            seen.add(key)
            yield FollowUp(
                project=project, rater=rater, response=response, turn=turn, mark=reading.mark, says=reading.says,
                protocol=PROTOCOL, key=key, shown={"by_words": reading.by_words},
            )  # fmt: skip


def place_key(response: Response, turn: int | None) -> str:
    """A name for the message at this place that is the same in every piece of the dialogue."""
    turns = response.messages
    if turn is None:
        answer = {"role": "assistant", "content": response.text}
        turns = [*turns, answer, {"role": "user", "content": response.next_message}]
    else:
        turns = turns[: turn + 1]
    return conversation_hash(turns)[:40]


def proposals(project: Project) -> Rows:
    """What detectors found and no person has decided on, one for each message."""
    said = FollowUp.objects.standing().filter(rater__kind=Rater.Kind.PERSON, response=OuterRef("response"))
    inner, last = said.filter(turn=OuterRef("turn")), said.filter(turn__isnull=True)
    rows: Rows = FollowUp.objects.standing().filter(project=project, rater__kind__in=PROPOSERS)
    rows = rows.filter(~Exists(inner) & Q(turn__isnull=False) | ~Exists(last) & Q(turn__isnull=True))
    return rows.order_by("response_id", "turn", "-pk").distinct("response_id", "turn")


def settled(project: Project) -> Rows:
    """What people decided and stands, newest first."""
    rows: Rows = FollowUp.objects.standing().filter(project=project, rater__kind=Rater.Kind.PERSON)
    return rows.order_by("-pk")


def settle(
    proposal: FollowUp, *, mark: str, says: str = "", prompt_quality: int | None = None, **how: Unpack[How]
) -> FollowUp:
    """A person's decision on what a detector found: the same, another mark, or that it says nothing."""
    return record_follow_up(
        proposal.response, mark=mark, turn=proposal.turn, says=says, prompt_quality=prompt_quality, confirms=proposal,
        **how,
    )  # fmt: skip


def mine_pairs(project: Project, *, by: User) -> int:
    """Propose pairs of answers of which users were content with one and not with the other; returns how many are new.

    Two answers to one example, and an answer that was corrected beside the one after it that was not.
    """
    may_curate(project, by)
    with transaction.atomic():
        rater = named_rater(project, Rater.Kind.CHECK, MINER)
        marks = marks_of(project)
        before = Preference.objects.filter(rater=rater).count()
        pairs = [*beside_each_other(marks), *after_corrections(project, marks)]
        rows = [mined(project, rater, better, worse, how) for better, worse, how in pairs]
        Preference.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        announce(project, "feedback", "follow-ups")
        return Preference.objects.filter(rater=rater).count() - before


def marks_of(project: Project) -> dict[tuple[int, int | None], FollowUp]:
    """What each message says: a person's word before a detector's, a later one before an earlier."""
    rows = FollowUp.objects.standing().filter(project=project).select_related("rater", "response__example")
    ordered = sorted(rows, key=lambda row: (row.rater.kind == Rater.Kind.PERSON, row.pk))
    return {(row.response_id, row.turn): row for row in ordered}


def beside_each_other(marks: dict[tuple[int, int | None], FollowUp]) -> Iterator[tuple[int, int, str]]:
    """Answers to one example, as (better, worse, how it was found)."""
    good: dict[int, list[int]] = defaultdict(list)
    bad: dict[int, list[int]] = defaultdict(list)
    for (response, turn), row in sorted(marks.items(), key=lambda item: item[1].pk):
        if turn is None and row.response.turns is None:
            side = good if POLARITY[row.mark] == "kudos" else bad if row.mark in BAD else None
            if side is not None:
                side[row.response.example_id].append(response)
    for example, better in good.items():
        yield from ((one, worse, "answers to one question") for one in better[:MOST] for worse in bad[example][:MOST])


def after_corrections(
    project: Project, marks: dict[tuple[int, int | None], FollowUp]
) -> Iterator[tuple[int, int, str]]:
    """An answer that was corrected, and the next one in the same dialogue that was not.

    Both become answers to the example of the turns before them, if they are not there yet.
    """
    for (_, turn), row in sorted(marks.items(), key=lambda item: item[1].pk):
        if turn is None or row.mark not in BAD:
            continue
        response, turns = row.response, row.response.messages
        last = turn + 1 == len(turns)
        following = marks.get((response.pk, None if last else turn + 2))
        if following is None or following.mark != "satisfied":
            continue
        before, worse = turns[: turn - 1], turns[turn - 1]["content"]
        better = response.text if last else turns[turn + 1]["content"]
        if before and better.strip() != worse.strip():
            ids = placed(project, before, worse, turns[turn]["content"], better)
            yield ids[1], ids[0], "after a correction"


def placed(project: Project, before: list[dict[str, str]], worse: str, message: str, better: str) -> tuple[int, int]:
    """The two answers as responses to the example of the turns before them; their ids, the worse first."""
    root = next((turn["content"] for turn in before if turn["role"] == "user"), "")
    examples = add_examples(project, [NewExample(messages=before, root=root, extra={"source": "follow-ups"})])
    example = examples.ids[conversation_hash(before)]
    made = add_responses([NewResponse(example, worse, "", message), NewResponse(example, better)])
    ids = {key[1]: number for key, number in made.ids.items()}
    return ids[text_hash(worse)], ids[text_hash(better)]


def mined(project: Project, rater: Rater, better: int, worse: int, how: str) -> Preference:
    """A proposed pair, the lower id first."""
    low, high = sorted((better, worse))
    return Preference(
        project=project, rater=rater, response_a_id=low, response_b_id=high, outcome="a" if better == low else "b",
        protocol=PROTOCOL, key=f"mined:{low}-{high}", reason="", shown={"order": [low, high], "found": how},
    )  # fmt: skip


def mined_pairs(project: Project) -> Rows:
    """Proposed pairs nobody has decided on."""
    said = Preference.objects.standing().filter(
        rater__kind=Rater.Kind.PERSON, protocol=PROTOCOL, response_a=OuterRef("response_a"),
        response_b=OuterRef("response_b"),
    )  # fmt: skip
    rows: Rows = Preference.objects.standing().filter(project=project, rater__kind=Rater.Kind.CHECK, protocol=PROTOCOL)
    return rows.filter(~Exists(said)).order_by("pk")


def settle_pair(proposal: Preference, *, outcome: str, reason: str = "", **how: Unpack[How]) -> Preference:
    """A person's word on a mined pair: which is better, or neither."""
    how["protocol"] = PROTOCOL
    how["shown"] = {**proposal.shown, "confirms": proposal.pk, "mined_outcome": proposal.outcome}
    return record_preference(proposal.response_a, proposal.response_b, outcome=outcome, reason=reason, **how)
