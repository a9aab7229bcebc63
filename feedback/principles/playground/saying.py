"""What people say of a reply in the playground: kudos, a critique or a rewrite, each drafted into a principle.

The words are rows like any others; only the way of asking says where they were given.
"""

from __future__ import annotations

from django.db import transaction

from feedback.capture.critiques import record_critique
from feedback.capture.edits import record_edit
from feedback.capture.forms import form_of
from feedback.errors import Refused
from feedback.models import ChatTurn, Critique, Drafting, Errand, Response, User
from feedback.principles.applying import settle_uses
from feedback.principles.drafting import ask_for_draft
from feedback.principles.playground.chats import tell

PROTOCOL = "playground"


@transaction.atomic
def say_of_reply(
    turn: ChatTurn, reply: Response, *, polarity: str, text: str, picked: Critique | None, key: str, by: User
) -> Drafting:
    """Kudos or a critique, typed or picked from a model's suggestions, and a draft asked for from it.

    A picked suggestion without words of one's own is said in its words.
    """
    if picked is not None and (picked.response_id != reply.pk or picked.polarity != polarity):
        raise Refused("This suggestion is for another reply. Pick again.")
    improve = ""
    if picked is not None and not text.strip():
        text, improve = picked.text, picked.improve
    row = record_critique(
        reply, polarity=polarity, text=text, improve=improve, picked_from=picked, key=key, by=by, protocol=PROTOCOL,
        form_version=form_of(turn.chat.project)[0], shown=shown_at(turn),
    )  # fmt: skip
    settle_uses(reply)
    tell(turn)
    return ask_for_draft(row, by=by)


@transaction.atomic
def rewrite_reply(turn: ChatTurn, reply: Response, *, text: str, key: str, by: User) -> Drafting:
    """A person's own version of a reply, and a draft asked for from the difference."""
    edit = record_edit(
        reply, text=text, key=key, by=by, protocol=PROTOCOL, form_version=form_of(turn.chat.project)[0],
        shown=shown_at(turn),
    )  # fmt: skip
    settle_uses(reply)
    tell(turn)
    return ask_for_draft(edit, by=by)


def shown_at(turn: ChatTurn) -> dict[str, object]:
    """What stood on the page: the replies in their order."""
    rows = Errand.objects.filter(turn=turn, result__isnull=False).order_by("pk").values_list("result", flat=True)
    return {"chat": turn.chat.number, "turn": turn.pk, "order": list(rows)}
