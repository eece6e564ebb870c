"""The codemods as a command among others of LibCST: in its tool, and in one pipeline with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodCommand, CodemodContext
from libcst.codemod.commands.convert_format_to_fstring import ConvertFormatStringCommand
from libcst.codemod.commands.remove_unused_imports import RemoveUnusedImportsCommand

from codemods import MigrateToInteractions
from migrator.invocation import UsageError
from migrator.libcst_command import MigrationError
from tests.oracle.cases import Case, cases

BY_ID = {case.id: case for case in cases()}
SAMPLE = ("structured-output/pydantic-class", "chats/async-chat", "thinking/budget")
PLAIN = [case for case in cases() if not case.settings.get("options")]


def migrated(source: str | bytes, **options: object) -> tuple[cst.Module, list[str]]:
    context = CodemodContext(filename="sample.py")
    command = MigrateToInteractions(context, **options)
    return command.transform_module(cst.parse_module(source)), context.warnings


def run_tool(top: Path, *words: str) -> subprocess.CompletedProcess[str]:
    tool = [sys.executable, "-m", "libcst.tool", "codemod", "-x", "codemods.MigrateToInteractions"]
    options = ["--no-format", "--hide-progress", "-j", "1"]
    return subprocess.run([*tool, *options, *words], cwd=top, capture_output=True, text=True)


def test_migrates_a_repository_in_the_tool_of_libcst(tmp_path: Path) -> None:
    written = {f"src/{case.replace('/', '_')}.py": BY_ID[case] for case in SAMPLE}
    (tmp_path / "src").mkdir()
    for name, case in written.items():
        (tmp_path / name).write_bytes(case.before)
    (tmp_path / "src/other.py").write_text("x = (1 , 2)\n")

    done = run_tool(tmp_path, "--unsafe-fixes", "src/")

    assert done.returncode == 0, done.stderr
    assert "Transformed 4 files successfully" in done.stderr
    for name, case in written.items():
        assert (tmp_path / name).read_bytes() == case.after
    assert (tmp_path / "src/other.py").read_text() == "x = (1 , 2)\n"


def test_what_stays_is_a_warning_in_the_tool(tmp_path: Path) -> None:
    case = BY_ID["generation-config/candidate-count"]
    (tmp_path / "a.py").write_bytes(case.before)
    done = run_tool(tmp_path, "a.py")
    assert "WARNING: line 6: GM001 [manual] generate_content must be" in done.stdout + done.stderr
    assert (tmp_path / "a.py").read_bytes() == case.before


def test_the_tool_names_a_file_that_cannot_run(tmp_path: Path) -> None:
    source = BEFORE.encode() + b"return 1\n"
    (tmp_path / "a.py").write_bytes(source)
    done = run_tool(tmp_path, "a.py")
    assert done.returncode == 1
    assert "a.py: cannot be compiled at line 12" in done.stdout + done.stderr
    assert (tmp_path / "a.py").read_bytes() == source


@pytest.mark.parametrize("case", PLAIN[::10], ids=lambda case: case.id)
def test_gives_the_module_that_the_command_line_writes(case: Case) -> None:
    tree, _ = migrated(case.before)
    assert tree.bytes == (case.after or case.before)


BEFORE = """\
import json
from google import genai
from google.genai import types

client = genai.Client()
response = client.models.generate_content(
    model="gemini-3.5-flash",
    contents="Why {}?".format(client.vertexai),
    config=types.GenerateContentConfig(max_output_tokens=20),
)
print("Tokens: {}".format(response.usage_metadata.total_token_count))
"""
AFTER = """\
from google import genai

client = genai.Client(http_options={"headers": {"Api-Revision": "2026-05-20"}})
response = client.interactions.create(
    model="gemini-3.5-flash",
    input=f"Why {client.vertexai}?",
    generation_config={"max_output_tokens": 20},
)
print(f"Tokens: {response.usage.total_tokens}")
"""


@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_composes_with_other_commands(first: bool) -> None:
    others: list[type[CodemodCommand]] = [RemoveUnusedImportsCommand, ConvertFormatStringCommand]
    order = [MigrateToInteractions, *others] if first else [*others, MigrateToInteractions]
    context = CodemodContext(filename="sample.py")
    tree = cst.parse_module(BEFORE)
    for command in order:
        tree = command(context).transform_module(tree)
    assert tree.code == AFTER


def test_a_module_without_a_call_stays_as_it_is() -> None:
    tree = cst.parse_module("x = (1 , 2)\n")
    assert MigrateToInteractions(CodemodContext()).transform_module(tree).deep_equals(tree)


def test_options_are_those_of_the_command_line() -> None:
    source = BY_ID["thinking/budget"].before
    left, warnings = migrated(source)
    assert left.bytes == source
    assert any("thinking_budget" in warning for warning in warnings)
    assert migrated(source, unsafe_fixes=True)[0].bytes != source
    assert migrated(source, unsafe_fixes=True, ignore="generate-content")[0].bytes == source
    with pytest.raises(UsageError, match="no codemod 'thinkng'"):
        migrated(source, select="thinkng")


def test_notes_are_told_once() -> None:
    _, warnings = migrated(BEFORE + BEFORE.replace("client", "other"))
    assert len(warnings) == len(set(warnings)) > 0


def test_a_module_that_cannot_be_understood_is_an_error() -> None:
    with pytest.raises(MigrationError, match=r"sample\.py: cannot be compiled at line"):
        migrated(BEFORE + "return 1\n")
