# ruff: noqa: E501
"""A row of every shape a trainer or published set has, by the reader that must take it, after the sets' own cards.

The words are ours; columns, values and nesting are theirs.
"""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def said(role: str, text: str) -> Record:
    return {"role": role, "content": text}


ASK = [said("user", "Why is the sky blue?")]
GOOD, BAD = said("assistant", "Short waves scatter more."), said("assistant", "It mirrors the sea.")
LONG = [said("system", "Be brief."), *ASK, said("assistant", "Scattering."), said("user", "Of what?")]
HUMAN = {"from": "human", "value": "Why is the sky blue?"}
GPT = {"from": "gpt", "value": "Short waves scatter more."}
OTHER = {"from": "gpt", "value": "It mirrors the sea."}
Q, A, B = "Why is the sky blue?", "Short waves scatter more.", "It mirrors the sea."
BEFORE, AFTER = "\n\nHuman: Why is the sky blue?\n\nAssistant: Hm.\n\nHuman: Well?\n\nAssistant: ", "No idea."


def annotations(*ratings: int) -> Record:
    names = ("instruction_following", "honesty", "truthfulness", "helpfulness")
    return {
        name: {"Rating": str(rating), "Rationale": f"{name} is {rating}.", "Type": ["1"]}
        for name, rating in zip(names, ratings, strict=True)
    }


EDIT = {"type": "R", "before": "very big", "after": "huge", "start_char_pos": 4, "end_char_pos": 12,
        "major_intent": "style", "accept_or_reject": "Accept"}  # fmt: skip
NO_EDIT = {"type": "D", "before": " indeed", "after": "", "start_char_pos": 16, "end_char_pos": 23,
           "major_intent": "clarity", "accept_or_reject": "Reject"}  # fmt: skip
