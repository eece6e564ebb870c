"""What becomes of a field of a part that is only tested: a test of the item's type."""

from __future__ import annotations

import ast

from codemods.reply.field_read import Field, plain, probe
from codemods.reply.interaction import is_probe
from codemods.reply.items import Form
from codemods.tables.items import MEDIA_TYPES, Kind, Kinds
from migrator.edits import Code, Replace, Span, Template
from migrator.plan import Draft, Reading, Use, context_of, is_kept


def read_thought(draft: Draft, reading: Reading) -> None:
    """`part.thought` -> `part.type == "thought"`."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node):
        probe(draft, reading, "thought")
        return
    field = Field(draft, reading, "thought", node)
    if field.is_dropped:
        return
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and parent.left is node:
        other, operator = parent.comparators[0], parent.ops[0]
        if isinstance(other, ast.Constant) and other.value is True:
            negated = isinstance(operator, (ast.IsNot, ast.NotEq))
            put_truth(field, parent, negated=negated)
            return
        text = f"`{draft.quote(parent)}`: test the type of the item instead"
        draft.block(field.owner, parent, text)
        return
    put_truth(field, node)


def put_truth(field: Field, node: ast.expr, *, negated: bool = False) -> None:
    """Put the truth of the field in the place of `node`."""
    code = _truth(field)
    parent = field.draft.facts.structure.parent(node)
    if field.name != "text" and field.items.form is not Form.STEPS:
        if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
            node, negated = parent, not negated
        code = field.test(_present(field), negated=negated)
    elif negated:
        code = Template(("not (", code or "", ")"))
    if code is not None:
        field.draft.replace(field.owner, node, code)


def tested(field: Field) -> bool:
    """Translate a test of the field, if it is tested and nothing else."""
    draft, node = field.draft, field.node
    context = context_of(draft.facts, node)
    if (context.use is Use.TRUTH and not _is_value(field)) or _is_counted(field):
        if not _is_other_branch(field, node):
            put_truth(field, node)
        return True
    if context.use is Use.IS_NONE:
        assert isinstance(context.node, ast.Compare)
        absent = isinstance(context.node.ops[0], (ast.Is, ast.Eq))
        if not absent and _is_other_branch(field, context.node):
            return True
        test = field.test(_present(field), negated=absent)
        draft.replace(field.owner, context.node, test)
        return True
    call = context.node
    if context.use is Use.ISINSTANCE and isinstance(call, ast.Call) and field.name == "text":
        if len(call.args) == 2 and getattr(call.args[1], "id", "") == "str":
            draft.replace(field.owner, call, field.test(_present(field)))
            return True
    return False


def _is_value(field: Field) -> bool:
    """Whether what is tested may be the value of a chain as well: `call and call.name`."""
    structure, node = field.draft.facts.structure, field.node
    while isinstance(parent := structure.parent(node), ast.BoolOp):
        node = parent
    counted = isinstance(structure.parent(node), (ast.GeneratorExp, ast.ListComp))
    return node is not field.node and not counted and is_kept(field.draft.facts, field.node)


def _is_other_branch(field: Field, test: ast.expr) -> bool:
    """`elif part.inline_data:` behind a test for text -> `else:`, where any media may follow."""
    draft = field.draft
    branch = draft.facts.structure.parent(test)
    if not isinstance(branch, ast.If) or branch.test is not test or branch.orelse:
        return False
    negated = field.items.types(_present(field)) == MEDIA_TYPES and field.is_certain
    start = draft.span(branch).start
    if not negated or field.name == "text" or not draft.text.startswith("elif", start):
        return False
    end = draft.positions.span_with_parentheses(draft.span(test)).end
    draft.edit(field.owner, Replace(Span(start, end), "else"))
    return True


def _is_counted(field: Field) -> bool:
    """`any(part.text for part in parts)` tests what it goes through."""
    parent = field.draft.facts.structure.parent(field.node)
    call = field.draft.facts.structure.parent(parent) if parent is not None else None
    named = isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"any", "all"}
    return named and isinstance(parent, (ast.GeneratorExp, ast.ListComp))


def _present(field: Field) -> Kinds:
    """The kinds that have the field, as far as they can occur."""
    return (field.wanted & field.kinds) or (field.wanted & field.items.kinds) or field.wanted


def _truth(field: Field) -> Code | None:
    """The truth of the field; None where it is read as it was."""
    thought, text = frozenset({Kind.THOUGHT}), frozenset({Kind.TEXT})
    if field.name == "thought" and field.items.form is Form.STEPS:
        if Kind.THOUGHT in field.items.live:
            field.check_twice()
            return Template((field.test(thought), " and ", field.item, ".summary"))
    if field.name != "text":
        return field.test(field.wanted)
    if field.kinds <= text:
        return None if isinstance(field.node, ast.Attribute) else plain(field)
    if field.kinds <= thought:
        return Template((field.item, ".summary"))
    field.check_twice()
    has_text: Code = plain(field)
    if not field.kinds <= field.wanted:
        has_text = Template((field.test(text), " and ", has_text))
    if Kind.THOUGHT not in field.kinds:
        return has_text
    return Template((field.test(thought), " or ", _bracketed(has_text, field)))


def _bracketed(code: Code, field: Field) -> Code:
    return code if field.kinds <= field.wanted else Template(("(", code, ")"))
