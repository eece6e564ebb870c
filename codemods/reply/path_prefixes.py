"""Prefixes of the path to what a reply holds, and expressions that are one of them or nothing.

A response had candidates, a candidate content, the content parts, and each might be missing: so
programs hold a candidate or None, a content or None, `candidates or []`. An interaction is never
missing, and takes the place of them all; whether anything is in it is asked of its steps.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.candidate_aliases import aliased, is_stable
from codemods.reply.path_kinds import (
    counts,
    is_field,
    is_nothing,
    is_response,
    kinds_of,
    may_store,
    reads_field,
    stores,
    strongest,
)
from codemods.tables.api import (
    CANDIDATE,
    CANDIDATES,
    CONTENT,
    FEEDBACK,
    GROUNDING,
    PARTS,
    RESPONSE,
    URL_CONTEXT,
)
from migrator.plan import Draft, is_tested
from migrator.understand.values import may_be

WRAPPED = frozenset({CANDIDATES, CANDIDATE, CONTENT, FEEDBACK, GROUNDING, URL_CONTEXT})
"""Old objects that are parts of a response; the interaction itself takes their place."""

WAY = frozenset({CANDIDATES, CANDIDATE, CONTENT, PARTS})
"""The steps of the way to the parts: the presence of each is one question now."""

LISTING = frozenset({"enumerate", "iter", "list", "reversed", "sorted", "tuple"})
"""Functions over whose result a loop goes through the same."""


def nearer(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The expression one step nearer to the response, if `node` is such a step, or nothing."""
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        kinds = {RESPONSE, *WRAPPED}
        inside = may_be(draft.values(node.value), *kinds) or kinds_of(draft, node.value)
        return node.value if inside and kinds_of(draft, node) else None
    if not kinds_of(draft, node):
        return None
    if isinstance(node, ast.Name):
        return _of_name(draft, node)
    if isinstance(node, ast.NamedExpr):
        return node.value if _of_name(draft, node.target) is node.value else None
    if isinstance(node, ast.Call):
        return _of_call(draft, node)
    if isinstance(node, ast.IfExp):
        for branch, other, wanted in (
            (node.body, node.orelse, True),
            (node.orelse, node.body, False),
        ):
            if is_nothing(other) and presence(draft, node.test) is wanted:
                return branch
    if isinstance(node, ast.BoolOp):
        return _of_chain(draft, node)
    return None


def _of_name(draft: Draft, node: ast.Name) -> ast.expr | None:
    """`response.candidates[0]` of `candidate`, if the name can go."""
    value = aliased(draft, node) if kinds_of(draft, node) <= WRAPPED else None
    if value is None:
        return _looped(draft, node)
    if value not in draft.facts.state.values:
        return None
    response = root(draft, value)
    scope = draft.facts.structure.scope_of[node]
    known = isinstance(response, ast.Name) and is_stable(draft, scope, response.id)
    return value if known and response is not value else None


def holds_still(draft: Draft, loop: ast.For | ast.comprehension) -> bool:
    """Whether what a loop goes through is read of a name, or of an attribute of one, that nothing
    in the loop binds.
    """
    found = root(draft, plain(loop.iter))
    holder = draft.facts.structure.parent(loop) if isinstance(loop, ast.comprehension) else loop
    if holder is None or found is plain(loop.iter):
        return False
    inside = list(ast.walk(holder))
    if isinstance(found, ast.Attribute) and isinstance(found.value, ast.Name):
        owner = found.value.id
        return not any(
            stores(n, owner) or stores(n, found.attr) or may_store(n, owner) for n in inside
        )
    return isinstance(found, ast.Name) and not any(stores(n, found.id) for n in inside)


def _looped(draft: Draft, node: ast.Name) -> ast.expr | None:
    """What a loop goes through whose body alone is left, with one candidate under this name."""
    current: ast.AST | None = node
    while current is not None:
        loops = getattr(current, "generators", [current])
        for loop in loops:
            if loop in single_loops(draft) and loop.target.id == node.id:
                return plain(loop.iter)
        current = draft.facts.structure.parent(current)
    return None


def single_loops(draft: Draft) -> set[ast.AST]:
    """The loops over candidates of which only the body is left."""
    return draft.once("single loops", set[ast.AST])


def _of_call(draft: Draft, node: ast.Call) -> ast.expr | None:
    """`getattr(x, "content", None)`, `next(iter(x), None)` and `next((c for c in x), None)`."""
    name = getattr(node.func, "id", "")
    if name == "getattr" and len(node.args) >= 2:
        return node.args[0]
    if name == "list" and len(node.args) == 1:
        return node.args[0]
    if name != "next" or not node.args or not all(map(is_nothing, node.args[1:])):
        return None
    source = node.args[0]
    if isinstance(source, ast.Call) and getattr(source.func, "id", "") == "iter":
        return source.args[0] if len(source.args) == 1 else None
    if not isinstance(source, ast.GeneratorExp) or len(source.generators) != 1:
        return None
    (over,) = source.generators
    kept = all(presence(draft, test) is True for test in over.ifs)
    same = ast.unparse(source.elt) == ast.unparse(over.target)
    return over.iter if kept and same else None


def _of_chain(draft: Draft, node: ast.BoolOp) -> ast.expr | None:
    """`x or []`, and `x and x[0]`, which are both `x[0]` or nothing."""
    *before, last = node.values
    if isinstance(node.op, ast.Or):
        return before[0] if len(before) == 1 and is_nothing(last) else None
    return last if all(presence(draft, value) is True for value in before) else None


def root(draft: Draft, node: ast.expr) -> ast.expr:
    """The response (or the name for a part of it) that `node` is a prefix of a path from."""
    while (found := nearer(draft, node)) is not None:
        node = found
    return node


