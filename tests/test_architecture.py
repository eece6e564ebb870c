"""The house keeps its shape: who may import whom, and who may know what."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

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
ALL = ENGINE | CODEMODS


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(ALL[name].read_text(encoding="utf-8"))


@cache
def imported(name: str) -> frozenset[str]:
    """What a module imports, wherever it does: `from a import b` is both `a` and `a.b`."""
    return frozenset(_imported(tree_of(name)))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def arrows(names: Iterable[str], *packages: str) -> list[str]:
    """The imports of modules that lead into packages, as `module -> what it imports`."""
    return [f"{name} -> {t}" for name in names for t in imported(name) if within(t, *packages)]


HANDED_OPTIONS = {"migrator.libcst_command"}
"""Files in which a constructor gets each option of a command line as an argument, from LibCST."""


def test_a_file_has_one_subject_and_three_hundred_lines_at_most() -> None:
    lines = {n: len(p.read_text(encoding="utf-8").splitlines()) for n, p in ALL.items()}
    assert not {name: count for name, count in lines.items() if count > 300}


def test_a_function_has_fifty_lines_and_six_parameters_at_most() -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [(n, f) for n in ALL for f in ast.walk(tree_of(n)) if isinstance(f, functions)]
    assert not [(n, f.name) for n, f in found if (f.end_lineno or 0) - f.lineno >= 50]
    assert not [(n, f.name) for n, f in found if _parameters(f) > 6 and n not in HANDED_OPTIONS]


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    spec = function.args
    parameters = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    return sum(parameter.arg not in ("self", "cls") for parameter in parameters)


def test_codemods_reach_no_edge_of_the_engine() -> None:
    edges = [f"migrator.{edge}" for edge in EDGES]
    assert not arrows(CODEMODS, "click", "libcst", "rich", "os", "pathlib", *edges)


def room_of(name: str) -> int:
    """The floor of a module of the codemods; -1 for the package itself, which uses none."""
    parts = name.split(".")
    return codemods.ROOMS.index(parts[1]) if len(parts) > 1 else -1


def test_no_room_uses_one_above_it() -> None:
    used = [(n, t) for n in CODEMODS for t in imported(n) if t in CODEMODS]
    assert not [(name, target) for name, target in used if room_of(target) > room_of(name)]


def test_rooms_are_all_there_are() -> None:
    folders = {path.parent.name for path in (ROOT / "codemods").glob("*/__init__.py")}
    assert folders == set(codemods.ROOMS)


def test_a_room_says_what_it_is_about() -> None:
    told = {room: ast.get_docstring(tree_of(f"codemods.{room}")) for room in codemods.ROOMS[1:]}
    shape = re.compile(r"\bIn: .*\bOut: .*\nMay use: ", re.DOTALL)
    assert not [room for room, text in told.items() if not shape.search(text or "")]


def test_nothing_but_the_registry_finds_codemods() -> None:
    assert not [a for rule in RULES for a in arrows(CODEMODS.keys() - {rule}, rule)]


def test_codemods_know_edits_and_not_the_editor() -> None:
    assert not arrows(CODEMODS, "migrator.edit")


def test_the_engine_imports_the_package_of_codemods_and_none_of_them() -> None:
    found = {(name, t) for name in ENGINE for t in imported(name) if within(t, "codemods")}
    assert found <= {(f"migrator.{name}", "codemods") for name in ("registry", "reference")}


def test_the_engine_knows_no_name_of_the_api() -> None:
    assert not [(n, word) for n in ENGINE for word in _words(n) if API_NAMES.search(word)]


def _words(name: str) -> Iterator[str]:
    """The names and texts in a module; docstrings, which may give examples, are left out."""
    nodes = list(ast.walk(tree_of(name)))
    bodies = [getattr(n, "body", None) for n in nodes if isinstance(n, DOCUMENTED)]
    firsts = [body[0] for body in bodies if body]
    docstrings = {id(first.value) for first in firsts if isinstance(first, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value if id(node) not in docstrings else ""
        yield getattr(node, "attr", None) or getattr(node, "id", None) or ""


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def test_only_the_editor_and_the_command_for_libcst_import_it() -> None:
    others = [n for n in ENGINE if not within(n, "migrator.edit", "migrator.libcst_command")]
    assert not arrows(others, "libcst")


def test_requirements_are_pure_but_for_their_search() -> None:
    pure = [n for n in ENGINE if within(n, "migrator.requirements")]
    pure.remove("migrator.requirements.search")
    assert not arrows(pure, "os", "pathlib", *(f"migrator.{edge}" for edge in EDGES))


def test_nothing_imports_the_command_line() -> None:
    assert not arrows(ENGINE.keys() - {"migrator.__main__"}, "migrator.cli")


def test_the_model_imports_nothing_of_ours() -> None:
    assert not arrows(("migrator.model", "migrator.edits"), "migrator")


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
