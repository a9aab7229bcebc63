"""No file of any format holds a line that its format does not promise, whatever people wrote: nothing is left out as a
defect of a writer, JSON Lines and Parquet hold the same, and an independent reading of the columns agrees.

`FUZZ=50 pytest tests/datasets/test_every_line.py` tries as many projects.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from feedback import models as m
from feedback.datasets.exporting import How, Tally, Writing, frozen
from feedback.datasets.registry import FORMATS
from feedback.datasets.wanting import wish_for_export
from feedback.examples.hashes import text_hash
from tests import make
from tests.validators.columns import as_in_parquet, same, trouble

ODD = [
    "", " ", "\n\n", "\t \u00a0", "🏞️ a river 🌊", "👩‍👩‍👧‍👦", "مرحبا بالعالم", "שלום \u200f עולם", "\u202egnirts",
    "\x01\x1f\x7f", "\x85\u2028\u2029", "e\u0301", "\ufeffbom", "\uffff", "𝔘𝔫𝔦", "a" * 3000, "word " * 900,
    "null", "true", "1.5", '"quotes" and \\ and {"json": [1]}', "<think>Hm.</think> Yes.", "<think>never closed",
    "</think>", "\r\n", "ok", "Human: a\n\nAssistant: b", "\n\nHuman: x\n\nAssistant:", "Step 1: a\nStep 2: b",
    "[[A]]", 'a,b;c\n"d"',
]  # fmt: skip
TEXT = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
PHASES = [Phase.explicit, *([Phase.generate] if os.environ.get("FUZZ") else [])]
ROUNDS = settings(deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES,
                  max_examples=int(os.environ.get("FUZZ", "1")))  # fmt: skip
OUTCOMES = [("a", -2), ("b", 3), ("a", None), ("tie", 0), ("both-good", None), ("both-bad", None)]


class Odd:
    """A small project in which everything was said, each time in the next of some texts."""

    def __init__(self, seed: int, texts: list[str]) -> None:
        self.dice, self.texts = random.Random(seed), texts
        self.project = make.project()
        kinds = ("imported", "imported", "judge", "check", "simulated")
        self.raters = [
            make.rater(project=self.project, kind=kind, name=f"{kind} {at}") for at, kind in enumerate(kinds)
        ]
        self.raters.append(make.rater(project=self.project, user=make.user()))

    def text(self) -> str:
        """One of the texts."""
        return self.dice.choice(self.texts)

    @property
    def rater(self) -> m.Rater:
        """One of the raters; most often a person."""
        return self.dice.choice([*self.raters, self.raters[-1], self.raters[-1]])

    def some(self, kind: str) -> bool:
        """Now and then."""
        return self.dice.random() < {"often": 0.7, "seldom": 0.25}[kind]

    def said(self, **more: Any) -> dict[str, Any]:
        """What every row of feedback has."""
        key = f"k{next(make.NUMBERS)}"
        return {"project": self.project, "rater": self.rater, "protocol": "single", "key": key, **more}

    def fill(self) -> None:
        """Examples of every form."""
        for number in range(7):
            told = [{"role": "user", "content": self.text() if number else f"Question {self.text()}"}]
            if number % 3 == 1:
                before = [{"role": "system", "content": self.text()}, *told]
                told = [
                    *before,
                    {"role": "assistant", "content": self.text()},
                    {"role": "user", "content": self.text()},
                ]
            extra = {"source": self.text(), "corrupted_instruction": self.text()} if self.some("seldom") else {}
            row = make.example(
                project=self.project, messages=[*told[:-1], {**told[-1], "content": f"{told[-1]['content']} {number}"}],
                reference=self.text(), tags=[self.text() or "t"], extra=extra,
                split="holdout" if number == 6 else "feedback",
            )  # fmt: skip
            self.answered(row)
        principles = [make.principle(project=self.project, effect=f"{self.text()}.", domain=self.text())]
        make.constitution(project=self.project, principles=principles)

    def answered(self, row: m.Example) -> None:
        """Three answers, and what was said of them."""
        answers = []
        for number in range(3):
            text = self.text()
            while text_hash(text) in {one.content_hash for one in answers}:
                text += f" {number}"
            answers.append(make.response(
                example=row, text=text, model=f"m-{number}", next_message=self.text(),
                parent=answers[0] if number == 2 else None, origin="generated" if number == 2 else "imported",
            ))  # fmt: skip
        if self.some("seldom"):
            answers.append(make.refined(response=answers[0], text=f"{self.text()} refined"))
        for one in answers:
            self.judged(one, answers[-1])
        self.ordered(row, answers)
        self.shown(row)

    def judged(self, one: m.Response, later: m.Response) -> None:
        """Scores, words, marks, rewrites, presses, follow-ups and checks of one answer."""
        for _ in range(self.dice.randint(1, 2)):
            aspect = self.dice.choice(["overall", "help", "a b"])
            make.rating(response=one, score=self.dice.randint(1, 5), aspect=aspect, **self.said())
        polarity = self.dice.choice(["critique", "kudos"])
        words = make.critique(
            response=one, text=self.text() or "w", improve=self.text(), polarity=polarity,
            vetted_why=self.text(), shown={"reference": True} if self.some("often") else {}, **self.said(),
        )  # fmt: skip
        make.critique(response=one, text="", failure="too-short", stage="writing", **self.said())
        if one.text:
            start = self.dice.randrange(len(one.text))
            end = self.dice.randint(start + 1, len(one.text))
            more = {
                "severity": "major",
                "reason": self.text(),
                "replacement": self.dice.choice([None, "", self.text()]),
            }
            span = make.span(response=one, start=start, end=end, **self.said(**more))
            make.critique(response=one, text=self.text() or "w", scope="span", span=span, **self.said())
        make.span(response=one, start=None, end=None, **self.said(reason=self.text()))
        if self.some("often"):
            make.edit(response=one, text=f"{self.text()} rewritten {one.pk}", reason=self.text(), **self.said())
        if one.pk != later.pk:
            m.Uptake.objects.create(critique=words, response=later, note=self.text(),
                                    outcome=self.dice.choice(["yes", "no"]), **self.said())  # fmt: skip
        m.Pulse.objects.create(response=one, direction=self.dice.choice([1, -1]), at=len(one.text), milliseconds=3,
                               **self.said())  # fmt: skip
        mark = self.dice.choice(["satisfied", "corrected", "none"])
        m.FollowUp.objects.create(response=one, mark=mark, says=self.text(), **self.said())
        check = m.Check.objects.create(example=one.example, text=f"{self.text()} {one.pk}", rater=self.rater)
        m.CheckResult.objects.create(about=check, response=one, rater=self.rater, passes=self.some("often"))

    def ordered(self, row: m.Example, answers: list[m.Response]) -> None:
        """Preferences and a ranking."""
        for a, b in ((0, 1), (1, 2), (2, 0)):
            outcome, strength = self.dice.choice(OUTCOMES)
            make.preference(a=answers[a], b=answers[b], outcome=outcome, strength=strength, reason=self.text(),
                            **self.said(protocol="pair"))  # fmt: skip
        ranking = m.Ranking.objects.create(example=row, aspect="overall", reason=self.text(), **self.said())
        for place, one in enumerate(answers[:3], start=1):
            m.Place.objects.create(ranking=ranking, response=one, place=self.dice.choice([place, 1]))

    def shown(self, row: m.Example) -> None:
        """A demonstration and a hint."""
        text = f"{self.text()} shown"
        result = make.response(example=row, text=text, origin="written", author=self.raters[-1])
        m.Demonstration.objects.create(example=row, result=result, reason=self.text(), **self.said())
        m.Hint.objects.create(example=row, text=self.text() or "h", **self.said())


def written(project: m.Project, name: str) -> tuple[bytes, bytes, Tally]:
    """The rows of a format as JSON lines and as Parquet, through the sinks that every export writes to."""
    hows = (How(name, pack="gz"), How(name, shape="parquet"))
    files = (io.BytesIO(), io.BytesIO())
    sinks = [how.sink(file.write) for how, file in zip(hows, files, strict=True)]
    writing = Writing(project, hows[0], wish_for_export(project, include_simulated=True))
    with frozen():
        for lines, pieces in writing.batches():
            assert len(hows[0].writer.origins(pieces, lines)) == len(lines)
            data = [orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines]
            for sink in sinks:
                sink.add(lines, data)
        for sink in sinks:
            sink.close()
    return gzip.decompress(files[0].getvalue()), files[1].getvalue(), writing.tally


def wrong_in(project: m.Project, name: str) -> list[str]:
    """What is wrong with the files of one format."""
    data, flat, tally = written(project, name)
    columns = dict(FORMATS[name].columns)
    lines = [json.loads(line) for line in data.split(b"\n") if line]
    found = [f"{why} ({times} times)" for why, times in tally.defects.items()]
    found += [why for line in lines if (why := trouble(line, columns))]
    rows = parquet.read_table(io.BytesIO(flat)).to_pylist()
    wanted = [{key: as_in_parquet(value, columns[key]) for key, value in line.items()} for line in lines]
    if len(rows) != len(wanted):
        return [*found, f"Parquet holds {len(rows)} rows, not {len(wanted)}"]
    return found + [f"Parquet: {a}, not {b}"[:600] for a, b in zip(rows, wanted, strict=True) if not same(a, b)]


@pytest.mark.slow
@pytest.mark.timeout(900)
@ROUNDS
@example(seed=1, texts=ODD)
@given(seed=st.integers(0, 2**32), texts=st.lists(TEXT, min_size=3, max_size=40))
def test_every_line_of_every_format_is_what_it_promises(db: None, seed: int, texts: list[str]) -> None:
    odd = Odd(seed, texts)
    odd.fill()
    assert {name: wrong for name in FORMATS if (wrong := wrong_in(odd.project, name))} == {}


def test_the_independent_reading_sees_what_is_wrong() -> None:
    columns = {"prompt": "turns", "margin": "float?", "steps": "list[object{text: text, right: bool?}]", "more": "any"}
    line = {"prompt": [{"role": "user", "content": "a"}], "margin": None, "steps": [], "more": {"x": 1}}
    assert trouble(line, columns) == ""
    for name, value in (("prompt", []), ("prompt", [{"role": "king", "content": "a"}]), ("margin", 2),
                        ("steps", [{"text": "a"}]), ("steps", [{"text": None, "right": True}])):  # fmt: skip
        assert trouble({**line, name: value}, columns), (name, value)
