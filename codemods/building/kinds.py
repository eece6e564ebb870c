"""Which kinds of items an expression may be where it stands, after the tests on the way there.

A part had all fields, `None` in most; an item has those of its own type only. So every read must
know, by tests in view, what it reads from.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.tables.items import ALL, FIELDS, Kinds
from migrator.plan import Draft
from migrator.understand.structure import COMPREHENSIONS, FUNCTION_TYPES

NOTHING: Kinds = frozenset()
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
PURE_CALLS = frozenset({"bool", "len", "isinstance", "hasattr", "getattr", "str"})


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
    return _read_through(test, variable)


def is_probe_of(node: ast.expr, variable: Variable) -> bool:
    """Whether `node` is `hasattr(part, …)` with an attribute of parts."""
    if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "hasattr":
        return False
    if len(node.args) != 2 or not isinstance(node.args[1], ast.Constant):
        return False
    base = node.args[0]
    named = isinstance(base, ast.Name) and base.id == variable.name
    return named and node.args[1].value in FIELDS


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


def _read_through(node: ast.expr, variable: Variable) -> Kinds:
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


def kinds_at(node: ast.AST, variable: Variable, kinds: Kinds) -> Kinds:
    """What is left of `kinds` at `node`, inside the variable's body."""
    structure = variable.draft.facts.structure
    current = node
    while current is not variable.body:
        parent = structure.parent(current)
        if parent is None or isinstance(current, FUNCTION_TYPES):
            break  # a function in the body may run at any time
        kinds &= _on_the_way(current, parent, variable)
        current = parent
    return kinds


def _on_the_way(node: ast.AST, parent: ast.AST, variable: Variable) -> Kinds:
    """What `parent` says of the variable where it runs its child `node`."""
    if _rebinds(parent, variable) and not isinstance(node, ast.stmt):
        return ALL
    if isinstance(parent, ast.BoolOp):
        truth = isinstance(parent.op, ast.And)
        before = parent.values[: [id(v) for v in parent.values].index(id(node))]
        return _all_hold(before, variable, truth)
    if isinstance(parent, ast.IfExp) and node is not parent.test:
        return implied(parent.test, variable, node is parent.body)
    if isinstance(parent, ast.comprehension) and node in parent.ifs:
        return _all_hold(parent.ifs[: parent.ifs.index(node)], variable, True)
    if isinstance(parent, COMPREHENSIONS):
        last = parent.generators.index(node) if isinstance(node, ast.comprehension) else None
        before = [test for g in parent.generators[:last] for test in g.ifs]
        return _all_hold(before, variable, True)
    if not isinstance(node, ast.stmt):
        return ALL
    kinds = ALL
    if not isinstance(parent, (ast.If, ast.While)) or _rebinds(parent, variable):
        pass
    elif node in parent.body:
        kinds &= implied(parent.test, variable, True)
    elif isinstance(parent, ast.If):
        kinds &= implied(parent.test, variable, False)
    for block in ("body", "orelse", "finalbody"):
        statements = getattr(parent, block, None)
        if isinstance(statements, list) and node in statements:
            earlier = statements[: statements.index(node)]
            if not _rebinds(node, variable):
                kinds &= _after_all(earlier, variable)
    return kinds


def _after_all(statements: Sequence[ast.stmt], variable: Variable) -> Kinds:
    """The kinds for which what follows the statements is reached."""
    kinds = ALL
    for statement in statements:
        kinds = ALL if _rebinds(statement, variable) else kinds & _afterwards(statement, variable)
    return kinds


def _rebinds(node: ast.AST, variable: Variable) -> bool:
    """Whether something in `node` gives the variable's name to something else.

    A comprehension in a loop that uses the same name has a variable of its own.
    """
    return any(
        isinstance(part, ast.Name)
        and part.id == variable.name
        and isinstance(part.ctx, (ast.Store, ast.Del))
        and not _in_comprehension(part, node, variable)
        for part in ast.walk(node)
    )


def _in_comprehension(name: ast.AST, outer: ast.AST, variable: Variable) -> bool:
    """Whether a name is the target of a comprehension inside `outer`."""
    structure = variable.draft.facts.structure
    current = name
    while current is not outer:
        parent = structure.parent(current)
        assert parent is not None
        if isinstance(parent, ast.comprehension):
            return current is parent.target
        current = parent
    return False


