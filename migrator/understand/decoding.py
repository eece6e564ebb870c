"""Text that is decoded from bytes of unknown origin."""

from __future__ import annotations

import ast

from migrator.understand.arguments import Arguments
from migrator.understand.values import Constant

ENCODINGS = frozenset({"ascii", "cp1252", "latin-1", "latin1", "utf-8", "utf-8-sig", "utf8"})


def decodes(node: ast.Call, arguments: Arguments) -> bool:
    """`x.decode("utf-8")`, or `x.read().decode()`: text, whatever `x` is."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "decode":
        return False
    if not node.args and not node.keywords:
        source = node.func.value
        read = source.value if isinstance(source, ast.Await) else source
        return isinstance(read, ast.Call) and getattr(read.func, "attr", "") == "read"
    named = arguments.positional[0] if arguments.positional else arguments.keywords.get("encoding")
    return bool(named) and all(
        isinstance(v, Constant) and str(v.value).lower() in ENCODINGS for v in named or ()
    )
