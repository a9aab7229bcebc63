"""All that comes beside the answers of a file, each kind by its adder; what others are about comes before them.

An adder takes a batch of placed rows, the project, the import and who is meant by a name, runs inside a transaction,
and returns how many pieces of feedback are new.
"""

from __future__ import annotations

from feedback.datasets.beside import add_beside
from feedback.datasets.marks import add_marks, add_rewrites
from feedback.datasets.spoken import add_comments, add_scores
from feedback.datasets.stored import Adder
from feedback.datasets.ways_shown import add_demonstrations, add_fulfilments, add_guidance

ADDERS: tuple[Adder, ...] = (
    add_beside, add_marks, add_rewrites, add_comments, add_scores, add_demonstrations, add_fulfilments, add_guidance,
)  # fmt: skip
