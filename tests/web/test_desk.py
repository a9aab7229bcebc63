"""The frame of the desk: parts, prefetching, the outbox's answers, drafts, undo; and the project's own form."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.capture.definition import Aspect, Category, Definition, Named
from feedback.capture.forms import change_form
from feedback.desk.filling import Filling
from feedback.desk.queues import create_queue, fill_queue, open_queue
from tests import make

PART = {"X-Part": "desk"}
OUTBOX = {"X-Outbox": "1"}
TURNS = [
    {"role": "user", "content": "Where does the Rhine rise?"},
    {"role": "assistant", "content": "In France."},
    {"role": "user", "content": "Are you sure?"},
]


@pytest.fixture
def responses(project: m.Project) -> list[m.Response]:
    return [make.response(example=make.example(project=project), text=f"Answer {number}.") for number in range(4)]


@pytest.fixture
def at_ben(client: Client, ben: m.User) -> Client:
    client.force_login(ben)
    return client


def page_of(response: m.Response) -> str:
    return reverse("judge", args=[response.example.project.slug, response.pk])


def seal_in(page: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found
    return found.group(1)


def send(client: Client, url: str, *, headers: dict[str, str] | None = None, **said: Any):
    """Fill the page's form and send it."""
    page = client.get(url).content.decode()
    given = {"seal": seal_in(page), "draft": re.search(r'name="draft" value="([^"]+)"', page)[1]}  # type: ignore[index]
    named = {name.replace("__", "-"): value for name, value in said.items()}
    return client.post(url, {**given, **named}, headers=headers or {})


def test_a_part_is_the_frame_alone(at_ben: Client, responses) -> None:
    whole = at_ben.get(page_of(responses[0])).content.decode()
    part = at_ben.get(page_of(responses[0]), headers=PART)
    assert "<html" in whole
    assert "<html" not in part.content.decode()
    assert 'id="desk"' in part.content.decode()
    assert "X-Part" in part["Vary"]
    assert part["Cache-Control"] == "no-store"


def test_the_outbox_is_told_what_was_kept_and_only_by_us(at_ben: Client, project, responses) -> None:
    answer = send(at_ben, page_of(responses[0]), headers=OUTBOX, score__overall="4", critique="Wrong.")
    submission = m.Submission.objects.get()
    assert answer["X-Kept"] == str(submission.pk)
    assert "4 of 5, a critique" in answer.content.decode()
    assert "1 of 4" in answer.content.decode()
    refused = at_ben.post(page_of(responses[1]), {"seal": "broken", "critique": "Lost?"}, headers=OUTBOX)
    assert (refused.status_code, refused.has_header("X-Kept")) == (422, False)
    at_ben.logout()
    assert not at_ben.post(page_of(responses[1]), {"critique": "x"}, headers=OUTBOX).has_header("X-Kept")


def test_what_is_sent_twice_is_kept_once(at_ben: Client, responses) -> None:
    url = page_of(responses[0])
    said = {"seal": seal_in(at_ben.get(url).content.decode()), "score-overall": "4", "critique": "Wrong."}
    kept = {at_ben.post(url, {**said, "spent": spent}, headers=OUTBOX)["X-Kept"] for spent in ("1.5", "9")}
    assert len(kept) == 1
    assert m.Critique.objects.count() == m.Rating.objects.count() == 1


def test_what_is_fetched_ahead_is_neither_shown_now_nor_on_its_way(at_ben: Client, project, responses) -> None:
    url = reverse("desk_next", args=[project.slug])
    seen = [f"response-{responses[0].pk}"]
    for _ in range(3):
        answer = at_ben.get(url, {"but": seen})
        number = re.search(r"/responses/(\d+)/", answer["Location"])
        assert number
        assert f"response-{number[1]}" not in seen
        seen.append(f"response-{number[1]}")
    assert at_ben.get(url, {"but": seen}).status_code == 204


