"""Declarations of functions that were passed themselves, and the switch that turns calling off."""

from __future__ import annotations

import ast

from codemods.functions.callable_requests import CALLING, may_have_tools
from codemods.functions.callables import declared, means_the_same
from codemods.functions.declarations import Declaration
from codemods.objects.setting_rows import Setting
from codemods.objects.written_objects import class_path, fields_of
from codemods.schemas.annotation_schemas import Uncertain
from migrator.edits import Code, DictCode, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.plain_data import json_code, text_code
from migrator.understand.values import Constant

WIDTH = 60
"""A description of more characters than this is read from the docstring."""


def declare(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A Python function among the tools: its declaration, written out."""
    try:
        made = declared(draft, node)
    except Uncertain as reason:
        text = f"`{draft.quote(node)}` can't be declared as the SDK did: {reason}; "
        draft.block(owner, node, text + "write its declaration by hand and call it in a loop")
        return draft.hole(node)
    draft.feature(owner, "callables")
    items = [Item('"function"', "type"), Item(text_code(made.name), "name")]
    if made.description:
        items.append(Item(_description(draft, node, made, owner), "description"))
    if made.parameters is not None:
        items.append(Item(_parameters(draft, node, made), "parameters"))
    return DictCode(tuple(items))


def _parameters(draft: Draft, node: ast.expr, made: Declaration) -> Code:
    """The schema of the parameters; a model that needs no others says its own."""
    assert made.parameters is not None
    properties = dict(made.parameters["properties"])
    for parameter in made.signature:
        if parameter.model is not None and means_the_same(draft, parameter.annotation, made, node):
            properties[parameter.name] = Template((f"{parameter.model}.model_json_schema()",))
    return json_code({**made.parameters, "properties": properties})


def _description(draft: Draft, node: ast.expr, made: Declaration, owner: Member) -> Code:
    """The docstring, where it is one short line; else an expression that reads it."""
    text = made.description
    if "\n" not in text and len(text) <= WIDTH:
        return text_code(text)
    draft.need(owner, node, "inspect", None)
    return Template(("inspect.getdoc(", draft.hole(node), ")"))


def switch(draft: Draft, setting: Setting) -> None:
    """`automatic_function_calling` goes away; the loop (or none) says what it said."""
    if not may_have_tools(draft, setting.value):
        if any(class_path(draft, node) != CALLING for node in calls_in(setting.value)):
            text = f"`{draft.quote(setting.value)}` is left out: there are no functions to call"
            draft.doubt(setting.owner, setting.value, text)
        return
    for value in draft.values(setting.value):
        origin = getattr(value, "origin", None)
        fields = fields_of(draft, origin, CALLING) if isinstance(origin, ast.expr) else None
        known = [f for f in fields or () if draft.constant(f.value) is not None]
        none = isinstance(value, Constant) and value.value is None
        if any(f.name == "disable" and _is_true(draft, f.value) for f in known):
            draft.feature(setting.owner, "functions")  # their calls are parts of the reply
        if not none and (fields is None or len(known) < len(fields)):
            text = "whether functions are called automatically is only known at run time; write "
            draft.block(setting.owner, setting.value, text + "disable and maximum_remote_calls out")


def calls_in(node: ast.expr) -> list[ast.Call]:
    """The calls that an expression makes."""
    return [part for part in ast.walk(node) if isinstance(part, ast.Call)]


def _is_true(draft: Draft, node: ast.expr) -> bool:
    constant = draft.constant(node)
    return constant is not None and constant.value is True
