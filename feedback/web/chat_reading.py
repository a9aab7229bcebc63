"""A talk as its page shows it: the way from the first message to the last, with replies, words and what changed.

It reads in a fixed number of queries, however long the talk is, and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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
    JobState,
    Principle,
    PrincipleVersion,
    Response,
    User,
)

LETTERS = "ABCDEF"
OPEN = (JobState.WAITING, JobState.LEASED)


@dataclass(frozen=True, kw_only=True)
class Word:
    """What somebody said of a reply and the principle that came of it, or the drafting it waits for."""

    row: Any
    kind: str
    drafting: Drafting | None = None
    principle: Principle | None = None

    @property
    def waiting(self) -> bool:
        """Whether a draft is on its way."""
        return self.drafting is not None and self.drafting.state in OPEN

    @property
    def failed(self) -> bool:
        """Whether no draft came of it."""
        return self.principle is None and self.drafting is not None and self.drafting.state == JobState.FAILED


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A principle under which a reply reads otherwise. `article` is its number in the constitution; None: tried."""

    version: PrincipleVersion
    article: int | None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One of the replies to a message. `before` is the one in its place in the run this one repeats."""

    errand: Errand
    letter: str
    response: Response | None
    before: Response | None = None
    followed: list[Followed] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    hidden: int = 0
    suggestions: dict[str, list[Critique]] = field(default_factory=dict)
    suggesting: Errand | None = None
    chosen: bool = False

    @property
    def key(self) -> int:
        """The key that leads to it."""
        return LETTERS.index(self.letter) + 1

    @property
    def is_open(self) -> bool:
        """Whether it is still being written."""
        return self.errand.state in OPEN

    @property
    def compares(self) -> bool:
        """Whether there is one before to compare it with."""
        return self.response is not None and self.before is not None

    @property
    def changed(self) -> bool:
        """Whether it reads otherwise than before."""
        return self.compares and self.response.text.strip() != self.before.text.strip()  # type: ignore[union-attr]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A message with its replies, as it stands on the way that is shown."""

    row: ChatTurn
    siblings: list[int]
    tried: list[PrincipleVersion]
    replies: list[Reply] = field(default_factory=list)
    last: bool = False

    @property
    def place(self) -> int:
        """Which of its siblings it is, from 1."""
        return self.siblings.index(self.row.pk) + 1

    @property
    def asked_by(self) -> User | None:
        """Who wrote the message."""
        return self.replies[0].errand.asked_by if self.replies else None

    @property
    def earlier(self) -> int | None:
        """The sibling before."""
        return self.siblings[self.place - 2] if self.place > 1 else None

    @property
    def later(self) -> int | None:
        """The sibling after."""
        return self.siblings[self.place] if self.place < len(self.siblings) else None

    @property
    def is_open(self) -> bool:
        """Whether a reply is still being written."""
        return any(reply.is_open for reply in self.replies)

    @property
    def changed(self) -> int:
        """How many replies read otherwise than before."""
        return sum(reply.changed for reply in self.replies)

    @property
    def compared(self) -> int:
        """How many can be compared with the run before."""
        return sum(reply.compares for reply in self.replies)

    @property
    def rewritten(self) -> bool:
        """Whether the talk went on from a rewrite."""
        chosen = self.row.chosen_id
        return chosen is not None and all(r.response is None or r.response.pk != chosen for r in self.replies)


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


def read(chat: Chat, *, wanted: str | None, user: User, seen: Any) -> list[Turn]:
    """The way that is shown. `seen` holds the responses whose words by others this person may read."""
    turns = list(turns_of(chat))
    way = way_to(turns, wanted)
    tried = versions_of(way)
    shown = [turn.pk for turn in way] + [turn.rerun_of_id for turn in way if turn.rerun_of_id]
    errands = replies_of(shown)
    read_on = Reading(errands=errands, user=user, seen=seen, way=way)
    return [
        Turn(
            row=turn, siblings=[one.pk for one in turns if one.parent_id == turn.parent_id],
            tried=[tried[pk] for pk in turn.tried if pk in tried], replies=read_on.replies(turn), last=turn is way[-1],
        )
        for turn in way
    ]  # fmt: skip


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

    def __init__(self, *, errands: list[Errand], user: User, seen: Any, way: Sequence[ChatTurn]) -> None:
        """Fetches words, draftings, principles, suggestions and the articles followed."""
        self.errands, self.user, self.seen = errands, user, seen
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
        before = {place_of(row): row.result for row in self.errands if row.turn_id == turn.rerun_of_id}
        return [self.reply(row, turn, before.get(place_of(row))) for row in mine]

    def reply(self, row: Errand, turn: ChatTurn, before: Response | None) -> Reply:
        """One reply."""
        words = self.said.get(row.result_id or 0, [])
        open_to_me = row.result_id in self.seen
        mine = [word for word in words if open_to_me or word.row.rater.user_id == self.user.pk]
        asked = self.suggesting.get(row.result_id or 0)
        return Reply(
            errand=row, letter=LETTERS[place_of(row) % len(LETTERS)], response=row.result, before=before,
            followed=self.followed(row, turn), words=mine, hidden=len(words) - len(mine),
            suggestions=asked[1] if asked else {}, suggesting=asked[0] if asked else None,
            chosen=row.result_id is not None and turn.chosen_id == row.result_id,
        )  # fmt: skip

    def followed(self, row: Errand, turn: ChatTurn) -> list[Followed]:
        """The principles it named."""
        numbers = self.articles.get(turn.constitution_id or 0, {})
        cited = [self.versions[pk] for pk in row.answer.get("cited", []) if pk in self.versions]
        return [Followed(version=one, article=numbers.get(one.pk)) for one in cited]

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
