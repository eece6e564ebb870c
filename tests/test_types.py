"""Rewritten loops over streams pass a type checker: no cast, no getattr, only narrowing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracle import environments
from tests.oracle.cases import FIXTURES

# Not those with prompts or models of unknown type: the SDK's overloads can't tell those apart.
TYPED = (
    "annotated", "async-generator-sse", "async-print", "collect-and-return", "enumerated",
    "error-unhandled", "finish-reason-in-loop", "guide-streaming", "guide-thinking",
    "inline-call", "parts-of-chunks", "start-text", "usage-of-last-chunk",
)  # fmt: skip


def test_loops_over_streams_pass_pyright(tmp_path: Path) -> None:
    for name in TYPED:
        after = FIXTURES / "streams" / name / "after.py"
        (tmp_path / f"{name.replace('-', '_')}.py").write_bytes(after.read_bytes())
    newest = environments.interpreters()[-1]
    run = [sys.executable, "-m", "pyright", "--pythonpath", str(newest), "--outputjson", "."]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        pytest.skip(f"pyright does not run here: {done.stderr[-200:]}")
    assert found["summary"]["filesAnalyzed"] >= len(TYPED)
    assert [f"{d['file']}: {d['message']}" for d in found["generalDiagnostics"]] == []
