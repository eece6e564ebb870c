"""Files that a user gives to a page: which MIME types they may have."""

from __future__ import annotations

import ast

from codemods.objects.written_objects import class_path
from codemods.tables.media import guess
from migrator.plan import Draft
from migrator.understand.frameworks import UPLOAD
from migrator.understand.values import Constant, Object, Value


def is_upload(value: Value) -> bool:
    """Whether `value` is such a file: a stream of bytes that has no path."""
    return isinstance(value, Object) and value.type == UPLOAD


def upload_types(draft: Draft, node: ast.expr) -> list[str] | None:
    """The MIME types of the files that `node` may be; None where any may be chosen."""
    files = [v for v in draft.values(node) if not (isinstance(v, Constant) and v.value is None)]
    if not files or not all(map(is_upload, files)):
        return None
    found: list[str] = []
    for file in files:
        types = _types_of(draft, getattr(file, "origin", None))
        if not types:
            return None
        found += types
    return found


def _types_of(draft: Draft, call: ast.AST | None) -> list[str]:
    """`type=["jpg", "png"]` of the call that asks for the file; nothing where it takes any."""
    if not isinstance(call, ast.Call):
        return []
    if class_path(draft, call).endswith("camera_input"):
        return ["image/jpeg"]
    named = [k.value for k in call.keywords if k.arg == "type"] or call.args[1:2]
    listed = named[0] if named else None
    endings = listed.elts if isinstance(listed, (ast.List, ast.Tuple)) else named
    found = [_mime(draft, ending) for ending in endings]
    return [mime for mime in found if mime] if all(found) else []


def _mime(draft: Draft, node: ast.expr) -> str | None:
    constant = draft.constant(node)
    if constant is None or not isinstance(constant.value, str):
        return None
    return guess(f"upload.{constant.value.removeprefix('.')}")