def _all_hold(tests: Sequence[ast.expr], variable: Variable, truth: bool) -> Kinds:
    kinds = ALL
    for test in tests:
        kinds &= implied(test, variable, truth)
    return kinds


def _afterwards(statement: ast.stmt, variable: Variable) -> Kinds:
    """The kinds for which what follows `statement` is reached."""
    if isinstance(statement, ast.Assert):
        return implied(statement.test, variable, True)
    if not isinstance(statement, ast.If):
        return ALL
    found = NOTHING
    for truth, block in ((True, statement.body), (False, statement.orelse)):
        if not leaves(block):
            found |= implied(statement.test, variable, truth)
    return found


def leaves(block: Sequence[ast.stmt]) -> bool:
    """Whether a block never falls through to what follows it."""
    if not block:
        return False
    last = block[-1]
    if isinstance(last, ast.If):
        return leaves(last.body) and leaves(last.orelse)
    return isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break))


def live_in_loop(block: Sequence[ast.stmt], variable: Variable, kinds: Kinds) -> Kinds:
    """The kinds of items for which the body of a loop does anything."""
    return _live(block, variable, kinds)[0]


def _live(block: Sequence[ast.stmt], variable: Variable, kinds: Kinds) -> tuple[Kinds, Kinds]:
    """The kinds something is done for, and those that fall through to what follows."""
    live = NOTHING
    for statement in block:
        if isinstance(statement, ast.If) and is_pure(statement.test, variable):
            fallen = NOTHING
            for truth, inner in ((True, statement.body), (False, statement.orelse)):
                some, rest = _live(
                    inner, variable, kinds & implied(statement.test, variable, truth)
                )
                live |= some
                fallen |= rest
            kinds = fallen
        elif isinstance(statement, ast.Continue):
            return live, NOTHING
        elif not _is_idle(statement, variable):
            live |= kinds
            if leaves([statement]):
                return live, NOTHING
    return live, kinds


def _is_idle(statement: ast.stmt, variable: Variable) -> bool:
    """Whether a statement does nothing: `pass`, a string, or naming a field of the item."""
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if not isinstance(statement, ast.Assign) or field_of(statement.value, variable) is None:
        return False
    target = statement.targets[0]
    if len(statement.targets) != 1 or not isinstance(target, ast.Name):
        return False
    return _stays_inside(target.id, variable)


def _stays_inside(name: str, variable: Variable) -> bool:
    """Whether a name is read in the variable's body only."""
    inside = set(ast.walk(variable.body))
    return all(
        node in inside
        for node in variable.draft.facts.structure.named.get(name, ())
        if isinstance(node, ast.Name)
    )


def live_in_comprehension(node: Comprehension, variable: Variable, kinds: Kinds) -> Kinds:
    """The kinds of items that a comprehension keeps."""
    tests = [test for generator in node.generators for test in generator.ifs]
    for test in tests:
        if not is_pure(test, variable):
            return kinds
        kinds &= implied(test, variable, True)
    parent = variable.draft.facts.structure.parent(node)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        if parent.func.id == "any" and isinstance(node, ast.GeneratorExp):
            if is_pure(node.elt, variable):
                kinds &= implied(node.elt, variable, True)
    return kinds


def is_pure(test: ast.expr, variable: Variable) -> bool:
    """Whether evaluating a test changes nothing, so that it need not be evaluated."""
    for node in ast.walk(test):
        if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(node, ast.NamedExpr) and not _stays_inside(node.target.id, variable):
            return False
        if isinstance(node, ast.Call) and not _is_pure_call(node, variable):
            return False
    return True


def _is_pure_call(node: ast.Call, variable: Variable) -> bool:
    """Whether a call only looks at the item: a builtin, or a method of one of its texts."""
    if isinstance(node.func, ast.Name):
        return node.func.id in PURE_CALLS
    return isinstance(node.func, ast.Attribute) and (
        field_of(node, variable) is not None or _read_through(node.func, variable) != ALL
    )
