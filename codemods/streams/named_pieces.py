"""Names that the body of a loop gives to a piece of a chunk."""

from __future__ import annotations

import ast

from codemods.streams.chunk_forms import is_or_empty
from codemods.streams.chunk_reads import ENDING, Kind, Read
from codemods.streams.loop_body import Body, is_or_none, parent_in
from codemods.streams.stream_facts import Taken
from migrator.plan import Draft


def enter_name(draft: Draft, body: Body, taken: Taken, read: Read) -> None:
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
        parent = parent_in(draft, current)
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
    node, parent = read.node, parent_in(draft, read.node)
    if isinstance(parent, (ast.BoolOp, ast.IfExp)) and (
        is_or_empty(parent, node) or (parent in body.unwrapped and is_or_none(parent))
    ):
        node, parent = parent, parent_in(draft, parent)
    if isinstance(parent, ast.NamedExpr) and read.kind is Kind.TEXT:
        return parent, parent.target
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        place = parent_in(draft, parent)
        places = (taken.loop, *body.part_loops, *body.single)
        if isinstance(target, ast.Name) and place in places:
            return parent, target
    return None, None
