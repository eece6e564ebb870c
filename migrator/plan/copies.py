"""Objects that are written out where they are needed, for what they are made for is more.

A tool that the program hands to another API as well can't be made differently. Where it is a plain
literal, each call site gets one of its own, and the program's stays as it is.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable

from migrator.plan.contexts import Use, context_of
from migrator.plan.draft import Draft
from migrator.understand.values import Function, Object, Symbol

CHANGES = frozenset({Use.WRITE, Use.ATTRIBUTE, Use.SUBSCRIPT, Use.STORED, Use.OTHER})
"""Uses that may change what an object holds, or can't be told from those that do."""
PYTHONS_OWN = sys.stdlib_module_names | frozenset(dir(builtins))
CHANGERS = frozenset(
    {
        *("setattr", "delattr", "vars", "random.shuffle", "bisect.insort", "heapq.heapify"),
        *("heapq.heappush", "heapq.heappop", "operator.setitem", "operator.delitem"),
        *("dict.update", "dict.setdefault", "dict.pop"),
        *("list.append", "list.extend", "list.insert"),
    }
)
"""Those of Python's own functions that change what they are given."""
SHORT = 100
"""Characters of a literal that may be written out at more than one call."""
DISPLAYS = (ast.Dict, ast.List, ast.Tuple)


def to_copy(draft: Draft) -> dict[ast.AST, ast.AST | None]:
    """The objects that a use stops from being made differently, and that can be written out.

    Each with a use that hands it to code which may change it, if there is one.
    """
    found: dict[ast.AST, ast.AST | None] = {}
    for origin in draft.demanded:
        stopped = [reason.node for reason in draft.units.ledger(origin).blockers]
        if stopped and _can_be_copied(draft, origin) and not _is_changed(draft, stopped):
            strange = (node for node in stopped if not _is_only_read(draft, node, origin))
            found[origin] = next(strange, None)
    return found


def _is_changed(draft: Draft, uses: Iterable[ast.AST]) -> bool:
    """Whether an object is handed to a function that is there to change it."""
    calls = [_call_with(draft, node) for node in uses]
    return any(CHANGERS & set(_paths(draft, call)) for call in calls if call is not None)


def _call_with(draft: Draft, node: ast.AST) -> ast.Call | None:
    """The call that an object is an argument of, if it is one."""
    if not isinstance(node, ast.expr):
        return None
    context = context_of(draft.facts, node)
    call = context.node
    if isinstance(call, ast.keyword):
        call = draft.facts.structure.parents[call]
    return call if context.use is Use.ARGUMENT and isinstance(call, ast.Call) else None


def _paths(draft: Draft, call: ast.Call) -> list[str]:
    """The dotted paths of what may be called; empty ones for what is not imported."""
    return [v.path if isinstance(v, Symbol) else "" for v in draft.values(call.func)]


def _is_only_read(draft: Draft, node: ast.AST, origin: ast.AST) -> bool:
    """Whether an object is handed to a function of Python's own, or a method of the API.

    What a loop takes out of it may be changed, unless it is a function.
    """
    if not isinstance(node, ast.expr):
        return False
    call = _call_with(draft, node)
    if call is None:
        use = context_of(draft.facts, node).use
        elements = getattr(origin, "elts", [])
        named = bool(elements) and all(isinstance(e, ast.Name) for e in elements)
        return use in {Use.FORMAT, Use.TRUTH, Use.IS_NONE} or (use is Use.ITERATE and named)
    paths = _paths(draft, call)
    if paths and all(path.partition(".")[0] in PYTHONS_OWN for path in paths):
        return True
    types = draft.facts.state.knowledge.types
    method = call.func
    base = draft.values(method.value) if isinstance(method, ast.Attribute) else ()
    return bool(base) and all(isinstance(v, Object) and v.type in types for v in base)


def _can_be_copied(draft: Draft, origin: ast.AST) -> bool:
    """Whether an object is a literal without comments that stays what it was made as."""
    if not isinstance(origin, (*DISPLAYS, ast.Call)) or not _is_literal(draft, origin):
        return False
    span = draft.span(origin)
    text = draft.text[span.start : span.end]
    if "#" in text or (len(text) > SHORT and _is_for_several(draft, origin)):
        return False
    uses = draft.facts.uses.get(origin, ())
    return not any(
        context_of(draft.facts, node).use in CHANGES for node in uses if node is not origin
    )


def _is_for_several(draft: Draft, origin: ast.AST) -> bool:
    """Whether more than one call site shares the object."""
    unit = draft.units.find(origin)
    return sum(draft.units.find(site.call) is unit for site in draft.facts.sites) > 1


def _is_literal(draft: Draft, node: ast.expr) -> bool:
    """Whether a display, or a call of a class, holds nothing but constants, members and such."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Dict):
        return all(key is not None and _is_literal(draft, key) for key in node.keys) and all(
            _is_literal(draft, value) for value in node.values
        )
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(_is_literal(draft, item) for item in node.elts)
    if isinstance(node, ast.Call):
        named = all(keyword.arg is not None for keyword in node.keywords)
        values = (*node.args, *(keyword.value for keyword in node.keywords))
        return named and _is_symbol(draft, node.func) and all(_is_literal(draft, v) for v in values)
    if isinstance(node, ast.Name):
        return _is_function(draft, node)
    return isinstance(node, ast.Attribute) and _is_symbol(draft, node)


def _is_function(draft: Draft, node: ast.Name) -> bool:
    """Whether a name is that of one function of the module, which it never loses."""
    structure, values = draft.facts.structure, draft.values(node)
    scope = structure.owner_of(node)
    once = not structure.bindings(scope, node.id) and isinstance(scope, ast.Module)
    return once and len(values) == 1 and all(isinstance(v, Function) for v in values)


def _is_symbol(draft: Draft, node: ast.expr) -> bool:
    """Whether an expression names something imported, such as a class or a member of an enum."""
    values = draft.values(node)
    return bool(values) and all(isinstance(value, Symbol) for value in values)
