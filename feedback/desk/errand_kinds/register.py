"""Which way belongs to which kind of errand."""

from __future__ import annotations

from feedback.desk.errand_kinds.checking import CHECKS
from feedback.desk.errand_kinds.expert_editing import SYNTHETIC_EDIT
from feedback.desk.errand_kinds.following_up import FOLLOW_UPS
from feedback.desk.errand_kinds.foretelling import CONSEQUENCE
from feedback.desk.errand_kinds.generating import GENERATE
from feedback.desk.errand_kinds.hinting import HINTED
from feedback.desk.errand_kinds.retelling import RELABEL, RETELL
from feedback.desk.errand_kinds.standing_in import SHADOW
from feedback.desk.errand_kinds.suggesting import SUGGEST
from feedback.desk.errand_kinds.talking import CONTINUE, MESSAGE
from feedback.desk.errand_kinds.ways import Way
from feedback.errors import Refused
from feedback.models import Errand

Kind = Errand.Kind
WAYS: dict[str, Way] = {
    Kind.SUGGEST: SUGGEST,
    Kind.CONTINUE: CONTINUE,
    Kind.MESSAGE: MESSAGE,
    Kind.CONSEQUENCE: CONSEQUENCE,
    Kind.FOLLOW_UPS: FOLLOW_UPS,
    Kind.HINTED: HINTED,
    Kind.SHADOW: SHADOW,
    Kind.SYNTHETIC_EDIT: SYNTHETIC_EDIT,
    Kind.CHECKS: CHECKS,
    Kind.GENERATE: GENERATE,
    Kind.RELABEL: RELABEL,
    Kind.RETELL: RETELL,
}


def way_of(kind: str) -> Way:
    """How this kind of errand is done. Raises `Refused` for one there is not."""
    if kind not in WAYS:
        raise Refused(f"No model can be asked for {kind!r}.")
    return WAYS[kind]
