"""Fields of parts that are read where the parts are content now: texts, types, data and URIs."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.content.mime import kinds_of_mime
from codemods.content.part_lists import elements_of
from codemods.content.parts import Part, read_part
from codemods.content.several_steps import parts_added
from codemods.content.turns import read_turn
from codemods.objects.written_objects import fields_of
from codemods.reply.certain_tests import leave_out
from codemods.reply.field_read import MEANT
from codemods.reply.interaction import attribute_read, is_probe
from codemods.tables.api import BLOB
from codemods.tables.media import TEXT
from migrator.edits import Binding, CallCode, Code, Item, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.values import Object, Value, is_text

ONLY_TEXT = "of a part that is sent, only texts, types, data and URIs are translated"
KEYS = {"inline_data": "data", "file_data": "uri"}
"""Field of a part -> the key that content has instead of it."""
INNER = {"data": "data", "file_uri": "uri", "mime_type": "mime_type"}
"""Field of a blob, or of file data -> the key of content."""
TEXTS = frozenset({"text", "from_text"})
BYTES = frozenset({"from_bytes", "inline_data"})


@dataclass(frozen=True, slots=True)
class FieldRead:
    """One read of a field of `part` by `node`, a dot or a `getattr`, or a test by `hasattr`."""

    draft: Draft
    owner: Member
    part: ast.expr
    node: ast.expr

    @property
    def name(self) -> str:
        """The field."""
        return attribute_read(self.node)

    def put(self, node: ast.AST, before: str, after: str) -> None:
        """Put the part, and what is around it, in the place of `node`."""
        binding = Binding.COMPARE if before else Binding.ATOM
        code = Template((before, self.draft.hole(self.part, binding), after))
        self.draft.replace(self.owner, node, code)

    def refuse(self, node: ast.AST) -> None:
        """Stop the unit."""
        self.draft.block(self.owner, node, f"`{self.draft.quote(node)}`: {ONLY_TEXT}")


def read_field(draft: Draft, owner: Member, part: ast.expr, node: ast.expr) -> None:
    """Translate one read of a field of a part that was an object."""
    read = FieldRead(draft, owner, part, node)
    made = _made_parts(draft, part)
    if is_probe(node):
        _probe(read, made)
    elif read.name == "text":
        alone = made is not None and all(form in TEXTS for form, _ in made)
        read.put(node, "", '["text"]' if alone else '.get("text")')
    elif (
        read.name in KEYS and made is not None and not any(_may_be_text(draft, p) for _, p in made)
    ):
        _read_media(read)
    else:
        read.refuse(node)


def _probe(read: FieldRead, made: list[tuple[str, Part | None]] | None) -> None:
    """`hasattr(part, "text")`, which every part has."""
    if made is None or (read.name != "text" and read.name not in KEYS):
        read.refuse(read.node)
    elif leave_out(read.draft, read.owner, read.node):
        return
    elif read.name in KEYS and isinstance(read.draft.facts.structure.parent(read.node), ast.If):
        read.draft.doubt(read.owner, read.node, MEANT.format(read.draft.quote(read.node)))
        read.put(read.node, f'"{KEYS[read.name]}" in ', "")
    else:
        text = f"`{read.draft.quote(read.node)}` is always true; write the code without it"
        read.draft.block(read.owner, read.node, text)


def _read_media(read: FieldRead) -> None:
    """`part.inline_data`, tested or read further."""
    draft, key = read.draft, KEYS[read.name]
    context = context_of(draft.facts, read.node)
    outer = draft.facts.structure.parent(context.node)
    if context.use is Use.TRUTH:
        denied = isinstance(context.node, ast.UnaryOp)
        place = context.node if denied else read.node
        read.put(place, f'"{key}" not in ' if denied else f'"{key}" in ', "")
    elif context.use is Use.IS_NONE and isinstance(context.node, ast.Compare):
        absent = isinstance(context.node.ops[0], (ast.Is, ast.Eq))
        read.put(context.node, f'"{key}" not in ' if absent else f'"{key}" in ', "")
    elif isinstance(context.node, ast.Attribute) and context.node.attr in INNER and outer:
        _read_inner(read, context.node)
    else:
        read.refuse(read.node)


def _read_inner(read: FieldRead, node: ast.Attribute) -> None:
    """`part.inline_data.mime_type`, `part.inline_data.data`, `part.file_data.file_uri`."""
    draft, inner = read.draft, INNER[node.attr]
    code: Code = Template((draft.hole(read.part, Binding.ATOM), f'["{inner}"]'))
    if inner == "data":
        draft.need(read.owner, node, "base64", None)
        code = CallCode("base64.b64decode", (Item(code),))
    draft.replace(read.owner, node, code)


def _made_parts(draft: Draft, node: ast.expr) -> list[tuple[str, Part | None]] | None:
    """The parts that `node` may be, by their form; None where some of them can't be told."""
    found: list[tuple[str, Part | None]] = []
    for value in draft.values(node):
        origin = value.origin if isinstance(value, Object) else None
        if origin in draft.legacy_calls:
            continue  # each reply is kept as a step with its text
        turn = read_turn(draft, origin) if isinstance(origin, ast.expr) else None
        held: list[Value] = [value]
        if turn is not None:
            held = [*elements_of(draft, turn.parts)]
            for added in parts_added(draft, turn.node):
                held += draft.values(added)
        for one in held:
            part = _read(draft, one)
            if part is None and not is_text(one):
                return None
            found.append(("text" if part is None else part.form, part))
    return found


def _read(draft: Draft, value: Value) -> Part | None:
    origin = value.origin if isinstance(value, Object) else None
    return read_part(draft, origin, origin) if isinstance(origin, ast.expr) else None


def _may_be_text(draft: Draft, part: Part | None) -> bool:
    """Whether a part with data may be sent as text, which has none then."""
    if part is None or part.form not in BYTES:
        return False
    fields = part.fields
    if part.form == "inline_data":
        inner = fields_of(draft, fields["inline_data"], BLOB)
        fields = {f.name: f.value for f in inner or ()}
    mime = fields.get("mime_type")
    if mime is None:
        return True
    kinds = kinds_of_mime(draft, mime)
    return bool(kinds.texts) or TEXT in kinds.names
