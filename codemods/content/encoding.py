"""Bytes as text: base64 for media, plain text for what is text."""

from __future__ import annotations

import ast

from codemods.content.reused_media import content_read
from migrator.edits import Binding, CallCode, Code, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions
from migrator.understand.values import Constant, Object, Symbol, Value, is_text

BYTES_METHODS = frozenset(
    {
        "download_as_bytes",
        "getbuffer",
        "getvalue",
        "read",
        "read_bytes",
        "readall",
        "tobytes",
        "to_bytes",
    }
)
BYTES_ATTRIBUTES = frozenset({"body", "content", "image_bytes"})
"""Names that stand for bytes in every library that has them (requests, httpx, aiohttp, …)."""
ENCODERS = frozenset({"base64.b64encode", "base64.standard_b64encode"})
DECODERS = frozenset({"base64.b64decode", "base64.standard_b64decode"})
UTF8 = frozenset({"utf-8", "utf8", "UTF-8", "UTF8"})


def bytes_code(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The bytes `node` as base64 text; base64 text stays what it is, as the old SDK took it."""
    received = content_read(draft, node, "data", owner)
    if received is not None:
        return Template((draft.hole(received, Binding.ATOM), ".data"))
    given = _encoded_before(draft, node)
    if given is not None:
        return draft.hole(given)
    values = draft.values(node)
    texts = [value for value in values if is_text(value)]
    if texts and len(texts) == len(values):
        if not is_base64(draft, node):
            text = f"`{draft.quote(node)}` is assumed to be base64 text of the standard alphabet"
            draft.doubt(owner, node, text)
        return draft.hole(node)
    if texts:
        draft.block(owner, node, f"`{draft.quote(node)}` is sometimes bytes and sometimes text")
    else:
        _check_bytes(draft, node, owner)
    draft.need(owner, node, "base64", None)
    return encoded_as_text(draft.hole(node))


def _encoded_before(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The text in `base64.b64decode(text)`, where the program has encoded that itself."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
        return None
    paths = {v.path for v in draft.values(node.func) if isinstance(v, Symbol)}
    text = node.args[0]
    known = bool(paths) and paths <= DECODERS and not isinstance(text, ast.Constant)
    texts = draft.values(text)
    known = known and bool(texts) and all(map(is_text, texts))
    return text if known and is_base64(draft, text) else None


def encoded_as_text(code: Code) -> Code:
    """`base64.b64encode(…).decode("ascii")`."""
    method = Template((CallCode("base64.b64encode", (Item(code),)), ".decode"))
    return CallCode(method, (Item('"ascii"'),))


def _check_bytes(draft: Draft, node: ast.expr, owner: Member) -> None:
    certain = _is_bytes(draft, node)
    if not certain and not all(_is_bytes(draft, found) for found in definitions(draft, node)):
        draft.doubt(owner, node, f"`{draft.quote(node)}` is assumed to be bytes")


def _is_bytes(draft: Draft, node: ast.expr) -> bool:
    values = draft.values(node)
    if values and all(map(_certain, values)):
        return True
    if isinstance(node, ast.Await):
        return _is_bytes(draft, node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return _is_bytes(draft, node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in BYTES_METHODS
    return isinstance(node, ast.Attribute) and node.attr in BYTES_ATTRIBUTES


def _certain(value: Value) -> bool:
    if isinstance(value, Constant):
        return value.kind in {"bytes", "NoneType"}
    return isinstance(value, Object) and value.type in {"bytes", "bytearray"}


def is_base64(draft: Draft, node: ast.expr) -> bool:
    """Whether the text `node` is certainly what `base64.b64encode` made."""
    return all(_is_encoded(draft, found) for found in definitions(draft, node))


def _is_encoded(draft: Draft, node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "decode":
        return all(_is_encoded(draft, found) for found in definitions(draft, node.func.value))
    is_str = isinstance(node.func, ast.Name) and node.func.id == "str" and len(node.args) > 1
    if is_str:
        return _is_encoded(draft, node.args[0])
    paths = {v.path for v in draft.values(node.func) if isinstance(v, Symbol)}
    return bool(paths) and paths <= ENCODERS


def text_of_bytes(draft: Draft, node: ast.expr, owner: Member) -> Code | None:
    """The text that the bytes `node` hold; None where they are no bytes but base64 text."""
    values = draft.values(node)
    if any(map(is_text, values)):
        return None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "encode" and _is_utf8(draft, node):
            receiver = draft.values(node.func.value)
            if receiver and all(map(is_text, receiver)):
                return draft.hole(node.func.value)
    _check_bytes(draft, node, owner)
    return Template((draft.hole(node, Binding.ATOM), '.decode(errors="replace")'))


def _is_utf8(draft: Draft, call: ast.Call) -> bool:
    if call.keywords or len(call.args) > 1:
        return False
    constant = draft.constant(call.args[0]) if call.args else None
    return not call.args or (constant is not None and constant.value in UTF8)
