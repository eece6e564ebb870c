"""What functions return, and how the loop sends it: as an object, or as JSON text.

`create` takes objects, and writes dates, models and the like as the SDK did; but google-genai 2
drops a key whose value is None, so results that may be None are sent as text.
"""

from __future__ import annotations

import ast

from codemods.schemas.annotation_schemas import Uncertain, unquoted
from codemods.tables.api import PACKAGE
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.annotation_meanings import Meanings
from migrator.understand.values import Constant, FunctionNode, Instance, Object, Value

CONTAINERS = frozenset({"list", "dict", "set"})
SCALARS = frozenset({"str", "int", "float", "bool"})
NONE_NOTE = "with google-genai 2, what is None in a result does not reach the model"
DEPTH = 4  # containers in containers that are looked into


def may_return_none(function: FunctionNode) -> bool:
    """Whether a call may give None."""
    if isinstance(function, ast.Lambda):
        return False
    if function.returns is not None:
        text = ast.unparse(function.returns)
        return any(word in text for word in ("None", "Optional", "Any"))
    returned = [n for n in ast.walk(function) if isinstance(n, ast.Return)]
    bare = any(
        n.value is None or (isinstance(n.value, ast.Constant) and n.value.value is None)
        for n in returned
    )
    return bare or not isinstance(function.body[-1], (ast.Return, ast.Raise, ast.Try, ast.With))


def is_json(draft: Draft, function: FunctionNode) -> bool:
    """Whether everything a call may give is certainly plain JSON."""
    names = Meanings(draft.facts, draft.facts.structure.scope_of[function])
    promised = None if isinstance(function, ast.Lambda) else function.returns
    if promised is not None and _promises_json(promised, names):
        return True
    values = draft.facts.state.returns.get(function, frozenset())
    gives = any(isinstance(n, (ast.Return, ast.Yield, ast.YieldFrom)) for n in ast.walk(function))
    return bool(values) is gives and all(is_plain(draft, value) for value in values)


def _promises_json(node: ast.expr, names: Meanings) -> bool:
    try:
        node = unquoted(node)
    except Uncertain:
        return False
    if isinstance(node, ast.BinOp):
        return _promises_json(node.left, names) and _promises_json(node.right, names)
    if isinstance(node, ast.Subscript):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        known = {"list", "dict", "typing.List", "typing.Dict", "typing.Optional", "typing.Union"}
        return names.of(node.value) in known and all(_promises_json(e, names) for e in inner)
    return names.of(node) in {*SCALARS, "None"}


def is_plain(draft: Draft, value: Value, depth: int = DEPTH) -> bool:
    """Whether a value is certainly plain JSON."""
    if isinstance(value, Constant):
        return value.kind in {*SCALARS, "NoneType"}
    if not isinstance(value, Object) or not depth:
        return False
    if value.type in {"list", "dict", "tuple"} and value.origin in draft.facts.state.keys:
        assert value.origin is not None
        held = draft.facts.held(value.origin)
        return all(is_plain(draft, inner, depth - 1) for inner in held)
    return value.type in SCALARS


def check_results(draft: Draft, owner: Member, function: FunctionNode) -> None:
    """Results that the two APIs write down differently, or that are objects of the old one."""
    name = getattr(function, "name", "a lambda")
    promised = getattr(function, "returns", None)
    values = draft.facts.state.returns.get(function, frozenset())
    kinds = {str(getattr(v, "type", getattr(v, "kind", ""))) for v in values}
    if any(kind.startswith(PACKAGE) for kind in kinds):
        text = f"{name} returns an object of the SDK, which the model gets to see"
        draft.block(owner, function, text)
    if "bytes" in kinds or (promised is not None and "bytes" in ast.unparse(promised)):
        text = f"{name} returns bytes, which the SDK sent as base64; create sends them as text"
        draft.doubt(owner, function, text)
    for value in values:
        if isinstance(value, Instance) and _may_hold_none(value.node):
            text = f"{name} returns a {value.node.name}, of which the SDK left out what is None"
            draft.doubt(owner, function, text)
        if isinstance(value, Object) and value.type in CONTAINERS and _is_kept(function, value):
            text = f"{name} returns a {value.type} that the program keeps; the SDK sent it again "
            draft.note(owner, text + "with every request, as it was by then")


def _is_kept(function: FunctionNode, value: Object) -> bool:
    """Whether a container that a call gives was made outside of the function."""
    return value.origin is not None and value.origin not in set(ast.walk(function))


def _may_hold_none(cls: ast.ClassDef) -> bool:
    fields = [ast.unparse(s.annotation) for s in cls.body if isinstance(s, ast.AnnAssign)]
    return any("None" in field or "Optional" in field for field in fields)
