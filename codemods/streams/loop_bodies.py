"""Everything that the body of a loop reads of its chunk."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import partial

from codemods.reply.path_kinds import counts
from codemods.streams.branches_never_run import dead_branches, gone_with
from codemods.streams.chunk_forms import first_of, gathered, is_builtin, jumps, or_none, or_nothing
from codemods.streams.chunk_reads import (
    BRINGING,
    ENDING,
    Kind,
    Read,
    is_none_test,
    is_of_part,
    read_from,
)
from codemods.streams.chunk_reasons import reason_of
from codemods.streams.implied_by_tests import PIECE, TEXT, implied
from codemods.streams.loop_body import BESIDE, FIRST, ONE_THING, STRONG, Body, bound, parent_in
from codemods.streams.named_pieces import enter_name
from codemods.streams.stream_facts import Taken
from migrator.plan import Draft, Use, context_of


def read_body(draft: Draft, taken: Taken, *, thoughts: bool) -> Body:
    """Look at every read of the loop's chunk; `thoughts` says whether some parts are thoughts."""
    body = Body(certain=dead_branches(draft, taken))
    weak: list[Read] = []
    gone = {node for statement in body.certain for node in gone_with(statement)}
    for name in taken.inside:
        if not isinstance(getattr(name, "ctx", ast.Load()), ast.Load) or name in gone:
            continue
        read = read_from(draft, name)
        if not draft.facts.structure.same_region(taken.loop, name):
            text = "a function defined in the loop uses the chunk; hand its text over instead"
            body.problems.append((name, text))
        elif name in taken.listed:
            body.reads[name] = Read(name, name, Kind.TEXT)
        elif read.kind is Kind.ANYTHING and not _is_named(draft, read.node):
            weak.append(read)
        elif _is_probe(draft, read):
            weak.append(replace(read, kind=Kind.ANYTHING))
        else:
            _enter(draft, body, read)
    for read in weak:
        _enter_weak(draft, body, read)
    if body.brings == {TEXT}:
        _take_parts_for_text(body)
    if thoughts and any(map(partial(is_of_part, draft), body.reads.values())):
        _tell_answers(draft, body)
    for read in list(body.reads.values()):
        enter_name(draft, body, taken, read)
    for block in (taken.loop.body, *(loop.body for loop in body.single)):
        _drop_skip(block, body)
    _check_single(body)
    if len(taken.loop.body) == 1 and isinstance(taken.loop.body[0], ast.Pass):
        body.deleted.append(taken.loop.body[0])
    return body


def _check_single(body: Body) -> None:
    """A loop over candidates that jumps about can't be left out."""
    for loop in body.single:
        kept = [statement for statement in loop.body if statement not in body.deleted]
        for jump in jumps(kept):
            text = "this jumps about in a loop over candidates, of which there is one; take it out"
            body.problems.append((jump, text))
        if not kept:
            body.problems.append((loop, "nothing is left of this loop over candidates"))


def _take_parts_for_text(body: Body) -> None:
    """In a loop that looks at nothing else, the parts of a chunk are its text."""
    for node, read in body.reads.items():
        if read.kind is Kind.PARTS:
            body.reads[node] = replace(read, kind=Kind.TEXT)
    for loop, read in body.part_loops.items():
        body.part_loops[loop] = replace(read, kind=Kind.TEXT)


def _tell_answers(draft: Draft, body: Body) -> None:
    """Where parts are read, thoughts come as text; the text of the chunk itself is none of them."""
    body.thoughts = True
    for node, read in body.reads.items():
        if read.kind is Kind.TEXT and read.attribute == "text" and not is_of_part(draft, read):
            body.reads[node] = replace(read, kind=Kind.ANSWER)
            if isinstance(node, ast.expr) and _names_it(draft, node):
                body.problems.append((node, BESIDE))


def _names_it(draft: Draft, node: ast.expr) -> bool:
    """Whether a variable is bound to what is made of `node`, and to nothing of its own."""
    current = parent_in(draft, node)
    while isinstance(current, ast.expr):
        if isinstance(current, ast.NamedExpr):
            return True
        current = parent_in(draft, current)
    return isinstance(current, (ast.Assign, ast.AnnAssign)) and bound(current) is not None


def _drop_skip(block: list[ast.stmt], body: Body) -> None:
    """`if not …parts: continue` right before the loop over the parts, which asks the same."""
    if len(block) < 2 or block[-1] not in body.part_loops:
        return
    skip = block[-2]
    if (
        isinstance(skip, ast.If)
        and not skip.orelse
        and implied(skip.test, body.reads).false & {TEXT, PIECE}
    ):
        if len(skip.body) == 1 and isinstance(skip.body[0], ast.Continue):
            body.deleted.append(skip)


def _is_named(draft: Draft, node: ast.expr) -> bool:
    return isinstance(parent_in(draft, or_none(draft, node)), ast.Assign)


def _is_probe(draft: Draft, read: Read) -> bool:
    """`hasattr(chunk, "text") and …`"""
    call, parent = read.node, parent_in(draft, read.node)
    probes = isinstance(call, ast.Call) and getattr(call.func, "id", "") == "hasattr"
    return probes and isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And)


