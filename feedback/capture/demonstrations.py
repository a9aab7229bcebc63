"""Answers people wrote from nothing (InstructGPT, ReLIFT): each becomes a response itself."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction

from feedback.capture.history import How, checked_key, record, said, who_says
from feedback.examples.hashes import text_hash
from feedback.models import Demonstration, Example, Response

PROTOCOL = "demonstration"


def record_demonstration(example: Example, *, text: str, reason: str = "", **how: Unpack[How]) -> Demonstration:
    """Record an answer the rater wrote: a new response of origin written, and the row that ties it to the example."""
    text = said(text, what="answer")
    reason = said(reason, what="reason", may_be_empty=True)
    how.setdefault("protocol", PROTOCOL)
    with transaction.atomic():
        author = who_says(example.project, how)
        there = Demonstration.objects.filter(rater=author, key=checked_key(how)).select_related("result").first()
        if there is not None:
            return there
        result = Response.objects.create(
            example=example, text=text, content_hash=text_hash(text), origin=Response.Origin.WRITTEN, author=author
        )
        row = record(Demonstration, example, how, example=example, result=result, reason=reason)
        if row.result_id != result.pk:
            result.delete()
    return row
