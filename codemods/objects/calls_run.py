"""Which legacy calls a block of code may run, directly or through functions of the file."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

from codemods.objects.call_graph import CallGraph, body_of, iterated
from codemods.objects.entered_names import stays_outside
from codemods.tables.api import CLIENT, PACKAGE
from codemods.tables.streams import STREAM
from migrator.understand import CallSite
from migrator.understand.facts import origin_of
from migrator.understand.structure import FUNCTION_TYPES, has_parameter
from migrator.understand.values import (
    Awaitable,
    Class,
    Function,
    Instance,
    Method,
    Object,
    Partial,
    Symbol,
    Value,
)

QUIET = (f"{PACKAGE}.types", CLIENT)
"""Parts of the SDK that send no request by themselves."""
QUIET_METHODS = frozenset(
    {"debug", "info", "warning", "error", "exception", "critical", "append", "strip", "get"}
)
"""Methods that raise no error of the SDK, whatever object has them."""
HTTP_CLIENTS = frozenset({"aiohttp", "httpx", "httpx2", "requests", "urllib3"})
"""Libraries that send requests of their own, and call nothing of the program meanwhile."""


class Reach:
    """What the statements of a `try` may run."""

    def __init__(self, graph: CallGraph, body: Iterable[ast.AST]) -> None:
        self.sites: set[ast.AST] = set()
        self.others = False
        """Whether something else in there may raise the old errors."""
        self.unseen = False
        """Whether a call in there may run functions of the file, for all that can be seen."""
        self.streams = False
        """Whether streams are read in there."""
        self.raises: set[ast.Raise] = set()
        """Statements in there that raise."""
        todo: list[ast.AST] = list(body)
        seen: set[ast.AST] = set()
        while todo:
            part = _part(graph, todo.pop())
            self.sites |= part.sites
            self.others |= part.others
            self.unseen |= part.unseen
            self.streams |= part.streams
            self.raises |= part.raises
            for function in part.enters.difference(seen):
                todo += body_of(function)
            for wait in part.waits.difference(seen):
                todo += graph.guarded(wait)
            seen |= part.enters | part.waits


def _part(graph: CallGraph, root: ast.AST) -> _Part:
    """What a statement runs, which many a `try` asks for."""
    known = graph.draft.once("parts of what runs", dict[ast.AST, _Part])
    if root not in known:
        known[root] = _Part(graph, root)
    return known[root]


class _Part:
    """What one statement runs by itself, and the functions that it enters."""

    def __init__(self, graph: CallGraph, root: ast.AST) -> None:
        self.sites: set[ast.AST] = set()
        self.others = self.unseen = self.streams = False
        self.raises: set[ast.Raise] = set()
        self.enters: set[ast.AST] = set()
        self.waits: set[ast.Yield] = set()
        """Where it hands a value out, and others may run meanwhile."""
        self._draft, self._graph = graph.draft, graph
        for node in _running(root):
            if isinstance(node, ast.Raise):
                self.raises.add(node)
            self._look(node)
            self._look_at_values(node)
            self.enters.update(graph.entered(node))
            if isinstance(node, ast.Yield):
                self.waits.add(node)

    def _look_at_values(self, node: ast.AST) -> None:
        """Awaiting or reading a future raises what its call raised; a `yield` runs anything."""
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            self.others = self.unseen = True
        if isinstance(node, ast.Await) and not isinstance(node.value, ast.Call):
            self.others = self.unseen = True
        for value in self._draft.values(node):
            if isinstance(value, Awaitable):
                origin = origin_of(value)
                if origin in self._draft.facts.state.sites:
                    assert origin is not None
                    self.sites.add(origin)
                else:
                    self.others = self.unseen = True

    def _look(self, node: ast.AST) -> None:
        source = iterated(node)
        for value in self._draft.values(source) if source is not None else ():
            site = self._draft.facts.state.sites.get(origin_of(value))  # type: ignore[call-overload]
            if site is not None and isinstance(value, Object) and value.type == STREAM:
                self._add(site)
        if not isinstance(node, ast.Call):
            return
        if node in self._draft.facts.state.sites:
            self._add(self._draft.facts.state.sites[node])
            return
        callees = self._draft.values(node.func)
        for site in self._handed_to(callees):
            self._add(site)
        if not callees or any(self._may_raise(node, callee) for callee in callees):
            self.others = True
            outside = stays_outside(self._draft, node, callees)
            self.unseen = self.unseen or not (outside or self._asks_http(node.func))

    def _asks_http(self, node: ast.expr) -> bool:
        """Whether `node` comes from a library that sends requests, or from what it returned."""
        pending, seen, found = [node], set[ast.Name](), False
        while pending:
            source = self._without_http(pending.pop())
            if source is None:
                found = True
                continue
            stores = self._stores(source) if isinstance(source, ast.Name) else []
            bound = [self._bound_to(store) for store in stores if store not in seen]
            if not stores or None in bound:
                return False
            seen.update(stores)  # `reply = reply.json()` leads to itself
            pending += [expression for expression in bound if expression is not None]
        return found

    def _without_http(self, node: ast.expr) -> ast.expr | None:
        """What the attributes and calls of `node` begin with; None where they come to such a
        library.
        """
        while isinstance(node, (ast.Attribute, ast.Call, ast.Await, ast.Subscript)):
            if self._is_http(node):
                return None
            node = node.func if isinstance(node, ast.Call) else node.value
        return None if isinstance(node, ast.Name) and self._is_http(node) else node

    def _is_http(self, node: ast.expr) -> bool:
        named = [getattr(v, "path", "") or getattr(v, "type", "") for v in self._draft.values(node)]
        roots = {str(name).partition(".")[0] for name in named if isinstance(name, str)}
        return bool(roots & HTTP_CLIENTS)

    def _stores(self, node: ast.Name) -> list[ast.Name]:
        structure = self._draft.facts.structure
        region = structure.region(node)
        if not isinstance(region, ast.Module) and has_parameter(region, node.id):
            return []  # a caller may pass anything
        return [
            store
            for store in structure.stores(node.id)
            if structure.region(store) is region and store.lineno <= node.lineno
        ]

    def _bound_to(self, store: ast.Name) -> ast.expr | None:
        """The expression whose value a name is given, by an assignment, a `with` or a loop."""
        parent = self._draft.facts.structure.parent(store)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            same = isinstance(parent.value, ast.Name) and parent.value.id == store.id
            return None if same else parent.value
        if isinstance(parent, ast.withitem):
            return parent.context_expr
        return parent.iter if isinstance(parent, (ast.For, ast.AsyncFor)) else None

    def _add(self, site: CallSite) -> None:
        """The call is made, or its stream is read; a loop over that raises an old error."""
        self.sites.add(site.call)
        if site.kind.returns.endswith(STREAM):
            self.streams = self.others = True

    def _handed_to(self, callees: Iterable[Value]) -> list[CallSite]:
        """The sites whose method a parameter holds, say: `fn(**arguments)` asks in their place."""
        methods = [v.function if isinstance(v, Partial) else v for v in callees]
        taken = [v.at for v in methods if isinstance(v, Method) and v.at is not None]
        return [site for at in taken for site in self._graph.handed.get(at, ())]

    def _may_raise(self, node: ast.Call, callee: Value) -> bool:
        if isinstance(callee, Function) or self._handed_to([callee]):
            return False
        if isinstance(callee, Method):
            receiver = callee.receiver
            return isinstance(receiver, Object) and receiver.type.startswith(PACKAGE)
        if isinstance(callee, (Class, Instance)):
            return bool(getattr(callee.node, "bases", None))
        if isinstance(callee, Symbol):
            root = callee.path.partition(".")[0]
            library = root in sys.stdlib_module_names or "." not in callee.path
            return not library and not callee.path.startswith(QUIET)
        named = isinstance(node.func, ast.Attribute) and node.func.attr in QUIET_METHODS
        return not named


def _running(root: ast.AST) -> Iterator[ast.AST]:
    """What runs when `root` runs: the bodies of functions defined in it don't."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, FUNCTION_TYPES):
            stack.extend(ast.iter_child_nodes(node))
