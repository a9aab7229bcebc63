"""Files come in: whole or not at all, once however often, and each bad row with its line and why."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.datasets.importing import NothingImported, import_file, preview
from feedback.errors import NotAllowed, Refused
from feedback.models import Example, Import, Preference, Project, Response, User
from tests import make

DATA = Path(__file__).parent.parent / "data" / "llmbar"
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "llmbar"


def stream(*rows: object) -> io.BytesIO:
    return io.BytesIO("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode())


def test_ana_imports_prompts_and_responses(project: Project, ana: User) -> None:
    summary = import_file(project, stream({"prompt": "Why?", "response": "Because.", "colour": "red"}), by=ana)
    assert summary.as_dict() == {"examples": 1, "responses": 1, "feedback": 0, "skipped": []}
    example = Example.objects.get()
    assert (example.number, example.request, example.extra) == (1, "Why?", {"colour": "red"})
    assert Response.objects.get().text == "Because."
    assert Import.objects.get().responses_added == 1


def test_tags_of_a_later_file_are_added_to_what_is_there(project: Project, ana: User) -> None:
    def talk(*tags: str) -> dict[str, object]:
        told = "\n\nHuman: Why?\n\nAssistant: Because."
        return {"transcript": told, "min_harmlessness_score_transcript": 0.1, "rating": 1, "tags": list(tags)}

    import_file(project, stream(talk("short"), talk("odd", "short")), by=ana)
    assert sorted(Example.objects.get().tags) == ["odd", "short"]
    told = import_file(project, stream(talk("hard", "short")), by=ana, dry_run=True)
    assert (told.tagged, told.difference["tagged"], Import.objects.count()) == (1, 1, 1)
    assert import_file(project, stream(talk("hard", "short")), by=ana).tagged == 1
    assert sorted(Example.objects.get().tags) == ["hard", "odd", "short"]
    assert import_file(project, stream(talk("hard", "short")), by=ana).tagged == 0
    assert Import.objects.count() == 2


def test_the_same_file_twice_adds_nothing(project: Project, ana: User) -> None:
    first = import_file(project, DATA / "natural.json", by=ana)
    again = import_file(project, DATA / "natural.json", by=ana)
    assert first.as_dict() == {"examples": 20, "responses": 40, "feedback": 20, "skipped": []}
    assert again.as_dict() == {"examples": 0, "responses": 0, "feedback": 0, "skipped": []}
    assert Import.objects.count() == 1
    assert list(Example.objects.values_list("number", flat=True)) == list(range(1, 21))


@pytest.mark.parametrize(
    ("name", "counts"),
    [("natural.json", (100, 200, 100)), ("mt_bench.json", (75, 283, 200))],
    ids=["natural", "mt_bench"],
)
def test_all_of_llmbar_comes_in(project: Project, ana: User, name: str, counts: tuple[int, int, int]) -> None:
    if not (SHARED / name).exists():
        pytest.skip("the whole of LLMBar is not here; the excerpt is tested")
    summary = import_file(project, SHARED / name, by=ana)
    assert (summary.examples, summary.responses, summary.feedback) == counts
    for row, there in zip(
        json.loads((SHARED / name).read_bytes()), Preference.objects.select_related("response_a"), strict=True
    ):
        assert there.response_a.text == row["output_1"]
        assert there.outcome == {1: "a", 2: "b"}[row["label"]]
        assert there.rater.name == "LLMBar label"
        assert there.rater.kind == "imported"


SHAPES = [
    ({"prompt": "Q", "chosen": "good", "rejected": "bad"}, 1, 2, 1),
    ({"prompt": [{"role": "user", "content": "Q"}], "chosen": [{"role": "assistant", "content": "good"}],
      "rejected": [{"role": "assistant", "content": "bad"}]}, 1, 2, 1),
    ({"chosen": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "good"}],
      "rejected": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "bad"}]}, 1, 2, 1),
    ({"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"},
                   {"role": "assistant", "content": "A"}]}, 1, 1, 0),
    ({"conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}], "system": "S"}, 1, 1, 0),
    ({"instruction": "Do", "input": "this", "output": "done"}, 1, 1, 0),
    ({"prompt": "Q"}, 1, 0, 0),
    ({"text_a": "Instruction: Q\n\nOutput: A", "text_b": "Instruction: Q\n\nOutput: B",
      "preferred_text": "text_b"}, 1, 2, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "examples", "responses", "feedback"), SHAPES, ids=lambda v: ",".join(v) if isinstance(v, dict) else ""
)
def test_every_shape_is_recognised(
    project: Project, ana: User, row: dict[str, object], examples: int, responses: int, feedback: int
) -> None:
    summary = import_file(project, stream(row), by=ana)
    assert (summary.examples, summary.responses, summary.feedback) == (examples, responses, feedback)


def test_columns_are_mapped(project: Project, ana: User) -> None:
    rows = stream({"frage": "Warum?", "antwort": "Darum."})
    assert preview(rows).format == ""
    with pytest.raises(Refused, match="'frage', 'antwort'"):
        import_file(project, rows, by=ana)
    mapping = {"prompt": "frage", "response": "antwort"}
    assert preview(rows, mapping=mapping).rows[0].answers[0].text == "Darum."
    assert import_file(project, rows, by=ana, mapping=mapping).responses == 1
    with pytest.raises(Refused, match="no column 'nix'"):
        import_file(project, rows, by=ana, mapping={"prompt": "nix"})


def test_csv_with_quoted_line_ends_and_a_byte_order_mark(project: Project, ana: User) -> None:
    text = '\ufeffprompt;response\r\n"One\r\ntwo?";"A ""word"""\r\n'
    import_file(project, io.BytesIO(text.encode()), by=ana, filename="rows.csv")
    assert Example.objects.get().request == "One\r\ntwo?"
    assert Response.objects.get().text == 'A "word"'


