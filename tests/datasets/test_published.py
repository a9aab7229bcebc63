"""Every shape of a trainer and of a published set is recognised as itself and keeps all that it says."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from feedback.datasets.importing import import_file
from feedback.datasets.readers import published
from feedback.datasets.readers.formats import FORMATS, Shape, detect
from feedback.datasets.readers.rows import Row, Unreadable
from feedback.models import Example, Preference, Project, Ranking, Rating, Response, Span, User
from tests.datasets.samples import ASK, BAD, GOOD, LONG, SAMPLES, A, B, Q

EVERY = [(name, place, row) for name, rows in SAMPLES.items() for place, row in enumerate(rows)]


def read(name: str, place: int = 0, **more: Any) -> Row:
    (row,) = Shape(name, {}).read({**SAMPLES[name][place], **more})
    return row


@pytest.mark.parametrize(("name", "place", "row"), EVERY, ids=[f"{name}-{place}" for name, place, _ in EVERY])
def test_each_shape_is_recognised_as_itself_and_read(name: str, place: int, row: dict[str, Any]) -> None:
    assert detect(row, {}) == name
    rows = Shape(name, {}).read(row)
    assert rows
    assert all(one.messages[-1]["role"] != "assistant" for one in rows)


def test_each_published_reader_has_a_sample() -> None:
    ours = {*published.READERS, *published.LATER, *published.LAST}
    assert {reader.NAME for reader in ours} <= set(SAMPLES) <= set(FORMATS)


def test_a_preference_is_the_same_however_a_trainer_writes_it() -> None:
    for place in (0, 1, 5, 9, 10):
        row = read("chosen-rejected", place)
        assert row.messages == tuple(ASK)
        assert [one.text for one in row.answers] == [A, B]
        assert row.verdict
        assert row.verdict.outcome == "a"
    assert len(read("chosen-rejected", 11).messages) == 3
    assert read("chosen-rejected", 12).messages == tuple(ASK)
    assert read("chosen-rejected", 6).messages == read("chosen-rejected", 2).messages == tuple(LONG)
    assert read("chosen-rejected", 7).messages == ({"role": "system", "content": "Be brief."}, *ASK)
    assert read("chosen-rejected", 4).messages[0]["content"] == f"Tell me\n\n{Q}"


def test_a_margin_is_a_strength_where_it_can_be_one() -> None:
    graded, other = read("chosen-rejected", 1), read("chosen-rejected", 2)
    assert graded.verdict
    assert other.verdict
    assert (graded.verdict.strength, graded.extra) == (-2, {})
    assert (other.verdict.strength, other.extra) == (None, {"margin": 2.5})


def test_words_are_never_cut_where_two_answers_begin_alike() -> None:
    row = read("chosen-rejected", 3)
    assert [one.text for one in row.answers] == ["The sky is blue.", "The sky is green."]
    assert "does not say what was asked" in row.messages[0]["content"]


def test_answers_of_several_turns_keep_them() -> None:
    first, second = read("chosen-rejected", 13).answers
    assert first.turns == (*ASK, GOOD, {"role": "user", "content": "Of what?"})
    assert second.turns is None
    both = read("arena", 0)
    assert both.messages == tuple(ASK)
    assert both.answers[0].turns == (*ASK, GOOD, {"role": "user", "content": "And at dusk?"})
    assert both.answers[0].text == "Red."


def test_dialogues_that_share_nothing_are_told_with_their_column() -> None:
    with pytest.raises(Unreadable, match="answer different things") as trouble:
        read("chosen-rejected", 2, rejected=[{"role": "user", "content": "Else?"}, BAD])
    assert trouble.value.column == "rejected"
    with pytest.raises(Unreadable, match="answer different things"):
        read("hh-rlhf", 0, rejected="\n\nHuman: Else?\n\nAssistant: No.")


def test_labels_are_ratings_of_two_steps() -> None:
    for place, score in ((0, 2), (1, 1), (2, 2), (3, 1)):
        (one,) = read("wanted-or-not", place).scores
        assert (one.score, one.scale) == (score, 2)
    with pytest.raises(Unreadable, match="true or false") as trouble:
        read("wanted-or-not", 2, kto_tag="maybe")
    assert trouble.value.column == "kto_tag"


def test_steps_are_marks_where_they_stand() -> None:
    row = read("stepwise")
    text = row.answers[0].text
    assert [(one.category, text[one.start or 0 : one.end]) for one in row.marks] == [
        ("step-right", "Light scatters."), ("step-right", "So it is blue."), ("step-wrong", "By the sea."),
    ]  # fmt: skip
    with pytest.raises(Unreadable, match="3 steps but 2 labels"):
        read("stepwise", labels=[True, False])


def test_masks_are_read_with_their_last_character_and_what_nobody_covers_is_masked() -> None:
    row = read("loss-masks")
    (mark,) = row.marks
    assert row.answers[0].text[mark.start or 0 : mark.end] == "I'm doing"
    open_end = [{"begin_offset": 2, "end_offset": 3, "train": True}]
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "abcdef", "train_detail": open_end}]
    assert [(one.start, one.end) for one in read("loss-masks", messages=turns).marks] == [(0, 2), (4, 6)]
    (part,) = read("loss-masks", 1).marks
    assert (part.start, part.end) == (4, 12)
    (whole,) = read("loss-masks", 2).marks
    assert (whole.start, whole.end) == (0, len(A))
    with pytest.raises(Unreadable, match="below 6"):
        read("loss-masks", messages=[turns[0], {**turns[1], "train_detail": [{"begin_offset": 0, "end_offset": 6}]}])


def test_ranks_become_places() -> None:
    nemo, nectar = read("ranked"), read("ranked", 1)
    assert nemo.order
    assert nectar.order
    assert (nemo.order.places, nectar.order.places) == ((1, 2), (2, 1))
    assert nectar.messages == ({"role": "user", "content": "Why?"},)
    assert [one.model for one in nectar.answers] == ["y", "x"]


def test_ultrafeedback_is_a_judges_word_not_a_persons() -> None:
    row = read("ultrafeedback")
    assert {one.by for one in (*row.scores, *row.comments)} == {"judge"}
    assert [(one.aspect, one.score) for one in row.scores if one.answer == 1] == [
        ("instruction_following", 2), ("truthfulness", 1), ("helpfulness", 2),
    ]  # fmt: skip
    assert row.answers[0].extra["principle"] == "helpfulness"
    assert row.answers[0].extra["types"]["truthfulness"] == ["1"]
    assert len(row.comments) == 9


def test_helpsteer_keeps_what_each_annotator_said() -> None:
    row = read("helpsteer3")
    assert [(one.outcome, one.strength, one.rater) for one in row.all_verdicts] == [
        ("a", -2, "HelpSteer3 overall"), ("a", -2, "HelpSteer3 annotator 1"), ("tie", 0, "HelpSteer3 annotator 2"),
    ]  # fmt: skip
    assert [(one.answer, one.text) for one in row.comments[:2]] == [(0, "Right."), (1, "Wrong.")]
    assert len(read("helpsteer3", 1).comments) == 3
    edit = read("helpsteer3", 2)
    assert (edit.rewrites[0].text, edit.rewrites[0].reason) == (A, "Gave the reason.")
    quality = read("helpsteer3", 3).verdict
    assert quality
    assert (quality.first, quality.second, quality.aspect) == (1, 2, "edit-quality")
    assert read("helpsteer3", 4).fulfilments[0].passes is False
    rated = read("helpsteer2")
    assert [one.score for one in rated.scores] == [5, 5, 5, 2, 1]
    assert {one.rater for one in read("helpsteer2", 1).scores} == {"HelpSteer2 annotator 1", "HelpSteer2 annotator 2"}
    assert len(read("helpsteer2", 2).messages) == 3


def test_votes_of_the_published_pairs() -> None:
    assert [one.outcome for one in read("two-responses", 1).all_verdicts] == ["a", "tie", "b"]
    shp = read("two-responses", 0)
    assert [one.extra["score"] for one in shp.answers] == [12, 3]
    (farm,) = read("two-responses", 2).all_verdicts
    assert (farm.by, farm.rater) == ("simulated", "simulated_gpt4")
    assert read("arena", 2).all_verdicts[0].by == "judge"
    outcomes = [read("two-responses", place).all_verdicts[0].outcome for place in (0, 3, 4, 5)]
    assert outcomes == ["a", "both-bad", "b", "b"]
    assert [read("arena", place).all_verdicts[0].outcome for place in range(3)] == ["a", "both-bad", "b"]


def test_annotated_pairs_keep_why_there_is_no_choice() -> None:
    row = read("annotated-pairs", 1)
    assert [(one.rater, one.by, one.outcome) for one in row.all_verdicts] == [("Human", "imported", "a")]
    assert [(one.answer, one.asks, one.passes) for one in row.fulfilments] == [
        (0, "Select the response that is brief.", True), (1, "Select the response that is brief.", True),
    ]  # fmt: skip
    (kept,) = row.extra["no_preference"].values()
    assert kept["no_pref_reason"] == "not_applicable"


def test_prism_gives_a_row_for_each_turn() -> None:
    first, second = Shape("prism", {}).read(SAMPLES["prism"][0])
    assert [(one.score, one.scale) for one in first.scores] == [(90, 100), (20, 100)]
    assert [(one.first, one.second, one.outcome) for one in first.all_verdicts] == [(0, 1, "a")]
    assert [turn["content"] for turn in second.messages] == [Q, A, "And at dusk?"]
    assert second.root == Q


def test_edits_of_a_text_are_marks_with_decisions() -> None:
    row = read("iterater")
    text = row.answers[0].text
    assert [(one.category, text[one.start or 0 : one.end], one.shown["decision"]) for one in row.marks] == [
        ("edit-style", "very big", "accepted"), ("kept", " indeed", "rejected"),
    ]  # fmt: skip
    assert [one.replacement for one in row.marks] == ["huge", ""]
    assert row.rewrites[0].text == "The huge dog indeed."
    pieces = read("iterater", 1)
    assert pieces.answers[0].text == "[…] very big […] […]"
    assert pieces.marks[0].rater == "IteraTeR ann2"


def test_texts_with_speakers_are_dialogues() -> None:
    assert [one.answers[0].text for one in (read("text", place) for place in range(5))] == [
        "The sky is blue.", "Because.", "So.", "So.", "So.",
    ]  # fmt: skip
    assert read("text", 3).messages == ({"role": "system", "content": "Be kind."}, {"role": "user", "content": "Why?"})


def test_ratings_in_a_table_have_a_scale_or_are_kept_as_they_are() -> None:
    (rating,), (score,) = read("prompt-response", 5).scores, read("prompt-response", 6).scores
    assert (rating.score, rating.scale, rating.rater) == (4, 5, "Kim")
    assert (score.score, score.scale) == (7, 10)
    assert (read("prompt-response", 7).scores, read("prompt-response", 7).extra) == ((), {"score": 0.71})


def test_addresses_of_people_stay_outside() -> None:
    assert set(read("chat-log").extra) == {"turn", "language", "openai_moderation", "redacted"}


def test_trees_bring_ratings_with_their_labels() -> None:
    row = Shape("oasst-tree", {}).read(SAMPLES["oasst-tree"][0])[0]
    assert [(one.aspect, one.score) for one in row.scores] == [("quality", 4), ("spam", 1)]


def test_all_samples_come_into_one_project_and_twice_adds_nothing(project: Project, ana: User) -> None:
    for rows in SAMPLES.values():
        for row in rows:
            sent = io.BytesIO(json.dumps(row).encode())
            assert import_file(project, sent, by=ana).skipped == []
            again = import_file(project, sent, by=ana)
            assert (again.examples, again.responses, again.feedback) == (0, 0, 0), row
    counts = {kind.__name__: kind._default_manager.count() for kind in (Example, Response, Preference, Ranking, Span)}
    assert counts["Preference"] > 20
    assert counts["Ranking"] >= 3
    assert Rating.objects.filter(rater__kind="judge").count() == 7
    assert counts["Span"] > 8
