"""Read what a program does to a list of turns as events of a conversation."""

from __future__ import annotations

import ast

from codemods.conversations.appended_turns import grows
from codemods.conversations.conversation_places import Place, nodes_at
from codemods.conversations.events import Ask, Pop, Site, Start, Turn
from codemods.conversations.list_histories import LISTS, History, happens, strange
from migrator.plan import Draft
from migrator.understand.values import NONE, Object

KEEPERS = (ast.Name, ast.Attribute, ast.Subscript)


def kept_list(node: ast.expr) -> tuple[ast.expr, list[ast.expr]] | None:
    """The list that `history + [x]` or `[*history, x]` sends, and the turns behind it."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        if isinstance(node.right, ast.List) and isinstance(node.left, KEEPERS):
            return node.left, node.right.elts
    if isinstance(node, ast.List) and node.elts and isinstance(node.elts[0], ast.Starred):
        first = node.elts[0].value
        if isinstance(first, KEEPERS):
            return first, node.elts[1:]
    if isinstance(node, ast.Call) and not node.keywords:
        copied = isinstance(node.func, ast.Name) and node.func.id == "list" and len(node.args) == 1
        inner = node.args[0] if copied else None
        if isinstance(node.func, ast.Attribute) and node.func.attr == "copy" and not node.args:
            inner = node.func.value
        return (inner, []) if isinstance(inner, KEEPERS) else None
    if isinstance(node, KEEPERS):
        return node, []
    return None


def read_history(draft: Draft, place: Place, contents: dict[Site, ast.expr]) -> History:
    """Everything that happens to the list at `place`; `contents` are those of every call."""
    history = History(place, dict.fromkeys(nodes_at(draft, place)))
    read_uses(draft, history, contents)
    return history


def read_uses(draft: Draft, history: History, contents: dict[Site, ast.expr]) -> None:
    """Read what happens at every node of the history."""
    asked: dict[ast.expr, Site] = {}
    for site, node in contents.items():
        kept = kept_list(node)
        if kept is not None and kept[0] in history.nodes:
            history.sites[site] = node
            asked[kept[0]] = site
    for node in history.nodes:
        _read_use(draft, history, node, asked)
    _check_origins(draft, history)


def _read_use(draft: Draft, history: History, node: ast.expr, asked: dict[ast.expr, Site]) -> None:
    parent = draft.facts.structure.parent(node)
    if node in asked:
        _read_ask(draft, history, asked[node])
        return
    if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
        _read_assignment(draft, history, node)
        return
    if isinstance(parent, ast.Attribute):
        _read_method(draft, history, node, parent)
    elif not _is_rebuilt(draft, history, node):
        strange(draft, history, node)


def _read_ask(draft: Draft, history: History, site: Site) -> None:
    kept = kept_list(history.sites[site])
    assert kept is not None
    more = tuple(Turn(e) for e in kept[1])
    if any(isinstance(e, ast.Starred) for e in kept[1]):
        strange(draft, history, kept[1][0])
    if runs_late(draft, site) and not _runs_at_once(draft, site):
        strange(draft, history, site)
    happens(draft, history, site, Ask(site, more))


def runs_late(draft: Draft, node: ast.AST) -> bool:
    """Whether a call stands in a lambda or a comprehension."""
    current = draft.facts.structure.parent(node)
    while current is not None and not isinstance(current, ast.stmt):
        if isinstance(current, (ast.Lambda, ast.comprehension, ast.ListComp, ast.GeneratorExp)):
            return True
        if isinstance(current, (ast.IfExp, ast.BoolOp)):
            return True
        current = draft.facts.structure.parent(current)
    return False


def _runs_at_once(draft: Draft, site: Site) -> bool:
    """`response = with_retry(lambda: …)`: whoever gets the lambda gives what it returns."""
    structure = draft.facts.structure
    function = structure.parent(site)
    call = structure.parent(function) if isinstance(function, ast.Lambda) else None
    outer = structure.parent(call) if isinstance(call, ast.Call) else None
    if isinstance(outer, ast.Await):
        call, outer = outer, structure.parent(outer)
    if not isinstance(outer, ast.Assign) or call is None:
        return False
    values = draft.values(call)
    given = [v for v in values if isinstance(v, Object) and v.origin is site and not v.path]
    return bool(given) and all(v in given or v == NONE for v in values)


def _read_assignment(draft: Draft, history: History, node: ast.expr) -> None:
    statement = draft.facts.structure.parent(node)
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
        if isinstance(statement.value, LISTS):
            grows(draft, history, statement, statement.value.elts)
            return
    single = isinstance(statement, ast.Assign) and statement.targets == [node]
    if single or isinstance(statement, ast.AnnAssign):
        assert isinstance(statement, (ast.Assign, ast.AnnAssign))
        value = statement.value
        shared = isinstance(node, ast.Name) and history.place.is_attribute
        if shared and not (isinstance(value, ast.Call) and value.keywords):
            strange(draft, history, node)  # all instances share a list of the class
            return
        if isinstance(value, ast.List) and not any(isinstance(e, ast.Starred) for e in value.elts):
            turns = tuple(Turn(e) for e in value.elts)
            happens(draft, history, statement, Start(statement, turns))
            history.origins.append(value)
            return
        if isinstance(value, ast.Call) and _makes_empty_list(value):
            happens(draft, history, statement, Start(statement))
            history.origins.append(value)
            return
        kept = kept_list(value) if value is not None else None
        if value is not None and kept is not None and kept[1]:
            if kept[0] in history.nodes and value in draft.facts.state.keys:
                grows(draft, history, statement, kept[1])
                history.origins.append(value)
                return
    strange(draft, history, node)


def _makes_empty_list(node: ast.Call) -> bool:
    """`list()`, or `field(default_factory=list)`."""
    words = [ast.unparse(k) for k in node.keywords]
    return ast.unparse(node) == "list()" or (words == ["default_factory=list"] and not node.args)


def _is_rebuilt(draft: Draft, history: History, node: ast.expr) -> bool:
    """Whether `node` stands in `history = history + [x]`, which its target accounts for."""
    statement = draft.facts.structure.statement(node)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return False
    kept = kept_list(statement.value)
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    same = len(targets) == 1 and targets[0] in history.nodes
    return same and kept is not None and kept[0] is node and bool(kept[1])


def _read_method(draft: Draft, history: History, node: ast.expr, method: ast.Attribute) -> None:
    call = draft.facts.structure.parent(method)
    statement = draft.facts.structure.parent(call) if call is not None else None
    if not isinstance(call, ast.Call) or not isinstance(statement, ast.Expr) or call.keywords:
        strange(draft, history, node)
        return
    arguments = call.args
    if method.attr == "append" and len(arguments) == 1:
        grows(draft, history, statement, arguments)
    elif method.attr == "extend" and len(arguments) == 1 and isinstance(arguments[0], LISTS):
        grows(draft, history, statement, arguments[0].elts)
    elif method.attr == "clear" and not arguments:
        happens(draft, history, statement, Start(statement))
    elif method.attr == "pop" and (not arguments or ast.unparse(arguments[0]) == "-1"):
        happens(draft, history, statement, Pop(statement))
    else:
        strange(draft, history, node)


def _check_origins(draft: Draft, history: History) -> None:
    """Nothing but this place may hold the list, and the place nothing but such lists."""
    origins = set(history.origins)
    for node in history.nodes:
        for value in draft.values(node):
            if value == NONE and history.place.handed:
                continue  # a default that is replaced by a list first
            if not isinstance(value, Object) or value.origin not in origins or value.path:
                strange(draft, history, node)
                return
    known = {*history.nodes, *origins, *history.sites.values(), *history.known}
    for origin in origins:
        for node in draft.facts.uses.get(origin, ()):
            whole = any(v == Object("list", origin) for v in draft.values(node))
            if whole and node not in known:
                strange(draft, history, node)
        for holder in draft.facts.holders.get(origin, frozenset()) - history.known:
            strange(draft, history, holder)
