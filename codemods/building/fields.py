"""What becomes of a field of a part: a test of the item's type, the item itself, or None.

Where the tests on the way leave no doubt of the item's kind, the field is read as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemods.building.interaction import catches, is_probe
from codemods.building.item_code import base_code, is_repeatable, type_test
from codemods.building.items import Form, items_of, settled_place
from codemods.building.kept_items import item_kinds
from codemods.building.loops import variable_of
from codemods.building.settled import drop
from codemods.tables.items import FIELDS, Kind, Kinds
from migrator.edits import ClausesCode, Code, Template
from migrator.plan import Draft, Reading, Use, context_of

NAME_FIRST = "which kind of part it is can't be told here; assign it to a name and test that first"
PICTURED = (
    "a thought is one step now; its pictures are in the content of its summary, go through that"
)
ALWAYS = "every part had this attribute, so the test was always true; test `{}` itself"


class Field:
    """One read of a field: where it stands, and what the item may be there."""

    def __init__(self, draft: Draft, reading: Reading, name: str, node: ast.expr) -> None:
        self.draft = draft
        self.owner = reading.owner
        self.name = name
        self.base = reading.base
        self.node = node
        self.items = items_of(draft, reading.base, reading.owner)
        self.is_open = name == "as_image" and self.items.media != ("image",)
        self.kinds = item_kinds(draft, reading.base, self.items.kinds)
        if self.items.form is Form.SPOKEN:
            self.kinds -= {Kind.THOUGHT}
        self.wanted = FIELDS[name]
        self.is_dropped = not self.wanted & self.items.kinds and _dropped(
            draft, reading, self.items.kinds
        )
        if name == "as_image":
            self.items = replace(self.items, media=("image",))

    @property
    def item(self) -> Code:
        """The item, for a place that reads an attribute of it."""
        return base_code(self.draft, self.base)

    @property
    def is_certain(self) -> bool:
        """Whether the item has the field."""
        return bool(self.kinds) and self.kinds <= self.wanted and not self.is_open

    def test(self, kinds: Kinds, *, negated: bool = False) -> Code:
        """Whether the item is of one of `kinds`."""
        return type_test(self.items, self.item, kinds, negated=negated)

    def check_twice(self) -> None:
        """The item is going to be written twice: that must mean the same both times."""
        if not is_repeatable(self.base):
            text = f"`{self.draft.quote(self.node)}`: {NAME_FIRST}"
            self.draft.block(self.owner, self.node, text)


def read_object(draft: Draft, reading: Reading, name: str) -> None:
    """A field that held an object of its own: the item takes the object's place."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node):
        _probe(draft, reading, name)
        return
    field = Field(draft, reading, name, node)
    if not field.is_dropped and not _is_of_thought(field) and not _tested(field):
        _put(field, draft.hole(field.base))


def read_made(draft: Draft, reading: Reading, name: str, node: ast.expr, code: Code) -> None:
    """`node` made something of an item's field, or None; `code` makes it of the item."""
    field = Field(draft, reading, name, node)
    if not field.is_dropped and not _is_of_thought(field) and not _tested(field):
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
    draft.replace(field.owner, node, _choice(code, field.test(field.wanted), "None", soft=soft))


def _choice(code: Code, test: Code, other: Code, *, soft: bool = True) -> Code:
    """`code if test else other`."""
    clauses = (Template(("if ", test)), Template(("else ", other)))
    return ClausesCode("(", code, clauses, ")", soft=soft)


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


