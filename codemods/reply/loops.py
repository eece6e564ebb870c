"""Where an item of a reply comes from: the loop, comprehension or name that holds it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.item_tests import Comprehension, Variable
from codemods.reply.needed_kinds import live_in_comprehension, live_in_loop
from codemods.reply.path_kinds import reads_field
from codemods.tables.api import PART, PARTS
from codemods.tables.items import Kinds
from migrator.plan import Draft, Use, context_of
from migrator.syntax import descendants
from migrator.understand.structure import COMPREHENSIONS, FUNCTION_TYPES
from migrator.understand.values import Object

Loop = ast.For | ast.AsyncFor | Comprehension
TESTED = frozenset({Use.ATTRIBUTE, Use.TRUTH, Use.IS_NONE})


def is_stored(node: ast.expr) -> bool:
    """Whether something is put where `node` stands, rather than read from there."""
    return not isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def is_item(draft: Draft, node: ast.AST, type_name: str = PART) -> bool:
    """Whether `node` may be a part (or a list of them) of a reply."""
    return any(isinstance(v, Object) and v.type == type_name and v.path for v in draft.values(node))


def variable_of(draft: Draft, node: ast.Name) -> Variable:
    """The name `node` as the variable of the loop or the function that it belongs to."""
    known = draft.once("variables", dict[ast.Name, Variable])
    if node not in known:
        known[node] = _variable_of(draft, node)
    return known[node]


def _variable_of(draft: Draft, node: ast.Name) -> Variable:
    structure = draft.facts.structure
    current: ast.AST = node
    while True:
        parent = structure.parent(current)
        if parent is None or isinstance(current, FUNCTION_TYPES):
            break
        if isinstance(parent, COMPREHENSIONS):
            generators = _generators_before(parent, current, node)
            if sum(_binds(g.target, node.id) for g in generators):
                return Variable(draft, node.id, parent, True)
        if isinstance(parent, (ast.For, ast.AsyncFor)) and current in parent.body:
            if _binds(parent.target, node.id):
                once = sum(_is_store(n, node.id) for n in descendants(parent)) == 1
                return Variable(draft, node.id, parent, once)
        current = parent
    scope = structure.scope_of[node]
    stores = [
        n for n in structure.stores(node.id)
        if _is_store(n, node.id) and structure.scope_of[n] is scope
    ]  # fmt: skip
    shared = (scope, node.id) in structure.shared
    return Variable(draft, node.id, scope, len(stores) <= 1 and not shared)


def _generators_before(
    holder: Comprehension, child: ast.AST, node: ast.Name
) -> list[ast.comprehension]:
    """The generators that have bound their names where `node`, inside `child`, is read."""
    if not isinstance(child, ast.comprehension):
        return holder.generators
    index = holder.generators.index(child)
    own = node not in descendants(child.iter)
    return holder.generators[: index + 1] if own else holder.generators[:index]


def _binds(target: ast.expr, name: str) -> bool:
    return any(_is_store(node, name) for node in descendants(target))


def _is_store(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)


def own_loop(draft: Draft, node: ast.expr) -> Loop | None:
    """The loop that alone goes through the list that `node` is, or is an item of."""
    if isinstance(node, ast.Name) and is_item(draft, node):
        loop: ast.AST | None = variable_of(draft, node).body
    else:
        loop = _iterated_by(draft, node)
    if not isinstance(loop, (ast.For, ast.AsyncFor, *COMPREHENSIONS)):
        return None
    closed = draft.once("closed loops", dict[ast.AST, bool])
    if loop not in closed:
        closed[loop] = _is_closed(draft, loop)
    return loop if closed[loop] else None


def _iterated_by(draft: Draft, node: ast.AST) -> ast.AST | None:
    """The loop over `node`, `node or []` or `enumerate(node)`."""
    structure = draft.facts.structure
    parent = structure.parent(node)
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or):
        return _iterated_by(draft, parent)
    if isinstance(parent, ast.Call) and _is_enumerate(parent):
        return _iterated_by(draft, parent)
    if isinstance(parent, ast.comprehension) and parent.iter is node:
        return structure.parent(parent)
    if isinstance(parent, (ast.For, ast.AsyncFor)) and parent.iter is node:
        return parent
    return None


def _is_enumerate(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        and node.func.id == "enumerate" and bool(node.args)
    )  # fmt: skip


def _generator(draft: Draft, loop: Loop) -> tuple[ast.expr, ast.expr] | None:
    """The target and the list of a loop over parts, without `enumerate` and `or []`."""
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        pairs = [(loop.target, loop.iter)]
    else:
        pairs = [(g.target, g.iter) for g in loop.generators]
    for target, source in pairs:
        counted = isinstance(source, ast.Call) and _is_enumerate(source)
        if counted and isinstance(source, ast.Call):
            source = source.args[0]
        if isinstance(source, ast.BoolOp) and isinstance(source.op, ast.Or):
            source = source.values[0]
        if not is_item(draft, source, PARTS):
            continue
        if counted and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            target = target.elts[1]
        return target, source
    return None


def counts(loop: Loop) -> bool:
    """Whether a loop numbers the items it goes through."""
    sources = [loop.iter] if isinstance(loop, (ast.For, ast.AsyncFor)) else [
        g.iter for g in loop.generators
    ]  # fmt: skip
    return any(_is_enumerate(source) for source in sources)


def _is_closed(draft: Draft, loop: Loop) -> bool:
    """Whether nothing but the loop sees its list, and nothing but tests and reads its items."""
    found = _generator(draft, loop)
    if found is None or not isinstance(found[0], ast.Name):
        return False
    target, source = found
    if not reads_field(draft, source):
        return False
    structure = draft.facts.structure
    scope = structure.scope_of[target]
    for node in structure.named[found[0].id]:
        if not isinstance(node, ast.Name) or is_stored(node):
            continue
        if not structure.is_within(structure.scope_of[node], scope):
            continue
        if not is_item(draft, node):
            continue
        holder = variable_of(draft, node).body
        if not isinstance(holder, (ast.For, ast.AsyncFor, *COMPREHENSIONS)):
            return False
        if holder is loop and context_of(draft.facts, node).use not in TESTED:
            return False
    return True


def variables(draft: Draft, loop: Loop) -> Iterator[ast.Name]:
    """The reads of a loop's variable inside it."""
    found = _generator(draft, loop)
    assert found is not None and isinstance(found[0], ast.Name)
    for node in descendants(loop):
        if isinstance(node, ast.Name) and node.id == found[0].id and not is_stored(node):
            if variable_of(draft, node).body is loop:
                yield node


