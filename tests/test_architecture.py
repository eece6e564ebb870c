"""The house keeps its shape: who may import whom, and who may know what."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import codemods
from tests.oracle.environments import ROOT

EDGES = {"cli", "execute", "runner", "worker", "pool", "discover", "files", "ignores", "report"}
API_NAMES = re.compile(r"generate_?content|send_message|gemini(?!-migrate)|genai|google", re.I)


COPIED = ROOT / "codemods" / "bridge"
"""What is copied into programs and imported by nobody here."""


def modules(package: str) -> dict[str, Path]:
    """Every module of a package, by its dotted name."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        if path.parent == COPIED:
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


ENGINE = modules("migrator")
CODEMODS = modules("codemods")
RULES = {n: p for n, p in CODEMODS.items() if "\nCODEMOD = " in p.read_text(encoding="utf-8")}
engine = pytest.mark.parametrize("name", ENGINE)
knowledge = pytest.mark.parametrize("name", CODEMODS)


def imported(path: Path) -> Iterator[str]:
    """What a module imports, wherever it does: `from a import b` is both `a` and `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


OUTGROWN = {"codemods.bridge.genai_bridge"}
"""Files that are one piece by what they are for: the bridge is copied into a program whole."""
HANDED_OPTIONS = {"migrator.libcst_command"}
"""Files in which a constructor gets each option of a command line as an argument, from LibCST."""
sized = pytest.mark.parametrize("name", [*ENGINE, *CODEMODS])


@sized
def test_a_file_has_one_subject_and_three_hundred_lines_at_most(name: str) -> None:
    lines = len((ENGINE | CODEMODS)[name].read_text(encoding="utf-8").splitlines())
    assert lines <= 300 or name in OUTGROWN


@sized
def test_a_function_has_fifty_lines_and_six_parameters_at_most(name: str) -> None:
    if name in OUTGROWN:
        return
    tree = ast.parse((ENGINE | CODEMODS)[name].read_text(encoding="utf-8"))
    for outer in ast.walk(tree):
        for node in ast.iter_child_nodes(outer):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                method = f"{getattr(outer, 'name', '')}.{node.name}"
                spec = node.args
                parameters = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
                own = [p for p in parameters if p.arg not in ("self", "cls")]
                assert (node.end_lineno or 0) - node.lineno < 50, method
                assert len(own) <= 6 or name in HANDED_OPTIONS, method


@knowledge
def test_a_codemod_reaches_no_edge_of_the_engine(name: str) -> None:
    for target in imported(CODEMODS[name]):
        parts = target.split(".")
        assert parts[0] != "migrator" or parts[1:2] == [] or parts[1] not in EDGES, target
        assert parts[0] not in ("click", "libcst", "rich", "os", "pathlib"), target


def room_of(name: str) -> int:
    """The floor of a module of the codemods; -1 for the package itself, which uses none."""
    parts = name.split(".")
    return codemods.ROOMS.index(parts[1]) if len(parts) > 1 else -1


@knowledge
def test_no_room_uses_one_above_it(name: str) -> None:
    used = [t for t in imported(CODEMODS[name]) if within(t, "codemods") and t in CODEMODS]
    assert not [t for t in used if room_of(t) > room_of(name)]


def test_rooms_are_all_there_are() -> None:
    folders = {path.parent.name for path in (ROOT / "codemods").glob("*/__init__.py")}
    assert folders == set(codemods.ROOMS)


@pytest.mark.parametrize("room", codemods.ROOMS[1:])
def test_a_room_says_what_it_is_about(room: str) -> None:
    tree = ast.parse((ROOT / "codemods" / room / "__init__.py").read_text(encoding="utf-8"))
    text = ast.get_docstring(tree) or ""
    assert re.search(r"\bIn: .*\bOut: .*\nMay use: ", text, re.DOTALL)


@pytest.mark.parametrize("name", RULES)
def test_a_codemod_imports_no_other_codemod(name: str) -> None:
    others = set(RULES) - {name}
    assert not [t for t in imported(RULES[name]) if any(within(t, other) for other in others)]


@pytest.mark.parametrize("name", sorted(set(CODEMODS) - set(RULES)))
def test_what_codemods_share_imports_no_codemod(name: str) -> None:
    assert not [t for t in imported(CODEMODS[name]) if any(within(t, rule) for rule in RULES)]


@pytest.mark.parametrize("name", sorted(CODEMODS))
def test_codemods_know_edits_and_not_the_editor(name: str) -> None:
    assert not [t for t in imported(CODEMODS[name]) if within(t, "migrator.edit")]


@engine
def test_the_engine_imports_the_package_of_codemods_and_none_of_them(name: str) -> None:
    targets = {t for t in imported(ENGINE[name]) if within(t, "codemods")}
    assert targets <= {"codemods"}
    assert not targets or name in ("migrator.registry", "migrator.reference")


@engine
def test_the_engine_knows_no_name_of_the_api(name: str) -> None:
    tree = ast.parse(ENGINE[name].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(node, (ast.Module, *DOCUMENTED)):
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                first.value.value = ""
    found = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    names = [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
    names += [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
    words = [*names, *(v for v in found if isinstance(v, str))]
    assert not [word for word in words if API_NAMES.search(word)]


DOCUMENTED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@engine
def test_only_the_editor_and_the_command_for_libcst_import_it(name: str) -> None:
    if not within(name, "migrator.edit") and name != "migrator.libcst_command":
        assert not [t for t in imported(ENGINE[name]) if within(t, "libcst")]


@engine
def test_requirements_are_pure_but_for_their_search(name: str) -> None:
    if within(name, "migrator.requirements") and name != "migrator.requirements.search":
        edges = {f"migrator.{edge}" for edge in EDGES} | {"os", "pathlib"}
        assert not [t for t in imported(ENGINE[name]) if any(within(t, edge) for edge in edges)]


@engine
def test_nothing_imports_the_command_line(name: str) -> None:
    if name != "migrator.__main__":
        assert "migrator.cli" not in set(imported(ENGINE[name]))


@engine
def test_the_model_imports_nothing_of_ours(name: str) -> None:
    if name in ("migrator.model", "migrator.edits"):
        assert not [t for t in imported(ENGINE[name]) if within(t, "migrator")]


def test_a_check_never_imports_libcst(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "from google import genai\n"
        "client = genai.Client()\n"
        'print(client.models.generate_content(model="m", contents="hi").text)\n',
        encoding="utf-8",
    )
    program = (
        "import sys\n"
        "from migrator.cli import main\n"
        "code = main(['--check', 'a.py'])\n"
        "heavy = {'libcst', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else code)\n"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    assert "imported" not in done.stderr
    assert done.returncode == 1, done.stderr
    assert "1 legacy call site" in done.stdout


def test_a_clean_file_costs_no_understanding(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print('hi')\n", encoding="utf-8")
    program = (
        "import sys\n"
        "from migrator.cli import main\n"
        "main(['--check', 'a.py'])\n"
        "print([n for n in sys.modules if n.startswith(('codemods.', 'migrator.understand'))])\n"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
