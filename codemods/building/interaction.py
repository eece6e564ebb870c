"""Expressions that read an interaction, and the old expressions that now mean the interaction."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.building.prefixes import root
from migrator.edits import Binding, ClausesCode, Code, Replace, Template
from migrator.plan import Draft, Reading, is_tested
from migrator.plan.units import Member
from migrator.understand.structure import FUNCTION_TYPES

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
    return Template((draft.hole(node), " and ", pattern.over(draft.hole(node.target))))


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


def none_test(draft: Draft, reading: Reading, found: Code) -> None:
    """`x is None` -> `not <found>`, `x is not None` -> `<found>`."""
    compare = reading.node
    assert isinstance(compare, ast.Compare)
    if isinstance(compare.ops[0], (ast.Is, ast.Eq)):
        draft.replace(reading.owner, compare, Template(("not ", found)))
    elif is_tested(draft.facts, compare):
        draft.replace(reading.owner, compare, found)
    else:
        draft.replace(reading.owner, compare, as_bool(found))


def catches(draft: Draft, node: ast.AST, names: set[str]) -> bool:
    """Whether a `try` around `node`, in its function, names one of the builtin exceptions."""
    current = node
    while not isinstance(current, (*FUNCTION_TYPES, ast.Module)):
        parent = draft.facts.structure.parent(current)
        assert parent is not None
        if isinstance(parent, ast.Try) and current in parent.body:
            for handler in parent.handlers:
                nodes = ast.walk(handler.type) if handler.type else ()
                found = {getattr(n, "id", getattr(n, "attr", "")) for n in nodes}
                if found & names:
                    return True
        current = parent
    return False
