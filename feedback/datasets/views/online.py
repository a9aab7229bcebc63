"""What online and iterative methods train on: pairs with their rounds, chains, samples, dialogues. One view each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Q

from feedback.datasets.attempted import Asked, either, having, worked_over
from feedback.datasets.pieces import Format
from feedback.datasets.views.drawn import view
from feedback.datasets.writers import dialogues, generations, samples
from feedback.datasets.writers.attempts import Attempts, Made
from feedback.models import Demonstration, Edit, Preference, Ranking, Rating

COMPARED = either(having(Preference, Ranking, Rating, Edit), worked_over)
JUDGED = having(Rating, Preference, Ranking)
TOLD = "Preferences, scores or rewrites of several responses to one prompt."
SCORED = "Scores or checks of several responses to one prompt."
TEXTS = {"prompt": "turns", "chosen": "text", "rejected": "text"}


def method(
    name: str, label: str, each: Callable[[Attempts], Iterable[Any]], make: Callable[[Attempts, Any], Made],
    columns: dict[str, str], *systems: str, about: str, asked: Asked = COMPARED, needs: str = TOLD,
    one: str = "pair", many: str = "pairs", kinds: Sequence[Any] = (Preference, Rating, Edit),
) -> Format:  # fmt: skip
    """A view for one method."""
    return view(
        name, label, one=one, many=many, about=about, asked=asked, each=each, make=make, columns=columns, needs=needs,
        systems=systems, kinds=tuple(kinds), trainer=label.split(":")[0],
    )  # fmt: skip


ONLINE = method(
    "online-preference", "Online pairs: every pair with certainty, stage, policies and rounds", generations.ordered,
    generations.online,
    {"prompt": "turns", "chosen": "turns", "rejected": "turns", "strength": "float?", "votes_for": "int",
     "votes_against": "int", "ties": "int", "certainty": "float?", "aspects": "list[text]", "rater_kinds": "list[text]",
     "protocols": "list[text]", "stage": "text", "chosen_policy": "text", "rejected_policy": "text",
     "chosen_generation": "int", "rejected_generation": "int", "chosen_run": "int?", "rejected_run": "int?",
     "chosen_score": "float?", "rejected_score": "float?"},
    "OAIF (online AI feedback)", "RLHF Workflow", "UPO", "SPHERE", "Unpacking DPO and PPO", "Mistral-Plus",
    about="`certainty` is the chance that most raters would choose the winner, given who judged it (UPO); `stage` is"
    " own, corrected or diverse (SPHERE); policies are the models that wrote the two, with their generations: a pair"
    " is stale where neither is of the newest.",
)  # fmt: skip
INPO = method(
    "inpo-outcomes", "INPO: every outcome as it was said", generations.compared_raw, generations.raw,
    {"prompt": "turns", "response_a": "text", "response_b": "text", "outcome": "text", "aspect": "text",
     "rater_kind": "text", "policy_a": "text", "policy_b": "text", "round_a": "int", "round_b": "int"}, "INPO",
    about="One judgement a line with ties and circles; nothing is made a score.", asked=having(Preference, Ranking),
    one="outcome", many="outcomes", kinds=(Preference, Ranking), needs="Preferences or rankings.",
)  # fmt: skip
PIT = method(
    "pit-improve", "PIT: a reference and what is better", generations.ordered, generations.improve,
    {"prompt": "turns", "reference": "text", "improved": "text"}, "PIT",
    about="`improved` was found better than `reference`; what better means no rubric says.",
)  # fmt: skip
SRPO = method(
    "srpo-pairs", "SRPO: pairs that know what each answer was written with", generations.ordered,
    generations.conditioned,
    {**TEXTS, "chosen_given": "text?", "rejected_given": "text?", "revision_chosen": "int", "revision_rejected": "int"},
    "SRPO", about="`chosen_given` and `rejected_given` are the answers each was made of, null for first answers: both"
    " terms of the loss can be rebuilt.",
)  # fmt: skip
EVOLVE = method(
    "evolve-pairs", "EVOLVE: later over earlier, for answering and for refining", generations.along_chains,
    generations.evolved,
    {"objective": "text", "prompt": "turns", "draft": "text?", "chosen": "text", "rejected": "text",
     "chosen_round": "int", "rejected_round": "int", "chosen_score": "float?", "rejected_score": "float?"}, "EVOLVE",
    about="Of every chain each later answer that was found better, over each earlier one: once to answer, once to"
    " refine with the earlier one as `draft`.", needs="Chains of refined or rewritten responses that were judged.",
)  # fmt: skip
SCL = method(
    "scl-pairs", "SCL: each refinement, whichever way it went", generations.refinements, generations.corrected,
    {"prompt": "turns", "initial": "text", "refined": "text", "chosen": "text", "rejected": "text",
     "refined_is_better": "bool"}, "SCL (self-correction learning)",
    about="The refined answer over the first where it is better, the first over the refined where it is worse.",
    needs="Refined or rewritten responses that were judged beside what they were made of.",
)  # fmt: skip
TEMPORAL = method(
    "temporal-self-rewarding", "Temporal Self-Rewarding: pairs over generations", generations.over_time,
    generations.timed,
    {**TEXTS, "strategy": "text", "chosen_generation": "int", "rejected_generation": "int", "gap": "float?"},
    "Temporal Self-Rewarding", about="`strategy` is same-round, anchored (rejected of generation 0), future (chosen of"
    " the newest) or anchored-future; `gap` the difference of scores, which shrinks where chosen and rejected become"
    " alike.",
)  # fmt: skip
DITTO = method(
    "ditto-pairs", "DITTO: demonstrations over samples", generations.demonstrated, generations.ditto,
    {**TEXTS, "kind": "text", "author": "text", "iteration": "int", "policy": "text"}, "DITTO",
    about="A person's demonstration over each sample of the model, with the sample's `iteration`; `kind` is replay for"
    " a newer sample over an older one, to be mixed in.", asked=having(Demonstration), kinds=(Demonstration,),
    needs="Demonstrations of prompts that models answered too.",
)  # fmt: skip
ORCA = method(
    "orca-math-pairs", "Orca-Math: right answers over wrong ones", generations.right_and_wrong, generations.marked_pair,
    {**TEXTS, "round": "int"}, "Orca-Math", about="Every answer found right over every one found wrong.", asked=JUDGED,
    needs=SCORED, kinds=(Rating,),
)  # fmt: skip
PREFLEXOR = method(
    "preflexor-pairs", "PRefLexOR: pairs with reasoning apart", generations.ordered, generations.reasoned,
    {"prompt": "turns", "chosen": "object{thinking: text, reflection: text, answer: text}",
     "rejected": "object{thinking: text, reflection: text, answer: text}"}, "PRefLexOR",
    about="What stands between think and reflect marks is apart from the answer, so that it can be masked.",
    needs="Preferences between responses that show their thinking between marks.",
)  # fmt: skip
RESTEM = method(
    "rest-em-samples", "ReST-EM: samples that passed the gate", samples.kept, samples.rest_em,
    {"prompt": "turns", "completion": "turns", "round": "int", "samples": "int", "right": "int"}, "ReST-EM",
    about="At most ten samples of a prompt that were found right, with the round, how many there were and how many are"
    " right.", asked=JUDGED, needs=SCORED, one="sample", many="samples", kinds=(Rating,),
)  # fmt: skip
NFT = method(
    "nft-samples", "NFT: all samples with their verdict", samples.judged_samples, samples.nft,
    {"prompt": "turns", "completion": "turns", "label": "bool", "share_right": "float"},
    "NFT (negative-aware fine-tuning)", about="Wrong samples are kept; `share_right` is of all judged samples of the"
    " prompt.", asked=JUDGED, needs=SCORED, one="sample", many="samples", kinds=(Rating,),
)  # fmt: skip
SAMPLE = "object{text: text, score: float?, right: bool?, policy: text, round: int}"
BEST = method(
    "best-of-n", "SuperHF: the best of N with all scores", samples.scored, samples.best_of,
    {"prompt": "turns", "best": "text", "judges": "list[text]", "similarity": "float", "samples": f"list[{SAMPLE}]"},
    "SuperHF", "Qwen2.5-Math", about="All scored `samples` of a prompt, the `best`, who scored them (so that a version"
    " of a judge leads to the set it filtered), and the `similarity` of the samples: where it rises over rounds, the"
    " policy games its judge.", asked=JUDGED, needs=SCORED, one="prompt", many="prompts with samples", kinds=(Rating,),
)  # fmt: skip
MMUPT = method(
    "mm-upt-votes", "MM-UPT: pseudo-labels by majority", samples.answered, samples.voted,
    {"prompt": "turns", "pseudo_label": "text", "share": "float", "votes": "list[object{answer: text, count: int}]"},
    "MM-UPT", about="What most samples come to (boxed, behind `the answer is` or ####, else the last number), and the"
    " share of them.", asked=either(JUDGED, worked_over), one="prompt", many="prompts with a vote",
    needs="Several responses that end in a comparable answer.", kinds=(Rating, Preference),
)  # fmt: skip
DIALOGUES = method(
    "multi-turn-preference", "Multi-turn: preferred dialogues with masks", dialogues.preferred, dialogues.dialogue_pair,
    {"prompt": "turns", "chosen": "turns", "rejected": "turns", "chosen_mask": "list[bool]",
     "rejected_mask": "list[bool]"}, "Multi-turn iterative preference learning",
    about="What both dialogues begin with, and how each goes on, tool turns too; the masks are true for the model's own"
    " turns.",
)  # fmt: skip
LIKED = method(
    "multi-turn-kto", "Multi-turn: desirable dialogues with masks", dialogues.liked, dialogues.dialogue_label,
    {"messages": "turns", "mask": "list[bool]", "label": "bool"}, "Multi-turn iterative preference learning",
    about="A whole dialogue and whether it is desirable.", asked=JUDGED, one="dialogue", many="dialogues",
    needs="Ratings of dialogues, or pairs found both good or both bad.", kinds=(Rating, Preference),
)  # fmt: skip
LONGPO = method(
    "longpo-pairs", "LongPO: the short context's answer over the long one's", dialogues.contexts, dialogues.by_context,
    {"prompt_long": "turns", "prompt_short": "turns", "chosen": "turns", "rejected": "turns"}, "LongPO",
    about="Two answers to one request with different contexts before it; left out where the long context's was found"
    " better.", needs="Responses to one request whose dialogues differ in what stands before it.",
    asked=either(JUDGED, worked_over),
)  # fmt: skip
SURI = method(
    "suri-pairs", "Suri: two instructions, one response", dialogues.corrupted, dialogues.instruction_pair,
    {"chosen_instruction": "text", "rejected_instruction": "text", "response": "text", "constraints": "list[text]"},
    "Suri (I-ORPO)", about="The response stays, the instruction is the right one or a corrupted one.",
    needs="Examples with a column `corrupted_instruction` (and `constraints`, if there are), and answers to them.",
    asked=lambda project, wish: Q(extra__has_key=dialogues.CORRUPTED),
)  # fmt: skip
FORMATS: tuple[Format, ...] = (
    ONLINE, INPO, PIT, SRPO, EVOLVE, SCL, TEMPORAL, DITTO, ORCA, PREFLEXOR, RESTEM, NFT, BEST, MMUPT, DIALOGUES, LIKED,
    LONGPO, SURI,
)  # fmt: skip
