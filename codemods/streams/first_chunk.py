"""What relies on a loop over chunks having run: a stream without text brought one chunk as well.

A name that is bound in the loop alone, the first of what is collected there, a mean of it. Where
the program itself passes over chunks without text, it fails as it did.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from codemods.streams.chunk_forms import is_builtin
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.structure import COMPREHENSIONS, FUNCTION_TYPES
from migrator.understand.values import Object

UNBOUND = (
    "`{}` has no value after a reply without text: that came in a chunk, and brings no piece now"
)
EMPTY = "`{}` fails after a reply without text: that came in a chunk, and brings no piece now"
GATHERING = frozenset({"append", "extend", "insert", "appendleft", "add", "put"})
TAKING = ("max", "min", "next", "statistics.mean", "statistics.median")
"""Functions that fail for nothing; two of them take a default."""


def doubt_ran_once(
    draft: Draft,
    owner: Member,
    loop: ast.stmt,
    statements: Iterable[ast.AST],
    listed: Iterable[ast.expr] = (),
) -> None:
    """Doubt what comes after `loop` and fails if `statements`, which ran for each chunk, didn't.

    `listed` are names of chunks that are put in lists: those are read in ways of their own.
    """
    chunks = {name for node in listed for name in _holding(draft, node)}
    nodes = [node for statement in statements for node in _walk(statement)]
    scope = draft.facts.structure.scope_of[loop]
    names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for name in sorted(names):
        if any(node not in nodes for node in _stores_within(draft, loop, name)):
            continue
        for node in _reads_behind(draft, loop, name):
            before = _last_store(draft, loop, node)
            if before is None and not _is_parameter(scope, name):
                draft.doubt(owner, node, UNBOUND.format(name))
                break
    for name in sorted(_gathered(nodes) | names):
        if name in chunks:
            continue
        doubt_taken(draft, owner, loop, name)
    if any(isinstance(node, ast.Yield) for node in nodes):
        _doubt_generator(draft, owner, scope)


def doubt_taken(draft: Draft, owner: Member, behind: ast.stmt, name: str) -> None:
    """Doubt what takes something of `name`, which may be empty, or zero, behind a statement."""
    for node in _reads_behind(draft, behind, name):
        before = _last_store(draft, behind, node)
        if before is not None and not _is_made_empty(draft, before):
            continue
        taking = taking_of(draft, node)
        if taking is not None and not _is_tested(draft, taking, name):
            draft.doubt(owner, taking, EMPTY.format(draft.quote(taking)))
            break


def taking_of(draft: Draft, node: ast.expr) -> ast.expr | None:
    """`texts[0]`, `max(texts)`, `total / count` or `total / len(texts)`, of what `node` holds."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Call) and node in parent.args and is_builtin(draft, parent, "len"):
        node, parent = parent, draft.facts.structure.parent(parent)
    if isinstance(parent, ast.BinOp) and parent.right is node:
        return parent if isinstance(parent.op, (ast.Div, ast.FloorDiv, ast.Mod)) else None
    if isinstance(parent, ast.Subscript) and parent.value is node:
        index = draft.constant(parent.slice)
        return parent if index is not None and isinstance(parent.ctx, ast.Load) else None
    if (
        isinstance(parent, ast.Call)
        and parent.args == [node]
        and is_builtin(draft, parent, *TAKING)
    ):
        return None if any(k.arg == "default" for k in parent.keywords) else parent
    return None


def _doubt_generator(draft: Draft, owner: Member, scope: ast.AST) -> None:
    """`next(pieces)` and `max(pieces)` of the generator that a function makes, and loops over it.

    A loop that hands the pieces on is in a generator as well, of which the same is true.
    """
    done = draft.once("generators of pieces", set[tuple[Member, ast.AST]])
    if (owner, scope) in done:
        return
    done.add((owner, scope))

    def gives_pieces(node: ast.expr) -> bool:
        return any(isinstance(v, Object) and v.origin is scope for v in draft.values(node))

    for node in draft.facts.structure.every(ast.Call, ast.For, ast.AsyncFor):
        if isinstance(node, ast.Call) and node.args and gives_pieces(node.args[0]):
            listed = is_builtin(draft, node, "list", "tuple")
            taking = taking_of(draft, node if listed else node.args[0])
            if taking is not None:
                draft.doubt(owner, taking, EMPTY.format(draft.quote(taking)))
        elif isinstance(node, (ast.For, ast.AsyncFor)) and gives_pieces(node.iter):
            doubt_ran_once(draft, owner, node, [node.target, *node.body])


