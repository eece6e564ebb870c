"""The text of a streamed reply, collected piece by piece in the loop before it is kept."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.conversations.conversation_places import region_of
from codemods.conversations.events import Site
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Constant, Object

Loop = ast.For | ast.AsyncFor


def streamed_site(draft: Draft, text: ast.expr) -> Site | None:
    """The call whose streamed reply `text` holds as a whole; None if that is not certain.

    The pieces are added in one loop, which is never left early, right before `text` is used.
    """
    text = _joined(draft, text) or text
    name = _collected(text)
    if name is None:
        return None
    pieces = [piece for node in _own(draft, text) for piece in _added(node, name)]
    sites = {_site(draft, value) for _, value in pieces}
    loops = {_loop(draft, node) for node, _ in pieces}
    site, loop = (sites.pop(), loops.pop()) if len(sites) == 1 and len(loops) == 1 else (None, None)
    if site is None or loop is None or not _is_begun(draft, text, name, loop):
        return None
    if any(isinstance(n, (ast.Break, ast.Return)) for n in _running(loop.body)):
        return None
    return site if _follows(draft, loop, text) else None


def _collected(text: ast.expr) -> str | None:
    """The variable behind `reply` or `"".join(pieces)`."""
    if isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute) and text.args:
        joiner = text.func.value
        if text.func.attr == "join" and isinstance(joiner, ast.Constant) and joiner.value == "":
            text = text.args[0]
    return text.id if isinstance(text, ast.Name) else None


def _joined(draft: Draft, text: ast.expr) -> ast.expr | None:
    """`"".join(pieces)` behind the variable it was given to, in the same block."""
    if not isinstance(text, ast.Name):
        return None
    stores = [
        node
        for node in _own(draft, text)
        if isinstance(node, ast.Name) and node.id == text.id and isinstance(node.ctx, ast.Store)
    ]
    statement = draft.facts.structure.parent(stores[0]) if len(stores) == 1 else None
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return None
    same = draft.facts.structure.statement(text) in draft.facts.structure.block(statement)
    return statement.value if same else None


def _own(draft: Draft, node: ast.AST) -> Iterator[ast.AST]:
    """Everything that the function around `node` runs itself."""
    return _running(region_of(draft, node).body)


def _added(node: ast.AST, name: str) -> Iterator[tuple[ast.AST, ast.expr]]:
    """`name += piece` and `name.append(piece)`."""
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        if node.target.id == name:
            yield node, node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        kept = node.func.value
        if isinstance(kept, ast.Name) and kept.id == name and len(node.args) == 1:
            yield node, node.args[0]


def _site(draft: Draft, piece: ast.expr) -> Site | None:
    if isinstance(piece, ast.BoolOp) and isinstance(piece.op, ast.Or):
        piece = piece.values[0]
    values = draft.values(piece)
    texts = [v for v in values if isinstance(v, Object) and v.type == "str" and v.origin]
    rest = [v for v in values if v not in texts]
    empty = all(isinstance(v, Constant) and v.value in {None, ""} for v in rest)
    origins = {v.origin for v in texts}
    if len(origins) != 1 or not empty or not all(v.path[-1:] == ("text",) for v in texts):
        return None
    site = origins.pop()
    return site if isinstance(site, ast.Call) and site in draft.facts.state.sites else None


def _loop(draft: Draft, node: ast.AST) -> Loop | None:
    current: ast.AST | None = node
    while current is not None and not isinstance(current, (ast.For, ast.AsyncFor)):
        current = draft.facts.structure.parent(current)
    return current


def _running(body: list[ast.stmt]) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, FUNCTION_TYPES):
            stack.extend(ast.iter_child_nodes(node))


def _is_begun(draft: Draft, text: ast.expr, name: str, loop: Loop) -> bool:
    """Whether the variable is emptied in the statements before the loop, and nowhere else."""
    block = draft.facts.structure.block(loop)
    before = block[: block.index(loop)] if loop in block else []
    stores = [
        node
        for node in _own(draft, text)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
    ]
    plain = [n for n in stores if not isinstance(draft.facts.structure.parent(n), ast.AugAssign)]
    return len(plain) == 1 and draft.facts.structure.parent(plain[0]) in before


def _follows(draft: Draft, loop: Loop, text: ast.expr) -> bool:
    """Whether `text` is used in a statement behind the loop, on every way out of it."""
    structure = draft.facts.structure
    block, statement = structure.block(loop), structure.statement(text)
    return loop in block and statement in block[block.index(loop) + 1 :] and not loop.orelse