def live_in(draft: Draft, loop: Loop, kinds: Kinds) -> Kinds:
    """The kinds of items for which a loop does anything."""
    found = _generator(draft, loop)
    if found is None or not isinstance(found[0], ast.Name) or counts(loop):
        return kinds
    stores = sum(_is_store(node, found[0].id) for node in descendants(loop))
    variable = Variable(draft, found[0].id, loop, stores == 1)
    if stores != 1:
        return kinds
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        return live_in_loop(loop.body, variable, kinds)
    return live_in_comprehension(loop, variable, kinds)


def outlives_its_loop(draft: Draft, node: ast.expr) -> bool:
    """Whether a loop's variable is read after the loop: it is the last item then."""
    if not isinstance(node, ast.Name) or is_stored(node):
        return False
    variable = variable_of(draft, node)
    if isinstance(variable.body, (ast.For, ast.AsyncFor, *COMPREHENSIONS)):
        return False
    return any(
        isinstance(other, (ast.For, ast.AsyncFor)) and _binds(other.target, node.id)
        for other in descendants(variable.body)
    )


def merged_source(draft: Draft, holder: ast.AST) -> tuple[ast.comprehension, ast.expr] | None:
    """The generator over parts, and its `.parts`, where a comprehension takes up its clauses."""
    if not isinstance(holder, COMPREHENSIONS):
        return None
    over = [g for g in holder.generators if is_item(draft, g.iter, PARTS)]
    names = {n.id for n in descendants(holder) if isinstance(n, ast.Name)}
    if len(over) != 1 or "step" in names or not isinstance(over[0].target, ast.Name):
        return None
    source = over[0].iter
    if isinstance(source, ast.BoolOp):
        source = source.values[0]
    return (over[0], source) if reads_field(draft, source) else None
