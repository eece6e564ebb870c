"""Apply edits to a module's text: the only part of the engine that writes Python."""

from __future__ import annotations

from migrator.edit.conflict import EditConflict
from migrator.edit.imports import fix_imports
from migrator.edit.positions import Positions
from migrator.edit.render import apply_edits

__all__ = ["EditConflict", "Positions", "apply_edits", "fix_imports"]
