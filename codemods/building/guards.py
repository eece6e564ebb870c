"""Guards against missing candidates, contents and parts: one question about the steps now.

`r.candidates and r.candidates[0].content and r.candidates[0].content.parts` asks it three times,
and so does `not r.candidates or not r.candidates[0].content or …`.
"""

from __future__ import annotations

import ast

from codemods.building.interaction import WRAPPED, as_bool, inner
from codemods.tables.api import (
    ENTRY_POINT,
    GROUNDING_CHUNKS,
    GROUNDING_SUPPORTS,
    PARTS,
    QUERIES,
    URL_METADATAS,
)
from migrator.edits import Code, Replace, Span, Template
from migrator.plan import Draft, Reading, is_tested
from migrator.plan.units import Member
from migrator.understand.values import Object

FIELDS = {
    "parts": PARTS,
    "grounding_chunks": GROUNDING_CHUNKS,
    "grounding_supports": GROUNDING_SUPPORTS,
    "web_search_queries": QUERIES,
    "search_entry_point": ENTRY_POINT,
    "url_metadata": URL_METADATAS,
}
"""Fields of what a response holds that are guarded by it in turn."""
GUARDED = {*WRAPPED, *FIELDS.values()}
INNERMOST = "rendered_content"


def guard(draft: Draft, reading: Reading, found: Code) -> None:
    """Test `found` where the truth of `reading.base` is tested, or whether it is None."""
    base, node = reading.base, reading.node
    if isinstance(node, ast.Compare):
        absent = isinstance(node.ops[0], (ast.Is, ast.Eq))
        if not absent and not is_tested(draft.facts, node):
            found = as_bool(found)
        ask(draft, reading.owner, node, base, found, negated=absent)
        return
    parent = draft.facts.structure.parent(base)
    chain = draft.facts.structure.parent(parent) if parent is not None else None
    if isinstance(parent, ast.UnaryOp) and isinstance(chain, ast.BoolOp):
        ask(draft, reading.owner, parent, base, found, negated=True)
    else:
        ask(draft, reading.owner, base, base, found)


def ask(
    draft: Draft,
    owner: Member,
    node: ast.expr,
    base: ast.expr,
    found: Code,
    *,
    negated: bool = False,
) -> None:
    """Put `found` in the place of `node`, a question about `base`, or its negation.

    Questions before it that ask for less of the same response go away.
    """
    code: Code = Template(("not ", found)) if negated else found
    chain = draft.facts.structure.parent(node)
    joined = ast.Or if negated else ast.And
    if not isinstance(chain, ast.BoolOp) or not isinstance(chain.op, joined):
        draft.replace(owner, node, code)
        return
    index = chain.values.index(node)
    root = _root(draft, base)
    if index + 1 < len(chain.values) and _asks(draft, chain.values[index + 1], root, negated):
        return  # the next operand asks for more
    first = index
    while first and _asks(draft, chain.values[first - 1], root, negated):
        first -= 1
    start = draft.positions.span_with_parentheses(draft.span(chain.values[first])).start
    end = draft.positions.span_with_parentheses(draft.span(node)).end
    if first == 0 and index + 1 == len(chain.values):
        whole = draft.positions.span_with_parentheses(draft.span(chain))
        if draft.text[whole.start - 1 : whole.start].isspace():
            start, end = whole.start, whole.end
    draft.edit(owner, Replace(Span(start, end), code))


def _asks(draft: Draft, node: ast.expr, root: str, negated: bool) -> bool:
    """Whether `node` is a guard of the response that `root` spells."""
    base = _asked(node, negated)
    if base is None or isinstance(base, ast.NamedExpr):
        return False
    told = base.value if isinstance(base, ast.Attribute) and base.attr == INNERMOST else base
    kinds = {v.type for v in draft.values(told) if isinstance(v, Object)}
    return bool(kinds) and kinds <= GUARDED and _root(draft, base) == root


def _asked(node: ast.expr, negated: bool) -> ast.expr | None:
    """What a test asks for: `x` of `x`, `x is not None` and `len(x) > 0`, or their negations."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand if negated else None
    if isinstance(node, ast.Compare):
        if counts(node) is (not negated) and isinstance(node.left, ast.Call):
            return node.left.args[0]
        other = node.comparators[0]
        is_none = isinstance(other, ast.Constant) and other.value is None
        alike = isinstance(node.ops[0], ast.Is if negated else ast.IsNot)
        return node.left if is_none and alike and len(node.ops) == 1 else None
    return None if negated else node


def counts(node: ast.Compare) -> bool | None:
    """True for `len(x) > 0`, False for `len(x) == 0` and their like, None for anything else."""
    left, limit = node.left, node.comparators[0]
    if (
        len(node.ops) != 1
        or not isinstance(left, ast.Call)
        or getattr(left.func, "id", "") != "len"
    ):
        return None
    test = (type(node.ops[0]), limit.value if isinstance(limit, ast.Constant) else None)
    if test in {(ast.Gt, 0), (ast.GtE, 1), (ast.NotEq, 0)}:
        return True
    return False if test in {(ast.Eq, 0), (ast.Lt, 1)} else None


def _root(draft: Draft, node: ast.expr) -> str:
    """The response that a guard is about."""
    current = node
    while isinstance(current, ast.Attribute) and current.attr in {*FIELDS, INNERMOST}:
        current = current.value
    while (nearer := inner(draft, current)) is not None:
        current = nearer
    return draft.source(current)
