"""What an import is at, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from feedback.datasets import bringing

STAGES = {
    bringing.READING: _("Reading the file"),
    bringing.COMPARING: _("Comparing it with what is here"),
    bringing.ASKING: _("Read to its end; nothing is in yet"),
    "examples": _("Storing examples"),
    "responses": _("Storing responses"),
    "preferences": _("Storing preferences"),
    "feedback": _("Storing what else was said"),
}
