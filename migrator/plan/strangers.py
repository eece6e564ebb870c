"""What else may stand where a reply does, in the words of a message."""

from __future__ import annotations

import ast

from migrator.plan.draft import Draft
from migrator.understand.facts import origin_of
from migrator.understand.structure import FUNCTION_TYPES, has_parameter
from migrator.understand.values import Constant, FunctionNode, Instance, Unknown, Value


def stranger(draft: Draft, node: ast.expr, value: Value, usual: str) -> str:
    """`response` may also be …: where it comes from, for `value` that is not the `usual`."""
    text = f"`{draft.quote(node)}` may also "
    if isinstance(value, Unknown):
        source = _unknown(draft, node)
        if source is None:
            return text + "come from code that can't be followed"
        line = draft.line(source)
        return f"{text}come from `{_named(draft, source)}` (line {line}), which can't be followed"
    if isinstance(value, Constant):
        return f"{text}be {value.value!r}, which is not {usual}"
    if isinstance(value, Instance):
        line = draft.line(value.node)
        return f"{text}be a {value.node.name} (line {line}), which is not {usual}"
    origin = origin_of(value)
    if isinstance(origin, ast.expr) and origin in draft.facts.structure.parents:
        line = draft.line(origin)
        return f"{text}come from `{_named(draft, origin)}` (line {line}), which is not {usual}"
    return f"{text}be something else than {usual}"


def _named(draft: Draft, node: ast.expr) -> str:
    """What makes a value, without its arguments."""
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call) and (node.args or node.keywords):
        return f"{draft.quote(node.func)}(…)"
    return draft.quote(node)


def _unknown(draft: Draft, node: ast.expr, steps: int = 4) -> ast.expr | None:
    """Where nothing is known any more of what `node` holds: what its name is bound to before.

    A parameter is followed to what calls in view pass for it.
    """
    structure = draft.facts.structure
    if not isinstance(node, ast.Name) or not steps:
        return None
    owner = structure.owner_of(node)
    for store in reversed(structure.bindings(owner, node.id)):
        statement = structure.parent(store)
        if isinstance(statement, ast.Assign) and statement.targets == [store]:
            if store.lineno <= node.lineno and _is_unknown(draft, statement.value):
                return _unknown(draft, statement.value, steps - 1) or statement.value
    if not isinstance(owner, FUNCTION_TYPES) or not has_parameter(owner, node.id):
        return None
    calls = [c for c in draft.facts.callers(owner) if c in structure.parents]
    for call in sorted(calls, key=draft.line):
        passed = _passed(owner, call, node.id)
        if passed is not None and _is_unknown(draft, passed):
            return _unknown(draft, passed, steps - 1) or passed
    return None


def _is_unknown(draft: Draft, node: ast.expr) -> bool:
    return any(isinstance(v, Unknown) for v in draft.values(node))


def _passed(function: FunctionNode, call: ast.AST, name: str) -> ast.expr | None:
    """The argument of `call` that a parameter of `function` gets."""
    if not isinstance(call, ast.Call):
        return None
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    if names[:1] == ["self"]:
        names = names[1:]
    return dict(zip(names, call.args, strict=False)).get(name)
