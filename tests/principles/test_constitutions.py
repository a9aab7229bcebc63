"""Adopting, dropping, retiring, rewording: each change makes the next constitution, and two at once make two."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from feedback.errors import Refused
from feedback.models import Article, Constitution, Principle, PrincipleVersion, Project, User
from feedback.principles import constitutions
from feedback.principles.wording import compiled
from tests import make


def status_of(principle: Principle) -> str:
    return Principle.objects.with_status().get(pk=principle.pk).status  # type: ignore[no-any-return]


def words_of(constitution: Constitution | None) -> list[str]:
    assert constitution is not None
    return [str(article.version) for article in constitution.articles.all()]


def test_adopting_makes_the_next_constitution_and_keeps_the_one_before(project: Project, ana: User) -> None:
    one, two = make.principle(project=project, effect="Be brief."), make.principle(project=project, effect="Be kind.")
    first = constitutions.adopt(one, by=ana, reason="People said so.")
    second = constitutions.adopt(two, by=ana)
    assert (first.number, second.number, second.change) == (1, 2, "Principle 2 adopted")
    assert (first.reason, first.made_by) == ("People said so.", ana)
    assert words_of(first) == ["Be brief."]
    assert words_of(constitutions.current_constitution(project)) == ["Be brief.", "Be kind."]
    assert (status_of(one), status_of(two)) == ("adopted", "adopted")


def test_adopting_in_other_words_makes_a_version_first(project: Project, ana: User) -> None:
    draft = make.principle(project=project, domain="In letters", effect="Be brief.")
    constitution = constitutions.adopt(draft, by=ana, effect="Be very brief.")
    assert words_of(constitution) == ["In letters: Be very brief."]
    assert [(v.number, v.written_by) for v in draft.versions.order_by("number")] == [(1, None), (2, ana)]


def test_adopting_the_same_words_again_is_refused(project: Project, ana: User) -> None:
    draft = make.principle(project=project)
    constitutions.adopt(draft, by=ana)
    with pytest.raises(Refused, match="already"):
        constitutions.adopt(draft, by=ana)
    assert Constitution.objects.count() == 1


def test_rewording_one_in_force_keeps_its_place(project: Project, ana: User) -> None:
    one, two = make.principle(project=project, effect="Be brief."), make.principle(project=project, effect="Be kind.")
    constitutions.adopt(one, by=ana)
    constitutions.adopt(two, by=ana)
    constitutions.reword(one, by=ana, domain="", effect="Be short.", reason="Plainer.")
    newest = constitutions.current_constitution(project)
    assert words_of(newest) == ["Be short.", "Be kind."]
    assert newest is not None
    assert (newest.number, newest.change) == (3, "Principle 1 reworded")


def test_rewording_a_draft_makes_a_version_and_no_constitution(project: Project, ana: User) -> None:
    draft = make.principle(project=project, effect="Be brief.")
    version = constitutions.reword(draft, by=ana, domain="In letters", effect="Be brief.")
    assert version.number == 2
    assert constitutions.reword(draft, by=ana, domain=" In letters ", effect="Be brief.") == version
    assert not Constitution.objects.exists()


def test_retiring_takes_it_out_and_dropping_is_for_drafts(project: Project, ana: User) -> None:
    one, two = make.principle(project=project), make.principle(project=project)
    constitutions.adopt(one, by=ana)
    with pytest.raises(Refused, match="Retire it"):
        constitutions.drop(one, by=ana)
    assert words_of(constitutions.retire(one, by=ana, reason="Not needed.")) == []
    assert status_of(one) == "retired"
    with pytest.raises(Refused, match="not in force"):
        constitutions.retire(one, by=ana)
    dropped = constitutions.drop(two, by=ana, reason="Too vague.")
    assert (status_of(two), dropped.drop_reason, dropped.dropped_by) == ("dropped", "Too vague.", ana)
    assert constitutions.drop(two, by=ana).drop_reason == "Too vague."
    constitutions.reinstate(two, by=ana)
    assert status_of(two) == "drafted"


def test_a_dropped_draft_that_is_adopted_is_not_dropped_any_more(project: Project, ana: User) -> None:
    draft = make.principle(project=project)
    constitutions.drop(draft, by=ana)
    constitutions.adopt(draft, by=ana)
    constitutions.retire(draft, by=ana)
    assert status_of(draft) == "retired"


def test_a_principle_by_hand_needs_to_say_what_to_do(project: Project, ana: User) -> None:
    with pytest.raises(Refused, match="what to do"):
        constitutions.write_principle(project, by=ana, domain="Always", effect="  ")
    assert not Principle.objects.exists()
    principle = constitutions.write_principle(project, by=ana, effect="Say please.")
    assert (principle.number, principle.made_by, status_of(principle)) == (1, ana, "drafted")


def test_changes_between_two_constitutions(project: Project, ana: User) -> None:
    one, two, three, four = [make.principle(project=project, effect=f"Rule {n}.") for n in "abcd"]
    older = make.constitution(project=project, principles=[one, two, three])
    PrincipleVersion.objects.create(principle=two, number=2, effect="Rule B.")
    newer = make.constitution(project=project, principles=[two, one, four])
    found = [(change.principle, change.kind) for change in constitutions.changes_between(older, newer)]
    assert found == [(two, "reworded"), (one, "moved"), (four, "added"), (three, "removed")]
    assert {change.kind for change in constitutions.changes_between(None, newer)} == {"added"}


def test_the_constitution_as_prompts_show_it(project: Project) -> None:
    assert compiled(None) == ""
    one = make.principle(project=project, domain="When asked for a list", effect="Give a list.")
    two = make.principle(project=project, effect="Be brief.")
    two.versions.update(counter_examples="In stories.")
    text = compiled(make.constitution(project=project, principles=[one, two]))
    assert text == "1. When asked for a list: Give a list.\n2. Be brief.\n   Not: In stories."


def test_the_history_takes_as_many_queries_for_many_versions_as_for_few(
    project: Project, ana: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        constitutions.adopt(make.principle(project=project), by=ana)
    with django_assert_max_num_queries(4):
        assert [len(words_of(row)) for row in constitutions.history(project)] == list(range(12, 0, -1))


@pytest.mark.django_db(transaction=True)
def test_two_people_adopting_at_once_make_two_versions(project: Project, ana: User, ben: User) -> None:
    drafts = [make.principle(project=project) for _ in range(4)]
    gate = threading.Barrier(4)

    def adopt(draft: Principle, by: User) -> None:
        gate.wait()
        constitutions.adopt(draft, by=by)
        connection.close()

    threads = [threading.Thread(target=adopt, args=(d, by)) for d, by in zip(drafts, [ana, ben, ana, ben], strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Constitution.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert Article.objects.filter(constitution__number=4).count() == 4
