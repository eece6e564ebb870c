"""What a test of a part says about the kind of item that stands in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.tables.items import ALL, FIELDS, Kinds
from migrator.plan import Draft
from migrator.understand.structure import COMPREHENSIONS

TELLING = frozenset(
    {"code_execution_result", "executable_code", "function_call", "inline_data", "text"}
)
"""Fields that each have a type of content, or of steps, of their own."""
JUMPS = (ast.Continue, ast.Break, ast.Return, ast.Raise)
NOTHING: Kinds = frozenset()
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that holds an item in a part of the program, the body of a loop or of a function."""

    draft: Draft
    name: str
    body: ast.AST
    """The loop, comprehension, function or module whose tests count."""
    bound_once: bool
    """Whether nothing binds the name but the loop (or one assignment)."""


def field_of(node: ast.expr, variable: Variable) -> str | None:
    """The field of the variable that `node` reads: `part.text`, `part.as_image()`, an alias."""
    if isinstance(node, ast.NamedExpr):
        return field_of(node.value, variable)
    if isinstance(node, ast.Name):
        alias = _alias(node, variable)
        return field_of(alias, variable) if alias is not None else None
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "as_image":
            return field_of(node.func, variable)
        if not (isinstance(node.func, ast.Name) and node.func.id == "getattr"):
            return None
        if len(node.args) < 2 or not isinstance(node.args[1], ast.Constant):
            return None
        base, name = node.args[0], str(node.args[1].value)
    elif isinstance(node, ast.Attribute):
        base, name = node.value, node.attr
    else:
        return None
    if isinstance(base, ast.Name) and base.id == variable.name and name in FIELDS:
        return name
    if name == "as_image" and field_of(base, variable) == "inline_data":
        return name
    return None


def _alias(node: ast.Name, variable: Variable) -> ast.expr | None:
    """What `blob` stands for after `blob = part.inline_data`, its only assignment."""
    if node.id == variable.name or not isinstance(variable.body, (ast.For, ast.AsyncFor)):
        return None
    stores = [
        other
        for other in variable.draft.facts.structure.stores(node.id)
        if isinstance(other.ctx, ast.Store)
    ]  # fmt: skip
    if len(stores) != 1:
        return None
    statement = variable.draft.facts.structure.parent(stores[0])
    if isinstance(statement, ast.NamedExpr):
        return statement.value
    if statement in variable.body.body and isinstance(statement, ast.Assign):
        return statement.value
    return None


def implied(test: ast.expr, variable: Variable, truth: bool) -> Kinds:
    """The kinds for which `test` can come out as `truth`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return implied(test.operand, variable, not truth)
    if isinstance(test, ast.BoolOp):
        return _operands(test, variable, truth)
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.args:
        if test.func.id == "bool":
            return implied(test.args[0], variable, truth)
        if is_probe_of(test, variable):
            if asks_type(variable.draft, test):
                kinds = FIELDS[ast.literal_eval(test.args[1])]
                return kinds if truth else ALL - kinds
            return ALL if truth else NOTHING  # every part had every attribute
        if test.func.id == "isinstance" and truth and field_of(test.args[0], variable) == "text":
            return FIELDS["text"]
    field = field_of(test, variable)
    if field is not None:
        return _by_field(field, truth)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        field = field_of(test.left, variable)
        if field is not None:
            return _compared(field, test, truth)
    return read_through(test, variable)


def is_probe_of(node: ast.expr, variable: Variable) -> bool:
    """Whether `node` is `hasattr(part, …)` with an attribute of parts."""
    if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "hasattr":
        return False
    if len(node.args) != 2 or not isinstance(node.args[1], ast.Constant):
        return False
    base = node.args[0]
    named = isinstance(base, ast.Name) and base.id == variable.name
    return named and node.args[1].value in FIELDS


def asks_type(draft: Draft, probe: ast.expr) -> bool:
    """Whether a `hasattr` that was always true decides between ways, and so is meant as a test.

    That is where it keeps others from being taken: `if …: … else: …`, `if …: continue`; or where
    others do, `elif …:`.
    """
    statement = draft.facts.structure.parent(probe)
    if not isinstance(statement, ast.If) or statement.test is not probe:
        return False
    if not isinstance(probe, ast.Call) or ast.literal_eval(probe.args[1]) not in TELLING:
        return False
    if statement.orelse or isinstance(statement.body[-1], JUMPS):
        return True
    return draft.source(statement).startswith("elif")


def _operands(test: ast.BoolOp, variable: Variable, truth: bool) -> Kinds:
    """Of `and` and `or`: an operand is asked only if those before it left the question open."""
    conjunction = isinstance(test.op, ast.And)
    open_, found = ALL, NOTHING
    for operand in test.values:
        settled = open_ & implied(operand, variable, not conjunction)
        open_ &= implied(operand, variable, conjunction)
        found |= settled
    return open_ if truth is conjunction else found


def _by_field(field: str, truth: bool) -> Kinds:
    if truth:
        return FIELDS[field]
    # a text may be empty, and media need not be an image
    return ALL if field in {"text", "as_image"} else ALL - FIELDS[field]


def _compared(field: str, test: ast.Compare, truth: bool) -> Kinds:
    other, operator = test.comparators[0], test.ops[0]
    if not isinstance(other, ast.Constant):
        return ALL
    if other.value is None and field != "thought":
        present = isinstance(operator, (ast.IsNot, ast.NotEq)) is truth
        if field == "as_image" and not present:
            return ALL
        return FIELDS[field] if present else ALL - FIELDS[field]
    if other.value is not None and isinstance(operator, (ast.Eq, ast.Is)) and truth:
        return FIELDS[field] if other.value else ALL
    return ALL


def read_through(node: ast.expr, variable: Variable) -> Kinds:
    """The kinds for which `node` raises no error: `part.inline_data.data` needs inline data."""
    kinds = ALL
    for part in _evaluated(node):
        if isinstance(part, (ast.Attribute, ast.Subscript)):
            field = field_of(part.value, variable)
            if field is not None and field != "thought":
                if field_of(part, variable) is None:
                    kinds &= FIELDS[field]
    return kinds


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions in `node` that are evaluated whatever comes out."""
    yield node
    if isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
        return
    if isinstance(node, ast.BoolOp):
        yield from _evaluated(node.values[0])
    elif isinstance(node, ast.IfExp):
        yield from _evaluated(node.test)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _evaluated(child)
