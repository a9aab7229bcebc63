"""What holds for every research view: whose word counts, what is held out, what was frozen, and what it costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback import models as m
from feedback.capture.history import withdraw
from feedback.datasets.attempted import attempts_in, having, worked_over
from feedback.datasets.exporting import export
from feedback.datasets.pieces import wish_of
from feedback.datasets.snapshots import freeze
from feedback.datasets.views.research import FORMATS as VIEWS
from tests import make
from tests.datasets.lessons import lessons_of


@pytest.fixture
def written(project: m.Project, tmp_path: Path) -> Any:
    """Writes a format and gives back its lines."""

    def write(name: str, **wish: Any) -> list[dict[str, Any]]:
        out = tmp_path / f"{name}-{len(list(tmp_path.iterdir()))}"
        export(project, out=out, format=name, **wish)
        return [json.loads(line) for line in (out / f"{name}.jsonl").read_text().splitlines()]

    return write


@pytest.fixture
def told(project: m.Project, ben: m.User) -> tuple[m.Response, m.Response, m.Rater]:
    """An answer, the same person's rewrite of it, and who that is."""
    rater = make.rater(project=project, user=ben)
    first = make.response(example=make.example(project=project), text="A long answer.")
    second = make.edit(response=first, rater=rater, text="Short.").result
    return first, second, rater


def test_a_models_critique_is_never_a_persons(written, project, told) -> None:
    first, second, _ = told
    judge = make.rater(project=project, kind="judge", name="judge")
    critique = make.critique(response=first, rater=judge, text="Too long.")
    m.Uptake.objects.create(critique=critique, response=second, outcome="yes", **make.judged(first, told[2], {}))
    assert written("ilf-refinements") == []
    assert written("fcp-conditional") == []
    assert written("cut-judgments") == []
    (line,) = written("self-tuples")
    assert (line["feedback"], line["feedback_by"], line["why"]) == ("Too long.", "model", "found better")
    (asked,) = written("ilf-refinements", raters=["person", "imported", "judge"])
    assert asked["feedback_by"] == "model"


def test_simulated_words_are_left_out_everywhere_unless_asked_for(written, project, told) -> None:
    first, second, _ = told
    somebody = make.rater(project=project, kind="simulated", name="Persona")
    critique = make.critique(response=first, rater=somebody, text="Too long.")
    m.Uptake.objects.create(critique=critique, response=second, outcome="yes", **make.judged(first, told[2], {}))
    for name in ("ilf-refinements", "self-tuples", "critique-rl-verdicts", "coh-text"):
        assert "Too long." not in json.dumps(written(name)), name
    (line,) = written("ilf-refinements", include_simulated=True)
    assert line["feedback_by"] == "simulated"


def test_nothing_held_out_is_in_any_view(written, project, ben, cleo) -> None:
    lessons_of(project, ben, cleo)
    m.Example.objects.filter(project=project).update(split="holdout")
    assert [one.name for one in VIEWS if written(one.name)] == []


def test_praise_never_stands_in_a_judgement_and_silence_is_no_praise(written, project, told) -> None:
    first, _, rater = told
    make.critique(response=first, rater=rater, text="Kind.", polarity="kudos")
    make.critique(response=first, rater=rater, text="Too long.")
    good = make.response(example=make.example(project=project), text="Good.")
    make.critique(response=good, rater=rater, text="Just right.", polarity="kudos")
    make.response(example=make.example(project=project), text="Nobody said a word.")
    lines = {line["output"]: line["judgment"] for line in written("cut-judgments")}
    assert lines == {first.text: "Too long.", "Good.": None}


def test_chains_of_hindsight_stand_in_both_orders_and_only_answers_are_learned(written, project, told) -> None:
    first, second, rater = told
    make.critique(response=first, rater=rater, text="Too long.")
    worse_first, better_first = written("coh-text")
    assert (worse_first["order"], better_first["order"]) == ("worse-first", "better-first")
    for line in (worse_first, better_first):
        assert "".join(one["text"] for one in line["segments"]) == line["text"]
        learned = [line["text"][one["start"] : one["end"]].strip() for one in line["mask"]]
        assert sorted(learned) == sorted([first.text, second.text])
        assert "A worse answer: (Too long.)" in line["text"]


def test_categories_are_balanced(written, project, told) -> None:
    first, _, rater = told
    for words, polarity in (("Too long.", "critique"), ("Too dry.", "critique"), ("Kind.", "kudos")):
        make.critique(response=first, rater=rater, text=words, polarity=polarity)
    sums: dict[str, float] = {}
    for line in written("alt-text"):
        sums[line["category"]] = sums.get(line["category"], 0) + line["weight"]
    assert sums == {"critique": pytest.approx(1.5), "kudos": pytest.approx(1.5)}


def test_a_run_is_told_turn_by_turn_with_what_its_critic_said(written, project, ben, cleo) -> None:
    lessons_of(project, ben, cleo)
    (line,) = [one for one in written("rise-turns") if "scatters" in one["messages"][-1]["content"]]
    spoken = [(one["role"], one["content"], one["train"]) for one in line["messages"]]
    assert spoken == [
        ("user", "Why is the sky blue?", False), ("assistant", "It is big.", False),
        ("user", "No cause is named.", False), ("assistant", "Light.", False), ("user", "Say how.", False),
        ("assistant", "Air scatters blue light most.", True),
    ]  # fmt: skip
    assert [one["on_policy"] for one in line["attempts"]][1:] == [None, None]
    rounds = [(one["response"], one["refined"], one["round"]) for one in written("self-tuples")
              if one["feedback_by"] == "model"]  # fmt: skip
    assert rounds == [("It is big.", "Light.", 1), ("Light.", "Air scatters blue light most.", 2)]


def test_a_snapshot_leaves_as_it_was_whatever_comes_after(project, ana, ben, cleo, tmp_path: Path) -> None:
    lessons = lessons_of(project, ben, cleo)
    snapshot = freeze(project, by=ana, name="Then")
    names = [one.name for one in VIEWS]

    def files(place: str) -> dict[str, bytes]:
        for name in names:
            export(project, out=tmp_path / place / name, format=name, snapshot=snapshot.pk)
        return {name: (tmp_path / place / name / f"{name}.jsonl").read_bytes() for name in names}

    before = files("before")
    assert sum(map(bool, before.values())) > 30
    withdraw(lessons.said, by=ben)
    again = make.response(example=lessons.wrong.example, text="A new one.", parent=lessons.wrong, origin="generated")
    make.critique(response=again, rater=lessons.cleo, text="New words.")
    make.rating(response=lessons.right, rater=lessons.ben, score=1)
    check = m.Check.objects.create(example=lessons.wrong.example, text="Says 9.8", rater=lessons.ben)
    m.CheckResult.objects.create(about=check, response=lessons.wrong, rater=lessons.ben, passes=False)
    after = files("after")
    assert [name for name in names if before[name] != after[name]] == []


def test_queries_grow_with_batches_and_not_with_examples(project, ben, cleo) -> None:
    lessons_of(project, ben, cleo)
    asked, wish = having(m.Critique, m.Rating, m.Span), wish_of()
    with CaptureQueriesContext(connection) as few:
        list(attempts_in(project, wish, asked))
    rater = make.rater(project=project, user=ben)
    for _ in range(12):
        response = make.response(example=make.example(project=project))
        make.critique(response=response, rater=rater)
        make.edit(response=response, rater=rater)
    with CaptureQueriesContext(connection) as many:
        assert len(list(attempts_in(project, wish, asked))) > 12
    assert len(many) <= len(few)
    assert len(list(attempts_in(project, wish, worked_over))) > 12
