"""Groups of rules: what says the same lies together, and the same seed gives the same groups."""

from __future__ import annotations

from feedback.principles.trials.candidates import grouped_rules
from feedback.principles.trials.kmeans import grouped
from feedback.principles.trials.vectors import embedded

RULES = ["Mention a cat.", "Mention the cat.", "Mention cats.", "Use lemon flavour.", "Use the lemon flavour."]


def test_what_says_the_same_lies_together() -> None:
    places = grouped(embedded(RULES), 2, seed=1)
    assert len({*places[:3]}) == len({*places[3:]}) == 1
    assert places[0] != places[3]
    assert places == grouped(embedded(RULES), 2, seed=1)


def test_with_as_many_groups_as_rules_each_is_its_own() -> None:
    assert grouped(embedded(RULES), 9) == [0, 1, 2, 3, 4]


def test_rules_in_the_same_words_are_one_before_any_grouping_and_keep_all_their_evidence() -> None:
    proposed = [{"text": "Be brief.", "preferences": [1]}, {"text": "be  brief.", "preferences": [2]}]
    (one,) = grouped_rules(proposed, 40, embedded, seed=0)
    assert (one["text"], one["members"], one["of"]) == ("Be brief.", ["Be brief."], [1, 2])
