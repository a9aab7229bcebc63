"""The pages of the memory: approving, growing, one entry, walking from tier to tier, and a person's own."""

from __future__ import annotations

import pytest
from django.test import Client

from feedback import models as m
from feedback.principles.applying import note_uses
from feedback.projects.raters import rater_of
from tests import make
from tests.web.counting import queries_of

pytestmark = pytest.mark.django_db
POEM = "Write a poem about the autumn sea for my mother."


@pytest.fixture
def judged(project, ben) -> m.Response:
    response = make.response(example=make.example(project=project, request=POEM), text="Sea. " * 60)
    make.critique(response=response, rater=rater_of(ben, project), text="Far too long.")
    return response


def test_ana_gathers_what_was_said_and_approves_it(client: Client, project, ana, judged) -> None:
    client.force_login(ana)
    assert "Nothing is remembered yet" in client.get("/p/answers/memory/").content.decode()
    client.post("/p/answers/memory/gather/")
    page = client.get("/p/answers/memory/").content.decode()
    assert "Far too long." in page
    assert "went badly" in page
    case = m.Experience.objects.get()
    client.post("/p/answers/memory/change/", {"entries": [case.pk], "step": "approve"})
    case.refresh_from_db()
    assert case.approved_by == ana
    assert "Far too long." in client.get("/p/answers/memory/?state=used").content.decode()
    nothing = client.post("/p/answers/memory/change/", {"step": "approve"})
    assert nothing.status_code == 422
    assert "Tick at least one entry." in nothing.content.decode()


def test_a_reviewer_reads_what_others_said_only_of_what_they_judged(client: Client, project, ana, cleo, judged) -> None:
    client.force_login(ana)
    client.post("/p/answers/memory/gather/")
    client.force_login(cleo)
    case = m.Experience.objects.get()
    for address in ("memory/", f"memory/{case.pk}/", "memory/examples/1/"):
        page = client.get(f"/p/answers/{address}").content.decode()
        assert "Far too long." not in page, address
    assert client.post("/p/answers/memory/change/", {"entries": [case.pk], "step": "approve"}).status_code == 403


def test_ana_has_a_finished_item_learned_from(client: Client, project, ana, judged) -> None:
    client.force_login(ana)
    client.post("/p/answers/memory/reflect/")
    errand = m.Errand.objects.get()
    assert (errand.kind, errand.asked_by, errand.response) == ("reflect", ana, judged)
    assert "1 reflection under way" in client.get("/p/answers/memory/").content.decode()


def test_the_owner_alone_says_how_much_is_used(client: Client, project, ana, ben) -> None:
    client.force_login(ana)
    client.post("/p/answers/memory/use/", {"remembers": 4, "reflects": "on"})
    project.refresh_from_db()
    assert (project.remembers, project.reflects) == (4, True)
    assert client.post("/p/answers/memory/use/", {"remembers": 400}).status_code == 422
    client.force_login(ben)
    assert client.post("/p/answers/memory/use/", {"remembers": 1}).status_code == 403


def test_ana_writes_a_lesson_and_words_it_anew(client: Client, project, ana) -> None:
    client.force_login(ana)
    client.post("/p/answers/memory/write/", {"condition": "When asked", "explanation": "Answer.", "level": "task"})
    entry = m.Experience.objects.get()
    address = f"/p/answers/memory/{entry.pk}/"
    assert "Answer." in client.get(address).content.decode()
    answer = client.post(f"{address}reword/", {"condition": "When asked twice", "explanation": "Answer."})
    new = m.Experience.objects.get(copied_from=entry)
    assert answer["Location"] == f"/p/answers/memory/{new.pk}/"
    assert client.get(address).status_code == 404
    assert client.post("/p/answers/memory/write/", {"explanation": "", "level": "task"}).status_code == 422


