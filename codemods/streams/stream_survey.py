"""Where a stream goes, which loops take its chunks, and every expression that holds a chunk."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.streams.chunk_forms import is_builtin
from codemods.streams.chunk_lists import chunk_lists, goes_through, last_of
from codemods.streams.chunk_reads import chunk_type
from codemods.streams.stream_facts import NOT_A_STREAM, Survey, Taken
from codemods.streams.stream_values import (
    gives_chunks,
    handed_through,
    is_or_nothing,
    is_step,
    is_stream,
    without_await,
)
from codemods.tables.streams import STREAM
from migrator.plan import Draft, Use, context_of, stranger
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions
from migrator.understand.facts import origin_of
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Constant, Object, Symbol


def survey_stream(draft: Draft, owner: Member) -> Survey:
    """Look at every expression that may hold the stream of `owner`, or one of its chunks."""
    found = Survey(lists=chunk_lists(draft, owner))
    names: list[ast.expr] = []
    for node in draft.facts.uses.get(owner, ()):
        if is_stream(draft, node, owner):
            _look_at_stream(draft, found, node)
        elif chunk_type(draft, node) is not None and not is_step(draft, node):
            if isinstance(getattr(node, "ctx", None), ast.Store):
                _look_at_store(draft, found, node)
            else:
                names.append(node)
        _check_company(draft, found, node, owner)
    for node in names:
        _look_at_chunk(draft, found, node)
    taken = found.loops or found.comprehensions or any(each.source for each in found.lists)
    if not taken and not found.strange:
        text = "nothing in view iterates over the stream; its request would be sent all the same"
        found.strange.append(without_await(draft, owner) or (owner, text))
    return found


def _check_company(draft: Draft, found: Survey, node: ast.expr, owner: Member) -> None:
    """Other values at the same place: those of other streams join, anything else is strange."""
    mine = is_stream(draft, node, owner) or chunk_type(draft, node) is not None
    if not mine or context_of(draft.facts, node).use is Use.TRUTH or is_or_nothing(draft, node):
        return
    streams = {site.call for site in draft.facts.sites if site.kind.returns.endswith(STREAM)}
    made = definitions(draft, node, 1) if isinstance(node, ast.Name) else [node]
    others = {call for each in made for call in draft.facts.handed_on_by(each)} - streams
    for value in draft.values(node):
        origin = origin_of(value)
        if origin is owner or (isinstance(value, Constant) and value.value is None):
            continue
        if origin in others:
            continue  # in a helper for all of them: each caller gets what is its own
        if origin is not None and origin in streams:
            draft.join(owner, origin)
        elif not (isinstance(value, Object) and (value.origin is None or _is_empty(draft, value))):
            text = stranger(draft, node, value, "what was streamed")
            found.strange.append((node, text))


def _is_empty(draft: Draft, value: Object) -> bool:
    """The `[]` of `chunk.parts or []`, into which nothing is put."""
    origin = value.origin
    empty = isinstance(origin, (ast.List, ast.Tuple)) and not origin.elts
    return origin is not None and empty and not draft.facts.state.keys.get(origin)


def _look_at_stream(draft: Draft, found: Survey, node: ast.expr) -> None:
    """An expression that holds the stream itself: it may go to a loop, and nowhere else."""
    parent = draft.facts.structure.parent(node)
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        plain = isinstance(node, ast.Name) and isinstance(parent, (ast.Assign, ast.AnnAssign))
        if not plain or (isinstance(parent, ast.Assign) and parent.targets != [node]):
            text = f"the stream is kept in `{draft.quote(node)}`; iterate over it where it is made"
            found.strange.append((node, text))
        return
    found.handed.append(node)
    if isinstance(parent, (ast.Await, ast.YieldFrom)):
        return
    if isinstance(parent, (ast.Assign, ast.AnnAssign)) and node is parent.value:
        return
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and node is parent.iter:
        return
    use = context_of(draft.facts, node).use
    if isinstance(parent, ast.Call) and node in parent.args:
        gathered = any(found_list.maker is parent for found_list in found.lists)
        if gathered or is_builtin(draft, parent, "enumerate"):
            return
        loop = draft.facts.structure.parent(parent)
        looped = isinstance(loop, (ast.For, ast.AsyncFor)) and loop.iter is parent
        if looped and handed_through(draft, parent) is node:
            return
    if isinstance(parent, ast.Attribute) and parent.attr in {"close", "aclose"}:
        return
    passed = isinstance(parent, (ast.Call, ast.keyword)) and not _is_library(draft, parent)
    if use is Use.MOVE and (passed or isinstance(parent, (ast.Return, ast.Lambda))):
        return
    found.strange.append((node, _where_to(draft, node, use)))


def _where_to(draft: Draft, node: ast.expr, use: Use) -> str:
    parent = draft.facts.structure.parent(node)
    source = draft.quote(node)
    if isinstance(parent, ast.Call) and is_builtin(draft, parent, "next", "anext"):
        return f"`{draft.quote(parent)}` would be an event now, not a piece of text; loop instead"
    if isinstance(parent, ast.Call) and is_builtin(draft, parent, "list", "tuple", "sorted"):
        return "the chunks are gathered in a list; loop over the stream and keep their text instead"
    if isinstance(parent, ast.Call) and is_builtin(draft, parent, "zip", "map", "filter"):
        return f"chunks are taken by {draft.quote(parent.func)}(); loop over the stream instead"
    if isinstance(parent, ast.Yield):
        return f"the stream `{source}` is handed out by `yield`; loop over it where it is made"
    if isinstance(parent, (ast.List, ast.Tuple, ast.Dict, ast.Set)) or use is Use.MOVE:
        return f"the stream `{source}` is kept with others; iterate over it where it is made"
    if use is Use.RETURNED:
        return f"the stream `{source}` is returned to callers out of view, who expect chunks"
    return f"the stream `{source}` goes to code that expects chunks: {use.value}"


def _is_library(draft: Draft, node: ast.AST) -> bool:
    call = draft.facts.structure.parent(node) if isinstance(node, ast.keyword) else node
    assert isinstance(call, ast.Call)
    return any(isinstance(v, Symbol) for v in draft.values(call.func))


def _look_at_store(draft: Draft, found: Survey, node: ast.expr) -> None:
    """A target that a chunk is bound to: by a loop, by a comprehension, or to keep it."""
    structure = draft.facts.structure
    parent = structure.parent(node)
    if isinstance(parent, ast.Assign) and parent.targets == [node]:
        found.keeping.append(node)
        return
    if isinstance(parent, ast.AnnAssign):
        if parent.value is not None:
            found.keeping.append(node)
        return
    if _look_at_listed(draft, found, node, parent):
        return
    if isinstance(node, ast.Name):
        if isinstance(parent, (ast.For, ast.AsyncFor)) and parent.target is node:
            if chunk_type(draft, parent.iter) is not None:
                return  # over the parts of a chunk
            stream = handed_through(draft, parent.iter)
            if gives_chunks(draft, stream):
                found.loops.setdefault(parent, Taken(parent, node, stream))
            else:
                found.strange.append((parent.iter, NOT_A_STREAM.format(draft.quote(parent.iter))))
            return
        if isinstance(parent, ast.comprehension) and parent.target is node:
            holder = structure.parent(parent)
            if isinstance(holder, COMPREHENSIONS) and chunk_type(draft, parent.iter) is None:
                found.comprehensions.setdefault(holder, [])
                return
        if (taken := _counted(draft, node, parent)) is not None:
            found.loops.setdefault(taken.loop, taken)
            return
    holder = structure.parent(parent) if parent is not None else None
    source = getattr(holder, "iter", None) if isinstance(parent, ast.Tuple) else None
    if isinstance(source, ast.Call):
        text = f"chunks are taken by {draft.quote(source.func)}(); loop over one stream at a time"
    elif isinstance(parent, ast.comprehension):
        text = f"`{draft.quote(parent.iter)}` is gone through in an expression; write it as a loop"
    else:
        text = f"`{draft.quote(node)}` is bound to a chunk in a way that can't be followed"
    found.strange.append((node, text))


def _look_at_listed(draft: Draft, found: Survey, node: ast.expr, parent: ast.AST | None) -> bool:
    """Whether the target `node` takes chunks from a list of them, or goes into a new list."""
    if isinstance(parent, ast.Tuple):
        parent = draft.facts.structure.parent(parent)
    holder = draft.facts.structure.parent(parent) if parent is not None else None
    if isinstance(parent, ast.comprehension) and any(each.maker is holder for each in found.lists):
        return True
    iterated = getattr(parent, "iter", None)
    if iterated is None or not goes_through(draft, iterated, found.lists):
        return False
    through = holder if isinstance(holder, COMPREHENSIONS) else parent
    if isinstance(through, (ast.For, *COMPREHENSIONS)):
        found.listed.setdefault(through, [])
    return isinstance(through, (ast.For, *COMPREHENSIONS))


def _counted(draft: Draft, node: ast.Name, parent: ast.AST | None) -> Taken | None:
    """`for i, chunk in enumerate(stream, 1)`."""
    loop = draft.facts.structure.parent(parent) if isinstance(parent, ast.Tuple) else None
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or not isinstance(parent, ast.Tuple):
        return None
    call, names = loop.iter, parent.elts
    if not isinstance(call, ast.Call) or not is_builtin(draft, call, "enumerate"):
        return None
    if len(names) != 2 or names[1] is not node or not isinstance(names[0], ast.Name):
        return None
    starts = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "start")]
    if not call.args:
        return None
    return Taken(loop, node, call.args[0], names[0], starts[0] if starts else None)


def _look_at_chunk(draft: Draft, found: Survey, node: ast.expr) -> None:
    """An expression that is read and holds a chunk: find the loop it belongs to."""
    if (last := last_of(draft, node, found.lists)) is not None:
        found.lasts.append(last)
        return
    for holder in _around(draft, node):
        if holder in found.listed:
            found.listed[holder].append(node)
            return
        if any(each.maker is holder for each in found.lists):
            return
        if isinstance(holder, COMPREHENSIONS) and holder in found.comprehensions:
            found.comprehensions[holder].append(node)
            return
        if isinstance(holder, (ast.For, ast.AsyncFor)) and holder in found.loops:
            taken = found.loops[holder]
            if _binds(draft, taken, node):
                taken.inside.append(node)
                if any(node in each.added for each in found.lists):
                    taken.listed.append(node)
                return
    if isinstance(node, ast.Name):
        before = [
            t for t in found.loops.values()
            if t.target.id == node.id and draft.facts.structure.same_region(t.loop, node)
            and (t.loop.end_lineno or 0) < node.lineno
        ]  # fmt: skip
        if len(before) == 1:
            before[0].after.append(node)
            return
    if isinstance(node, (ast.Name, ast.Attribute)) and _is_kept(found, node):
        found.kept.append(node)
        return
    if isinstance(node, ast.Name) and _is_parameter(draft, node):
        return  # the place that hands it over says why it can't
    text = f"`{draft.quote(node)}` holds a chunk here; an event holds other things"
    if isinstance(node, ast.Call) and is_builtin(draft, node, "next", "anext"):
        text = f"`{draft.quote(node)}` would be an event now, not a piece of text; loop instead"
    found.strange.append((node, text))


def _is_parameter(draft: Draft, node: ast.Name) -> bool:
    function = draft.facts.structure.enclosing_function(node)
    return function is not None and any(
        isinstance(a, ast.arg) and a.arg == node.id for a in ast.walk(function.args)
    )


def _around(draft: Draft, node: ast.AST) -> Iterator[ast.AST]:
    """What holds `node`, innermost first, within its function; a loop only around its body."""
    structure, current = draft.facts.structure, node
    scope = structure.enclosing_function(node)
    while (parent := structure.parent(current)) is not None and parent is not scope:
        if not isinstance(parent, (ast.For, ast.AsyncFor)) or current in parent.body:
            yield parent
        current = parent


def _binds(draft: Draft, taken: Taken, node: ast.expr) -> bool:
    """Whether what `node` holds was bound by the loop, in this very turn."""
    if isinstance(node, ast.Name) and node.id == taken.target.id:
        return True
    return chunk_type(draft, node) not in {None, chunk_type(draft, taken.target)}


def _is_kept(found: Survey, node: ast.Name | ast.Attribute) -> bool:
    wanted = node.id if isinstance(node, ast.Name) else node.attr
    return any(getattr(k, "id", getattr(k, "attr", None)) == wanted for k in found.keeping)
