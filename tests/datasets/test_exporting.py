"""What is exported loads strictly, leads back to who said so, and leaves out what must not be in it, counted."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from feedback.capture.edits import record_edit
from feedback.datasets.exporting import export, stream_zip
from feedback.datasets.importing import import_file
from feedback.datasets.writers.prompts import Untrainable, trainable_prompt
from feedback.errors import Refused
from feedback.models import Project, User
from tests import make

DATA = Path(__file__).parent.parent / "data" / "llmbar"


def lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text("utf-8")
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def loads_strictly(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert list(row) == ["prompt", "chosen", "rejected"]
        for turns in row.values():
            assert turns
            assert all(list(turn) == ["role", "content"] and turn["content"].strip() for turn in turns)
        assert row["chosen"][0]["content"].strip() != row["rejected"][0]["content"].strip()
        assert [turn["role"] for turn in row["chosen"] + row["rejected"]] == ["assistant", "assistant"]
        assert row["prompt"][-1]["role"] == "user"


def test_an_export_of_llmbar_loads_strictly(project: Project, ana: User, tmp_path: Path) -> None:
    import_file(project, DATA / "natural.json", by=ana)
    import_file(project, DATA / "mt_bench.json", by=ana)
    manifest = export(project, out=tmp_path / "out")
    rows, meta = lines(tmp_path / "out" / "trl-preference.jsonl"), lines(tmp_path / "out" / "trl-preference.meta.jsonl")
    loads_strictly(rows)
    assert len(rows) == len(meta) == manifest["counts"]["rows"]
    assert manifest["counts"]["rows"] + sum(manifest["skipped"].values()) == 32
    assert len({tuple(one) for one in meta}) == 1
    assert not [one for one in meta if one["example"]["split"] == "holdout"]
    assert {said["rater"] for one in meta for said in one["feedback"]} == {"LLMBar label"}
    better = {(row["input"], row[f"output_{row['label']}"]) for name in ("natural", "mt_bench")
              for row in json.loads((DATA / f"{name}.json").read_bytes())}  # fmt: skip
    assert {(row["prompt"][0]["content"], row["chosen"][0]["content"]) for row in rows} <= better
    for name, facts in manifest["files"].items():
        assert facts["sha256"] == hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest()
    assert "provider" in (tmp_path / "out" / "README.md").read_text()
    assert json.loads((tmp_path / "out" / "manifest.json").read_text()) == manifest


def test_ties_and_balanced_pairs_are_counted_and_left_out(
    project: Project, ben: User, cleo: User, tmp_path: Path
) -> None:
    raters = [make.rater(project=project, user=person) for person in (ben, cleo)] + [make.rater(project=project)]
    for outcomes in (
        ["tie"],
        ["both-good"],
        ["both-bad"],
        ["a", "b"],
        ["a", "b", "a"],
        ["b", "tie"],
        ["both-good", "tie"],
    ):
        a, b = make.pair(project=project)
        for outcome, rater in zip(outcomes, raters, strict=False):
            make.preference(a=a, b=b, outcome=outcome, rater=rater)
    manifest = export(project, out=tmp_path / "out")
    assert manifest["skipped"] == {"tie": 2, "both-good": 1, "both-bad": 1, "balanced": 1}
    assert manifest["counts"]["rows"] == 2
    assert manifest["agreement"] == {"pairs_judged_by_several": 4, "of_one_mind": 0}


def test_holdout_simulated_withdrawn_and_equal_texts_stay_out(project: Project, ben: User, tmp_path: Path) -> None:
    rater = make.rater(project=project, user=ben)
    a, b = make.pair(project=project, split="holdout")
    make.preference(a=a, b=b, rater=rater)
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=make.rater(project=project, kind="simulated"))
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, withdrawn_at="2026-01-01T00:00Z")
    example = make.example(project=project)
    make.preference(
        a=make.response(example=example, text="Same"), b=make.response(example=example, text="Same "), rater=rater
    )
    manifest = export(project, out=tmp_path / "out")
    assert manifest["counts"]["rows"] == 0
    assert manifest["skipped"] == {
        "the example is held out": 1, "judged only by models or simulated raters": 1, "both responses say the same": 1,
    }  # fmt: skip
    assert export(project, out=tmp_path / "out", include_simulated=True)["counts"]["rows"] == 1


def test_a_rewrite_is_a_pair_and_a_vote(project: Project, ben: User, cleo: User, tmp_path: Path) -> None:
    response = make.response(example=make.example(project=project), text="Long winded.")
    edit = record_edit(response, by=ben, text="Brief.", reason="shorter", key="one")
    manifest = export(project, out=tmp_path / "a")
    assert manifest["counts"]["by_source"] == {"edit": 1}
    row, meta = (
        lines(tmp_path / "a" / "trl-preference.jsonl")[0],
        lines(tmp_path / "a" / "trl-preference.meta.jsonl")[0],
    )
    assert (row["chosen"][0]["content"], row["rejected"][0]["content"]) == ("Brief.", "Long winded.")
    assert meta["feedback"][0]["reason"] == "shorter"
    assert meta["feedback"][0]["rater"].startswith("rater-")
    assert meta["feedback"][0]["outcome"] == "chosen"
    make.preference(a=response, b=edit.result, outcome="a", rater=make.rater(project=project, user=cleo))
    assert export(project, out=tmp_path / "b")["skipped"] == {"balanced": 1}


def test_a_refined_row_names_its_run_and_principles(project: Project, ben: User, tmp_path: Path) -> None:
    constitution = make.constitution(project=project)
    run = make.run(project=project, constitution=constitution)
    original = make.response(example=make.example(project=project))
    refined = make.refined(response=original, run=run)
    refined.produced_by.principle = constitution.articles.get().version
    refined.produced_by.save()
    make.preference(
        a=original, b=refined, outcome="b", rater=make.rater(project=project, user=ben), protocol="refined-vs-original"
    )
    manifest = export(project, out=tmp_path / "out")
    meta = lines(tmp_path / "out" / "trl-preference.meta.jsonl")[0]
    assert meta["chosen"]["run"] == run.number
    assert meta["chosen"]["constitution"] == 1
    assert meta["chosen"]["principles"] == [{"principle": 1, "version": 1}]
    assert meta["rejected"]["run"] is None
    assert meta["simulated"]
    assert manifest["counts"]["rows_with_simulated_text"] == 1


def test_the_zip_holds_the_same_files(project: Project, ana: User, tmp_path: Path) -> None:
    import_file(project, DATA / "natural.json", by=ana)
    export(project, out=tmp_path / "out")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(stream_zip(project))))
    assert archive.testzip() is None
    names = {Path(name).name: name for name in archive.namelist()}
    assert set(names) == {"README.md", "load.py", "manifest.json", "trl-preference.jsonl", "trl-preference.meta.jsonl"}
    for name in ("trl-preference.jsonl", "trl-preference.meta.jsonl"):
        assert archive.read(names[name]) == (tmp_path / "out" / name).read_bytes()


def test_a_folder_with_other_things_is_left_alone(project: Project, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(Refused, match="other things"):
        export(project, out=tmp_path)
    with pytest.raises(Refused, match="not an export format"):
        export(project, out=tmp_path / "out", format="nonsense")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_queries_do_not_grow_with_the_rows(
    project: Project, ana: User, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    import_file(project, DATA / "natural.json", by=ana)
    with django_assert_max_num_queries(10):
        export(project, out=tmp_path / "out")


def test_the_commands_import_and_export(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_data", "fresh", str(DATA / "natural.json"), "--create")
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "examples": 20,
        "responses": 40,
        "feedback": 20,
        "skipped": [],
    }
    call_command("export_data", "fresh", "--out", str(tmp_path / "out"))
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["counts"]["rows"] > 10
    with pytest.raises(SystemExit):
        call_command("import_data", "none", str(DATA / "natural.json"))
    assert "no project 'none'" in capsys.readouterr().err


USER, ANSWER, SYSTEM = ({"role": role, "content": role[0]} for role in ("user", "assistant", "system"))


def test_prompts_are_brought_into_the_form_trainers_take() -> None:
    assert trainable_prompt([SYSTEM, USER, USER]) == [SYSTEM, {"role": "user", "content": "u\n\nu"}]
    for turns, why in [([USER, SYSTEM, USER], "middle"), ([USER, ANSWER], "end"), ([ANSWER, USER], "begins"),
                       ([{"role": "tool", "content": "t"}, USER], "tool"), ([], "empty")]:  # fmt: skip
        with pytest.raises(Untrainable, match=why):
            trainable_prompt(turns)
