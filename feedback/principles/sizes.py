"""What it takes to have a constitution in the prompt: whole, or so many fitting principles, in tokens and dollars.

Measured on what is asked in the project, not guessed. It does not know what the project decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache

from feedback.examples.hashes import text_hash
from feedback.llm.embed import full_name
from feedback.models import Constitution
from feedback.principles.compiling import Compiler, cost_of_tokens, requests_of
from feedback.principles.fitting import FITS, fitting

CHOICES = (1, 3, 5, 8, 12)
A_THOUSAND = 1000
KEPT = 10 * 60


@dataclass(frozen=True, kw_only=True)
class Size:
    """One choice: `at_most` None is the whole. `principles` and `tokens` are means over what is asked.

    `cost` is that of a thousand prompts in dollars, None where the model's price is not known.
    """

    at_most: int | None
    principles: float
    tokens: float
    cost: Decimal | None
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """All choices there are, the requests they were measured on, and how many principles fit one of them."""

    lines: list[Size]
    requests: int
    fit: float


def sizes_of(constitution: Constitution, model: str) -> Sizes:
    """What each choice takes. A handful of queries."""
    compiler = Compiler(constitution)
    retrieves = constitution.project.retrieves
    requests = requests_of(constitution.project)
    fits = fits_of(compiler, requests)
    choices = sorted({one for one in (*CHOICES, retrieves or 0) if 0 < one < len(compiler.on)})
    weights = {version.pk: compiler.only([version.pk]).tokens for _, version in compiler.on}
    ids = list(weights)
    lines = [size(None, [ids], weights, model)]
    if requests:
        chosen = ((at_most, [[ids[place] for place in fitting(row, at_most=at_most)] for row in fits])
                  for at_most in reversed(choices))  # fmt: skip
        lines += [size(at_most, taken, weights, model) for at_most, taken in chosen]
    mean = sum(sum(fit >= FITS for fit in row) for row in fits) / len(fits) if fits else 0.0
    return Sizes(lines=[marked(line, retrieves, choices) for line in lines], requests=len(requests), fit=mean)


def fits_of(compiler: Compiler, requests: list[str]) -> list[list[float]]:
    """How well each principle fits each request. Kept for ten minutes: only new evidence could change it."""
    told = [full_name(compiler.embedder), *(str(version.pk) for _, version in compiler.on), *map(text_hash, requests)]
    name = f"fits:{text_hash('|'.join(told))}"
    kept: list[list[float]] | None = cache.get(name)
    if kept is None:
        kept = [compiler.fits(text) for text in requests]
        cache.set(name, kept, KEPT)
    return kept


def size(at_most: int | None, taken: list[list[int]], weights: dict[int, int], model: str) -> Size:
    """One choice, from which principles each request gets."""
    tokens = sum(weights[pk] for row in taken for pk in row) / len(taken)
    return Size(
        at_most=at_most, principles=sum(map(len, taken)) / len(taken), tokens=tokens,
        cost=cost_of_tokens(model, round(tokens * A_THOUSAND)),
    )  # fmt: skip


def marked(line: Size, retrieves: int | None, choices: list[int]) -> Size:
    """The line with whether it is the project's. More than there are is the whole."""
    own = retrieves if retrieves in choices else None
    return Size(
        at_most=line.at_most, principles=line.principles, tokens=line.tokens, cost=line.cost,
        chosen=line.at_most == own,
    )  # fmt: skip
