"""Move labels, cached content, service tier and HTTP options to the arguments of `create`.

Why: they are top-level arguments now, and a timeout counts seconds where it counted milliseconds.

Rewrites: `labels`, `cached_content`, `service_tier`; of `http_options`: `timeout` (divided by
1000), `headers` (`extra_headers`), `api_version`; with --unsafe-fixes `extra_body`, and
`retry_options` are left out, as those of the client count.

Leaves alone: base URLs of a single call, which `create` can't take.
"""

from __future__ import annotations

import ast

from codemods.objects.setting_rows import Setting
from codemods.objects.written_objects import fields_of
from codemods.tables.api import HTTP_OPTIONS
from codemods.tables.settings import TOP_LEVEL_FIELDS
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, DictCode, Item, Span, Template
from migrator.plan import Draft
from migrator.understand.values import Constant


def top_level(draft: Draft, setting: Setting) -> None:
    """A field that keeps its name and value."""
    setting.into.top(setting.name, draft.hole(setting.value), setting.source)


def service_tier(draft: Draft, setting: Setting) -> None:
    """Enum members are lower-case strings already."""
    constant = draft.constant(setting.value)
    if constant is not None and isinstance(constant.value, str) and not constant.value.islower():
        if not isinstance(setting.value, ast.Constant):
            draft.block(setting.owner, setting.value, "write the service tier in lower case")
        setting.into.top("service_tier", f'"{constant.value.lower()}"', setting.source)
        return
    top_level(draft, setting)


def http_options(draft: Draft, setting: Setting) -> None:
    """Options of this one request."""
    fields = fields_of(draft, setting.value, HTTP_OPTIONS)
    if fields is None:
        source = draft.quote(setting.value)
        draft.block(setting.owner, setting.value, f"http_options `{source}` can't be followed")
        return
    for field in fields:
        name, value = field.name, field.value
        if name == "timeout":
            setting.into.top("timeout", _seconds(draft, setting, value), setting.source)
        elif name == "headers":
            setting.into.top("extra_headers", _headers(draft, value), setting.source)
        elif name == "extra_body":
            _extra_body(draft, setting, value)
        elif name == "api_version":
            setting.into.top("api_version", draft.hole(value), setting.source)
        elif name == "retry_options":
            _retries(draft, setting, value)
        else:
            text = (
                f"http_options.{name or '**'} has no equivalent for one call; set it on the client"
            )
            draft.block(setting.owner, value, text)


def _retries(draft: Draft, setting: Setting, value: ast.expr) -> None:
    """How a failed request is repeated: `create` repeats it in its own way."""
    constant = draft.constant(value)
    if constant is None or constant.value is not None:
        text = (
            "retry_options of one call are left out: create makes up to 5 attempts by itself, or "
        )
        draft.doubt(setting.owner, value, text + "as many as the client's retry_options say")


def _extra_body(draft: Draft, setting: Setting, value: ast.expr) -> None:
    """More fields for the body of the request, which has others now."""
    for key in value.keys if isinstance(value, ast.Dict) else ():
        constant = draft.constant(key) if key is not None else None
        name = constant.value if constant is not None else None
        if isinstance(name, str) and not name.islower():
            text = f"extra_body sets {name}, which the body of an interaction hasn't"
            draft.block(setting.owner, value, text)
    text = "extra_body is merged into another body: its fields must be those of an interaction"
    draft.doubt(setting.owner, value, text)
    setting.into.top("extra_body", draft.hole(value), setting.source)


def _headers(draft: Draft, node: ast.expr) -> Code:
    """The headers; a display is taken apart, so that another header can join it."""
    if not isinstance(node, ast.Dict):
        return draft.hole(node)
    items = []
    for key, value in zip(node.keys, node.values, strict=False):
        constant = draft.constant(key) if key is not None else None
        if constant is None or not isinstance(constant.value, str):
            return draft.hole(node)
        source = Span(draft.span(key or value).start, draft.span(value).end)
        items.append(Item(draft.hole(value), constant.value, source=source))
    return DictCode(tuple(items))


def _seconds(draft: Draft, setting: Setting, value: ast.expr) -> Code:
    """Milliseconds -> seconds."""
    constant = draft.constant(value)
    if constant is not None and constant.value is None:
        return "None"
    if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
        seconds = value.value / 1000
        return str(int(seconds)) if seconds == int(seconds) else str(seconds)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        for factor, rest in ((value.right, value.left), (value.left, value.right)):
            if isinstance(factor, ast.Constant) and factor.value in {1000}:
                return draft.hole(rest)
    if any(isinstance(v, Constant) and v.value is None for v in draft.values(value)):
        draft.block(setting.owner, value, f"the timeout `{draft.quote(value)}` may be None")
    return Template((draft.hole(value, Binding.ARITHMETIC), " / 1000"))


CODEMOD = Codemod(
    code="GM007",
    name="request-options",
    summary="move labels, caches, service tier and HTTP options to create's arguments",
    doc=__doc__ or "",
    rules={
        **{("setting", name): top_level for name in TOP_LEVEL_FIELDS},
        ("setting", "service_tier"): service_tier,
        ("setting", "http_options"): http_options,
    },
)
