"""`patch("app.llm.client")`, `patch.object(…)`, `monkeypatch.setattr(…)`: what tests replace, and
by which names the mocks go that are put there.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from migrator.understand.structure import Structure

PATCHES = {"patch": 1, "patch.object": 2, "setattr": 2}
"""Functions that replace something -> how many arguments say what."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A call that replaces what `place` names (a text), or its attribute `name`, by `new`."""

    call: ast.Call
    place: ast.expr
    name: ast.Constant | None
    new: ast.expr | None


def patch_of(node: ast.AST) -> Patch | None:
    """What a call replaces, if it is one that does."""
    if not isinstance(node, ast.Call) or not node.args:
        return None
    kind = _kind(node.func)
    if kind is None:
        return None
    place, *more = node.args
    name = more[0] if more else None
    if isinstance(place, ast.Constant) and isinstance(place.value, str):
        return Patch(node, place, None, name or _new(node))
    if kind != "patch" and isinstance(name, ast.Constant) and isinstance(name.value, str):
        return Patch(node, place, name, more[1] if len(more) > 1 else _new(node))
    return None


def _kind(function: ast.expr) -> str | None:
    words = ast.unparse(function).split(".")
    if words[-2:] == ["patch", "object"]:
        return "patch.object"
    return words[-1] if words[-1] in {"patch", "setattr"} else None


def _new(call: ast.Call) -> ast.expr | None:
    return next((k.value for k in call.keywords if k.arg in {"new", "value"}), None)


def names_of_mock(structure: Structure, patch: Patch) -> list[ast.Name] | None:
    """Where the tests read the mock that a patch makes; None where that can't be told."""
    call = patch.call
    parent = structure.parent(call)
    if isinstance(parent, ast.withitem):
        target = parent.optional_vars
        return [] if target is None else _loads(structure, target)
    if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return _of_decorator(structure, parent, call)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        return _loads(structure, parent.targets[0])
    return [] if isinstance(parent, ast.Expr) else None


def _loads(structure: Structure, target: ast.expr) -> list[ast.Name] | None:
    if not isinstance(target, ast.Name):
        return None
    mentions = structure.mentions(structure.owner_of(target), target.id)
    bound = [m for m in mentions if not isinstance(m.ctx, ast.Load)]
    return [m for m in mentions if m is not target] if bound == [target] else None


def _of_decorator(
    structure: Structure, function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call
) -> list[ast.Name] | None:
    """The patch that stands nearest to the function gives it its first argument."""
    giving = [d for d in reversed(function.decorator_list) if _gives(d)]
    if call not in giving:
        return []
    parameters = [*function.args.posonlyargs, *function.args.args]
    if structure.enclosing_class(function) is not None:
        parameters = parameters[1:]
    index = giving.index(call)
    if index >= len(parameters):
        return None
    mentions = structure.mentions(function, parameters[index].arg)
    return mentions if all(isinstance(m.ctx, ast.Load) for m in mentions) else None


def _gives(decorator: ast.expr) -> bool:
    patch = patch_of(decorator)
    return patch is not None and patch.new is None
