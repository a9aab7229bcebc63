"""What the replies of a turn follow: the constitution as compiled for the message, and the wordings tried beside it.

Each has the number under which the prompt shows it, so that a reply can name those it kept to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from feedback.models import ChatTurn, PrincipleVersion
from feedback.principles.compiling import Compiler, as_text


@dataclass(frozen=True)
class Given:
    """What goes into the prompt, and which wording each number in it means."""

    text: str = ""
    numbered: dict[int, PrincipleVersion] = field(default_factory=dict)

    def named(self, numbers: tuple[int, ...]) -> list[PrincipleVersion]:
        """The wordings a model named, as far as there are such."""
        return [self.numbered[number] for number in dict.fromkeys(numbers) if number in self.numbered]


def given_to(turn: ChatTurn) -> Given:
    """What the replies of a turn are written under. A wording that is tried stands in for the one in force."""
    tried = tried_at(turn)
    compiler = Compiler(turn.constitution)
    ours = {version.principle_id for version in tried}
    kept = compiler.chosen(turn.text) - {v.pk for _, v in compiler.numbered if v.principle_id in ours}
    whole = compiler.only(kept)
    first = len(compiler.numbered) + 1
    added = list(enumerate(tried, start=first))
    numbered = {number: version for number, version in compiler.numbered if version.pk in kept}
    text = "\n".join(part for part in (whole.text, as_text(added)) if part)
    return Given(text, {**numbered, **dict(added)})


def tried_at(turn: ChatTurn) -> list[PrincipleVersion]:
    """The wordings tried at a turn, in the order they came. One query, or none."""
    if not turn.tried:
        return []
    rows = {row.pk: row for row in PrincipleVersion.objects.filter(pk__in=turn.tried).select_related("principle")}
    return [rows[pk] for pk in turn.tried if pk in rows]
