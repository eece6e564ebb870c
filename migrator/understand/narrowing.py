"""What a test says about the names in it, on the branch where it came out true, or false."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from migrator.understand.forks import choose
from migrator.understand.values import (
    ANYTHING,
    NONE,
    TEXT,
    Constant,
    Instance,
    Object,
    Symbol,
    Value,
    Values,
    element_type,
    is_none,
    is_text,
    join,
)

if TYPE_CHECKING:
    from migrator.understand.expressions import Expressions

PLAIN = frozenset({"str", "bytes", "int", "float", "list", "tuple", "dict", "set"})
"""Types that are no subclass of anything a program tests for, but themselves."""
FINAL = frozenset({"pathlib.Path", "PIL.Image.Image"})
"""Other types whose values pass any test for them."""
EXCEPTIONS = frozenset({"Exception", "BaseException"})


def falsy(value: Value) -> Value:
    """What `value` is where it is false: an object of a library is true, so it must be missing.

    That goes for a list as well that is a part of one, such as that of candidates.
    """
    if isinstance(value, Object) and ("." in value.type or "[" in value.type):
        return NONE if value.path or "[" not in value.type else value
    return value


def narrow(scope: Expressions, test: ast.expr, truth: bool) -> None:
    """Drop from the names of `scope` what `test` rules out; only plain names are narrowed."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        narrow(scope, test.operand, not truth)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is truth:  # all of them hold, or none of them does
            for operand in test.values:
                narrow(scope, operand, truth)
    elif isinstance(test, ast.Name):
        _keep(scope, test.id, lambda value: _may_be(value, truth))
        choose(scope, test.id, truth)
    elif isinstance(test, ast.Compare):
        _compared(scope, test, truth)
    elif isinstance(test, ast.Call):
        _tested(scope, test, truth)


def _keep(scope: Expressions, name: str, wanted: Callable[[Value], bool]) -> None:
    values = scope.env.get(name)
    shared = (scope.scope, name) in scope.state.structure.shared
    if values is None or shared:
        return
    kept = frozenset(filter(wanted, values))
    if kept:  # a branch that nothing in view can reach is left as it is
        scope.env[name] = kept


def _may_be(value: Value, truth: bool) -> bool:
    """Whether a value may be true, or false."""
    if isinstance(value, Constant):
        return bool(value.value) is truth
    return True


