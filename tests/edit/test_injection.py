"""A call put into somebody's file changes where it stands, and nowhere else.

The files are Python's own library and the packages that the tests run with: code of all styles that
nobody here wrote. A few run every time; `GEMINI_MIGRATE_EXAMPLES=1000 pytest -n 2
tests/edit/test_injection.py` takes as many others, different in each run.
"""

from __future__ import annotations

import ast
import os
import sysconfig
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest

from migrator import stack
from migrator.documents import decode
from migrator.model import FileResult, Options, Source, Status
from migrator.pipeline import migrate

ASKED = int(os.environ.get("GEMINI_MIGRATE_EXAMPLES", "0"))
FIRST = Random().randrange(10**9) if ASKED else 0
NUMBERS = range(FIRST, FIRST + (ASKED or 25))
BLOCK = (
    "from google import genai as gemini_api",
    "api = gemini_api.Client()",
    'reply = api.models.generate_content(model="gemini-3.5-flash", contents="Hi")',
    "print(reply.text)",
)
ODD_LINES = "\f\v\x1c\x1d\x1e\x85\u2028\u2029"
"""What ends a line for `str.splitlines`, and none for Python."""
SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Assert, ast.Delete)


@lru_cache(maxsize=1)
def library() -> list[Path]:
    """The files, in an order that is the same on every run."""
    folders = {Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")}
    return sorted({path for folder in folders for path in folder.rglob("*.py")})


def result_of(data: bytes) -> FileResult:
    (result,) = stack.call(lambda: migrate([Source("x.py", data)], Options(), edit=True))
    return result


def readable(data: bytes) -> bool:
    try:
        ast.parse(decode(data).text)
    except (SyntaxError, ValueError, LookupError, RecursionError):
        return False
    return True


def places(text: str) -> list[tuple[int, str]]:
    """The lines before which a statement may stand, 0-based, and the blanks each begins with."""
    lines = text.splitlines(keepends=True)
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, SIMPLE) and node.col_offset == len(lines[node.lineno - 1]) - len(
            lines[node.lineno - 1].lstrip(" \t")
        ):
            above = lines[node.lineno - 2].rstrip("\r\n") if node.lineno > 1 else ""
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if not above.endswith("\\") and not docstring:
                found.append((node.lineno - 1, lines[node.lineno - 1][: node.col_offset]))
    return found


def picked(number: int) -> tuple[str, str, str, str] | None:
    """A file, what stands above a place in it, the call, and what stands below it."""
    chance = Random(number)
    path = chance.choice(library())
    data = path.read_bytes()
    if not readable(data):
        return None
    text = decode(data).text
    odd = any(
        mark in text for mark in ("\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\v")
    )
    if odd or not text or "from __future__" in text or not (spots := places(text)):
        return None
    line, indent = chance.choice(spots)
    lines = text.splitlines(keepends=True)
    end = "\r\n" if "\r\n" in text else "\n"
    block = "".join(f"{indent}{statement}{end}" for statement in BLOCK)
    return str(path), "".join(lines[:line]), block, "".join(lines[line:])


@pytest.mark.parametrize("number", NUMBERS)
def test_a_call_changes_nothing_around_it(number: int) -> None:
    found = picked(number)
    if found is None:
        pytest.skip("no place for a call")
    path, above, block, below = found
    result = result_of((above + block + below).encode())
    assert result.error is None, path
    (finding,) = result.findings
    if finding.status is not Status.MIGRATED:
        assert finding.blocker is not None
        assert result.output is None
        pytest.skip(f"left to people: {finding.blocker.reason}")
    assert result.output is not None
    written = result.output.decode()
    assert written.startswith(above), path
    assert written.endswith(below), path
    changed = written[len(above) : len(written) - len(below)]
    assert changed.count("interactions.create") == 1
    assert changed.count("output_text") == 1


@pytest.mark.parametrize("number", NUMBERS)
def test_a_file_without_a_call_keeps_its_bytes(number: int) -> None:
    path = Random(number).choice(library())
    data = path.read_bytes()
    if b"genai" in data:
        pytest.skip("it may well hold a call")
    assert result_of(data).output is None