BAD_ROWS = [
    ({"prompt": "", "response": "x"}, "'prompt' is empty"),
    ({"prompt": "x", "response": " "}, "'response' is empty"),
    ({"prompt": "x", "response": 3}, "should be text but is a number"),
    ({"prompt": "x", "response": "a\u0000b"}, "NUL"),
    ('{"prompt": "x", "response": "\\ud800"}', "surrogate"),
    ('{"prompt": "x", "response": NaN}', "NaN"),
    ('{"prompt": "x", ', "not valid JSON"),
    ('{"a":' * 3000 + "1" + "}" * 3000, "nested too deeply|not valid JSON"),
    ("[1]", "not an object"),
    ({"other": "x"}, "does not have"),
]


@pytest.mark.parametrize(("row", "why"), BAD_ROWS, ids=[why for _, why in BAD_ROWS])
def test_a_bad_row_keeps_everything_out_unless_ana_says_so(project: Project, ana: User, row: object, why: str) -> None:
    good = {"prompt": "fine", "response": "indeed"}
    with pytest.raises(NothingImported, match=f"(?i)line 2: .*({why})") as trouble:
        import_file(project, stream(good, row, good), by=ana)
    assert not Example.objects.exists()
    assert not Import.objects.exists()
    assert [bad["line"] for bad in trouble.value.summary.skipped] == [2]
    summary = import_file(project, stream(good, row), by=ana, skip_bad=True)
    assert summary.examples == 1
    assert summary.skipped[0]["line"] == 2
    assert Import.objects.get().skipped == summary.skipped


def test_two_equal_answers_are_no_pair(project: Project, ana: User) -> None:
    with pytest.raises(NothingImported, match="the same"):
        import_file(project, stream({"prompt": "x", "chosen": "a", "rejected": " a\n"}), by=ana)


BAD_FILES = [
    (b"", "empty"), (b"\n \n", "white space"), (b"hello there", "neither JSON nor CSV"),
    ("{}".encode("utf-16"), "UTF-16"),
    (b"PK\x03\x04....", "zip is damaged"), (b"{\n \"colour\": 1}", "No known format has the columns 'colour'"),
    (b"prompt,prompt\na,b\n", "twice"), (b"[]", "no rows"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "why"), BAD_FILES, ids=[why for _, why in BAD_FILES])