def presence(draft: Draft, test: ast.expr) -> bool | None:
    """True where `test` asks whether something is there, False where it asks whether nothing is.

    None where it asks for anything else (as well), or for things of several responses.
    """
    found = list(_asked(draft, test))
    ways = {present for _, present in found}
    if not found or len(ways) > 1 or None in ways:
        return None
    asked = [base for base, _ in found if base is not None]
    alike = {ast.unparse(root(draft, base)) for base in asked}
    return ways.pop() if len(alike) == 1 and strongest(draft, asked) else None


def bases(draft: Draft, test: ast.expr) -> list[ast.expr]:
    """What a test with a `presence` asks for."""
    return [base for base, _ in _asked(draft, test) if base is not None]


Asked = tuple[ast.expr | None, bool | None]


def _asked(draft: Draft, test: ast.expr) -> Iterator[Asked]:
    """What a test asks for, and whether it holds where that is there; None is anything else."""
    if isinstance(test, ast.NamedExpr):
        if nearer(draft, test) is not None:
            yield test.value, True
        else:
            yield None, None
    elif is_asked(draft, test):
        yield test, True
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        for base, present in _asked(draft, test.operand):
            yield base, None if present is None else not present
    elif isinstance(test, ast.BoolOp):
        conjunction = isinstance(test.op, ast.And)
        for operand in test.values:
            for base, present in _asked(draft, operand):
                yield base, present if present is conjunction else None
    elif isinstance(test, ast.Compare):
        yield _compared(draft, test)
    elif isinstance(test, ast.Call):
        yield from _called(draft, test)
    else:
        yield None, None


def _compared(draft: Draft, test: ast.Compare) -> Asked:
    if len(test.ops) != 1:
        return None, None
    counted = counts(test)
    if counted is not None and isinstance(test.left, ast.Call):
        inner = test.left.args[0]
        return (inner, counted) if is_asked(draft, plain(inner)) else (None, None)
    other = test.comparators[0]
    if not (isinstance(other, ast.Constant) and other.value is None):
        return None, None
    if not isinstance(test.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        return None, None
    absent = isinstance(test.ops[0], (ast.IsNot, ast.NotEq))
    if isinstance(test.left, ast.NamedExpr) and nearer(draft, test.left) is not None:
        return test.left.value, absent
    return (test.left, absent) if is_asked(draft, test.left) else (None, None)


def _called(draft: Draft, test: ast.Call) -> Iterator[Asked]:
    """`bool(x)`, `len(x)`, `hasattr(x, "content")`, `isinstance(x, list)`, `any(c.content …)`."""
    name = getattr(test.func, "id", "")
    first = test.args[0] if test.args else None
    if name in {"bool", "len"} and len(test.args) == 1 and first is not None:
        yield from _asked(draft, plain(first))
    elif name == "isinstance" and len(test.args) == 2 and first is not None:
        whole = getattr(test.args[1], "id", "") == "list" and is_asked(draft, first)
        yield (first, True) if whole else (None, None)
    elif name == "hasattr" and len(test.args) == 2 and first is not None:
        if is_response(draft, first) and getattr(test.args[1], "value", "") == "candidates":
            return  # which every response has: it asks for nothing
        known = kinds_of(draft, first) and is_field(draft, first, test.args[1])
        yield (plain(first), True) if known else (None, None)
    elif name == "any" and isinstance(first, ast.GeneratorExp) and len(first.generators) == 1:
        over = first.generators[0].iter
        if not may_be(draft.values(plain(over)), CANDIDATES):
            yield None, None
            return
        yield over, True
        for part in (first.elt, *first.generators[0].ifs):
            known = {kind for base in bases(draft, part) for kind in kinds_of(draft, base)} <= WAY
            yield over, True if known and presence(draft, part) else None
    else:
        yield None, None


def plain(node: ast.expr) -> ast.expr:
    """`x` of `x or []`."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and len(node.values) == 2:
        return node.values[0] if is_nothing(node.values[1]) else node
    return node


def listed(node: ast.expr) -> ast.expr:
    """`x` of `enumerate(x)`, which a loop goes through."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in LISTING:
        return node.args[0] if node.args else node
    return node


def is_asked(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is (or may be) something whose presence is asked, where it is read.

    A name for a list of parts, chunks or queries is a list still, and asked by itself.
    """
    kinds = kinds_of(draft, node)
    if isinstance(node, (ast.BoolOp, ast.IfExp, ast.NamedExpr)) or len(kinds) != 1:
        return False
    return reads_field(draft, node) or kinds <= WRAPPED


def test_of(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The largest test around `node` that asks for nothing but the presence of its root."""
    structure = draft.facts.structure
    named = isinstance(node, ast.NamedExpr) and nearer(draft, node) is not None
    found = node if (named or is_asked(draft, node)) and is_tested(draft.facts, node) else None
    current = structure.parent(node)
    while isinstance(current, (ast.expr, ast.comprehension)):
        if isinstance(current, ast.expr) and _is_test(draft, current):
            if presence(draft, current) is not None:
                found = current
        current = structure.parent(current)
    return found


def _is_test(draft: Draft, node: ast.expr) -> bool:
    """Whether nothing but the truth of `node` matters, or that is all it is."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        return name in {"any", "bool", "hasattr", "isinstance"} or (
            name == "len" and is_tested(draft.facts, node)
        )
    if isinstance(node, ast.BoolOp):
        return is_tested(draft.facts, node) or all(_is_test(draft, v) for v in node.values)
    return isinstance(node, (ast.Compare, ast.UnaryOp))