def _enter(draft: Draft, body: Body, read: Read) -> None:
    parent = parent_in(draft, read.node)
    if read.kind is Kind.WHOLE and isinstance(parent, ast.Yield):
        body.yields.append(parent)
    elif read.kind in {Kind.PARTS, Kind.PART, Kind.CALLS, Kind.ANYTHING}:
        _enter_parts(draft, body, read)
    elif read.kind in STRONG or (read.kind is Kind.WHOLE and _is_kept(draft, read)):
        body.reads[read.node] = read
    else:
        body.problems.append((read.node, reason_of(draft, read)))


def _is_kept(draft: Draft, read: Read) -> bool:
    """Whether a chunk is assigned to something, or its truth tested."""
    parent = parent_in(draft, read.node)
    if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is read.node:
        return True
    return context_of(draft.facts, read.node).use in {Use.TRUTH, Use.IS_NONE}


def _enter_parts(draft: Draft, body: Body, read: Read) -> None:
    """The parts or calls of a chunk: looped over, tested, gathered, or given a name."""
    node = or_none(draft, or_nothing(draft, read.node))
    parent = parent_in(draft, node)
    calls = read.kind is Kind.CALLS
    if isinstance(parent, (ast.For, ast.AsyncFor)) and parent.iter is node:
        body.part_loops[parent] = read
        body.reads[node] = read
    elif calls and gathered(draft, node) is not None:
        body.reads[read.node] = read
    elif calls and (first := first_of(draft, read.node)) is not None:
        body.reads[first] = replace(read, node=first, kind=Kind.CALL)
        body.doubts.append((first, FIRST))
    elif (
        isinstance(parent, ast.Assign) and len(parent.targets) == 1 and read.kind is not Kind.CALLS
    ):
        if isinstance(parent.targets[0], ast.Name):
            body.deleted.append(parent)
        else:
            body.problems.append((read.node, reason_of(draft, read)))
    elif context_of(draft.facts, read.node).use in {Use.TRUTH, Use.IS_NONE}:
        kind = Kind.PARTS if read.kind is Kind.PART else read.kind
        body.reads[read.node] = replace(read, kind=kind)
    else:
        body.problems.append((read.node, reason_of(draft, read)))


def _enter_weak(draft: Draft, body: Body, read: Read) -> None:
    """A guard such as `chunk.candidates`: the tests around or below it say what it is for."""
    loop = parent_in(draft, or_nothing(draft, read.node))
    if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and not loop.orelse:
        body.single.append(loop)
        return
    operand: ast.expr = read.node
    parent = parent_in(draft, operand)
    negative = False
    while True:
        if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
            negative = not negative
        elif isinstance(parent, ast.Call) and is_builtin(draft, parent, "len"):
            pass  # what follows compares the number of candidates with none
        elif isinstance(parent, ast.Compare) and (some := counts(parent)) is not None:
            negative = negative is some
            read = replace(read, node=parent)
        elif (none := is_none_test(parent, operand)) is not None:
            negative = negative is not none
        elif isinstance(parent, ast.BoolOp):
            kinds = body.kinds(v for v in parent.values if v is not operand) & STRONG
            if kinds:
                body.dropped.setdefault(parent, []).append(operand)
                body.reads[read.node] = read
                return
        else:
            break
        assert isinstance(parent, ast.expr)
        operand, parent = parent, parent_in(draft, parent)
    if isinstance(parent, ast.If) and parent.test is operand:
        _enter_weak_if(draft, body, read, parent, negative)
    elif isinstance(parent, ast.IfExp) and parent.test is operand and not negative:
        body.unwrapped.append(parent)
    else:
        body.problems.append((read.node, reason_of(draft, read)))


def _enter_weak_if(draft: Draft, body: Body, read: Read, node: ast.If, negative: bool) -> None:
    if negative and len(node.body) == 1 and isinstance(node.body[0], ast.Continue):
        if not node.orelse:
            body.deleted += [node] if node not in body.deleted else []
            return
    kinds = body.kinds(node.orelse if negative else node.body) & STRONG
    only = not negative and _is_plain(draft, node)
    if only and (_asks_again(body, node) or kinds & {*ENDING} == {Kind.FINISH} != kinds):
        body.certain += [node] if node not in body.certain else []
    elif isinstance(read.node, ast.Compare) and negative:
        body.problems.append((node.test, ONE_THING))
    elif kinds and kinds <= BRINGING:
        body.reads[read.node] = replace(read, kind=Kind.PARTS)
    elif kinds and kinds <= ENDING:
        kind = sorted(kinds, key=str)[0]
        named = body.of_kind(kind, node.orelse if negative else node.body)
        body.reads[read.node] = replace(read, kind=kind, attribute=named.attribute)
    else:
        body.problems.append((node.test, ONE_THING))


def _asks_again(body: Body, node: ast.If) -> bool:
    """Whether all that follows a test is another one, for more."""
    inner = node.body[0] if len(node.body) == 1 else None
    return isinstance(inner, ast.If) and bool(body.kinds([inner.test]) & BRINGING)


def _is_plain(draft: Draft, node: ast.If) -> bool:
    """Whether a test only leads to what is in it, and then to what follows."""
    ends = isinstance(node.body[-1], (ast.Continue, ast.Break, ast.Return, ast.Raise))
    return not node.orelse and not ends and draft.source(node).startswith("if")
