"""Read `model`, `id` and `created` instead of `model_version`, `response_id` and `create_time`.

Why: the fields have other names; the time is an ISO string where it was a datetime.

Rewrites: the three fields (the time through `datetime.fromisoformat`). What asks for a field that a
response never had, before it asks for others (`getattr(response, "model", None) or …`), goes. A
dump of the whole response (`model_dump`, `model_dump_json`, `to_json_dict`) has other keys: where
it is printed or stored, with --unsafe-fixes only. Reads of its text, token counts, model and id by
literal keys read the interaction. A field that neither API has stays, behind the test that asks for
it. The header that says which service tier a reply was made in is the field `service_tier`.

Leaves alone: the rest of `sdk_http_response`, `automatic_function_calling_history`, and tests for
what only an interaction has (`hasattr(response, "to_dict")`).
"""

from __future__ import annotations

import ast

from codemods.reply.certain_tests import shorten
from codemods.reply.dumps import METHODS, OTHER_KEYS, keep_dump, translate
from codemods.reply.interaction import attribute_read, interaction, is_probe, keep, rename
from codemods.reply.path_prefixes import root
from codemods.reply.unreached_code import is_kept_out
from codemods.tables.api import CREATED, PART, RESPONSE
from codemods.tables.places import INTERACTION, PLACES, TIER_HEADER, WITHOUT_PLACE
from migrator.codemod import Codemod
from migrator.edits import Binding, Template
from migrator.plan import Draft, Reading
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Object, Symbol, Value

TYPED = "`{}` held for no part; it holds for every item now"
NEITHER = "neither API has this attribute, so this raises AttributeError"


def model_version(draft: Draft, reading: Reading) -> None:
    """`response.model_version` -> `response.model`."""
    rename(draft, reading.owner, reading.node, "model")


def http_response(draft: Draft, reading: Reading) -> None:
    """`response.sdk_http_response.headers.get("x-gemini-service-tier")` -> `.service_tier`."""
    whole = _header_read(draft, reading.node)
    if whole is None:
        text = ".sdk_http_response has no equivalent on the new API; rewrite this use by hand"
        draft.block(reading.owner, reading.base, text)
        return
    code = Template((draft.hole(reading.base, Binding.ATOM), ".service_tier"))
    draft.replace(reading.owner, whole, code)


def _header_read(draft: Draft, node: ast.AST) -> ast.expr | None:
    """The read of the one header that became a field: `node.headers.get(…)`, or by its key."""
    structure = draft.facts.structure
    headers = structure.parent(node)
    if not isinstance(headers, ast.Attribute) or headers.attr != "headers":
        return None
    read: ast.AST | None = structure.parent(headers)
    key: ast.expr | None = None
    if isinstance(read, ast.Attribute) and read.attr == "get":
        read = structure.parent(read)
        alone = isinstance(read, ast.Call) and len(read.args) == 1 and not read.keywords
        key = read.args[0] if alone and isinstance(read, ast.Call) else None
    constant = draft.constant(key) if key is not None else None
    name = constant.value if constant is not None else None
    found = isinstance(name, str) and name.lower() == TIER_HEADER
    return read if found and isinstance(read, ast.Call) else None


def response_id(draft: Draft, reading: Reading) -> None:
    """`response.response_id` -> `response.id`."""
    rename(draft, reading.owner, reading.node, "id")


def create_time(draft: Draft, reading: Reading) -> None:
    """The time as a datetime again."""
    if is_probe(reading.node):
        rename(draft, reading.owner, reading.node, "created")
        return
    name = _datetime(draft, reading)
    if name is None:
        text = "the name datetime means something else here; parse response.created by hand"
        draft.block(reading.owner, reading.node, text)
        return
    source = interaction(draft, reading.base)
    code = Template((name, ".fromisoformat(", source, '.created.replace("Z", "+00:00"))'))
    draft.replace(reading.owner, reading.node, code)


