"""Schemas that are objects of the SDK or dicts: their other uses, and how they are dumped."""

from __future__ import annotations

import ast

from codemods.content.own_lists import changed_inside_later, is_sent_at_once
from codemods.objects.sdk_modules import sdk_module
from codemods.objects.written_objects import class_path
from codemods.tables.api import CONFIG, DECLARATION, SCHEMA
from migrator.edits import CallCode, Code, Item, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.values import Object, Value

KIND = "openapi schema"
DUMP = (Item('"json"', "mode"), Item("True", "by_alias"), Item("True", "exclude_none"))
"""How `types.Schema.json_schema` becomes a dict: without by_alias keys come out as `any_of`."""
TAKERS = frozenset({SCHEMA, DECLARATION, CONFIG, "dict"})
"""Classes whose arguments are converted where they are written."""


def is_dict(value: Value) -> bool:
    return isinstance(value, Object) and value.type == "dict"


def changes_later(
    draft: Draft, origin: ast.AST | None, seen: frozenset[ast.AST] = frozenset()
) -> bool:
    """Whether a dict that holds a schema is filled or read elsewhere, or one inside it is."""
    if not isinstance(origin, ast.Dict) or origin in seen:
        return False
    if is_looked_into(draft, origin):
        return True
    inner = (origin_of(v) for entry in origin.values for v in draft.values(entry))
    return any(changes_later(draft, o, seen | {origin}) for o in inner)


def check_complete(draft: Draft, node: ast.expr, owner: Member) -> None:
    """A schema that is kept in a config is made JSON schema there: it must be complete by then."""
    keyword = draft.facts.structure.parent(node)
    if is_sent_at_once(draft, draft.facts.structure.parent(keyword) if keyword else None):
        return
    for use in changed_inside_later(draft, node):
        text = f"`{draft.quote(use)}` changes after the config took the schema; make it complete "
        draft.block(owner, use, text + "before")


def validated(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """What the SDK made of a dict of the old dialect, as JSON schema: at run time."""
    types = sdk_module(draft, owner, node, "types")
    return dump(Template((f"{types}.Schema.model_validate(", draft.hole(node), ")")))


def dump(schema: Code) -> Code:
    """What an object of `types.Schema` says as JSON schema."""
    return CallCode(Template((schema, ".json_schema.model_dump")), DUMP)


def is_looked_into(draft: Draft, origin: ast.expr) -> bool:
    """Whether the program reads or sets what is in a schema, after it is made."""
    inside = {Use.WRITE, Use.SUBSCRIPT, Use.ATTRIBUTE}
    return any(context_of(draft.facts, n).use in inside for n in draft.facts.uses.get(origin, ()))


def only_sent(draft: Draft, origin: ast.expr) -> bool:
    """Whether a schema goes nowhere but into others, declarations and configs."""
    for node in draft.facts.uses.get(origin, ()):
        context = context_of(draft.facts, node)
        if context.use is Use.MOVE or draft.sinks.get(node) == KIND:
            continue
        call = context.node
        if isinstance(call, ast.keyword):
            call = draft.facts.structure.parent(call) or call
        taken = isinstance(call, ast.Call) and class_path(draft, call).removesuffix("Dict")
        if context.use is not Use.ARGUMENT or taken not in TAKERS:
            return False
    return True
