"""All prompts the simulated model has rules for: one plain function each, values in, answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from feedback.llm.answers import Answer
from feedback.llm.pretending import (
    answering,
    chatting,
    checking,
    contradicting,
    drafting,
    governed,
    helping,
    inputs,
    obeying,
    reflecting,
    remembering,
    retelling,
    scoping,
    suggesting,
    talking,
    voting,
)

Rule = Callable[[Mapping[str, str]], Answer]
OF_THE_DESK: tuple[Rule, ...] = (
    chatting.reply_in_chat, talking.answer_message, talking.continue_from_edit, suggesting.suggest_feedback,
    suggesting.vet_feedback,
    helping.foretell_consequence, helping.answer_with_hint, helping.edit_as_expert, helping.judge_as_standin,
    helping.read_follow_ups, checking.propose_checks, checking.try_checks, retelling.relabel_in_hindsight,
    retelling.say_in_own_words,
)  # fmt: skip
OF_TRIALS: tuple[Rule, ...] = (
    voting.propose_rules, voting.propose_bad_traits, voting.vote_on_rules, voting.choose_by_rules,
    voting.choose_against_rules, voting.choose_unaided, contradicting.contradicts, obeying.answer_by_constitution,
    obeying.stands_with_people,
)  # fmt: skip
OF_SCOPE: tuple[Rule, ...] = (
    inputs.write_in_scope, inputs.write_near_scope, inputs.write_general, scoping.answer_by_principles,
    scoping.judge_scope, scoping.judge_adherence, scoping.rate_wording,
)  # fmt: skip
OF_DRAFTING: tuple[Rule, ...] = (
    drafting.draft_from_span, drafting.draft_from_preference_turned, drafting.draft_from_adjudication,
    drafting.draft_from_group,
)  # fmt: skip
OF_LOOKING_BACK: tuple[Rule, ...] = (
    reflecting.judge_criterion, reflecting.reflect_on_answer, reflecting.propose_deltas, reflecting.label_failure,
    reflecting.diagnose_failure, reflecting.mend_rule, reflecting.learn_from_knowledge,
)  # fmt: skip
OF_THE_MEMORY: tuple[Rule, ...] = (
    remembering.reflect_on_item, remembering.verify_lessons, remembering.repair_condition,
    remembering.answer_with_memory, governed.answer_in_force,
)  # fmt: skip
ALL = (*OF_THE_DESK, *OF_TRIALS, *OF_SCOPE, *OF_DRAFTING, *OF_LOOKING_BACK, *OF_THE_MEMORY)
RULES: dict[str, Rule] = {**answering.ANSWERERS, **{rule.__name__: rule for rule in ALL}}
