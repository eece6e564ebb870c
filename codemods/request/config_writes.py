"""Settings that are put into a config later: `config.temperature = 0.2`."""

from __future__ import annotations

import ast
from itertools import pairwise

from codemods.objects.field_spelling import snake
from codemods.objects.setting_rows import FORMAT, GENERATION, Setting, Settings, translate
from codemods.objects.written_objects import fields_of
from codemods.request.branch_defaults import is_default_of_a_branch, is_set_here_alone
from codemods.request.config import new_name, sets_generation
from codemods.request.config_copies import shared_with_others
from codemods.request.left_out_settings import is_never_set, target_field, with_its_test
from codemods.tables.api import CONFIG
from codemods.tables.settings import GENERATION_FIELDS, JSON_MIME_TYPE, LEFT_OUT
from migrator.edits import (
    Binding,
    Code,
    Delete,
    DictCode,
    HeaderCode,
    Hole,
    Item,
    Nest,
    Replace,
    Template,
)
from migrator.plan import Draft, Reading
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant, Object


def write(draft: Draft, reading: Reading) -> None:
    """`config.temperature = 0.2` or `config["temperature"] = 0.2` on a rebuilt config."""
    target = reading.node
    statement = draft.facts.structure.parent(target)
    name = target_field(draft, target)
    if name is not None and isinstance(statement, ast.AugAssign):
        _write_more(draft, reading, name, statement)
        return
    if name is None or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        draft.block(reading.owner, reading.base, f"`{draft.quote(target)}` can't be translated")
        return
    settings = Settings()
    span = draft.span(statement.value)
    pair = _pair(draft, reading, statement)
    if pair is not None and statement is pair[1]:
        return  # that goes into the statement before
    for one in pair or (statement,):
        field = target_field(draft, one.targets[0]) or ""
        setting = Setting(reading.owner, field, one.value, draft.span(one.value), settings)
        translate(draft, setting)
    items = settings.items()
    conditional = any(item.name == "**" for item in items)
    alone = _only_format(draft, reading.owner) and is_set_here_alone(draft, reading, name)
    if conditional and settings.json_test is not None and alone:
        _ask_if_json(draft, reading, statement)
        return
    if conditional or (pair is None and settings.schema_test is not None):
        text = f"{name} is set, or left out, by its value; set it in an if statement"
        draft.block(reading.owner, statement.value, text)
        return
    if not items and draft.units.ledger(reading.owner).blockers:
        return  # that says why
    asks_nothing = name in LEFT_OUT or name == "candidate_count"
    asks_nothing = asks_nothing or is_default_of_a_branch(draft, reading, name)
    if not items and (asks_nothing or is_never_set(draft, reading, name)):
        draft.edit(reading.owner, Delete(draft.span(with_its_test(draft, reading, statement))))
        return
    if len(items) != 1:
        text = f"{name} is set here, but has no place in the new config"
        if not items:
            text = f"{name} is taken back here; leave it out where the config is made"
        draft.block(reading.owner, statement.value, text)
        return
    base = draft.hole(reading.base, Binding.ATOM)
    if pair is None:
        place, value = _placed(draft, reading, settings, base)
    else:
        place, value = Template((base, f'["{items[0].name}"]')), items[0].value
        draft.edit(reading.owner, Delete(draft.span(pair[1])))
    draft.edit(reading.owner, Replace(draft.span(target), place), Replace(span, value))


def _ask_if_json(draft: Draft, reading: Reading, statement: ast.Assign) -> None:
    """`config.response_mime_type = kind`: only JSON asks for a format."""
    asked = Template((draft.moved(statement.value, Binding.COMPARE), f' == "{JSON_MIME_TYPE}"'))
    place = Template((draft.hole(reading.base, Binding.ATOM), '["response_format"]'))
    written = DictCode((Item('"text"', "type"), Item(f'"{JSON_MIME_TYPE}"', "mime_type")))
    span = draft.span(statement)
    draft.edit(
        reading.owner,
        Nest(span, span, HeaderCode("if", (asked,))),
        Replace(draft.span(statement.targets[0]), place),
        Replace(draft.span(statement.value), written),
    )


def _write_more(draft: Draft, reading: Reading, name: str, statement: ast.AugAssign) -> None:
    """`config.temperature += 0.2`, where it is set before."""
    origins = [origin_of(value) for value in draft.values(reading.base)]
    nested = name in GENERATION_FIELDS
    known = all(_sets(draft, origin, name) for origin in origins)
    if not known or not (nested or name == "system_instruction"):
        text = f"`{draft.quote(statement)}` can't be translated"
        draft.block(reading.owner, reading.base, text)
        return
    if nested:
        _refuse_shared(draft, reading, GENERATION)
    keys = f'["{GENERATION}"]["{name}"]' if nested else f'["{name}"]'
    place = Template((draft.hole(reading.base, Binding.ATOM), keys))
    draft.edit(reading.owner, Replace(draft.span(reading.node), place))


