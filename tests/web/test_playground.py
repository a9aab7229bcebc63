"""The playground's pages: Ana talks, says what she thinks, tries and adopts; Ben reads blind; Dan gets nowhere."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.desk import errands
from feedback.principles.drafting import draft
from tests import make
from tests.web.counting import queries_of

pytestmark = pytest.mark.django_db(transaction=True)
NEWS = (
    "What should our customers know from this: The shop moves to the old fire station on Harbour Street. We close on "
    "Friday at noon and open again on Monday at nine. Orders that are placed before Friday will be sent as usual."
)
HEDGE = "No need to say I think: it hedges what is known."


class Talk:
    """Ana's talk, and what a person does with it in a browser."""

    def __init__(self, client: Client, project: m.Project, by: m.User) -> None:
        self.client, self.project = client, project
        client.force_login(by)

    def url(self, name: str = "playground", *places: Any) -> str:
        return reverse(name, args=[self.project.slug, *places])

    def post(self, name: str, *places: Any, **said: Any):
        return self.client.post(self.url(name, *places), {"key": str(uuid.uuid4()), **said})

    def words(self, *places: Any, query: str = "") -> str:
        return self.client.get(self.url("chat", *places) + query).content.decode()

    def work(self) -> None:
        """What a worker would do."""
        for row in m.Errand.objects.filter(state="waiting").order_by("pk"):
            errands.run_errand(row.pk)
        for asked in m.Drafting.objects.filter(state="waiting"):
            draft(asked.pk)

    @property
    def last(self) -> m.ChatTurn:
        return m.ChatTurn.objects.latest("pk")

    def reply(self, place: int = 0) -> m.Response:
        row = self.last.errands.order_by("pk")[place].result
        assert row is not None
        return row


@pytest.fixture
def talk(client: Client, project: m.Project, ana: m.User) -> Talk:
    """Ana has written her first message and has three replies."""
    made = Talk(client, project, ana)
    assert made.post("playground", text=NEWS, system="You write for a bookshop.").status_code == 302
    made.work()
    return made


def test_without_a_talk_the_page_says_what_it_is_for(client: Client, project, ana) -> None:
    shown = Talk(client, project, ana)
    page = client.get(shown.url()).content.decode()
    assert "None yet." in page
    assert "No constitution yet" in page


def test_replies_arrive_one_by_one(client: Client, project, ana) -> None:
    shown = Talk(client, project, ana)
    shown.post("playground", text=NEWS)
    row = shown.last.errands.order_by("pk").first()
    assert row is not None
    page = shown.words(1)
    assert page.count("is being written") == 3
    assert f"live:errand-{row.pk} from:body" in page
    errands.run_errand(row.pk)
    part = client.get(shown.url("reply", 1, row.pk)).content.decode()
    assert part.lstrip().startswith("<article")
    assert "happy to help" in part
    assert shown.words(1).count("is being written") == 2


def test_from_a_critique_to_its_effect_without_script(talk: Talk) -> None:
    turn = talk.last
    assert turn.example.messages[0] == {"role": "system", "content": "You write for a bookshop."}
    came = talk.post("say_of_reply", 1, turn.pk, reply=talk.reply().pk, polarity="critique", text=HEDGE)
    assert (
        came["Location"]
        == talk.url("chat", 1) + f"?turn={turn.pk}&at={turn.pk}#reply-{turn.errands.order_by('pk')[0].pk}"
    )
    assert "A principle is being drafted" in talk.words(1)
    talk.work()
    principle = m.Principle.objects.get()
    page = talk.words(1)
    assert f'id="principle-{principle.number}"' in page
    assert "leave out words that take it back" in page
    words = principle.versions.get()
    talk.post("try_principle", 1, turn.pk, principle=principle.number, domain=words.domain, effect=words.effect)
    assert "Running again" in talk.words(1)
    talk.work()
    page = talk.words(1)
    assert re.search(r"1 of 3 replies\s+reads otherwise|[23] of 3 replies read otherwise", page)
    assert "<del>" in page
    assert "asked for by" in page
    assert "tried here" in page
    assert "?turn=" + str(turn.pk) in page
    again = talk.last
    talk.post("adopt_in_chat", 1, again.pk, principle=principle.number, domain=words.domain, effect=words.effect)
    talk.work()
    page = talk.words(1)
    assert "in force" in page
    assert "is in force with version 1" in page
    assert m.Constitution.objects.get().articles.get().version == words
    assert "3 of 3" in page


