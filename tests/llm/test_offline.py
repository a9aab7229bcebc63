"""The simulated model: deterministic, and what it does visibly follows what it was told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from feedback.errors import Rejected
from feedback.llm.answers import FreeCritique, PrincipleCritique, PrincipleDraft, Revision
from feedback.llm.choosing import chosen_name, open_model
from feedback.llm.material import candidates_text, conversation_text, history_text
from feedback.llm.model import Prompt
from feedback.llm.offline import Offline
from feedback.llm.pretending.mends import PLAIN_WORDS
from feedback.llm.pretending.shapes import is_sound
from feedback.llm.pretending.themes import THEMES, Theme
from feedback.llm.prompts import fill

REQUEST = "Why do crunchy things sound so loud when one eats them?"
PLAIN = (
    "Sure! Great question. I think the sound reaches the inner ear through the bones of the jaw. Air is worse at this "
    "than bone. The sound reaches the inner ear through the bones of the jaw. Crisps also break in one go, which makes "
    "a sharp noise. Soft food is squashed instead. Perhaps people utilize this to judge how fresh their food is. There "
    "are many studies on the matter, and they have been going on for decades, with sound recordings, with headphones, "
    "with masks. So bone conduction makes crunchy food loud"
)
LISTED = "- One thing is bone\n- Another thing is air"
SEVERAL = "Three crunchy things that sound loud are: crisps, apples, and rusks."
WANDERING = "Crunchy things sound loud through the bone. Bread comes out of ovens. Loud sound comes from breaking."
FAULTY = {"prose": LISTED, "structure": SEVERAL, "relevance": WANDERING}
MENDABLE = [theme for theme in THEMES if theme.can_mend]


def ask(name: str, **values: str) -> Any:
    given = dict.fromkeys(("improve", "place", "laid_aside", "memory"), "")
    given |= {"conversation": f"User: {REQUEST}", "constitution": "", "history": "", "response": PLAIN}
    wanted = {key: value for key, value in {**given, **values}.items() if key in slots(name) or key in values}
    return Offline().complete(fill(name, **wanted)).data


def slots(name: str) -> frozenset[str]:
    from feedback.llm.prompts import read_prompt

    return read_prompt(name).slots


@pytest.mark.parametrize(
    ("words", "theme"),
    [
        ("This is far too long and rambling", "brevity"),
        ("Too short, I need more detail", "detail"),
        ("Skip the pleasantries", "preamble"),
        ("It buries the answer", "directness"),
        ("All this hedging is useless", "hedging"),
        ("The second claim is wrong", "caveat"),
        ("Please use bullet points, I cannot scan it", "structure"),
        ("Too many bullets, write prose", "prose"),
        ("It needs an example", "example"),
        ("Full of jargon", "plainness"),
        ("Cold and rude", "warmth"),
        ("It says the same thing twice, so repetitive", "repetition"),
        ("It did not answer what was asked", "relevance"),
    ],
)
def test_a_complaint_becomes_its_principle(words: str, theme: str) -> None:
    answer = ask("draft_from_critique", feedback=words)
    assert isinstance(answer, PrincipleDraft)
    assert answer.effect == by_name(theme).effect
    assert words in answer.because


@pytest.mark.parametrize(
    ("words", "theme"),
    [
        ("Not too long, but it has no example", "example"),
        ("not long enough", "detail"),
        ("not short enough", "brevity"),
        ("It isn't overly formal, it just rambles", "brevity"),
        ("not clear enough", "plainness"),
        ("wrong", "caveat"),
        ("The occupations are missing", "completeness"),
        ("too formal", "plainness"),
        ("no greeting", "preamble"),
        ("use a list", "structure"),
    ],
)
def test_short_words_and_negations_are_read_with_care(words: str, theme: str) -> None:
    assert ask("draft_from_critique", feedback=words).effect == by_name(theme).effect


@pytest.mark.parametrize("words", ["Rather gibbous", "no", "Das stimmt so nicht", "説明が足りません", "!!"])
def test_words_it_does_not_know_lead_to_a_general_principle_that_quotes_nobody(words: str) -> None:
    for name in ("draft_from_critique", "draft_from_kudos"):
        draft = ask(name, feedback=words)
        assert draft.domain == ""
        assert words not in draft.effect
        assert words in draft.because
        assert draft.effect.endswith(".")


def test_praise_becomes_a_principle() -> None:
    assert ask("draft_from_kudos", feedback="I love how concise it is").effect == by_name("brevity").effect


def test_a_rewrite_becomes_the_principle_of_its_difference() -> None:
    assert ask("draft_from_rewrite", response=LISTED, rewrite="Bone and air.").effect == by_name("prose").effect
    assert ask("draft_from_rewrite", response="Sure! Bone.", rewrite="Bone.").effect == by_name("preamble").effect


def test_a_preference_becomes_a_principle_by_its_reason_or_its_difference() -> None:
    reasoned = ask("draft_from_preference", chosen="Bone.", rejected=PLAIN, reason="It has no example")
    assert reasoned.effect == by_name("example").effect
    silent = ask("draft_from_preference", chosen="Bone carries sound.", rejected="Bone carries sound. " * 40, reason="")
    assert silent.effect == by_name("repetition").effect


def test_the_kind_of_request_becomes_the_domain() -> None:
    answer = ask("draft_from_critique", conversation="User: Summarize this: …", feedback="Too long")
    assert answer.domain == "When asked for a summary"


@pytest.mark.parametrize("theme", MENDABLE, ids=lambda theme: theme.name)
def test_a_revision_under_a_principle_mends_its_fault(theme: Theme) -> None:
    faulty = FAULTY.get(theme.name, PLAIN)
    principle = f"When somebody asks: {theme.effect}"
    found = ask("critique_under_principle", principle=principle, response=faulty)
    assert isinstance(found, PrincipleCritique)
    assert found.applies
    assert found.fault, found.critique
    revised = ask("revise_under_principle", principle=principle, response=faulty, critique=found.critique)
    assert isinstance(revised, Revision)
    assert revised.text != faulty
    assert theme.did in revised.changed
    assert not ask("critique_under_principle", principle=principle, response=revised.text).fault


@pytest.mark.parametrize("theme", MENDABLE, ids=lambda theme: theme.name)
def test_a_revision_adds_no_words_of_its_own(theme: Theme) -> None:
    for faulty in (PLAIN, *FAULTY.values()):
        revised = ask("revise_under_principle", principle=theme.effect, response=faulty, critique="").text
        added = set(re.findall(r"\w+", revised.lower())) - set(re.findall(r"\w+", faulty.lower()))
        assert added <= {word for twin in PLAIN_WORDS.values() for word in twin.split()} | {"and"}


OWN = [theme.effect for theme in THEMES if not theme.can_mend]


@pytest.mark.parametrize("principle", [*OWN, "Mention the weather in Lisbon."])
def test_what_cannot_be_had_from_the_response_is_left_with_a_reason(principle: str) -> None:
    found = ask("critique_under_principle", principle=principle, response="Bone carries sound.")
    assert (found.applies, found.fault) == (True, False)
    assert "own words" in found.critique
    revised = ask("revise_under_principle", principle=principle, response="Bone carries sound.", critique="")
    assert revised.text == "Bone carries sound."
    assert revised.changed.startswith("Nothing")


def test_a_revision_of_real_answers_never_cuts_through_a_quotation_and_comes_to_rest() -> None:
    pairs = json.loads((Path(__file__).parents[1] / "data/llmbar/natural.json").read_text("utf-8"))
    changed = 0
    for pair in pairs:
        for text in (pair["output_1"], pair["output_2"]):
            for theme in MENDABLE:
                revised = revision(pair["input"], text, theme)
                again = revision(pair["input"], revised, theme)
                assert is_sound(revised) or not is_sound(text)
                assert again == revised
                changed += revised.strip() != text.strip()
    assert changed >= 10


def test_a_principle_for_another_case_leaves_other_requests_alone() -> None:
    answer = ask(
        "critique_under_principle", principle="When asked for a summary: Say it in as few sentences as it takes"
    )
    assert (answer.applies, answer.fault) == (False, False)
    answer = ask("critique_under_principle", principle="When asked for a recipe: Say each thing once.")
    assert (answer.applies, answer.fault) == (False, False)


def test_free_refinement_betters_the_score_and_stops() -> None:
    text, history, scores = PLAIN, [], []
    for _ in range(8):
        found = ask("critique_freely", response=text, history=history_text(history))
        assert isinstance(found, FreeCritique)
        scores.append(found.score)
        if found.good_enough:
            break
        history.append((text, found.critique))
        revised = ask("refine_with_history", response=text, history=history_text(history))
        assert revised.text != text
        text = revised.text
    assert found.good_enough
    assert scores[0] < scores[-1] >= 8
    assert len(text) < len(PLAIN)


def test_an_attempt_that_nothing_can_be_cut_from_is_left_as_it_is() -> None:
    found = ask("critique_freely", response="Bone carries sound better than air does.")
    assert found.good_enough
    assert found.critique


def test_approaches_give_different_answers() -> None:
    texts = {ask("answer_afresh", approach=f"Approach {number}").text for number in range(5)}
    assert len(texts) == 5
    assert all(text.startswith("Simulated outline") and "?" in text for text in texts)


def test_an_outline_is_chosen_only_over_no_answer_at_all() -> None:
    outline = ask("answer_afresh", approach="Answer as you would by default.").text
    assert ask("choose_best", candidates=candidates_text([outline, PLAIN])).best == 2
    assert ask("choose_best", candidates=candidates_text([outline, "No idea."])).best == 1


def test_the_best_candidate_is_the_one_on_the_point_without_faults() -> None:
    good = "Crunchy things sound loud because bone carries the sound to the ear."
    for place, texts in enumerate([[good, PLAIN, "No idea."], [PLAIN, good, "No idea."]], start=1):
        assert ask("choose_best", candidates=candidates_text(texts)).best == place


def test_it_is_deterministic_and_marked_and_counts() -> None:
    prompt = fill(
        "draft_from_critique", conversation="c", response="r", feedback="Too long", place="", improve="", laid_aside=""
    )
    one, two = Offline().complete(prompt), Offline().complete(prompt)
    assert (one.text, one.usage) == (two.text, two.usage)
    assert (one.simulated, one.model) == (True, "simulated")
    assert json.loads(one.text)["effect"]
    assert one.usage.input_tokens > one.usage.output_tokens > 0


TEXTS = {
    "empty": "",
    "blank": " ",
    "ellipsis": "…",
    "emoji": "🙂" * 3000,
    "han": "漢字。" * 2000,
    "code": "def f():\n    return 1\n" * 200,
    "letters": "a " * 9000,
    "numbers": "1. 2. 3.",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_text_breaks_it(text: str) -> None:
    values = {"feedback": text, "rewrite": text, "chosen": text, "rejected": text, "reason": text, "approach": text}
    values |= {"principle": text, "critique": text, "candidates": text, "history": text, "constitution": text}
    values |= {"conversation": text, "response": text or "Bone."}
    values |= dict.fromkeys(("improve", "place", "laid_aside", "marked", "kind", "replacement", "decision"), text)
    values |= dict.fromkeys(("responses", "said", "topic", "comments", "memory"), text)
    for name in ("draft_from_critique", "draft_from_kudos", "draft_from_rewrite", "draft_from_preference",
                 "draft_from_preference_turned", "draft_from_span", "draft_from_adjudication", "draft_from_group",
                 "critique_under_principle", "revise_under_principle", "critique_freely", "refine_with_history",
                 "answer_afresh", "choose_best"):  # fmt: skip
        assert ask(name, **{key: values[key] for key in slots(name)})


def test_a_prompt_it_has_no_rules_for_is_rejected() -> None:
    with pytest.raises(Rejected, match="no rules"):
        Offline().complete(Prompt(name="sing", hash="0" * 64, system="Sing.", user="La"))


def test_it_answers_only_when_there_is_nobody_to_ask() -> None:
    assert open_model(api_key="", base_url="", model="claude-test").simulated
    assert not open_model(api_key="key", base_url="", model="claude-test").simulated
    asked = open_model(api_key="", base_url="http://127.0.0.1:1", model="claude-test")
    assert (asked.name, asked.simulated) == ("claude-test", False)
    assert asked is open_model(api_key="", base_url="http://127.0.0.1:1", model="claude-test")
    assert chosen_name(api_key="", base_url="", model="claude-test") == "simulated"


def by_name(name: str) -> Theme:
    return next(theme for theme in THEMES if theme.name == name)


def revision(request: str, text: str, theme: Theme) -> str:
    asked = conversation_text([{"role": "user", "content": request}])
    revised = ask("revise_under_principle", conversation=asked, principle=theme.effect, response=text, critique="")
    assert isinstance(revised, Revision)
    return revised.text
