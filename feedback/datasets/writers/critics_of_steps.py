"""Critics of single steps and of branches: DeepCritic, AutoMathCritique, MMC.

Which step is wrong comes from marks and critiques of pieces; what told two branches apart from whoever compared them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from feedback.datasets.writers.attempts import Attempt, Attempts, Made
from feedback.datasets.writers.critics import filled, merged, sources
from feedback.datasets.writers.prompts import Untrainable
from feedback.datasets.writers.steps_said import STEP, Said, steps_of
from feedback.datasets.writers.triples import asked, differ

DEEP = {"prompt": "turns", "response": "text", "steps": f"list[{STEP}]", "critique": "text", "second_critique": "text?",
        "right": "bool?"}  # fmt: skip
AUTO = {"prompt": "turns", "response": "text", "step": "int", "text": "text", "right": "bool?", "critique": "text",
        "difficulty": "text"}  # fmt: skip
MMC = {"prompt": "turns", "parent": "text?", "shared": "text", "rejected": "text", "accepted": "text",
       "critique": "text", "written_by": "text"}  # fmt: skip


def stepped(at: Attempts) -> Iterator[Attempt]:
    """Attempts of which single steps were criticised or marked."""
    return (one for one in at.all if steps_said(one))


def steps_said(attempt: Attempt) -> list[Said]:
    """The steps of an attempt of which something was said."""
    return [one for one in steps_of(attempt, attempt.words) if one["critique"] or one["right"] is not None]


def deep(at: Attempts, attempt: Attempt) -> Made:
    """A long critique: a verdict for each step, the whole, and the second look at the first critique."""
    said = sources(attempt)
    seconds = [one.second for one in attempt.words if one.second.strip()]
    steps = steps_of(attempt, attempt.words)
    spoken = "\n".join(f"Step {one['step'] + 1}: {one['critique']}" for one in steps if one["critique"])
    line = {
        "prompt": asked(at, attempt), "response": filled(attempt.text), "steps": steps,
        "critique": "\n".join(part for part in (spoken, merged(said)) if part),
        "second_critique": seconds[0] if seconds else None, "right": attempt.verdict,
    }  # fmt: skip
    if not line["critique"]:
        raise Untrainable("the steps were marked without a word")
    return Made(line, (attempt,), tuple(attempt.words), tuple(one.row for one in attempt.marks))


def critic_steps(at: Attempts) -> Iterator[tuple[Attempt, Said]]:
    """Every step somebody put into words."""
    return ((one, step) for one in stepped(at) for step in steps_said(one) if step["critique"])


def auto(at: Attempts, found: tuple[Attempt, Said]) -> Made:
    """One step with its verdict and critique; how hard the example is, by how many attempts at it were right."""
    attempt, step = found
    line = {"prompt": asked(at, attempt), "response": filled(attempt.text), "step": step["step"], "text": step["text"],
            "right": step["right"], "critique": step["critique"], "difficulty": difficulty(at)}  # fmt: skip
    words = tuple(one for one in attempt.words if one.said and one.said in step["critique"])
    return Made(line, (attempt,), words, tuple(one.row for one in attempt.marks))


def difficulty(at: Attempts) -> str:
    """How hard an example is: easy where all attempts judged were right, hard where none was."""
    found = [one.success for one in at.first if one.success is not None]
    if not found:
        return "unknown"
    return "easy" if all(found) else "medium" if any(found) else "hard"


def branches(at: Attempts) -> Iterator[tuple[Attempt, Attempt]]:
    """Two attempts made of one parent, or two first ones that begin alike, of which one was found better."""
    for one, other in combinations(at.all, 2):
        if one.parent == other.parent and (one.parent or shared(one.text, other.text)):
            found = at.compared(one, other)
            if found:
                yield (one, other) if found > 0 else (other, one)


def shared(one: str, other: str) -> str:
    """What two texts have in common at the beginning, up to the end of a line or sentence."""
    end = 0
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            break
        if left == "\n" or (left in ".!?" and one[place + 1 : place + 2] in {" ", "\n", ""}):
            end = place + 1
    return one[:end]


def branch(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """A rejected and an accepted branch with the critique that explains the difference."""
    rejected, accepted = pair
    differ(rejected.text, accepted.text)
    common, parent = shared(rejected.text, accepted.text), at.parent_of(rejected)
    reasons = [one for one in at.orders if {one.first, one.second} == {rejected.key, accepted.key} and one.reason]
    words = [one for one in rejected.critiques if one.text.strip()]
    said = reasons[0].reason if reasons else words[0].text if words else explained(common, rejected, accepted)
    line = {
        "prompt": asked(at, rejected), "parent": parent.text if parent else None, "shared": common,
        "rejected": rejected.text[len(common) :],
        "accepted": accepted.text[len(common) :], "critique": said,
        "written_by": "rater" if reasons or words else "template",
    }  # fmt: skip
    rows = tuple(one.row for one in reasons[:1])
    return Made(line, pair, () if reasons else tuple(words[:1]), rows)


def explained(common: str, rejected: Attempt, accepted: Attempt) -> str:
    """The difference of two branches in words, made of the branches alone."""
    wrong, right = (first_line(one.text[len(common) :]) for one in (rejected, accepted))
    where = f"Up to “{last_line(common)}” both go the same way. Then" if common.strip() else "From the start"
    return f"{where} this goes wrong: “{wrong}”. What leads on is: “{right}”."


def first_line(text: str) -> str:
    """The first words of a text."""
    line = text.strip().splitlines()[0] if text.strip() else "(nothing)"
    return line if len(line) <= 200 else f"{line[:199]}…"


def last_line(text: str) -> str:
    """The last words of a text."""
    line = text.strip().splitlines()[-1]
    return line if len(line) <= 120 else f"…{line[-119:]}"
