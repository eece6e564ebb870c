"""Spread the config over the arguments of `create` and `generation_config`.

Why: `create` has no `config` argument (a TypeError), and ignores settings at the wrong level.

Rewrites: temperature, top_p, max_output_tokens, stop_sequences and seed to keys of
`generation_config`. A config that is made away from the call becomes a dict of arguments where it
is made, is changed by key, and is spread into the call with `**`. Keywords that a function gathers
(`**extra`) are translated in its calls; the generation_config of configs that are merged is merged,
and settings that are spread under a test (`**({"seed": 7} if steady else {})`) join the others so.

Penalties of 0, which change nothing, are left out. Others, top_k, log probabilities,
audio_timestamp and Vertex AI's choice of a model are left out with --unsafe-fixes.

A number of candidates is assumed to be the one that it is by default, with --unsafe-fixes.

Leaves alone: more than one candidate, and configs that come from callers out of view.
"""

from __future__ import annotations

import ast

from codemods.content.own_lists import own_setting
from codemods.objects.field_spelling import snake
from codemods.objects.setting_rows import GENERATION, Setting, Settings, translate
from codemods.request.config import (
    add_config,
    filtered_fields,
    is_config_call,
    is_copy,
    read_config,
)
from codemods.request.config_copies import (
    copied,
    holds_scalars,
    is_changed_apart,
    is_whole,
    shared_with_others,
)
from codemods.request.config_removals import pop
from codemods.request.config_writes import write
from codemods.request.gathered_settings import gathering_function, pass_settings
from codemods.request.left_out_settings import left_out
from codemods.request.settings_read import config_shown, read_back
from codemods.tables.settings import (
    GENERATION_FIELDS,
    LEFT_OUT,
    NO_EQUIVALENT,
    OF_THE_CLIENT,
    SAMPLING_FIELDS,
    SAMPLING_NOTE,
)
from migrator.codemod import Codemod
from migrator.edits import Binding, CallCode, Code, Delete, DictCode, Hole, Item, Template
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.reasoning.annotated_variables import annotate
from migrator.reasoning.emptied_variables import drop_emptied, note_empty
from migrator.reasoning.lost_values import cause_of
from migrator.reasoning.parameters_changed import note_parameters
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Constant, Object, Unknown, Value

SHARED_NOTE = "{name} is a dict of arguments now: other files that use it must be checked"


def generation(draft: Draft, setting: Setting) -> None:
    """A field that keeps its name and value inside `generation_config`."""
    if setting.name in SAMPLING_FIELDS:
        draft.note(setting.owner, SAMPLING_NOTE)
    code = own_setting(draft, setting, draft.hole(setting.value))
    setting.into.nested("generation_config", setting.name, code, setting.source)


def no_equivalent(draft: Draft, setting: Setting) -> None:
    """A field with nothing to become; a value that asks for nothing is dropped."""
    constant = draft.constant(setting.value)
    if constant is not None and constant.value is None:
        return
    advice = NO_EQUIVALENT[setting.name]
    text = f"{setting.name} has no equivalent on the Interactions API: {advice}"
    draft.block(setting.owner, setting.value, text)
    if setting.name not in OF_THE_CLIENT:
        draft.placeless(setting.owner, setting.name)


def candidate_count(draft: Draft, setting: Setting) -> None:
    """One candidate is what an interaction has anyway; a number that is one by default may be."""
    values = draft.values(setting.value)
    known = {v.value for v in values if isinstance(v, Constant)}
    others = [v for v in values if not isinstance(v, Constant)]
    if not known or not known <= {1, None} or not all(map(_is_number, others)):
        no_equivalent(draft, setting)
    elif others:
        text = f"`{draft.quote(setting.value)}` is assumed to be 1: an interaction has one output"
        draft.doubt(setting.owner, setting.value, text)


def _is_number(value: Value) -> bool:
    """Whether a value may be any number."""
    return isinstance(value, Unknown) or (isinstance(value, Object) and value.type == "int")


def build_config(draft: Draft, node: ast.expr | ast.arg, owner: Member) -> Code:
    """A config made away from the call, as a dict of arguments."""
    if isinstance(node, ast.arg):
        function = gathering_function(draft, node)
        assert function is not None
        pass_settings(draft, node, function)
        return draft.hole(node)
    base = copied(node)
    changed = is_changed_apart(draft, node)
    if base is not None and changed and is_whole(draft, node):
        draft.need(owner, node, "copy", None)
        code = draft.convert(base, "config", owner)
        if isinstance(base, (ast.BoolOp, ast.IfExp)) and isinstance(code, Hole):
            code = draft.moved(base)  # without the parentheses of `(config or BASE).model_copy()`
        return CallCode("copy.deepcopy", (Item(code),))
    settings = read_config(draft, node, owner)
    if changed:
        settings.own(GENERATION)
    items = settings.items()
    if not items:
        note_empty(draft, node)
    return DictCode(items)


def rebuilt(draft: Draft, origin: ast.expr | ast.arg) -> None:
    """Say what a config that became a dict is, to the type checker and to the user."""
    if drop_emptied(draft, origin):
        return
    note_parameters(draft, origin, origin, "a dict of arguments")
    statement = draft.facts.structure.parent(origin)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return
    target = statement.targets[0]
    scope = draft.facts.structure.scope_of[statement]
    if isinstance(target, ast.Name) and not isinstance(scope, FUNCTION_TYPES):
        if not target.id.startswith("_") and draft.facts.structure.is_alone:
            draft.note(origin, SHARED_NOTE.format(name=target.id))
    annotate(draft, origin, target, "dict[str, Any]")