def test_by_htmx_the_reply_alone_comes_back_and_a_refusal_keeps_what_was_typed(talk: Talk) -> None:
    turn = talk.last
    address = talk.url("say_of_reply", 1, turn.pk)
    said = {"key": str(uuid.uuid4()), "reply": talk.reply().pk, "polarity": "kudos", "text": "So clear."}
    part = talk.client.post(address, said, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert b"<html" not in part.content
    assert b"So clear." in part.content
    empty = talk.client.post(address, {**said, "key": str(uuid.uuid4()), "text": " "}, headers={"HX-Request": "true"})
    assert empty.status_code == 422
    assert "is empty" in empty.content.decode()
    assert m.Critique.objects.filter(polarity="kudos").count() == 1


def test_the_same_submission_twice_is_one(talk: Talk) -> None:
    key, first = str(uuid.uuid4()), talk.last
    for _ in range(2):
        talk.post("rerun_turn", 1, first.pk, key=key)
    assert m.ChatTurn.objects.count() == 2
    said = {"reply": first.errands.earliest("pk").result_id, "polarity": "critique", "text": HEDGE, "key": key}
    for _ in range(2):
        talk.post("say_of_reply", 1, first.pk, **said)
    assert m.Critique.objects.count() == 1
    assert m.Drafting.objects.count() == 1


def test_the_talk_goes_on_rewinds_and_branches(talk: Talk) -> None:
    turn = talk.last
    mine = talk.reply(1)
    came = talk.post("go_on_from_reply", 1, turn.pk, reply=mine.pk)
    assert came["Location"].endswith(f"?turn={turn.pk}#id_text")
    assert "Go on from this reply" in talk.words(1)
    talk.post("say_in_chat", 1, turn.pk, text="And when do you open?")
    talk.work()
    page = talk.words(1)
    assert "And when do you open?" in page
    assert "Rewind to here" in page
    talk.post("say_otherwise", 1, turn.pk, text="Why do we move house?")
    page = talk.words(1)
    assert "Why do we move house?" in page
    assert "And when do you open?" not in page
    assert "And when do you open?" in talk.words(1, query=f"?turn={turn.pk}")
    empty = talk.post("say_in_chat", 1, turn.pk, text="")
    assert empty.status_code == 422


def test_a_rewrite_stands_as_a_difference_and_can_be_gone_on_from(talk: Talk) -> None:
    turn, reply = talk.last, talk.reply()
    talk.post("rewrite_reply", 1, turn.pk, reply=reply.pk, text=reply.text.replace("I think that the", "The"))
    talk.work()
    page = talk.words(1)
    assert "What was rewritten" in page
    assert "Go on from the rewrite" in page
    edit = m.Edit.objects.get()
    talk.post("go_on_from_reply", 1, turn.pk, reply=edit.result_id)
    assert "goes on from this rewrite" in talk.words(1)


def test_suggestions_are_picked_as_they_stand_without_script(talk: Talk) -> None:
    turn, reply = talk.last, talk.reply()
    talk.post("suggest_for_reply", 1, turn.pk, reply=reply.pk)
    assert "Looking for words" in talk.words(1)
    talk.work()
    row = m.Critique.objects.filter(protocol="suggested", polarity="critique").earliest("pk")
    assert f'value="{row.pk}"' in talk.words(1)
    talk.post("say_of_reply", 1, turn.pk, reply=reply.pk, polarity="critique", text="", picked=row.pk)
    said = m.Critique.objects.get(protocol="playground")
    assert (said.picked_from, said.text) == (row, row.text)
    picks = talk.client.get(talk.url("reply_picks", 1, turn.errands.earliest("pk").pk) + "?polarity=kudos")
    assert picks.content.decode().lstrip().startswith("<div")


def test_ben_sees_anas_words_on_a_reply_only_after_his_own(talk: Talk, ben: m.User) -> None:
    turn, reply = talk.last, talk.reply()
    talk.post("say_of_reply", 1, turn.pk, reply=reply.pk, polarity="critique", text=HEDGE)
    talk.work()
    his = Talk(Client(), talk.project, ben)
    page = his.words(1)
    assert "hedges what is known" not in page
    assert "1 more word by others" in page
    assert "Adopt" not in page
    principle = m.Principle.objects.get()
    said = {"principle": principle.number, "domain": "", "effect": principle.versions.get().effect}
    assert his.post("adopt_in_chat", 1, turn.pk, **said).status_code == 403
    assert his.post("try_principle", 1, turn.pk, effect="My own.").status_code == 403
    assert his.post("try_principle", 1, turn.pk, **said).status_code == 302
    his.post("say_of_reply", 1, turn.pk, reply=reply.pk, polarity="critique", text="Too unsure.")
    assert "hedges what is known" in his.words(1, query=f"?turn={turn.pk}")


def test_where_a_team_votes_a_draft_is_put_to_the_vote(talk: Talk) -> None:
    m.Project.objects.filter(pk=talk.project.pk).update(quorum=2)
    turn = talk.last
    talk.post("say_of_reply", 1, turn.pk, reply=talk.reply().pk, polarity="critique", text=HEDGE)
    talk.work()
    page = talk.words(1)
    assert "Put it to the vote" in page
    assert f"turns/{turn.pk}/adopt/" not in page
    number = m.Principle.objects.get().number
    refused = talk.post("adopt_in_chat", 1, turn.pk, principle=number, domain="", effect="Be plain.")
    assert refused.status_code == 422
    assert "decide together" in refused.content.decode()


def test_a_principle_is_written_tried_and_laid_aside(talk: Talk) -> None:
    talk.post("try_principle", 1, talk.last.pk, domain="", effect="Write connected prose, and keep lists for counting.")
    talk.work()
    again = talk.last
    number = m.Principle.objects.get().number
    talk.post("try_without", 1, again.pk, principle=number)
    assert talk.last.tried == []
    said = {"principle": number, "domain": "", "effect": "x", "reason": "lists are fine"}
    came = talk.post("lay_aside_in_chat", 1, again.pk, **said)
    assert came.status_code == 302
    assert m.Principle.objects.get().drop_reason == "lists are fine"
    assert "laid aside" in talk.words(1)


def test_parts_of_a_turn_and_things_of_another_talk(talk: Talk, project, ana) -> None:
    turn = talk.last
    for part, status in (("drafts", 200), ("effect", 200), ("nothing", 404)):
        assert talk.client.get(talk.url("turn_parts", 1, turn.pk, part)).status_code == status
    other = make.chat(project=project, by=ana)
    assert talk.client.get(talk.url("turn_parts", 1, other.pk, "drafts")).status_code == 404
    assert talk.post("rerun_turn", 1, other.pk).status_code == 404
    assert talk.client.get(talk.url("chat", 9)).status_code == 404


def test_the_page_asks_as_much_for_many_turns_as_for_few(talk: Talk) -> None:
    def another() -> None:
        turn = m.ChatTurn.objects.filter(chat__number=1).latest("pk")
        reply = turn.errands.earliest("pk").result_id
        talk.post("say_of_reply", 1, turn.pk, reply=reply, polarity="critique", text=HEDGE)
        talk.post("go_on_from_reply", 1, turn.pk, reply=reply)
        talk.post("say_in_chat", 1, turn.pk, text=f"And then, after turn {turn.pk}?")
        talk.work()

    another()
    few, few_talks = queries_of(talk.client, talk.url("chat", 1)), queries_of(talk.client, talk.url())
    for _ in range(3):
        another()
        talk.post("playground", text=f"Another talk after {talk.last.pk}?")
    assert queries_of(talk.client, talk.url("chat", 1)) <= few
    assert queries_of(talk.client, talk.url()) == few_talks


def test_dan_gets_nowhere(talk: Talk, dan: m.User) -> None:
    turn = talk.last
    his = Talk(Client(), talk.project, dan)
    assert his.client.get(his.url()).status_code == 404
    assert his.client.get(his.url("chat", 1)).status_code == 404
    assert his.post("rerun_turn", 1, turn.pk).status_code == 404


def test_a_viewer_reads_along_and_cannot_talk(talk: Talk, client: Client) -> None:
    person = make.user(name="Vera Viewer")
    make.member(project=talk.project, user=person, role="viewer")
    hers = Talk(Client(), talk.project, person)
    page = hers.words(1)
    assert "Go on" not in page
    assert hers.post("playground", text="Hello?").status_code == 403
    assert hers.post("rerun_turn", 1, talk.last.pk).status_code == 403
