"""Research views in which text conditions text, attempts follow one another, or guidance is taken away again."""

from __future__ import annotations

from feedback.datasets.attempted import either, having, worked_over
from feedback.datasets.balanced import with_balance
from feedback.datasets.relabelled import relabelled_examples
from feedback.datasets.views.drawn import view
from feedback.datasets.writers import chains, conditioning, guiding
from feedback.models import Critique, Demonstration, Edit, Hint, Preference, Ranking, Rating, Span, Uptake

CHANGED = either(having(Critique, Uptake, Edit), worked_over)
JUDGED = either(having(Critique, Rating), worked_over)

HINDSIGHT = view(
    "coh-text", "Chain of Hindsight: worse and better with their feedback in one text", one="chain",
    many="chains of hindsight", systems=("Chain of Hindsight",),
    asked=either(having(Preference, Ranking, Rating, Edit), worked_over),
    kinds=(Preference, Ranking, Rating, Edit), each=conditioning.both_orders, make=conditioning.hindsight,
    columns=conditioning.HINDSIGHT, needs="Two answers to a prompt of which one was found better.",
    about="One `text`: the prompt, then both answers, each after its feedback sentence. The sentence comes from a "
    "template by `aspect`, with what somebody said, word for word. Every pair stands in both orders. Loss counts only "
    "where `mask` says (code points, end exclusive); `segments` say the same piece by piece. No bad answer is dropped.",
)  # fmt: skip
ALT_TEXT = with_balance(view(
    "alt-text", "ALT: answers under what was said of them", one="conditioned answer", many="conditioned answers",
    systems=("ALT (aligning with textual feedback)",), asked=having(Critique), kinds=(Critique,),
    each=conditioning.said_of, make=conditioning.alt_text, columns=conditioning.ALT, needs="Critiques or kudos.",
    about="`prompt` with the free feedback before the request, `completion`; `condition` is the feedback alone and "
    "`category` its polarity. `weight` balances the categories: each has the same sum.",
))  # fmt: skip
ALT_CATEGORY = with_balance(view(
    "alt-category", "ALT: answers under the category of their score", one="conditioned answer",
    many="conditioned answers", systems=("ALT (aligning with textual feedback)",), asked=JUDGED,
    kinds=(Rating,), each=conditioning.scored, make=conditioning.alt_category, columns=conditioning.ALT,
    needs="Ratings or check results.",
    about="`prompt` with a fixed sentence for the `category` (bad, poor, fair, good, excellent) before the request, "
    "and `completion`; `feedback` is what was said beside the score. `weight` balances the categories.",
))  # fmt: skip
FCP = view(
    "fcp-conditional", "FCP: feedback as the condition", one="conditioned answer", many="conditioned answers",
    systems=("FCP (feedback-conditional policy)",), asked=having(Critique), kinds=(Critique,),
    each=conditioning.said_of, make=conditioning.fcp, columns=conditioning.FCP, needs="Critiques or kudos.",
    about="`prompt`, the raw comment as `condition`, the answer as `completion`; no scores. In a second `round` "
    "`positive_condition` is what the answer was written under, and `condition` the fresh feedback on it.",
)  # fmt: skip
LETI = view(
    "leti-text", "LeTI: reward token, prompt, output, and feedback on failures", one="text", many="texts",
    systems=("LeTI",), asked=JUDGED, kinds=(Critique, Rating), each=conditioning.verdicts, make=conditioning.leti,
    columns=conditioning.LETI, needs="Answers known right or wrong by checks, scores or words.",
    about="`text` joins `reward_token`, prompt, `output` and, for failures only, the `feedback` of people or checks.",
)  # fmt: skip
HIR = view(
    "hir-relabelled", "HIR: outputs under the instruction they satisfy", one="relabelled answer",
    many="relabelled answers", systems=("HIR (Wisdom of Hindsight)",), asked=relabelled_examples,
    each=conditioning.relabelled, make=conditioning.hir, columns=conditioning.HIR,
    needs="Answers somebody gave the instruction they satisfy (on the answer's page: the request it does answer).",
    about="`prompt` is an instruction written in hindsight for the `completion`, which failed the `original_prompt`; "
    "`relabelled_by` says whether a person or a model wrote it.",
)  # fmt: skip
FAFT = view(
    "faft-samples", "FAFT: samples marked good or bad", one="marked sample", many="marked samples", systems=("FAFT",),
    asked=JUDGED, kinds=(Critique, Rating), each=conditioning.verdicts, make=conditioning.faft,
    columns=conditioning.FAFT, needs="Answers known right or wrong by checks, scores or words.",
    about="`prompt` begins its request with the `marker` of a good or a bad sample. Where `long` is true, comments of "
    "models on themselves are unreliable: models miss parts of long outputs. Ask people there.",
)  # fmt: skip
RISE = view(
    "rise-turns", "RISE: attempts in a row with their rewards", one="dialogue of attempts",
    many="dialogues of attempts", systems=("RISE (recursive introspection)",), asked=CHANGED,
    kinds=(Critique, Edit, Rating), each=chains.chains, make=chains.rise, columns=chains.RISE,
    needs="Answers made of answers; scores give the rewards.",
    about="`messages`: every attempt after what was said of the one before (else a plain request to try again). Only "
    "the last turn has `train`. `attempts` holds reward, writer and whether it is the model's own, turn by turn; "
    "`weight` is exp((reward - 1) / 0.4) of the last turn, `improves` whether it beats the first.",
)  # fmt: skip
SCORE = view(
    "score-traces", "SCoRe: two turns and what became of being right", one="trace", many="traces",
    systems=("SCoRe",), asked=worked_over, kinds=(Rating,), each=chains.twos, make=chains.score,
    columns=chains.SCORE, needs="Answers made of answers; scores or checks tell the flips.",
    about="`first` and `second` with who wrote each, and the `flip` (wrong to right, right to wrong …). Mind "
    "`on_policy`: traces of another model or of a person teach self-correction badly, and so do traces with one kind "
    "of `edit` only. The numbers page shows both shares.",
)  # fmt: skip
CORGI = view(
    "corgi-dialogues", "CORGI: checks that answer in the dialogue", one="dialogue", many="dialogues with checks",
    systems=("CORGI 2024 (Improve on Tape)",), asked=worked_over, each=chains.checked_chains, make=chains.corgi,
    columns=chains.CORGI, needs="Answers held against checks, attempt by attempt.",
    about="`messages`: after each attempt the checks it fails are the user's turn. `turns` holds the reward (share of "
    "checks met) and pass or fail of each; `solved` whether the last meets all.",
)  # fmt: skip
AGENT = view(
    "agent-r-trajectories", "Agent-R: a wrong path spliced to a right one", one="trajectory", many="trajectories",
    systems=("Agent-R",), asked=having(Span), kinds=(Span, Edit, Preference), each=chains.spliced, make=chains.agent,
    columns=chains.AGENT, needs="The first wrong step marked with a reason, and a better answer from there.",
    about="`trajectory`: the wrong path up to and with its `first_wrong` step (not learned), the `reflection`, and "
    "how it goes on rightly; `spliced` is the same as one text.",
)  # fmt: skip
MEMENTO = view(
    "memento-distillation", "Memento No More: answers written with guidance, without it", one="answer",
    many="answers with their guidance taken away", systems=("Memento No More", "Guide (adaptive guidance)"),
    asked=either(having(Hint), worked_over), kinds=(Hint,), each=guiding.guided, make=guiding.memento,
    columns=guiding.MEMENTO, needs="Answers written with a hint or under a constitution.",
    about="`prompt` without the guidance and the answer as `completion`; `removed` is the hint or names the "
    "constitution, `saved_characters` how much shorter the prompt is.",
)  # fmt: skip
GUIDE = view(
    "guide-hints", "Guide: success without and with a hint", one="hint", many="hints with their tries",
    systems=("Guide (adaptive guidance)",), asked=having(Hint), kinds=(Hint,), each=guiding.hints,
    make=guiding.guide, columns=guiding.GUIDE, needs="Hints that were tried.",
    about="`hint`, the answers tried `without` any and `with` it, and the shares that succeeded.",
)  # fmt: skip
LFM = view(
    "lfm-steps", "LFM: desirable steps", one="step", many="desirable steps",
    systems=("LFM (language feedback models)",), asked=having(Critique, Rating), kinds=(Critique, Rating),
    each=guiding.steps, make=guiding.desirable, columns=guiding.LFM, needs="Praise or high ratings of single turns.",
    about="The dialogue up to a turn as `prompt` and the turn as `completion`, with the `reason` it is desirable; "
    "`marked_by` says who found it, `verified` whether a person stands for it. Other turns are left out.",
)  # fmt: skip
DIFFICULTY = view(
    "adcl-difficulty", "ADCL: difficulty of each prompt, by round", one="prompt", many="prompts with difficulty",
    systems=("Learning Like Humans (ADCL, EGSR)",), asked=JUDGED, kinds=(Rating,), each=guiding.whole,
    make=guiding.difficulty, columns=guiding.DIFFICULTY, needs="Scores or check results of attempts.",
    about="`difficulty` is one minus the share of right attempts, anew for each of `rounds`; the last one counts.",
)  # fmt: skip
RETOLD = view(
    "egsr-retold", "EGSR: an expert's answer in the model's own words", one="retelling", many="retellings",
    systems=("Learning Like Humans (ADCL, EGSR)",), asked=having(Demonstration), kinds=(Demonstration,),
    each=guiding.retold, make=guiding.retelling, columns=guiding.RETOLD,
    needs="Demonstrations that a model said in its own words.",
    about="`completion` is the retelling, `original` what the expert wrote.",
)  # fmt: skip

FORMATS = (
    HINDSIGHT, ALT_TEXT, ALT_CATEGORY, FCP, LETI, HIR, FAFT, RISE, SCORE, CORGI, AGENT, MEMENTO, GUIDE, LFM,
    DIFFICULTY, RETOLD,
)  # fmt: skip
