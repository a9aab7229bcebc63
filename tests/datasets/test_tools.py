"""What labelling tools, arenas and chat products write comes in: each shape as itself, with what was said of it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from feedback.datasets.importing import NothingImported, import_file, preview
from feedback.datasets.readers.formats import detect
from feedback.datasets.readers.rows import MODEL, PERSON, Row
from feedback.models import (
    CheckResult,
    Critique,
    Edit,
    Example,
    Place,
    Preference,
    Project,
    Rater,
    Rating,
    Response,
    Span,
    User,
)
from tests import make

DATA = Path(__file__).parent.parent / "data" / "tools"
EACH = {
    "open_webui_feedback.json": "open-webui", "open_webui_chats.json": "open-webui",
    "chatgpt_conversations.json": "chatgpt-conversations", "claude_conversations.json": "claude-conversations",
    "fastchat_conv.jsonl": "fastchat", "argilla_records.json": "argilla", "argilla_flat.jsonl": "argilla",
    "argilla_1x.jsonl": "argilla", "label_studio.json": "label-studio", "label_studio_min.json": "label-studio",
    "doccano.jsonl": "doccano", "prodigy.jsonl": "prodigy", "potato.jsonl": "potato",
    "potato_user_state.json": "potato",
}  # fmt: skip


def rows(name: str) -> list[Row]:
    """All rows of a sample, none of which may be in trouble."""
    found = preview(DATA / name, show=100)
    assert not found.troubles
    return found.rows


@pytest.mark.parametrize(("name", "format_"), EACH.items())
def test_each_is_known_for_what_it_is_and_comes_in_once(project: Project, ana: User, name: str, format_: str) -> None:
    assert preview(DATA / name).format == format_
    first = import_file(project, DATA / name, by=ana)
    assert first.examples
    assert first.responses
    assert first.format == format_
    again = import_file(project, DATA / name, by=ana)
    assert (again.examples, again.responses, again.feedback) == (0, 0, 0)


def test_feedback_of_open_webui_is_a_thumb_a_detail_and_words_under_a_pseudonym(project: Project, ana: User) -> None:
    import_file(project, DATA / "open_webui_feedback.json", by=ana)
    bad = Response.objects.get(text="Buy a new knife.")
    scores = {(row.aspect, row.scale): row.score for row in bad.ratings.all()}
    assert scores == {("thumbs", 2): 1, ("detail", 10): 2}
    said = bad.critiques.get()
    assert (said.text, said.failure, said.polarity) == ("That is no answer.", "not_helpful", "critique")
    assert said.rater.name.startswith("user-")
    assert "1111" not in said.rater.name
    assert bad.example.tags == ["tools"]
    beside = Response.objects.get(text__startswith="Use a whetstone")
    assert beside.example == bad.example
    assert beside.next_message == "At which angle?"
    assert Rating.objects.get(response__text="About 15 to 20 degrees.", aspect="detail").score == 9


def test_a_tree_of_chatgpt_has_its_answers_side_by_side_and_its_last_answer() -> None:
    again, last = rows("chatgpt_conversations.json")
    assert [answer.text for answer in again.answers] == ["Bluebell", "Kingfisher"]
    assert again.answers[1].next_message == "Shorter, please."
    assert again.answers[0].model == "gpt-4o"
    assert [turn["role"] for turn in last.messages] == ["user", "assistant", "user"]
    assert (last.answers[0].text, last.answers[0].next_message) == ("Teal", "Lovely, thanks!")
    assert last.root == again.root == "Suggest a name for a small blue boat."


def test_a_chat_of_claude_keeps_what_was_attached_and_leaves_thoughts_out() -> None:
    (row,) = rows("claude_conversations.json")
    assert row.messages[0]["content"].endswith("[notes.txt]\nBrest: 6.1 m")
    assert row.answers[0].text == "It makes them larger at new and full moon."
    assert "hidden" not in json.dumps([*row.messages])


def test_votes_of_fastchat_are_preferences_without_addresses(project: Project, ana: User) -> None:
    import_file(project, DATA / "fastchat_conv.jsonl", by=ana)
    outcomes = {row.response_a.text: row.outcome for row in Preference.objects.all()}
    assert outcomes == {"101": "a", "Y-A-C-T": "both-bad", "Lima": "tie"}
    whole = Preference.objects.get(outcome="both-bad")
    assert whole.response_a.turns[1] == {"role": "assistant", "content": "Y-A-T"}
    assert whole.response_a.example.messages == [{"role": "user", "content": "Spell yacht."}]
    everything = json.dumps([*Example.objects.values_list("messages", "extra"), *Rater.objects.values_list("name")])
    assert "203.0.113" not in everything
    assert Rating.objects.get(response__text="Five").score == 1


def test_answers_in_argilla_are_feedback_and_suggestions_are_a_models(project: Project, ana: User) -> None:
    import_file(project, DATA / "argilla_records.json", by=ana)
    by_kind = sorted(Preference.objects.values_list("rater__kind", "outcome"))
    assert by_kind == [("imported", "a"), ("imported", "tie"), ("judge", "b")]
    places = dict(Place.objects.values_list("response__text", "place"))
    assert places == {"Clouds get heavy and let go.": 1, "Precipitation is condensed vapour.": 2}
    assert Rating.objects.get(score=5).response.text.startswith("Clouds")
    assert Critique.objects.get().text.startswith("The second one")
    assert (Span.objects.get().category, Span.objects.get().quote) == ("vague-wording", "with what exactly")


def test_flat_columns_of_argilla_leave_out_what_was_discarded() -> None:
    (row,) = rows("argilla_flat.jsonl")
    assert [(score.score, score.by) for score in row.scores] == [(4, PERSON), (2, PERSON), (5, MODEL)]
    assert row.extra["not_submitted"][0]["status"] == "discarded"
    assert row.extra["topic"] == "german"
    (old,) = rows("argilla_1x.jsonl")
    assert old.rewrites[0].text.startswith("Hello, and")
    assert old.external_id == "x9"


def test_marks_of_label_studio_stand_where_their_words_stand(project: Project, ana: User) -> None:
    import_file(project, DATA / "label_studio.json", by=ana)
    mark = Span.objects.get(category="wrong-fact")
    assert (mark.quote, mark.severity, mark.reason) == ("flach", "major", "It is round.")
    assert mark.response.text[mark.start : mark.end] == "flach"
    assert Span.objects.get(category="bad-news").quote == "left an hour ago"
    assert set(Rating.objects.values_list("rater__kind", "score", "scale")) == {("imported", 2, 5), ("judge", 4, 5)}
    assert Critique.objects.get().text == "Check your facts."
    example = Example.objects.get(external_id="11")
    assert set(example.tags) == {"ground-truth", "astronomy"}
    assert example.extra["cancelled"] == 1
    assert Preference.objects.get().outcome == "b"
    order = Place.objects.order_by("place").values_list("response__text", flat=True)
    assert list(order) == ["Second body.", "First body.", "Third body."]


def test_the_short_form_of_label_studio_says_the_same() -> None:
    (row,) = rows("label_studio_min.json")
    assert [(one.category, one.start, one.end) for one in row.marks] == [("wrong-fact", 11, 16)]
    assert (row.scores[0].score, row.scores[0].scale) == (2, 5)
    assert row.comments[0].text.startswith("It is salty")


def test_lines_of_doccano_are_texts_of_their_own_with_marks() -> None:
    found = rows("doccano.jsonl")
    assert len({row.messages for row in map(frozen, found)}) == 3
    assert [(one.category, one.start) for one in found[0].marks] == [("per", 0), ("loc", 14)]
    assert found[0].comments[0].text == "Which Anna?"
    assert found[1].extra["relations"][0]["type"] == "went"
    assert found[2].tags == ("positive",)


def frozen(row: Row) -> Any:
    """A row whose messages can be in a set."""
    return Row(messages=tuple(json.dumps(turn) for turn in row.messages))  # type: ignore[arg-type]


def test_prodigys_accepted_options_are_better_and_rejected_labels_are_failed_checks(
    project: Project, ana: User
) -> None:
    import_file(project, DATA / "prodigy.jsonl", by=ana)
    assert Preference.objects.get().response_a.text.startswith("Put it into")
    result = CheckResult.objects.select_related("about", "rater").get()
    assert (result.about.text, result.passes, result.rater.kind) == ("INSULT", False, "imported")
    assert Span.objects.get().category == "org"
    assert not set(Rater.objects.values_list("name", flat=True)) & {"db-ana", "db-ben"}


def test_potatos_errors_edits_and_pairs_come_in(project: Project, ana: User) -> None:
    import_file(project, DATA / "potato.jsonl", by=ana)
    mark = Span.objects.get()
    assert (mark.category, mark.severity, mark.quote) == ("grammar", "minor", "sit")
    assert Edit.objects.get().result.text == "The cat sits on the mat."
    assert set(Preference.objects.values_list("outcome", "strength")) == {("a", None), ("b", 2)}


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"data": {"rating": 1}, "meta": {"message_id": "m"}}, "no snapshot"),
        ({"data": {"rating": 3}, "meta": {"message_id": "m"}, "snapshot": {"history": {"messages": {}}}}, "not hold"),
        ({"title": "x", "mapping": {"a": {"message": None}}}, "holds no answer"),
        ({"chat_messages": [{"uuid": "a", "sender": "human", "text": "Hi"}]}, "holds no answer"),
        ({"type": "leftvote", "states": [1, 2]}, "list of objects"),
        ({"type": "leftvote", "states": [{"messages": []}]}, "about two chats"),
        ({"text": "Ab", "label": [[0, 9, "X"]]}, "has 2 characters"),
        ({"instance_id_to_label_to_value": {"i": {}}, "user_id": "u"}, "not the texts"),
        ({"fields": {}, "responses": {}}, "holds no text"),
        ({"id": 1, "data": {"n": 4}, "annotations": []}, "holds no text"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(db: None, record: dict[str, Any], why: str) -> None:
    assert detect(record, {})
    with pytest.raises(NothingImported, match=why):
        import_file(make.project(), io.BytesIO(json.dumps(record).encode()), by=None)
