"""What an export format is: where its material comes from, and how one piece of it becomes a line.

A format is one `Format` in `feedback/datasets/registry.py`. To add one whose line is one row of feedback:

    1. `feedback/datasets/writers/ratings.py`: `NAME`, `LABEL`, and `line_of(row) -> dict`, which knows no database and
       raises `Untrainable` with the reason why a row is left out (it is counted under that reason);
    2. in the registry: `Format(name=NAME, label=LABEL, one="rating", many="ratings", about="for the card",
       kinds=(Rating,), pieces=partial(rows_said, Rating), line=lambda one: line_of(one.row), origins=origins_said)`.

A line that is made of more (a pair of texts with all judgements of it, all marks on a response) has a `Piece` of its
own and a generator that streams them: `judged.py` and `marked.py` are the two there are. What every file has in common
is done by `exporting.py`: held-out examples stay out, whose word counts, sidecar, manifest, card, zip, memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Protocol, TypedDict

from feedback.datasets.writers.deciding import ANY, Rule
from feedback.datasets.writers.documents import Document
from feedback.models import Example, Project, Rater, Split
from feedback.models.feedback import Feedback

COUNTED = frozenset({Rater.Kind.PERSON.value, Rater.Kind.IMPORTED.value})
Line = dict[str, Any]
FOR_TRAINERS = "For trainers"
AS_GIVEN = "Feedback as it was given"


class Wishes(TypedDict, total=False):
    """What can be asked of an export: see `Wish`."""

    include_simulated: bool
    raters: Collection[str]
    held_out: bool
    split: str
    aspect: str
    timing: str
    objective: str
    use: str
    tags: Collection[str]
    origins: Collection[str]
    models: Collection[str]
    rounds: Collection[int]
    constitution: int | None
    prompt: str
    since: date | None
    until: date | None
    rule: Rule
    pairs: str
    snapshot: int | None
    part: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be in it: the kinds of raters whose word counts; "" or nothing of any other filter lets all pass.

    Held-out examples never stand in one file with others: it is either them alone, for evaluation, or all but them.
    With the id of a `snapshot` only what was frozen in it, and of that one `part` ("" for all). `choosing.py` says what
    each filter means for a row of feedback; the `rule` is about pairs, which `judged.py` holds against it. What `pairs`
    are made of is said in `paired.py`: "" for preferences and rewrites, or rankings, ratings, checks …
    An export that goes on where it was asks for examples `after` a number; who reads may begin earlier, but by example.
    """

    kinds: frozenset[str] = COUNTED
    held_out: bool = False
    split: str = ""
    aspect: str = ""
    timing: str = ""
    objective: str = ""
    use: str = ""
    tags: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    rounds: frozenset[int] = frozenset()
    constitution: int | None = None
    prompt: str = ""
    since: date | None = None
    until: date | None = None
    rule: Rule = ANY
    pairs: str = ""
    snapshot: int | None = None
    part: str = ""
    after: int = 0

    @cached_property
    def splits(self) -> list[str]:
        """The splits whose examples may be in it."""
        if self.held_out:
            return [Split.HOLDOUT.value]
        return [one for one in (Split.FEEDBACK.value, Split.SELECT.value) if self.split in ("", one)]

    def facts(self) -> dict[str, Any]:
        """The wish as the manifest has it: raters and splits always, of the rest what narrows it."""
        narrowed: dict[str, Any] = {}
        for name in ("aspect", "timing", "objective", "use", "constitution", "prompt", "pairs", "part"):
            narrowed[name] = getattr(self, name)
        for name in ("tags", "origins", "models", "rounds"):
            narrowed[name] = sorted(getattr(self, name))
        for name in ("since", "until"):
            day = getattr(self, name)
            narrowed[name] = day.isoformat() if day else None
        changed = {name: value for name, value in self.rule._asdict().items() if value != getattr(ANY, name)}
        chosen = {name: value for name, value in {**narrowed, **changed}.items() if value not in ("", None, [])}
        return {"raters": sorted(self.kinds), "splits": self.splits, **chosen}


SETS = ("tags", "origins", "models", "rounds")


def wish_of(*, include_simulated: bool = False, raters: Collection[str] = (), **wishes: Any) -> Wish:
    """The wish, as a page or a command says it."""
    kinds = frozenset(raters) or COUNTED
    if include_simulated:
        kinds |= {Rater.Kind.SIMULATED.value}
    told: dict[str, Any] = {name: frozenset(one) if name in SETS else one for name, one in wishes.items()}
    return Wish(kinds=kinds, **told)


class Piece(Protocol):
    """What one line is made of."""

    @property
    def example(self) -> Example:
        """The example it belongs to; pieces come by example."""

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote any text in it."""

    @property
    def sources(self) -> set[str]:
        """The kinds of feedback it comes from: {"preference", "edit"}."""

    @property
    def responses(self) -> list[int]:
        """The responses one must have judged to see it."""

    @property
    def agreement(self) -> tuple[int, bool]:
        """How many judged the same thing, and whether they were of one mind."""


Pieces = Callable[[Project, Wish], Iterator[Any]]


@dataclass(frozen=True, kw_only=True)
class Format:
    """One export format.

    `pieces` streams `Piece`s by example from standing feedback, None for what only raters that do not count said.
    `line` makes a piece the line of the data file or raises `Untrainable`. `origins` makes the sidecar's lines for a
    batch of pieces and their lines, one each with the same keys, in a fixed number of queries. `about` is what the card
    says of a line; `kinds` are the tables the material is in; under `group` it is listed. `trainer` is who reads it,
    `needs` what must have been said for it to hold anything, as a sentence; `columns` the type of each column in the
    notation of `checking.py`, `rules` what no type can say: the sentence of what is wrong with a line, or "".
    `sidecar` makes the lines of `origins` as bytes, where there is a quicker way to the same ones.
    `systems` are the papers it serves, `configs` what the files beside the data say of it ({"llama_factory": …}).
    Where the data file is not JSON Lines but one JSON document or a CSV table, `document` makes what writes it: see
    `writers/documents.py`. Every line is still checked and has its line in the sidecar.
    """

    name: str
    label: str
    one: str
    many: str
    about: str
    pieces: Pieces
    line: Callable[[Any], Line]
    origins: Callable[[Sequence[Any], Sequence[Line]], list[Line]]
    kinds: tuple[type[Feedback], ...] = field(default=())
    group: str = FOR_TRAINERS
    trainer: str = ""
    needs: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    rules: Callable[[Line], str] | None = None
    systems: tuple[str, ...] = ()
    configs: Mapping[str, Any] = field(default_factory=dict)
    document: Callable[[], Document] | None = None
    sidecar: Callable[[Sequence[Any], Sequence[Line]], list[bytes]] | None = None
