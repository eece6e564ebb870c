"""What tests read of the config of a mocked call: settings are arguments of the rewritten one."""

from __future__ import annotations

import ast

from codemods.mocks.needs import arguments_of
from codemods.mocks.stand_in import StandIn
from codemods.tables.settings import GENERATION_FIELDS
from migrator.edits import Binding, Code, DictCode, Hole, Replace, Template
from migrator.understand import CallSite

INSTRUCTION = "system_instruction"
GENERATION = "generation_config"
FORMAT = "response_format"
OF_FORMAT = {"response_mime_type": "mime_type", "response_json_schema": "schema"}
"""Settings that an entry of `response_format` stands for, with the value that they had."""


def plan_config(mocked: StandIn, key: ast.expr) -> bool:
    """`kwargs["config"]`, or a name for it: whether all that is read of it has a place."""
    structure, draft = mocked.structure, mocked.draft
    taken = structure.parent(key)
    if not isinstance(taken, ast.Subscript) or taken.slice is not key:
        return False
    holder = structure.parent(taken)
    if isinstance(holder, ast.Assign) and isinstance(holder.targets[0], ast.Name):
        held: list[ast.expr] = list(mocked.loads(holder.targets[0]) or ())
        if len(holder.targets) != 1 or not held:
            return False
    else:
        held = [taken]
    reads = [structure.parent(node) for node in held]
    places = [_place(mocked, read) for read in reads]
    if not all(places):
        return False
    for node, read, place in zip(held, reads, places, strict=True):
        assert isinstance(read, ast.Attribute) and place is not None
        base = draft.hole(taken.value if node is taken else node, Binding.ATOM)
        if mocked.first(read):
            draft.edit(mocked.owner, Replace(draft.span(read), Template((base, place))))
    if held != [taken] and mocked.first(taken):
        draft.edit(mocked.owner, Replace(draft.span(taken), draft.hole(taken.value)))
    return True


def _place(mocked: StandIn, read: ast.AST | None) -> str | None:
    """Where the rewritten calls pass the setting that is read, if all of them do."""
    if not isinstance(read, ast.Attribute) or not isinstance(read.ctx, ast.Load):
        return None
    if not all(_passes(mocked, site, read.attr) for site in mocked.sites):
        return None
    if read.attr in GENERATION_FIELDS:
        return f'["{GENERATION}"]["{read.attr}"]'
    if read.attr == INSTRUCTION:
        return f'["{INSTRUCTION}"]'
    return f'["{FORMAT}"]["{OF_FORMAT[read.attr]}"]'


def _passes(mocked: StandIn, site: CallSite, name: str) -> bool:
    """Whether a rewritten call certainly passes a setting, as it was."""
    items = arguments_of(mocked.draft, site) or ()
    passed = {item.name: item.value for item in items}
    if name in GENERATION_FIELDS:
        return _entry(passed.get(GENERATION), name) is not None
    if name == INSTRUCTION:
        return _is_kept(passed.get(INSTRUCTION))
    return name in OF_FORMAT and _is_kept(_entry(passed.get(FORMAT), OF_FORMAT[name]))


def _entry(code: Code | None, name: str) -> Code | None:
    """What an entry of a new dict holds."""
    items = code.items if isinstance(code, DictCode) else ()
    return next((item.value for item in items if item.name == name), None)


def _is_kept(code: Code | None) -> bool:
    """Whether new code is an expression of the program as it stands."""
    return isinstance(code, Hole)
