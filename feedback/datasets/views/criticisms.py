"""Research views that train critics and judges: what a critique says, whether it is right, and what it brought."""

from __future__ import annotations

from feedback.datasets.attempted import either, having, worked_over
from feedback.datasets.views.drawn import view
from feedback.datasets.writers import critics, judging, solving
from feedback.datasets.writers import critics_of_steps as stepwise
from feedback.models import Critique, Edit, Preference, Ranking, Rating, Span, Uptake

SAID = (Critique, Edit, Uptake, Rating)
CHANGED = either(having(Critique, Uptake, Edit), worked_over)
GRADED = either(having(Rating), having(Critique), worked_over)

CUT = view(
    "cut-judgments", "CUT: judgements in words, null where nothing is wrong", one="judgement", many="judgements",
    systems=("CUT (contrastive unlikelihood)",), asked=having(Critique, Rating, Span), kinds=(Critique, Rating, Span),
    each=critics.judged, make=critics.cut, columns=critics.CUT,
    needs="Critiques or marks; for rows where nothing is wrong, praise or a high score.",
    about="`instruction`, `input` (empty), `output`, and the `judgment` in words: null where somebody said that "
    "nothing is wrong. Praise is kept apart: it never stands in a judgement. `score` runs from 1 to 10. Narrow to a "
    "round to go on collecting on the current model's own outputs.",
)  # fmt: skip
CTRL = view(
    "ctrl-critiques", "CTRL: critiques with their utility", one="critique", many="critiques with their utility",
    systems=("CTRL",), asked=CHANGED, kinds=SAID, each=critics.acted_on, make=critics.ctrl, columns=critics.CTRL,
    needs="Critiques, what came of them, and scores or checks of both answers.",
    about="`draft`, `critique`, `revision`, how good the two are (0 to 1) and the `utility`: after minus before. "
    "Compare only rows of one `refiner`: a critique's worth depends on who acts on it.",
)  # fmt: skip
SCRIT = view(
    "scrit-critiques", "SCRIT: critiques written with a reference, whose correction is right", one="critique",
    many="critiques", systems=("SCRIT",), asked=CHANGED, kinds=SAID, each=critics.acted_on, make=critics.scrit,
    columns=critics.SCRIT, needs="Examples with a reference that stood in view, critiques and right corrections.",
    about="`reference`, `solution`, the `critique` with its `steps` and the `first_wrong` one, and the `correction`. "
    "Only critiques whose correction is right are in it.",
)  # fmt: skip
CRITIQUE_RL = view(
    "critique-rl-verdicts", "Critique-RL: verdicts against the truth, and what they brought", one="verdict",
    many="verdicts", systems=("Critique-RL",), asked=GRADED, kinds=SAID, each=critics.verdicts,
    make=critics.critique_rl, columns=critics.CRITIQUE_RL, needs="Critiques and kudos of answers known right or wrong.",
    about="`verdict` is whether the critic took the answer for right, `truth` whether it is, `verdict_right` whether "
    "they agree; `improved` whether the `revision` it led to is better. The two shares by `critic` are its two scores.",
)  # fmt: skip
GRPO = view(
    "critique-grpo-groups", "Critique-GRPO: groups of answers with critiques and refinements", one="group",
    many="groups", systems=("Critique-GRPO",), asked=CHANGED, kinds=SAID, each=critics.whole, make=critics.grpo,
    columns=critics.GRPO, needs="Several answers to a prompt, critiques and what came of them.",
    about="One line a prompt: `group` holds each first answer with its `reward`, the `critique`, the `refinement` it "
    "led to and its reward. `persistent_failure` says that nothing has helped yet: ask people for critiques.",
)  # fmt: skip
MULTI = view(
    "multicritique-sft", "MultiCritique: several critics' words merged", one="merged critique",
    many="merged critiques", systems=("MultiCritique",), asked=having(Critique), kinds=(Critique, Rating),
    each=critics.by_several, make=critics.multi, columns=critics.MULTI, needs="Two and more critics of one answer.",
    about="`critique` holds each point of all critics once, the best-rated critic first, without those rated poor; "
    "`critiques` are the single ones with who said them (`by`: the kind of rater) and their `quality`.",
)  # fmt: skip
MULTI_PAIRS = view(
    "multicritique-preference", "MultiCritique: better-rated critiques over worse", one="pair of critiques",
    many="pairs of critiques", systems=("MultiCritique",), asked=having(Critique), kinds=(Critique, Rating),
    each=critics.quality_pairs, make=critics.multi_pair, columns=critics.MULTI_PAIRS,
    needs="Ratings of what critics said.",
    about="Two critiques of one `response`: others rated `chosen` higher than `rejected`.",
)  # fmt: skip
DEEP = view(
    "deepcritic-sft", "DeepCritic: a verdict for each step, and a second look", one="long critique",
    many="long critiques", systems=("DeepCritic",), asked=having(Critique, Span), kinds=(Critique, Span),
    each=stepwise.stepped, make=stepwise.deep, columns=stepwise.DEEP, needs="Marks or critiques of pieces of answers.",
    about="`steps` of the `response` (lines, else sentences), each `right`, wrong or not spoken of (null), with what "
    "was said; `critique` is all of it, `second_critique` what was found on a second look at the first.",
)  # fmt: skip
AUTO = view(
    "automathcritique-steps", "AutoMathCritique: critiques of single steps", one="step", many="criticised steps",
    systems=("AutoMathCritique",), asked=having(Critique, Span), kinds=(Critique, Span), each=stepwise.critic_steps,
    make=stepwise.auto, columns=stepwise.AUTO,
    needs="Marks with a reason, or critiques of pieces of answers.",
    about="One step a line: its number, `text`, whether it is `right`, the `critique`, and the `difficulty` of the "
    "example by how many attempts were right (a critic helps most on hard ones).",
)  # fmt: skip
MMC = view(
    "mmc-critiques", "MMC: what told a right path from a wrong one", one="critique", many="critiques of branches",
    systems=("MMC",), asked=either(having(Preference, Ranking, Rating), worked_over),
    kinds=(Preference, Ranking, Rating), each=stepwise.branches, make=stepwise.branch, columns=stepwise.MMC,
    needs="Two branches of one parent, or two answers that begin alike, of which one was found better.",
    about="What both branches `shared`, where they part (`rejected`, `accepted`), and the `critique` that explains "
    "the difference: the rater's reason, else (`written_by`: template) one made of the two branches.",
)  # fmt: skip
POINTWISE = view(
    "spark-pointwise", "SPARK: judging one answer", one="judgement", many="judgements", systems=("SPARK",),
    asked=GRADED, kinds=(Rating,), each=judging.graded, make=judging.pointwise, columns=judging.JUDGE,
    needs="Scores or check results.", about="`prompt` asks whether the `response` is right; `completion` answers.",
)  # fmt: skip
PAIRWISE = view(
    "spark-pairwise", "SPARK: judging two answers", one="comparison", many="comparisons", systems=("SPARK",),
    asked=either(having(Rating, Preference, Ranking), worked_over), kinds=(Rating, Preference, Ranking),
    each=judging.unequal, make=judging.pairwise, columns=judging.PAIRWISE,
    needs="Two answers to a prompt of which one is better.",
    about="`prompt` shows two answers and asks which is better; which stands first is drawn by their texts.",
)  # fmt: skip
REFLECTED = view(
    "spark-reflection", "SPARK: judging after a reflection", one="judgement", many="judgements", systems=("SPARK",),
    asked=GRADED, kinds=(Critique, Rating), each=judging.reflections, make=judging.reflected,
    columns=judging.REFLECTED, needs="Critiques of answers known right or wrong.",
    about="`prompt` shows the `response` with somebody's `reflection` on it and asks whether it is right.",
)  # fmt: skip
POLICY = view(
    "spark-policy", "SPARK: the graded attempts themselves", one="attempt", many="attempts", systems=("SPARK",),
    asked=GRADED, kinds=(Rating,), each=judging.graded, make=judging.policy, columns=judging.POLICY,
    needs="Scores or check results.",
    about="`prompt`, `completion`, its `reward` and whether it is `right`: the set next to the three of judges, made "
    "of the same graded attempts.",
)  # fmt: skip
SOLVED = view(
    "s2j-solve-and-judge", "S2J: what a judge solves, and how it judges", one="judgement",
    many="judgements by judges that solved it too", systems=("S2J (Solve-to-Judge)",), asked=having(Rating),
    kinds=(Rating,), each=solving.judgements, make=solving.solved, columns=solving.SOLVED, rules=solving.rules,
    needs="Scores by model judges that answered the same prompts themselves, and people's scores or check results.",
    about="A judge's right `solution` of the `prompt` stands before its `verdict` on the `response`: where "
    "`judged_right` is false, the judge cannot judge what it can solve. `truth` is people's and checks' word alone. "
    "`completion` is the solution, then the true verdict: solve before judging.",
)  # fmt: skip
NEGATIVES = view(
    "reranker-hard-negatives", "Hard negatives: scored high by a judge, rejected by people or checks",
    one="hard negative", many="hard negatives", systems=("Reinforced re-ranking self-training",),
    asked=having(Rating), kinds=(Rating,), each=judging.overrated, make=judging.negative, columns=judging.NEGATIVE,
    needs="Scores by model judges, and people's scores, comparisons or check results of the same answers.",
    about="`judge_score` is 0.7 and more, and yet people, a check or a comparison reject it; `preferred` is a better "
    "answer where one is known.",
)  # fmt: skip

FORMATS = (
    CUT, CTRL, SCRIT, CRITIQUE_RL, GRPO, MULTI, MULTI_PAIRS, DEEP, AUTO, MMC, POINTWISE, PAIRWISE, REFLECTED, POLICY,
    SOLVED, NEGATIVES,
)  # fmt: skip
