"""How rows read in a prompt: a conversation, a principle and a whole constitution as plain text. Changes nothing."""

from __future__ import annotations

from feedback.llm import material
from feedback.models import Constitution, Example, PrincipleVersion


def conversation_text(example: Example) -> str:
    """The turns of an example, each sealed off from the next."""
    return material.conversation_text(example.messages)


def principle_sentence(version: PrincipleVersion) -> str:
    """A principle as one sentence or two: when it applies, and what to do then."""
    domain, effect = version.domain.strip(), version.effect.strip()
    if not domain:
        return effect
    return f"{domain.rstrip('.:,')}: {effect}"


def compiled(constitution: Constitution | None) -> str:
    """The constitution as numbered lines, as prompts show it; empty when there is none.

    Two queries, or none when its articles were prefetched.
    """
    if constitution is None:
        return ""
    lines = []
    for number, article in enumerate(constitution.articles.all(), start=1):
        lines.append(f"{number}. {principle_sentence(article.version)}")
        if article.version.counter_examples.strip():
            lines.append(f"   Not: {article.version.counter_examples.strip()}")
    return "\n".join(lines)
