"""Fine-Grained RLHF data: every span comes in as the words it marks, is drawn where they stand, and goes out equal."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from feedback.capture.forms import form_of
from feedback.datasets.exporting import export
from feedback.datasets.importing import NothingImported, import_file
from feedback.desk.markdown import visible
from feedback.models import Edit, Example, Form, Preference, Project, Response, Span, User
from tests import make

ROOT = Path(__file__).resolve().parents[2]
EXCERPT = ROOT / "tests/data/fine-grained-rlhf/excerpt.json"
WHOLE = ROOT.parent / "shared/data/fine-grained-rlhf/dev_feedback.json"
NAME = "fine-grained-rlhf-spans"
Told = tuple[str, str, str, int, int, str]


def errors_in(rows: list[dict[str, Any]]) -> Counter[Told]:
    """Every error of a file: question, text, type, place and explanation."""
    return Counter(
        (row["question"], row["prediction 1"], one["error type"], one["start"], one["end"], one["explanation"])
        for row in rows
        for one in row["feedback"]["errors"]
    )


def missing_in(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """Every omission of a file."""
    return Counter(
        (row["question"], one["error type"], one["passage_id"], tuple(one["sentence_id"]))
        for row in rows
        for one in row["feedback"]["missing-info"]
    )


def exported(project: Project, folder: Path, name: str = NAME) -> list[dict[str, Any]]:
    """All rows, those of held-out examples from a file of their own."""
    rows = []
    for held_out in (False, True):
        out = folder / f"{name}-{held_out}"
        manifest = export(project, out=out, format=name, held_out=held_out)
        assert manifest["filters"]["splits"] == (["holdout"] if held_out else ["feedback", "select"])
        rows += [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return rows


def drawn(text: str, start: int, end: int) -> str:
    """What a browser marks for a place: the parts of the runs on the rendered page that lie in it."""
    parts = []
    for run in visible(text):
        if run.start < end and start < run.end:
            inner = slice(None) if run.is_atom else slice(max(start, run.start) - run.start, end - run.start)
            parts.append(run.text[inner])
    return "".join(parts)


def check_round_trip(project: Project, rows: list[dict[str, Any]], folder: Path) -> None:
    """In as slices, drawn as slices, out as they came."""
    for span in Span.objects.filter(project=project, start__isnull=False).select_related("response"):
        assert span.response.text[span.start : span.end] == span.quote
        assert "".join(drawn(span.response.text, span.start, span.end).split()) == "".join(span.quote.split())
    out = exported(project, folder)
    assert errors_in(out) == errors_in(rows)
    assert missing_in(out) == missing_in(rows)
    corrected = {row["question"]: row["feedback"]["corrected-prediction"] for row in rows}
    for row in out:
        expected = corrected[row["question"]]
        nothing = expected in ("", row["prediction 1"])  # an empty text is no answer, and the same text no rewrite
        assert row["feedback"]["corrected-prediction"] == (None if nothing else expected)


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Five of the rows, unchanged."""
    found: list[dict[str, Any]] = json.loads(EXCERPT.read_bytes())
    return found


def test_an_excerpt_comes_in_whole(project: Project, ana: User, rows: list[dict[str, Any]]) -> None:
    summary = import_file(project, EXCERPT, by=ana)
    assert summary.format == "fine-grained-rlhf"
    assert (summary.examples, summary.responses) == (5, 20)
    example = Example.objects.get(messages__1__content=rows[0]["question"])
    assert example.reference == rows[0]["gold"]
    assert rows[0]["passages"][0][0] in example.messages[0]["content"]
    assert Preference.objects.count() == 30
    assert Counter(Preference.objects.values_list("outcome", flat=True)) == Counter(
        {0: "tie", 1: "a", 2: "b"}[value] for row in rows for value in row["preference"]
    )
    assert Edit.objects.count() == sum(row["feedback"]["corrected-prediction"] != row["prediction 1"] for row in rows)
    assert Response.objects.filter(origin="edited").count() == Edit.objects.count()


