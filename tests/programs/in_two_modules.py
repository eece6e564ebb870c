"""A program in one file as one in two: `core` defines, `app` imports what it needs and runs."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
BY_MODULE = frozenset({"__file__", "__name__", "globals"})
"""Names whose meaning depends on the module that they stand in."""


def in_two_modules(text: str) -> Mapping[str, str] | None:
    """The text of `core` and of `app`; None for a program that is another one in two modules.

    The cut is behind the last function or class. Imports that a half has no use for are left out.
    """
    body = ast.parse(text).body
    last = max((i for i, node in enumerate(body) if isinstance(node, DEFINITIONS)), default=-1)
    defining, running = body[: last + 1], body[last + 1 :]
    if not defining or not running or _is_of_one_module(body):
        return None
    plain = [node for node in defining if not isinstance(node, (*DEFINITIONS, *IMPORTS))]
    defined = _names(plain, ast.Store) | {n.name for n in defining if isinstance(n, DEFINITIONS)}
    if _names(running, ast.Store) & (defined | _names(defining, ast.Load)):
        return None
    lines = text.splitlines(keepends=True)
    cut = running[0].lineno - 1
    while lines[cut - 1].startswith("#"):
        cut -= 1
    taken = ", ".join(sorted(defined & _names(running, ast.Load)))
    head = f"from core import {taken}\n" if taken else "import core\n"
    core = _with_imports(defining, "".join(lines[:cut]), defining)
    app = _with_imports(defining, f"{head}\n\n{''.join(lines[cut:])}", running)
    return {"core": core, "app": app}


def _is_of_one_module(body: Sequence[ast.stmt]) -> bool:
    """Whether code looks at the module that it stands in, or binds names of it in functions."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return bool(names & BY_MODULE) or any(isinstance(node, ast.Global) for node in nodes)


def _names(nodes: Sequence[ast.stmt], context: type[ast.expr_context]) -> set[str]:
    found = (n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name))
    return {name.id for name in found if isinstance(name.ctx, context)}


def _with_imports(imports: Sequence[ast.stmt], code: str, users: Sequence[ast.stmt]) -> str:
    """The code of `users` under those of the imports that it needs, written anew."""
    read = _names(users, ast.Load)
    lines = code.splitlines(keepends=True)
    kept = []
    for node in imports:
        if not isinstance(node, IMPORTS):
            continue
        if users is imports:
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        used = [a for a in node.names if is_future or (a.asname or a.name).split(".")[0] in read]
        if used:
            fields = {**vars(node), "names": used}
            kept.append(ast.unparse(type(node)(**fields)) + "\n")
    return "".join(kept) + "".join(lines)
