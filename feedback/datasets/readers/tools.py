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
    open_webui,
    potato,
    prodigy,
)

READERS: tuple[ModuleType, ...] = (
    fastchat,
    open_webui,
    chatgpt,
    claude_chats,
    argilla,
    label_studio,
    prodigy,
    potato,
    doccano,
)
