"""The sidecar's line of a judged pair as bytes at once: the same that `provenance.py` says, in a third of the time.

A long export is made of millions of them. What most lines have is put into a pattern; a word that many lines share
(a model's name, a file's) is made JSON once. `tests/datasets/test_told.py` holds both ways against each other.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from orjson import dumps

from feedback.datasets.judged import NAMES, JudgedPair, Judgement
from feedback.datasets.provenance import Principles, origin_of, outcome_of, pseudonym, pseudonym_of_id

NULL, EMPTY, EDIT = "null", '""', "edit"
YES_NO = {True: "true", False: "false"}


def told(row_id: str, pair: JudgedPair, principles: Principles) -> bytes:
    """The line with its end."""
    example, judgements = pair.example, pair.judgements
    name = example.imported_in.filename if example.imported_in_id else ""
    heard = of_one(judgements[0], pair) if len(judgements) == 1 else ",".join([of_one(one, pair) for one in judgements])
    return (
        f'{{"row_id":"{row_id}","example":{{"number":{example.number},"external_id":{text(example.external_id)},'
        f'"content_hash":"{example.content_hash}","split":"{example.split}","imported_from":{word(name)}}},'
        f'"chosen":{side(pair.chosen, principles)},"rejected":{side(pair.rejected, principles)},"feedback":[{heard}],'
        f'"votes":{pair.decision.votes},"unanimous":{YES_NO[pair.decision.unanimous]},'
        f'"simulated":{YES_NO[pair.simulated]}}}\n'
    ).encode()


def side(response: Any, principles: Principles) -> str:
    """An answer. One that a run made has more to tell, and there are few of them."""
    if response.produced_by_id:
        return dumps(origin_of(response, principles)).decode()
    return (
        f'{{"response":{response.id},"content_hash":"{response.content_hash}","origin":"{response.origin}",'
        f'"model":{word(response.model)},"simulated":{YES_NO[response.simulated]},'
        f'"parent":{response.parent_id or NULL},"author":{author(response.author_id)},'
        '"step":null,"run":null,"strategy":null,"constitution":null,"principles":[]}'
    )


def of_one(one: Judgement, pair: JudgedPair) -> str:
    """One judgement."""
    row, rater = one.row, one.rater
    name = NAMES[type(row)]
    strength = None if name == EDIT else row.strength
    return (
        f'{{"kind":"{name}","id":{row.id},"rater":{word(pseudonym(rater))},"rater_kind":"{rater.kind}",'
        f'"protocol":{word(row.protocol)},"outcome":"{outcome_of(one, pair)}",'
        f'"strength":{NULL if strength is None else strength},"reason":{text(row.reason)},'
        f'"at":"{row.created_at.isoformat()}"}}'
    )


def text(words: str) -> str:
    """A text as JSON."""
    return dumps(words).decode() if words else EMPTY


@lru_cache(maxsize=4096)
def word(words: str) -> str:
    """The same of one that many lines share."""
    return dumps(words).decode()


@lru_cache(maxsize=4096)
def author(rater: int | None) -> str:
    """The pseudonym of who wrote an answer."""
    return dumps(pseudonym_of_id(rater)).decode()