def _datetime(draft: Draft, reading: Reading) -> str | None:
    """How to spell the class, importing it if the name is free."""
    module = draft.facts.structure.module(reading.node)
    bound = draft.facts.state.bound.get((module, "datetime"))
    if bound == frozenset({Symbol("datetime")}):
        return "datetime.datetime"
    if bound == frozenset({Symbol("datetime.datetime")}):
        return "datetime"
    if "datetime" in draft.facts.structure.bound_around(reading.node):
        return None
    draft.need(reading.owner, reading.node, "datetime", "datetime")
    return "datetime"


def absent(draft: Draft, reading: Reading) -> None:
    """An attribute that no API has: `getattr(response, "usageMetadata", None)` stays as it is.

    So does the read behind a test for it; any other raises an error, whichever API it is.
    """
    node, name = reading.node, attribute_read(reading.node)
    if root(draft, reading.base) is not reading.base:
        draft.replace(reading.owner, reading.base, interaction(draft, reading.base))
    if isinstance(node, ast.Attribute) and is_kept_out(draft, reading.base):
        return
    if reading.type == PART and name == "type" and is_probe(node):
        draft.doubt(reading.owner, node, TYPED.format(draft.quote(node)))
    elif name in PLACES.get(reading.type, INTERACTION):
        if _goes_unread(draft, reading):
            return
        text = f"`{draft.quote(node)}` tells the two APIs apart; keep the way for the new"
        draft.block(reading.owner, node, text)
    elif isinstance(node, ast.Attribute) and not _is_expected(draft, node):
        draft.block(reading.owner, node, f"`{draft.quote(node)}`: {NEITHER}")


def _goes_unread(draft: Draft, reading: Reading) -> bool:
    """Take `getattr(response, "model", None)` out of a chain of `or`, where it came to nothing."""
    node = reading.node
    chain = draft.facts.structure.parent(node)
    if not isinstance(node, ast.Call) or len(node.args) < 3 or not isinstance(chain, ast.BoolOp):
        return False
    default = node.args[2]
    if not isinstance(default, ast.Constant) or default.value or not isinstance(chain.op, ast.Or):
        return False
    values = draft.values(reading.base)
    alone = all(isinstance(v, Object) and v.type == reading.type for v in values)
    if not alone or node is chain.values[-1]:
        return False
    return shorten(draft, reading.owner, chain, [node])


def _is_expected(draft: Draft, node: ast.AST) -> bool:
    """Whether a handler takes the error of a read that fails, and does not look at it."""
    parent = draft.facts.structure.parent(node)
    while parent is not None and not isinstance(parent, FUNCTION_TYPES):
        if isinstance(parent, ast.Try) and node in parent.body:
            caught = [h for h in parent.handlers if getattr(h.type, "id", "") == "AttributeError"]
            return bool(caught) and caught[0].name is None
        node, parent = parent, draft.facts.structure.parent(parent)
    return False


def dump(draft: Draft, reading: Reading) -> None:
    """`response.model_dump()`: the same method, other keys; reads of those read the interaction."""
    keep_dump(draft, reading, OTHER_KEYS, translate)


def all_gone(draft: Draft) -> None:
    """No read of a field that only the older API has may be left after a rewrite."""
    for site in draft.facts.sites:
        for node in draft.facts.uses.get(site.call, ()):
            read = draft.facts.structure.parent(node)
            if not isinstance(read, ast.Attribute) or read.value is not node:
                continue
            values = draft.values(node)
            if values and all(_is_without(value, read.attr) for value in values):
                draft.gone(site.call, read)


def _is_without(value: Value, name: str) -> bool:
    """Whether what takes the place of a value has no such field."""
    return isinstance(value, Object) and name in WITHOUT_PLACE.get(value.type, ())


CODEMOD = Codemod(
    code="GM014",
    name="response-fields",
    summary="read model, id and created instead of model_version, response_id and create_time",
    doc=__doc__ or "",
    rules={
        ("module", "fields that are gone"): all_gone,
        ("read", RESPONSE, "model_version"): model_version,
        ("read", RESPONSE, "response_id"): response_id,
        ("read", RESPONSE, "sdk_http_response"): http_response,
        ("read", RESPONSE, "create_time"): create_time,
        **{("read", RESPONSE, name): dump for name in METHODS},
        ("absent", "attribute"): absent,
        ("any", "use", CREATED): keep,
        ("any", "read", CREATED): keep,
    },
)
