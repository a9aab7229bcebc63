"""Dialogues come in whole: trees with their ranks, chat logs with what users wrote next, reactions and consequences."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from feedback.datasets.importing import NothingImported, import_file
from feedback.datasets.readers import oasst
from feedback.models import Consequence, Example, Project, Ranking, Rating, Response, User

TREES = Path(__file__).parent.parent / "data" / "oasst" / "trees.jsonl"
ALL_TREES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "oasst" / "en_100_tree.jsonl"


def stream(*rows: object) -> io.BytesIO:
    return io.BytesIO("\n".join(json.dumps(row) for row in rows).encode())


def messages_in(path: Path) -> list[dict]:
    """Every message of a file of trees, with the path of texts before it under "path"."""
    found: list[dict] = []

    def walk(message: dict, before: list[str]) -> None:
        found.append({**message, "path": before})
        for reply in message["replies"]:
            walk(reply, [*before, message["text"]])

    for line in path.read_text(encoding="utf-8").splitlines():
        walk(json.loads(line)["prompt"], [])
    return found


def test_trees_come_in_with_answers_ranks_and_what_users_wrote_next(project: Project, ana: User) -> None:
    summary = import_file(project, TREES, by=ana)
    assert summary.format == "oasst-tree"
    swallow = next(one for one in Example.objects.all() if one.messages[-1]["content"].startswith("what is the speed"))
    ranking = Ranking.objects.select_related("rater").get(example=swallow)
    assert ranking.rater.name == "Open-Assistant volunteers"
    given = {m["text"]: m["rank"] for m in messages_in(TREES) if m["role"] == "assistant" and m.get("rank") is not None}
    for place in ranking.places.select_related("response"):
        assert place.place == given[place.response.text] + 1
    continued = [m for m in messages_in(TREES) if m["role"] == "prompter" and m["path"]]
    assert set(Response.objects.exclude(next_message="").values_list("next_message", flat=True)) <= {
        m["text"] for m in continued
    }
    assert Response.objects.exclude(next_message="").exists()


def test_the_pieces_of_one_tree_share_a_split(project: Project, ana: User) -> None:
    import_file(project, TREES, by=ana)
    splits: dict[str, set[str]] = {}
    for example in Example.objects.all():
        splits.setdefault(example.extra["message_tree_id"], set()).add(example.split)
    assert len(splits) == 4
    assert all(len(found) == 1 for found in splits.values())


def test_the_same_trees_twice_add_nothing(project: Project, ana: User) -> None:
    import_file(project, TREES, by=ana)
    again = import_file(project, TREES, by=ana)
    assert (again.examples, again.responses, again.feedback) == (0, 0, 0)


@pytest.mark.skipif(not ALL_TREES.exists(), reason="the whole file is not here")
def test_every_answer_of_the_hundred_trees_is_there_once(project: Project, ana: User) -> None:
    summary = import_file(project, ALL_TREES, by=ana)
    said = messages_in(ALL_TREES)
    answers = {(tuple(m["path"]), m["text"]) for m in said if m["role"] == "assistant"}
    assert summary.skipped == []
    assert Response.objects.count() == len(answers)
    asked = {(*m["path"], m["text"]) for m in said if m["role"] == "prompter" and m["replies"]}
    assert {tuple(turn["content"] for turn in one.messages) for one in Example.objects.all()} >= asked
    assert summary.feedback == Ranking.objects.count() > 100


def test_a_deleted_reply_and_all_under_it_stay_out() -> None:
    tree = {
        "message_tree_id": "t",
        "prompt": {
            "message_id": "1", "role": "prompter", "text": "Hi", "replies": [
                {"message_id": "2", "role": "assistant", "text": "Go away", "deleted": True, "replies": []},
                {"message_id": "3", "role": "assistant", "text": "Hello", "replies": []},
            ],
        },
    }  # fmt: skip
    (row,) = oasst.read(tree)
    assert [answer.text for answer in row.answers] == ["Hello"]
    assert row.order is None


def test_a_tree_that_is_broken_is_told_with_its_line(project: Project, ana: User) -> None:
    with pytest.raises(NothingImported, match="line 1: A message of the tree has no text"):
        import_file(project, stream({"message_tree_id": "t", "prompt": {"role": "king", "text": "Hi"}}), by=ana)


TALK = [
    {"role": "user", "content": "Name a river in France."},
    {"role": "assistant", "content": "The Rhine."},
    {"role": "user", "content": "No, wholly in France."},
    {"role": "assistant", "content": "The Loire."},
    {"role": "user", "content": "Perfect, thanks!"},
]


def test_a_chat_log_keeps_what_the_user_wrote_next(project: Project, ana: User) -> None:
    summary = import_file(project, stream({"conversation_id": "c1", "model": "m", "conversation": TALK}), by=ana)
    assert (summary.format, summary.examples, summary.responses) == ("chat-log", 1, 1)
    response = Response.objects.select_related("example").get()
    assert (response.text, response.next_message, response.model) == ("The Loire.", "Perfect, thanks!", "m")
    assert response.example.messages == TALK[:3]
    assert response.example.external_id == "c1"


def test_reactions_and_consequences_are_columns(project: Project, ana: User) -> None:
    rows = [
        {"prompt": "Which tent?", "response": "The red one.", "reaction": True, "consequence": "It leaked."},
        {"prompt": "Which stove?", "response": "Any.", "reaction": 0, "next_message": "Thanks a lot"},
        {"prompt": "Which boots?", "response": "Dry ones.", "reaction": "❤"},
        {"prompt": "Which map?", "response": "A new one."},
    ]
    for _ in range(2):
        import_file(project, stream(*rows), by=ana)
    scores = Rating.objects.filter(aspect="reaction").order_by("response_id").values_list("score", "scale")
    assert list(scores) == [(2, 2), (1, 2), (2, 2)]
    told = Consequence.objects.get()
    assert (told.text, told.origin, told.response.text) == ("It leaked.", "imported", "The red one.")
    assert Response.objects.get(text="Any.").next_message == "Thanks a lot"
    with pytest.raises(NothingImported, match="should be true or false"):
        import_file(project, stream({"prompt": "Why?", "response": "So.", "reaction": "meh"}), by=ana)