def accepts_config(draft: Draft, value: Value) -> bool:
    """Displays and constructor calls can be rebuilt; copies and merges can't."""
    assert isinstance(value, Object)
    node = value.origin
    return (
        isinstance(node, ast.Dict)
        or bool(filtered_fields(draft, node))
        or gathering_function(draft, node) is not None
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr))
        or is_copy(node)
        or (isinstance(node, ast.Call) and is_config_call(draft, node))
    )


def judge_config(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """A config that is not made in view stops its calls."""
    if isinstance(value, Constant) and value.value is None:
        return
    source = draft.quote(node)
    if isinstance(value, Object) and isinstance(value.origin, ast.arg):
        text = (
            f"the config `{source}` comes from a caller out of view; pass its settings one by one"
        )
    elif isinstance(value, Unknown):
        text = (
            f"the config `{source}` can't be followed to where it is made; write its settings out"
        )
    else:
        text = f"the config `{source}` is made in a way that can't be followed; write it out"
    draft.block(owner, cause_of(draft, node)[0], text)


def read(draft: Draft, reading: Reading) -> None:
    """`config.temperature` read back, or `config.update(…)`, on a rebuilt config."""
    node = reading.node
    call = draft.facts.structure.parent(node)
    if isinstance(node, ast.Attribute) and isinstance(call, ast.Call) and call.func is node:
        if node.attr == "update":
            _update(draft, reading, call)
            return
        if node.attr == "pop":
            pop(draft, reading, call)
            return
        if node.attr == "copy" and not call.args and holds_scalars(draft, reading.owner):
            # A shallow copy would share the nested dicts that settings are now kept in.
            draft.need(reading.owner, node, "copy", None)
            whole = Template(("copy.deepcopy(", draft.hole(reading.base), ")"))
            draft.replace(reading.owner, call, whole)
            return
        draft.block(reading.owner, node, f"`.{node.attr}()` of a config can't be translated")
        return
    read_back(draft, reading)


def _update(draft: Draft, reading: Reading, call: ast.Call) -> None:
    """`options.update(temperature=0.2)`: what goes into a nested dict is put there."""
    settings = Settings()
    if len(call.args) == 1 and isinstance(call.args[0], ast.Dict) and not call.keywords:
        add_config(draft, call.args[0], reading.owner, settings)
    elif not call.args and all(k.arg for k in call.keywords):
        for keyword in call.keywords:
            name = snake(keyword.arg or "")
            span = draft.span(keyword)
            translate(draft, Setting(reading.owner, name, keyword.value, span, settings))
    else:
        draft.block(reading.owner, call, f"`{draft.quote(call)}` can't be translated")
        return
    statement = draft.facts.structure.parent(call)
    if not settings.order and isinstance(statement, ast.Expr):
        draft.edit(reading.owner, Delete(draft.span(statement)))
        return
    groups = list(settings.groups)
    single = groups == ["generation_config"] and not settings.flat and not settings.spreads
    shared = settings.groups_among(shared_with_others(draft, reading.owner, call))
    if groups and (not single or shared):
        text = f"update() would replace the whole of {groups[0]}; set each key by itself"
        draft.block(reading.owner, call, text)
        return
    nested = '.setdefault("generation_config", {})' if groups else ""
    items = tuple(settings.groups[groups[0]].values()) if groups else settings.items()
    arguments = (Item(DictCode(items)),) if call.args else items
    method = Template((draft.hole(reading.base, Binding.ATOM), f"{nested}.update"))
    draft.replace(reading.owner, call, CallCode(method, arguments))


def tested(draft: Draft, reading: Reading) -> None:
    """A config is as true as it was, unless it may have been empty."""
    if isinstance(reading.owner, ast.DictComp):
        text = f"`{draft.quote(reading.base)}` is tested here, and is never empty now"
        draft.block(reading.owner, reading.base, text)


def keep(draft: Draft, reading: Reading) -> None:
    """Uses that don't look inside: a config is as absent as it was."""


SPECIALS = {"candidate_count": candidate_count}

CODEMOD = Codemod(
    code="GM003",
    name="generation-config",
    summary="spread the config over create's arguments and generation_config",
    doc=__doc__ or "",
    rules={
        **{("setting", name): generation for name in GENERATION_FIELDS},
        **{("setting", name): left_out for name in LEFT_OUT},
        **{("setting", name): SPECIALS.get(name, no_equivalent) for name in NO_EQUIVALENT},
        ("build", "config"): build_config,
        ("accepts", "config"): accepts_config,
        ("rebuilt", "config"): rebuilt,
        ("value", "config"): judge_config,
        ("use", "config", "WRITE"): write,
        ("use", "config", "ATTRIBUTE"): read,
        ("use", "config", "SUBSCRIPT"): read,
        ("use", "config", "FORMAT"): config_shown,
        ("use", "config", "TRUTH"): tested,
        ("use", "config", "IS_NONE"): keep,
    },
)
