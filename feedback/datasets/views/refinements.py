"""Research views of what became of an answer: ILF, RLTF, SELF, natural-language alignment, reflections, repairs."""

from __future__ import annotations

from feedback.datasets.attempted import either, having, worked_over
from feedback.datasets.views.drawn import view
from feedback.datasets.writers import refining
from feedback.models import Critique, Edit, Rating, Uptake

CHANGED = either(having(Critique, Uptake, Edit), worked_over)
SAID = (Critique, Edit, Uptake)
FEEDBACK = (
    "Critiques, and answers that came of them: the same person's rewrite, a run that was given them, or an uptake."
)
CHECKED = "Wrong answers with words about them, refinements, and scores or checks of both."

ILF = view(
    "ilf-refinements", "ILF: feedback and the refinement that takes most of it in", one="refinement",
    many="refinements with their feedback", systems=("ILF",), asked=CHANGED, kinds=SAID, needs=FEEDBACK,
    each=refining.by_words, make=refining.ilf, columns=refining.ILF,
    about="`prompt`, the `first` answer, the exact `feedback`, and the `refinement` that took most of it in, with its "
    "`incorporation` (yes, partly, made: written with it and not judged). `others` are the refinements that were not "
    "chosen. Train on prompt to refinement; comparisons of the same examples are in `trl-preference`.",
)  # fmt: skip
RLTF = view(
    "rltf-distillation", "RLTF: the first turn learns to match the second", one="pair of turns", many="pairs of turns",
    systems=("RLTF (RL from text feedback)",), asked=CHANGED, kinds=SAID, needs=FEEDBACK, each=refining.people,
    make=refining.rltf, columns=refining.RLTF,
    about="`prompt` and as `completion` the second response; `first` and the exact `feedback` it was written with "
    "stand beside it and are not learned. Second responses found worse are left out.",
)  # fmt: skip
RLTF_FEEDBACK = view(
    "rltf-feedback", "RLTF: predicting the feedback", one="piece of feedback", many="pieces of feedback",
    systems=("RLTF (RL from text feedback)",), asked=CHANGED, kinds=SAID, needs=FEEDBACK, each=refining.people,
    make=refining.rltf_feedback, columns=refining.RLTF_FEEDBACK,
    about="`prompt` ends with the first answer and the question what should be better; `completion` is the exact "
    "feedback. `first` is that answer again and `second` what came of it.",
)  # fmt: skip
SELF = view(
    "self-tuples", "SELF: question, response, feedback, refined response", one="tuple", many="tuples",
    systems=("SELF",), asked=CHANGED, kinds=SAID, each=refining.any_words, make=refining.self_tuple,
    columns=refining.SELF, needs="Runs that criticise and refine, or critiques with what came of them.",
    about="`prompt`, `response`, `feedback`, `refined`, the `round` (how often it was refined), and the filter: "
    "`kept` with its reason in `why`. People's comparisons decide, then uptake, then the model's own scores.",
)  # fmt: skip
SELF_SFT = view(
    "self-sft", "SELF: refined answers that pass the filter, by round", one="refined answer", many="refined answers",
    systems=("SELF",), asked=CHANGED, kinds=SAID, each=refining.any_words, make=refining.self_sft,
    columns=refining.SELF_SFT, needs="Runs that criticise and refine, or critiques with what came of them.",
    about="`prompt`, the refined answer as `completion`, and its `round`. What the filter leaves out is counted by "
    "its reason; `self-tuples` has the same rows with the filter's word beside each.",
)  # fmt: skip
RECORDS = view(
    "language-alignment-records", "Alignment through natural language: critique and revision", one="record",
    many="records of critique and revision", systems=("Data-efficient alignment through natural language",),
    asked=CHANGED, kinds=SAID, each=refining.any_words, make=refining.record, columns=refining.RECORDS, needs=FEEDBACK,
    about="`prompt`, `response`, `critique` and `revision`; the `iteration`, the `original` of the first round and "
    "whether the revision was found `better` than it (null while nobody compared); the page of systems has the win "
    "rate by iteration.",
)  # fmt: skip
REFLECT = view(
    "reflectevo-sft", "ReflectEvo: reflections that led to a fix", one="reflection", many="reflections",
    systems=("ReflectEvo",), asked=CHANGED, kinds=(*SAID, Rating), needs=CHECKED, each=refining.any_words,
    make=refining.reflected, columns=refining.REFLECT,
    about="`prompt`, the wrong `attempt`, the `reflection` on it and the `corrected` attempt it led to.",
)  # fmt: skip
REFLECT_PAIRS = view(
    "reflectevo-preference", "ReflectEvo: reflections that fixed over those that did not", one="pair of reflections",
    many="pairs of reflections", systems=("ReflectEvo",), asked=CHANGED, kinds=(*SAID, Rating), needs=CHECKED,
    each=refining.reflection_pairs, make=refining.reflection_pair, columns=refining.REFLECT_PAIRS,
    about="Two reflections on one `attempt`: `chosen` led to a fix, `rejected` did not.",
)  # fmt: skip
THINK = view(
    "thinktuning-turns", "ThinkTuning: attempt, corrective feedback, corrected solution", one="lesson",
    many="lessons", systems=("ThinkTuning",), asked=CHANGED, kinds=SAID, needs=FEEDBACK, each=refining.any_words,
    make=refining.thought, columns=refining.THINK,
    about="`attempt`, `corrective_feedback` and `solution`; `teacher` says whether a person or a model gave it.",
)  # fmt: skip
CYCLE = view(
    "cycle-repairs", "CYCLE: from a faulty output and its feedback to the refined one", one="repair", many="repairs",
    systems=("CYCLE",), asked=CHANGED, kinds=(*SAID, Rating), needs=CHECKED, each=refining.any_words,
    make=refining.cycle, columns=refining.CYCLE,
    about="`task`, the `faulty` output, `feedback`, and the `refined` output with whether it is right; "
    "`first_try_success` tracks the quality of first tries beside it, `similarity` warns of copies.",
)  # fmt: skip
ILF_CODE = view(
    "ilf-code", "ILF for code: refinements that pass", one="passing refinement", many="passing refinements",
    systems=("ILF for code",), asked=CHANGED, kinds=SAID, each=refining.people, make=refining.ilf_code,
    columns=refining.ILF_CODE, needs="Words about programs, refinements, and check results of the refinements.",
    about="`program`, the words about it, and a `refinement` that passes all checks; no other is in the file.",
)  # fmt: skip
DEBUG = view(
    "self-debug-repairs", "Self-debug and explain: explanation, repair, pass or fail", one="repair", many="repairs",
    systems=("Better Self-Debug and Explain", "Self-Debugging"), asked=CHANGED, kinds=(*SAID, Rating), needs=CHECKED,
    each=refining.any_words, make=refining.debugged, columns=refining.DEBUG,
    about="`wrong` output, `explanation`, `refinement` and whether it `passes`; successes and failures. The two parts "
    "are scored apart: `explanation_score` by those who rated the words, `refinement_score` by its checks or ratings.",
)  # fmt: skip
CORRECT = view(
    "self-correction-pairs", "Learning to self-correct: corrections of higher value", one="correction",
    many="corrections", systems=("Learning to Self-Correct",), asked=worked_over, kinds=(Rating,),
    each=refining.corrections, make=refining.corrected, columns=refining.CORRECT,
    needs="Answers made of answers, both with scores or check results.",
    about="`hypothesis` and a `correction` whose value is higher, with the `feedback` between them where there was "
    "any; `improvement` and `similarity` are what pairs are sampled by. `generator` and `corrector` wrote them.",
)  # fmt: skip
REPAIR = view(
    "morepair-edits", "MORepair: a change and the reason for it", one="change", many="changes with their reasons",
    systems=("MORepair",), asked=CHANGED, kinds=SAID, each=refining.corrections, make=refining.repaired,
    columns=refining.REPAIR, needs="Rewrites with a reason.",
    about="`before` and two things to learn: the text `after` and the `reason` for the change.",
)  # fmt: skip

FORMATS = (
    ILF, RLTF, RLTF_FEEDBACK, SELF, SELF_SFT, RECORDS, REFLECT, REFLECT_PAIRS, THINK, CYCLE, ILF_CODE, DEBUG, CORRECT,
    REPAIR,
)  # fmt: skip
