"""The options of a server-side tool, `types.GoogleSearch(…)`: they become the tool itself."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial

from codemods.objects.written_objects import Field, class_path, fields_of
from codemods.request.left_out_settings import target_field
from codemods.schemas.enum_members import member_of
from codemods.tables.api import TYPES
from codemods.tables.settings import BUILT_IN_TOOLS
from codemods.tools.location import MAPS, location_of
from migrator.edits import Binding, Code, DictCode, Item, Replace, Template
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions
from migrator.understand.values import Constant, Object, Symbol, Value, is_none

THRESHOLD = "dynamic_retrieval_config"
"""When older models were to search."""
ENVIRONMENT, PLACES = "ENVIRONMENT_", "browser, mobile and desktop"
CLASSES: dict[str, str] = {
    "google_search": TYPES + "GoogleSearch",
    "url_context": TYPES + "UrlContext",
    "code_execution": TYPES + "ToolCodeExecution",
    "google_maps": TYPES + "GoogleMaps",
    "file_search": TYPES + "FileSearch",
    "computer_use": TYPES + "ComputerUse",
}
"""The class of each tool's options."""


def kind_of(name: str) -> str:
    """What the options of the tool `name` are called among the things that are converted."""
    return f"options of {name}"


def tool_item(draft: Draft, name: str, value: ast.expr, owner: Member) -> Item:
    """The tool `name` with the options `value`, written here or made elsewhere."""
    if _is_class(draft, value):
        code: Code = DictCode((_type(name),))
    else:
        code = draft.convert(value, kind_of(name), owner)
    place = [
        Item(draft.hole(field.value), field.name, source=field.source)
        for field in (location_of(draft, value) if name == MAPS else ())
    ]
    if place:
        own = code.items if isinstance(code, DictCode) else (Item(Template((code,)), "**"),)
        code = DictCode((*own, *place))
    return Item(code, source=draft.span(value))


def _type(name: str) -> Item:
    return Item(f'"{name}"', "type")


def _is_class(draft: Draft, node: ast.expr) -> bool:
    """`google_search=types.GoogleSearch`: the class stands for options without any."""
    values = draft.values(node)
    return bool(values) and all(isinstance(v, Symbol) and v.path.startswith(TYPES) for v in values)


def build(name: str, draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The tool that the options made at `node` become."""
    entries = [_type(name)]
    for field in _fields(draft, node) or ():
        constant = draft.constant(field.value)
        if constant is not None and constant.value is None:
            continue
        if field.name == THRESHOLD:
            draft.doubt(owner, field.value, f"{THRESHOLD} is left out: the model decides")
            continue
        renamed = BUILT_IN_TOOLS[name].get(field.name)
        if renamed is None:
            option = field.name or f"`**{draft.quote(field.value)}`"
            text = f"{name}.{option} has no equivalent on the Interactions API"
            draft.block(owner, field.value, text)
            continue
        code: Code = draft.hole(field.value)
        if field.name == "environment":
            code = _environment(draft, field.value, owner)
        entries.append(Item(code, renamed, source=field.source))
    return DictCode(tuple(entries))


def write(name: str, draft: Draft, reading: Reading) -> None:
    """`search.metadata_filter = …`, on options that are a dict now."""
    target, option = reading.node, target_field(draft, reading.node)
    statement = draft.facts.structure.parent(target)
    plain = isinstance(statement, ast.Assign) and len(statement.targets) == 1
    renamed = BUILT_IN_TOOLS[name].get(option or "") if option != "environment" else None
    held = isinstance(target, (ast.Attribute, ast.Subscript))
    if not isinstance(statement, ast.Assign) or not plain or renamed is None or not held:
        text = f"`{draft.quote(target)}` can't be set in the new tool; write it where it is made"
        draft.block(reading.owner, target, text)
        return
    if any(is_none(value) for value in draft.values(statement.value)):
        text = f"{option} may be None, which would be sent as null; set it in an if statement"
        draft.block(reading.owner, statement.value, text)
    item = Template((draft.hole(reading.base, Binding.ATOM), f'["{renamed}"]'))
    draft.edit(reading.owner, Replace(draft.span(target), item))


def _environment(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """`ENVIRONMENT_BROWSER` -> `"browser"`."""
    passed = definitions(draft, node) == [node] and isinstance(node, ast.Name)
    member = None if passed else member_of(draft, node, TYPES + "Environment")
    if member is None or not member.upper().startswith(ENVIRONMENT):
        text = f"the environment `{draft.quote(node)}` can't be known; it is one of {PLACES} now"
        draft.block(owner, node, text)
        return draft.hole(node)
    return f'"{member.upper().removeprefix(ENVIRONMENT).lower()}"'


def _fields(draft: Draft, node: ast.expr) -> list[Field] | None:
    """The options that `node` writes out; None if it writes out none."""
    return fields_of(draft, node, class_path(draft, node).removesuffix("Dict"))


def accepts(draft: Draft, value: Value) -> bool:
    """Options that are written out where they are made."""
    assert isinstance(value, Object)
    return isinstance(value.origin, ast.expr) and _fields(draft, value.origin) is not None


def judge(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Options that are not made in view stop the call."""
    source = draft.quote(node)
    if isinstance(value, Constant) and value.value is None:
        text = f"the tool is only there if `{source}` is not None; choose between lists of tools"
    else:
        text = f"the tool options `{source}` can't be followed to where they are made"
    draft.block(owner, node, text)


Rule = Callable[..., object]
RULES: dict[tuple[str, ...], Rule] = {}
for _name in BUILT_IN_TOOLS:
    RULES["build", kind_of(_name)] = partial(build, _name)
    RULES["accepts", kind_of(_name)] = accepts
    RULES["value", kind_of(_name)] = judge
    RULES["use", kind_of(_name), "WRITE"] = partial(write, _name)