def read_thought(draft: Draft, reading: Reading) -> None:
    """`part.thought` -> `part.type == "thought"`."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node):
        _probe(draft, reading, "thought")
        return
    field = Field(draft, reading, "thought", node)
    if field.is_dropped:
        return
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and parent.left is node:
        other, operator = parent.comparators[0], parent.ops[0]
        if isinstance(other, ast.Constant) and other.value is True:
            negated = isinstance(operator, (ast.IsNot, ast.NotEq))
            _put_truth(field, parent, negated=negated)
            return
        text = f"`{draft.quote(parent)}`: test the type of the item instead"
        draft.block(field.owner, parent, text)
        return
    _put_truth(field, node)


def _put_truth(field: Field, node: ast.expr, *, negated: bool = False) -> None:
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


def read_text(draft: Draft, reading: Reading) -> None:
    """`part.text`, which a thought had as well."""
    node = reading.node
    assert isinstance(node, ast.expr)
    field = Field(draft, reading, "text", node)
    if field.items.form is Form.TEXT:
        return
    if is_probe(node):
        _probe(draft, reading, "text")
        return
    if _is_lenient(field) or _tested(field):
        return
    code = _text(field)
    if code is not None:
        draft.replace(field.owner, _or_empty(field) or node, code)


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
        return None if isinstance(field.node, ast.Attribute) else _plain(field)
    summary = _summary(field)
    if field.kinds <= {Kind.THOUGHT}:
        return summary
    if not _raises_for_none(field) or Kind.THOUGHT in field.kinds:
        field.check_twice()
    if Kind.THOUGHT in field.kinds:
        thought = field.test(frozenset({Kind.THOUGHT}))
        rest: Code = _plain(field)
        if not field.kinds <= field.wanted and not _raises_for_none(field):
            other = field.test(frozenset({Kind.TEXT}))
            rest = _choice(_plain(field), other, "None")
        return _choice(summary, thought, rest)
    if _raises_for_none(field):
        return None if isinstance(field.node, ast.Attribute) else _plain(field)
    test = field.test(frozenset({Kind.TEXT}))
    return _choice(_plain(field), test, '""' if _or_empty(field) else "None")


def _or_empty(field: Field) -> ast.BoolOp | None:
    """`part.text or ""` of what may be no text: the choice stands for the whole of it."""
    parent = field.draft.facts.structure.parent(field.node)
    if not isinstance(parent, ast.BoolOp) or not isinstance(parent.op, ast.Or):
        return None
    other = parent.values[-1]
    empty = isinstance(other, ast.Constant) and other.value == ""
    choice = Kind.THOUGHT not in field.kinds and not field.is_certain
    return parent if empty and choice and len(parent.values) == 2 else None


def _plain(field: Field) -> Code:
    return Template((field.item, ".text"))


def _summary(field: Field) -> Code:
    """The text of a thought."""
    clauses = (
        Template(("for content in ", field.item, ".summary or []")),
        'if content.type == "text"',
    )
    return ClausesCode('"".join(', "content.text", clauses, ")")


def _tested(field: Field) -> bool:
    """Translate a test of the field, if it is tested and nothing else."""
    draft, node = field.draft, field.node
    context = context_of(draft.facts, node)
    if context.use is Use.TRUTH or _is_counted(field):
        _put_truth(field, node)
        return True
    if context.use is Use.IS_NONE:
        assert isinstance(context.node, ast.Compare)
        absent = isinstance(context.node.ops[0], (ast.Is, ast.Eq))
        test = field.test(_present(field), negated=absent)
        draft.replace(field.owner, context.node, test)
        return True
    call = context.node
    if context.use is Use.ISINSTANCE and isinstance(call, ast.Call) and field.name == "text":
        if len(call.args) == 2 and getattr(call.args[1], "id", "") == "str":
            draft.replace(field.owner, call, field.test(_present(field)))
            return True
    return False


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
        return None if isinstance(field.node, ast.Attribute) else _plain(field)
    if field.kinds <= thought:
        return Template((field.item, ".summary"))
    field.check_twice()
    has_text: Code = _plain(field)
    if not field.kinds <= field.wanted:
        has_text = Template((field.test(text), " and ", has_text))
    if Kind.THOUGHT not in field.kinds:
        return has_text
    return Template((field.test(thought), " or ", _bracketed(has_text, field)))


def _bracketed(code: Code, field: Field) -> Code:
    return code if field.kinds <= field.wanted else Template(("(", code, ")"))


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


def _probe(draft: Draft, reading: Reading, name: str) -> None:
    """`hasattr(part, "text") and part.text`: the first test was always true, and goes away."""
    node = reading.node
    assert isinstance(node, ast.expr)
    items = items_of(draft, reading.base, reading.owner)
    if not _dropped(draft, reading, items.kinds):
        text = ALWAYS.format(f"{draft.source(reading.base)}.{name}")
        draft.block(reading.owner, node, f"`{draft.quote(node)}`: {text}")


def _dropped(draft: Draft, reading: Reading, kinds: Kinds) -> bool:
    """Whether the read is part of a test that is settled, and goes."""
    node, base = reading.node, reading.base
    assert isinstance(node, ast.expr)
    place = settled_place(draft, node, kinds)
    if place is None or not isinstance(base, ast.Name):
        return False
    drop(draft, reading.owner, place, variable_of(draft, base), kinds)
    return True
