"""The command that shows, runs and writes a case while somebody works on it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.oracle import try_case
from tests.oracle.cases import FIXTURES

PAIR = FIXTURES / "generate-content" / "two-units-one-blocked"


def test_writes_what_comes_out_and_what_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(PAIR / "before.py", tmp_path)
    assert try_case.main(["--write", str(tmp_path)]) == 0
    assert (tmp_path / "after.py").read_bytes() == (PAIR / "after.py").read_bytes()
    written, known = (
        json.loads((folder / "findings.json").read_text(encoding="utf-8"))
        for folder in (tmp_path, PAIR)
    )
    assert written == known
    said = capsys.readouterr().out
    assert "19 GM001 manual: generate_content must be migrated by hand; line 22" in said
    assert "second run: the same" in said
    assert "DIFFERS" not in said


def test_keeps_findings_that_somebody_wrote(tmp_path: Path) -> None:
    shutil.copy(PAIR / "before.py", tmp_path)
    (tmp_path / "findings.json").write_text("[]", encoding="utf-8")
    (tmp_path / "case.json").write_text('{"run": false, "why": "a test"}', encoding="utf-8")
    assert try_case.main(["--write", str(tmp_path)]) == 0
    assert (tmp_path / "findings.json").read_text(encoding="utf-8") == "[]"


def test_says_where_no_case_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert try_case.main([str(tmp_path)]) == 2
    assert f"no before.py in {tmp_path}" in capsys.readouterr().err
