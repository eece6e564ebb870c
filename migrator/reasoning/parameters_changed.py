"""Parameters that take something else than before: code out of view may pass what they took."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.name_scopes import scope_of_name
from migrator.understand.structure import FUNCTION_TYPES, has_parameter

CHECK = "{name}() takes {what} as {parameter} now: its callers in other files must be checked"


def note_parameters(draft: Draft, owner: Member, origin: ast.AST, what: str) -> None:
    """Say which public functions of a file alone take `what` in the place of what `origin` made."""
    if not draft.facts.structure.is_alone:
        return
    for name, parameter in dict.fromkeys(_taken_by(draft, origin)):
        draft.note(owner, CHECK.format(name=name, what=what, parameter=parameter))


def _taken_by(draft: Draft, origin: ast.AST) -> Iterator[tuple[str, str]]:
    """The names of functions, or of the classes that they make, and of their parameters."""
    for use in draft.facts.uses.get(origin, ()):
        function = scope_of_name(draft, use) if isinstance(use, ast.Name) else None
        if not isinstance(use, ast.Name) or not isinstance(function, FUNCTION_TYPES):
            continue
        if has_parameter(function, use.id) and (name := _public_name(draft, function)):
            yield name, use.id


def _public_name(draft: Draft, function: ast.AST) -> str | None:
    """What others call a function of a module or a class; None if they hardly do."""
    names = [getattr(function, "name", "_")]
    holder = draft.facts.structure.scope_of.get(function)
    if isinstance(holder, ast.ClassDef):
        names.append(holder.name)
    elif not isinstance(holder, ast.Module):
        return None
    if names[0] == "__init__":
        del names[0]
    return None if any(name.startswith("_") for name in names) else names[0]
