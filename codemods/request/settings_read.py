"""Settings that a program reads back from a config it made, to log them or to go by them."""

from __future__ import annotations

import ast

from codemods.objects.written_objects import class_path, fields_of
from codemods.reply.certain_tests import leave_out
from codemods.reply.interaction import is_probe
from codemods.reply.printed import show_sent
from codemods.request.left_out_settings import target_field
from codemods.tables.api import CONFIG
from codemods.tables.settings import GENERATION_FIELDS, LEFT_OUT
from migrator.edits import Binding, Template
from migrator.plan import Draft, Reading, Use, context_of, leave_to_hand
from migrator.understand.values import Object

INSTRUCTION = "system_instruction"


def read_back(draft: Draft, reading: Reading) -> None:
    """`config.temperature` read back on a config that becomes a dict."""
    node = reading.node
    if isinstance(node, ast.Call):
        _probe(draft, reading, node)
        return
    name = target_field(draft, node)
    certain = isinstance(node, ast.Subscript) or _is_set(draft, reading.base, name)
    if name in GENERATION_FIELDS:
        place = f'["generation_config"]["{name}"]'
        if not certain:
            place = f'.get("generation_config", {{}}).get("{name}")'
    elif name == INSTRUCTION:
        place = '["system_instruction"]' if certain else '.get("system_instruction")'
        if _holds_parts(draft, reading.base):
            _one_instruction(draft, reading, place)
            return
    elif name in LEFT_OUT and isinstance(node, ast.Attribute):
        text = f"`{draft.quote(node)}` is None now: {name} is left out"
        draft.doubt(reading.owner, node, text)
        draft.replace(reading.owner, node, "None")
        return
    else:
        _refuse(draft, reading)
        return
    base = draft.hole(reading.base, Binding.ATOM)
    draft.replace(reading.owner, node, Template((base, place)))


def config_shown(draft: Draft, reading: Reading) -> None:
    """A config that is printed or logged: a dict of arguments now."""
    show_sent(draft, reading.owner, reading.base, reading.node)


def _refuse(draft: Draft, reading: Reading) -> None:
    text = f"`{draft.quote(reading.node)}` reads a setting back; pass it on"
    leave_to_hand(draft, reading.owner, reading.node, text)


def _probe(draft: Draft, reading: Reading, node: ast.Call) -> None:
    """`hasattr(config, "system_instruction")`: an object had each of its settings."""
    origins = _origins(draft, reading.base)
    objects = bool(origins) and all(
        isinstance(o, ast.Call) and class_path(draft, o) == CONFIG for o in origins
    )
    if not (is_probe(node) and objects and leave_out(draft, reading.owner, node)):
        _refuse(draft, reading)


def _one_instruction(draft: Draft, reading: Reading, place: str) -> None:
    """`config.system_instruction[0].text`: the text itself; a list of one was always true."""
    node = reading.node
    assert isinstance(node, ast.expr)
    item = draft.facts.structure.parent(node)
    read = draft.facts.structure.parent(item) if item is not None else None
    if not _is_list_of_one(draft, reading.base):
        _refuse(draft, reading)
    elif (
        isinstance(item, ast.Subscript)
        and item.value is node
        and isinstance(item.slice, ast.Constant)
        and item.slice.value == 0
        and isinstance(read, ast.Attribute)
        and read.attr == "text"
    ):
        base = draft.hole(reading.base, Binding.ATOM)
        draft.replace(reading.owner, read, Template((base, place)))
    elif context_of(draft.facts, node).use is not Use.TRUTH or not leave_out(
        draft, reading.owner, node
    ):
        _refuse(draft, reading)


def _holds_parts(draft: Draft, node: ast.expr) -> bool:
    """Whether the instruction of the config may be parts, which become their text."""
    return any(
        isinstance(value, Object) and value.type != "str"
        for written in _instructions(draft, node)
        for value in draft.values(written)
    )


def _is_list_of_one(draft: Draft, node: ast.expr) -> bool:
    """Whether the config is always made with a list of one part as its instruction."""
    written = _instructions(draft, node)
    set_later = (
        isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
        for n in draft.facts.structure.named.get(INSTRUCTION, ())
    )
    one_part = all(
        isinstance(w, ast.List) and len(w.elts) == 1 and isinstance(w.elts[0], ast.Call)
        for w in written
    )
    return one_part and len(written) == len(draft.values(node)) and not any(set_later)


def _instructions(draft: Draft, node: ast.expr) -> list[ast.expr]:
    """The instructions that the config is made with."""
    origins = _origins(draft, node)
    fields = [fields_of(draft, o, CONFIG) for o in origins if isinstance(o, ast.expr)]
    return [f.value for found in fields for f in found or () if f.name == INSTRUCTION]


def _is_set(draft: Draft, node: ast.expr, name: str | None) -> bool:
    """Whether a config is always made with the setting; an object has None where it is not."""
    origins = _origins(draft, node)
    fields = [fields_of(draft, o, CONFIG) if isinstance(o, ast.expr) else None for o in origins]
    return bool(origins) and all(
        any(f.name == name and not _is_none(draft, f.value) for f in found or ())
        for found in fields
    )


def _origins(draft: Draft, node: ast.expr) -> list[ast.AST | None]:
    """Where the values of `node` are made; None for one that has no such place in view."""
    return [getattr(value, "origin", None) for value in draft.values(node)]


def _is_none(draft: Draft, node: ast.expr) -> bool:
    constant = draft.constant(node)
    return constant is not None and constant.value is None
