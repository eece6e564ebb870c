"""Annotate interactions as `interactions.Interaction`.

Why: an annotation `types.GenerateContentResponse` on what is an Interaction now is wrong, and keeps
an import alive.

Rewrites: annotations of parameters, results and variables that hold migrated responses, and
`isinstance` tests of them; parts of a reply are content and steps; configs and parts that became
dicts are annotated `dict`.

Leaves alone: annotations of values that no migrated call reaches.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterator, Mapping

from codemods.conversations.chain_names import PARTIALS
from codemods.media_output.speech import SEVERAL, SPEAKER, SPEECH, VOICE
from codemods.reply.items import family_items, item_class, media_class
from codemods.streams.chunk_lists import text_lists
from codemods.tables.api import (
    ASYNC_CHAT,
    BLOB,
    CALLING_CONFIG,
    CANDIDATE,
    CHAT,
    CONFIG,
    CONTENT,
    DECLARATION,
    FUNCTION_CALL,
    PACKAGE,
    PART,
    RESPONSE,
    SCHEMA,
    TOOL,
    TOOL_CONFIG,
    TYPES,
)
from codemods.tables.streams import CHUNK, ENDED_CLASS, EVENT_CLASS, STREAM
from codemods.tools.tool_options import CLASSES, kind_of
from migrator.codemod import Codemod
from migrator.plan import Draft, Reading
from migrator.plan.passing import reachable
from migrator.plan.units import Member
from migrator.syntax import descendants
from migrator.understand.structure import ANNOTATED, FUNCTION_TYPES
from migrator.understand.values import NOTHING, Instance, Object, Symbol, Value, Values, join

DICTS: dict[str, frozenset[str]] = {
    CONFIG: frozenset({"config"}),
    CONFIG + "Dict": frozenset({"config"}),
    CONTENT: frozenset({"turn", "contents"}),
    CONTENT + "Dict": frozenset({"turn", "contents"}),
    PART: frozenset({"part", "parts", "contents"}),
    PART + "Dict": frozenset({"part", "parts", "contents"}),
    TYPES + "PartUnion": frozenset({"part", "parts", "contents"}),
    DECLARATION: frozenset({"declaration"}),
    DECLARATION + "Dict": frozenset({"declaration"}),
    SCHEMA: frozenset({"openapi schema"}),
    SCHEMA + "Dict": frozenset({"openapi schema"}),
    TOOL: frozenset({"tool", "tool group"}),
    TOOL + "Dict": frozenset({"tool", "tool group"}),
    TOOL_CONFIG: frozenset({"tool config"}),
    CALLING_CONFIG: frozenset({"function calling config"}),
    TYPES + "ImageConfig": frozenset({"image config"}),
    TYPES + "ThinkingConfig": frozenset({"thinking"}),
    SEVERAL: frozenset({"speakers"}),
    SPEAKER: frozenset({"speaker", "speaker list"}),
    SPEECH: frozenset({"speech"}),
    VOICE: frozenset({"voice"}),
    **{path: frozenset({kind_of(name)}) for name, path in CLASSES.items()},
}
"""Old classes -> the kinds of objects of theirs that become dicts."""
ANNOTATIONS = {
    "speech": "Any",
    "voice": "str",
    "tool group": "list[dict[str, Any]]",
    "tool config": "Any",
    "function calling config": "Any",
}
"""Kinds of objects that become something else than dicts."""
REPLIED = (CANDIDATE, CONTENT, PART, BLOB, FUNCTION_CALL)
"""Old classes of what a reply consists of."""
CHATS = (CHAT, ASYNC_CHAT)
INTERACTION = "Interaction"


def plan(draft: Draft) -> None:
    """Plan every annotation that names the response or the config class."""
    for node in draft.facts.structure.every(*ANNOTATED):
        if isinstance(node, ast.arg) and node.annotation is not None:
            function = draft.facts.structure.enclosing_function(node)
            values = _parameter(draft, function, node)
            _plan_annotation(draft, node.annotation, values)
        elif isinstance(node, ast.AnnAssign):
            kept = not _is_loop_variable(draft, node.target)
            _plan_annotation(draft, node.annotation, _variable(draft, node), kept=kept)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            _plan_annotation(draft, node.returns, draft.facts.state.returns.get(node, NOTHING))


def _is_loop_variable(draft: Draft, target: ast.expr) -> bool:
    """Whether loops bind the annotated name, rather than assignments."""
    return isinstance(target, ast.Name) and any(
        isinstance(node, (ast.For, ast.AsyncFor))
        and isinstance(node.target, ast.Name)
        and node.target.id == target.id
        for node in descendants(draft.facts.structure.scope_of[target])
    )


def _variable(draft: Draft, node: ast.AnnAssign) -> Values:
    """What an annotated variable, or field of a class, may hold at any time."""
    values = draft.values(node.target)
    scope = draft.facts.structure.scope_of[node]
    if isinstance(node.target, ast.Attribute):
        attributes = draft.facts.state.attributes
        holders = draft.values(node.target.value)
        known = [
            attributes.get((v.node, node.target.attr), NOTHING)
            for v in holders
            if isinstance(v, Instance)
        ]
        return join((values, *known))
    if isinstance(node.target, ast.Name):
        state = draft.facts.state
        bound = state.bound.get((scope, node.target.id), NOTHING)
        if isinstance(scope, ast.ClassDef):
            bound = state.attributes.get((scope, node.target.id), NOTHING)
        return join((values, bound))
    return values


def _parameter(draft: Draft, function: ast.AST | None, node: ast.arg) -> Values:
    if not isinstance(function, FUNCTION_TYPES):
        return NOTHING
    passed = draft.facts.state.parameters.get((function, node.arg), NOTHING)
    return join((passed, draft.facts.state.bound.get((function, node.arg), NOTHING)))


def _plan_annotation(
    draft: Draft, annotation: ast.expr, values: Values, *, kept: bool = False
) -> None:
    """`kept` says that a chunk is kept for what the last one says; the interaction is, now."""
    sites = draft.legacy_calls
    found = reachable(draft.facts, values)
    if not found:
        return
    origins = set(found)
    for node in descendants(annotation):
        if isinstance(node, (ast.Name, ast.Attribute)):
            if _names(draft, node, RESPONSE):
                for owner in origins & sites:
                    if origins & text_lists(draft):
                        draft.replace(owner, node, "str")
                    else:
                        _rename(draft, owner, node, _class_of(found[owner], kept=kept))
            elif any(_names(draft, node, chat) for chat in CHATS):
                for owner in origins & sites:
                    _rename_chat(draft, owner, node)
            _item(draft, node, values, found)
            named = _of_dicts(draft, node)
            kinds = {o: draft.demanded[o] for o in origins & set(draft.demanded)}
            for owner, kind in kinds.items():
                for path in named:
                    if kind in DICTS[path]:
                        _dict(draft, owner, node, _annotation(path, kind, kinds.values()))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            classes = {owner: _class_of(found[owner], kept=kept) for owner in origins & sites}
            _string(draft, node, classes)
            _dict_string(draft, node, origins & set(draft.demanded))
            _item_string(draft, node, values, found)


def _dict(draft: Draft, owner: Member, node: ast.expr, annotation: str) -> None:
    if "Any" in annotation:
        draft.need(owner, node, "typing", "Any")
    draft.replace(owner, node, annotation)


def _annotation(path: str, kind: str, beside: Collection[str]) -> str:
    """What takes the place of a class; a list of steps holds dicts, and objects of replies."""
    if path in {CONTENT, CONTENT + "Dict"} and "contents" in beside:
        return "Any"
    return ANNOTATIONS.get(kind, "dict[str, Any]")


def _item(draft: Draft, node: ast.expr, values: Values, found: Mapping[ast.AST, Value]) -> None:
    """`part: types.Part` of what is a part of a reply."""
    for path in REPLIED:
        if _names(draft, node, path):
            for owner, new in _replied(draft, path, values, found):
                draft.need(owner, node, PACKAGE, "interactions")
                draft.replace(owner, node, new)


def _item_string(
    draft: Draft, node: ast.Constant, values: Values, found: Mapping[ast.AST, Value]
) -> None:
    """`part: "types.Part"`."""
    for path in REPLIED:
        name = path.rpartition(".")[2]
        match = re.search(rf"(?:genai\.)?(?:types\.)?\b{name}\b", str(node.value))
        for owner, new in _replied(draft, path, values, found) if match else ():
            assert match is not None
            draft.need(owner, node, PACKAGE, "interactions")
            draft.replace(owner, node, draft.source(node).replace(match[0], new))


def _replied(
    draft: Draft, path: str, values: Values, found: Mapping[ast.AST, Value]
) -> Iterator[tuple[Member, str]]:
    """The sites that a value of the old class `path` may come from, and what to call it now.

    Lists of contents are histories, which have an annotation of their own.
    """
    for site in draft.facts.sites:
        value = found.get(site.call)
        if not isinstance(value, Object) or path not in value.type:
            continue
        if path in {CANDIDATE, CONTENT}:
            if value in values:
                yield site.call, "interactions.Interaction"
            continue
        if path == FUNCTION_CALL:
            yield site.call, "interactions.FunctionCallStep"
            continue
        if path == BLOB:
            yield site.call, media_class(draft, site.call)
            continue
        items = family_items(draft, site.call)
        if items is not None:
            yield site.call, item_class(items)


def _rename_chat(draft: Draft, owner: Member, node: ast.expr) -> None:
    if owner in draft.once(PARTIALS, set[ast.AST]):
        draft.need(owner, node, "functools", "partial")
        draft.replace(owner, node, "partial")
    else:
        draft.need(owner, node, "typing", "Any")
        draft.replace(owner, node, "dict[str, Any]")


def _names(draft: Draft, node: ast.expr, path: str) -> bool:
    found = draft.values(node)
    if found:
        return any(isinstance(v, Symbol) and v.path == path for v in found)
    # A name deep in an annotation is not evaluated; its last part says what it is.
    last = getattr(node, "attr", getattr(node, "id", "")) or ast.unparse(node).rpartition(".")[2]
    return bool(last == path.rpartition(".")[2])


def _of_dicts(draft: Draft, node: ast.Name | ast.Attribute) -> list[str]:
    """The old classes that `node` names, of those whose objects become dicts."""
    found = draft.values(node)
    if found:
        paths = {v.path for v in found if isinstance(v, Symbol)}
        return [path for path in DICTS if path in paths]
    last = node.id if isinstance(node, ast.Name) else node.attr
    return [path for path in DICTS if path.rpartition(".")[2] == last]


def _class_of(value: Value, *, kept: bool = False) -> str:
    """The class of `interactions` that takes the place of the response, or of a chunk."""
    if not isinstance(value, Object) or value.type not in {STREAM, CHUNK}:
        return INTERACTION
    return ENDED_CLASS if kept and value.type == CHUNK else EVENT_CLASS


def _rename(draft: Draft, owner: Member, node: ast.expr, name: str = INTERACTION) -> None:
    draft.need(owner, node, PACKAGE, "interactions")
    draft.replace(owner, node, f"interactions.{name}")


def _string(draft: Draft, node: ast.Constant, classes: dict[ast.AST, str]) -> None:
    """`-> "types.GenerateContentResponse"`: the string is rewritten, with its quotes."""
    name = RESPONSE.rpartition(".")[2]
    text = str(node.value)
    if name not in text:
        return
    quote = draft.source(node)[0]
    old = next((w for w in (f"types.{name}", f"genai.types.{name}", name) if text == w), None)
    for owner, new in classes.items():
        if old is None:
            draft.block(owner, node, f"the annotation {text!r} names the old response class")
            continue
        draft.need(owner, node, PACKAGE, "interactions")
        draft.replace(owner, node, f"{quote}interactions.{new}{quote}")


def _dict_string(draft: Draft, node: ast.Constant, owners: set[ast.AST]) -> None:
    """`-> "types.Part"`, or `"list[types.Part]"`: the name in the string is replaced."""
    for path, kinds in DICTS.items():
        name = path.rpartition(".")[2]
        found = re.search(rf"(?:genai\.)?(?:types\.)?\b{name}\b", str(node.value))
        for owner in owners if found else ():
            assert found is not None
            if draft.demanded[owner] in kinds:
                draft.need(owner, node, "typing", "Any")
                beside = [draft.demanded[o] for o in owners]
                new = _annotation(path, draft.demanded[owner], beside)
                written = draft.source(node).replace(found[0], new)
                draft.replace(owner, node, written)


def returned(draft: Draft, reading: Reading) -> None:
    """A public function that hands its response to callers in view may have others."""
    function = draft.facts.structure.enclosing_function(reading.node)
    name = getattr(function, "name", "_")
    outer = draft.facts.structure.scope_of.get(function) if function is not None else None
    is_public = not name.startswith("_") and isinstance(outer, (ast.Module, ast.ClassDef))
    if is_public and draft.facts.structure.is_alone:
        text = f"{name}() returns an Interaction now: its callers in other files must be checked"
        draft.note(reading.owner, text)


def tested(draft: Draft, reading: Reading) -> None:
    """`isinstance(response, types.GenerateContentResponse)`."""
    call = reading.node
    assert isinstance(call, ast.Call)
    wanted = call.args[1] if len(call.args) == 2 else None
    if wanted is not None and _is_builtin(draft, wanted):
        return  # neither class is one: the test is about what else may stand here
    if wanted is None or not _names(draft, wanted, RESPONSE):
        text = f"`{draft.quote(call)}` tests the response's class; an Interaction has another"
        draft.block(reading.owner, call, text)
        return
    _rename(draft, reading.owner, wanted)


def _is_builtin(draft: Draft, wanted: ast.expr) -> bool:
    """Whether `wanted` names builtin classes only, such as str or Exception."""
    classes = wanted.elts if isinstance(wanted, ast.Tuple) else [wanted]
    return all(
        isinstance(v, Symbol) and isinstance(getattr(builtins, v.path, None), type)
        for one in classes
        for v in draft.values(one) or [None]
    )


CODEMOD = Codemod(
    code="GM019",
    name="type-annotations",
    summary="annotate interactions as interactions.Interaction",
    doc=__doc__ or "",
    rules={
        ("module", "type-annotations"): plan,
        ("use", RESPONSE, "ISINSTANCE"): tested,
        ("returned", RESPONSE): returned,
    },
)
