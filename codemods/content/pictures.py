"""Pictures of the Pillow library as typed content: statements before the call encode them.

The old SDK encodes a picture as PNG, or as JPEG where it was opened from a JPEG file by its path
(and is kept as that file has it); the new one takes no pictures.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from codemods.content.encoding import encoded_as_text
from codemods.content.page_uploads import is_upload
from migrator.edits import (
    Binding,
    CallCode,
    ClausesCode,
    Code,
    HeaderCode,
    InsertBefore,
    Item,
    Row,
    RowsCode,
    Template,
)
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions, ending
from migrator.reasoning.evaluated_once import (
    MOVED,
    is_repeatable,
    may_come_first,
    move_up,
    new_name,
)
from migrator.reasoning.evaluation_order import evaluated_before, is_pure, statement_before
from migrator.understand.values import Constant, Object, Value, Values, is_text

OPEN = "PIL.Image.open"
JPEG_ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif")
CHANGED = frozenset({"putalpha"})
"""Methods that give a picture a mode that no JPEG has, and leave its format as it was."""


def picture_items(draft: Draft, node: ast.expr, owner: Member) -> tuple[Item, ...]:
    """The MIME type and the data of the picture `node`, which is encoded before its statement."""
    statement, test = statement_before(draft, node), None
    choice = _choice(draft, node)
    if choice is not None:
        statement, test = statement_before(draft, choice), _asked(draft, choice, node)
    if statement is None:
        _refuse_place(draft, node, owner)
        return ()
    picture: Code
    if is_repeatable(draft, node):
        _check_order(draft, node, owner)
        name, picture = _words(draft, node), draft.moved(node, Binding.ATOM)
    else:
        name = picture = new_name(draft, node, owner, "image")
        if not move_up(draft, node, owner, name):
            text = f"`{draft.quote(node)}` is made after something else; give it a name before"
            draft.block(owner, node, text)
    encoded = _encode(draft, node, owner, draft.values(node), picture, name)
    rows: Iterable[Code] = encoded.statements
    if test is not None:
        rows = (RowsCode((Row(test), *(Row(code, 1) for code in encoded.statements))),)
    for code in rows:
        draft.edit(owner, InsertBefore(draft.span(statement), code))
    return encoded.items


def _choice(draft: Draft, node: ast.expr) -> ast.IfExp | None:
    """The `… if picture else …` on one side of which the picture `node` stands.

    None where the question can't be asked a second time.
    """
    current: ast.AST | None = node
    while isinstance(current, ast.expr):
        parent = draft.facts.structure.parent(current)
        if isinstance(parent, ast.IfExp) and current is not parent.test:
            inner = list(ast.walk(parent.test))
            again = is_pure(draft, parent.test) and not any(isinstance(n, ast.Call) for n in inner)
            return parent if again and is_repeatable(draft, node) else None
        current = parent
    return None


def _asked(draft: Draft, choice: ast.IfExp, node: ast.expr) -> Code:
    """The `if` under which the side of `choice` is taken that `node` stands on."""
    test = choice.test
    if any(inner is node for inner in ast.walk(choice.body)):
        return HeaderCode("if", (draft.moved(test),))
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return HeaderCode("if", (draft.moved(test.operand),))
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Is):
        left, right = draft.moved(test.left), draft.moved(test.comparators[0])
        return HeaderCode("if", (Template((left, " is not ", right)),))
    return HeaderCode("if", (Template(("not ", draft.moved(test, Binding.ATOM))),))


def picture_list(
    draft: Draft,
    node: ast.expr,
    held: Values,
    owner: Member,
    build: Callable[[tuple[Item, ...]], Code],
) -> Code:
    """The name of a new list, which a loop before the statement fills with the encoded pictures.

    `build` makes typed content of the MIME type and the data of each.
    """
    statement = statement_before(draft, node)
    if statement is None or not may_come_first(draft, node):
        _refuse_place(draft, node, owner)
        return draft.hole(node)
    if is_repeatable(draft, node):
        _check_order(draft, node, owner)
    else:
        draft.remember(owner, MOVED, node)
    words = _words(draft, node) if is_repeatable(draft, node) else "images"
    found = new_name(draft, node, owner, f"{words}_content")
    name = new_name(draft, node, owner, "image", "picture")
    encoded = _encode(draft, node, owner, held, name, name)
    append = CallCode(f"{found}.append", (Item(build(encoded.items)),))
    rows = [
        Row(f"{found} = []"),
        Row(Template((f"for {name} in ", draft.moved(node, Binding.OR), ":"))),
        *(Row(code, 1) for code in (*encoded.statements, append)),
    ]
    draft.edit(owner, InsertBefore(draft.span(statement), RowsCode(tuple(rows))))
    return found


def _refuse_place(draft: Draft, node: ast.expr, owner: Member) -> None:
    text = f"`{draft.quote(node)}` must be encoded before it is sent; do that in a loop or "
    draft.block(owner, node, text + "statement of its own, and send the typed content")


@dataclass(frozen=True, slots=True)
class _Encoded:
    """The statements that encode a picture, and what they leave for its content."""

    statements: tuple[Code, ...]
    items: tuple[Item, ...]


def _encode(
    draft: Draft, node: ast.expr, owner: Member, values: Values, picture: Code, name: str
) -> _Encoded:
    """Encode `picture`, which may be any of `values`, as the old SDK does."""
    if draft.facts.structure.loaded_attributes & CHANGED:
        draft.block(owner, node, "a picture is given transparency, which may change its encoding")
    bytes_io = draft.name(owner, node, "io", "BytesIO")
    draft.need(owner, node, "base64", None)
    buffer = new_name(draft, node, owner, f"{name}_buffer")
    make = f"{buffer} = {bytes_io}()"
    data = Item(encoded_as_text(f"{buffer}.getvalue()"), "data")
    if values and all(_made_png(draft, value) for value in values):
        save = Template((picture, f'.save({buffer}, "PNG")'))
        return _Encoded((make, save), (Item('"image/png"', "mime_type"), data))
    form = new_name(draft, node, owner, f"{name}_format")
    test: tuple[str | Code, ...] = (picture, '.format == "JPEG"')
    if not values or not all(_has_path(draft, value) for value in values):
        test = (*test, " and getattr(", picture, ', "filename", "")')
    clauses = (Template(("if ", *test)), 'else "PNG"')
    choose = Template((f"{form} = ", ClausesCode("(", '"JPEG"', clauses, ")", soft=True)))
    save = Template((picture, f'.save({buffer}, {form}, quality="keep")'))
    mime = Item(f'f"image/{{{form}.lower()}}"', "mime_type")
    return _Encoded((choose, make, save), (mime, data))


def _words(draft: Draft, node: ast.expr) -> str:
    """A name made of an expression: `photo` for `self.photo`, `photos_0` for `photos[0]`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return re.sub(r"\W+", "_", draft.source(node)).strip("_")


