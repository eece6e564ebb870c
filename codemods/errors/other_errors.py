"""Texts of errors that were caught where neither a call of the API runs nor what tells of one."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.errors.text_searches import SAME_TEXT
from codemods.objects.call_graph import CallGraph
from codemods.objects.calls_run import Reach
from codemods.tables.api import PACKAGE
from migrator.connections import reached
from migrator.plan import Draft
from migrator.understand.values import Class, Symbol, Value

_TURNING = frozenset({"str", "repr"})


def may_come_from(draft: Draft, reach: Reach, raising: ast.Raise, caught_at: ast.AST) -> bool:
    """Whether what is tried, as `reach` tells, may run a statement that raises."""
    return raising in reach.raises or (reach.unseen and _in_reach(draft, caught_at, raising))


def tells_of_others(draft: Draft, text: ast.expr, raised: Iterable[ast.Raise]) -> bool:
    """Whether `text` is that of an error that a handler in view caught, and of no other.

    `raised` are the statements that raise an error of the program's own with the text of another.
    """
    handler = _handler_of(draft, text)
    tried = draft.facts.structure.parent(handler) if handler is not None else None
    if handler is None or tried is None:
        return False
    if _names_foreign(draft, handler, raised):
        return True
    reach = Reach(CallGraph.of(draft), getattr(tried, "body", []))
    if reach.sites or any(map(_raises_another, reach.raises)):
        return False
    if reach.unseen and any(_in_reach(draft, handler, site.call) for site in draft.facts.sites):
        return False
    return not any(may_come_from(draft, reach, raising, handler) for raising in raised)


def _names_foreign(draft: Draft, handler: ast.ExceptHandler, raised: Iterable[ast.Raise]) -> bool:
    """Whether a handler catches errors of other packages alone, which `raised` are none of."""
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    paths = [v for t in types if t is not None for v in draft.values(t)]
    foreign = {v.path for v in paths if isinstance(v, Symbol) and "." in v.path}
    if not paths or len(foreign) != len(set(paths)) or any(p.startswith(PACKAGE) for p in foreign):
        return False
    made = [r.exc.func for r in raised if isinstance(r.exc, ast.Call)]
    classes = [v for func in made for v in draft.values(func)]
    return not any(_descends(draft, v, foreign) for v in classes)


def _descends(draft: Draft, value: Value, paths: set[str], depth: int = 5) -> bool:
    """Whether a class is one of `paths`, or made from one, as far as is in view."""
    if isinstance(value, Symbol):
        return value.path in paths
    if not isinstance(value, Class) or not depth:
        return True
    bases = [v for base in value.node.bases for v in draft.values(base)]
    return any(_descends(draft, base, paths, depth - 1) for base in bases)


def _in_reach(draft: Draft, here: ast.AST, there: ast.AST) -> bool:
    """Whether the file of `here` imports that of `there`, directly or not."""
    structure = draft.facts.structure
    return structure.module(there) in reached([structure.module(here)], structure.links.imports())


def _raises_another(node: ast.Raise) -> bool:
    """Whether an error is raised that was made somewhere else: `raise result.error`."""
    return node.exc is not None and not isinstance(node.exc, ast.Call)


def _handler_of(draft: Draft, text: ast.expr) -> ast.ExceptHandler | None:
    """The handler whose error alone `text` is made from: `str(e).lower()`, by whatever name."""
    structure = draft.facts.structure
    for _ in range(5):  # `text = text.lower()` leads to itself
        if isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute):
            if text.func.attr not in SAME_TEXT:
                return None
            text = text.func.value
        elif isinstance(text, ast.Call) and getattr(text.func, "id", "") in _TURNING:
            if len(text.args) != 1:
                return None
            text = text.args[0]
        elif isinstance(text, ast.Name):
            handler = _binding(draft, text)
            if handler is not None:
                return handler
            stores = [s for s in structure.stores(text.id) if structure.same_region(s, text)]
            bound = structure.parent(stores[0]) if len(stores) == 1 else None
            if not isinstance(bound, ast.Assign) or len(bound.targets) != 1:
                return None
            text = bound.value
        else:
            return None
    return None


def _binding(draft: Draft, name: ast.Name) -> ast.ExceptHandler | None:
    """The handler around `name` that binds it."""
    current: ast.AST | None = name
    while current is not None:
        if isinstance(current, ast.ExceptHandler) and current.name == name.id:
            return current
        current = draft.facts.structure.parent(current)
    return None
