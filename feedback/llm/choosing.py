"""Which model answers: Claude when there is a key or an address to ask, else the simulated one."""

from __future__ import annotations

from functools import cache

from feedback.llm import offline
from feedback.llm.model import Model
from feedback.llm.offline import Offline


@cache
def open_model(*, api_key: str, base_url: str, model: str, simulated_seconds: float = 0.0) -> Model:
    """The model for these settings; the same one for the same settings, so connections are kept. Thread-safe to use."""
    if is_simulated(api_key=api_key, base_url=base_url):
        return Offline(seconds=simulated_seconds)
    from feedback.llm.claude import Claude  # here, because it takes a second and most commands ask no model

    return Claude(name=model, api_key=api_key, base_url=base_url)


def is_simulated(*, api_key: str, base_url: str) -> bool:
    """Whether these settings leave nobody to ask."""
    return not (api_key or base_url)


def chosen_name(*, api_key: str, base_url: str, model: str) -> str:
    """The name of the model that these settings choose, without opening it."""
    return offline.NAME if is_simulated(api_key=api_key, base_url=base_url) else model
