"""The playground's verbs: Ana talks with the model, says what she thinks of a reply, and sees what that changes."""

from __future__ import annotations

import pytest

from feedback import models as m
from feedback.desk import errands
from feedback.desk.queue import next_ranking, next_response
from feedback.errors import NotAllowed, Refused
from feedback.examples.splits import split_of_text
from feedback.models import Errand
from feedback.principles.constitutions import adopt, drop, write_principle
from feedback.principles.drafting import draft
from feedback.principles.playground import chats, saying, trying
from feedback.principles.playground.following import given_to
from feedback.principles.playground.replying import APPROACHES
from feedback.projects.budget import model_for
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
NEWS = (
    "What should our customers know from this: The shop moves to the old fire station on Harbour Street. We close on "
    "Friday at noon and open again on Monday at nine. Orders that are placed before Friday will be sent as usual."
)
HEDGE = "No need to say I think: it hedges what is known."


def answered(turn: m.ChatTurn) -> list[m.Response]:
    """The replies of a turn, written."""
    rows = [errands.run_errand(row.pk) for row in turn.errands.order_by("pk")]
    assert [(row.state, row.error) for row in rows] == [("done", "")] * len(APPROACHES)
    return [row.result for row in rows if row.result is not None]


def criticised(turn: m.ChatTurn, reply: m.Response, by: m.User, text: str = HEDGE) -> m.Principle:
    """The principle drafted from a critique of a reply."""
    asked = saying.say_of_reply(turn, reply, polarity="critique", text=text, picked=None, key="k", by=by)
    done = draft(asked.pk)
    assert done.principle is not None, done.error
    return done.principle


@pytest.fixture
def turn(project: m.Project, ana: m.User) -> m.ChatTurn:
    """A talk Ana has begun."""
    return make.chat(project=project, by=ana, text=NEWS)


def test_a_message_gets_three_replies_of_different_manner(turn: m.ChatTurn) -> None:
    replies = answered(turn)
    assert len({reply.text for reply in replies}) == 3
    assert all(reply.simulated and reply.origin == "generated" for reply in replies)
    assert {reply.example_id for reply in replies} == {turn.example_id}
    assert turn.example.split == "feedback"
    assert m.ModelCall.objects.filter(errand__turn=turn, prompt_name="reply_in_chat").count() == 3


def test_a_critique_becomes_a_principle_whose_effect_shows_when_the_turn_is_run_again(
    turn: m.ChatTurn, ana: m.User
) -> None:
    before = answered(turn)
    assert "I think" in before[0].text
    principle = criticised(turn, before[0], ana)
    words = principle.versions.get()
    again = trying.try_principle(turn, principle, domain=words.domain, effect=words.effect, by=ana)
    assert (again.rerun_of, again.parent, again.tried, again.example) == (turn, None, [words.pk], turn.example)
    after = answered(again)
    assert "I think" not in after[0].text
    assert after[1].text == before[1].text
    uses = m.Applied.objects.filter(version=words)
    assert {use.response_id: use.cited for use in uses} == {
        after[0].pk: True, after[1].pk: False, after[2].pk: False,
    }  # fmt: skip
    assert not m.Constitution.objects.exists()


def test_trying_other_words_makes_the_drafts_next_version_and_those_of_others_are_a_curators(
    turn: m.ChatTurn, ana: m.User, ben: m.User, cleo: m.User
) -> None:
    principle = criticised(turn, answered(turn)[0], ben)
    first = principle.versions.get()
    again = trying.try_principle(turn, principle, domain="in notices", effect="Say it plainly.", by=ben)
    assert principle.versions.count() == 2
    assert again.tried != [first.pk]
    with pytest.raises(NotAllowed, match="Only curators"):
        trying.try_principle(turn, principle, domain="", effect="Shout.", by=cleo)
    third = trying.try_principle(again, principle, domain="", effect="Say it plainly!", by=ana)
    assert len(third.tried) == 1