def _check_order(draft: Draft, node: ast.expr, owner: Member) -> None:
    """What is evaluated before the picture, in the same statement, must not change it."""
    mine = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    for earlier in evaluated_before(draft, node):
        names = {n.id for n in ast.walk(earlier) if isinstance(n, ast.Name)}
        calls = any(isinstance(n, ast.Call) for n in ast.walk(earlier))
        if calls and names & mine and not is_pure(draft, earlier):
            text = f"`{draft.quote(earlier)}` may change the picture `{draft.quote(node)}`; do that"
            draft.block(owner, node, text + " in a statement before")
            return


def _made_png(draft: Draft, value: Value) -> bool:
    if not isinstance(value, Object) or not isinstance(value.origin, ast.Call):
        return False
    opened = _opened(draft, value.origin)
    if opened is None:  # made, copied or changed: such a picture belongs to no file
        return OPEN not in _paths(draft, value.origin)
    stream = draft.values(opened)
    if stream and all(_is_stream(v) for v in stream):
        return True
    names = [ending(draft, found).lower() for found in definitions(draft, opened)]
    return all("." in name and not name.endswith(JPEG_ENDINGS) for name in names)


def _opened(draft: Draft, call: ast.Call) -> ast.expr | None:
    """What `Image.open` opens."""
    if _paths(draft, call) != {OPEN}:
        return None
    named = {k.arg: k.value for k in call.keywords}
    return call.args[0] if call.args else named.get("fp")


def _paths(draft: Draft, call: ast.Call) -> set[object]:
    return {getattr(v, "path", None) for v in draft.values(call.func)}


def _is_stream(value: Value) -> bool:
    stream = isinstance(value, Object) and value.type in {"io.BytesIO", "binary file"}
    return stream or is_upload(value)


def _has_path(draft: Draft, value: Value) -> bool:
    """Whether a picture is certainly opened by a path."""
    call = value.origin if isinstance(value, Object) else None
    opened = _opened(draft, call) if isinstance(call, ast.Call) else None
    values = draft.values(opened) if opened is not None else frozenset()
    return bool(values) and all(_is_path(v) for v in values)


def _is_path(value: Value) -> bool:
    if isinstance(value, Constant):
        return value.kind == "str"
    return is_text(value) or (isinstance(value, Object) and value.type == "pathlib.Path")
