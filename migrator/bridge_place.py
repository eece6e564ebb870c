"""Where the bridge lies in a program, and how the modules that need it import it.

Pure: goes by paths, by the packages of the modules, and by how imports are written.
"""

from __future__ import annotations

import ast
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


def bridge_place(source: Source, tree: ast.Module, usual: str, chosen: str = "") -> BridgePlace:
    """Where the bridge lies for a module, and how that imports it.

    In the topmost package of the module, as its own, with an underscore; beside a script that lies
    in none. `usual` is its name without the underscore, `chosen` one to take instead.
    """
    if not source.package:
        name = chosen or usual
        return BridgePlace(normpath(join(dirname(source.path), f"{name}.py")), name, None)
    name = chosen or f"_{usual}"
    top, *inner = source.package.split(".")
    folder = normpath(join(dirname(source.path), *[".."] * len(inner)))
    module = "." * (len(inner) + 1) if _imports_relatively(tree, top) else top
    return BridgePlace(normpath(join(folder, f"{name}.py")), module, name)


def _imports_relatively(tree: ast.Module, top: str) -> bool:
    """Whether a module names others of its package by dots; by the full name if it names none."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return any(node.level for node in imports) and not any(
        not node.level and (node.module or "").partition(".")[0] == top for node in imports
    )
