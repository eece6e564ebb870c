"""Apply edits to a module's text: the only part of the engine that writes Python.

The names below are loaded on first use: a run that only plans needs none but the positions.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.edit.apply import apply_edits
    from migrator.edit.conflict import EditConflict
    from migrator.edit.imports import fix_imports
    from migrator.edit.positions import Positions

_HOMES = {
    "EditConflict": "conflict",
    "Positions": "positions",
    "apply_edits": "apply",
    "fix_imports": "imports",
}

__all__ = ["EditConflict", "Positions", "apply_edits", "fix_imports"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    return getattr(module, name)
