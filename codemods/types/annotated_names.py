"""Annotations that name a type of the SDK, and the types that take their places."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from codemods.media_output.speech import SEVERAL, SPEAKER, SPEECH, VOICE
from codemods.reply.items import family_items, item_class, media_class
from codemods.tables.api import (
    BLOB,
    CALLING_CONFIG,
    CANDIDATE,
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
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object, Symbol, Value, Values

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
INTERACTION = "Interaction"


def dict_annotation(draft: Draft, owner: Member, node: ast.expr, annotation: str) -> None:
    if "Any" in annotation:
        draft.need(owner, node, "typing", "Any")
    draft.replace(owner, node, annotation)


def annotated_type(path: str, kind: str, beside: Collection[str]) -> str:
    """What takes the place of a class; a list of steps holds dicts, and objects of replies."""
    if path in {CONTENT, CONTENT + "Dict"} and "contents" in beside:
        return "Any"
    return ANNOTATIONS.get(kind, "dict[str, Any]")


def item_type(draft: Draft, node: ast.expr, values: Values, found: Mapping[ast.AST, Value]) -> None:
    """`part: types.Part` of what is a part of a reply."""
    for path in REPLIED:
        if names_type(draft, node, path):
            for owner, new in _replied(draft, path, values, found):
                draft.need(owner, node, PACKAGE, "interactions")
                draft.replace(owner, node, new)


def item_in_string(
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


def names_type(draft: Draft, node: ast.expr, path: str) -> bool:
    found = draft.values(node)
    if found:
        return any(isinstance(v, Symbol) and v.path == path for v in found)
    # A name deep in an annotation is not evaluated; its last part says what it is.
    last = getattr(node, "attr", getattr(node, "id", "")) or ast.unparse(node).rpartition(".")[2]
    return bool(last == path.rpartition(".")[2])


def of_dicts(draft: Draft, node: ast.Name | ast.Attribute) -> list[str]:
    """The old classes that `node` names, of those whose objects become dicts."""
    found = draft.values(node)
    if found:
        paths = {v.path for v in found if isinstance(v, Symbol)}
        return [path for path in DICTS if path in paths]
    last = node.id if isinstance(node, ast.Name) else node.attr
    return [path for path in DICTS if path.rpartition(".")[2] == last]


def class_of(value: Value, *, kept: bool = False) -> str:
    """The class of `interactions` that takes the place of the response, or of a chunk."""
    if not isinstance(value, Object) or value.type not in {STREAM, CHUNK}:
        return INTERACTION
    return ENDED_CLASS if kept and value.type == CHUNK else EVENT_CLASS


def rename_type(draft: Draft, owner: Member, node: ast.expr, name: str = INTERACTION) -> None:
    draft.need(owner, node, PACKAGE, "interactions")
    draft.replace(owner, node, f"interactions.{name}")


def string_annotation(draft: Draft, node: ast.Constant, classes: dict[ast.AST, str]) -> None:
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


def dict_in_string(draft: Draft, node: ast.Constant, owners: set[ast.AST]) -> None:
    """`-> "types.Part"`, or `"list[types.Part]"`: the name in the string is replaced."""
    for path, kinds in DICTS.items():
        name = path.rpartition(".")[2]
        found = re.search(rf"(?:genai\.)?(?:types\.)?\b{name}\b", str(node.value))
        for owner in owners if found else ():
            assert found is not None
            if draft.demanded[owner] in kinds:
                draft.need(owner, node, "typing", "Any")
                beside = [draft.demanded[o] for o in owners]
                new = annotated_type(path, draft.demanded[owner], beside)
                written = draft.source(node).replace(found[0], new)
                draft.replace(owner, node, written)
