"""What becomes of the text of a part: that of content, or the summary of a thought."""

from __future__ import annotations

import ast

from codemods.reply.certain_tests import leave_out
from codemods.reply.field_read import Field, choice, dropped, plain, probe
from codemods.reply.field_tests import tested
from codemods.reply.interaction import is_probe
from codemods.reply.item_code import is_repeatable
from codemods.reply.items import Form
from codemods.tables.items import Kind
from migrator.edits import CallCode, ClausesCode, Code, Item, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.reasoning.caught_errors import catches


def read_text(draft: Draft, reading: Reading) -> None:
    """`part.text`, which a thought had as well."""
    node = reading.node
    assert isinstance(node, ast.expr)
    field = Field(draft, reading, "text", node)
    if field.items.form is Form.TEXT:
        if is_probe(node) and not dropped(draft, reading, field.items.kinds):
            leave_out(draft, field.owner, node)  # every text has one
        return
    if is_probe(node):
        probe(draft, reading, "text")
        return
    if _is_lenient(field) or tested(field):
        return
    code = _text(field)
    if code is not None:
        whole = _or_empty(field) if is_repeatable(field.base) else None
        draft.replace(field.owner, whole or node, code)


def _is_lenient(field: Field) -> bool:
    """`getattr(part, "text", None)` gives None for content without text, as it did."""
    call = field.node
    if not isinstance(call, ast.Call) or len(call.args) != 3 or Kind.THOUGHT in field.kinds:
        return False
    default = field.draft.constant(call.args[2])
    return default is not None and default.value is None


def _text(field: Field) -> Code | None:
    """The text of the item; None where it is read as it was."""
    if field.kinds <= {Kind.TEXT}:
        return None if isinstance(field.node, ast.Attribute) else plain(field)
    summary = _summary(field)
    if field.kinds <= {Kind.THOUGHT}:
        return summary
    if not _raises_for_none(field) or Kind.THOUGHT in field.kinds:
        if Kind.THOUGHT not in field.kinds and not is_repeatable(field.base):
            given = (Item(field.item), Item('"text"'), Item("None"))
            return CallCode("getattr", given)  # a call has no text
        field.check_twice()
    if Kind.THOUGHT in field.kinds:
        thought = field.test(frozenset({Kind.THOUGHT}))
        rest: Code = plain(field)
        if not field.kinds <= field.wanted and not _raises_for_none(field):
            other = field.test(frozenset({Kind.TEXT}))
            rest = choice(plain(field), other, "None")
        return choice(summary, thought, rest)
    if _raises_for_none(field):
        return None if isinstance(field.node, ast.Attribute) else plain(field)
    test = field.test(frozenset({Kind.TEXT}))
    return choice(plain(field), test, '""' if _or_empty(field) else "None")


def _or_empty(field: Field) -> ast.BoolOp | None:
    """`part.text or ""` of what may be no text: the choice stands for the whole of it."""
    parent = field.draft.facts.structure.parent(field.node)
    if not isinstance(parent, ast.BoolOp) or not isinstance(parent.op, ast.Or):
        return None
    other = parent.values[-1]
    empty = isinstance(other, ast.Constant) and other.value == ""
    choice = Kind.THOUGHT not in field.kinds and not field.is_certain
    return parent if empty and choice and len(parent.values) == 2 else None


def _summary(field: Field) -> Code:
    """The text of a thought."""
    clauses = (
        Template(("for content in ", field.item, ".summary or []")),
        'if content.type == "text"',
    )
    return ClausesCode('"".join(', "content.text", clauses, ")")


def _raises_for_none(field: Field) -> bool:
    """Whether the program would not have got past a text of None here."""
    draft, node = field.draft, field.node
    if catches(draft, node, {"TypeError", "AttributeError", "Exception"}):
        return False
    context = context_of(draft.facts, node)
    if context.use in {Use.ATTRIBUTE, Use.SUBSCRIPT, Use.ITERATE}:
        return True
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.BinOp):
        return isinstance(parent.op, ast.Add)
    if isinstance(parent, ast.GeneratorExp):
        call = draft.facts.structure.parent(parent)
        return isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "join"
    return isinstance(parent, ast.AugAssign)