def test_a_file_that_is_none_is_refused_in_a_sentence(project: Project, ana: User, content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        import_file(project, io.BytesIO(content), by=ana)


def test_a_list_that_breaks_off_keeps_what_came_before(project: Project, ana: User) -> None:
    text = '[{"prompt": "a", "response": "b"}, {"prompt": "c", "resp'
    with pytest.raises(NothingImported, match=r"line 2: .*middle of the list"):
        import_file(project, io.BytesIO(text.encode()), by=ana)
    assert import_file(project, io.BytesIO(text.encode()), by=ana, skip_bad=True).examples == 1


def test_bytes_that_are_not_utf8_are_told_by_line(project: Project, ana: User) -> None:
    for name, content in {
        "a.csv": b"prompt,response\nx,\xff\n",
        "a.jsonl": b'{"prompt":"a"}\n{"prompt":"\xff"}',
    }.items():
        with pytest.raises(NothingImported, match=r"line 2: .*UTF-8"):
            import_file(project, io.BytesIO(content), by=ana, filename=name)


def test_a_dry_run_counts_and_stores_nothing(project: Project, ana: User) -> None:
    assert import_file(project, DATA / "natural.json", by=ana, dry_run=True).feedback == 20
    assert not Example.objects.exists()
    assert not Import.objects.exists()


def test_a_dry_run_tells_what_is_here_already(project: Project, ana: User) -> None:
    here = {"prompt": "Why?", "response": "Because.", "id": "one"}
    import_file(project, stream(here), by=ana)
    changed = {"prompt": "Why not?", "response": "Because.", "id": "one"}
    told = import_file(project, stream(here, changed), by=ana, dry_run=True).difference
    assert told["examples"] == {"new": 1, "there": 1}
    assert told["changed"] == {"count": 1, "rows": [{"number": 1, "external_id": "one", "words": "Why not?"}]}


def test_the_command_says_nothing_but_the_summary_when_asked(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"prompt": "a", "response": "b"}))
    out, told = io.StringIO(), io.StringIO()
    call_command("import_data", project.slug, str(path), "--dry-run", "--json", stdout=out, stderr=told)
    assert json.loads(out.getvalue())["difference"]["examples"] == {"new": 1, "there": 0}
    assert not told.getvalue()


def test_only_curators_import(project: Project, ben: User, dan: User) -> None:
    for person in (ben, dan):
        with pytest.raises(NotAllowed):
            import_file(project, DATA / "natural.json", by=person)


def test_queries_do_not_grow_with_the_rows(project: Project, ana: User, django_assert_max_num_queries: object) -> None:
    rows = [{"prompt": f"question {n}", "chosen": f"a {n}", "rejected": f"b {n}"} for n in range(400)]
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert import_file(project, stream(*rows), by=ana).feedback == 400


def test_a_preview_shows_the_first_rows_and_what_is_wrong(db: None) -> None:
    seen = preview(stream({"prompt": "a", "response": "b"}, "{", {"prompt": "c", "response": ""}))
    assert (seen.format, seen.columns, seen.whole, len(seen.rows)) == (
        "prompt-response",
        ["prompt", "response"],
        True,
        1,
    )
    assert [bad["line"] for bad in seen.troubles] == [2, 3]


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
def test_whatever_is_typed_comes_in_as_it_was(db: None, rows: list[tuple[str, str]]) -> None:
    project = make.project()
    lines = [json.dumps({"prompt": prompt, "response": response}, ensure_ascii=False) for prompt, response in rows]
    import_file(project, io.BytesIO("\n".join(lines).encode()), by=None)
    stored = {
        (r.example.request, r.text) for r in Response.objects.filter(example__project=project).select_related("example")
    }
    assert stored == set(rows)
