"""Settings that several requests share: spelled once, in variables before the first of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.building.free_names import FreeNames
from codemods.building.settings import Settings
from codemods.building.spots import is_pure
from migrator.edits import CallCode, Code, DictCode, Hole, Item, ListCode, Row, Template
from migrator.plan import Draft

OWN = frozenset({"input", "previous_interaction_id"})
"""Arguments that are another request's own."""
NAMES = {
    "model": ("model", "model_name"),
    "input": ("prompt", "contents"),
    "tools": ("tools", "function_tools"),
    "**": ("settings", "request_settings"),
}
"""What the variable of an argument is called, in order of preference; else like the argument."""


@dataclass(slots=True)
class Shared:
    """The statements before the first request, its arguments, and those of the ones that follow."""

    rows: list[Row] = field(default_factory=list)
    first: list[Item] = field(default_factory=list)
    again: list[Item] = field(default_factory=list)


def share(draft: Draft, settings: Settings, names: FreeNames) -> Shared:
    """Split settings into what is said once and what each request says."""
    shared = Shared()
    items = settings.items()
    early = any(not is_repeatable(draft, i.value) and _runs(draft, i.value) for i in items)
    for item in items:
        own = item.name in OWN
        if own and not (early and _runs(draft, item.value)):
            shared.first.append(item)
            continue
        if not is_repeatable(draft, item.value):
            item = _named(shared, item, names)
        shared.first.append(item)
        if not own:
            shared.again.append(Item(item.value, item.name))
    return shared


def _named(shared: Shared, item: Item, names: FreeNames) -> Item:
    """The item with a variable for its value."""
    wanted = NAMES.get(item.name or "", (item.name or "value",))
    variable = names.take(*wanted)
    shared.rows.append(Row(Template((f"{variable} = ", item.value))))
    return Item(variable, item.name, source=item.source)


def is_repeatable(draft: Draft, code: Code) -> bool:
    """Whether code may as well be written twice: a name, a dotted name, a number."""
    text = _text(draft, code) if isinstance(code, Hole) else code
    node = _parsed(text) if isinstance(text, str) else None
    while isinstance(node, ast.Attribute):
        node = node.value
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, (str, bytes))
    return isinstance(node, ast.Name)


def _runs(draft: Draft, code: Code) -> bool:
    """Whether code holds original expressions that may notice when they are evaluated."""
    pending = [code]
    while pending:
        part = pending.pop()
        if isinstance(part, Hole):
            node = _parsed(_text(draft, part))
            if node is None or not is_pure(node):
                return True
        elif isinstance(part, Template):
            pending += part.parts
        elif isinstance(part, (DictCode, ListCode, CallCode)):
            pending += [item.value for item in part.items]
    return False


def _text(draft: Draft, hole: Hole) -> str:
    return draft.text[hole.span.start : hole.span.end]


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(f"({text})", mode="eval").body
    except SyntaxError:
        return None
