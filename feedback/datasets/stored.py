"""What all adders share: where a row of a file went, and how the same thing is told from another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.datasets.readers.rows import Answer, Row
from feedback.examples.hashes import answer_hash, text_hash
from feedback.models import Import, Project, Rater

PROTOCOL = "imported"
RaterNamed = Callable[..., Rater]
Rows = dict[tuple[int, str], Any]


@dataclass(frozen=True)
class Placed:
    """A row and where it went: the hash and id of its example, the ids of its responses in their order."""

    row: Row
    example_hash: str
    example: int
    responses: Sequence[int]

    def answers(self) -> list[tuple[int, Answer]]:
        """Each answer with the id of its response."""
        return list(zip(self.responses, self.row.answers, strict=True))

    def hash_of(self, place: int) -> str:
        """The hash of the answer at that place."""
        answer = self.row.answers[place]
        return answer_hash(answer.text, answer.turns)


Adder = Callable[[Sequence[Placed], Project, Import | None, RaterNamed], int]


def key_of(*content: object) -> str:
    """A key made of what was said, so that the same thing is stored once."""
    return text_hash("|".join(map(str, content)))


def unknown(kind: Any, rows: Rows) -> list[Any]:
    """Those whose rater and key are not there yet."""
    if not rows:
        return []
    raters, keys = {rater for rater, _ in rows}, [key for _, key in rows]
    there = set(kind.objects.filter(rater__in=raters, key__in=keys).values_list("rater", "key"))
    return [row for name, row in rows.items() if name not in there]


def told(project: Project, imported: Import | None, rater: Rater, key: str) -> dict[str, Any]:
    """The columns every row of feedback that came in a file has."""
    return {"project": project, "imported_in": imported, "rater": rater, "key": key, "protocol": PROTOCOL}
