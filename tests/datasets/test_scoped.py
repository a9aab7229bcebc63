"""Scope tests as training rows: scoped pairs for C3PO, and rows that stay as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from django.utils import timezone

from feedback.datasets.exporting import export
from feedback.datasets.outlook import outlook
from feedback.models import Principle, Project, ScopeInput, ScopeResult
from feedback.principles.constitutions import add_version, newest_version
from tests import make

pytestmark = pytest.mark.django_db


def result(principle: Principle, scope: str, text: str, *, number: int = 1, **judged: Any) -> ScopeResult:
    """What became of one input."""
    row, _ = ScopeInput.objects.get_or_create(principle=principle, scope=scope, text=text)
    trial = make.trial(project=principle.project, kind="scope", principle=principle)
    judged = {"without": f"Plain {text}", "under": f"List {text}", "adherence": 1.0, "change": 1.0, **judged}
    version = principle.versions.get(number=number)
    return ScopeResult.objects.create(trial=trial, input=row, version=version, model="m", **judged)


@pytest.fixture
def principle(project: Project) -> Principle:
    """One tested on two requests it is for, one close by that it leaks into, and one general one."""
    found = make.principle(project=project, effect="Use a list.", domain="When steps are asked for")
    result(found, "in", "How do I bake?")
    result(found, "in", "How do I sew?")
    result(found, "near", "Bake me a poem.")
    result(found, "general", "Hello.", under="Plain Hello.", change=0.0, adherence=None)
    return found


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (folder / f"{name}.jsonl").read_bytes().splitlines()]


def test_a_scoped_pair_has_c3pos_columns_and_its_way_back(project: Project, principle: Principle, tmp_path) -> None:
    manifest = export(project, out=tmp_path / "out", format="c3po")
    (line,) = lines(tmp_path / "out", "c3po")
    assert set(line) == {"prompt", "chosen", "rejected", "hard_negative", "soft_negative", "principle"}
    assert line["chosen"] == [{"role": "assistant", "content": "List How do I bake?"}]
    assert line["rejected"] == [{"role": "assistant", "content": "Plain How do I bake?"}]
    assert [turn["content"] for turn in line["hard_negative"]] == ["Bake me a poem.", "Plain Bake me a poem."]
    assert [turn["content"] for turn in line["soft_negative"]] == ["Hello.", "Plain Hello."]
    (origin,) = [orjson.loads(one) for one in (tmp_path / "out" / "c3po.meta.jsonl").read_bytes().splitlines()]
    assert (origin["principle"], origin["wording"], origin["test"]) == (1, 1, 1)
    assert manifest["skipped"] == {"there is no answer close by, or none from anywhere, to hold beside it": 1}


def test_rows_elsewhere_stay_as_they_are_and_leaks_are_marked(project: Project, principle: Principle, tmp_path) -> None:
    export(project, out=tmp_path / "out", format="precept-stay-as-is")
    near, general = lines(tmp_path / "out", "precept-stay-as-is")
    assert (near["scope"], near["leaked"], near["rejected"][0]["content"]) == ("near", True, "List Bake me a poem.")
    assert (general["scope"], general["leaked"], general["rejected"]) == ("general", False, [])
    assert general["completion"] == [{"role": "assistant", "content": "Plain Hello."}]


def test_what_people_left_out_and_simulated_words_stay_out(project: Project, principle: Principle) -> None:

    ScopeInput.objects.filter(text="Hello.").update(left_out_at=timezone.now())
    assert outlook(project, format="precept-stay-as-is").counts["rows"] == 1
    ScopeResult.objects.update(simulated=True)
    assert outlook(project, format="precept-stay-as-is").counts["rows"] == 0
    assert outlook(project, format="precept-stay-as-is", include_simulated=True).counts["rows"] == 1
    assert outlook(project, format="precept-stay-as-is", include_simulated=True, held_out=True).counts["rows"] == 0


def test_the_wording_in_force_goes_before_a_newer_one(project: Project, principle: Principle) -> None:

    make.constitution(project=project, principles=[principle])
    add_version(principle, by=None, domain="", effect="Use a list everywhere.")
    result(principle, "near", "Bake me a poem.", number=2, under="Everywhere")
    (line, _), *_ = outlook(project, format="precept-stay-as-is").first
    assert newest_version(principle).number == 2
    assert line["principle"]["effect"] == "Use a list."
