"""Settings that a call can do without: left out, with the statements that only set them."""

from __future__ import annotations

import ast

from codemods.objects.field_spelling import snake
from codemods.objects.setting_rows import Setting
from codemods.objects.written_objects import class_path
from codemods.tables.settings import LEFT_OUT, PENALTIES
from migrator.plan import Draft, Reading
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant


def left_out(draft: Draft, setting: Setting) -> None:
    """A field that a call can do without: who reads the finding decides."""
    constant = draft.constant(setting.value)
    if any(isinstance(node, ast.NamedExpr) for node in ast.walk(setting.value)):
        text = f"{setting.name} would be left out, but its value binds a name; bind it before"
        draft.block(setting.owner, setting.value, text)
    elif constant is not None and constant.value == 0 and setting.name in PENALTIES:
        return  # a penalty of nothing, which is what there is without it
    elif constant is None or constant.value is not None:
        why = LEFT_OUT[setting.name]
        draft.doubt(setting.owner, setting.value, f"{setting.name} is left out: {why}")
        draft.placeless(setting.owner, setting.name)


def with_its_test(draft: Draft, reading: Reading, statement: ast.stmt) -> ast.stmt:
    """The `if` around settings that are left out, where nothing else depends on it."""
    around = draft.facts.structure.parent(statement)
    if not isinstance(around, ast.If) or around.orelse or _calls(draft, around.test):
        return statement
    outer = draft.facts.structure.parent(around)
    if isinstance(outer, ast.If) and around in outer.orelse:
        return statement
    emptied = all(_is_left_out(draft, reading, inner) for inner in around.body)
    return around if emptied else statement


def _calls(draft: Draft, test: ast.expr) -> bool:
    """Whether a test does more than to look."""
    looks = {"os.getenv", "os.environ.get", "bool", "isinstance", "len"}
    return any(
        isinstance(node, (ast.NamedExpr, ast.Await))
        or (isinstance(node, ast.Call) and class_path(draft, node) not in looks)
        for node in ast.walk(test)
    )


def _is_left_out(draft: Draft, reading: Reading, statement: ast.stmt) -> bool:
    """Whether a statement sets nothing but a setting of the same config that is left out."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    (target,) = statement.targets
    base = target.value if isinstance(target, (ast.Attribute, ast.Subscript)) else target
    same = {origin_of(value) for value in draft.values(base)} == {reading.owner}
    name = target_field(draft, target)
    return same and name is not None and (name in LEFT_OUT or is_never_set(draft, reading, name))


def is_never_set(draft: Draft, reading: Reading, name: str) -> bool:
    """Whether all that ever sets a setting of the config sets it to None."""
    state, origin = draft.facts.state, reading.owner
    found = [
        value
        for key in state.keys.get(origin, ())
        if isinstance(key, str) and snake(key.removeprefix(".")) == name
        for value in state.load(origin, key)
    ]
    return bool(found) and all(isinstance(v, Constant) and v.value is None for v in found)


def target_field(draft: Draft, target: ast.AST) -> str | None:
    """The setting of a config that an assignment to `target` sets."""
    if isinstance(target, ast.Attribute):
        return snake(target.attr)
    if isinstance(target, ast.Subscript):
        constant = draft.constant(target.slice)
        if constant is not None and isinstance(constant.value, str):
            return snake(constant.value)
    return None
