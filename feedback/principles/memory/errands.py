"""The memory's place among the desk's errands: two kinds of its own, and what stands beside an answer.

Importing it puts them there. What a person learned for themselves stands beside only what they ask for.
"""

from __future__ import annotations

from feedback.desk.errand_kinds.beside import Beside, remember_by
from feedback.desk.errand_kinds.register import WAYS
from feedback.models import Errand, Experience, Response
from feedback.principles.applying import note_uses
from feedback.principles.memory.recalling import Library
from feedback.principles.memory.reflecting import REFLECT
from feedback.principles.memory.repairing import REPAIR


def recall_for(errand: Errand) -> Beside:
    """What fits the example an errand is about; nothing where the project remembers nothing."""
    if not errand.project.remembers:
        return Beside()
    library = Library(errand.project, user=errand.asked_by)
    found = library.recall(errand.example.request, example=errand.example)
    return Beside(found.entries, found.text)


def note_use(response: Response, entries: tuple[Experience, ...]) -> object:
    """Write down that these entries stood in the prompt of a response."""
    return note_uses(response, experiences=entries)


WAYS[Errand.Kind.REFLECT] = REFLECT
WAYS[Errand.Kind.REPAIR] = REPAIR
remember_by(recall_for, note_use)
