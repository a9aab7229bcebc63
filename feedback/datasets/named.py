"""Who said what a file holds, as raters: a name and what kind of voice it is. Remembered for one import."""

from __future__ import annotations

from feedback.datasets.readers.rows import CHECK, MODEL, PERSON, SIMULATED
from feedback.models import Project, Rater
from feedback.projects.raters import named_rater

KINDS = {PERSON: Rater.Kind.IMPORTED, MODEL: Rater.Kind.JUDGE, CHECK: Rater.Kind.CHECK,
         SIMULATED: Rater.Kind.SIMULATED}  # fmt: skip


class Raters:
    """The raters of a project by name and kind; called with them, it gives the row."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.found: dict[tuple[str, str], Rater] = {}

    def __call__(self, name: str, by: str = PERSON) -> Rater:
        """The rater of that name, made on first use. A model's words never become a person's: `by` is its kind."""
        name = name[:120].strip() or "unnamed"
        if (name, by) not in self.found:
            self.found[name, by] = named_rater(self.project, KINDS[by], name)
        return self.found[name, by]
