"""Pictures of the Pillow library as typed content: statements before the call encode them.

The old SDK encodes a picture as PNG, or as JPEG where it was opened from a JPEG file by its path
(and is kept as that file has it); the new one takes no pictures.
"""

from __future__ import annotations

import ast
import re

from codemods.building.definitions import definitions, ending
from codemods.building.once import is_repeatable, move_up, new_name
from codemods.building.order import evaluated_before, is_pure, statement_before
from migrator.edits import Binding, Code, InsertBefore, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Constant, Object, Value, is_text

OPEN = "PIL.Image.open"
JPEG_ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif")
CHANGED = frozenset({"putalpha"})
"""Methods that give a picture a mode that no JPEG has, and leave its format as it was."""


def picture_items(draft: Draft, node: ast.expr, owner: Member) -> tuple[Item, ...]:
    """The MIME type and the data of the picture `node`, which is encoded before its statement."""
    statement = statement_before(draft, node)
    if statement is None:
        text = f"`{draft.quote(node)}` must be encoded before it is sent; do that in a loop or "
        draft.block(owner, node, text + "statement of its own, and send the typed content")
        return ()
    if draft.facts.structure.loaded_attributes & CHANGED:
        draft.block(owner, node, "a picture is given transparency, which may change its encoding")
    picture: Code
    if is_repeatable(draft, node):
        _check_order(draft, node, owner)
        name, picture = _words(draft, node), draft.hole(node, Binding.ATOM)
    else:
        name = picture = new_name(draft, node, owner, "image")
        if not move_up(draft, node, owner, name):
            text = f"`{draft.quote(node)}` is made after something else; give it a name before"
            draft.block(owner, node, text)
    buffer = new_name(draft, node, owner, f"{name}_buffer")
    draft.need(owner, node, "io", None)
    draft.need(owner, node, "base64", None)
    data = Template((f'base64.b64encode({buffer}.getvalue()).decode("ascii")',))
    before: list[Code] = [f"{buffer} = io.BytesIO()"]
    if _is_png(draft, node):
        mime: Code = '"image/png"'
        before.append(Template((picture, f'.save({buffer}, "PNG")')))
    else:
        form = new_name(draft, node, owner, f"{name}_format")
        mime = f'f"image/{{{form}.lower()}}"'
        test: tuple[str | Code, ...] = (picture, '.format == "JPEG"')
        if not _has_path(draft, node):
            test = (*test, " and getattr(", picture, ', "filename", "")')
        before.insert(0, Template((f'{form} = "JPEG" if ', *test, ' else "PNG"')))
        before.append(Template((picture, f'.save({buffer}, {form}, quality="keep")')))
    for code in before:
        draft.edit(owner, InsertBefore(draft.span(statement), code))
    return Item(mime, "mime_type"), Item(data, "data")


def _words(draft: Draft, node: ast.expr) -> str:
    """A name made of an expression: `self_photo` for `self.photo`."""
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


def _is_png(draft: Draft, node: ast.expr) -> bool:
    """Whether the old SDK certainly encodes the picture as PNG."""
    return all(_made_png(draft, value) for value in draft.values(node))


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
    return isinstance(value, Object) and value.type in {"io.BytesIO", "binary file"}


def _has_path(draft: Draft, node: ast.expr) -> bool:
    """Whether the picture is certainly opened by a path."""
    for value in draft.values(node):
        call = value.origin if isinstance(value, Object) else None
        opened = _opened(draft, call) if isinstance(call, ast.Call) else None
        values = draft.values(opened) if opened is not None else frozenset()
        if not values or not all(_is_path(v) for v in values):
            return False
    return True


def _is_path(value: Value) -> bool:
    if isinstance(value, Constant):
        return value.kind == "str"
    return is_text(value) or (isinstance(value, Object) and value.type == "pathlib.Path")
