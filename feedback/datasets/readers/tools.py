"""What labelling tools, arenas, tracers and chat products write, by reader; the narrower shapes come first."""

from __future__ import annotations

from types import ModuleType

from feedback.datasets.readers import (
    argilla,
    chatgpt,
    claude_chats,
    doccano,
    fastchat,
    label_studio,
    langfuse,
    langsmith,
    open_webui,
    opik,
    otel,
    phoenix,
    potato,
    prodigy,
    prompt_versions,
    promptfoo,
)

READERS: tuple[ModuleType, ...] = (
    prompt_versions,
    fastchat,
    open_webui,
    chatgpt,
    claude_chats,
    argilla,
    label_studio,
    prodigy,
    potato,
    doccano,
    promptfoo,
    otel,
    langfuse,
    langsmith,
    opik,
    phoenix,
)
