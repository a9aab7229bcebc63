"""The constitution's place in the desk's errands: an answer is written under what is in force and fits its request.

Importing it puts it there. The desk lies to the left and only offers the place (`beside`).
"""

from __future__ import annotations

from collections.abc import Sequence

from feedback.desk.errand_kinds.beside import Law, govern_by
from feedback.models import Errand, Response
from feedback.principles.applying import note_uses
from feedback.principles.compiling import Compiled, compiled_for
from feedback.principles.constitutions import current_constitution


def law_for(errand: Errand) -> Law | None:
    """What is in force for the example an errand is about; None where nothing is."""
    compiled = compiled_for(current_constitution(errand.project), errand.example.request)
    return Law(compiled.text, compiled) if compiled.text else None


def note_followed(response: Response, law: Law, followed: Sequence[int]) -> object:
    """Write down under which principles a response was written, and which of them its writer named."""
    compiled = law.compiled
    assert isinstance(compiled, Compiled)
    return note_uses(response, versions=compiled.versions, cited=compiled.cited(followed))


govern_by(law_for, note_followed)
