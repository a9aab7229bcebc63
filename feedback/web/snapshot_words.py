"""The filters of a snapshot as sentences, and the names that counts have on its pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from feedback.datasets import filters as f
from feedback.datasets.filters import Filters
from feedback.datasets.writers.deciding import ADJUDICATED, ONE
from feedback.models import Response, Split

KINDS = {
    "preference": gettext_lazy("preferences"), "edit": gettext_lazy("rewrites"), "rating": gettext_lazy("ratings"),
    "critique": gettext_lazy("comments"), "span": gettext_lazy("marks"), "ranking": gettext_lazy("rankings"),
    "hint": gettext_lazy("hints"), "demonstration": gettext_lazy("demonstrations"),
    "followup": gettext_lazy("follow-ups"), "uptake": gettext_lazy("words on uptake"),
    "pulse": gettext_lazy("presses while reading"), "vote": gettext_lazy("votes on principles"),
    "checkruling": gettext_lazy("rulings on checks"),
}  # fmt: skip
RATERS = {
    "person": gettext_lazy("people"), "imported": gettext_lazy("people in imported files"),
    "judge": gettext_lazy("model judges"), "check": gettext_lazy("checks"),
    "simulated": gettext_lazy("simulated people"),
}  # fmt: skip
PARTS = {"train": gettext_lazy("train"), "validation": gettext_lazy("validation"), "test": gettext_lazy("test")}
MOVED = {
    "rows": gettext_lazy("rows"), "examples": gettext_lazy("examples"), "pairs": gettext_lazy("decided pairs"),
    "of_one_mind": gettext_lazy("pairs of one mind"), "certainty": gettext_lazy("mean certainty"),
    "by_people": gettext_lazy("answers by people"), "by_models": gettext_lazy("answers by models"),
    "simulated": gettext_lazy("answers by the simulated model"), "stale": gettext_lazy("stale pairs"),
    "near_duplicates": gettext_lazy("near-duplicates"),
}  # fmt: skip
STRENGTHS = {1: gettext_lazy("slightly better"), 2: gettext_lazy("better"), 3: gettext_lazy("much better")}
FALLEN = {
    "fewer judged it than asked for": gettext_lazy("fewer judged it than asked for"),
    "its raters agree less than asked for": gettext_lazy("its raters agree less than asked for"),
    "the preference is weaker than asked for": gettext_lazy("the preference is weaker than asked for"),
    "nobody said how much better": gettext_lazy("nobody said how much better"),
    "it is less certain than asked for": gettext_lazy("it is less certain than asked for"),
    "no curator has decided it": gettext_lazy("no curator has decided it"),
    "nearly the same as another example": gettext_lazy("nearly the same as another example"),
    "found in a benchmark": gettext_lazy("found in a benchmark"),
    "beyond the size that was asked for": gettext_lazy("beyond the size that was asked for"),
}  # fmt: skip
DRIFT = {
    "topics": gettext_lazy("topics in all"), "topics_in_it": gettext_lazy("topics in it"),
    "topic_drift": gettext_lazy("drift of the mix of topics"), "complexity_of_all": gettext_lazy("complexity of all"),
    "complexity": gettext_lazy("complexity of what was picked"), "quality_of_all": gettext_lazy("mean rating of all"),
    "quality": gettext_lazy("mean rating of what was picked"),
}  # fmt: skip
STAGES = {
    "gather": gettext_lazy("taking the rows"), "weigh": gettext_lazy("holding pairs against the rule"),
    "thin": gettext_lazy("looking for near-duplicates"), "pick": gettext_lazy("picking examples"),
    "compare": gettext_lazy("looking into benchmarks"), "count": gettext_lazy("counting"),
}  # fmt: skip


def named(names: dict[str, Any], name: str) -> str:
    """A name as people read it."""
    return str(names.get(name, name))


def joined(names: Any, last: str = "") -> str:
    """Names with commas and a word before the last."""
    found = [str(one) for one in names]
    word = last or _("and")
    return f"{', '.join(found[:-1])} {word} {found[-1]}" if len(found) > 1 else "".join(found)


def sentences(filters: Filters) -> list[str]:
    """All that was asked for, a sentence each: whose word, how sure, about what, which examples, which parts."""
    return [*on_words(filters), *on_answers(filters), *on_examples(filters), *on_shape(filters)]


def on_words(filters: Filters) -> Iterator[str]:
    """Whose word counts and how sure it must be."""
    people = joined(str(name) for one, name in RATERS.items() if one in filters.raters)
    if filters.kinds:
        kinds = joined(named(KINDS, kind) for kind in filters.kinds)
        yield _("%(kinds)s by %(people)s.") % {"kinds": kinds.capitalize(), "people": people}
    else:
        yield _("All that was said by %(people)s.") % {"people": people}
    if sure := list(on_sureness(filters)):
        yield _("Pairs %(rules)s.") % {"rules": joined(sure)}
    if filters.votes == ONE:
        yield _("Of several judgements of a pair the first one counts.")
    if filters.votes == ADJUDICATED:
        yield _("Only pairs that a curator decided.")
    asked = [one for one in (filters.aspect, filters.objective, filters.timing, filters.use) if one]
    if asked:
        yield _("Only about %(what)s.") % {"what": joined(asked)}
    if filters.since or filters.until:
        yield on_days(filters)


def on_sureness(filters: Filters) -> Iterator[str]:
    """The rule for pairs, a piece each."""
    if filters.least_strength:
        yield _("of strength %(n)g and more") % {"n": filters.least_strength}
    if filters.least_votes > 1:
        yield _("judged by at least %(n)d") % {"n": filters.least_votes}
    if filters.least_agreement:
        yield _("with at least %(n)d %% of one mind") % {"n": round(100 * filters.least_agreement)}
    if filters.least_certainty:
        yield _("at least %(n)s certain") % {"n": filters.least_certainty}


def on_days(filters: Filters) -> str:
    """From when until when."""
    days = {name: date_format(day) if day else "" for name, day in
            (("since", filters.since), ("until", filters.until))}  # fmt: skip
    if not filters.until:
        return _("Said on %(since)s or later.") % days
    return _("Said from %(since)s to %(until)s.") % days if filters.since else _("Said until %(until)s.") % days


def on_answers(filters: Filters) -> Iterator[str]:
    """Which answers it is about."""
    if filters.origins:
        labels = {one.value: str(one.label).lower() for one in Response.Origin}
        yield _("About answers that are %(how)s.") % {"how": joined([labels[one] for one in filters.origins], _("or"))}
    if filters.models:
        yield _("Written by %(models)s.") % {"models": joined(filters.models, _("or"))}
    if filters.rounds:
        yield ngettext("Of run %(runs)s.", "Of runs %(runs)s.", len(filters.rounds)) % {"runs": joined(filters.rounds)}
    if filters.constitution:
        yield _("Made under constitution %(n)d.") % {"n": filters.constitution}
    if filters.prompt:
        yield _("Made by the prompt %(prompt)s.") % {"prompt": filters.prompt}
    if filters.real_only:
        yield _("Without text of the simulated model.")


def on_examples(filters: Filters) -> Iterator[str]:
    """Which examples."""
    if filters.split:
        yield _("Examples of the split “%(split)s” alone.") % {"split": Split(filters.split).label}
    if filters.tags:
        yield _("Tagged %(tags)s.") % {"tags": joined(filters.tags, _("or"))}
    if filters.unjudged:
        yield _("With examples nobody has judged.")
    if filters.duplicates != f.KEEP:
        words = {f.EXACT: _("One example of those in the same words."), f.NEAR: _("One example of near-duplicates.")}
        yield words[filters.duplicates]
    if filters.benchmarks:
        yield ngettext(
            "Held against %(n)d benchmark.", "Held against %(n)d benchmarks.", len(filters.benchmarks)
        ) % {"n": len(filters.benchmarks)}  # fmt: skip


def on_shape(filters: Filters) -> Iterator[str]:
    """Size and parts."""
    if filters.limit:
        how = {
            f.RANDOM: _("at random"), f.DIVERSE: _("as different as can be"),
            f.CLUSTERS: _("from every topic, more where answers are good"),
            f.COMPLEX: _("the most complex of every topic"),
        }[filters.sampler]  # fmt: skip
        yield _("At most %(n)d examples, picked %(how)s.") % {"n": filters.limit, "how": how}
    if filters.validation or filters.test:
        shares = {"train": 100 - filters.validation - filters.test, "val": filters.validation, "test": filters.test}
        yield _("Divided %(train)d : %(val)d : %(test)d into train, validation and test.") % shares


def table(counts: dict[str, int], names: dict[str, Any]) -> list[tuple[str, int]]:
    """Counts with the names people read."""
    return [(named(names, name), count) for name, count in counts.items()]