def test_an_excerpt_goes_out_as_it_came(
    project: Project, ana: User, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    import_file(project, EXCERPT, by=ana)
    check_round_trip(project, rows, tmp_path)
    again = make.project(owner=ana)
    import_file(again, io.BytesIO(json.dumps(exported(project, tmp_path)).encode()), by=ana)
    counts = [Counter(Span.objects.filter(project=one).values_list("quote", "category", "start", "reason")) for one in
              (project, again)]  # fmt: skip
    assert counts[0] == counts[1]


def test_the_same_file_twice_adds_nothing(project: Project, ana: User) -> None:
    import_file(project, EXCERPT, by=ana)
    counts = [kind.objects.count() for kind in (Span, Edit, Preference, Response, Form)]
    assert import_file(project, EXCERPT, by=ana).feedback == 0
    assert [kind.objects.count() for kind in (Span, Edit, Preference, Response, Form)] == counts


def test_the_form_learns_the_types_of_errors(project: Project, ana: User) -> None:
    import_file(project, EXCERPT, by=ana)
    number, form = form_of(project)
    grounding = form.category("wrong-grounding")
    assert grounding is not None
    assert (grounding.parent, grounding.level, grounding.objective) == ("factuality", "sentence", "factuality")
    assert form.category("wrong") is not None
    span = Span.objects.filter(category="wrong-grounding").first()
    assert span is not None
    assert (span.form_version, span.objective) == (number, "factuality")
    assert Form.objects.get(project=project, number=number).made_by == ana


def test_what_is_missing_says_what_the_passage_says(project: Project, ana: User, rows: list[dict[str, Any]]) -> None:
    import_file(project, EXCERPT, by=ana)
    told = next(one for one in rows[1]["feedback"]["missing-info"])
    expected = " ".join(rows[1]["passages"][told["passage_id"] - 1][number] for number in told["sentence_id"])
    assert Span.objects.filter(start=None, reason=expected).exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"feedback": {"errors": [{"error type": "Irrelevant", "start": 5, "end": 9999}]}}, "but 'prediction 1' has"),
        ({"feedback": {"errors": [{"start": 1, "end": 2}]}}, "error type"),
        ({"feedback": {"errors": [{"error type": "X"}]}}, "no 'start'"),
        ({"preference": [1, 2]}, "6 values"),
        ({"passages": "none"}, "lists of sentences"),
        ({"prediction 1": ""}, "empty"),
    ],
)
def test_what_cannot_be_read_is_told(
    project: Project, ana: User, rows: list[dict[str, Any]], change: dict[str, Any], why: str
) -> None:
    with pytest.raises(NothingImported, match=why):
        import_file(project, io.BytesIO(json.dumps([{**rows[0], **change}]).encode()), by=ana)
    assert not Example.objects.exists()


def test_every_type_of_error_has_segments_of_its_own(project: Project, ben: User, tmp_path: Path) -> None:
    rater = make.rater(project=project, user=ben)
    answer = make.response(example=make.example(project=project), text="The **Rhine** is red. It flows. Bye.")
    start = answer.text.index("red")
    make.span(response=answer, rater=rater, start=start, end=start + 3, category="wrong")
    make.span(response=answer, rater=rater, start=None, category="missing", reason="Length")
    rows = {row["error_type"]: row for row in exported(project, tmp_path, "fine-grained-rlhf-segments")}
    assert [(one["text"], one["label"]) for one in rows["wrong"]["segments"]] == [
        ("The **Rhine** is red.", 1), ("It flows.", 0), ("Bye.", 0),
    ]  # fmt: skip
    assert [one["label"] for one in rows["harmful"]["segments"]] == [0, 0, 0]
    assert [(one["text"], one["label"], one["types"]) for one in rows["missing"]["segments"]] == [
        (answer.text, 1, ["missing"])
    ]
    assert "good" not in rows


def test_whose_word_does_not_count_and_what_was_taken_back_stay_out(
    project: Project, ben: User, tmp_path: Path
) -> None:
    answer = make.response(example=make.example(project=project), text="Red.")
    make.span(response=answer, rater=make.rater(project=project, kind="simulated"))
    make.span(response=answer, rater=make.rater(project=project, user=ben), withdrawn_at="2026-01-01T00:00Z")
    manifest = export(project, out=tmp_path / "out", format=NAME)
    assert manifest["counts"]["rows"] == 0
    assert manifest["skipped"] == {"judged only by models or simulated raters": 1}


@pytest.mark.slow
@pytest.mark.skipif(not WHOLE.exists(), reason="the whole file is not here")
def test_all_1373_spans_come_in_are_drawn_and_go_out_equal(project: Project, ana: User, tmp_path: Path) -> None:
    rows = json.loads(WHOLE.read_bytes())
    import_file(project, WHOLE, by=ana)
    assert Example.objects.count() == 500
    assert Span.objects.filter(start__isnull=False).count() == 1373
    assert Span.objects.filter(start__isnull=True).count() == 842
    assert Edit.objects.count() == 494 - 13  # in 13 the annotators left nothing over, which is no answer
    assert Counter(Preference.objects.values_list("outcome", flat=True)) == {"a": 1577, "b": 1039, "tie": 384}
    check_round_trip(project, rows, tmp_path)
