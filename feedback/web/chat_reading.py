"""A talk as its page shows it: the way from the first message to the last, with replies, words and what changed.

It reads in a fixed number of queries, however long the talk is, and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from feedback.models import (
    Chat,
    ChatTurn,
    Constitution,
    Critique,
    Drafting,
    Edit,
    Errand,
    Evidence,
    PrincipleVersion,
    User,
)
from feedback.web.chat_shapes import LETTERS, Followed, Reply, Turn, Word


def way_to(turns: Sequence[ChatTurn], wanted: str | None) -> list[ChatTurn]:
    """The turns from the first to the wanted one and on to its newest descendant; without one, to the newest."""
    by_id = {turn.pk: turn for turn in turns}
    number = int(wanted) if wanted and wanted.isdecimal() and len(wanted) < 19 else 0
    at: ChatTurn | None = by_id.get(number) or (max(turns, key=lambda turn: turn.pk) if turns else None)
    way: list[ChatTurn] = []
    up = at
    while up is not None:
        way.insert(0, up)
        up = by_id.get(up.parent_id or 0)
    while at is not None:
        at = max((turn for turn in turns if turn.parent_id == at.pk), key=lambda turn: turn.pk, default=None)
        way += [at] if at is not None else []
    return way


def turns_of(chat: Chat) -> QuerySet[ChatTurn]:
    """The turns of a talk with what a page shows of them."""
    return chat.turns.select_related("example", "chosen", "constitution", "chat__project").order_by("pk")


def read(chat: Chat, *, wanted: str | None, user: User, seen: Any, at: str = "") -> list[Turn]:
    """The way that is shown; of a turn before the last all replies are shown where it is the one of the id `at`.

    `seen` holds the responses whose words by others this person may read.
    """
    turns = list(turns_of(chat))
    way = way_to(turns, wanted)
    tried = versions_of(way)
    whole = {turn.pk for turn in way if turn is way[-1] or str(turn.pk) == at or turn.chosen_id is None}
    before = {turn.pk: runs_before(turn, turns) if turn.pk in whole else [] for turn in way}
    errands = replies_of([*before, *(pk for runs in before.values() for pk in runs)])
    read_on = Reading(errands=errands, user=user, seen=seen, way=way, before=before)
    return [
        Turn(
            row=turn, siblings=[one.pk for one in turns if one.parent_id == turn.parent_id],
            tried=[tried[pk] for pk in turn.tried if pk in tried], replies=read_on.replies(turn), last=turn is way[-1],
            shows_replies=turn.pk in whole, runs_before=before[turn.pk],
        )
        for turn in way
    ]  # fmt: skip


def runs_before(turn: ChatTurn, turns: Sequence[ChatTurn]) -> list[int]:
    """The turns it repeats, the last one first."""
    repeated = {one.pk: one.rerun_of_id for one in turns}
    found: list[int] = []
    at = turn.rerun_of_id
    while at is not None and at not in found:
        found.append(at)
        at = repeated.get(at)
    return found


def replies_of(turns: Iterable[int]) -> list[Errand]:
    """The errands of turns, in order, with their results."""
    rows = Errand.objects.filter(turn__in=list(turns), kind=Errand.Kind.REPLY)
    return list(rows.select_related("result", "turn", "asked_by").order_by("pk"))


def versions_of(way: Sequence[ChatTurn]) -> dict[int, PrincipleVersion]:
    """The wordings tried along the way."""
    wanted = {pk for turn in way for pk in turn.tried}
    rows = PrincipleVersion.objects.filter(pk__in=wanted).select_related("principle") if wanted else []
    return {row.pk: row for row in rows}


class Reading:
    """What hangs on the replies of a way, fetched once for all of them."""

    def __init__(
        self, *, errands: list[Errand], user: User, seen: Any, way: Sequence[ChatTurn], before: dict[int, list[int]]
    ) -> None:
        """Fetches words, draftings, principles, suggestions and the articles followed."""
        self.errands, self.user, self.seen, self.before = errands, user, seen, before
        self.responses = [row.result_id for row in errands if row.result_id]
        self.said = self.words_by_response()
        self.suggesting = self.suggestions_by_response()
        cited = {pk for row in errands for pk in row.answer.get("cited", [])}
        found = PrincipleVersion.objects.filter(pk__in=cited).select_related("principle") if cited else []
        self.versions = {version.pk: version for version in found}
        self.articles = articles_of(way)

    def replies(self, turn: ChatTurn) -> list[Reply]:
        """The replies of one turn."""
        mine = [row for row in self.errands if row.turn_id == turn.pk]
        before = {place_of(row): row for row in self.errands if row.turn_id == turn.rerun_of_id}
        return [self.reply(row, turn, before.get(place_of(row))) for row in mine]

    def reply(self, row: Errand, turn: ChatTurn, before: Errand | None) -> Reply:
        """One reply."""
        words = self.said.get(row.result_id or 0, [])
        mine = self.readable(words)
        asked = self.suggesting.get(row.result_id or 0)
        return Reply(
            errand=row, letter=LETTERS[place_of(row) % len(LETTERS)], response=row.result,
            before=before.result if before else None,
            followed=self.followed(row, turn, before), words=mine,
            earlier=self.earlier(row, turn), hidden=len(words) - len(mine),
            suggestions=asked[1] if asked else {}, suggesting=asked[0] if asked else None,
            chosen=row.result_id is not None and turn.chosen_id == row.result_id,
        )  # fmt: skip

    def readable(self, words: Iterable[Word]) -> list[Word]:
        """One's own words, and those on what one has judged."""
        return [one for one in words if one.row.response_id in self.seen or one.row.rater.user_id == self.user.pk]

    def earlier(self, row: Errand, turn: ChatTurn) -> list[Word]:
        """What was said of the replies in its place in the runs before."""
        runs = self.before.get(turn.pk, [])
        there = [one for one in self.errands if one.turn_id in runs and place_of(one) == place_of(row)]
        results = dict.fromkeys(one.result_id for one in there if one.result_id not in {None, row.result_id})
        return self.readable(word for result in results for word in self.said.get(result or 0, []))

    def followed(self, row: Errand, turn: ChatTurn, before: Errand | None) -> list[Followed]:
        """The principles it named."""
        known = set(before.answer.get("cited", [])) if before else set()
        numbers = self.articles.get(turn.constitution_id or 0, {})
        cited = [self.versions[pk] for pk in row.answer.get("cited", []) if pk in self.versions]
        return [Followed(version=one, article=numbers.get(one.pk), new=one.pk not in known) for one in cited]

    def words_by_response(self) -> dict[int, list[Word]]:
        """Standing words and rewrites of people, each with its last drafting and the principle that rests on it."""
        rows: list[Any] = [
            *Critique.objects.standing().filter(response__in=self.responses).exclude(rater__kind="judge")
            .select_related("rater__user"),
            *Edit.objects.standing().filter(response__in=self.responses).select_related("rater__user", "result"),
        ]  # fmt: skip
        about = Q(critique__in=[r.pk for r in rows if isinstance(r, Critique)]) | Q(
            edit__in=[r.pk for r in rows if isinstance(r, Edit)]
        )
        draftings = {source_of(one): one for one in Drafting.objects.filter(about).order_by("pk")} if rows else {}
        resting = Evidence.objects.filter(about).select_related("principle").order_by("pk") if rows else []
        principles = {source_of(one): one.principle for one in resting}
        found: dict[int, list[Word]] = defaultdict(list)
        for row in rows:
            key = (type(row).__name__.lower(), row.pk)
            kind = row.polarity if isinstance(row, Critique) else "rewrite"
            found[row.response_id].append(
                Word(row=row, kind=kind, drafting=draftings.get(key), principle=principles.get(key))
            )
        return found

    def suggestions_by_response(self) -> dict[int, tuple[Errand, dict[str, list[Critique]]]]:
        """What a model suggested to this person, for each reply: the errand, and what it left by polarity."""
        asked = Errand.objects.filter(response__in=self.responses, kind=Errand.Kind.SUGGEST, asked_by=self.user)
        latest = {row.response_id: row for row in asked.order_by("pk")}
        numbers = {pk for row in latest.values() for pk in row.answer.get("suggested", [])}
        rows = Critique.objects.filter(pk__in=numbers).order_by("pk") if numbers else []
        found: dict[int, tuple[Errand, dict[str, list[Critique]]]] = {}
        for response, errand in latest.items():
            by_polarity: dict[str, list[Critique]] = {}
            for row in rows:
                if row.pk in errand.answer.get("suggested", []):
                    by_polarity.setdefault(row.polarity, []).append(row)
            found[response or 0] = (errand, by_polarity)
        return found


def source_of(row: Drafting | Evidence) -> tuple[str, int]:
    """Which words a drafting or a piece of evidence is about."""
    return ("critique", row.critique_id) if row.critique_id else ("edit", row.edit_id or 0)


def place_of(row: Errand) -> int:
    """Which of the replies it is, from 0."""
    return int(row.answer.get("place", 0))


def articles_of(way: Sequence[ChatTurn]) -> dict[int, dict[int, int]]:
    """The numbers of wordings in the constitutions that were followed along the way."""
    wanted = {turn.constitution_id for turn in way if turn.constitution_id}
    found: dict[int, dict[int, int]] = {}
    for row in Constitution.objects.filter(pk__in=wanted).prefetch_related("articles"):
        found[row.pk] = {article.version_id: number for number, article in enumerate(row.articles.all(), start=1)}
    return found
