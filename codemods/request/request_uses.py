"""What happens to a request dict besides being sent: keys set and read, copies, logging."""

from __future__ import annotations

import ast

from codemods.request.request_dicts import name_of, set_key, update
from migrator.edits import Replace
from migrator.plan import Draft, Reading
from migrator.understand.values import is_text

SHOWN = "`{}` prints the arguments of the new call"


def write(draft: Draft, reading: Reading) -> None:
    """`request["contents"] = …`."""
    target = reading.node
    statement = draft.facts.structure.parent(target)
    plain = isinstance(statement, ast.Assign) and len(statement.targets) == 1
    if plain and isinstance(statement, ast.Assign) and isinstance(target, ast.Subscript):
        set_key(draft, target, statement, reading.owner)
    else:
        _refuse(draft, reading)


def subscript(draft: Draft, reading: Reading) -> None:
    """`request["model"]` says what it said; a prompt that is text has another key."""
    node = reading.node
    if isinstance(node, ast.Subscript) and not _reads(draft, reading, node, node.slice):
        _refuse(draft, reading)


def attribute(draft: Draft, reading: Reading) -> None:
    """Methods of the dict."""
    method = reading.node
    call = draft.facts.structure.parent(method)
    name = getattr(method, "attr", "")
    if isinstance(call, ast.Call) and call.func is method:
        if name == "update":
            update(draft, call, reading.base, reading.owner)
            return
        if name == "copy":
            return
        if name in {"get", "setdefault"} and call.args:
            if _reads(draft, reading, call, call.args[0]):
                return
    _refuse(draft, reading)


def _reads(draft: Draft, reading: Reading, node: ast.expr, key: ast.expr) -> bool:
    """Whether a key is read of which it is known what it holds."""
    name = name_of(draft, key)
    if name == "contents" and all(map(is_text, draft.values(node))) and draft.values(node):
        draft.edit(reading.owner, Replace(draft.span(key), '"input"'))
        return True
    return name == "model"


def shown(draft: Draft, reading: Reading) -> None:
    """A request that is printed or logged."""
    text = SHOWN.format(draft.quote(reading.base))
    draft.doubt(reading.owner, reading.base, text)


def keep(draft: Draft, reading: Reading) -> None:
    """Uses that don't look inside."""


def _refuse(draft: Draft, reading: Reading) -> None:
    text = f"`{draft.quote(reading.node)}` uses the arguments of the call otherwise"
    draft.block(reading.owner, reading.node, text)


RULES = {
    "WRITE": write,
    "SUBSCRIPT": subscript,
    "ATTRIBUTE": attribute,
    "FORMAT": shown,
    "TRUTH": keep,
    "IS_NONE": keep,
}
"""Use of a request -> what becomes of it."""
