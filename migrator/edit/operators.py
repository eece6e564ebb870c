"""Operations: how tightly they bind, and where Black breaks one that is too long."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from migrator.edits import Binding

COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
_BRANCHES = (cst.BooleanOperation, cst.BinaryOperation)
_MATH: dict[type[cst.CSTNode], int] = {
    cst.BitOr: 9,
    cst.BitXor: 8,
    cst.BitAnd: 7,
    cst.LeftShift: 6,
    cst.RightShift: 6,
    cst.Add: 5,
    cst.Subtract: 5,
    cst.Power: 1,
}
_NEVER = -1


def breaks_of(node: cst.CSTNode) -> list[cst.BaseParenthesizableWhitespace]:
    """The blanks before the loosest operators (or clauses) of `node`, where its lines may end."""
    level = _level(node)
    return [] if level is None else list(_breaks(node, level, node))


def is_part_of_chain(node: cst.CSTNode, parent: cst.CSTNode) -> bool:
    """Whether `node` is broken where `parent` is: `a and b` in `a and b and c`."""
    level = _level(node)
    return level is not None and level == _level(parent) and not getattr(node, "lpar", ())


def _level(node: cst.CSTNode) -> int | None:
    if isinstance(node, COMPREHENSIONS):
        return 20
    if isinstance(node, cst.IfExp):
        return 16
    if isinstance(node, cst.BooleanOperation):
        return 14
    if isinstance(node, cst.Comparison):
        return 10
    return _MATH.get(type(node.operator), 4) if isinstance(node, cst.BinaryOperation) else None


def _breaks(
    node: cst.CSTNode, level: int, root: cst.CSTNode
) -> Iterator[cst.BaseParenthesizableWhitespace]:
    if isinstance(node, COMPREHENSIONS):
        if node is root:
            yield from _clause_breaks(node.for_in)
    elif node is not root and (_level(node) != level or getattr(node, "lpar", ())):
        return
    elif isinstance(node, _BRANCHES):
        yield from _breaks(node.left, level, root)
        yield node.operator.whitespace_before
        yield from _breaks(node.right, level, root)
    elif isinstance(node, cst.Comparison):
        yield from (target.operator.whitespace_before for target in node.comparisons)
    elif isinstance(node, cst.IfExp):
        yield from _breaks(node.body, level, root)
        yield node.whitespace_before_if
        yield from _breaks(node.test, level, root)
        yield node.whitespace_before_else
        yield from _breaks(node.orelse, level, root)


def _clause_breaks(clause: cst.CompFor | None) -> Iterator[cst.BaseParenthesizableWhitespace]:
    while clause is not None:
        yield clause.whitespace_before
        yield from (test.whitespace_before for test in clause.ifs)
        clause = clause.inner_for_in


def strength(node: cst.BaseExpression) -> int:
    """How tightly `node` binds what it is made of."""
    if node.lpar:
        return Binding.ATOM
    if isinstance(node, (cst.NamedExpr, cst.Yield, cst.GeneratorExp, cst.Tuple)):
        return _NEVER
    if isinstance(node, (cst.Lambda, cst.IfExp)):
        return Binding.LOOSE
    if isinstance(node, cst.BooleanOperation):
        return Binding.AND if isinstance(node.operator, cst.And) else Binding.OR
    if isinstance(node, cst.UnaryOperation):
        return Binding.NOT if isinstance(node.operator, cst.Not) else Binding.ARITHMETIC
    if isinstance(node, cst.Comparison):
        return Binding.COMPARE
    if isinstance(node, cst.BinaryOperation):
        return Binding.ARITHMETIC
    return Binding.AWAIT if isinstance(node, cst.Await) else Binding.ATOM


def needs_parentheses(node: cst.BaseExpression, place: Binding) -> bool:
    """Whether `node` would be read differently, or not at all, in `place`."""
    if node.lpar or isinstance(node, cst.StarredElement):
        return False
    if isinstance(node, cst.BaseNumber):
        return place is Binding.ATOM  # `1.real` is a broken float
    if isinstance(node, cst.Comparison) and place is Binding.COMPARE:
        return True
    if isinstance(node, cst.BinaryOperation) and place is Binding.ARITHMETIC:
        return True
    if isinstance(node, cst.Await) and place is Binding.AWAIT:
        return True
    return strength(node) < place


def demanded(parent: cst.CSTNode, child: cst.CSTNode) -> Binding | None:
    """How tightly `child` must bind where it stands in `parent`; None where anything goes."""
    if isinstance(parent, (cst.Attribute, cst.Subscript)):
        return Binding.ATOM if parent.value is child else Binding.LOOSE
    if isinstance(parent, cst.Call):
        return Binding.ATOM
    if isinstance(parent, cst.Await):
        return Binding.AWAIT
    if isinstance(parent, cst.UnaryOperation):
        return Binding.NOT if isinstance(parent.operator, cst.Not) else Binding.ARITHMETIC
    if isinstance(parent, cst.BinaryOperation):
        return Binding.AWAIT if isinstance(parent.operator, cst.Power) else Binding.ARITHMETIC
    if isinstance(parent, (cst.StarredElement, cst.StarredDictElement)):
        # The grammar allows an operand of `|` here, no comparison and nothing looser.
        return Binding.ARITHMETIC
    if isinstance(parent, cst.Arg):
        return Binding.ARITHMETIC if parent.star else Binding.LOOSE
    if isinstance(parent, (cst.Comparison, cst.ComparisonTarget)):
        return Binding.COMPARE
    if isinstance(parent, cst.BooleanOperation):
        return Binding.AND if isinstance(parent.operator, cst.And) else Binding.OR
    if isinstance(parent, cst.IfExp):
        return Binding.LOOSE if parent.orelse is child else Binding.TERNARY
    if isinstance(parent, (cst.CompFor, cst.CompIf)):
        return Binding.TERNARY
    if isinstance(parent, (cst.Expr, cst.Assign, cst.Return, cst.AugAssign, cst.Yield)):
        return None
    return Binding.LOOSE


def is_statement_value(parent: cst.CSTNode, child: cst.CSTNode) -> bool:
    """Whether `child` may be put in parentheses to break a statement."""
    if isinstance(parent, (cst.Assign, cst.AugAssign, cst.AnnAssign, cst.Return)):
        return parent.value is child
    return isinstance(parent, (cst.If, cst.While, cst.Assert)) and parent.test is child
