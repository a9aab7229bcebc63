"""What people answered in a labelling tool, when only the names and values of its questions are known, made feedback.

A `Heard` takes one answer after the other and sorts it by what it is: a score, a choice between the answers, an order,
marks, a rewrite, words, or a tag. What fits nowhere is kept as it is. Knows no tool.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.datasets.readers.anchoring import placed
from feedback.datasets.readers.checks import fits_json, storable
from feedback.datasets.readers.loose import as_json, category_of, number_in, said_in, scored
from feedback.datasets.readers.rows import PERSON, Answer, Comment, Mark, Order, Rewrite, Row, Score, Shown, Verdict

SPEAKS = re.compile(r"comment|feedback|reason|critique|critic|explan|rational|justif|note|why|remark|suggest", re.I)
REWRITES = re.compile(r"edit|correct|rewrit|rewrote|improve|revis|better[_ -]?(answer|response)|fixed", re.I)
WRITES = re.compile(r"completion|response|answer|demonstration|output|write|target|summary", re.I)
PRAISES = re.compile(r"kudos|positive|praise|strength|liked|good", re.I)
SIDES = {"a": 0, "b": 1, "left": 0, "right": 1, "1": 0, "2": 1, "first": 0, "second": 1, "chosen": 0, "rejected": 1}
TIES = {"tie": "tie", "no-preference": "tie", "equal": "tie", "same": "tie", "none": "tie", "neither": "both-bad",
        "both": "both-good", "both-good": "both-good", "both-bad": "both-bad"}  # fmt: skip
SEVERITIES = ("minor", "major", "critical")
LONG = 40


@dataclass
class Heard:
    """The answers of an example by the names they have in the file, and all that was said of them."""

    names: Sequence[str]
    answers: Sequence[Answer]
    scores: list[Score] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    tags: dict[str, None] = field(default_factory=dict)
    kept: dict[str, list[Any]] = field(default_factory=dict)

    def take(self, question: str, value: Any, rater: str, by: str = PERSON) -> None:
        """One answer to one question."""
        if value in (None, "", [], {}):
            return
        if isinstance(value, Mapping):
            self.take_object(question, value, rater, by)
        elif isinstance(value, list):
            self.take_list(question, value, rater, by)
        elif isinstance(value, str) and number_in(value) is None:
            self.take_text(question, value, rater, by)
        elif not self.choose(question, value, rater, by):
            self.score(question, value, rater, by)

    def take_object(self, question: str, value: Mapping[str, Any], rater: str, by: str) -> None:
        """An answer that is an object: its one value counts; else every part is an answer of its own."""
        if "start" in value and "end" in value:
            self.mark(value, rater, by)
        elif set(value) <= {"value"}:
            self.take(question, value.get("value"), rater, by)
        else:
            self.keep(question, value, rater)

    def take_list(self, question: str, value: list[Any], rater: str, by: str) -> None:
        """Marks, an order, or several choices."""
        if all(isinstance(one, Mapping) and "start" in one for one in value):
            for one in value:
                self.mark(one, rater, by)
        elif all(isinstance(one, Mapping) and "rank" in one for one in value):
            self.order(question, {said_in(one.get("value"), question): one["rank"] for one in value}, rater, by)
        elif all(isinstance(one, str) for one in value):
            for one in value:
                self.take_text(question, one, rater, by)
        else:
            self.keep(question, value, rater)

    def take_text(self, question: str, value: str, rater: str, by: str) -> None:
        """Words: a choice of an answer, a rewrite, a comment, or the name of a label."""
        value = storable(value, question[:40])
        if not value.strip() or self.choose(question, value, rater, by):
            return
        long = len(value) > LONG or value.count(" ") > 3
        if REWRITES.search(question) and self.answers and long:
            self.rewrite(value, rater, by, self.place_in(question) or 0)
        elif SPEAKS.search(question) or (long and not WRITES.search(question)):
            self.say(value, rater, by, polarity="kudos" if PRAISES.search(question) else "critique", about=question)
        elif WRITES.search(question) and long:
            self.demonstrate(value, rater, by)
        else:
            self.tag(question, value, rater)

    def choose(self, question: str, value: Any, rater: str, by: str, strength: int | None = None) -> bool:
        """Whether it says which of two answers is better; then that is noted."""
        name = category_of(value) if isinstance(value, str) and value.strip() else str(value)
        side = self.place_of(str(value))
        if len(self.answers) != 2 or isinstance(value, bool):
            return False
        told = number_in(value) is None or re.search(r"prefer|better|best|winner|choice|choose", question, re.I)
        outcome = TIES.get(name) if side is None else "ab"[side]
        if not told or outcome is None:
            return False
        aspect = aspect_of(question)
        self.verdicts.append(Verdict(outcome, rater, strength=strength, aspect=aspect, by=by))
        return True

    def score(self, question: str, value: Any, rater: str, by: str, scale: int = 0) -> None:
        """A number about one answer; about several, when nobody can tell of which, it is kept as it is."""
        place = self.place_in(question)
        if place is None and len(self.answers) != 1:
            self.keep(question, value, rater)
            return
        found = scored(place or 0, aspect_of(question), value, rater, by, scale)
        if found is None:
            self.keep(question, value, rater)
        else:
            self.scores.append(found)

    def order(self, question: str, ranks: Mapping[str, Any], rater: str, by: str) -> None:
        """An order of all answers by their names; of fewer it is kept as it is."""
        found = {self.place_of(name): number_in(rank) for name, rank in ranks.items()}
        if len(self.answers) < 2 or set(found) != set(range(len(self.answers))) or None in found.values():
            self.keep(question, dict(ranks), rater)
            return
        levels = sorted({rank for rank in found.values() if rank is not None})
        places = tuple(levels.index(found[place] or 0) + 1 for place in range(len(self.answers)))
        self.orders.append(Order(places=places, rater=rater, aspect=aspect_of(question), by=by))

    def mark(self, one: Mapping[str, Any], rater: str, by: str = PERSON, reason: str = "", severity: str = "") -> None:
        """A marked piece, put where its words stand; what stands nowhere is kept as it is."""
        label = one.get("label", one.get("type", one.get("labels")))
        label = label[0] if isinstance(label, list) and label else label
        spot = placed([answer.text for answer in self.answers], one.get("start"), one.get("end"), one.get("text"))
        if spot is None or label in (None, "", [], {}):
            self.keep("marks without a place", dict(one), rater)
            return
        told = str(one.get("severity") or severity).lower()
        name = category_of(said_in(label, "label") or "mark")
        shown = {"label": said_in(label, "label")[:200]} if name.startswith("label-") else {}
        self.marks.append(
            Mark(
                answer=spot.answer, category=name, rater=rater, start=spot.start, end=spot.end, reason=reason,
                severity=told if told in SEVERITIES else "", shown=shown, by=by,
            )
        )  # fmt: skip

    def say(self, text: str, rater: str, by: str = PERSON, *, polarity: str = "critique", about: str = "") -> None:
        """Words about an answer; where there is none, they are kept."""
        if not self.answers:
            self.keep(about or "words", text, rater)
            return
        place = self.place_in(about) or 0
        self.comments.append(Comment(answer=place, text=text, rater=rater, polarity=polarity, by=by))

    def rewrite(self, text: str, rater: str, by: str = PERSON, place: int = 0) -> None:
        """What an answer should have been."""
        if text.strip() != self.answers[place].text.strip():
            self.rewrites.append(Rewrite(answer=place, text=text, rater=rater, by=by))

    def demonstrate(self, text: str, rater: str, by: str = PERSON) -> None:
        """An answer written from nothing."""
        self.shown.append(Shown(text=text, rater=rater, by=by))

    def tag(self, question: str, value: str, rater: str) -> None:
        """A label of the whole: a tag, and who said so."""
        self.tags[value.strip()[:60]] = None
        self.keep(question, value, rater)

    def keep(self, question: str, value: Any, rater: str) -> None:
        """What has no place of its own."""
        held = value if fits_json(value) else as_json(value, question[:40])
        self.kept.setdefault(storable(question, "question")[:60], []).append({"rater": rater, "value": held})

    def place_of(self, name: str) -> int | None:
        """Which answer a value names."""
        plain = name.strip().lower()
        for place, known in enumerate(self.names):
            if plain == known.lower():
                return place
        last = re.split(r"[\s_.-]+", plain)[-1] if plain else ""
        side = SIDES.get(last, SIDES.get(plain))
        return side if side is not None and len(self.answers) == 2 else None

    def place_in(self, question: str) -> int | None:
        """Which answer a question is about, by its name; of a single answer that one."""
        plain = question.lower()
        named = [place for place, known in enumerate(self.names) if known and known.lower() in plain]
        if len(named) == 1:
            return named[0]
        ends = re.search(r"(?:^|[_ .-])(\d+|[ab]|left|right)$", plain)
        if ends and len(self.answers) > 1:
            told = ends[1]
            place = SIDES.get(told) if not told.isdigit() else int(told) - 1
            return place if place is not None and 0 <= place < len(self.answers) else None
        return 0 if len(self.answers) == 1 else None

    def row(self, **more: Any) -> Row:
        """All of it as a row."""
        extra = {**more.pop("extra", {}), **({"answers": self.kept} if self.kept else {})}
        tags = (*more.pop("tags", ()), *self.tags)
        orders = self.orders[0] if self.orders else None
        for other in self.orders[1:]:
            extra.setdefault("other_orders", []).append({"rater": other.rater, "places": list(other.places)})
        return Row(
            answers=tuple(self.answers), verdicts=tuple(self.verdicts), scores=tuple(self.scores), order=orders,
            marks=tuple(self.marks), comments=tuple(self.comments), rewrites=tuple(self.rewrites),
            demonstrations=tuple(self.shown), tags=tuple(dict.fromkeys(tags)), extra=extra, **more,
        )  # fmt: skip


def aspect_of(question: str) -> str:
    """The aspect a question asks for: its name, or overall."""
    plain = storable(question, "question").strip()[:60]
    general = ("", "rating", "preference", "pairwise", "ranking", "rank", "overall", "score", "label")
    return "overall" if plain.lower() in general else plain