def test_ben_says_how_a_use_went_and_where_it_was_missed(client: Client, project, ben) -> None:
    entry = make.experience(project=project, condition="When asked for a sum")
    used, not_used = (
        make.response(example=make.example(project=project, request=POEM + end), origin="generated") for end in "ab"
    )
    note_uses(used, experiences=[entry])
    use = m.Applied.objects.get()
    client.force_login(ben)
    page = client.get(f"/p/answers/memory/{entry.pk}/").content.decode()
    assert f"uses/{use.pk}/" in page
    client.post(f"/p/answers/memory/{entry.pk}/uses/{use.pk}/", {"outcome": "irrelevant"})
    use.refresh_from_db()
    assert (use.outcome, use.rater.user) == ("irrelevant", ben)
    client.post(f"/p/answers/memory/{entry.pk}/missed/", {"response": not_used.pk})
    assert m.Applied.objects.get(response=not_used).outcome == "missed"
    assert client.post(f"/p/answers/memory/{entry.pk}/missed/", {"response": "x"}).status_code == 404


def test_a_condition_is_sent_to_be_repaired_from_the_page(client: Client, project, ana) -> None:
    entry = make.experience(project=project, condition="When asked for a sum")
    client.force_login(ana)
    client.post(f"/p/answers/memory/{entry.pk}/repair/")
    assert not m.Errand.objects.exists()
    use = note_uses(make.response(example=make.example(project=project, request=POEM)), experiences=[entry])
    assert use
    m.Applied.objects.update(outcome="irrelevant")
    client.post(f"/p/answers/memory/{entry.pk}/repair/")
    assert m.Errand.objects.get().kind == "repair"
    assert "Waiting for a worker" in client.get(f"/p/answers/memory/{entry.pk}/").content.decode()


def test_two_alike_are_merged_and_the_unused_pruned(client: Client, project, ana) -> None:
    one, other = (
        make.experience(project=project, condition="When asked for a poem", explanation=text)
        for text in ("No more than four stanzas.", "No more than four stanzas!")
    )
    m.Experience.objects.filter(pk=one.pk).update(approved_at="2020-01-01T00:00Z")
    client.force_login(ana)
    page = client.get("/p/answers/memory/tidy/").content.decode()
    assert f"Keep entry {one.pk}" in page
    assert "It was not used in sixty days." in page
    client.post(f"/p/answers/memory/{other.pk}/merge/", {"into": one.pk})
    other.refresh_from_db()
    assert other.merged_into == one


def test_ana_brings_in_what_another_project_of_hers_learned(client: Client, project, ana, dan) -> None:
    there = make.project(slug="there", name="Over there", owner=ana)
    entry = make.experience(project=there, explanation="Greet nobody.")
    theirs = make.experience(project=make.project(slug="dans", owner=dan), explanation="Secret of Dan.")
    client.force_login(ana)
    page = client.get("/p/answers/memory/bring-in/").content.decode()
    assert "Greet nobody." in page
    assert "Secret of Dan." not in page
    client.post("/p/answers/memory/bring-in/?from=there", {"entries": [entry.pk]})
    assert m.Experience.objects.get(project=project).copied_from == entry
    refused = client.post("/p/answers/memory/bring-in/?from=dans", {"entries": [theirs.pk]})
    assert refused.status_code == 422


def test_the_owner_deletes_for_good_what_was_laid_aside(client: Client, project, ana, ben) -> None:
    entry = make.experience(project=project)
    m.Member.objects.filter(user=ben).update(role="curator")
    client.force_login(ana)
    ticked = {"entries": [entry.pk], "step": "delete"}
    assert client.post("/p/answers/memory/change/", ticked).status_code == 422
    client.post("/p/answers/memory/change/", {**ticked, "step": "aside"})
    assert "Delete those ticked for good" in client.get("/p/answers/memory/?state=aside").content.decode()
    client.force_login(ben)
    assert client.post("/p/answers/memory/change/", ticked).status_code == 403
    client.force_login(ana)
    client.post("/p/answers/memory/change/", ticked)
    assert not m.Experience.objects.exists()


