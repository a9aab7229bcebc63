"""What a project's form asks for, as typed data. Knows no Django; `Form` rows hold it as JSON.

The default is what a project without a form of its own asks: an overall score of five, kudos, critique, spans of a few
categories, a rewrite, a preference of seven points.
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,39}$")
SCALES = {"thumbs": 2, "likert": 5, "slider": 100, "reaction": 2}


class Strict(BaseModel):
    """Nothing that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Strict):
    """Something rows refer to by `name` (never changed once used) and people see by `label`."""

    name: str
    label: str = Field(min_length=1, max_length=60)
    help: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def name_is_plain(self) -> Named:
        """Lower-case letters, digits and hyphens."""
        if not NAME.match(self.name):
            raise ValueError(f"The name {self.name!r} should be lower-case letters, digits and hyphens, at most 40.")
        return self


class Aspect(Named):
    """One thing to rate. `anchors` say what a score means: {1: "Bad", 5: "Excellent"}; `scale` is the highest score."""

    style: Literal["thumbs", "likert", "slider", "reaction"] = "likert"
    scale: int = Field(default=5, ge=2, le=100)
    anchors: dict[int, str] = Field(default_factory=dict)
    can_skip: bool = True
    cannot_judge: bool = True
    objective: str = Field(default="", max_length=60)

    @model_validator(mode="after")
    def scale_fits_style(self) -> Aspect:
        """Thumbs and reactions have two scores; anchors lie on the scale."""
        if self.style in {"thumbs", "reaction"} and self.scale != 2:
            raise ValueError(f"{self.label}: {self.style} has the scale 2.")
        if any(not 1 <= score <= self.scale for score in self.anchors):
            raise ValueError(f"{self.label}: an anchor lies outside 1 to {self.scale}.")
        return self


class Category(Named):
    """A kind of error (or strength) that spans are marked with. `parent` makes the taxonomy several levels deep.

    `weight` is what one such mark takes from (or, above zero, adds to) a response's score when candidates are ranked.
    """

    parent: str = ""
    polarity: Literal["critique", "kudos"] = "critique"
    level: Literal["phrase", "sentence", "paragraph", "response"] = "phrase"
    key: str = Field(default="", max_length=1)
    weight: float = -0.5
    objective: str = Field(default="", max_length=60)


class Definition(Strict):
    """The whole form: what is empty or False is not asked for. With `reference` an example's reference answer stands in
    view, and what is said keeps that it did. Only aspects with `can_skip` off are compulsory."""

    aspects: tuple[Aspect, ...] = ()
    kudos: bool = True
    critique: bool = True
    improve: bool = True
    reference: bool = False
    failures: tuple[Named, ...] = ()
    stages: tuple[Named, ...] = ()
    perspectives: tuple[Named, ...] = ()
    spans: bool = True
    categories: tuple[Category, ...] = ()
    severity: bool = True
    omissions: bool = True
    edit: bool = True
    in_place: bool = True
    suggestions: bool = True
    strength: bool = True
    both: bool = True
    ranking: bool = True
    hindsight: bool = False
    follow_ups: bool = True
    pulses: bool = False
    one_key: bool = False
    use: Literal["any", "refine", "train", "evaluate"] = "any"

    @model_validator(mode="after")
    def names_are_told_apart(self) -> Definition:
        """Names once each, parents that exist, keys that do not collide."""
        for what in ("aspects", "categories", "failures", "stages", "perspectives"):
            names = [one.name for one in getattr(self, what)]
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"Two {what} have the name {min(twice)!r}.")
        known = {one.name for one in self.categories}
        for one in self.categories:
            if one.parent and (one.parent not in known or one.parent == one.name):
                raise ValueError(f"The category {one.label!r} stands under {one.parent!r}, which there is not.")
            if one.name in self.above(one):
                raise ValueError(f"The category {one.label!r} stands under itself.")
        keys = [one.key for one in self.categories if one.key]
        if len(keys) != len(set(keys)):
            raise ValueError("Two categories have the same key.")
        return self

    def above(self, category: Category) -> list[str]:
        """The names of the categories it stands under, nearest first; a circle is gone round once."""
        parents = {one.name: one.parent for one in self.categories}
        names: list[str] = []
        name = category.parent
        while name and name not in names:
            names.append(name)
            name = parents.get(name, "")
        return names

    def tree(self) -> list[tuple[int, Category]]:
        """The categories with how deep each stands, every one behind the one it stands under."""
        found: list[tuple[int, Category]] = []

        def walk(parent: str, depth: int) -> None:
            for one in self.categories:
                if one.parent == parent:
                    found.append((depth, one))
                    walk(one.name, depth + 1)

        walk("", 0)
        return found

    def aspect(self, name: str) -> Aspect | None:
        """The aspect of that name."""
        return next((one for one in self.aspects if one.name == name), None)

    def category(self, name: str) -> Category | None:
        """The category of that name."""
        return next((one for one in self.categories if one.name == name), None)


FIVE = {1: "Bad", 2: "Poor", 3: "Fair", 4: "Good", 5: "Excellent"}
DEFAULT = Definition(
    aspects=(Aspect(name="overall", label="Overall", anchors=FIVE),),
    categories=(
        Category(name="wrong", label="Wrong", help="Not true, or not supported by what was given", key="w"),
        Category(name="irrelevant", label="Irrelevant", help="Beside what was asked for", key="i", weight=-0.3),
        Category(name="unclear", label="Unclear", help="Hard to follow or put badly", key="u", weight=-0.3),
        Category(name="harmful", label="Harmful", help="Could do somebody harm", key="h", weight=-1.0),
        Category(name="good", label="Good", help="Should stay as it is", key="g", polarity="kudos", weight=0.3),
        Category(name="missing", label="Missing", help="Something that should be there", key="m", level="response"),
    ),
)  # fmt: skip
