"""Expressions that read an interaction, and the old expressions that now mean the interaction."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.reply.path_prefixes import root
from migrator.edits import Binding, ClausesCode, Code, Replace, Template
from migrator.plan import Draft, Reading, is_kept
from migrator.plan.units import Member

STEPS = "for step in {}.steps or []"
TEXTS = (
    STEPS,
    'if step.type == "model_output"',
    "for content in step.content or []",
    'if content.type == "text"',
)
"""The clauses that go through the text of a reply; `{}` stands for the interaction."""


def stand_ins(draft: Draft) -> dict[ast.expr, Code]:
    """Reads of which some other plan says what they become, such as those in a stream's loop."""
    return draft.once("stand-ins", dict[ast.expr, Code])


def interaction(draft: Draft, node: ast.expr, binding: Binding = Binding.ATOM) -> Code:
    """The interaction behind `node`: `response` for `response.candidates[0].content`."""
    return draft.hole(root(draft, node), binding)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A comprehension over the steps of an interaction, with its brackets."""

    before: str
    element: str
    clauses: tuple[str, ...]
    after: str

    def over(self, code: Code) -> ClausesCode:
        """The comprehension over the interaction `code`."""
        clauses = tuple(_filled(clause, code) for clause in self.clauses)
        return ClausesCode(self.before, self.element, clauses, self.after)


OUTPUT = Pattern("any(", "step.content", (STEPS, 'if step.type == "model_output"'), ")")


def asked_of(draft: Draft, node: ast.expr, pattern: Pattern) -> Code:
    """A test of the interaction behind `node`, which may also be given a name here."""
    if not isinstance(node, ast.NamedExpr):
        return pattern.over(interaction(draft, node))
    # no comprehension may give names in what it goes through
    return named_and(draft, node, pattern.over(draft.hole(node.target)))


def named_and(draft: Draft, node: ast.NamedExpr, found: Code) -> Code:
    """`(name := …) and <found>` in the place of `node`, in brackets unless that is a test alone."""
    around = draft.facts.structure.parent(node)
    test = isinstance(around, (ast.If, ast.While, ast.IfExp, ast.Assert)) and around.test is node
    both = isinstance(around, ast.BoolOp) and isinstance(around.op, ast.And)
    if test or both or isinstance(around, ast.comprehension):
        return Template((draft.hole(node), " and ", found))
    return ClausesCode("(", draft.hole(node), (Template(("and ", found)),), ")")


def _filled(clause: str, code: Code) -> Code:
    before, hole, after = clause.partition("{}")
    return Template((before, code, after)) if hole else clause


def rename(draft: Draft, owner: Member, node: ast.AST, name: str) -> None:
    """Read another attribute, whether by a dot, by getattr or by hasattr."""
    if isinstance(node, ast.Attribute):
        draft.edit(owner, Replace(draft.positions.attribute_name(node), name))
        return
    assert isinstance(node, ast.Call)
    literal = node.args[1]
    quote = draft.source(literal)[0]
    draft.replace(owner, literal, f"{quote}{name}{quote}")


def is_probe(node: ast.AST) -> bool:
    """Whether `node` is `hasattr(x, …)`."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hasattr"
    )


def attribute_read(node: ast.AST) -> str:
    """The attribute that a read by dot, getattr or hasattr names."""
    if isinstance(node, ast.Attribute):
        return node.attr
    assert isinstance(node, ast.Call) and isinstance(node.args[1], ast.Constant)
    return str(node.args[1].value)


def keep(draft: Draft, reading: Reading) -> None:
    """The use means on the interaction what it meant on the response."""


def as_bool(found: Code) -> Code:
    """A test whose outcome is kept: True or False, and nothing else."""
    if isinstance(found, ClausesCode) and found.before == "any(":
        return found
    return Template(("bool(", found, ")"))


def is_never_none(draft: Draft, node: ast.expr) -> bool:
    """Whether an expression, or all that a name is bound to, is `count or 0`, `calls or []`, …"""
    structure = draft.facts.structure
    values = [node]
    if isinstance(node, ast.Name):
        stores = structure.bindings(structure.owner_of(node), node.id)
        assigned = [a for n in stores if isinstance(a := structure.parent(n), ast.Assign)]
        values = [assign.value for assign in assigned if len(assign.targets) == 1]
        if not values or len(values) < len(stores):
            return False
    lasts = [v.values[-1] for v in values if isinstance(v, ast.BoolOp) and isinstance(v.op, ast.Or)]
    return len(lasts) == len(values) and all(_is_something(draft, last) for last in lasts)


def _is_something(draft: Draft, node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple, ast.Dict, ast.JoinedStr)):
        return True
    constant = draft.constant(node)
    return constant is not None and constant.value is not None


def none_test(draft: Draft, reading: Reading, found: Code) -> None:
    """`x is None` -> `not <found>`, `x is not None` -> `<found>`."""
    compare = reading.node
    assert isinstance(compare, ast.Compare)
    if is_never_none(draft, compare.left):
        return
    if isinstance(compare.ops[0], (ast.Is, ast.Eq)):
        draft.replace(reading.owner, compare, Template(("not ", found)))
    elif is_kept(draft.facts, compare):
        draft.replace(reading.owner, compare, as_bool(found))
    else:
        draft.replace(reading.owner, compare, found)
