"""The header that pins the API's revision, as an argument of a call or of a client."""

from __future__ import annotations

import ast

from migrator.edits import Arguments, DictCode, Item
from migrator.plan import Draft

HEADER = "Api-Revision"


def entry(draft: Draft) -> Item:
    """The header and its value, as an item of a dict."""
    return Item(f'"{draft.options.api_revision}"', HEADER)


def with_header(draft: Draft, call: ast.Call) -> Arguments:
    """Options with the header for a call that passes none: of a client, or what stands for it."""
    headers = Item(DictCode((entry(draft),)), "headers")
    items = (*items_of(draft, call), Item(DictCode((headers,)), "http_options"))
    return Arguments(draft.span(call), items)


def items_of(draft: Draft, node: ast.Call | ast.Dict) -> tuple[Item, ...]:
    """The items that are there already."""
    if isinstance(node, ast.Dict):
        items = []
        for key, value in zip(node.keys, node.values, strict=False):
            if key is None:
                items.append(Item(draft.hole(value), "**", source=draft.span(value)))
                continue
            span = type(draft.span(key))(draft.span(key).start, draft.span(value).end)
            items.append(Item(draft.hole(value), key=draft.hole(key), source=span))
        return tuple(items)
    positional = [Item(draft.hole(a), source=draft.span(a)) for a in node.args]
    keywords = [Item(draft.hole(k.value), k.arg, source=draft.span(k)) for k in node.keywords]
    return (*positional, *keywords)
