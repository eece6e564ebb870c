"""Lists of parts as lists of items: content of the reply, its steps, or both in their order.

All reads of one list (or of lists that share their readers) agree on one form, the simplest that
holds every item for which the program does something.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codemods.reply.interaction import is_probe
from codemods.reply.kept_parts import item_kinds
from codemods.reply.loops import (
    Loop,
    counts,
    is_item,
    is_stored,
    live_in,
    merged_source,
    outlives_its_loop,
    own_loop,
    variable_of,
    variables,
)
from codemods.reply.path_prefixes import is_asked
from codemods.reply.settled_tests import place_of
from codemods.tables.api import PARTS
from codemods.tables.items import CONTENT, FEATURES, FIELDS, MEDIA_TYPES, Kind, Kinds
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.structure import COMPREHENSIONS

CONTENT_READS = frozenset({"text", "inline_data", "as_image"})


class Form(enum.Enum):
    """What a list of parts becomes."""

    TEXT = "the texts of the reply"
    CONTENT = "the content of the reply"
    SPOKEN = "the content of thoughts and of the reply"
    STEPS = "the steps of the reply"
    MIXED = "the content of the reply, and its other steps"


CLASSES = {
    Form.TEXT: "interactions.TextContent",
    Form.CONTENT: "interactions.Content",
    Form.SPOKEN: "interactions.Content",
    Form.STEPS: "interactions.Step",
    Form.MIXED: "interactions.Content | interactions.Step",
}


@dataclass(frozen=True, slots=True)
class Items:
    """How the items of a list are to be told apart.

    `kinds` are those an item of the list may be, `live` those for which the program does anything
    (if it does for `Kind.OTHER`, the list must hold what was a part and nothing else), `media` the
    types of content that were inline data.
    """

    form: Form
    kinds: Kinds
    live: Kinds
    media: tuple[str, ...]

    def types(self, kinds: Kinds) -> tuple[str, ...]:
        """The values of `type` for `kinds`, in a fixed order."""
        found: list[str] = []
        for kind in Kind:
            if kind in kinds and kind is not Kind.OTHER:
                found += self.media if kind is Kind.MEDIA else [kind.value]
        return tuple(found)


def items_of(draft: Draft, node: ast.expr, owner: Member) -> Items:
    """The form of the list that `node` is, or that the item `node` comes from."""
    loop = own_loop(draft, node)
    if loop is not None:
        return _choose(draft, owner, node, [*variables(draft, loop)], [loop], exact=counts(loop))
    nodes = _family(draft, node)
    parts = [n for n in nodes if is_item(draft, n)]
    loops: list[Loop] = []
    exact = any(outlives_its_loop(draft, n) for n in parts)
    bound = False
    for other in nodes:
        if not is_item(draft, other, PARTS) or is_stored(other):
            continue
        context = context_of(draft.facts, other)
        parent = draft.facts.structure.parent(other)
        if context.use is Use.ITERATE and isinstance(parent, (ast.For, ast.AsyncFor)):
            loops.append(parent)
        elif context.use is Use.ITERATE and isinstance(parent, ast.comprehension):
            holder = draft.facts.structure.parent(parent)
            assert isinstance(holder, COMPREHENSIONS)
            loops.append(holder)
        elif context.use in {Use.TRUTH, Use.IS_NONE}:
            exact = exact or _is_asked_itself(draft, other)
            bound = bound or isinstance(other, ast.NamedExpr)
        elif context.use is not Use.MOVE or _carries(parent):
            exact = True
    found = _choose(draft, owner, node, parts, loops, exact=exact)
    if bound and found.form not in {Form.STEPS, Form.MIXED}:
        return _choose(draft, owner, node, parts, loops, exact=True)
    return found


def _is_asked_itself(draft: Draft, node: ast.expr) -> bool:
    """Whether a name for a list is asked, rather than the reply for one."""
    return isinstance(node, ast.Name) and not is_asked(draft, node)


def _carries(parent: ast.AST | None) -> bool:
    """Whether a list goes into another one: `list(parts)`, `[*parts]`, `found += parts`."""
    return isinstance(parent, (ast.Call, ast.Starred, ast.List, ast.Tuple, ast.Dict))


def _choose(
    draft: Draft,
    owner: Member,
    node: ast.expr,
    parts: list[ast.expr],
    loops: list[Loop],
    *,
    exact: bool,
) -> Items:
    reads = {field for _, field in reads_of(draft, parts)}
    possible = frozenset({Kind.TEXT}).union(
        *(kinds for name, kinds in FEATURES.items() if _asks(draft, [node, *parts], owner, name)),
        *(FIELDS[field] for field in reads if field != "text"),
    )
    media = _media(draft, parts, owner)
    start = possible | {Kind.OTHER}
    live = (
        start
        if exact
        else frozenset[Kind]().union(*(live_in(draft, loop, start) for loop in loops))
    )
    known = live - {Kind.OTHER}
    strange = Kind.OTHER in live
    text = frozenset({Kind.TEXT})
    if known <= text and _asked(draft, parts, text) <= {"text"}:
        return Items(Form.TEXT, text, live, media)
    if known <= CONTENT and _asked(draft, parts, CONTENT) <= CONTENT_READS:
        return Items(Form.CONTENT, CONTENT, live, media)
    if known <= CONTENT | {Kind.THOUGHT} and reads <= CONTENT_READS:
        return Items(Form.SPOKEN, (known & CONTENT) | {Kind.TEXT}, live, media)
    if not strange and not known & CONTENT and not _reads_content(draft, parts, possible):
        return Items(Form.STEPS, start - CONTENT, live, media)
    strict = strange or Kind.THOUGHT in live
    return Items(Form.MIXED, possible if strict else start, live, media)


def _asks(draft: Draft, nodes: Iterable[ast.expr], owner: Member, feature: str) -> bool:
    return any(draft.has_feature(node, owner, feature) for node in nodes)


def _media(draft: Draft, nodes: list[ast.expr], owner: Member) -> tuple[str, ...]:
    images, audio = (_asks(draft, nodes, owner, name) for name in ("images", "audio"))
    if images != audio:
        return ("image",) if images else ("audio",)
    return MEDIA_TYPES


def _reads_content(draft: Draft, parts: Iterable[ast.expr], possible: Kinds) -> bool:
    """Whether the text (or data) of an item is read that need not be a thought."""
    for node in parts:
        for _, field in reads_of(draft, [node]):
            kinds = item_kinds(draft, node, possible) if isinstance(node, ast.Name) else possible
            if field in CONTENT_READS and kinds & CONTENT:
                return True
    return False


def reads_of(draft: Draft, parts: Iterable[ast.expr]) -> Iterator[tuple[ast.expr, str]]:
    """The reads of fields of parts: the reading expression, and the field."""
    structure = draft.facts.structure
    for node in parts:
        parent = structure.parent(node)
        name = None
        if isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Load):
            name = parent.attr
        elif isinstance(parent, ast.Call) and parent.args[:1] == [node] and len(parent.args) > 1:
            is_read = isinstance(parent.args[1], ast.Constant) and not is_probe(parent)
            name = str(parent.args[1].value) if is_read else None  # type: ignore[attr-defined]
        if name not in FIELDS or not isinstance(parent, ast.expr):
            continue
        yield parent, name
        outer = structure.parent(parent)
        if name == "inline_data" and isinstance(outer, ast.Attribute) and outer.attr == "as_image":
            yield outer, "as_image"


def _asked(draft: Draft, parts: Iterable[ast.expr], kinds: Kinds) -> set[str]:
    """The fields that still have to be read of items of `kinds`."""
    return {
        field
        for node, field in reads_of(draft, parts)
        if FIELDS[field] & kinds or settled_place(draft, node, kinds) is None
    }


def settled_place(draft: Draft, node: ast.expr, kinds: Kinds) -> ast.AST | None:
    """What can do without the test that the read `node` is part of; see `place_of`."""
    base = node.args[0] if isinstance(node, ast.Call) else getattr(node, "value", None)
    if not isinstance(base, ast.Name):
        return None
    variable = variable_of(draft, base)
    if not variable.bound_once:
        return None
    place = place_of(draft, node, variable, kinds)
    if isinstance(place, ast.comprehension):
        holder = draft.facts.structure.parent(place)
        return place if holder is not None and merged_source(draft, holder) else None
    return place


def _family(draft: Draft, node: ast.expr) -> list[ast.expr]:
    """Every part, and list of parts, that may share readers with `node`; closed loops left out."""
    sites = draft.legacy_calls
    todo = {o for o in map(origin_of, draft.values(node)) if o in sites}
    seen: set[ast.AST | None] = set()
    found: dict[ast.expr, None] = {}
    while todo:
        origin = todo.pop()
        seen.add(origin)
        assert origin is not None
        for use in draft.facts.uses.get(origin, ()):
            if is_item(draft, use) or is_item(draft, use, PARTS):
                if own_loop(draft, use) is None:
                    found[use] = None
                    origins = {origin_of(v) for v in draft.values(use)}
                    todo |= {o for o in origins if o in sites and o not in seen}
    return sorted(found, key=lambda n: (n.lineno, n.col_offset))


def family_items(draft: Draft, site: Member) -> Items | None:
    """The form of the parts that a call's reply hands around."""
    for node in draft.facts.uses.get(site, ()):
        if is_item(draft, node) or is_item(draft, node, PARTS):
            if own_loop(draft, node) is None:
                return items_of(draft, node, site)
    return None


def item_class(items: Items) -> str:
    """What to annotate an item with."""
    return CLASSES[items.form]


def media_class(draft: Draft, site: Member) -> str:
    """What to annotate inline data of a call's reply with."""
    parts = [node for node in draft.facts.uses.get(site, ()) if is_item(draft, node)]
    media = _media(draft, parts, site)
    if len(media) == 1:
        return f"interactions.{media[0].title()}Content"
    return "interactions.Content"
