"""A principle outside the tables: what readers of files make and writers take. Pure; knows no rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_DOMAIN, MOST_EFFECT = 400, 800


@dataclass(frozen=True, kw_only=True)
class Clause:
    """When a principle applies and what to do then, with what files carry beside it."""

    effect: str
    domain: str = ""
    counter_examples: str = ""
    section: str = ""
    critique_request: str = ""
    revision_request: str = ""
    weight: float = 1.0

    @property
    def sentence(self) -> str:
        """Both parts as one."""
        return f"{self.domain.rstrip('.:,')}: {self.effect}" if self.domain else self.effect


ASKS_CRITIC = "Say whether and where the response fails this principle: "
ASKS_REVISER = "Rewrite the response so that it keeps to this principle: "
REQUEST = re.compile(
    r"^(?:please\s+)?(?:rewrite|revise|amend|change|edit|modify|alter)\s+(?:the|this|your)\s+(?:\w+\s+){0,3}?"
    r"(?:response|answer|reply|text)\w*,?\s+(?:so\s+that|so\s+as\s+to|in\s+order\s+to|to)\s+",
    re.IGNORECASE,
)


def requests_of(clause: Clause) -> tuple[str, str]:
    """How a critic and a reviser are asked: as the principle came, else made of its words."""
    return (
        clause.critique_request or ASKS_CRITIC + clause.sentence,
        clause.revision_request or ASKS_REVISER + clause.sentence,
    )


def from_requests(critic: str, revision: str, *, section: str = "") -> Clause:
    """A principle from how a critic and a reviser were asked: what the reviser should do is its effect."""
    critic, revision = critic.strip(), revision.strip()
    if revision.startswith(ASKS_REVISER) and critic.startswith(ASKS_CRITIC):
        return from_sentence(revision.removeprefix(ASKS_REVISER), section=section)
    bare = REQUEST.sub("", revision)
    effect = bare[:1].upper() + bare[1:] if bare else critic
    return Clause(effect=effect, critique_request=critic, revision_request=revision, section=section)


def from_sentence(sentence: str, *, section: str = "") -> Clause:
    """A principle from one line. What stands before a colon is its domain where it says when."""
    sentence = sentence.strip()
    domain, colon, effect = sentence.partition(": ")
    if colon and effect.strip() and WHEN.match(domain):
        return Clause(domain=domain.strip(), effect=effect.strip(), section=section)
    return Clause(effect=sentence, section=section)


WHEN = re.compile(r"^(?:when|whenever|if|for|in|on|while|where|wherever|before|after|unless|during|with|as)\b", re.I)