def test_adopting_runs_the_turn_under_the_new_constitution_and_laying_aside_without_it(
    turn: m.ChatTurn, ana: m.User
) -> None:
    replies = answered(turn)
    principle = criticised(turn, replies[0], ana)
    words = principle.versions.get()
    tried = trying.try_principle(turn, principle, domain=words.domain, effect=words.effect, by=ana)
    after = trying.adopt_here(tried, principle, domain=words.domain, effect=words.effect, by=ana)
    assert after.constitution is not None
    assert (after.constitution.number, after.tried) == (1, [])
    assert given_to(after).text == f"1. {words.effect}"
    other = write_principle(turn.chat.project, by=ana, effect="Write in rhyme.")
    second = trying.try_principle(after, other, domain="", effect="Write in rhyme.", by=ana)
    assert given_to(second).text == f"1. {words.effect}\n2. Write in rhyme."
    aside = trying.lay_aside_here(second, other, reason="not our tone", by=ana)
    assert aside.tried == []
    with pytest.raises(Refused, match="in force"):
        trying.try_principle(aside, principle, domain="", effect="Other words.", by=ana)


def test_a_tried_wording_stands_in_for_the_one_in_force(turn: m.ChatTurn, ana: m.User) -> None:
    principle = write_principle(turn.chat.project, by=ana, effect="Be brief.")
    adopt(principle, by=ana)
    version = make.principle(project=turn.chat.project, effect="x").versions.get()
    m.PrincipleVersion.objects.filter(pk=version.pk).update(principle=principle, number=2, effect="Be very brief.")
    version.refresh_from_db()
    again = chats.rerun(turn, by=ana, tried=[version])
    assert given_to(again).text == "2. Be very brief."


def test_the_talk_goes_on_from_the_chosen_reply_and_what_was_tried_goes_with_it(turn: m.ChatTurn, ana: m.User) -> None:
    replies = answered(turn)
    with pytest.raises(Refused, match="Choose"):
        chats.say(turn, text="And then?", by=ana)
    principle = write_principle(turn.chat.project, by=ana, effect="Be brief.")
    tried = trying.try_principle(turn, principle, domain="", effect="Be brief.", by=ana)
    mine = answered(tried)[1]
    chosen = chats.go_on_from(tried, mine, by=ana)
    following = chats.say(chosen, text="And then?", by=ana)
    assert [one["role"] for one in following.example.messages] == ["user", "assistant", "user"]
    assert following.example.messages[1]["content"] == mine.text
    assert (following.parent, following.tried) == (chosen, tried.tried)
    drop(principle, by=ana)
    assert chats.rerun(following, by=ana).tried == []
    with pytest.raises(Refused, match="no reply"):
        chats.go_on_from(following, replies[0], by=ana)


def test_another_choice_after_the_talk_went_on_makes_a_sibling_with_the_same_replies(
    turn: m.ChatTurn, ana: m.User
) -> None:
    first, second, _ = answered(turn)
    following = chats.say(chats.go_on_from(turn, first, by=ana), text="And then?", by=ana)
    calls = m.ModelCall.objects.count()
    twin = chats.go_on_from(turn, second, by=ana)
    assert twin.pk != turn.pk
    assert (twin.chosen, twin.parent) == (second, None)
    assert [row.result_id for row in twin.errands.order_by("pk")] == [
        row.result_id for row in turn.errands.order_by("pk")
    ]
    turn.refresh_from_db()
    assert turn.chosen == first
    assert following.parent == turn
    assert m.ModelCall.objects.count() == calls


def test_a_rewrite_is_kept_drafted_from_and_gone_on_from(turn: m.ChatTurn, ana: m.User) -> None:
    reply = answered(turn)[2]
    asked = saying.rewrite_reply(turn, reply, text="The shop moves on Friday.", key="r", by=ana)
    edit = m.Edit.objects.get()
    assert (asked.edit, edit.response, edit.protocol) == (edit, reply, "playground")
    assert draft(asked.pk).principle is not None
    assert chats.go_on_from(turn, edit.result, by=ana).chosen == edit.result