SAMPLES: dict[str, list[Record]] = {
    "chosen-rejected": [
        {"prompt": Q, "chosen": A, "rejected": B},
        {"prompt": ASK, "chosen": [GOOD], "rejected": [BAD], "margin": 2.0},
        {"chosen": [*LONG, GOOD], "rejected": [*LONG, BAD], "margin": 2.5},
        {"chosen": "The sky is blue.", "rejected": "The sky is green."},
        {"instruction": "Tell me", "input": Q, "chosen": A, "rejected": B},
        {"conversations": [HUMAN], "chosen": GPT, "rejected": OTHER, "system": ""},
        {"messages": LONG, "chosen": GOOD, "rejected": BAD},
        {"system": "Be brief.", "prompt": Q, "chosen": [*ASK, GOOD], "rejected": [*ASK, BAD]},
        {"system": "Be brief.", "instruction": Q, "chosen_response": A, "rejected_response": B},
        {"system": "", "question": Q, "chosen": A, "rejected": B},
        {"system": "", "input": Q, "chosen": A, "rejected": B},
        {"prompt": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Why?\n\nAssistant:", "response": A, "chosen": A, "rejected": B},
        {"messages": {"role": ["user"], "content": [Q]}, "chosen": GOOD, "rejected": BAD},
        {"prompt": ASK, "chosen": [*ASK, GOOD, said("user", "Of what?"), GOOD], "rejected": [*ASK, BAD]},
    ],
    "wanted-or-not": [
        {"prompt": Q, "completion": A, "label": True},
        {"prompt": ASK, "completion": [BAD], "label": False},
        {"conversations": [HUMAN, GPT], "kto_tag": True},
        {"messages": [*LONG, BAD], "kto_tag": False},
        {"system": "", "prompt": Q, "completion": A, "label": True},
    ],
    "stepwise": [{"prompt": Q, "completions": ["Light scatters.", "So it is blue.", "By the sea."],
                  "labels": [True, True, False]}],
    "loss-masks": [
        {"messages": [{**said("user", "Hi"), "train": False}, {**said("assistant", "I'm doing very well, thank you!"),
         "train_detail": [{"begin_offset": 0, "end_offset": 8, "train": False},
                          {"begin_offset": 9, "end_offset": 30, "train": True}]}]},
        {"messages": [said("user", "Hi"), {"role": "assistant", "content": [
            {"type": "text", "text": "Good", "train": True}, {"type": "text", "text": " and bad", "train": False}]}]},
        {"conversations": [HUMAN, {**GPT, "train": False}]},
    ],
    "ranked": [
        {"context": ASK, "completions": [{"rank": 0, "completion": [GOOD]}, {"rank": 1, "completion": [BAD]}]},
        {"prompt": "\n\nHuman: Why?\n\nAssistant: ", "answers": [
            {"answer": "B", "rank": 2.0, "model": "y"}, {"answer": "A", "rank": 1.0, "model": "x"}]},
    ],
    "openai-dpo": [{"input": {"messages": LONG, "tools": [], "parallel_tool_calls": True},
                    "preferred_output": [GOOD], "non_preferred_output": [BAD]}],
    "hh-rlhf": [
        {"chosen": BEFORE + A, "rejected": BEFORE + AFTER},
        {"transcript": BEFORE + AFTER, "min_harmlessness_score_transcript": -1.5, "num_params": "52B",
         "model_type": "rlhf", "rating": 3.0, "task_description": "to see", "red_team_member_id": 77, "is_upworker": False,
         "task_description_harmlessness_score": 0.1, "tags": ["Other"]},
    ],
    "ultrafeedback": [{"source": "own", "instruction": Q, "models": ["a", "b"], "correct_answers": ["None"],
                       "incorrect_answers": ["None"], "completions": [
        {"model": "a", "principle": "helpfulness", "custom_system_prompt": "Help.", "response": A,
         "annotations": annotations(5, 4, 5, 4), "overall_score": 8.5, "critique": "Good.", "fine-grained_score": 4.5},
        {"model": "b", "principle": "honesty", "custom_system_prompt": "Be honest.", "response": B,
         "annotations": {**annotations(2, 1, 1, 2), "honesty": {"Rating": "N/A", "Rationale": "Unsure."}}}]}],
    "helpsteer2": [
        {"prompt": Q, "response": A, "helpfulness": 4, "correctness": 4, "coherence": 4, "complexity": 1, "verbosity": 0},
        {"prompt": Q, "response": A, "helpfulness": [4, 3], "correctness": [4, 4], "coherence": [4, 4],
         "complexity": [1, 2], "verbosity": [0, 1]},
        {"prompt": "Hi<extra_id_1>Assistant\nHello<extra_id_1>User\n" + Q, "response_1": A, "response_2": B, "split": "train",
         "preference_strength": -2, "preference_statement": "The first is right.", "preference_elaboration": "It names why."},
    ],
    "helpsteer3": [
        {"domain": "general", "language": "english", "context": LONG, "response1": A, "response2": B,
         "overall_preference": -2, "individual_preference": [
             {"score": -2, "reasoning": "It is right.", "feedback1": "Right.", "feedback2": "Wrong."},
             {"score": 0, "reasoning": "Both.", "feedback1": "Short.", "feedback2": "Short."}]},
        {"domain": "general", "language": "english", "context": ASK, "response": A,
         "feedback": ["The response is mostly helpful.", "Perfectly helpful.", "Fine."]},
        {"domain": "general", "language": "english", "context": ASK, "original_response": B, "edited_response": A,
         "feedback": ["Not helpful.", "Wrong.", "Wrong."], "change_summary": "Gave the reason."},
        {"domain": "general", "language": "english", "context": ASK, "original_response": "Hm.",
         "good_edited_response": A, "bad_edited_response": B, "feedback": ["Say why."]},
        {"domain": "general", "language": "english", "context": ASK, "response": A, "principle": "brevity",
         "fulfilment": "No"},
    ],
    "two-responses": [
        {"post_id": "x1", "domain": "askscience_train", "upvote_ratio": 0.9, "history": Q, "human_ref_A": A,
         "human_ref_B": B, "labels": 1, "score_A": 12, "score_B": 3, "score_ratio": 4.0, "seconds_difference": 9.0},
        {"idx": 0, "motivation_app": "x", "cmp_key": "a_b", "instruction": "Tell me", "input": Q, "response1": A,
         "response2": B, "annotator1": 1, "annotator2": 0, "annotator3": 2},
        {"instruction": Q, "input": "", "output_1": A, "output_2": B, "annotator": "simulated_gpt4", "preference": 1},
        {"prompt": Q, "response_a": A, "response_b": B, "winner": "tie (bothbad)", "model_a": "x", "model_b": "y"},
        {"question": Q, "answer_1": A, "answer_2": B, "better": "2"},
        {"prompt": Q, "response_0": A, "response_1": B, "better_response_id": 1},
    ],
    "cut": [
        {"id": "1", "instruction": "Tell me", "input": Q, "output": B, "judgment": "That is wrong.", "score": 2},
        {"id": "2", "instruction": "Tell me", "input": Q, "output": A, "judgment": None, "score": 10},
    ],
    "iterater-revisions": [{"prompt": ASK, "before_revision": B, "after_revision": A, "edit_actions": [EDIT]}],
    "annotated-pairs": [{"id": "1", "prompt": Q, "response_a": {"text": A}, "response_b": {"text": B},
                         "annotations": {"d36860d4": {"pref": "b"}}}, {
        "id": "4b49a6e7", "prompt": Q, "response_a": {"text": A, "model": "X"}, "response_b": {"text": B, "model": "Y"},
        "annotations": {"d36860d4": {"pref": "a"}, "2f45a6d0": {"pref": None, "no_pref_reason": "both"},
                        "aaaa0000": {"pref": None, "no_pref_reason": "not_applicable"}}, "metadata": {"index": "0"},
        "about": {"metadata": {"version": "2.0"}, "annotators": {
            "d36860d4": {"name": "Human", "description": "People", "type": "human"},
            "2f45a6d0": {"description": "Select the response that is brief.", "type": "principle"},
            "aaaa0000": {"description": "Select the response that is kind.", "type": "principle"}}}}],
    "arena": [
        {"id": 1, "model_a": "x", "model_b": "y", "prompt": f'["{Q}", "And at dusk?"]', "response_a": f'["{A}", "Red."]',
         "response_b": f'["{B}", "Red, too."]', "winner_model_a": 1, "winner_model_b": 0, "winner_tie": 0},
        {"question_id": "q", "model_a": "x", "model_b": "y", "winner": "tie (bothbad)", "judge": "arena_user_9", "turn": 1,
         "conversation_a": [*ASK, GOOD], "conversation_b": [*ASK, BAD], "language": "English", "tstamp": 1.5},
        {"question_id": "q", "model_a": "x", "model_b": "y", "winner": "model_b", "judge": ["gpt-4", "pair-v2"], "turn": 2,
         "conversation_a": [*ASK, GOOD, said("user", "And at dusk?"), said("assistant", "Red.")],
         "conversation_b": [*ASK, BAD, said("user", "And at dusk?"), said("assistant", "Red, too.")]},
    ],
    "prism": [{"conversation_id": "c1", "user_id": "user0", "conversation_type": "unguided", "opening_prompt": Q,
               "conversation_turns": 2, "conversation_history": [
        {"turn": 0, "role": "user", "content": Q},
        {"turn": 0, "role": "model", "content": A, "model_name": "x", "score": 90, "if_chosen": True, "within_turn_id": 0},
        {"turn": 0, "role": "model", "content": B, "model_name": "y", "score": 20, "if_chosen": False, "within_turn_id": 1},
        {"turn": 1, "role": "user", "content": "And at dusk?"},
        {"turn": 1, "role": "model", "content": "Red.", "model_name": "x", "score": 70, "if_chosen": True}]}],
    "iterater": [
        {"doc_no": 9, "curr_rev_depth": 1, "rejected_edit_actions": [], "in_human_eval": False, "file": "ann1/ann1-x.json",
         "rev_depth_0": {"doc": {"doc_id": "d-1", "before_revision": "The very big dog indeed."}},
         "rev_depth_1": {"doc": {"doc_id": "d-1", "before_revision": "The very big dog indeed.",
                                 "after_revision": "The huge dog.", "edit_actions": [EDIT, NO_EDIT],
                                 "after_human_evaluation": "The huge dog indeed."}}},
        {"file": "ann2/ann2-HUMAN-77-depth-2-cycle_1-x.json", "edits": [EDIT, {**NO_EDIT, "type": "A", "before": "",
         "after": "!", "end_char_pos": 16}]},
    ],
    "prompts": [{"context_messages": ASK, "answer": "Scattering", "datasource": "own"}],
    "text": [{"text": "The sky is blue."}, {"text": "### Human: Why?### Assistant: Because."},
             {"text": "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\nSo.<|im_end|>\n"},
             {"text": "<s>[INST] <<SYS>>Be kind.<</SYS>> Why? [/INST] So. </s>"}, {"text": "Human: Why?\nAssistant: So."}],
    "fine-grained-rlhf": [{"question": Q, "passages": [["Sky", "Light scatters.", "Blue most."]], "gold": A,
        "prediction 1": A, "prediction 2": B, "prediction 3": "Hm.", "prediction 4": "Ask.", "feedback": {
            "errors": [{"error type": "Irrelevant", "explanation": "", "start": 0, "end": 5}],
            "missing-info": [{"error type": "Missing-Answer", "passage_id": 1, "sentence_id": [1, 2]}],
            "corrected-prediction": "Scattering."}, "preference": [0, 1, 2, 1, 0, 2]}],
    "llmbar": [{"input": Q, "output_1": A, "output_2": B, "label": 1}],
    "icai": [{"text_a": f"Instruction: {Q}\n\n\nOutput: {A}", "text_b": f"Instruction: {Q}\n\n\nOutput: {B}",
              "preferred_text": "text_a"}, {"input": Q, "text_a": A, "text_b": B, "preferred_text": "text_b",
              "model_a": "x", "model_b": "y"}, {"text_a": A, "text_b": B, "preferred_text": "text_a"}],
    "chat-log": [{"conversation_id": "c", "model": "m", "conversation": [*ASK, GOOD, said("user", "Thanks!")], "turn": 1,
                  "language": "English", "openai_moderation": [], "redacted": False, "hashed_ip": "abc", "header": {}}],
    "messages": [{"messages": [*LONG, GOOD]}, {"messages": LONG, "tools": "[]"}],
    "sharegpt": [{"conversations": [HUMAN, GPT], "system": "Be brief.", "tools": ""}],
    "alpaca": [{"instruction": "Tell me", "input": Q, "output": A, "system": "", "history": [["Hi", "Hello"]]}],
    "prompt-response": [{"prompt": Q}, {"prompt": ASK}, {"prompt": Q, "completion": A},
                        {"prompt": ASK, "completion": [GOOD]}, {"input": Q, "output": A},
                        {"prompt": Q, "response": A, "rating": 4, "rater": "Kim"}, {"prompt": Q, "response": A, "score": "7",
                         "scale": "10"}, {"prompt": Q, "response": A, "score": 0.71}],
    "precept": [
        {"prompt": ASK, "responses": [{"text": A, "place": 1}, {"text": B, "place": 2}], "aspect": "overall"},
        {"prompt": ASK, "response_a": A, "response_b": B, "outcome": "a", "strength": -2, "reason": "Right."},
        {"prompt": ASK, "response": A, "category": "relevance", "start": 0, "end": 5, "reason": "", "severity": "minor"},
        {"prompt": ASK, "before": B, "after": A, "edits": [], "reason": "Right."},
        {"prompt": ASK, "demonstration": A},
    ],
    "online-rows": [
        {"prompt": ASK, "reference": B, "improved": A},
        {"prompt": ASK, "chosen_steps": ["One.", "Two."], "rejected_steps": ["Three."]},
        {"prompt_long": [said("system", "Long."), *ASK], "prompt_short": ASK, "chosen": [GOOD], "rejected": [BAD]},
        {"chosen_instruction": "Write five lines.", "rejected_instruction": "Write nine.", "response": "Five.", "constraints": ["x"]},
        {"prompt": ASK, "steps": ["One.", "Two."], "rewards": [1.0, 0.1], "outcome": 0.5},
        {"prompt": ASK, "steps": ["One.", "Two."], "values": [1.0, 0.5], "verified": True},
        {"prompt": ASK, "response": A, "units": [{"start": 0, "end": 5, "reward": 0}], "outcome": 1},
        {"prompt": ASK, "samples": [{"text": A, "score": 0.75, "policy": "m", "round": 1}, {"text": B, "score": None}], "best": A,
         "similarity": 0.5},
        {"prompt": ASK, "chosen": {"thinking": "Hm.", "reflection": "", "answer": A}, "rejected": {"thinking": "", "answer": B}},
    ],
    "oasst-tree": [{"message_tree_id": "t", "tree_state": "ready_for_export", "prompt": {
        "message_id": "1", "role": "prompter", "text": Q, "lang": "en", "replies": [
            {"message_id": "2", "parent_id": "1", "role": "assistant", "text": A, "rank": 0, "replies": [
                {"message_id": "4", "role": "prompter", "text": "Thanks!", "replies": []}],
             "labels": {"quality": {"value": 0.75, "count": 3}, "spam": {"value": 0.0, "count": 3}}},
            {"message_id": "3", "parent_id": "1", "role": "assistant", "text": B, "rank": 1, "replies": []}]}}],
}  # fmt: skip