def test_with_a_queue_the_desk_leads_through_its_places(at_ben: Client, project, ana, ben, responses) -> None:
    queue = create_queue(project, by=ana, name="First look", asks="response", order="in-order", raters_each=1)
    fill_queue(queue, by=ana, filling=Filling())
    open_queue(queue, by=ana)
    desk = reverse("desk", args=[project.slug])
    first = at_ben.get(desk)["Location"]
    slot = re.search(r"slot=(\d+)", first)
    assert slot
    ahead = at_ben.get(reverse("desk_next", args=[project.slug]), {"beside": slot[1]})["Location"]
    assert "slot=" in ahead
    assert ahead != first
    at_ben.post(reverse("leave_desk", args=[project.slug]), {"slot": [re.search(r"slot=(\d+)", ahead)[1], "x"]})  # type: ignore[index]
    assert m.Slot.objects.filter(state="claimed").count() == 1
    send(at_ben, first, score__overall="3")
    assert m.Slot.objects.get(pk=slot[1]).state == "done"
    assert at_ben.get(desk)["Location"] == ahead
    at_ben.post(reverse("undo", args=[project.slug]))
    assert m.Slot.objects.get(pk=slot[1]).state == "claimed"


def test_a_place_of_somebody_else_or_about_something_else_is_not_taken(at_ben, project, ana, cleo, responses) -> None:
    queue = m.Queue.objects.create(project=project, number=1, name="Q")
    item = m.QueueItem.objects.create(queue=queue, example=responses[0].example, response_a=responses[0])
    slot = m.Slot.objects.create(item=item, queue=queue, number=1)
    for number in (slot.pk, 10**9, "x"):
        send(at_ben, f"{page_of(responses[1])}?slot={number}", critique="Wrong.")
    slot.refresh_from_db()
    assert slot.state == "free"
    assert not m.Submission.objects.exclude(slot=None).exists()


def test_undo_opens_the_page_again_with_the_words_and_redo_goes_on(at_ben: Client, project, responses) -> None:
    send(at_ben, page_of(responses[0]), score__overall="4", critique="Half a thought.")
    opened = at_ben.post(reverse("undo", args=[project.slug]), follow=True).content.decode()
    assert "Half a thought." in opened
    assert re.search(r'name="score-overall" value="4" checked', opened)
    assert not m.Rating.objects.standing().exists()
    answer = at_ben.post(reverse("redo", args=[project.slug]))
    assert answer["Location"].startswith(reverse("desk", args=[project.slug]))
    assert "Half a thought." not in at_ben.get(page_of(responses[1])).content.decode()
    assert m.Rating.objects.standing().count() == 1
    at_ben.post(reverse("undo", args=[project.slug]))
    assert at_ben.post(reverse("undo", args=[project.slug])).status_code == 422


def test_ben_undoes_only_what_he_said(client: Client, project, ben, cleo, dan, responses) -> None:
    client.force_login(cleo)
    send(client, page_of(responses[0]), score__overall="4")
    number = m.Submission.objects.get().pk
    client.force_login(ben)
    assert client.post(reverse("undo", args=[project.slug]), {"submission": number}).status_code == 422
    assert f'data-submission="{number}"' not in client.get(f"{page_of(responses[1])}?after={number}").content.decode()
    client.force_login(dan)
    for name in ("desk", "desk_next", "leave_desk", "pass_over", "undo", "redo", "save_draft"):
        assert client.post(reverse(name, args=[project.slug])).status_code == 404
    assert client.get(reverse("history", args=[project.slug, responses[0].pk])).status_code == 404
    assert m.Rating.objects.standing().count() == 1


def test_a_draft_is_kept_and_is_there_without_script(client: Client, project, ben, cleo, responses) -> None:
    client.force_login(ben)
    url, name = reverse("save_draft", args=[project.slug]), f"judge-{responses[0].pk}"
    draft = {"name": name, "fields": {"critique": ["Half a"], "score-overall": ["2"]}}
    assert client.post(url, json.dumps(draft), content_type="application/json").status_code == 204
    page = client.get(page_of(responses[0])).content.decode()
    assert "Half a" in page
    assert 'id="drafted"' in page
    assert client.post(url, "no draft", content_type="application/json").status_code == 422
    client.force_login(cleo)
    assert "Half a" not in client.get(page_of(responses[0])).content.decode()