def _sets(draft: Draft, origin: ast.AST | None, name: str) -> bool:
    """Whether a config is written out with a number or text for a field."""
    fields = fields_of(draft, origin, CONFIG) if isinstance(origin, ast.expr) else None
    values = [field.value for field in fields or () if field.name == name]
    return bool(values) and all(
        isinstance(v.value, (int, float, str)) if isinstance(v, Constant) else v.type in PLAIN
        for v in draft.values(values[-1])
        if isinstance(v, (Constant, Object))
    )


def _pair(
    draft: Draft, reading: Reading, statement: ast.Assign
) -> tuple[ast.Assign, ast.Assign] | None:
    """Two statements side by side that ask for JSON and give its schema, and nothing else does."""
    if _format_fields(draft, reading.owner) not in PAIRS:
        return None
    block = draft.facts.structure.block(statement)
    for first, second in pairwise(block):
        if statement in {first, second} and _are_pair(draft, first, second):
            assert isinstance(first, ast.Assign) and isinstance(second, ast.Assign)
            return first, second
    return None


def _are_pair(draft: Draft, first: ast.stmt, second: ast.stmt) -> bool:
    """Whether both set a field of the same config: the MIME type of JSON, and a schema."""
    found: dict[str | None, ast.expr] = {}
    bases: set[str] = set()
    for statement in (first, second):
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return False
        (target,) = statement.targets
        if not isinstance(target, (ast.Attribute, ast.Subscript)):
            return False
        found[target_field(draft, target)] = statement.value
        bases.add(ast.dump(target.value))
    mime = found.get("response_mime_type")
    constant = draft.constant(mime) if mime is not None else None
    asked = constant is not None and constant.value == JSON_MIME_TYPE
    return asked and len(bases) == 1 and frozenset(found) in PAIRS


def _has_generation(draft: Draft, reading: Reading) -> bool:
    """Whether a config certainly has a `generation_config` to put a setting into."""
    origins = [origin_of(value) for value in draft.values(reading.base)]
    return all(isinstance(o, ast.expr) and sets_generation(draft, o) for o in origins)


def _placed(draft: Draft, reading: Reading, settings: Settings, base: Hole) -> tuple[Code, Code]:
    """Where in the new config the one setting goes, and what is put there."""
    (item,) = settings.items()
    entries = settings.groups.get(GENERATION, {}) if item.name == GENERATION else {}
    certain = _has_generation(draft, reading)
    if len(entries) == 1 and not next(iter(entries)).startswith("**"):
        ((key, inner),) = entries.items()
        _refuse_shared(draft, reading, GENERATION)
        within = f'["{GENERATION}"]' if certain else f'.setdefault("{GENERATION}", {{}})'
        return Template((base, f'{within}["{key}"]')), inner.value
    if entries:
        known = f'["{GENERATION}"]' if certain else f'.get("{GENERATION}", {{}})'
        before = Item(Template((base, known)), "**")
        merged = DictCode((before, *entries.values()))
        return Template((base, f'["{GENERATION}"]')), merged
    whole = Template((base, f'["{item.name}"]'))
    group = settings.groups.get(item.name or "")
    if item.name != "response_format" or _only_format(draft, reading.owner):
        return whole, item.value
    if settings.modalities is not None or group is None:
        if not _formats_images(draft, reading.owner):
            text = "the format of the reply is set in several places; set response_format once"
            statement = draft.facts.structure.statement(reading.node)
            draft.block(reading.owner, statement, text)
        return whole, item.value
    _refuse_shared(draft, reading, FORMAT)
    key = "schema" if "schema" in group else "mime_type"
    start = '{"type": "text"}' if key == "mime_type" else JSON_FORMAT
    place = Template((base, f'.setdefault("response_format", {start})["{key}"]'))
    return place, group[key].value


def _refuse_shared(draft: Draft, reading: Reading, group: str) -> None:
    """Stop a change in a nested dict that another config has as well."""
    statement = draft.facts.structure.statement(reading.node)
    if group in shared_with_others(draft, reading.owner, statement):
        name = target_field(draft, reading.node)
        text = (
            f"{name} would be set in a dict that the spread config shares; set it where it is made"
        )
        draft.block(reading.owner, statement, text)


PLAIN = frozenset({"int", "float", "str"})
PAIRS = {
    frozenset({"response_mime_type", name}) for name in ("response_schema", "response_json_schema")
}
"""Fields that make up a JSON format between them."""
JSON_FORMAT = '{"type": "text", "mime_type": "application/json"}'


def _only_format(draft: Draft, origin: ast.AST) -> bool:
    """Whether one statement alone says anything of the reply's format."""
    return len(_format_fields(draft, origin)) == 1


def _formats_images(draft: Draft, origin: ast.AST) -> bool:
    """Whether a config only says which modalities it wants, and then how images shall be."""
    return _format_fields(draft, origin) <= {"response_modalities", "image_config"}


def _format_fields(draft: Draft, origin: ast.AST) -> set[str]:
    keys = {snake(str(key).removeprefix(".")) for key in draft.facts.state.keys.get(origin, ())}
    return {key for key in keys if new_name(key) == "response_format"}
