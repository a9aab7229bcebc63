"""An answer under the request it does satisfy, by hand and by a model; an expert's answer retold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.datasets.exporting import export
from feedback.desk.errands import ask_errand, run_errand
from feedback.errors import Refused
from feedback.examples.relabelling import relabel
from tests import make


@pytest.fixture
def lake(project: m.Project) -> m.Response:
    """An answer that missed what was asked."""
    return make.response(example=make.example(project=project, request="Name a river."), text="Lake Constance.")


def address(response: m.Response) -> str:
    return reverse("relabel", args=[response.example.project.slug, response.pk])


def test_ana_keeps_an_answer_under_the_request_it_satisfies_and_it_exports(
    client: Client, project, ana, lake, tmp_path: Path
) -> None:
    client.force_login(ana)
    assert "Lake Constance." in client.get(address(lake)).content.decode()
    answer = client.post(address(lake), {"instruction": "Name a lake."})
    example = m.Example.objects.get(project=project, number=2)
    assert answer["Location"] == reverse("example", args=[project.slug, 2])
    assert (example.request, example.split) == ("Name a lake.", lake.example.split)
    client.post(address(lake), {"instruction": "Name a lake."})
    assert m.Example.objects.filter(project=project).count() == 2
    export(project, out=tmp_path / "out", format="hir-relabelled")
    (line,) = [json.loads(one) for one in (tmp_path / "out" / "hir-relabelled.jsonl").read_text().splitlines()]
    assert line["prompt"] == [{"role": "user", "content": "Name a lake."}]
    assert line["original_prompt"] == [{"role": "user", "content": "Name a river."}]
    assert (line["completion"][0]["content"], line["relabelled_by"]) == ("Lake Constance.", "person")
    assert "Name a lake." in client.get(address(lake)).content.decode()


def test_an_empty_request_and_what_was_asked_anyway_are_refused(client: Client, ana, lake) -> None:
    client.force_login(ana)
    assert client.post(address(lake), {"instruction": " "}).status_code == 422
    page = client.post(address(lake), {"instruction": "Name a river."})
    assert page.status_code == 422
    assert "That is what was asked." in page.content.decode()


def test_a_held_out_example_stays_as_it_is(lake) -> None:
    lake.example.split = "holdout"
    with pytest.raises(Refused, match="held out"):
        relabel(lake, instruction="Name a lake.", by="person")


def test_a_model_writes_the_request_and_the_row_says_so(project, ana, lake) -> None:
    errand = ask_errand("relabel", example=lake.example, response=lake, key="r", by=ana)
    done = run_errand(errand.pk)
    assert (done.state, done.error) == ("done", "")
    example = m.Example.objects.get(project=project, number=done.answer["example"])
    assert example.extra["relabelled_from"]["by"] == "model"
    assert example.extra["relabelled_from"]["simulated"] is True
    assert "constance" in example.request.lower()


def test_an_experts_answer_is_retold_and_only_such_an_answer(project, ana, ben, lake, tmp_path: Path) -> None:
    rater = make.rater(project=project, user=ben)
    shown = make.response(example=lake.example, text="The Rhine. It runs north.", origin="written", author=rater)
    m.Demonstration.objects.create(example=lake.example, result=shown, **make.judged(shown, rater, {}))
    errand = ask_errand("retell", example=lake.example, response=shown, key="t", by=ana)
    done = run_errand(errand.pk)
    assert done.result is not None
    assert done.result.parent_id == shown.pk
    export(project, out=tmp_path / "out", format="egsr-retold")
    (line,) = [json.loads(one) for one in (tmp_path / "out" / "egsr-retold.jsonl").read_text().splitlines()]
    assert line["original"] == "The Rhine. It runs north."
    with pytest.raises(Refused, match="wrote from nothing"):
        ask_errand("retell", example=lake.example, response=lake, key="u", by=ana)


def test_ben_may_not_and_dan_gets_404(client: Client, ben, dan, lake) -> None:
    client.force_login(ben)
    assert client.get(address(lake)).status_code == 403
    client.force_login(dan)
    assert client.get(address(lake)).status_code == 404
