"""Everything that the body of a loop reads of its chunk."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from codemods.reply.path_prefixes import counts
from codemods.streams.chunk_forms import (
    first_of,
    gathered,
    is_builtin,
    is_or_empty,
    jumps,
    or_none,
    or_nothing,
)
from codemods.streams.chunk_reads import (
    BRINGING,
    CALLING,
    ENDING,
    Kind,
    Read,
    is_none_test,
    is_of_part,
    read_from,
)
from codemods.streams.chunk_reasons import reason_of
from codemods.streams.dead import dead_branches, gone_with
from codemods.streams.implied_by_tests import CALL, MEDIA, PIECE, TEXT, Known, implied
from codemods.streams.stream_survey import Loop, Taken
from migrator.plan import Draft, Use, context_of

STRONG = frozenset({*BRINGING, *ENDING})
BESIDE = "the text of the chunk is kept beside that of its parts, which may be thoughts; read parts"
ONE_THING = "this asks whether a chunk has a candidate; every event means one thing"
FIRST = "of several calls in a chunk only the first was used; each comes by itself now"


@dataclass(slots=True)
class Body:
    """The reads of a loop, by the expression that reads.

    `dropped` are guards (`chunk.candidates and …`) that ask for less than the test beside them;
    `unwrapped` are conditional expressions with such a guard; `deleted` statements that only served
    the old shape. `text` is the program's own variable for the text, `named` variables that hold
    what only the last event says, `aliased` ones that hold an image, a sound or a call. `thoughts`
    come as text as well. `yields` hands the chunk itself to whoever iterates. `single` are loops
    over the candidates of a chunk, of which only the body is left, `certain` tests likewise.
    """

    reads: dict[ast.AST, Read] = field(default_factory=dict)
    part_loops: dict[Loop, Read] = field(default_factory=dict)
    dropped: dict[ast.BoolOp, list[ast.expr]] = field(default_factory=dict)
    unwrapped: list[ast.IfExp] = field(default_factory=list)
    deleted: list[ast.stmt] = field(default_factory=list)
    named: list[ast.stmt] = field(default_factory=list)
    aliased: list[ast.stmt] = field(default_factory=list)
    text: str | None = None
    thoughts: bool = False
    yields: list[ast.Yield] = field(default_factory=list)
    single: list[Loop] = field(default_factory=list)
    certain: list[ast.If] = field(default_factory=list)
    problems: list[tuple[ast.AST, str]] = field(default_factory=list)
    doubts: list[tuple[ast.AST, str]] = field(default_factory=list)

    @property
    def brings(self) -> Known:
        """The pieces that the loop tells apart; text is always one of them."""
        kinds = {read.kind for read in self.reads.values()}
        found = {TEXT}
        if Kind.MEDIA in kinds:
            found.add(MEDIA)
        if kinds & CALLING:
            found.add(CALL)
        return frozenset(found)

    @property
    def asks_for_end(self) -> bool:
        """Whether anything is read that the last event says."""
        return any(read.kind in {*ENDING, Kind.WHOLE} for read in self.reads.values())

    def asks_only(self, test: ast.expr, kinds: frozenset[Kind]) -> bool:
        """Whether a test asks for `kinds`, and for nothing else."""
        operands = [test]
        if isinstance(test, ast.BoolOp):
            operands = [v for v in test.values if v not in self.dropped.get(test, ())]
        return all(o in self.reads and self.reads[o].kind in kinds for o in operands)

    def kinds(self, nodes: Iterable[ast.AST]) -> set[Kind]:
        """What is read below any of `nodes`."""
        return {read.kind for read in self._within(nodes)}

    def of_kind(self, kind: Kind, nodes: Iterable[ast.AST]) -> Read:
        """The first read of `kind` below any of `nodes`, which hold one."""
        return next(read for read in self._within(nodes) if read.kind is kind)

    def _within(self, nodes: Iterable[ast.AST]) -> Iterator[Read]:
        return (self.reads[n] for root in nodes for n in ast.walk(root) if n in self.reads)


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
        _enter_name(draft, body, taken, read)
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
            if isinstance(_parent(draft, node), (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                body.problems.append((node, BESIDE))


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


def _parent(draft: Draft, node: ast.AST) -> ast.AST | None:
    return draft.facts.structure.parent(node)


def _is_named(draft: Draft, node: ast.expr) -> bool:
    return isinstance(_parent(draft, or_none(draft, node)), ast.Assign)


def _is_probe(draft: Draft, read: Read) -> bool:
    """`hasattr(chunk, "text") and …`"""
    call, parent = read.node, _parent(draft, read.node)
    probes = isinstance(call, ast.Call) and getattr(call.func, "id", "") == "hasattr"
    return probes and isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And)


def _enter(draft: Draft, body: Body, read: Read) -> None:
    parent = _parent(draft, read.node)
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
    parent = _parent(draft, read.node)
    if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is read.node:
        return True
    return context_of(draft.facts, read.node).use in {Use.TRUTH, Use.IS_NONE}


def _enter_parts(draft: Draft, body: Body, read: Read) -> None:
    """The parts or calls of a chunk: looped over, tested, gathered, or given a name."""
    node = or_none(draft, or_nothing(draft, read.node))
    parent = _parent(draft, node)
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
    loop = _parent(draft, or_nothing(draft, read.node))
    if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and not loop.orelse:
        body.single.append(loop)
        return
    operand: ast.expr = read.node
    parent = _parent(draft, operand)
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
        operand, parent = parent, _parent(draft, parent)
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


def _enter_name(draft: Draft, body: Body, taken: Taken, read: Read) -> None:
    """`text = chunk.text` in the body: the name stands for what it holds."""
    statement, target = _named(draft, taken, body, read)
    if statement is None or target is None:
        return
    structure = draft.facts.structure
    uses = [
        n
        for n in ast.walk(structure.scope_of[taken.loop])
        if isinstance(n, ast.Name) and n.id == target.id and n is not target
    ]
    within = {n for part in taken.loop.body for n in ast.walk(part)}
    loads = [n for n in uses if n in within and isinstance(n.ctx, ast.Load)]
    mine = all(
        structure.scope_of[n] is structure.scope_of[taken.loop]
        and (n.lineno, n.col_offset) > (target.lineno, target.col_offset)
        for n in loads
    )
    if not mine or any(n in within and not isinstance(n.ctx, ast.Load) for n in uses):
        return
    outside = [n for n in uses if n not in within]
    if read.kind is Kind.TEXT and body.text is None and all(_bound_anew(draft, n) for n in outside):
        body.text = target.id
        if isinstance(statement, ast.Assign):
            body.deleted.append(statement)
    elif read.kind in ENDING and loads and isinstance(statement, ast.Assign):
        body.named.append(statement)
    elif read.kind in {Kind.MEDIA, Kind.CALL} and isinstance(statement, ast.Assign) and not outside:
        body.aliased.append(statement)
    else:
        return
    for load in loads:
        body.reads[load] = Read(load, load, read.kind)


def _bound_anew(draft: Draft, name: ast.Name) -> bool:
    """Whether a name in another loop's body is bound there before it is read."""
    current: ast.AST = name
    while not isinstance(current, (ast.For, ast.AsyncFor)):
        parent = _parent(draft, current)
        if parent is None or isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        current = parent
    same = [n for part in current.body for n in ast.walk(part) if isinstance(n, ast.Name)]
    same = [n for n in same if n.id == name.id]
    first = min(same, key=lambda n: (n.lineno, n.col_offset), default=None)
    return name in same and first is not None and isinstance(first.ctx, ast.Store)


def _named(
    draft: Draft, taken: Taken, body: Body, read: Read
) -> tuple[ast.stmt | ast.NamedExpr | None, ast.Name | None]:
    """The assignment (a statement of the body, or `:=`) of just what is read, and its target."""
    node, parent = read.node, _parent(draft, read.node)
    if isinstance(parent, (ast.BoolOp, ast.IfExp)) and (
        is_or_empty(parent, node) or (parent in body.unwrapped and _is_or_none(parent))
    ):
        node, parent = parent, _parent(draft, parent)
    if isinstance(parent, ast.NamedExpr) and read.kind is Kind.TEXT:
        return parent, parent.target
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        place = _parent(draft, parent)
        places = (taken.loop, *body.part_loops, *body.single)
        if isinstance(target, ast.Name) and place in places:
            return parent, target
    return None, None


def _is_or_none(choice: ast.expr) -> bool:
    """Whether a conditional expression is None where its test fails."""
    other = choice.orelse if isinstance(choice, ast.IfExp) else None
    return isinstance(other, ast.Constant) and other.value is None
