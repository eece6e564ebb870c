"""Syntax that Python reads and the installed LibCST does not is told as such, and nothing is done."""

from __future__ import annotations

import libcst as cst
import pytest

from migrator.model import Options, Source
from migrator.pipeline import migrate

PROGRAM = """\
from google import genai

client = genai.Client()
print(client.models.generate_content(model="m", contents="hi").text)
"""


def test_it_names_the_line_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = cst.parse_module

    def refuses(text: str) -> cst.Module:
        if "print(" not in text:
            return parse(text)
        return parse(text.replace("print(", "print print("))

    monkeypatch.setattr(cst, "parse_module", refuses)
    (result,) = migrate([Source("x.py", PROGRAM.encode())], Options(), edit=True)
    assert result.output is None
    assert result.error is not None
    assert result.error.startswith("cannot be edited at line 4: the installed LibCST can't read it")
