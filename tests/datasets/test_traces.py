"""Traces and results of tests come in: every stage can be judged, and whose word a score is stays told."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedback.datasets.importing import import_file, preview
from feedback.datasets.readers.rows import Row
from feedback.models import Check, CheckResult, Critique, Edit, Example, Project, Rating, Response, User

DATA = Path(__file__).parent.parent / "data" / "tools"
EACH = {
    "langfuse_traces.jsonl": "langfuse", "langfuse_items.jsonl": "langfuse", "langsmith_examples.jsonl": "langsmith",
    "langsmith_runs.jsonl": "langsmith", "phoenix_spans.jsonl": "phoenix", "phoenix_dataset.jsonl": "phoenix",
    "opik_traces.json": "opik", "otel_genai.jsonl": "otel-genai", "promptfoo_results.json": "promptfoo",
}  # fmt: skip


def rows(name: str) -> list[Row]:
    """All rows of a sample, none of which may be in trouble."""
    found = preview(DATA / name, show=100)
    assert not found.troubles
    return found.rows


@pytest.mark.parametrize(("name", "format_"), EACH.items())
def test_each_is_known_for_what_it_is_and_comes_in_once(project: Project, ana: User, name: str, format_: str) -> None:
    assert preview(DATA / name).format == format_
    assert import_file(project, DATA / name, by=ana).examples
    again = import_file(project, DATA / name, by=ana)
    assert (again.examples, again.responses, again.feedback) == (0, 0, 0)


def test_a_trace_of_langfuse_is_the_whole_and_its_calls_of_models(project: Project, ana: User) -> None:
    import_file(project, DATA / "langfuse_traces.jsonl", by=ana)
    whole, call = Example.objects.order_by("number")
    assert whole.request == "Where is my parcel?"
    assert [step["name"] for step in whole.extra["steps"]] == ["lookup", "write"]
    assert (call.extra["stage"], call.extra["trace"], call.tags) == ("write", "t1", ["prod"])
    assert whole.split == call.split
    assert call.responses.get().model == "claude-sonnet-4"
    by = {row.aspect: (row.rater.kind, row.score, row.scale) for row in Rating.objects.select_related("rater")}
    assert by == {"helpful": ("imported", 2, 2), "latency-ok": ("check", 100, 100), "tone": ("judge", 25, 100)}
    cold = Critique.objects.get(text="A bit cold.")
    assert (cold.stage, cold.rater.kind, cold.objective) == ("write", "judge", "tone")


def test_what_a_data_set_expects_is_the_reference_and_no_response(project: Project, ana: User) -> None:
    for name in ("langfuse_items.jsonl", "langsmith_examples.jsonl", "phoenix_dataset.jsonl"):
        import_file(project, DATA / name, by=ana)
    found = dict(Example.objects.values_list("reference", "messages__0__content"))
    assert set(found) == {"N'Djamena", "Jane Austen", "4"}
    assert not Response.objects.exists()


def test_a_correction_in_langsmith_is_a_rewrite_by_a_person(project: Project, ana: User) -> None:
    import_file(project, DATA / "langsmith_runs.jsonl", by=ana)
    edit = Edit.objects.select_related("result", "rater").get()
    assert (edit.result.text, edit.rater.kind) == ("Done, at nine.", "imported")
    assert "u-77" not in edit.rater.name
    assert Critique.objects.get().text == "I said nine."
    inner = Example.objects.get(messages__0__content="Book a table for the user.")
    assert inner.responses.get().model == "gpt-4o"


def test_annotations_in_phoenix_keep_whose_they_are(project: Project, ana: User) -> None:
    import_file(project, DATA / "phoenix_spans.jsonl", by=ana)
    assert [turn["role"] for turn in Example.objects.get().messages] == ["system", "user"]
    said = {row.text: (row.rater.kind, row.polarity) for row in Critique.objects.select_related("rater")}
    assert said["Nothing invented."][0] == "judge"
    assert said["Very clear."] == ("imported", "kudos")


def test_scores_and_comments_of_opik_come_in() -> None:
    (row,) = rows("opik_traces.json")
    assert [(one.aspect, one.score, one.by) for one in row.scores] == [
        ("fun", 80, "imported"), ("Relevance", 50, "judge"),
    ]  # fmt: skip
    assert [one.text for one in row.comments] == ["It made me smile.", "Half.", "Could be longer."]


def test_spans_of_open_telemetry_in_both_ways_of_writing() -> None:
    first, second = rows("otel_genai.jsonl")
    assert first.messages[0] == {"role": "system", "content": "Be kind."}
    assert (first.answers[0].text, first.answers[0].model) == ("The Elbe.", "gpt-4o")
    assert (first.scores[0].aspect, first.scores[0].score, first.scores[0].by) == ("relevance", 90, "judge")
    assert (second.messages[0]["content"], second.answers[0].text) == ("And a lake.", "Lake Constance.")
    assert first.root == second.root


def test_assertions_of_promptfoo_are_checks_with_their_judge(project: Project, ana: User) -> None:
    import_file(project, DATA / "promptfoo_results.json", by=ana)
    assert set(Check.objects.values_list("text", flat=True)) == {"contains: Bees", "llm-rubric: says why", "thumbs"}
    results = CheckResult.objects.select_related("about", "rater")
    assert {row.rater.kind: row.passes for row in results} == {"check": True, "judge": False, "imported": True}
    example = Example.objects.get()
    assert (example.extra["vars"], example.extra["prompt_version"]) == ({"topic": "bees"}, "ph1")
    assert Critique.objects.get(rater__kind="judge").text == "It does not say why they hum."
