"""Where the bridge lies in a program, and how the modules that need it import it.

Pure: goes by paths, by the packages of the modules, and by how imports are written.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import NamedTuple

from migrator.model import Source


class BridgePlace(NamedTuple):
    """The file at `path`; `import module` where `name` is None, else `from module import name`."""

    path: str
    module: str
    name: str | None

    @property
    def bare(self) -> str:
        """What the import binds."""
        return self.name or self.module


@dataclass(frozen=True)
class BridgeHome:
    """A module that may make clients. Where the bridge lies for it is found out when it is asked:
    few programs have one, and it takes a walk through the module.
    """

    source: Source
    tree: ast.Module
    usual: str
    chosen: str = ""

    @cached_property
    def place(self) -> BridgePlace | None:
        """See `bridge_place`."""
        return bridge_place(self.source, self.tree, self.usual, self.chosen)


def bridge_place(
    source: Source, tree: ast.Module, usual: str, chosen: str = ""
) -> BridgePlace | None:
    """Where the bridge lies for a module, and how that imports it.

    In the topmost package of the module, as its own, with an underscore; beside a script that lies
    in none; None where nothing tells which it is. `usual` is its name without the underscore,
    `chosen` one to take instead.
    """
    if source.package is None:
        return None
    if not source.package:
        name = chosen or usual
        return BridgePlace(normpath(join(dirname(source.path), f"{name}.py")), name, None)
    name = chosen or f"_{usual}"
    top, *inner = source.package.split(".")
    folder = normpath(join(dirname(source.path), *[".."] * len(inner)))
    module = "." * (len(inner) + 1) if _imports_relatively(tree, top) else top
    return BridgePlace(normpath(join(folder, f"{name}.py")), module, name)


def _imports_relatively(tree: ast.Module, top: str) -> bool:
    """Whether a module names others of its package by dots.

    One that names none is taken to, unless it is made to be run by its path, where dots lead
    nowhere.
    """
    relative = False
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            relative = relative or bool(node.level)
            named = [] if node.level else [node.module or ""]
        else:
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if any(name.partition(".")[0] == top for name in named):
            return False
    return relative or not any(_is_guard(statement) for statement in tree.body)


def _is_guard(statement: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test)
    )
