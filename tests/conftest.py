"""What the tests share: one oracle for each process that runs tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle.programs import Oracle


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """The server of both APIs, and an interpreter for each SDK version."""
    with Oracle() as made:
        yield made
