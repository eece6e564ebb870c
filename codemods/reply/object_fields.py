"""What becomes of a field of a part that held an object: the item itself, or None.

Where the tests on the way leave no doubt of the item's kind, the field is read as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.field_read import Field, choice, probe
from codemods.reply.field_tests import tested
from codemods.reply.interaction import is_probe
from codemods.tables.items import Kind
from migrator.edits import ClausesCode, Code, Template
from migrator.plan import Draft, Reading, Use, context_of

PICTURED = (
    "a thought is one step now; its pictures are in the content of its summary, go through that"
)


def read_object(draft: Draft, reading: Reading, name: str) -> None:
    """A field that held an object of its own: the item takes the object's place."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node):
        probe(draft, reading, name)
        return
    field = Field(draft, reading, name, node)
    if not field.is_dropped and not _is_of_thought(field) and not tested(field):
        _put(field, draft.hole(field.base))


def read_made(draft: Draft, reading: Reading, name: str, node: ast.expr, code: Code) -> None:
    """`node` made something of an item's field, or None; `code` makes it of the item."""
    field = Field(draft, reading, name, node)
    if not field.is_dropped and not _is_of_thought(field) and not tested(field):
        _put(field, code)


def _is_of_thought(field: Field) -> bool:
    """A picture in a thought is one of several contents of its summary."""
    pictured = field.kinds == {Kind.THOUGHT} and Kind.MEDIA in field.wanted
    if pictured:
        field.draft.block(field.owner, field.node, PICTURED)
    return pictured


def _put(field: Field, code: Code) -> None:
    """Put `code` in the place of the field, None where the item has no such field."""
    draft, node = field.draft, field.node
    use = context_of(draft.facts, node).use
    if field.is_certain or use in {Use.ATTRIBUTE, Use.SUBSCRIPT}:
        draft.replace(field.owner, node, code)
        return
    field.check_twice()
    named = draft.facts.structure.parent(node)
    if isinstance(named, ast.NamedExpr) and _is_read_where_true(draft, named):
        name = draft.hole(named.target)
        made = ClausesCode("(", Template((name, " := ", code)), (), ")")
        draft.replace(field.owner, named, Template((field.test(field.wanted), " and ", made)))
        return
    soft = not isinstance(named, ast.NamedExpr)
    draft.replace(field.owner, node, choice(code, field.test(field.wanted), "None", soft=soft))


def _is_read_where_true(draft: Draft, node: ast.NamedExpr) -> bool:
    """`if image := part.as_image():` whose name is read in the body only.

    So may other tests of the scope that bind the name, each with a body of its own.
    """
    scope, name = draft.facts.structure.scope_of[node], node.target.id
    used = [n for n in ast.walk(scope) if isinstance(n, ast.Name) and n.id == name]
    seen = set(_guarded(draft, node))
    for other in used:
        parent = draft.facts.structure.parent(other)
        if seen and isinstance(parent, ast.NamedExpr) and parent.target is other:
            seen.update(_guarded(draft, parent))
    return all(other in seen for other in used)


def _guarded(draft: Draft, node: ast.NamedExpr) -> Iterator[ast.AST]:
    """Everything that runs only where the test that binds a name was true; the name as well."""
    structure = draft.facts.structure
    parent = structure.parent(node)
    places: list[ast.AST] = [node.target]
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
        places += parent.values[parent.values.index(node) + 1 :]
        parent = structure.parent(parent)
    if isinstance(parent, ast.If):
        places += parent.body
    elif isinstance(parent, ast.comprehension):
        holder = structure.parent(parent)
        places += [
            getattr(holder, part) for part in ("elt", "key", "value") if hasattr(holder, part)
        ]
    else:
        return
    for place in places:
        yield from ast.walk(place)
