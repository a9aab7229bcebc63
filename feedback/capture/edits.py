"""Rewrites: a person's own version of a response or of one turn of its dialogue, which becomes a response itself."""

from __future__ import annotations

from typing import Any, Unpack

from django.db import transaction

from feedback.capture.history import How, checked_key, record, said, who_says
from feedback.errors import Refused
from feedback.examples.hashes import text_hash
from feedback.models import Edit, Response


def record_edit(
    response: Response, *, text: str, reason: str = "", turn: int | None = None, ideal: bool = False,
    **how: Unpack[How],
) -> Edit:  # fmt: skip
    """Record a rewrite: a new response of origin edited, and the row that ties it to the old one.

    With `turn` (an index into `response.messages`, of an assistant's turn) that turn is rewritten and the dialogue of
    the result ends before it. Raises `Refused` when nothing was changed or there is no such turn.
    """
    text = said(text, what="rewrite")
    if text == old_text(response, turn).replace("\r\n", "\n").strip():
        raise Refused("The rewrite is the same as the original. Change something, or leave the rewrite out.")
    reason = said(reason, what="reason", may_be_empty=True)
    with transaction.atomic():
        author = who_says(response.example.project, how)
        there = Edit.objects.filter(rater=author, key=checked_key(how)).select_related("result").first()
        if there is not None:
            return there
        result = Response.objects.create(
            example=response.example, text=text, content_hash=text_hash(text), origin=Response.Origin.EDITED,
            parent=response, author=author, turns=turns_before(response, turn),
        )  # fmt: skip
        edit = record(
            Edit, response, how, response=response, result=result, reason=reason, turn=turn, ideal=ideal
        )  # fmt: skip
        if edit.result_id != result.pk:
            result.delete()
    return edit


def old_text(response: Response, turn: int | None) -> str:
    """What is rewritten: the response, or the assistant's turn of that index."""
    if turn is None:
        return response.text
    messages = response.messages
    if not 0 <= turn < len(messages) or messages[turn].get("role") != "assistant":
        raise Refused("Only an answer can be rewritten, and this turn is none.")
    return str(messages[turn]["content"])


def turns_before(response: Response, turn: int | None) -> list[dict[str, Any]] | None:
    """The dialogue that the rewrite ends; None where it is the example's own."""
    return response.turns if turn is None else response.messages[:turn]
