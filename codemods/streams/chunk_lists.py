"""Lists in which a program gathers the chunks of a stream: a list of their texts stands for one.

A chunk holds a text and, if it is the last one, what the model says at the end. Most programs read
just that of the list. So the loop that fills it appends pieces of text, and keeps the interaction
beside them, which stands for the last chunk.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.streams.chunk_forms import is_builtin
from codemods.tables.streams import CHUNK, STREAM
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Object

Maker = ast.List | ast.ListComp | ast.Call


@dataclass(slots=True)
class ChunkList:
    """A list that holds the chunks of one stream, and nothing else.

    `maker` makes it: an empty display, `list(stream)`, or `[chunk for chunk in stream]`; `source`
    is the stream in the latter two. `added` are the chunks that a loop appends, `tests` where the
    program asks whether there are any, `counts` where it asks how many.
    """

    maker: Maker
    source: ast.expr | None = None
    added: list[ast.expr] = field(default_factory=list)
    tests: list[ast.expr] = field(default_factory=list)
    counts: list[ast.Call] = field(default_factory=list)


def chunk_lists(draft: Draft, owner: Member) -> list[ChunkList]:
    """The lists that hold the chunks of the stream of `owner`, in source order."""
    makers = [m for m in draft.facts.holders.get(owner, ()) if isinstance(m, Maker)]
    makers.sort(key=lambda m: (m.lineno, m.col_offset))
    return [found for maker in makers if (found := _chunk_list(draft, owner, maker)) is not None]


def text_lists(draft: Draft) -> set[ast.AST]:
    """What makes lists of chunks, of any stream, that hold texts now."""
    return draft.once("lists of texts", set[ast.AST])


def _chunk_list(draft: Draft, owner: Member, maker: Maker) -> ChunkList | None:
    held = draft.facts.held(maker)
    if not all(isinstance(v, Object) and v.type == CHUNK and v.origin is owner for v in held):
        return None
    if isinstance(maker, ast.List):
        found = ChunkList(maker)
        if maker.elts:
            return None
    else:
        source = _all_of(draft, maker)
        if source is None or not _streams(draft, source, owner):
            return None
        found = ChunkList(maker, source)
    for node in draft.facts.uses.get(maker, ()):
        _enter(draft, found, node)
    return found


def _all_of(draft: Draft, maker: ast.expr) -> ast.expr | None:
    """The stream of which `list(stream)` or `[chunk for chunk in stream]` takes every chunk."""
    if isinstance(maker, ast.Call):
        plain = is_builtin(draft, maker, "list") and len(maker.args) == 1
        return maker.args[0] if plain and not maker.keywords else None
    if not isinstance(maker, ast.ListComp) or len(maker.generators) != 1:
        return None
    (generator,) = maker.generators
    same = ast.unparse(maker.elt) == ast.unparse(generator.target)
    return generator.iter if same and not generator.ifs else None


def _streams(draft: Draft, node: ast.expr, owner: Member) -> bool:
    """Whether `node` is the stream itself, or a generator that hands its chunks on."""
    values = draft.values(node)
    return bool(values) and all(
        isinstance(v, Object)
        and ((v.type == STREAM and v.origin is owner) or isinstance(v.origin, FUNCTION_TYPES))
        for v in values
    )


def _enter(draft: Draft, found: ChunkList, node: ast.expr) -> None:
    """Note what is asked of the list as a whole where `node` holds it."""
    if not any(origin_of(v) is found.maker for v in draft.values(node)):
        return
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Attribute) and parent.attr == "append":
        call = draft.facts.structure.parent(parent)
        if isinstance(call, ast.Call) and len(call.args) == 1:
            found.added.append(call.args[0])
    elif isinstance(parent, ast.Call) and is_builtin(draft, parent, "len"):
        test = _emptiness(draft, parent)
        if test is None:
            found.counts.append(parent)
        else:
            found.tests.append(test)
    elif context_of(draft.facts, node).use is Use.TRUTH and isinstance(
        node, (ast.Name, ast.Attribute)
    ):
        found.tests.append(node)


EMPTY = {(ast.Eq, 0), (ast.Lt, 1), (ast.LtE, 0)}
FILLED = {(ast.Gt, 0), (ast.NotEq, 0), (ast.GtE, 1)}


def _emptiness(draft: Draft, count: ast.Call) -> ast.expr | None:
    """`len(chunks) > 0` and the like, or `len(chunks)` where only its truth counts."""
    compare = draft.facts.structure.parent(count)
    if context_of(draft.facts, count).use is Use.TRUTH:
        return count
    if not isinstance(compare, ast.Compare) or compare.left is not count or len(compare.ops) != 1:
        return None
    return compare if _compares(compare) in EMPTY | FILLED else None


def _compares(compare: ast.Compare) -> tuple[type[ast.cmpop], object]:
    other = compare.comparators[0]
    return type(compare.ops[0]), getattr(other, "value", None)


def asks_for_none(test: ast.expr) -> bool:
    """Whether one of the `tests` is true where there are no chunks."""
    return isinstance(test, ast.Compare) and _compares(test) in EMPTY


def listed_in(test: ast.expr) -> ast.expr:
    """The expression that holds the list in one of the `tests`."""
    if isinstance(test, ast.Compare):
        test = test.left
    return test.args[0] if isinstance(test, ast.Call) else test


def last_of(draft: Draft, node: ast.expr, lists: list[ChunkList]) -> ast.expr | None:
    """`chunks[-1]`, or the whole of `chunks[-1] if chunks else None`, where `node` is either."""
    if isinstance(node, ast.IfExp):
        nothing = isinstance(node.orelse, ast.Constant) and node.orelse.value is None
        asked = any(node.test in found.tests for found in lists)
        return node if nothing and asked and _is_last(draft, node.body, lists) else None
    return node if _is_last(draft, node, lists) else None


def _is_last(draft: Draft, node: ast.expr, lists: list[ChunkList]) -> bool:
    if not isinstance(node, ast.Subscript) or not _holds(draft, node.value, lists):
        return False
    index = draft.constant(node.slice)
    return index is not None and index.value == -1


def _holds(draft: Draft, node: ast.expr, lists: list[ChunkList]) -> bool:
    makers = {found.maker for found in lists}
    return any(origin_of(v) in makers for v in draft.values(node))


def goes_through(draft: Draft, iterated: ast.expr, lists: list[ChunkList]) -> bool:
    """Whether a loop over `iterated` takes chunks from one of the lists."""
    if isinstance(iterated, ast.Call) and is_builtin(draft, iterated, "enumerate", "reversed"):
        return any(goes_through(draft, argument, lists) for argument in iterated.args[:1])
    return _holds(draft, iterated, lists)
