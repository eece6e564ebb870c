"""What is printed whole: candidates, turns and parts, which are steps and content now."""

from __future__ import annotations

import ast

from codemods.objects.shown_whole import show
from codemods.reply.dumps import keep_dump
from codemods.reply.interaction import interaction
from codemods.reply.missing_names import may_be_nothing
from codemods.reply.path_prefixes import bases, presence, root
from codemods.tables.api import CANDIDATE, CANDIDATES, CONTENT
from migrator.edits import Binding, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.plan.units import Member
from migrator.reasoning.definitions import assigned
from migrator.understand.values import Function, Method

PART_KEYS = "the dump of a step or its content has other keys than that of a part"


def shown(draft: Draft, reading: Reading) -> None:
    """Candidates, content and parts that are printed whole read differently."""
    base = reading.base
    show(draft, reading.owner, base, "steps read differently")
    if reading.type not in {CANDIDATES, CANDIDATE, CONTENT}:
        return
    steps = interaction(draft, base)
    if isinstance(base, ast.IfExp) and has_other_text(draft, base):
        other = draft.hole(base.orelse, Binding.OR)
        whole = Template((interaction(draft, base.body), ".steps or ", other))
        draft.settled.update(n for n in ast.walk(base) if isinstance(n, ast.expr))
        draft.replace(reading.owner, base, whole)
    elif _may_be_none(draft, root(draft, base)):
        steps = interaction(draft, base, Binding.LOOSE)
        draft.replace(reading.owner, base, Template(("getattr(", steps, ', "steps", None)')))
    else:
        draft.replace(reading.owner, base, Template((steps, ".steps")))


def _may_be_none(draft: Draft, node: ast.expr) -> bool:
    """Whether a part of a reply may be None where it is printed, which a function may return."""
    if may_be_nothing(draft, node):
        return True
    calls = [d for d in (node, *assigned(draft, node)) if isinstance(d, ast.Call)]
    return any(isinstance(v, (Function, Method)) for c in calls for v in draft.values(c.func))


def sent_shown(draft: Draft, reading: Reading) -> None:
    """Turns and parts that are sent, and printed whole (or by the name of their type) before."""
    show_sent(draft, reading.owner, reading.base, reading.node)


def show_sent(draft: Draft, owner: Member, base: ast.expr, reader: ast.AST) -> None:
    """`base` is printed by `reader`."""
    if _is_compared(draft, reader):
        text = f"`{draft.quote(reader)}` tells by the type, which is dict now; test what it holds"
        draft.block(owner, reader, text)
    else:
        show(draft, owner, base, "what is sent reads differently")


def goes_through_to_print(draft: Draft, reading: Reading) -> bool:
    """Whether a loop over parts only prints what it gets, which is shown then."""
    loop = reading.node
    if not isinstance(loop, (ast.For, ast.comprehension)) or not isinstance(loop.target, ast.Name):
        return False
    structure = draft.facts.structure
    inside = loop if isinstance(loop, ast.For) else structure.parent(loop)
    assert inside is not None
    items = [n for n in ast.walk(inside) if isinstance(n, ast.Name) and n.id == loop.target.id]
    read = [item for item in items if isinstance(item.ctx, ast.Load)]
    if len(structure.mentions(structure.owner_of(loop.target), loop.target.id)) > len(items):
        return False
    contexts = [context_of(draft.facts, item) for item in read]
    if any(context.use is not Use.FORMAT for context in contexts):
        return False
    for item, context in zip(read, contexts, strict=True):
        show_sent(draft, reading.owner, item, context.node)
    return True


def _is_compared(draft: Draft, reader: ast.AST) -> bool:
    """`type(part) is …`, `type(part).__name__ == "Part"`."""
    parent = draft.facts.structure.parent(reader)
    while isinstance(parent, (ast.Attribute, ast.Call)):
        parent = draft.facts.structure.parent(parent)
    return isinstance(parent, (ast.Compare, ast.Assign, ast.Subscript))


def dump(draft: Draft, reading: Reading) -> None:
    """`part.model_dump()`: the step or content has the method, and other keys."""
    keep_dump(draft, reading, PART_KEYS)


def has_other_text(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is `r.candidates[0].content if r.candidates else "none"`."""
    if not isinstance(node, ast.IfExp) or not isinstance(node.orelse, ast.Constant):
        return False
    if not presence(draft, node.test):
        return False
    asked = bases(draft, node.test)[0]
    return ast.unparse(root(draft, asked)) == ast.unparse(root(draft, node.body))
