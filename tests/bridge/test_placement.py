"""Where copies of the bridge come to lie, when they are replaced, and how they go again."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from migrator.bridge_files import with_head
from migrator.bridge_place import bridge_place
from migrator.model import Source
from migrator.registry import bridge_text
from migrator.syntax import parse
from tests.oracle.commands import run_command

LEFT = """\
import json
import sys

from google import genai

client = genai.Client()
request = json.load(sys.stdin)
print(client.models.generate_content(model="gemini-2.5-flash", **request).text)
"""
BRIDGED = LEFT.replace("from google", "import genai_bridge\nfrom google").replace(
    "Client()", "Client(http_options=genai_bridge.http_options())"
)
WHOLE = with_head(bridge_text())


def run(folder: Path, *arguments: str, code: int = 3) -> tuple[str, str]:
    """The output of the command in a folder; it must exit with `code`."""
    done = run_command(*arguments, cwd=folder)
    assert done.returncode == code, (done.stdout + done.stderr).decode()
    return done.stdout.decode(), done.stderr.decode()


def put(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)


def tree(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize(
    ("path", "package", "code", "wanted"),
    [
        ("ask.py", "", "", ("genai_bridge.py", "genai_bridge", None)),
        ("tools/ask.py", "", "", ("tools/genai_bridge.py", "genai_bridge", None)),
        ("app/llm.py", "app", "", ("app/_genai_bridge.py", ".", "_genai_bridge")),
        ("app/llm.py", "app", "import app.x", ("app/_genai_bridge.py", "app", "_genai_bridge")),
        ("src/a/b/c.py", "a.b", "", ("src/a/_genai_bridge.py", "..", "_genai_bridge")),
        ("src/a/b/__init__.py", "a.b", "", ("src/a/_genai_bridge.py", "..", "_genai_bridge")),
        ("c.py", "a.b", "", ("../_genai_bridge.py", "..", "_genai_bridge")),
        (
            "a/run.py",
            "a",
            "if __name__ == '__main__':\n    pass",
            ("a/_genai_bridge.py", "a", "_genai_bridge"),
        ),
    ],
)
def test_it_lies_in_the_topmost_package(
    path: str, package: str, code: str, wanted: tuple[str, str, str | None]
) -> None:
    place = bridge_place(Source(path, b"", package), parse(code), "genai_bridge")
    assert place == wanted


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    put(tmp_path, {"ask.py": LEFT})
    run(tmp_path, "--bridge", "--in-place", ".")
    once = tree(tmp_path)
    assert once == {"ask.py": BRIDGED.encode(), "genai_bridge.py": WHOLE}
    said, _ = run(tmp_path, "--bridge", "--in-place", ".")
    assert tree(tmp_path) == once
    assert "1 goes over the bridge" in said


def test_findings_behind_a_bridge_are_told_apart_without_asking(tmp_path: Path) -> None:
    put(tmp_path, {"ask.py": BRIDGED, "genai_bridge.py": WHOLE})
    said, _ = run(tmp_path, "--check", "--output-format", "json", ".")
    report = json.loads(said)
    (finding,) = report["files"][0]["findings"]
    assert finding["status"] == "bridged"
    assert finding["blocker"]["line"] == 8
    assert report["summary"]["bridged"] == report["summary"]["sites"] == 1
    run(tmp_path, "--check", "--allow-bridged", ".", code=0)
    run(tmp_path, "--check", "--exit-zero", ".", code=0)


def test_a_person_is_asked_first(tmp_path: Path) -> None:
    alone = "def ask(client, **request):\n    return client.models.generate_content(**request)\n"
    put(tmp_path, {"ask.py": LEFT, "else.py": alone})
    run(tmp_path, "--bridge", "--check", ".", code=1)


@pytest.mark.parametrize("output_format", ["text", "sarif", "github"])
def test_each_report_knows_it(tmp_path: Path, output_format: str) -> None:
    put(tmp_path, {"ask.py": BRIDGED, "genai_bridge.py": WHOLE})
    said, _ = run(tmp_path, "--check", "--output-format", output_format, ".")
    assert "goes over the bridge" in said
    assert "because of line 8: " in said


def test_an_older_copy_is_brought_up_to_date(tmp_path: Path) -> None:
    text = b'"""An older bridge."""\n'
    head = f"# Written by gemini-migrate 0.0.9; sha256 {hashlib.sha256(text).hexdigest()}\n"
    put(tmp_path, {"ask.py": BRIDGED, "genai_bridge.py": head.encode() + text})
    run(tmp_path, "--bridge", "--in-place", ".")
    assert tree(tmp_path) == {"ask.py": BRIDGED.encode(), "genai_bridge.py": WHOLE}


def test_a_copy_that_was_edited_stays(tmp_path: Path) -> None:
    text = b'"""An older bridge."""\n'
    head = f"# Written by gemini-migrate 0.0.9; sha256 {hashlib.sha256(text).hexdigest()}\n"
    mine = head.encode() + text + b"MINE = True\n"
    put(tmp_path, {"ask.py": BRIDGED, "genai_bridge.py": mine})
    said, _ = run(tmp_path, "--bridge", "--in-place", ".")
    assert (tmp_path / "genai_bridge.py").read_bytes() == mine
    assert "genai_bridge.py was edited by hand since gemini-migrate 0.0.9 wrote it" in said


def test_line_ends_of_a_checkout_are_no_edit(tmp_path: Path) -> None:
    put(tmp_path, {"ask.py": BRIDGED, "genai_bridge.py": WHOLE.replace(b"\n", b"\r\n")})
    said, _ = run(tmp_path, "--bridge", "--in-place", ".")
    assert "edited by hand" not in said


def test_a_stranger_in_its_place_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, {"ask.py": LEFT, "genai_bridge.py": "MINE = True\n"})
    before = tree(tmp_path)
    for mode in ("--in-place", "--diff"):
        _, errors = run(tmp_path, "--bridge", mode, ".", code=2)
        assert "is something else; move it, or choose another name" in errors
        assert tree(tmp_path) == before


def test_another_name(tmp_path: Path) -> None:
    put(tmp_path, {"ask.py": LEFT, "genai_bridge.py": "MINE = True\n"})
    run(tmp_path, "--bridge", "--bridge-module", "llm_bridge", "--in-place", ".")
    assert (tmp_path / "llm_bridge.py").read_bytes() == WHOLE
    assert b"http_options=llm_bridge.http_options()" in (tmp_path / "ask.py").read_bytes()
    _, errors = run(tmp_path, "--bridge", "--bridge-module", "llm", ".", code=2)
    assert "ends in 'bridge'" in errors


def test_a_folder_that_takes_no_file_keeps_its_program(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        (tmp_path / "genai_bridge.py").mkdir()  # root may write anywhere else
    put(tmp_path, {"ask.py": LEFT})
    if os.geteuid() != 0:
        tmp_path.chmod(0o555)
    try:
        run(tmp_path, "--bridge", "--in-place", ".", code=2)
    finally:
        tmp_path.chmod(0o755)
    assert (tmp_path / "ask.py").read_text() == LEFT


@pytest.mark.parametrize("name", ["ask.py", "ask.ipynb"])
def test_a_program_that_is_read_only_gets_no_copy(tmp_path: Path, name: str) -> None:
    code = LEFT if name.endswith(".py") else notebook(LEFT)
    put(tmp_path, {name: code})
    (tmp_path / name).chmod(0o444)
    _, errors = run(tmp_path, "--bridge", "--in-place", ".", code=2)
    assert "read-only" in errors
    assert tree(tmp_path) == {name: code.encode()}


def test_a_patch_makes_the_file_and_takes_it_back(tmp_path: Path) -> None:
    put(tmp_path, {"desk/ask.py": LEFT})
    before = tree(tmp_path)
    patch = run_command("--bridge", "--diff", ".", cwd=tmp_path).stdout
    (tmp_path / "p.patch").write_bytes(patch)
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "p.patch"], cwd=tmp_path, check=True)
    (tmp_path / "p.patch").unlink()
    after = tree(tmp_path)
    assert after["desk/genai_bridge.py"] == WHOLE
    (tmp_path / "p.patch").write_bytes(patch)
    subprocess.run(["git", "apply", "-R", "p.patch"], cwd=tmp_path, check=True)
    (tmp_path / "p.patch").unlink()
    assert tree(tmp_path) == before


def notebook(code: str) -> str:
    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": text,
        }
        for text in code.rstrip("\n").split("\n\n")
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(book, indent=1)


def test_a_notebook_has_it_beside(tmp_path: Path) -> None:
    put(tmp_path, {"books/ask.ipynb": notebook(LEFT)})
    run(tmp_path, "--bridge", "--in-place", ".")
    assert (tmp_path / "books/genai_bridge.py").read_bytes() == WHOLE
    after = json.loads((tmp_path / "books/ask.ipynb").read_bytes())
    text = "\n\n".join("".join(cell["source"]) for cell in after["cells"])
    assert "genai.Client(http_options=genai_bridge.http_options())" in text


def test_stdin_has_no_place_for_it(tmp_path: Path) -> None:
    _, errors = run(tmp_path, "--bridge", "-", code=2)
    assert "name the program's files" in errors


def test_it_stays_while_a_legacy_call_is_left(tmp_path: Path) -> None:
    put(tmp_path, {"ask.py": BRIDGED, "genai_bridge.py": WHOLE})
    before = tree(tmp_path)
    run(tmp_path, "--bridge-remove", "--in-place", ".")
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("http_options=genai_bridge.http_options()", ""),
        ("http_options=genai_bridge.http_options({'timeout': 5})", "http_options={'timeout': 5}"),
        ("http_options=genai_bridge.http_options(store=True)", ""),
        ("vertexai=False, http_options=genai_bridge.http_options()", "vertexai=False"),
    ],
)
def test_it_goes_with_the_last_legacy_call(tmp_path: Path, given: str, left: str) -> None:
    code = "from google import genai\n\nclient = genai.Client({})\nprint(client.files.list())\n"
    imports = "import genai_bridge\n"
    put(tmp_path, {"ask.py": imports + code.format(given), "genai_bridge.py": WHOLE})
    run(tmp_path, "--bridge-remove", "--in-place", ".", code=0)
    assert tree(tmp_path) == {"ask.py": code.format(left).encode()}


def test_what_would_lose_it_is_to_do(tmp_path: Path) -> None:
    code = BRIDGED.replace("print(client.models.generate_content(", "print(dict(")
    put(tmp_path, {"ask.py": code, "genai_bridge.py": WHOLE})
    before = tree(tmp_path)
    for mode in ("--color=never", "--check", "--diff"):
        said = run_command("--bridge-remove", mode, ".", cwd=tmp_path)
        assert said.returncode == 1
        assert b"clients of ask.py that have no legacy call left" in said.stdout + said.stderr
    said = run_command("--bridge-remove", "--output-format", "json", ".", cwd=tmp_path)
    assert json.loads(said.stdout)["summary"]["unbridged"] == 1
    assert tree(tmp_path) == before


def test_a_copy_that_was_edited_stays_when_nothing_needs_it(tmp_path: Path) -> None:
    code = BRIDGED.replace("print(client.models.generate_content(", "print(dict(")
    put(tmp_path, {"ask.py": code, "genai_bridge.py": WHOLE + b"MINE = True\n"})
    said, _ = run(tmp_path, "--bridge-remove", "--in-place", ".", code=0)
    assert b"genai_bridge" not in (tmp_path / "ask.py").read_bytes()
    assert (tmp_path / "genai_bridge.py").exists()
    assert "was edited by hand" in said


def test_it_stays_where_another_client_needs_it(tmp_path: Path) -> None:
    imports = "from google import genai\n\nfrom . import _genai_bridge\n\n"
    client = "client = genai.Client(http_options=_genai_bridge.http_options())\n"
    call = "\n\ndef ask(**request):\n    return client.models.generate_content(**request)\n"
    package = {
        "app/__init__.py": "",
        "app/one.py": imports + client,
        "app/two.py": imports + client + call,
        "app/_genai_bridge.py": WHOLE,
    }
    put(tmp_path, {**package, "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n'})
    run(tmp_path, "--bridge-remove", "--in-place", ".")
    assert b"bridge" not in (tmp_path / "app/one.py").read_bytes()
    assert b"_genai_bridge.http_options()" in (tmp_path / "app/two.py").read_bytes()
    assert (tmp_path / "app/_genai_bridge.py").read_bytes() == WHOLE
