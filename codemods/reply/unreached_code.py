"""Code that no reply gets to: what is behind `hasattr` of a field that the reply has, or has not.

`if hasattr(response, "text"): … elif hasattr(response, "content"): …` asks for the fields of other
packages as well. Neither API has those: such code never ran for a response, and never will.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.reply.interaction import attribute_read, is_probe
from codemods.reply.item_kinds import left_before
from codemods.tables.fields import KNOWN
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Object


def is_kept_out(draft: Draft, node: ast.expr) -> bool:
    """Whether no part of a reply that `node` may be gets to where `node` stands."""
    text = ast.unparse(node)
    name = node
    while isinstance(name, (ast.Attribute, ast.Subscript)):
        name = name.value
    if not isinstance(name, ast.Name):
        return False
    for test, truth, since in _tests(draft, node):
        if not any(_binds(part, name.id) for part in since):
            for probe, wanted in _probes(test, truth):
                asked = ast.unparse(probe.args[0])
                if asked == text and _rules_out(draft, probe, present=wanted):
                    return True
    return False


def is_idle_default(draft: Draft, node: ast.AST) -> bool:
    """Whether `node` is in what `getattr` gives where there is no such attribute, and there is."""
    current = node
    while isinstance(current, ast.expr):
        parent = draft.facts.structure.parent(current)
        if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "getattr":
            if current in parent.args[2:] and _rules_out(draft, parent, present=False):
                return True
        if parent is None:
            return False
        current = parent
    return False


def _rules_out(draft: Draft, probe: ast.Call, *, present: bool) -> bool:
    """Whether there is no part of a reply that has the attribute (or has it not, as asked)."""
    found = [v for v in draft.values(probe.args[0]) if isinstance(v, Object)]
    known = [KNOWN.get(v.type) for v in found]
    name = attribute_read(probe)
    return bool(known) and all(names is not None and (name in names) != present for names in known)


Test = tuple[ast.expr, bool, Sequence[ast.AST]]


def _tests(draft: Draft, node: ast.AST) -> Iterator[Test]:
    """The tests asked on the way to `node`, their outcome there, and what may run in between."""
    current = node
    while (parent := draft.facts.structure.parent(current)) is not None:
        if isinstance(parent, (ast.If, ast.IfExp)) and current is not parent.test:
            body = parent.body if isinstance(parent.body, list) else [parent.body]
            yield parent.test, current in body, [parent]
        elif isinstance(parent, ast.BoolOp) and isinstance(current, ast.expr):
            for value in parent.values[: parent.values.index(current)]:
                yield value, isinstance(parent.op, ast.And), [parent]
        elif isinstance(parent, ast.comprehension) and current in parent.ifs:
            for test in parent.ifs[: parent.ifs.index(current)]:
                yield test, True, [parent]
        for test, block in left_before(parent, current):
            yield test, False, block
        if isinstance(parent, FUNCTION_TYPES):
            return
        current = parent


def _probes(test: ast.expr, truth: bool) -> Iterator[tuple[ast.Call, bool]]:
    """The `hasattr` or `getattr` whose outcome the outcome of `test` tells, and that."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _probes(test.operand, not truth)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is truth:
            for value in test.values:
                yield from _probes(value, truth)
    elif isinstance(test, ast.Call) and len(test.args) > 1:
        named = isinstance(test.args[1], ast.Constant)
        if named and (is_probe(test) or (truth and _gives_nothing_else(test))):
            yield test, truth


def _gives_nothing_else(test: ast.Call) -> bool:
    """Whether `getattr` gives something false where there is no such attribute."""
    if getattr(test.func, "id", "") != "getattr" or len(test.args) != 3:
        return False
    default = test.args[2]
    return isinstance(default, ast.Constant) and not default.value


def _binds(node: ast.AST, name: str) -> bool:
    """Whether something in `node` gives the name to something else."""
    return any(
        isinstance(part, ast.Name) and part.id == name and not isinstance(part.ctx, ast.Load)
        for part in ast.walk(node)
    )