def _compared(scope: Expressions, test: ast.Compare, truth: bool) -> None:
    """`x is None` and `x is not None`, `x == "user"` and the like."""
    other = test.comparators[0]
    if len(test.ops) != 1 or not isinstance(test.left, ast.Name):
        return
    if not (isinstance(other, ast.Constant) and other.value is None):
        _equals(scope, test.left.id, test.ops[0], other, truth)
        return
    none = isinstance(test.ops[0], (ast.Is, ast.Eq)) is truth
    if isinstance(test.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        _keep(scope, test.left.id, lambda value: is_none(value) if none else not is_none(value))


def left_of(test: ast.expr, truth: bool, node: ast.expr, values: Values) -> Values:
    """Those of `values` that `test` leaves for `node`, an item that was compared by it just now.

    That is the second `m["role"]` of `"model" if m["role"] == "assistant" else m["role"]`.
    """
    if not isinstance(test, ast.Compare) or not isinstance(node, (ast.Subscript, ast.Attribute)):
        return values
    if len(test.ops) != 1 or ast.dump(test.left) != ast.dump(node):
        return values
    wanted = _left(test.ops[0], test.comparators[0], truth)
    return frozenset(filter(wanted, values)) or values


def _equals(
    scope: Expressions, name: str, operator: ast.cmpop, other: ast.expr, truth: bool
) -> None:
    """`x == "user"`, `x not in ("user", "model")`: which constants are left."""
    _keep(scope, name, _left(operator, other, truth))


def _left(operator: ast.cmpop, other: ast.expr, truth: bool) -> Callable[[Value], bool]:
    """Whether a value may be left where a comparison with the constants of `other` came out so."""
    listed = isinstance(operator, (ast.In, ast.NotIn))
    nodes = [other]
    if listed:
        nodes = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else []
    words = [node.value for node in nodes if isinstance(node, ast.Constant)]
    plain = listed or isinstance(operator, (ast.Eq, ast.NotEq))
    if not plain or not words or len(words) < len(nodes):
        return lambda value: True
    alike = isinstance(operator, (ast.In, ast.Eq)) is truth
    return lambda v: not isinstance(v, Constant) or any(v.value == w for w in words) is alike


def _tested(scope: Expressions, test: ast.Call, truth: bool) -> None:
    """`isinstance(x, str)`, `isinstance(x, bytes)` and `isinstance(x, Exception)`."""
    if not (isinstance(test.func, ast.Name) and test.func.id == "isinstance"):
        return
    if len(test.args) != 2 or not isinstance(test.args[0], ast.Name):
        return
    name, asked = test.args[0].id, test.args[1]
    classes = asked.elts if isinstance(asked, ast.Tuple) else [asked]
    wanted = join(scope.state.values.get(one, ANYTHING) for one in classes)
    paths = {v.path for v in wanted if isinstance(v, Symbol)}
    if truth and len(paths) == len(wanted) and paths <= PLAIN:
        _leave_out_models(scope, name)
    if paths == {"str"}:
        _keep(scope, name, lambda value: is_text(value) is truth or _open(value))
        if truth and len(wanted) == 1:
            _become(scope, name, TEXT)
    elif len(paths) == 1 and len(wanted) == 1:
        (path,) = paths
        if path in {*PLAIN, *FINAL}:
            _keep(scope, name, lambda value: _may_be_a(value, path, truth))
            if truth and path in FINAL:
                _become(scope, name, Object(path, asked))
        elif path in EXCEPTIONS and truth:
            _leave_unknown(scope, name)
    elif paths and paths <= EXCEPTIONS and truth:
        _leave_unknown(scope, name)


def _leave_out_models(scope: Expressions, name: str) -> None:
    """Nothing plain is an object of the library: if all there is is one, code out of view came."""
    values: Values | None = scope.env.get(name)
    if not values or (scope.scope, name) in scope.state.structure.shared:
        return
    closed = scope.state.knowledge.closed
    models = frozenset(v for v in values if isinstance(v, Object) and v.type in closed)
    if models:
        scope.env[name] = values - models or ANYTHING


def _become(scope: Expressions, name: str, known: Value) -> None:
    """What passed the test for text is text, and so on, wherever it came from."""
    values: Values | None = scope.env.get(name)
    if values is not None and (scope.scope, name) not in scope.state.structure.shared:
        scope.env[name] = frozenset(known if _open(v) else v for v in values)


def _may_be_a(value: Value, path: str, truth: bool) -> bool:
    """Whether the value may pass (or fail) a test for the class `path`."""
    kind = value.kind if isinstance(value, Constant) else getattr(value, "type", "")
    kind = "list" if element_type(kind) else kind
    if kind == "bool":
        return True  # which is an int as well
    if truth:
        return kind == path or not (isinstance(value, Constant) or kind in {*PLAIN, *FINAL})
    return kind != path or kind not in {*PLAIN, *FINAL}


def _open(value: Value) -> bool:
    """Whether nothing is known of a value's class."""
    return not isinstance(value, (Constant, Object, Instance))


def _leave_unknown(scope: Expressions, name: str) -> None:
    """An exception in the place of what was asked for: it belongs to what was asked."""
    values: Values | None = scope.env.get(name)
    if values is not None and any(isinstance(v, Object) for v in values):
        scope.env[name] = frozenset(
            Object("exception", v.origin, ("exception()",)) if isinstance(v, Object) else v
            for v in values
        )
