"""Many samples of one prompt with what each is worth: filtered, all with verdicts, best of N, and by majority. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import mean

from feedback.datasets.writers import pair_shapes
from feedback.datasets.writers.attempts import Attempt, Attempts, Made
from feedback.datasets.writers.generations import existing, generation, policy
from feedback.datasets.writers.prompts import trainable_prompt
from feedback.datasets.writers.worth import dialogue, known, rows_behind

CAP = 10
WORD = re.compile(r"\w+")
FINAL = re.compile(r"\\boxed\{([^{}]*)\}|(?:answer|result)\s*(?:is|:|=)\s*\**([^\n.*]+)|####\s*(\S+)", re.IGNORECASE)
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def kept(at: Attempts) -> Iterator[Attempt]:
    """ReST-EM: what passes the gate, up to a cap for each prompt."""
    return iter([one for one in existing(at) if known(at, one)][:CAP])


def rest_em(at: Attempts, attempt: Attempt) -> Made:
    """A sample that was kept."""
    all_ = [known(at, one) for one in existing(at)]
    line = {
        "prompt": trainable_prompt(dialogue(at, attempt)), "completion": [pair_shapes.said(attempt.text)],
        "round": generation(at, attempt), "samples": len(all_), "right": all_.count(True),
    }  # fmt: skip
    return Made(line, (attempt,), rows=rows_behind(at, attempt))


def judged_samples(at: Attempts) -> Iterator[Attempt]:
    """NFT: every sample with a verdict, the wrong ones too."""
    return (one for one in existing(at) if known(at, one) is not None)


def nft(at: Attempts, attempt: Attempt) -> Made:
    """A sample with its verdict and how many of its prompt are right."""
    all_ = [one for one in (known(at, other) for other in existing(at)) if one is not None]
    line = {
        "prompt": trainable_prompt(dialogue(at, attempt)), "completion": [pair_shapes.said(attempt.text)],
        "label": bool(known(at, attempt)), "share_right": round(all_.count(True) / len(all_), 4),
    }  # fmt: skip
    return Made(line, (attempt,), rows=rows_behind(at, attempt))


def scored(at: Attempts) -> Iterator[list[Attempt]]:
    """All scored samples of a prompt together."""
    found = [one for one in existing(at) if one.reward is not None]
    if len(found) > 1:
        yield found


def best_of(at: Attempts, found: list[Attempt]) -> Made:
    """SuperHF, Qwen2.5-Math: the best of N with all scores, who scored, and how alike the samples are."""
    best = max(found, key=lambda one: one.reward or 0.0)
    judges = sorted({f"{score.by}:{score.rater}" for one in found for score in one.scores})
    line = {
        "prompt": trainable_prompt(at.prompt), "best": best.text, "judges": judges,
        "similarity": similarity([one.text for one in found]),
        "samples": [{"text": one.text, "score": one.reward, "right": known(at, one), "policy": policy(one),
                     "round": generation(at, one)} for one in found],
    }  # fmt: skip
    return Made(line, tuple(found), rows=tuple(row for one in found for row in rows_behind(at, one)))


def similarity(found: Sequence[str]) -> float:
    """The mean share of words that two samples have in common: near 1, a policy has collapsed or is gaming."""
    words = [set(WORD.findall(text.lower())) for text in found]
    shares = [len(one & other) / max(len(one | other), 1) for one, other in combinations(words, 2)]
    return round(mean(shares), 4) if shares else 0.0


def answered(at: Attempts) -> Iterator[Attempts]:
    """MM-UPT: prompts whose answers end in something comparable."""
    if sum(final(one.text) is not None for one in existing(at)) > 1:
        yield at


def final(text: str) -> str | None:
    """What an answer comes to: boxed, behind "the answer is" or ####, else its last number."""
    found = FINAL.findall(text)
    if found:
        told: str = next(part for part in found[-1] if part)
        return told.strip().rstrip(".").replace(",", "").lower()
    numbers = NUMBER.findall(text)
    return str(numbers[-1]).replace(",", "") if numbers else None


def voted(at: Attempts, _: Attempts) -> Made:
    """The majority's answer as a label, with its share."""
    finals: dict[str, list[Attempt]] = defaultdict(list)
    for one in existing(at):
        if (value := final(one.text)) is not None:
            finals[value].append(one)
    votes = Counter({value: len(those) for value, those in finals.items()})
    best = max(votes, key=lambda value: (votes[value], value))
    line = {
        "prompt": trainable_prompt(at.prompt), "pseudo_label": best, "share": round(votes[best] / votes.total(), 4),
        "votes": [{"answer": value, "count": votes[value]} for value in sorted(votes)],
    }  # fmt: skip
    return Made(line, tuple(one for those in finals.values() for one in those))
