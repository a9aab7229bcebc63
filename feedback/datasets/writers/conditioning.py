"""Text as the training signal: Chain of Hindsight, ALT, FCP, LeTI, HIR, FAFT. Good and bad answers are both kept.

Every line can be trained on as it is; what the loss should pass over stands in fields of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feedback.datasets.writers.attempts import Attempt, Attempts, Line, Made, Words
from feedback.datasets.writers.prompts import Turn, Untrainable
from feedback.datasets.writers.triples import asked, turn

SEGMENT = "object{text: text, train: bool}"
HINDSIGHT = {"text": "text", "segments": f"list[{SEGMENT}]", "mask": "list[object{start: int, end: int}]",
             "aspect": "text", "order": "text"}  # fmt: skip
ALT = {"prompt": "turns", "completion": "turns", "condition": "text", "category": "text", "feedback": "text?"}
FCP = {"prompt": "turns", "condition": "text", "completion": "turns", "positive_condition": "text?", "round": "int",
       "polarity": "text"}  # fmt: skip
LETI = {
    "text": "text",
    "reward_token": "text",
    "prompt": "turns",
    "output": "text",
    "feedback": "text?",
    "good": "bool",
}
HIR = {"prompt": "turns", "completion": "turns", "original_prompt": "turns", "relabelled_by": "text"}
FAFT = {"prompt": "turns", "completion": "turns", "sample": "text", "marker": "text", "reason": "text?",
        "characters": "int", "long": "bool"}  # fmt: skip
GOOD_TOKEN, BAD_TOKEN = "<|good|>", "<|bad|>"
GOOD_MARK, BAD_MARK = "[good]", "[bad]"
LONG = 4000
WHOLE = {"response", "dialogue", "span"}
# What stands before an answer when nobody said anything of it: by aspect, the worse first.
TEMPLATES = {
    "overall": ("A worse answer:", "A better answer:"),
    "helpfulness": ("A less helpful answer:", "A more helpful answer:"),
    "harmlessness": ("A more harmful answer:", "A less harmful answer:"),
    "safety": ("A less safe answer:", "A safer answer:"),
    "honesty": ("A less honest answer:", "A more honest answer:"),
    "truthfulness": ("A less truthful answer:", "A more truthful answer:"),
    "correctness": ("A less correct answer:", "A more correct answer:"),
    "style": ("An answer in worse style:", "An answer in better style:"),
    "conciseness": ("A more long-winded answer:", "A more concise answer:"),
}
CATEGORIES = ((0.85, "excellent"), (0.6, "good"), (0.4, "fair"), (0.15, "poor"), (-1.0, "bad"))


def comparable(at: Attempts) -> Iterator[tuple[str, Attempt, Attempt]]:
    """Every two answers of which one was found better, by aspect, the worse first."""
    aspects = {one.aspect for one in at.orders} | {"overall"}
    pairs = {(one.first, one.second) for one in at.orders}
    pairs |= {(one.parent, one.key) for one in at.all if one.parent in at.tried}
    for aspect in sorted(aspects):
        for first, second in sorted(pairs):
            if first in at.tried and second in at.tried:
                found = at.tried[first], at.tried[second]
                result = compared(at, aspect, *found)
                if result:
                    yield (aspect, *found) if result > 0 else (aspect, found[1], found[0])


def compared(at: Attempts, aspect: str, first: Attempt, second: Attempt) -> int | None:
    """Whether the second is better in this aspect; in general also by scores and rewrites."""
    both = {first.key, second.key}
    votes = [one for one in at.orders if one.aspect == aspect and {one.first, one.second} == both]
    if votes:
        tally = sum(one.result if one.first == second.key else -one.result for one in votes)
        return (tally > 0) - (tally < 0)
    others = any({one.first, one.second} == both for one in at.orders)
    return at.compared(first, second) if aspect == "overall" and not others else None


def both_orders(at: Attempts) -> Iterator[tuple[str, Attempt, Attempt, str]]:
    """Each such pair in both orders."""
    for aspect, worse, better in comparable(at):
        yield aspect, worse, better, "worse-first"
        yield aspect, worse, better, "better-first"


def hindsight(at: Attempts, found: tuple[str, Attempt, Attempt, str]) -> Made:
    """One text: the prompt, then each answer after its feedback sentence; only the answers are learned."""
    aspect, worse, better, order = found
    if not worse.text.strip() or not better.text.strip():
        raise Untrainable("a response is empty")
    if worse.text.strip() == better.text.strip():
        raise Untrainable("both responses say the same")
    template = TEMPLATES.get(aspect, (f"An answer with worse {aspect}:", f"An answer with better {aspect}:"))
    sides = [(worse, sentence(worse, template[0], praise=False)), (better, sentence(better, template[1], praise=True))]
    if order == "better-first":
        sides.reverse()
    segments = [{"text": f"{plain(asked(at, worse))}\n\n", "train": False}]
    for attempt, (said, _) in sides:
        segments += [{"text": f"{said}\n", "train": False}, {"text": f"{attempt.text}\n\n", "train": True}]
    line = {"text": "".join(str(one["text"]) for one in segments), "segments": segments, "mask": mask_of(segments),
            "aspect": aspect, "order": order}  # fmt: skip
    orders = [one.row for one in at.orders if {one.first, one.second} == {worse.key, better.key}]
    words = tuple(one for _, (_, one) in sides if one is not None)
    return Made(line, (worse, better), words, tuple(orders))


def sentence(attempt: Attempt, template: str, *, praise: bool) -> tuple[str, Words | None]:
    """What stands before an answer: the template, and what somebody said of it, word for word."""
    said = attempt.kudos if praise else attempt.critiques
    found = next((one for one in said if one.scope in WHOLE and one.text.strip()), None)
    return (f"{template} ({' '.join(found.text.split())})", found) if found else (template, None)


def mask_of(segments: Sequence[Line]) -> list[dict[str, int]]:
    """Where the loss counts: code points of the text, end exclusive."""
    found, place = [], 0
    for one in segments:
        if one["train"]:
            found.append({"start": place, "end": place + len(one["text"])})
        place += len(one["text"])
    return found


def plain(turns: Sequence[Turn]) -> str:
    """A dialogue as plain text."""
    names = {"system": "System", "user": "User", "assistant": "Assistant"}
    return "\n\n".join(f"{names[one['role']]}: {one['content']}" for one in turns)


def said_of(at: Attempts) -> Iterator[tuple[Attempt, Words]]:
    """Every answer with each thing that was said of it as a whole."""
    for attempt in at.all:
        for words in attempt.counted:
            if words.scope in WHOLE and words.text.strip():
                yield attempt, words


def alt_text(at: Attempts, found: tuple[Attempt, Words]) -> Made:
    """An answer under what was said of it, word for word."""
    attempt, words = found
    line = conditioned(at, attempt, words.text) | {"category": words.polarity, "feedback": words.text}
    return Made(line, (attempt,), (words,))


def scored(at: Attempts) -> Iterator[Attempt]:
    """Answers that were scored."""
    return (one for one in at.all if one.reward is not None)


def alt_category(at: Attempts, attempt: Attempt) -> Made:
    """An answer under the category its scores put it in; what was said of it stands beside it."""
    category = category_of(attempt.reward or 0.0)
    said = next((one for one in attempt.counted if one.scope in WHOLE and one.text.strip()), None)
    line = conditioned(at, attempt, f"This answer is {category}.")
    line |= {"category": category, "feedback": said.text if said else None}
    return Made(line, (attempt,), (said,) if said else (), tuple(one.row for one in attempt.scores))


def category_of(reward: float) -> str:
    """The category of a score from 0 to 1."""
    return next(name for least, name in CATEGORIES if reward >= least)


def conditioned(at: Attempts, attempt: Attempt, condition: str) -> Line:
    """An answer with the feedback before the last thing that was asked."""
    if not attempt.text.strip():
        raise Untrainable("a response is empty")
    before = asked(at, attempt)
    last = {"role": "user", "content": f"[Feedback: {condition}]\n\n{before[-1]['content']}"}
    return {"prompt": [*before[:-1], last], "completion": turn(attempt.text), "condition": condition}


def fcp(at: Attempts, found: tuple[Attempt, Words]) -> Made:
    """Prompt, the raw comment as condition, response; for a second round, what the response was written under."""
    attempt, words = found
    if not attempt.text.strip():
        raise Untrainable("a response is empty")
    line = {
        "prompt": asked(at, attempt), "condition": words.said, "completion": turn(attempt.text),
        "positive_condition": attempt.condition or None,
        "round": int(bool(attempt.condition)), "polarity": words.polarity,
    }  # fmt: skip
    return Made(line, (attempt,), (words,))


def verdicts(at: Attempts) -> Iterator[Attempt]:
    """Answers of which it is known whether they are right."""
    return (one for one in at.all if one.verdict is not None)


def leti(at: Attempts, attempt: Attempt) -> Made:
    """Reward token, prompt and output, and for failures only what was said of them, by people or checks."""
    if not attempt.text.strip():
        raise Untrainable("a response is empty")
    good = bool(attempt.verdict)
    words = [one for one in attempt.critiques if one.scope in WHOLE and one.said.strip()]
    failed = [f"Not met: {one.asks}" for one in attempt.checks if not one.passes]
    said = "\n".join([*failed, *(one.said for one in words)])
    feedback = None if good else said or None
    token, before = GOOD_TOKEN if good else BAD_TOKEN, asked(at, attempt)
    text = "\n\n".join(part for part in (f"{token} {plain(before)}", f"Assistant: {attempt.text}", feedback) if part)
    line = {"text": text, "reward_token": token, "prompt": before, "output": attempt.text, "feedback": feedback,
            "good": good}  # fmt: skip
    used = () if good else tuple(words)
    return Made(line, (attempt,), used, tuple(one.row for one in attempt.scores))


def relabelled(at: Attempts) -> Iterator[Attempt]:
    """The answers of an example whose instruction was written to fit one of them."""
    if isinstance(at.extra.get("relabelled_from"), dict):
        yield from at.all


def hir(at: Attempts, attempt: Attempt) -> Made:
    """An output under the instruction it does satisfy; the one it was written for stands beside it."""
    told = at.extra["relabelled_from"]
    if attempt.key != told.get("response") and len(at.all) > 1:
        raise Untrainable("the instruction was not written for this answer")
    line = {"prompt": asked(at, attempt), "completion": turn(attempt.text),
            "original_prompt": told.get("messages") or [], "relabelled_by": str(told.get("by") or "")}  # fmt: skip
    if not line["original_prompt"]:
        raise Untrainable("what the output was written for is not known")
    return Made(line, (attempt,))


def faft(at: Attempts, attempt: Attempt) -> Made:
    """An answer marked as a good or a bad sample; long ones are told, for comments on them are less reliable."""
    if not attempt.text.strip():
        raise Untrainable("a response is empty")
    good = bool(attempt.verdict)
    said = attempt.kudos if good else attempt.critiques
    words = [one for one in said if one.scope in WHOLE and one.said.strip()]
    marker, before = GOOD_MARK if good else BAD_MARK, asked(at, attempt)
    last = {"role": "user", "content": f"{marker} {before[-1]['content']}"}
    line = {
        "prompt": [*before[:-1], last], "completion": turn(attempt.text), "sample": "positive" if good else "negative",
        "marker": marker, "reason": words[0].said if words else None, "characters": len(attempt.text),
        "long": len(attempt.text) >= LONG,
    }  # fmt: skip
    return Made(line, (attempt,), tuple(words[:1]), tuple(one.row for one in attempt.scores))
