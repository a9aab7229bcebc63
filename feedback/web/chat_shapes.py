"""The shapes of a talk on its page: a turn, its replies, what was said of them and what they followed. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from feedback.models import ChatTurn, Critique, Drafting, Errand, JobState, Principle, PrincipleVersion, Response, User

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
    """A principle under which a reply reads otherwise. `article` is its number in the constitution; None: tried.

    `new` says that the reply in its place in the run before did not name it.
    """

    version: PrincipleVersion
    article: int | None
    new: bool = False


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One of the replies to a message. `before` is the one in its place in the run this one repeats.

    `words` were said of it, `earlier` of those in its place in the runs before.
    """

    errand: Errand
    letter: str
    response: Response | None
    before: Response | None = None
    followed: list[Followed] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    earlier: list[Word] = field(default_factory=list)
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
    def asked_for(self) -> list[Followed]:
        """The principles that asked for what changed."""
        return [one for one in self.followed if self.changed and one.new]

    @property
    def kept_to(self) -> list[Followed]:
        """The others it named."""
        return [one for one in self.followed if not (self.changed and one.new)]

    @property
    def changed(self) -> bool:
        """Whether it reads otherwise than before."""
        return self.compares and self.response.text.strip() != self.before.text.strip()  # type: ignore[union-attr]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A message with its replies, as it stands on the way that is shown.

    `runs_before` are the turns it repeats, the last one first; `shows_replies` says whether all replies stand there,
    not only the one the talk went on from.
    """

    row: ChatTurn
    siblings: list[int]
    tried: list[PrincipleVersion]
    replies: list[Reply] = field(default_factory=list)
    last: bool = False
    shows_replies: bool = False
    runs_before: list[int] = field(default_factory=list)

    @property
    def opened(self) -> bool:
        """Whether its replies are shown although the talk went on."""
        return self.shows_replies and not self.last and self.row.chosen_id is not None

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
