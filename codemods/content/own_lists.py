"""Lists that an object copies when it is made, where a dict shares them: they may change later."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.objects.setting_rows import Setting
from migrator.edits import Binding, Code, Hole, Item, ListCode, Template
from migrator.plan import Draft
from migrator.understand.values import Object

CHANGING = frozenset(
    {
        "append", "clear", "extend", "insert", "pop", "remove", "reverse", "setdefault", "sort",
        "update",
    }
)  # fmt: skip


def own_list(draft: Draft, holder: ast.AST | None, node: ast.expr, code: Code) -> Code:
    """The list `node`, which is `code` now, for what `holder` becomes; a copy, where that tells."""
    shared = isinstance(code, (Hole, Template)) and isinstance(holder, ast.Call)
    if not shared or is_sent_at_once(draft, holder) or not any(changed_later(draft, node)):
        return code
    return spread(code)


def own_setting(draft: Draft, setting: Setting, code: Code) -> Code:
    """The list of a setting, for the config that is a dict now."""
    keyword = draft.facts.structure.parent(setting.value)
    holder = draft.facts.structure.parent(keyword) if isinstance(keyword, ast.keyword) else None
    return own_list(draft, holder, setting.value, code)


def spread(code: Code) -> Code:
    """`[*code]`."""
    if isinstance(code, Hole):
        code = Hole(code.span, Binding.ARITHMETIC)
    return ListCode((Item(Template(("*", code))),))


def is_sent_at_once(draft: Draft, node: ast.AST | None) -> bool:
    """Whether `node` is written in the call that sends it."""
    parent = draft.facts.structure.parent(node) if node is not None else None
    while isinstance(parent, (ast.List, ast.Tuple, ast.keyword)):
        parent = draft.facts.structure.parent(parent)
    sites = (site for site in draft.facts.sites if site.call is parent)
    return any("contents" in site.kind.parameters for site in sites)


def changed_later(draft: Draft, node: ast.expr) -> Iterator[ast.expr]:
    """Where the list `node` may change after something was made of it."""
    for value in draft.values(node):
        origin = value.origin if isinstance(value, Object) else None
        for use in draft.facts.uses.get(origin, ()) if origin is not None else ():
            if not changes(draft, use):
                continue
            same = _loop_around(draft, origin) is _loop_around(draft, node)
            if use.lineno > node.lineno or not same:
                yield use


def changed_inside_later(draft: Draft, node: ast.expr) -> Iterator[ast.expr]:
    """Where a container, or one that it holds, may change after something was made of it."""
    todo, seen = list(draft.values(node)), set[ast.AST]()
    while todo:
        value = todo.pop()
        origin = value.origin if isinstance(value, Object) else None
        if origin is None or origin in seen:
            continue
        seen.add(origin)
        todo += draft.facts.held(origin)
        for use in draft.facts.uses.get(origin, ()):
            if use.lineno > node.lineno and changes(draft, use):
                yield use


def changes(draft: Draft, use: ast.expr) -> bool:
    """Whether a list is changed where it is used."""
    parent = draft.facts.structure.parent(use)
    if isinstance(parent, ast.Attribute):
        return parent.attr in CHANGING
    if isinstance(parent, ast.AugAssign):
        return parent.target is use
    return isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load)


def _loop_around(draft: Draft, node: ast.AST | None) -> ast.AST | None:
    while node is not None and not isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
        node = draft.facts.structure.parent(node)
    return node


def parts_changed(draft: Draft, turn: ast.AST) -> bool:
    """Whether the parts of a turn are changed after it was made."""
    for use in draft.facts.uses.get(turn, ()):
        parts = draft.facts.structure.parent(use)
        named = isinstance(parts, (ast.Attribute, ast.Subscript)) and parts.value is use
        if named and isinstance(parts, ast.expr) and changes(draft, parts):
            return True
    return False