def test_only_an_owner_of_the_instance_lets_a_lesson_serve_all(client: Client, project, ana) -> None:
    entry = make.experience(project=project)
    client.force_login(ana)
    client.post(f"/p/answers/memory/{entry.pk}/promote/")
    assert not m.Experience.objects.filter(tier="instance").exists()
    m.User.objects.filter(pk=ana.pk).update(is_superuser=True)
    client.post(f"/p/answers/memory/{entry.pk}/promote/")
    assert m.Experience.objects.filter(tier="instance", copied_from=entry).count() == 1


def test_one_walks_from_a_principle_to_its_examples_and_back(client: Client, project, ana, ben, judged) -> None:
    principle = make.principle(project=project, effect="Be brief.", source=m.Critique.objects.get())
    make.experience(project=project, example=judged.example, principle=principle, explanation="Stop after four lines.")
    client.force_login(ana)
    down = client.get(f"/p/answers/memory/principles/{principle.number}/").content.decode()
    assert "Far too long." in down
    assert "Stop after four lines." in down
    assert 'href="/p/answers/memory/examples/1/"' in down
    up = client.get("/p/answers/memory/examples/1/").content.decode()
    assert "Be brief." in up
    assert f'href="/p/answers/memory/principles/{principle.number}/"' in up


def test_nothing_hangs_on_a_held_out_example(client: Client, project, ana) -> None:
    make.example(project=project, request=POEM, split="holdout")
    client.force_login(ana)
    answer = client.get("/p/answers/memory/examples/1/")
    assert answer.status_code != 200
    assert "held out" in answer.content.decode()


def test_ben_s_own_memory_is_his_to_read_and_to_delete(client: Client, project, ana, ben, judged) -> None:
    other = make.response(example=make.example(project=project, request="And another thing?"))
    make.critique(response=other, rater=rater_of(ben, project), text="This is far too long again.")
    client.force_login(ben)
    client.post("/own-memory/learn/", {"project": "answers"})
    client.post("/own-memory/remember/", {"explanation": "I read on a phone."})
    page = client.get("/own-memory/").content.decode()
    assert "I read on a phone." in page
    assert "far too long" in page.lower()
    habit = m.Experience.objects.get(project=project)
    assert (habit.user, habit.approved_at) == (ben, None)
    client.post("/own-memory/change/", {"entries": [habit.pk], "step": "use"})
    habit.refresh_from_db()
    assert habit.approved_by == ben
    client.force_login(ana)
    assert "I read on a phone." not in client.get("/own-memory/").content.decode()
    assert client.get(f"/p/answers/memory/{habit.pk}/").status_code == 404
    assert client.post("/own-memory/change/", {"entries": [habit.pk], "step": "forget"}).status_code == 422
    client.force_login(ben)
    both = list(m.Experience.objects.values_list("pk", flat=True))
    client.post("/own-memory/change/", {"entries": both, "step": "forget"})
    assert not m.Experience.objects.exists()


def test_a_person_learns_nothing_in_a_project_they_do_not_belong_to(client: Client, project, dan) -> None:
    client.force_login(dan)
    assert client.post("/own-memory/learn/", {"project": "answers"}).status_code == 404


def test_dan_gets_nowhere(client: Client, project, dan) -> None:
    entry = make.experience(project=project)
    client.force_login(dan)
    for address in ("memory/", f"memory/{entry.pk}/", "memory/tidy/", "memory/bring-in/", "memory/principles/1/"):
        assert client.get(f"/p/answers/{address}").status_code == 404


@pytest.mark.parametrize("state", ["waiting", "used"])
def test_the_list_asks_no_more_queries_for_more_entries(client: Client, project, ana, judged, state) -> None:
    def more() -> None:
        for _ in range(6):
            example = make.example(project=project)
            make.experience(project=project, example=example, approved=state == "used", approved_by=ana)

    client.force_login(ana)
    more()
    few = queries_of(client, f"/p/answers/memory/?state={state}")
    more()
    assert queries_of(client, f"/p/answers/memory/?state={state}") == few
