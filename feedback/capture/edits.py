"""Rewrites: a person's own version of a response, which becomes a response itself."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction

from feedback.capture.history import How, checked_key, record, said, who_says
from feedback.errors import Refused
from feedback.examples.hashes import text_hash
from feedback.models import Edit, Response


def record_edit(response: Response, *, text: str, reason: str = "", **how: Unpack[How]) -> Edit:
    """Record a rewrite: a new response of origin edited, and the row that ties it to the old one.

    Raises `Refused` when nothing was changed.
    """
    text = said(text, what="rewrite")
    if text == response.text.replace("\r\n", "\n").strip():
        raise Refused("The rewrite is the same as the original. Change something, or leave the rewrite out.")
    reason = said(reason, what="reason", may_be_empty=True)
    with transaction.atomic():
        author = who_says(response.example.project, how)
        there = Edit.objects.filter(rater=author, key=checked_key(how)).select_related("result").first()
        if there is not None:
            return there
        result = Response.objects.create(
            example=response.example, text=text, content_hash=text_hash(text), origin=Response.Origin.EDITED,
            parent=response, author=author,
        )  # fmt: skip
        edit = record(Edit, response, how, response=response, result=result, reason=reason)
        if edit.result_id != result.pk:
            result.delete()
    return edit
