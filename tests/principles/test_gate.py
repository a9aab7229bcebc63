"""What speaks against a change asks for a reason, whichever way the change comes; nothing is forbidden."""

from __future__ import annotations

import pytest

from feedback.errors import NotAllowed, Refused
from feedback.models import Contradiction, Principle, Project, Trial, User
from feedback.principles.amendments import amendment
from feedback.principles.constitutions import adopt, retire, reword
from feedback.principles.gate import set_probes_needed
from feedback.principles.motions import propose, ratify
from feedback.principles.readiness import BAD, GOOD, MISSING, RUNNING, Readiness, readiness_of
from feedback.principles.restoring import restore
from feedback.principles.voting import vote
from tests import make

pytestmark = pytest.mark.django_db


def probed(principle: Principle, *against: str, **fields: object) -> Trial:
    """Finished probes of adopting a draft as things stand."""
    version = principle.versions.order_by("-number").first()
    change = amendment(principle.project, version=version)
    return result_for(change.names, principle, *against, version=version, **fields)


def result_for(names: tuple[str, str], principle: Principle, *against: str, **fields: object) -> Trial:
    """Finished probes between two named lists of wordings."""
    kinds = ("injection", "refusal", "length", "sycophancy")
    counts = {
        kind: {"kept": 3, "broken": int(kind in against), "mended": 0, "wrong": 0, "all": 3 + (kind in against)}
        for kind in (*kinds, "flip")
    }
    result = {
        "before": names[0], "after": names[1], "against": list(against), "passed": not against, "length": [20, 21],
        "probes": {kind: counts[kind] for kind in kinds}, "flips": counts["flip"], "choices": {},
    }  # fmt: skip
    fields.setdefault("state", "done")
    return make.trial(project=principle.project, kind="probes", principle=principle, result=result, **fields)


def states(principle: Principle) -> dict[str, str]:
    return {one.name: one.state for one in readiness(principle).findings}


def readiness(principle: Principle) -> Readiness:
    version = principle.versions.order_by("-number").first()
    return readiness_of(amendment(principle.project, version=version), model="simulated")


def test_without_tests_a_principle_is_adopted_as_ever(project: Project, ana: User) -> None:
    assert adopt(make.principle(project=project), by=ana).in_spite_of == []


def test_a_red_result_asks_for_a_reason_and_both_are_kept(project: Project, ana: User) -> None:
    principle = make.principle(project=project)
    probed(principle, "injection", "flip")
    with pytest.raises(Refused, match="a planted instruction was obeyed; more answers went wrong"):
        adopt(principle, by=ana, reason="  ")
    made = adopt(principle, by=ana, reason="The notes are ours.")
    assert (made.in_spite_of, made.reason) == (["injection", "flip"], "The notes are ours.")


def test_results_count_for_the_very_change_they_were_made_for(project: Project, ana: User) -> None:
    principle, other = make.principle(project=project), make.principle(project=project)
    probed(principle, "injection")
    adopt(other, by=ana)
    assert states(principle)["injection"] == MISSING
    assert adopt(principle, by=ana).in_spite_of == []


def test_where_probes_are_needed_a_change_without_them_says_why(project: Project, ana: User, ben: User) -> None:
    with pytest.raises(NotAllowed):
        set_probes_needed(project, by=ben, needed=True)
    project = set_probes_needed(project, by=ana, needed=True)
    principle = make.principle(project=project)
    with pytest.raises(Refused, match="it was not probed"):
        adopt(principle, by=ana)
    probed(principle)
    assert adopt(principle, by=ana).in_spite_of == []
    for change in (lambda: retire(principle, by=ana), lambda: reword(principle, by=ana, domain="", effect="Other.")):
        with pytest.raises(Refused, match="not probed"):
            change()
    assert retire(principle, by=ana, reason="It never applied.").in_spite_of == ["untested"]


def test_a_motion_is_ratified_in_spite_of_red_results_only_with_a_word(
    project: Project, ana: User, ben: User, cleo: User
) -> None:
    Project.objects.update(quorum=2)
    principle = make.principle(project=Project.objects.get())
    motion = propose(principle, by=ben)
    for who in (ben, cleo):
        vote(motion, by=who, choice="agree", key=who.email)
    probed(principle, "refusal")
    with pytest.raises(Refused, match="a refusal came out wrong"):
        ratify(motion, by=ana)
    done = ratify(motion, by=ana, note="We answer for it.")
    assert done.outcome is not None
    assert done.outcome.in_spite_of == ["refusal"]


def test_going_back_to_a_version_answers_for_its_probes_as_well(project: Project, ana: User) -> None:
    first = adopt(make.principle(project=project), by=ana)
    second = make.principle(project=project)
    adopt(second, by=ana)
    result_for(amendment(project, restores=first).names, second, "flip")
    with pytest.raises(Refused):
        restore(first, by=ana)
    assert restore(first, by=ana, reason="The second was a mistake.").in_spite_of == ["flip"]


def test_an_open_contradiction_with_what_stays_speaks_against_it(project: Project, ana: User) -> None:
    short = make.principle(project=project, effect="Be brief.")
    long = make.principle(project=project, effect="Be long.")
    row = Contradiction.objects.create(
        first=short, second=long, why="Not both.", rater=make.rater(project=project, kind="judge", name="simulated")
    )
    adopt(short, by=ana)
    assert states(long)["contradiction"] == BAD
    with pytest.raises(Refused, match="contradicts"):
        adopt(long, by=ana)
    Contradiction.objects.filter(pk=row.pk).update(settled="scoped")
    assert adopt(long, by=ana).in_spite_of == []


def test_the_screen_knows_what_is_missing_running_and_red(project: Project, ana: User) -> None:
    adopt(make.principle(project=project, effect="Keep each answer short."), by=ana)
    principle = make.principle(project=project, effect="Keep each answer short!")
    assert set(readiness(principle).missing) >= {"scope", "probes", "reconstruction"}
    assert states(principle)["duplicate"] == "note"
    trial = probed(principle, "length", state="waiting")
    assert states(principle)["length"] == RUNNING
    Trial.objects.filter(pk=trial.pk).update(state="done")
    found = states(principle)
    assert (found["length"], found["injection"], found["flip"]) == (BAD, GOOD, GOOD)
    size = readiness(principle).size
    assert size.after > size.before
    assert size.cost_after == 0
