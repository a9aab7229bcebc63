"""A principle with a bad record leaves the prompts, a curator may put it back, and then its record starts anew."""

from __future__ import annotations

import pytest

from feedback.errors import Refused
from feedback.models import Applied, Constitution, Principle, Project, User
from feedback.principles.compiling import compiled_for
from feedback.principles.posteriors import Posterior, beta_below, is_poor
from feedback.principles.switching import standings, switch_off, switch_off_poor, switch_on
from tests import make


@pytest.fixture
def constitution(project: Project) -> Constitution:
    """Two principles in force."""
    principles = [make.principle(project=project) for _ in range(2)]
    return make.constitution(project=project, principles=principles)


def uses(constitution: Constitution, position: int, *, helped: int = 0, harmed: int = 0) -> None:
    """So many answers that the principle at this position helped or harmed."""
    version = constitution.articles.get(position=position).version
    example = make.example(project=constitution.project)
    for outcome in ["positive"] * helped + ["negative"] * harmed:
        Applied.objects.create(version=version, response=make.response(example=example), outcome=outcome)


def test_the_posterior_is_what_a_table_says() -> None:
    """Checked against SciPy's beta.cdf and beta.ppf."""
    assert beta_below(3, 8, 0.5) == pytest.approx(0.9453125)
    assert beta_below(1, 1, 0.3) == pytest.approx(0.3)
    few = Posterior(helped=2, harmed=7)
    assert few.mean == pytest.approx(3 / 11)
    assert (few.low, few.high) == (pytest.approx(0.0667, abs=1e-3), pytest.approx(0.5561, abs=1e-3))


def test_what_does_no_worse_than_the_others_is_not_poor() -> None:
    """Where everything goes badly the principle is not to blame."""
    assert is_poor(Posterior(helped=1, harmed=9), others=Posterior(helped=20, harmed=5))
    assert not is_poor(Posterior(helped=1, harmed=9), others=Posterior(helped=5, harmed=45))
    assert not is_poor(Posterior(helped=0, harmed=4), others=Posterior(helped=20, harmed=5))


def test_a_bad_record_switches_off_and_says_so(constitution: Constitution, project: Project) -> None:
    """It stays an article and is in no prompt."""
    uses(constitution, 1, helped=1, harmed=9)
    uses(constitution, 2, helped=8, harmed=3)
    gone = switch_off_poor(project)
    assert [one.number for one in gone] == [1]
    assert "It harmed 9 of 10" in gone[0].switchings.get().why
    assert [version.principle.number for version in compiled_for(constitution, "Any").versions] == [2]
    assert switch_off_poor(project) == []


def test_a_curator_puts_it_back_and_its_record_starts_anew(
    constitution: Constitution, project: Project, ana: User
) -> None:
    """What it did before cannot switch it off again."""
    uses(constitution, 1, harmed=12)
    (principle,) = switch_off_poor(project)
    switch_on(principle, by=ana, reason="The drafts were bad.")
    assert principle.switched_off_at is None
    assert standings(project)[0].unused
    assert switch_off_poor(project) == []
    assert [(one.off, one.by) for one in principle.switchings.all()] == [(False, ana), (True, None)]


def test_a_project_may_do_without(constitution: Constitution, project: Project) -> None:
    """Then the record is only told."""
    uses(constitution, 1, harmed=12)
    Project.objects.update(switches_off=False)
    project.refresh_from_db()
    assert switch_off_poor(project) == []
    assert standings(project)[0].is_poor


def test_only_what_is_in_force_has_a_switch(project: Project, constitution: Constitution, ana: User) -> None:
    """By hand it goes at once."""
    with pytest.raises(Refused):
        switch_off(make.principle(project=project), by=ana)
    switch_off(Principle.objects.get(number=1), by=ana, reason="Looks wrong.")
    assert standings(project)[0].principle.switched_off_at is not None
