"""A constitution as one prompt gets it: whole, or only the principles whose condition fits the text at hand (DROC).

    compiled_for(constitution, example.request)           as the project has it
    compiled_for(constitution, text, at_most=5)           the five that fit best
    compiled_for(constitution, text, whole=True)          all of them

Principles that were switched off are in no prompt. Those that are in stand in the constitution's order under their own
numbers, so that a model can cite them. It does not know who asks or what became of the answer (see `applying`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from feedback.errors import NotAllowed
from feedback.live import announce
from feedback.llm.embed import Embedder, local
from feedback.llm.model import Usage
from feedback.llm.pricing import cost_of
from feedback.models import Constitution, Evidence, Example, Member, PrincipleVersion, Project, Role, Split, User
from feedback.principles.fitting import Key, fit_of, fitting, is_general, sparse, vectors_of_text
from feedback.principles.vectors import vectors_of
from feedback.principles.wording import principle_sentence

AT_MOST = 8
LETTERS_A_TOKEN = 4
MOST_LEARNED = 6
SAMPLE = 40
LEARNED_FROM = (
    "critique__response__example", "preference__response_a__example", "edit__response__example",
    "span__response__example", "rating__response__example",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """What goes into a prompt: its text, the wordings in it, about how many tokens that is, and what was left out.

    `numbers` are those of the wordings in the document, which the text gives them as well.
    """

    text: str
    versions: tuple[PrincipleVersion, ...] = ()
    numbers: tuple[int, ...] = ()
    tokens: int = 0
    left_out: tuple[PrincipleVersion, ...] = ()

    def cited(self, numbers: Iterable[int]) -> list[PrincipleVersion]:
        """The wordings a model named by their numbers; numbers that are not in the text are passed over."""
        by_number = dict(zip(self.numbers, self.versions, strict=True))
        return [by_number[number] for number in dict.fromkeys(numbers) if number in by_number]


def compiled_for(
    constitution: Constitution | None, text: str, *, at_most: int | None = None, whole: bool | None = None
) -> Compiled:
    """The constitution for a prompt about `text`; the project says whether whole, unless `at_most` or `whole` does.

    A handful of queries; for many texts make one `Compiler`.
    """
    return Compiler(constitution).compile(text, at_most=at_most, whole=whole)


@transaction.atomic
def decide_compiling(project: Project, *, by: User, retrieves: int | None, switches_off: bool) -> Project:
    """How many fitting principles a prompt gets (None: all), and whether bad records switch off. Owners only."""
    if not Member.objects.filter(project=project, user=by, role=Role.OWNER).exists():
        raise NotAllowed("Only an owner decides how the constitution enters prompts.")
    Project.objects.filter(pk=project.pk).update(retrieves=retrieves or None, switches_off=switches_off)
    project.refresh_from_db()
    announce(project, "constitution")
    return project


class Compiler:
    """One constitution made ready for many texts."""

    def __init__(
        self,
        constitution: Constitution | None,
        *,
        versions: Sequence[PrincipleVersion] | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """Fetches the articles, unless they were prefetched with their principles; or takes `versions` as the list."""
        self.constitution = constitution
        self.embedder = embedder or local()
        if versions is None:
            versions = [article.version for article in articles_of(constitution)] if constitution else []
        self.numbered = list(enumerate(versions, start=1))
        self.on = [pair for pair in self.numbered if pair[1].principle.switched_off_at is None]
        self._keys: list[Key] | None = None

    @property
    def keys(self) -> list[Key]:
        """What the principles that are on are found by; made when first asked for."""
        if self._keys is None:
            self._keys = keys_of([version for _, version in self.on], self.embedder)
        return self._keys

    def compile(self, text: str, *, at_most: int | None = None, whole: bool | None = None) -> Compiled:
        """What a prompt about this text gets."""
        return self.only(self.chosen(text, at_most=at_most, whole=whole))

    def chosen(self, text: str, *, at_most: int | None = None, whole: bool | None = None) -> set[int]:
        """The ids of the wordings that a prompt about this text gets."""
        if whole is None and at_most is None and self.constitution is not None:
            at_most = self.constitution.project.retrieves
            whole = at_most is None
        if whole or not self.on:
            return {version.pk for _, version in self.on}
        places = fitting(self.fits(text), at_most=at_most if at_most is not None else AT_MOST)
        return {self.on[place][1].pk for place in places}

    def fits(self, text: str) -> list[float]:
        """How well each principle that is on fits a text."""
        pieces = vectors_of_text(text, self.embedder)
        return [fit_of(key, pieces) for key in self.keys]

    def largest(self) -> Compiled:
        """The most a prompt of this project can get: all that are on, or as many of the longest as it takes."""
        at_most = self.constitution.project.retrieves if self.constitution else None
        longest = sorted((version for _, version in self.on), key=lambda one: -len(principle_sentence(one)))
        return self.only({version.pk for version in longest[:at_most]})

    def only(self, ids: Collection[int] | None) -> Compiled:
        """Just these wordings; None: all that are on."""
        ids = {version.pk for _, version in self.on} if ids is None else ids
        taken = [(number, version) for number, version in self.numbered if version.pk in ids]
        text = as_text(taken)
        return Compiled(
            text=text, versions=tuple(version for _, version in taken), numbers=tuple(number for number, _ in taken),
            tokens=tokens_of(text),
            left_out=tuple(version for _, version in self.numbered if version.pk not in ids),
        )  # fmt: skip


def articles_of(constitution: Constitution) -> list[Any]:
    """The articles in order with wordings and principles; no query where they were prefetched."""
    if "articles" in getattr(constitution, "_prefetched_objects_cache", {}):
        return list(constitution.articles.all())
    return list(constitution.articles.select_related("version__principle").order_by("position"))


def as_text(numbered: Iterable[tuple[int, PrincipleVersion]]) -> str:
    """The lines of a prompt: number, sentence, and what it does not mean."""
    lines = []
    for number, version in numbered:
        lines.append(f"{number}. {principle_sentence(version)}")
        if version.counter_examples.strip():
            lines.append(f"   Not: {version.counter_examples.strip()}")
    return "\n".join(lines)


def requests_of(project: Project, *, at_most: int = SAMPLE) -> list[str]:
    """What is asked in a project: a sample, the same each time, never of the holdout. One query."""
    rows = Example.objects.filter(project=project).exclude(split=Split.HOLDOUT).order_by("content_hash")
    return [row.request for row in rows.only("messages")[:at_most]]


def compiled_versions(
    versions: Sequence[PrincipleVersion], requests: Iterable[str], *, at_most: int | None
) -> list[tuple[int, ...]]:
    """Which wordings of a list each request's prompt gets. None: all of them."""
    compiler = Compiler(None, versions=versions)
    on = tuple(version.pk for _, version in compiler.on)
    if at_most is None:
        return [on for _ in requests]
    taken = (compiler.chosen(text, at_most=at_most) for text in requests)
    return [tuple(pk for pk in on if pk in ids) for ids in taken]


