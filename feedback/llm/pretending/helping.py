"""What the simulated model says on other errands: consequences, hints, experts, stand-ins, what users meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from feedback.llm.answers import FollowUpRead, FollowUpsRead, Foresight, Reply, Revision, StandInsWord
from feedback.llm.material import blocks, read_candidates, read_request, read_turns
from feedback.llm.pretending.answering import answer_afresh, free_faults, mended
from feedback.llm.pretending.texts import quoted, sentences, shared_share, words
from feedback.llm.pretending.themes import Theme, themes_of_complaint

Values = Mapping[str, str]
# What comes of a response with a fault of this theme.
CAME = {
    "preamble": "They skipped the first lines and nearly missed where the answer began.",
    "repetition": "They read the same thing twice and looked for a difference that was not there.",
    "directness": "They stopped reading before the answer came and went on with what they had understood until then.",
    "relevance": "They followed up a point that had nothing to do with their question and lost time on it.",
    "hedging": "They could not tell what to rely on and asked somebody else.",
    "brevity": "They skimmed it, kept the first sentence and forgot the rest.",
}


def foretell_consequence(values: Values) -> Foresight:
    """What the faults one can see may lead to; else that the person used it."""
    request, text = read_request(values["conversation"]), values["response"]
    first = next((piece.strip() for piece in sentences(text) if words(piece)), text.strip() or "(nothing)")
    came = [CAME[theme.name] for theme in free_faults("", request, text) if theme.name in CAME][:2]
    opening = f"The person took it that {quoted(first, 120)}"
    if came:
        return Foresight(text=f"{opening}. {' '.join(came)}")
    if shared_share(request, text) < 0.2:
        return Foresight(text=f"{opening}, found nothing about what they had asked, and asked again.")
    return Foresight(text=f"{opening} and worked with that. They did not come back with another question.")


def answer_with_hint(values: Values) -> Reply:
    """The outline of an answer that follows the hint; it knows no answer and says so."""
    outline = answer_afresh({"conversation": values["conversation"], "approach": values["hint"]})
    return Reply(text=f"{outline.text} It would follow the hint {quoted(values['hint'], 160)}.")


def edit_as_expert(values: Values) -> Revision:
    """Mend the two gravest faults that can be seen."""
    request, text = read_request(values["conversation"]), values["response"]
    return mended(free_faults(values["guidelines"], request, text)[:2], request, text)


def judge_as_standin(values: Values) -> StandInsWord:
    """What the person complained of most, where this response has it; else their usual score."""
    request, text = read_request(values["conversation"]), values["response"]
    said = blocks(values["history"])
    minded: Counter[str] = Counter()
    known: dict[str, Theme] = {}
    for name, spoken in said:
        for theme in themes_of_complaint(spoken)[:2] if name == "critique" else []:
            minded[theme.name] += 1
            known[theme.name] = theme
    usual = usual_score([spoken for name, spoken in said if name in {"critique", "kudos"}])
    for name, _ in minded.most_common():
        if fault := known[name].fault(request, text):
            return StandInsWord(score=max(1, usual - 1), polarity="critique", text=fault, improve=known[name].effect)
    return StandInsWord(score=min(5, usual + 1), polarity="kudos", text="", improve="")


def usual_score(said: list[str]) -> int:
    """The middle of the scores somebody gave, out of five; 3 where they gave none."""
    found = [re.search(r"^score: (\d+) of (\d+)$", words_, re.MULTILINE) for words_ in said]
    scores = sorted(round(5 * int(one[1]) / int(one[2])) for one in found if one)
    return max(1, scores[len(scores) // 2]) if scores else 3


MARKS = (
    ("gave-up", r"never ?mind|forget it|i give up|useless|leave it|waste of time"),
    ("repeated", r"^\s*(?:again|i repeat|once more|as i (?:said|asked)|same question)|try again"),
    ("corrected", r"^\s*(?:no\b|not\b|wrong)|is wrong|that.s not|isn.t right|incorrect|i meant|i asked for|"
     r"you (?:forgot|missed)|should be|mistake|doesn.t work"),
    ("satisfied", r"\bthanks?\b|thank you|perfect|great|exactly|helpful|that works|awesome"),
)  # fmt: skip


def read_follow_ups(values: Values) -> FollowUpsRead:
    """By the words that such messages mostly have."""
    said = [text for who, text in read_turns(values["conversation"]) if who == "user"]
    read = [heard(number, text) for number, text in enumerate(read_candidates(values["messages"]), start=1)]
    length = len(words(said[0])) if said else 0
    return FollowUpsRead(messages=tuple(read), first_message=min(5, 1 + length // 6))


def heard(number: int, text: str) -> FollowUpRead:
    """What one message tells, and the sentence that tells it."""
    for mark, pattern in MARKS:
        for piece in sentences(text):
            if re.search(pattern, piece, re.IGNORECASE):
                return FollowUpRead(number=number, mark=mark, says=piece.strip())  # type: ignore[arg-type]
    return FollowUpRead(number=number, mark="none", says="")
