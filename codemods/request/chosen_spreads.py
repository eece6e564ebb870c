"""Settings that are spread into a config under a test: `**({"seed": 7} if steady else {})`.

They stay a dict that is spread into the call. What would replace an argument that other settings
make up as well is put beside those, under the same test.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.objects.conditional_settings import (
    Chosen,
    Test,
    is_pure_test,
    may_be_none,
    negation_of,
    only_if,
    test_of,
)
from codemods.objects.setting_rows import FORMAT, GENERATION, Settings, Spread
from codemods.objects.written_objects import class_path
from codemods.tables.api import CONFIG
from migrator.edits import Binding, ClausesCode, Code, DictCode, Hole, Item, Template
from migrator.plan import Draft


def chosen_dict(draft: Draft, node: ast.expr) -> Chosen | None:
    """`{…} if test else {}` taken apart, either way round."""
    if not isinstance(node, ast.IfExp):
        return None
    if _is_written(draft, node.body) and _is_empty(draft, node.orelse):
        return Chosen(test_of(draft, node.test), node.body)
    if _is_written(draft, node.orelse) and _is_empty(draft, node.body):
        return Chosen(negation_of(draft, node.test), node.orelse)
    return None


def _is_written(draft: Draft, node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) or class_path(draft, node) in {"dict", CONFIG}


def _is_empty(draft: Draft, node: ast.expr) -> bool:
    if isinstance(node, ast.Dict):
        return not node.keys
    if isinstance(node, ast.Call):
        return class_path(draft, node) == "dict" and not node.args and not node.keywords
    return isinstance(node, ast.Constant) and node.value is None


def add_chosen(
    draft: Draft, node: ast.expr, test: Test, inside: Settings, settings: Settings
) -> None:
    """Spread what `inside` holds if `test` does."""
    draft.sinks[node] = "config"
    if not inside.items():
        return
    place = len(settings.groups.get(GENERATION, {}))
    names = frozenset(inside.names())
    spread = Spread(names, None, draft.quote(node), inside, test, place)
    settings.spread(_spread(test, inside), draft.span(node), spread)


def _spread(test: Test, inside: Settings) -> Code:
    clauses = (Template(("if ", test.code)), "else {}")
    return ClausesCode("(", DictCode(inside.items()), clauses, ")")


def settle(draft: Draft, settings: Settings) -> None:
    """Put what is set under a test beside the other entries of the same argument."""
    for key, spread in reversed(list(settings.spreads.items())):
        inside, test = spread.inside, spread.test
        shared = [name for name in (GENERATION, FORMAT) if name in settings.twice() & spread.names]
        if inside is None or test is None or not shared:
            continue
        if not (is_pure_test(test.node) or inside.names() == set(shared)):
            continue  # the test would be made twice
        for name in shared:
            if name == GENERATION:
                _add_generation(draft, settings, key, inside, test)
            elif not _add_format(settings, inside, test):
                continue
            inside.order.remove(name)
            spread = replace(spread, names=spread.names - {name})
        settings.spreads[key] = spread
        settings.flat[key] = replace(settings.flat[key], value=_spread(test, inside))
        if not inside.order:
            settings.drop_spread(key)


def _add_generation(
    draft: Draft, settings: Settings, key: str, inside: Settings, test: Test
) -> None:
    """`**({"seed": 7} if steady else {})` among the entries of `generation_config`."""
    own = list(settings.groups.get(GENERATION, {}).items())
    place = settings.spreads[key].place
    source = settings.flat[key].source if inside.names() == {GENERATION} else None
    item = Item(under(draft, test, tuple(inside.groups[GENERATION].values())), "**", source=source)
    name = f"{key} if"
    settings.groups[GENERATION] = dict([*own[:place], (name, item), *own[place:]])
    settings.ranks[name] = list(settings.spreads).index(key)
    if GENERATION not in settings.order:
        settings.order.insert(settings.order.index(key) + 1, GENERATION)


def under(draft: Draft, test: Test, items: tuple[Item, ...]) -> Code:
    """Entries that are there if a test holds; `thinking or {}` for a dict that is tested itself."""
    whole = items[0].value if len(items) == 1 and items[0].name == "**" else None
    if isinstance(whole, Hole) and draft.text[whole.span.start : whole.span.end] == test.means:
        if not may_be_none(draft, test.node):
            return whole
        return Template(("(", replace(whole, binding=Binding.OR), " or {})"))
    if isinstance(whole, Template) and whole.parts[1:2] and whole.parts[-1] == " or {})":
        hole = whole.parts[1]
        if isinstance(hole, Hole) and draft.text[hole.span.start : hole.span.end] == test.means:
            return whole
    if len(items) == 1:
        return only_if(test, items[0]).value
    clauses = (Template(("if ", test.code)), "else {}")
    return ClausesCode("(", DictCode(items), clauses, ")")


def _add_format(settings: Settings, inside: Settings, test: Test) -> bool:
    """The schema, or the MIME type, of a format whose other half is set outside."""
    entries = inside.groups.get(FORMAT, {})
    own = settings.groups.get(FORMAT, {})
    conditions = (inside.json_test, inside.schema_test, settings.json_test, settings.schema_test)
    if any(conditions) or inside.modalities is not None or len(entries) != 1 or not own:
        return False
    (name,) = entries
    if name == "schema":
        settings.schema_test = test
    elif name == "mime_type":
        settings.json_test = test
    else:
        return False
    settings.groups[FORMAT] = {**own, **entries}
    return True
