"""A model server for the tests of the seam."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.model_server import ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A model server with nothing scripted."""
    with ModelServer() as running:
        yield running
