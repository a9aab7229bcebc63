"""Motions: opened, talked over, voted on, decided once. Ana owns, Ben and Cleo review; nobody goes around a quorum."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from feedback.errors import NotAllowed, Refused
from feedback.models import Constitution, Motion, Principle, Project, Role, User, Vote
from feedback.principles import constitutions, motions
from feedback.principles.remarks import remark, settle_remark
from feedback.principles.restoring import restore
from feedback.principles.voting import own_vote, vote, withdraw_vote
from tests import make


@pytest.fixture
def team(project: Project, ana: User, ben: User, cleo: User) -> Project:
    """Ana's project, where two must vote and more than half agree."""
    return motions.set_rules(project, by=ana, quorum=2, majority=0.5)


@pytest.fixture
def draft(team: Project) -> Principle:
    return make.principle(project=team, domain="In letters", effect="Be brief.")


def cast(motion: Motion, **choices: User) -> None:
    for choice, person in choices.items():
        vote(motion, by=person, choice=choice.split("_")[0], key=f"{motion.pk}-{person.pk}-{choice}")


def words_in_force(project: Project) -> list[str]:
    newest = constitutions.current_constitution(project)
    return [str(article.version) for article in newest.articles.all()] if newest else []


def test_three_people_propose_vote_and_ratify(team: Project, draft: Principle, ana, ben, cleo) -> None:
    motion = motions.propose(draft, by=ben, reason="Letters ramble.")
    assert (motion.number, motion.kind, motion.quorum) == (1, "adopt", 2)
    cast(motion, agree=ben)
    with pytest.raises(Refused, match="1 of the 2 votes"):
        motions.ratify(motion, by=ana)
    cast(motion, agree_too=cleo)
    done = motions.ratify(motion, by=ana, note="All heard.")
    assert (done.state, done.closed_by, done.closing_note) == ("ratified", ana, "All heard.")
    assert done.outcome is not None
    assert done.outcome.reason == "Letters ramble. All heard."
    assert words_in_force(team) == ["In letters: Be brief."]
    with pytest.raises(Refused, match="ratified"):
        motions.ratify(motion, by=ana)
    with pytest.raises(Refused, match="ratified"):
        cast(motion, disagree=cleo)


def test_with_a_quorum_nobody_adopts_rewords_retires_or_restores_alone(team: Project, draft: Principle, ana) -> None:
    with pytest.raises(Refused, match="2 people decide"):
        constitutions.adopt(draft, by=ana, effect="Be very brief.")
    assert draft.versions.count() == 1
    old = make.constitution(project=team, principles=[draft])
    with pytest.raises(Refused, match="2 people decide"):
        constitutions.retire(draft, by=ana)
    with pytest.raises(Refused, match="2 people decide"):
        constitutions.reword(draft, by=ana, domain="", effect="Be briefer.")
    make.constitution(project=team, principles=[])
    with pytest.raises(Refused, match="2 people decide"):
        restore(old, by=ana)


def test_with_a_quorum_of_one_a_curator_adopts_and_restores_at_once(project: Project, ana: User) -> None:
    draft = make.principle(project=project, effect="Be kind.")
    first = constitutions.adopt(draft, by=ana)
    constitutions.retire(draft, by=ana)
    third = restore(first, by=ana, reason="It was better.")
    assert (third.number, third.change, third.reason) == (3, "Version 1 restored", "It was better.")
    assert words_in_force(project) == ["Be kind."]
    with pytest.raises(Refused, match="nothing to restore"):
        restore(first, by=ana)


def test_half_is_no_majority_and_passes_count_neither_way(draft: Principle, ana, ben, cleo) -> None:
    motion = motions.propose(draft, by=ben)
    cast(motion, agree=ben, pass_=cleo)
    assert motions.outlook_of(motion).missing == 1
    cast(motion, disagree=cleo)
    outlook = motions.outlook_of(motion)
    assert (outlook.decided, outlook.passes, outlook.carries) == (2, 0, False)
    with pytest.raises(Refused, match="1 of 2 agree"):
        motions.ratify(motion, by=ana)
    assert motions.reject(motion, by=ana, note="No majority.").state == "rejected"
    assert not Constitution.objects.exists()


def test_a_vote_is_changed_taken_back_and_kept_once(draft: Principle, ben, cleo) -> None:
    motion = motions.propose(draft, by=ben)
    first = vote(motion, by=cleo, choice="agree", key="k1")
    assert vote(motion, by=cleo, choice="agree", key="k1") == first
    assert vote(motion, by=cleo, choice="agree", key="k2") == first
    second = vote(motion, by=cleo, choice="disagree", key="k3", reason="It cuts too much.")
    assert second.replaces == first
    assert motions.outlook_of(motion).disagrees == 1
    with pytest.raises(NotAllowed):
        withdraw_vote(second, by=ben)
    withdraw_vote(second, by=cleo)
    assert own_vote(motion, by=cleo) is None
    assert motions.outlook_of(motion).decided == 0


