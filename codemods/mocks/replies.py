"""The replies that mocks give, with the attributes that the rewritten calls read."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from codemods.mocks.stand_in import MOCKS, NAMESPACES, StandIn
from codemods.tables.settings import USAGE_FIELDS
from migrator.understand.values import Constant, Object, Value

HANDED = (
    *(ast.Assign, ast.AnnAssign, ast.Return, ast.Yield, ast.Lambda, ast.Await, ast.Expr),
    *(ast.List, ast.Tuple, ast.Compare),
)
"""Where an object stands that is handed on as it is, and seen again where it is read."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Old attributes of an object -> the new ones, and those of what they hold."""

    names: Mapping[str, str]
    inner: Mapping[str, Fields] = field(default_factory=dict)


USAGE = Fields(USAGE_FIELDS)
REPLY = Fields({"text": "output_text", "usage_metadata": "usage"}, {"usage_metadata": USAGE})


def plan_reply(mocked: StandIn, node: ast.expr, fields: Fields = REPLY) -> None:
    """`node` is what a mock gives: what makes it must set the new attributes."""
    values = mocked.draft.values(node)
    if not values:
        mocked.refuse(node, f"`{mocked.quote(node)}` can't be followed to where it is made")
    for value in values:
        if isinstance(value, Constant) and value.value is None:
            continue
        made = _made(value)
        if made is None:
            mocked.refuse(node, f"`{mocked.quote(node)}` can't be followed to where it is made")
            return
        _plan_made(mocked, made, fields)


def _made(value: Value) -> ast.Call | None:
    """The call of a mock, or of a namespace, that made a value."""
    if not isinstance(value, Object) or value.path or not isinstance(value.origin, ast.Call):
        return None
    known = value.type.rpartition(".")[2] in MOCKS | NAMESPACES
    return value.origin if known else None


def _plan_made(mocked: StandIn, call: ast.Call, fields: Fields) -> None:
    if not mocked.first(call):
        return
    if call.args:
        mocked.refuse(call.args[0], "the mock has a specification of the older reply")
        return
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in {"spec", "spec_set", "wraps"}:
            mocked.refuse(keyword.value, "what it holds is not written out")
        elif keyword.arg in fields.names:
            mocked.rename(keyword, fields.names[keyword.arg])
            _plan_value(mocked, keyword.arg, keyword.value, fields)
    for use in mocked.draft.facts.uses.get(call, ()):
        plan_reply_use(mocked, use, fields)


def plan_reply_use(mocked: StandIn, node: ast.expr, fields: Fields = REPLY) -> None:
    """One use of a reply, or of a part of it, in the tests; the program's are rewritten there."""
    structure = mocked.structure
    parent = structure.parent(node)
    if mocked.is_read_of_reply(node):
        return  # what it may be besides is rewritten with the call
    if not mocked.in_test(node):
        if isinstance(parent, ast.Attribute):
            mocked.refuse(node, f"the program reads `{mocked.quote(parent)}` of it, too")
        return
    if isinstance(parent, ast.Attribute):
        if mocked.first(parent):
            _plan_attribute(mocked, parent, fields)
    elif not _is_handed_on(mocked, node, parent) and node not in mocked.done:
        mocked.refuse(node, f"`{mocked.quote(node)}` is handed on here")


def _is_handed_on(mocked: StandIn, node: ast.expr, parent: ast.AST | None) -> bool:
    """Whether what `node` is can be seen again wherever it is read."""
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return True
    if isinstance(parent, ast.keyword):
        call = mocked.structure.parent(parent)
        given = parent.arg in {"return_value", "side_effect"} or call in mocked.done
        return given or (isinstance(call, ast.Call) and mocked.is_followed(call))
    if isinstance(parent, ast.Call):
        return node in parent.args and mocked.is_followed(parent)
    return isinstance(parent, HANDED)


def _plan_attribute(mocked: StandIn, node: ast.Attribute, fields: Fields) -> None:
    """`reply.text`, `reply.usage_metadata.prompt_token_count = 3`."""
    new = fields.names.get(node.attr)
    if new is None:
        return  # nothing that is rewritten reads it
    mocked.rename(node, new)
    parent = mocked.structure.parent(node)
    if isinstance(node.ctx, ast.Store):
        if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is not None:
            _plan_value(mocked, node.attr, parent.value, fields)
        else:
            mocked.refuse(node, "what it is set to is not in view")
    elif node.attr in fields.inner and isinstance(parent, ast.Attribute):
        if mocked.first(parent):
            _plan_attribute(mocked, parent, fields.inner[node.attr])


def _plan_value(mocked: StandIn, name: str, value: ast.expr, fields: Fields) -> None:
    """What an attribute is set to."""
    if name in fields.inner:
        plan_reply(mocked, value, fields.inner[name])
    elif name == "text" and not mocked.needs.plain:
        for found in mocked.draft.values(value):
            if isinstance(found, Constant) and (found.value or found.value is None):
                continue
            if not _has_characters(value):
                text = "a text of no characters may be one that is missing for the rewritten call"
                mocked.refuse(value, text)
                return


def _has_characters(node: ast.expr) -> bool:
    """Whether an expression certainly gives a text that isn't empty."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and part.value for part in node.values)
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return called in {"json.dumps", "dumps"}
