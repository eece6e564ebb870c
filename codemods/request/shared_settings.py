"""Settings that several requests share: spelled once, in variables before the first of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.objects.setting_rows import Settings
from migrator.edits import CallCode, Code, DictCode, Hole, Item, ListCode, Row, Template
from migrator.plan import Draft, Use, context_of
from migrator.reasoning.free_names import FreeNames
from migrator.reasoning.statement_places import is_pure

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


def share(draft: Draft, settings: Settings, at: ast.AST, names: FreeNames) -> Shared:
    """Split settings into what is said once and what each request of the call `at` says."""
    shared = Shared()
    items = settings.arguments()
    repeated = {id(item): _is_repeatable(draft, item, at) for item in items}
    early = any(not repeated[id(item)] and _runs(draft, item.value) for item in items)
    for item in items:
        own = item.name in OWN
        if own and not (early and _runs(draft, item.value)):
            shared.first.append(item)
            continue
        if not repeated[id(item)]:
            item = _named(shared, item, names)
        shared.first.append(item)
        if not own:
            shared.again.append(Item(item.value, item.name))
    return shared


def _named(shared: Shared, item: Item, names: FreeNames) -> Item:
    """The item with a variable for its value."""
    wanted = NAMES.get(item.name or "", (item.name or "value",))
    variable = names.take(*wanted)
    value = item.value
    if item.name == "**" and isinstance(value, Hole):
        value = Template(("{**", value, "}"))  # as it is now, whoever changes it later
    shared.rows.append(Row(Template((f"{variable} = ", value))))
    return Item(variable, item.name, source=item.source)


def _is_repeatable(draft: Draft, item: Item, at: ast.AST) -> bool:
    """Whether a value may as well be written twice: a name, a dotted name, a number.

    A name that other functions assign may mean something else by the time of the next request.
    """
    code = item.value
    text = _text(draft, code) if isinstance(code, Hole) else code
    node = _parsed(text) if isinstance(text, str) else None
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, (str, bytes))
    while isinstance(node, ast.Attribute):
        if node.attr in _assigned_attributes(draft):
            return False
        node = node.value
    if not isinstance(node, ast.Name):
        return False
    structure = draft.facts.structure
    scope = structure.scope_of[at]
    chain = (scope, *draft.facts.state.scope_chain(scope))
    return not any((holder, node.id) in structure.shared for holder in chain) and not (
        item.name == "**" and isinstance(code, Hole) and _changes(draft, code)
    )


def _assigned_attributes(draft: Draft) -> set[str]:
    """The attributes that methods assign after an object is made."""

    def find() -> set[str]:
        found: set[str] = set()
        for node in draft.facts.state.values:
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                function = draft.facts.structure.enclosing_function(node)
                if function is not None and getattr(function, "name", "") != "__init__":
                    found.add(node.attr)
        return found

    return draft.once("attributes assigned by methods", find)


def _changes(draft: Draft, hole: Hole) -> bool:
    """Whether a dict that is spread is changed anywhere in place."""
    for node, values in draft.facts.state.values.items():
        if isinstance(node, ast.Name) and draft.span(node) == hole.span:
            origins = {getattr(value, "origin", None) for value in values}
            return any(
                context_of(draft.facts, use).use is Use.WRITE
                for origin in origins
                if origin is not None
                for use in draft.facts.uses.get(origin, ())
            )
    return False


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