def test_skipping_and_taking_skips_back(at_ben: Client, project, responses) -> None:
    desk = reverse("desk", args=[project.slug])
    for _ in range(4):
        page = at_ben.get(desk, follow=True).content.decode()
        at_ben.post(reverse("pass_over", args=[project.slug]), {"seal": seal_in(page), "skip": "1"})
    assert "passed over 4 items" in at_ben.get(desk).content.decode()
    at_ben.post(reverse("pass_over", args=[project.slug]), {"back": "1"})
    assert at_ben.get(desk).status_code == 302


def asks(project: m.Project, ana: m.User, **what: Any) -> None:
    """Put a form in force."""
    change_form(project, Definition(**what), by=ana)


def test_a_turn_takes_thumb_comment_and_reason_with_the_failing_step(at_ben: Client, project, ana) -> None:
    """Learning new skills after deployment: three layers on a single turn, none compulsory."""
    failures = (Named(name="search-query", label="Searched for the wrong thing"), Named(name="other", label="Other"))
    stages = (Named(name="retrieval", label="Searching"), Named(name="answer", label="Answering"))
    thumb = Aspect(name="overall", label="Good?", style="thumbs", scale=2)
    asks(project, ana, aspects=(thumb,), failures=failures, stages=stages)
    response = make.response(example=make.example(project=project, messages=TURNS), text="It rises in the Alps.")
    page = at_ben.get(page_of(response)).content.decode()
    assert 'value="turn-1"' in page
    send(
        at_ben, page_of(response), scope="turn-1", score__overall="1", critique="Not France.",
        failure="search-query", stage="retrieval",
    )  # fmt: skip
    rating, critique = m.Rating.objects.get(), m.Critique.objects.get()
    assert (rating.turn, rating.scale, rating.score) == (1, 2, 1)
    assert (critique.scope, critique.turn) == ("turn", 1)
    assert (critique.failure, critique.stage) == ("search-query", "retrieval")
    send(at_ben, page_of(response), scope="dialogue", failure="other")
    assert m.Critique.objects.last().scope == "dialogue"  # type: ignore[union-attr]


def test_each_aspect_has_its_scale_its_objective_and_can_t_judge(at_ben: Client, project, ana, responses) -> None:
    asks(
        project, ana, use="evaluate",
        aspects=(
            Aspect(name="helpful", label="Helpful", scale=7, objective="helpfulness"),
            Aspect(name="safe", label="Safe", style="slider", scale=100, objective="safety"),
            Aspect(name="loved", label="Loved", style="reaction", scale=2),
        ),
    )  # fmt: skip
    send(at_ben, page_of(responses[0]), score__helpful="7", score__safe="cannot", score__loved="2")
    rows = {row.aspect: row for row in m.Rating.objects.all()}
    assert (rows["helpful"].score, rows["helpful"].scale, rows["helpful"].objective) == (7, 7, "helpfulness")
    assert (rows["safe"].score, rows["safe"].cannot_judge) == (None, True)
    assert rows["loved"].score == 2
    assert {row.use for row in rows.values()} == {"evaluate"}
    assert send(at_ben, page_of(responses[1]), score__helpful="8").status_code == 422


def test_an_aspect_that_may_not_be_left_out_is_asked_for(at_ben: Client, project, ana, responses) -> None:
    asks(project, ana, aspects=(Aspect(name="overall", label="Overall", can_skip=False),))
    refused = send(at_ben, page_of(responses[0]), critique="Wrong.")
    assert refused.status_code == 422
    assert "asked of everybody" in refused.content.decode()
    assert "Wrong." in refused.content.decode()


def test_what_the_form_does_not_ask_is_not_taken(at_ben: Client, project, ana, responses) -> None:
    asks(project, ana, kudos=False, edit=False, spans=False, aspects=(Aspect(name="overall", label="Overall"),))
    page = at_ben.get(page_of(responses[0])).content.decode()
    assert 'name="kudos"' not in page
    assert 'name="rewrite"' not in page
    send(at_ben, page_of(responses[0]), score__overall="2", kudos="Smuggled", rewrite="Smuggled")
    assert not m.Critique.objects.exists()
    assert not m.Edit.objects.exists()