def test_a_picked_suggestion_is_said_in_its_words_unless_there_are_others(turn: m.ChatTurn, ana: m.User) -> None:
    reply, other, _ = answered(turn)
    asked = errands.ask_errand("suggest", example=turn.example, response=reply, key="s", by=ana)
    errands.run_errand(asked.pk)
    row = m.Critique.objects.filter(protocol="suggested", polarity="critique").first()
    assert row is not None
    saying.say_of_reply(turn, reply, polarity="critique", text="", picked=row, key="a", by=ana)
    said = m.Critique.objects.get(key="a")
    assert (said.text, said.improve, said.picked_from) == (row.text, row.improve, row)
    saying.say_of_reply(turn, reply, polarity="critique", text="My own words.", picked=row, key="b", by=ana)
    assert m.Critique.objects.get(key="b").text == "My own words."
    with pytest.raises(Refused, match="another reply"):
        saying.say_of_reply(turn, other, polarity="critique", text="", picked=row, key="c", by=ana)


def test_rewinding_says_it_in_other_words_and_keeps_what_was(turn: m.ChatTurn, ana: m.User) -> None:
    other = chats.say_otherwise(turn, text="Why do we move?", by=ana)
    assert (other.parent, other.rerun_of, other.chat) == (None, None, turn.chat)
    assert other.example_id != turn.example_id
    assert turn.chat.turns.count() == 2


def test_nothing_held_out_gets_into_the_playground(project: m.Project, ana: m.User) -> None:
    held_out = next(
        text
        for n in range(500)
        if split_of_text(text := f"Tell me all about the river {'x' * n} delta please now") == "holdout"
    )
    turn = make.chat(project=project, by=ana, text=held_out)
    assert turn.example.split == "feedback"
    other = next(
        text
        for n in range(500)
        if split_of_text(text := f"Describe the mountain {'y' * n} range at dawn please") == "holdout"
    )
    make.example(project=project, request=other, split="holdout")
    for text in (other, other.upper() + "!"):
        with pytest.raises(Refused, match="held out"):
            make.chat(project=project, by=ana, text=text)


def test_ben_talks_and_dan_does_not(project: m.Project, ben: m.User, dan: m.User) -> None:
    assert make.chat(project=project, by=ben).chat.made_by == ben
    with pytest.raises(NotAllowed):
        make.chat(project=project, by=dan)
    with pytest.raises(Refused):
        chats.open_chat(project, text="   ", by=ben)


def test_words_on_a_reply_settle_how_its_principles_did(turn: m.ChatTurn, ana: m.User) -> None:
    principle = write_principle(turn.chat.project, by=ana, effect=NO_HEDGES)
    tried = trying.try_principle(turn, principle, domain="", effect=NO_HEDGES, by=ana)
    reply = answered(tried)[0]
    saying.say_of_reply(tried, reply, polarity="kudos", text="Plain.", picked=None, key="k", by=ana)
    assert m.Applied.objects.get(response=reply).outcome == m.Applied.Outcome.POSITIVE


NO_HEDGES = "State what is known plainly, and leave out words that take it back."


def test_a_reply_is_asked_for_in_the_playground_only(project: m.Project, ana: m.User) -> None:
    example = make.example(project=project)
    asked = make.errand(example=example, by=ana, kind=Errand.Kind.REPLY)
    assert "asked for in the playground" in errands.run_errand(asked.pk).error
    assert model_for(project).simulated


def test_nobody_is_asked_unasked_about_what_came_of_a_talk(turn: m.ChatTurn, ben: m.User) -> None:
    answered(turn)
    assert next_response(turn.chat.project, by=ben) is None
    assert next_ranking(turn.chat.project, by=ben) is None
    imported = make.response(example=make.example(project=turn.chat.project))
    assert next_response(turn.chat.project, by=ben) == imported
