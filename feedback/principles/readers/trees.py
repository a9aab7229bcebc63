"""Principles out of JSON and YAML, whatever the shape: ours, lists, critic and revision pairs, ICAI's.

- `["…", …]` or `[{"effect" | "principle" | "text": "…", "domain": "…"}, …]`, bare or under `principles`
- `{"constitutions": [{"critic": "…", "revision": "…"}]}` (llm-swarm); its example chats are left out
- `{"name": {"prompt": ["CritiqueRequest: …"], "edit_request": "RevisionRequest: …"}}` (CritiqueRevisionInstructions)
- a text of numbered lines (ICAI's 060_constitution.json), or annotated pairs 2.0 with their principles
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from feedback.errors import Refused
from feedback.principles.clauses import Clause, from_requests, from_sentence
from feedback.principles.readers import lists
from feedback.principles.readers.tables import NAMES

LISTS = ("principles", "constitution", "rules", "final_principles")
FRAME = re.compile(r"^\s*(?:CritiqueRequest|RevisionRequest)\s*:\s*|\s*(?:Critique|Revision)\s*:\s*$")
UNKNOWN = "No principles were found in it. A list of texts will do, or objects with an `effect`."


def read(tree: Any) -> list[Clause]:
    """The principles in their order. Raises `Refused` for a shape that is not known."""
    if isinstance(tree, str):
        return lists.read(tree)
    if isinstance(tree, list):
        return [clause for member in tree for clause in members(member)]
    if not isinstance(tree, Mapping):
        raise Refused(UNKNOWN)
    if isinstance(tree.get("constitutions"), list):
        return [from_requests(str(one["critic"]), str(one["revision"])) for one in pairs_in(tree["constitutions"])]
    if isinstance(tree.get("annotators"), Mapping):
        return [from_sentence(words) for words in principle_annotators(tree["annotators"])]
    for name in LISTS:
        if isinstance(tree.get(name), list | str):
            return read(tree[name])
    return read_mapping(tree)


def read_mapping(tree: Mapping[Any, Any]) -> list[Clause]:
    """Instructions by name, or texts by number."""
    values = list(tree.values())
    if values and all(isinstance(one, Mapping) and "edit_request" in one for one in values):
        return [clause_of_instruction(str(name), one) for name, one in tree.items()]
    if values and all(isinstance(one, str) for one in values):
        return [from_sentence(one) for one in values if one.strip()]
    raise Refused(UNKNOWN)


def members(member: Any) -> list[Clause]:
    """One member of a list."""
    if isinstance(member, str):
        return [from_sentence(member)] if member.strip() else []
    if not isinstance(member, Mapping):
        raise Refused(UNKNOWN)
    if "critic" in member and "revision" in member and "effect" not in member:
        return [from_requests(str(member["critic"]), str(member["revision"]))]
    row = {field: words for field in NAMES if (words := named(member, field))}
    if "effect" not in row:
        raise Refused(UNKNOWN)
    weight = member.get("weight", 1.0)
    return [Clause(**row, weight=float(weight) if isinstance(weight, int | float) else 1.0)]  # type: ignore[arg-type]


def named(member: Mapping[Any, Any], field: str) -> str:
    """The text a member has under one of the names of a field."""
    found = next((member[name] for name in NAMES[field] if member.get(name) is not None), "")
    return str(found).strip() if isinstance(found, str | int | float) else ""


def pairs_in(rows: list[Any]) -> list[Mapping[str, Any]]:
    """The critic and revision pairs of a list. Raises `Refused` when one lacks either."""
    if not all(isinstance(one, Mapping) and one.get("critic") and one.get("revision") for one in rows):
        raise Refused("Each constitution needs a “critic” and a “revision”.")
    return rows


def clause_of_instruction(name: str, one: Mapping[str, Any]) -> Clause:
    """A critique request and a revision request without the words of the dialogue around them."""
    prompt = one.get("prompt", "")
    first = prompt[0] if isinstance(prompt, list) and prompt else prompt
    return from_requests(unframed(str(first)), unframed(str(one["edit_request"])), section=name[:60])


def unframed(request: str) -> str:
    """`CritiqueRequest: … Critique:` without its frame."""
    return FRAME.sub("", request).strip()


def principle_annotators(annotators: Mapping[str, Any]) -> list[str]:
    """What the annotators that are principles say."""
    told = [one for one in annotators.values() if isinstance(one, Mapping) and one.get("type") == "principle"]
    return [str(one["description"]).strip() for one in told if str(one.get("description", "")).strip()]
