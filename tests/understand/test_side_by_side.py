"""Two programs that one project holds come out as each does alone: none of their names meet."""

from __future__ import annotations

from itertools import pairwise
from zlib import crc32

import pytest

from migrator import stack
from migrator.model import FileResult, Import, Options, Program, Source
from migrator.together import migrate_program
from tests.oracle.cases import Case, cases

EACH_RUN = 12
"""How many pairs are tried: of cases of one folder, whose names are alike."""
REACHING = ("error-handlers/", "refuses-method-found-by-name")
"""Cases that concern every call of a program, whatever the file."""


def _pairs() -> list[tuple[Case, Case]]:
    known = [c for c in cases() if not any(word in c.id for word in REACHING)]
    ranked = sorted(known, key=lambda case: (case.folder.parent, crc32(case.id.encode())))
    found = [(a, b) for a, b in pairwise(ranked) if a.folder.parent == b.folder.parent]
    return sorted(found, key=lambda pair: crc32(pair[1].id.encode()))[:EACH_RUN]


def migrated(**modules: bytes) -> list[FileResult]:
    """What becomes of modules that one script imports."""
    names = list(modules)
    main = Source("main.py", "".join(f"import {name}\n" for name in names).encode())
    imports = tuple(Import(0, name, number) for number, name in enumerate(names, 1))
    sources = (main, *(Source(f"{name}.py", data) for name, data in modules.items()))
    program = Program(sources, imports)
    results = stack.call(
        lambda: migrate_program(program, Options(unsafe_fixes=True), edit=True),
    )
    return list(results)[1:]


@pytest.mark.parametrize(("first", "second"), _pairs(), ids=lambda case: case.id)
def test_comes_out_as_alone(first: Case, second: Case) -> None:
    together = migrated(one=first.before, two=second.before)
    apart = [*migrated(one=first.before), *migrated(two=second.before)]
    for mine, alone in zip(together, apart, strict=True):
        assert mine.error == alone.error
        assert mine.output == alone.output
        assert mine.findings == alone.findings