def tokens_of(text: str) -> int:
    """About how many tokens a text is."""
    return -(-len(text) // LETTERS_A_TOKEN)


def cost_of_tokens(model: str, tokens: int) -> Decimal | None:
    """What it costs to have that many tokens read once; None where the price is not known."""
    return cost_of(model, Usage(input_tokens=tokens))


def keys_of(versions: Sequence[PrincipleVersion], embedder: Embedder) -> list[Key]:
    """What principles are found by. Holdout examples are never among it."""
    learned = learned_from({version.principle_id for version in versions})
    asked = sorted({text for texts in learned.values() for text in texts})
    domains = [version.domain.strip() for version in versions]
    vectors = dict(zip([*domains, *asked], vectors_of([*domains, *asked], embedder=embedder), strict=True))
    return [
        Key(
            domain=sparse(vectors[domain]),
            learned=tuple(sparse(vectors[text]) for text in learned[version.principle_id]),
            general=is_general(domain),
        )
        for domain, version in zip(domains, versions, strict=True)
    ]


def learned_from(principle_ids: Collection[int]) -> dict[int, list[str]]:
    """The requests of the examples that stand behind principles as evidence, a few of each. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    columns = [f"{way}__{column}" for way in LEARNED_FROM for column in ("messages", "split")]
    rows = Evidence.objects.filter(principle__in=principle_ids).exclude(kind=Evidence.Kind.CONTRADICTS)
    for principle_id, *told in rows.order_by("pk").values_list("principle_id", *columns):
        for messages, split in zip(told[::2], told[1::2], strict=True):
            said = [turn["content"] for turn in messages or [] if turn["role"] == "user"]
            if said and split != Split.HOLDOUT and len(found[principle_id]) < MOST_LEARNED:
                found[principle_id].append(said[-1])
    return found
