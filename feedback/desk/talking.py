"""Talking with a model about its answer: editing it in place or sending a message, and what either of them costs.

Both ways are errands (`errand_kinds.talking`); their tokens stand in the ledger, so that a team can see which way costs
less and keeps more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from feedback.capture.edits import old_text, record_edit
from feedback.capture.history import How, checked_key, who_says
from feedback.desk.errands import ask_errand
from feedback.desk.going_on import Passage, by_model, story, words_in
from feedback.models import Edit, Errand, JobState, ModelCall, Project, Response, User

PROTOCOL = "in-place"
Kind = Errand.Kind


def go_on(response: Response, *, text: str, by: User, turn: int | None = None, **how: Unpack[How]) -> Errand:
    """Record the edited answer and ask a model to go on from it. One transaction; the same key is one errand.

    An edit of these very words that the person made of this response before is gone on from again.
    """
    how.setdefault("protocol", PROTOCOL)
    with transaction.atomic():
        edit = same_edit(response, text, turn, by) or record_edit(response, text=text, turn=turn, **{**how, "by": by})
        return ask_errand(
            Kind.CONTINUE, example=response.example, response=response, edit=edit, key=checked_key(how), by=by
        )


def same_edit(response: Response, text: str, turn: int | None, by: User) -> Edit | None:
    """The person's standing edit that says the same."""
    rows = Edit.objects.standing().filter(
        response=response, turn=turn, rater=who_says(response.example.project, {"by": by})
    )
    found: Edit | None = rows.filter(result__text=text.replace("\r\n", "\n").strip()).select_related("result").first()
    return found


def send_message(response: Response, *, words: str, key: str, by: User) -> Errand:
    """Ask for the next answer in the usual way: by a message after the last one."""
    return ask_errand(Kind.MESSAGE, example=response.example, response=response, words=words, key=key, by=by)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One errand of either way that is done: how the answer came about, and what it cost."""

    errand: Errand
    passages: list[Passage] = field(default_factory=list)
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal | None = None
    simulated: bool = False
    model: str = ""

    @property
    def tokens(self) -> int:
        """All tokens, both ways."""
        return self.tokens_in + self.tokens_out

    @property
    def kept(self) -> int:
        """Words of the answer before that stand unchanged."""
        return words_in(self.passages, "same")

    @property
    def before(self) -> int:
        """Words of the answer before."""
        return self.kept + words_in(self.passages, "removed")

    @property
    def answer(self) -> Response | None:
        """What to go on from: the model's answer, or the edit where it stands as it is."""
        return self.errand.result or (self.errand.edit.result if self.errand.edit else None)

    @property
    def asked_next(self) -> str:
        """What the person in the dialogue wrote after the turn that was edited."""
        edit = self.errand.edit
        after = edit.response.messages[edit.turn + 1 :] if edit and edit.turn is not None else []
        return str(after[0]["content"]) if after and after[0]["role"] == "user" else ""


def told(errands: Collection[Errand]) -> list[Told]:
    """Errands of either way with their stories and costs, in the order given. One query."""
    costs = costs_of([errand.pk for errand in errands])
    return [Told(errand=errand, passages=passages_of(errand), **costs.get(errand.pk, {})) for errand in errands]


def costs_of(ids: list[int]) -> dict[int, dict[str, Any]]:
    """Tokens and money of errands, from the ledger; a cost that is not known of any call is None."""
    calls = ModelCall.objects.filter(errand__in=ids).exclude(state=ModelCall.State.HELD).order_by()
    sums = calls.values("errand").annotate(
        given=Sum(F("input_tokens") + F("cache_read_tokens") + F("cache_write_tokens")), out=Sum("output_tokens"),
        money=Sum("cost"), unknown=Count("pk", filter=Q(cost__isnull=True)),
        played=Count("pk", filter=Q(simulated=True)), by=Max("model"),
    )  # fmt: skip
    return {
        row["errand"]: {
            "tokens_in": row["given"], "tokens_out": row["out"], "cost": None if row["unknown"] else row["money"],
            "simulated": bool(row["played"]), "model": row["by"],
        }
        for row in sums
    }  # fmt: skip


def passages_of(errand: Errand) -> list[Passage]:
    """How the new answer came about: what stayed, what the person changed, what the model kept and changed."""
    if errand.state != JobState.DONE:
        return []
    if errand.kind == Kind.MESSAGE:
        return by_model(errand.response.text, errand.result.text) if errand.response and errand.result else []
    if errand.edit is None:
        return []
    answer = errand.result or errand.edit.result
    return story(old_text(errand.edit.response, errand.edit.turn), errand.edit.result.text, answer.text)


def talks_of(project: Project) -> QuerySet[Errand]:
    """The errands of both ways, with all that is shown of them."""
    rows = Errand.objects.filter(project=project, kind__in=[Kind.CONTINUE, Kind.MESSAGE])
    paths = ["example", "response__example", "result", "edit__result", "edit__response__example", "asked_by"]
    return rows.select_related(*paths)


def samples(project: Project) -> dict[str, list[int]]:
    """The tokens the model wrote on every finished errand of either way. One query."""
    rows = ModelCall.objects.filter(
        errand__project=project, errand__state=JobState.DONE, errand__kind__in=[Kind.CONTINUE, Kind.MESSAGE]
    )
    sums = rows.order_by("errand").values("errand", "errand__kind").annotate(written=Sum("output_tokens"))
    found: dict[str, list[int]] = {Kind.CONTINUE: [], Kind.MESSAGE: []}
    for row in sums:
        found[row["errand__kind"]].append(row["written"])
    return found
