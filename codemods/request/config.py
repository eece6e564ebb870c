"""Read an old config, in any of its spellings, as a row of settings.

Accepts `types.GenerateContentConfig(…)`, a dict display, `dict(…)` and `**` of any of them.
"""

from __future__ import annotations

import ast

from codemods.objects.conditional_settings import judge_tests
from codemods.objects.field_spelling import snake
from codemods.objects.setting_rows import GENERATION, GROUPS, Setting, Settings, Spread, translate
from codemods.objects.written_objects import constructs
from codemods.request.chosen_spreads import add_chosen, chosen_dict, settle
from codemods.tables.api import CONFIG
from codemods.tables.settings import GENERATION_FIELDS, SAMPLING_FIELDS, SAMPLING_NOTE
from migrator.edits import Binding, ClausesCode, Code, Hole, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.emptied_variables import is_emptied
from migrator.understand.state import KEYS
from migrator.understand.values import Constant


def is_config_call(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` constructs a config (the class, its TypedDict or `dict`)."""
    return constructs(draft, node, CONFIG)


def read_config(draft: Draft, node: ast.expr, owner: Member) -> Settings:
    """The settings that the config written at `node` holds; blockers go to `owner`."""
    settings = Settings()
    add_config(draft, node, owner, settings)
    return settings


def add_config(draft: Draft, node: ast.expr, owner: Member, settings: Settings) -> None:
    """Add what the config written at `node` holds to `settings`."""
    _add_written(draft, node, owner, settings)
    settle(draft, settings)
    judge_tests(draft, node, owner, settings.json_test, settings.schema_test)
    for name in sorted(settings.twice() & GROUPS):
        spreads = [s for s in settings.spreads.values() if name in s.names]
        opaque = [s for s in spreads if name != GENERATION or s.generation is None]
        if opaque:
            text = f"`{opaque[0].shown}` and other settings both set {name}; one would replace "
            draft.block(owner, node, text + "the other")


def _add_written(draft: Draft, node: ast.expr, owner: Member, settings: Settings) -> None:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=False):
            _add_entry(draft, key, value, owner, settings)
        return
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        for side in (node.left, node.right):
            _add_spread(draft, side, owner, settings)
        return
    if is_copy(node):
        _add_copy(draft, node, owner, settings)
        return
    if isinstance(node, ast.DictComp) and (fields := filtered_fields(draft, node)):
        if fields & set(SAMPLING_FIELDS):
            draft.note(owner, SAMPLING_NOTE)
        settings.nested_whole(GENERATION, _comprehension(draft, node), draft.span(node))
        return
    if isinstance(node, ast.Call) and is_config_call(draft, node) and len(node.args) < 2:
        for base in node.args:
            _add_spread(draft, base, owner, settings)
        for keyword in node.keywords:
            if keyword.arg is None:
                _add_spread(draft, keyword.value, owner, settings)
            else:
                span = draft.span(keyword)
                name = snake(keyword.arg)
                translate(draft, Setting(owner, name, keyword.value, span, settings))
        return
    draft.block(
        owner, node, f"the config is built by `{draft.quote(node)}`, which can't be followed"
    )


def filtered_fields(draft: Draft, node: ast.AST | None) -> set[str]:
    """The fields of `{k: v for k, v in {"seed": seed}.items() if v is not None}`.

    Nothing where it is none, or holds other fields than those of a `generation_config`.
    """
    if not isinstance(node, ast.DictComp) or len(node.generators) != 1:
        return set()
    (loop,) = node.generators
    pair, items = loop.target, loop.iter
    same = isinstance(pair, ast.Tuple) and [ast.unparse(n) for n in pair.elts] == [
        ast.unparse(node.key),
        ast.unparse(node.value),
    ]
    method = items.func if isinstance(items, ast.Call) else None
    if not same or not isinstance(method, ast.Attribute) or method.attr != "items":
        return set()
    if not isinstance(method.value, ast.Dict) or None in method.value.keys:
        return set()
    constants = [draft.constant(key) for key in method.value.keys if key is not None]
    found = {str(c.value) if c is not None else "" for c in constants}
    return found if found <= set(GENERATION_FIELDS) else set()


def _comprehension(draft: Draft, node: ast.DictComp) -> Code:
    (loop,) = node.generators
    pair = Template((draft.hole(node.key), ": ", draft.hole(node.value)))
    head = Template(("for ", draft.source(loop.target), " in ", draft.hole(loop.iter, Binding.OR)))
    tests = (Template(("if ", draft.hole(test, Binding.OR))) for test in loop.ifs)
    return ClausesCode("{", pair, (head, *tests), "}")


def is_copy(node: ast.AST | None) -> bool:
    """Whether `node` is `config.model_copy(update={…})`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "model_copy"
        and not node.args
        and {k.arg for k in node.keywords} <= {"update", "deep"}
    )


def _add_copy(draft: Draft, node: ast.expr, owner: Member, settings: Settings) -> None:
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    spread_config(draft, node.func.value, owner, settings)
    for keyword in node.keywords:
        if keyword.arg == "update":
            _add_spread(draft, keyword.value, owner, settings)


def _add_entry(
    draft: Draft, key: ast.expr | None, value: ast.expr, owner: Member, settings: Settings
) -> None:
    if key is None:
        _add_spread(draft, value, owner, settings)
        return
    name = draft.constant(key)
    if name is None or not isinstance(name.value, str):
        draft.block(owner, key, f"the config key `{draft.quote(key)}` is only known at run time")
        return
    start, end = draft.span(key).start, draft.span(value).end
    span = type(draft.span(key))(start, end)
    translate(draft, Setting(owner, snake(name.value), value, span, settings))


def _add_spread(draft: Draft, value: ast.expr, owner: Member, settings: Settings) -> None:
    """`**options`: the dict is converted where it is made and spread into `create`."""
    written = isinstance(value, ast.Dict) or filtered_fields(draft, value)
    if written or is_config_call(draft, value):
        add_config(draft, value, owner, settings)
        return
    picked = chosen_dict(draft, value)
    if picked is not None:
        inside = read_config(draft, picked.value, owner)
        add_chosen(draft, value, picked.test, inside, settings)
        return
    spread_config(draft, value, owner, settings)


def spread_config(draft: Draft, value: ast.expr, owner: Member, settings: Settings) -> None:
    """Spread a config that is made elsewhere; None stands for an empty one."""
    copied = draft.copied(value, owner)
    if copied is not None:
        _add_written(draft, copied, owner, settings)
        return
    code = _arguments(draft, value, owner)
    if is_emptied(draft, value):
        return
    if isinstance(code, Template):
        code = Template(("(", code, ")"))
    names = frozenset(_keys(draft, value))
    inner = _generation_of(draft, value, code) if GENERATION in names else None
    settings.spread(code, draft.span(value), Spread(names, inner, draft.quote(value)))


def _generation_of(draft: Draft, value: ast.expr, code: Code) -> Code | None:
    """The `generation_config` in a dict that is spread; None where it can't be named."""
    if not isinstance(value, (ast.Name, ast.Attribute)) or not isinstance(code, Hole):
        return None
    origins = [getattr(item, "origin", None) for item in draft.values(value)]
    certain = all(isinstance(o, ast.expr) and sets_generation(draft, o) for o in origins)
    reads = f'["{GENERATION}"]' if certain else f'.get("{GENERATION}", {{}})'
    return Template((draft.hole(value, Binding.ATOM), reads))


def sets_generation(draft: Draft, node: ast.expr) -> bool:
    """Whether a config that is written at `node` certainly has a `generation_config`.

    Other fields than these may ask for nothing, and leave nothing behind.
    """
    if filtered_fields(draft, node):
        return True
    if isinstance(node, ast.Dict):
        names = [c.value for k in node.keys if k is not None and (c := draft.constant(k))]
    else:
        names = [k.arg for k in node.keywords] if isinstance(node, ast.Call) else []
    return any(isinstance(n, str) and snake(n) in GENERATION_FIELDS for n in names)


def _arguments(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The config `node` as a dict of arguments, an empty one for None."""
    constant = draft.constant(node)
    if constant is not None and constant.value is None:
        return "{}"
    if isinstance(node, ast.IfExp):
        draft.sinks[node] = "config"
        body, rest = (_arguments(draft, n, owner) for n in (node.body, node.orelse))
        if rest == "{}" and isinstance(body, Hole):
            same = draft.text[body.span.start : body.span.end] == draft.source(node.test)
            if same and isinstance(node.test, ast.Name):
                return body  # `options if options else {}`
        return Template((body, " if ", draft.hole(node.test), " else ", rest))
    if isinstance(node, ast.Call) and is_config_call(draft, node):
        names = [k.arg for k in node.keywords]
        if names == [None] and not node.args:
            return _arguments(draft, node.keywords[0].value, owner)
    code = draft.convert(node, "config", owner)
    missing = any(isinstance(v, Constant) and v.value is None for v in draft.values(node))
    if missing and not _is_chosen_for(draft, node):
        return Template((draft.hole(node, Binding.OR), " or {}"))
    return code


def _is_chosen_for(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is only read where it is true: `Config(**options) if options else None`."""
    current: ast.AST = node
    while isinstance(parent := draft.facts.structure.parent(current), (ast.expr, ast.keyword)):
        if isinstance(parent, ast.IfExp) and current is parent.body:
            if ast.dump(parent.test) == ast.dump(node):
                return isinstance(node, (ast.Name, ast.Attribute))
        current = parent
    return False


def _keys(draft: Draft, value: ast.expr, seen: frozenset[ast.AST] = frozenset()) -> set[str]:
    """The arguments of `create` that a config made elsewhere may set."""
    names: set[str] = set()
    for item in draft.values(value):
        origin = getattr(item, "origin", None)
        if origin is None or origin in seen:  # `config = config.model_copy(…)` in a loop
            continue
        if filtered_fields(draft, origin):
            names.add(GENERATION)
        for key in draft.facts.state.keys.get(origin, ()):
            if isinstance(key, str) and key != KEYS:
                names.add(new_name(snake(key.removeprefix("."))))
        if is_copy(origin):
            updates = [k.value for k in origin.keywords if k.arg == "update"]
            for source in (origin.func.value, *updates):
                names |= _keys(draft, source, seen | {origin})
    return names


def new_name(field: str) -> str:
    """The argument of `create` that an old field ends up in."""
    if field in {*GENERATION_FIELDS, "thinking_config", "speech_config", "tool_config"}:
        return "generation_config"
    if field.startswith("response_") or field == "image_config":
        return "response_format"
    return field