def _walk(statement: ast.AST) -> Iterator[ast.AST]:
    """All of a statement, but for the functions and comprehensions in it."""
    yield statement
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, (*FUNCTION_TYPES, *COMPREHENSIONS, ast.ClassDef)):
            yield from _walk(child)


def _holding(draft: Draft, chunk: ast.expr) -> set[str]:
    """The list of `chunks.append(chunk)` and the like."""
    statement = draft.facts.structure.statement(chunk)
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and n is not chunk}


def _gathered(nodes: Sequence[ast.AST]) -> set[str]:
    """The names of what `append` and the like are called on, and of what items are put into."""
    items = [node.value for node in nodes if isinstance(node, ast.Subscript)]
    methods = [node.func for node in nodes if isinstance(node, ast.Call)]
    items += [m.value for m in methods if isinstance(m, ast.Attribute) and m.attr in GATHERING]
    return {item.id for item in items if isinstance(item, ast.Name)}


def _reads_behind(draft: Draft, statement: ast.stmt, name: str) -> list[ast.Name]:
    """Where the scope of a statement reads a name behind it, in order."""
    structure = draft.facts.structure
    found = structure.mentions(structure.scope_of[statement], name)
    behind = [n for n in found if isinstance(n.ctx, ast.Load) and _at(n) > _end(statement)]
    return sorted(behind, key=_at)


def _stores_within(draft: Draft, loop: ast.stmt, name: str) -> list[ast.Name]:
    structure = draft.facts.structure
    found = structure.bindings(structure.scope_of[loop], name)
    return [n for n in found if _at(loop) <= _at(n) <= _end(loop)]


def _last_store(draft: Draft, loop: ast.stmt, read: ast.Name) -> ast.Name | None:
    """Where the name that is read was bound last, outside of the loop."""
    structure = draft.facts.structure
    stores = [
        n
        for n in structure.bindings(structure.scope_of[loop], read.id)
        if _at(n) < _at(read) and not _at(loop) <= _at(n) <= _end(loop)
    ]
    return max(stores, key=_at, default=None)


def _is_made_empty(draft: Draft, name: ast.Name) -> bool:
    """`texts = []`, `count = 0`"""
    statement = draft.facts.structure.statement(name)
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Constant):
        return not value.value
    if isinstance(value, (ast.List, ast.Tuple)):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    return isinstance(value, ast.Call) and not value.args


def _is_tested(draft: Draft, node: ast.expr, name: str) -> bool:
    """Whether a test around `node` asks for `name`, or a handler may be there for its absence."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, FUNCTION_TYPES):
        if isinstance(current, ast.Try) and current.handlers:
            return True
        tests = [current.test] if isinstance(current, (ast.If, ast.IfExp, ast.While)) else []
        tests += current.values[:1] if isinstance(current, ast.BoolOp) else []
        for test in tests:
            if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(test)):
                return True
        current = draft.facts.structure.parent(current)
    return False


def _is_parameter(scope: ast.AST, name: str) -> bool:
    return isinstance(scope, FUNCTION_TYPES) and any(
        isinstance(node, ast.arg) and node.arg == name for node in ast.walk(scope.args)
    )


def _at(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.stmt) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def happens_once(statement: ast.stmt) -> bool:
    """`if start is None: start = …` and `if first: …; first = False`: not again, once it ran."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    test = statement.test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, wanted = test.operand, True
    elif isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is):
        test, wanted = test.left, None
    else:
        wanted = False
    name = ast.dump(test) if isinstance(test, (ast.Name, ast.Attribute)) else None
    for assigned in statement.body:
        if isinstance(assigned, ast.Assign) and len(assigned.targets) == 1:
            target = ast.dump(assigned.targets[0]).replace("Store()", "Load()")
            value = assigned.value
            settled = (
                not isinstance(value, ast.Constant)
                if wanted is None
                else (isinstance(value, ast.Constant) and value.value is wanted)
            )
            if target == name and settled:
                return True
    return False
