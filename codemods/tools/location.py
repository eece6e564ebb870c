"""Where the user is: a setting beside the tools, which became options of the google_maps tool."""

from __future__ import annotations

import ast

from codemods.objects.written_objects import Field, fields_of
from codemods.tables.api import CONFIG, POSITION, RETRIEVAL_CONFIG, TOOL, TOOL_CONFIG
from migrator.plan import Draft
from migrator.reasoning.evaluated_once import is_repeatable

MAPS = "google_maps"
OPTIONS = frozenset({"latitude", "longitude"})


def location_of(draft: Draft, tool: ast.expr) -> list[Field]:
    """The location in the config that the google_maps tool with the options `tool` is written in.

    Empty where the config names none.
    """
    found = _config_field(draft, tool, "tool_config")
    return (_position(draft, found) or []) if found is not None else []


def is_moved(draft: Draft, tool_config: ast.expr) -> bool:
    """Whether a google_maps tool of the same config takes the location of a `ToolConfig`."""
    tools = _config_field(draft, tool_config, "tools")
    if not isinstance(tools, (ast.List, ast.Tuple)) or _position(draft, tool_config) is None:
        return False
    written = [field for tool in tools.elts for field in fields_of(draft, tool, TOOL) or ()]
    return any(field.name == MAPS for field in written)


def _config_field(draft: Draft, node: ast.expr, name: str) -> ast.expr | None:
    """The value of a field of the config that `node` is written in."""
    current: ast.AST | None = node
    while isinstance(current, (ast.expr, ast.keyword)):
        current = draft.facts.structure.parent(current)
        fields = fields_of(draft, current, CONFIG) if isinstance(current, ast.expr) else None
        for field in fields or ():
            if field.name == name:
                return field.value
    return None


def _position(draft: Draft, tool_config: ast.expr) -> list[Field] | None:
    """Latitude and longitude, where a `ToolConfig` is written out with nothing beside them."""
    node = tool_config
    for name, path in (("retrieval_config", TOOL_CONFIG), ("lat_lng", RETRIEVAL_CONFIG)):
        fields = {field.name: field.value for field in fields_of(draft, node, path) or ()}
        if name not in fields or (path == RETRIEVAL_CONFIG and len(fields) > 1):
            return None
        node = fields[name]
    found = fields_of(draft, node, POSITION) or []
    whole = {field.name for field in found} == OPTIONS
    return found if whole and all(_is_simple(draft, field.value) for field in found) else None


def _is_simple(draft: Draft, node: ast.expr) -> bool:
    """Whether it makes no difference when `node` is evaluated."""
    return is_repeatable(draft, node.operand if isinstance(node, ast.UnaryOp) else node)