def test_asked_for_changes_stop_a_motion_and_new_words_ask_for_new_votes(draft: Principle, ana, ben, cleo) -> None:
    motion = motions.propose(draft, by=ben)
    cast(motion, agree=ben, agree_too=ana)
    remark(motion, by=cleo, text="Only in letters to friends.", asks_for_changes=True)
    with pytest.raises(Refused, match="Changes are asked for"):
        motions.ratify(motion, by=ana)
    with pytest.raises(NotAllowed):
        motions.revise(motion, by=cleo, domain="In letters to friends", effect="Be brief.")
    motion = motions.revise(motion, by=ben, domain="In letters to friends", effect="Be brief.")
    assert motion.state == "open"
    assert motions.outlook_of(motion).decided == 0
    cast(motion, agree_again=ben, agree_cleo=cleo)
    motions.ratify(motion, by=ana)
    assert words_in_force(motion.project) == ["In letters to friends: Be brief."]


def test_what_was_asked_for_is_settled_by_who_asked_or_a_curator(draft: Principle, ana, ben, cleo) -> None:
    motion = motions.propose(draft, by=ben)
    row = remark(motion, by=cleo, text="Say when.", asks_for_changes=True)
    answer = remark(motion, by=ben, text="It says when.", answers=row)
    with pytest.raises(NotAllowed):
        settle_remark(row, by=ben)
    with pytest.raises(Refused):
        settle_remark(answer, by=ana)
    settle_remark(row, by=cleo)
    motion.refresh_from_db()
    assert motion.state == "open"


def test_a_version_is_restored_by_vote(team: Project, draft: Principle, ana, ben, cleo) -> None:
    old = make.constitution(project=team, principles=[draft])
    make.constitution(project=team, principles=[])
    motion = motions.propose_to_restore(old, by=ana, reason="It worked.")
    with pytest.raises(Refused, match="is open"):
        motions.propose_to_restore(old, by=ana)
    remark(motion, by=ben, text="It did.")
    cast(motion, agree=ben, agree_too=cleo)
    done = motions.ratify(motion, by=ana)
    assert done.outcome is not None
    assert (done.outcome.number, done.outcome.change) == (3, "Version 1 restored")
    assert words_in_force(team) == ["In letters: Be brief."]


def test_a_principle_in_force_is_reworded_and_retired_by_vote(team: Project, draft: Principle, ana, ben, cleo) -> None:
    make.constitution(project=team, principles=[draft])
    with pytest.raises(Refused, match="these very words"):
        motions.propose(draft, by=ben)
    motion = motions.propose(draft, by=ben, effect="Be kind and brief.")
    assert motion.kind == "reword"
    assert words_in_force(team) == ["In letters: Be brief."]
    with pytest.raises(Refused, match="is open"):
        motions.propose_to_retire(draft, by=ana)
    cast(motion, agree=ben, agree_too=cleo)
    motions.ratify(motion, by=ana)
    assert words_in_force(team) == ["In letters: Be kind and brief."]
    retiring = motions.propose_to_retire(draft, by=ana)
    cast(retiring, agree=ben, agree_too=cleo)
    motions.ratify(retiring, by=ana)
    assert words_in_force(team) == []


def test_roles_hold(team: Project, draft: Principle, ana, ben, cleo, dan) -> None:
    old = make.constitution(project=team, principles=[draft])
    other = make.principle(project=team)
    for verb in (
        lambda: motions.propose(other, by=dan),
        lambda: motions.propose_to_retire(draft, by=ben),
        lambda: motions.propose_to_restore(old, by=ben),
        lambda: motions.set_rules(team, by=ben, quorum=1, majority=0.5),
    ):
        with pytest.raises(NotAllowed):
            verb()
    motion = motions.propose(other, by=ben)
    for verb in (
        lambda: motions.ratify(motion, by=ben),
        lambda: motions.reject(motion, by=cleo),
        lambda: motions.withdraw_motion(motion, by=cleo),
        lambda: vote(motion, by=dan, choice="agree", key="k"),
        lambda: remark(motion, by=dan, text="Hello."),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert motions.withdraw_motion(motion, by=ben).state == "withdrawn"


def test_the_rules_are_the_projects_when_it_was_opened(team: Project, draft: Principle, ana, ben) -> None:
    motion = motions.propose(draft, by=ben)
    motions.set_rules(team, by=ana, quorum=3, majority=0.66)
    motion.refresh_from_db()
    assert (motion.quorum, motion.majority) == (2, 0.5)
    for quorum, majority in ((0, 0.5), (4, 0.5), (2, 0.2), (2, 1.0)):
        with pytest.raises(Refused):
            motions.set_rules(team, by=ana, quorum=quorum, majority=majority)


def test_a_motion_overtaken_by_events_is_not_carried_out(team: Project, draft: Principle, ana, ben, cleo) -> None:
    motion = motions.propose(draft, by=ben)
    cast(motion, agree=ben, agree_too=cleo)
    make.constitution(project=team, principles=[draft])
    with pytest.raises(Refused, match="meanwhile"):
        motions.ratify(motion, by=ana)


@pytest.mark.django_db(transaction=True)
def test_two_who_ratify_at_once_make_one_constitution(project: Project, ana, ben, cleo) -> None:
    make.member(project=project, user=make.user(name="Eva"), role=Role.CURATOR)
    motion = motions.propose(make.principle(project=project), by=ben)
    cast(motion, agree=cleo)
    answers: list[str] = []

    def try_it() -> None:
        try:
            motions.ratify(motion, by=ana)
            answers.append("done")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["done", "refused", "refused", "refused"]
    assert Constitution.objects.count() == 1
    assert Vote.objects.count() == 1