def test_what_was_asked_by_an_older_form_is_taken_by_it(at_ben: Client, project, ana, responses) -> None:
    url = page_of(responses[0])
    seal = seal_in(at_ben.get(url).content.decode())
    asks(project, ana, aspects=(Aspect(name="other", label="Other", can_skip=False),))
    answer = at_ben.post(url, {"seal": seal, "score-overall": "5"})
    assert answer.status_code == 302
    assert (m.Rating.objects.get().aspect, m.Rating.objects.get().form_version) == ("overall", 1)


def test_critique_and_how_to_do_better_are_two_fields_of_one_row(at_ben: Client, responses) -> None:
    """DRESS: a critique, and concrete suggestions."""
    send(at_ben, page_of(responses[0]), critique="It names no river.", improve="Name the three longest.")
    row = m.Critique.objects.get()
    assert (row.text, row.improve) == ("It names no river.", "Name the three longest.")
    assert row.looks in {"both", "forward", "back"}
    send(at_ben, page_of(responses[1]), improve="Name the three longest.")
    assert m.Critique.objects.last().text == ""  # type: ignore[union-attr]


def test_a_suggestion_that_is_taken_up_stays_marked(at_ben: Client, project, responses) -> None:
    judge = make.rater(project=project, kind="judge")
    given = {"response": responses[0], "rater": judge, "protocol": "suggested"}
    row = make.critique(**given, text="Too short.", improve="Say why.", vetted=True)
    held_back = make.critique(**given, text="Do harm.", vetted=False)
    page = at_ben.get(f"{page_of(responses[0])}?pick={row.pk}").content.decode()
    assert "Too short." in page
    send(at_ben, page_of(responses[0]), critique="Too short, really.", picked_critique=str(row.pk))
    assert m.Critique.objects.get(rater__kind="person").picked_from == row
    send(at_ben, page_of(responses[0]), critique="Mine.", picked_critique=str(held_back.pk))
    assert m.Critique.objects.filter(rater__kind="person").last().picked_from is None  # type: ignore[union-attr]


def test_marks_are_made_by_sentences_and_undone_with_the_rest(at_ben: Client, project, ana, responses) -> None:
    asks(project, ana, categories=(Category(name="wrong", label="Wrong", key="w"),))
    send(at_ben, page_of(responses[0]), sentence="0-9", mark__category="wrong", critique="No.")
    assert m.Span.objects.standing().get().quote == "Answer 0."
    at_ben.post(reverse("undo", args=[project.slug]))
    assert not m.Span.objects.standing().exists()


def test_the_history_holds_every_version_of_ones_own_and_a_curator_sees_all(client, project, ana, ben, responses):
    client.force_login(ben)
    send(client, page_of(responses[0]), score__overall="2", critique="First.")
    send(client, page_of(responses[0]), score__overall="5", then="stay")
    url = reverse("history", args=[project.slug, responses[0].pk])
    page = client.get(url).content.decode()
    assert [word in page for word in ("First.", "2 of 5", "5 of 5", "changed since")] == [True] * 4
    assert "First." in client.get(f"{url}?all=1").content.decode()
    client.force_login(ana)
    assert "First." not in client.get(url).content.decode()
    assert "First." in client.get(f"{url}?all=1").content.decode()


def test_a_long_dialogue_lies_folded_with_the_question_in_sight(at_ben: Client, project) -> None:
    turns = [{"role": role, "content": f"Turn {n}. " * 200} for n in range(20) for role in ("user", "assistant")]
    response = make.response(example=make.example(project=project, messages=[*turns, TURNS[2]]))
    page = at_ben.get(page_of(response)).content.decode()
    assert "40 earlier turns" in page
    assert page.count('class="turn-long"') == 40
    assert "data-prompt-bar" in page
