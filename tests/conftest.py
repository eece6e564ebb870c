"""What the tests share: one oracle for each process that runs tests."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import pytest

from tests.oracle import commands
from tests.oracle.cases import Case
from tests.oracle.programs import Oracle

# The tests start hundreds of interpreters: where nothing compiled is kept, each of them
# compiles the tool and the SDK anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Trees of programs come and go by the thousand; looking for their cycles less often costs less.
gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one case side by side, so that they share what it is rewritten to."""
    items.sort(key=_case_of)


def _case_of(item: pytest.Item) -> str:
    called = getattr(item, "callspec", None)
    case = called.params.get("case") if called else None
    return case.id if isinstance(case, Case) else ""


def pytest_unconfigure() -> None:
    """No process outlives the tests."""
    commands.close()


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """The server of both APIs, and an interpreter for each SDK version."""
    with Oracle() as made:
        yield made
