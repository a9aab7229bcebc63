"""What users wrote next is found once, mined into pairs, and counts only when a person has confirmed it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from feedback.capture.history import withdraw
from feedback.datasets.exporting import export
from feedback.datasets.importing import import_file
from feedback.desk.following import detect, mine_pairs, mined_pairs, proposals, settle, settle_pair, settled
from feedback.errors import NotAllowed
from feedback.models import Example, FollowUp, Preference, Project, Response, User
from tests import make

TREES = Path(__file__).parent.parent / "data" / "oasst" / "trees.jsonl"
TALK = [
    {"role": "user", "content": "Name a river that lies wholly in France."},
    {"role": "assistant", "content": "The Rhine."},
    {"role": "user", "content": "No, wholly in France."},
    {"role": "assistant", "content": "The Loire."},
    {"role": "user", "content": "Perfect, thanks!"},
]


@pytest.fixture
def chat(project: Project, ana: User) -> Response:
    """A chat log of two answers, the first corrected, the second liked."""
    import_file(project, io.BytesIO(json.dumps({"conversation": TALK}).encode()), by=ana)
    Example.objects.update(split="feedback")
    return Response.objects.get()


def test_marks_are_found_inside_and_after_a_dialogue_once(project: Project, ana: User, chat: Response) -> None:
    assert detect(project, by=ana) == 2
    assert detect(project, by=ana) == 0
    found = {row.turn: (row.mark, row.says) for row in FollowUp.objects.all()}
    assert found == {2: ("corrected", "No, wholly in France."), None: ("satisfied", "Perfect, thanks!")}
    assert proposals(project).count() == 2


def test_pieces_of_one_dialogue_are_not_found_twice(project: Project, ana: User) -> None:
    import_file(project, TREES, by=ana)
    detect(project, by=ana)
    messages = [(row.response.messages if row.turn else row.response.next_message) for row in FollowUp.objects.all()]
    assert len(messages) == len({json.dumps(message) for message in messages})


def test_what_ben_decided_waits_no_more_and_what_he_takes_back_waits_again(project, ana, ben, chat) -> None:
    detect(project, by=ana)
    proposal = FollowUp.objects.get(turn=2)
    row = settle(proposal, by=ben, mark="none", prompt_quality=3, key="1")
    assert [one.turn for one in proposals(project)] == [None]
    assert list(settled(project)) == [row]
    withdraw(row, by=ben)
    assert proposals(project).count() == 2


def test_an_answer_after_a_correction_that_was_liked_makes_a_pair(project, ana, ben, chat) -> None:
    detect(project, by=ana)
    assert (mine_pairs(project, by=ana), mine_pairs(project, by=ana)) == (1, 0)
    proposal = mined_pairs(project).get()
    assert (proposal.chosen.text, proposal.rejected.text) == ("The Loire.", "The Rhine.")
    assert proposal.chosen.example.messages == TALK[:1]
    assert proposal.chosen.example.split == "feedback" or proposal.chosen.example.number == 2
    confirmed = settle_pair(proposal, by=ben, outcome=proposal.outcome, key="p")
    assert (confirmed.protocol, confirmed.shown["found"]) == ("follow-up", "after a correction")
    assert not mined_pairs(project).exists()


def test_two_answers_to_one_question_make_a_pair_and_a_persons_word_goes_before_the_rules(project, ana, ben) -> None:
    example = make.example(project=project)
    liked = make.response(example=example, next_message="Thanks, that helps.")
    not_liked = make.response(example=example, next_message="That's wrong.")
    fooled = make.response(example=example, next_message="Great, another lie.")
    detect(project, by=ana)
    settle(FollowUp.objects.get(response=fooled), by=ben, mark="gave-up", key="1")
    mine_pairs(project, by=ana)
    pairs = {(row.chosen, row.rejected) for row in mined_pairs(project)}
    assert pairs == {(liked, not_liked), (liked, fooled)}


def test_nothing_mined_counts_before_a_person_confirms_it(project, ana, ben, chat, tmp_path) -> None:
    detect(project, by=ana)
    mine_pairs(project, by=ana)
    Example.objects.update(split="feedback")
    assert export(project, out=tmp_path / "one")["counts"]["rows"] == 0
    settle_pair(mined_pairs(project).get(), by=ben, outcome=Preference.objects.get().outcome, key="p")
    assert export(project, out=tmp_path / "two")["counts"]["rows"] == 1


def test_held_out_dialogues_are_left_alone(project, ana, chat) -> None:
    Example.objects.update(split="holdout")
    assert detect(project, by=ana) == 0


def test_only_curators_look_and_dan_decides_nothing(project, ben, dan, ana, chat) -> None:
    for person in (ben, dan):
        with pytest.raises(NotAllowed):
            detect(project, by=person)
        with pytest.raises(NotAllowed):
            mine_pairs(project, by=person)
    detect(project, by=ana)
    with pytest.raises(NotAllowed):
        settle(FollowUp.objects.first(), by=dan, mark="none", key="1")
