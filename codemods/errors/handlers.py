"""Rewrite the handlers of a `try` whose body runs migrated calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codemods.errors.caught_error import Caught
from codemods.objects.call_graph import CallGraph
from codemods.objects.calls_run import Reach
from codemods.tables.errors import (
    API_ERROR,
    CLIENT_ERROR,
    CLIENT_STATUS_ERRORS,
    CONNECTION_ERROR,
    HTTP_LIBRARIES,
    HTTP_NEAREST,
    HTTP_REPLACEMENTS,
    HTTP_SILENT,
    NEW_MODULE,
    OLD,
    REPLACEMENTS,
    SERVER_ERROR,
    SERVER_STATUS_ERROR,
    STATUS_ERROR,
    TIMEOUT_ERROR,
)
from migrator.edits import CallCode, InsertBefore, Item, Replace, Row, RowsCode, Span, Swap
from migrator.plan import Draft
from migrator.reasoning.shared_edits import Owners
from migrator.reasoning.sites_in_reach import sites_run_from
from migrator.understand.values import Object, Symbol, Value

TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))  # `except*` came with Python 3.11
CATCH_ALL = frozenset({"Exception", "BaseException"})
TEXT_NOTE = (
    'str() of an error reads "Error code: 429 - {…}" now, '
    'where it read "429 RESOURCE_EXHAUSTED. {…}"'
)


SHARED_GROUP = (
    "the new API has no class for 4xx errors alone: those that are not named (408, 413, 499 …) "
    "stay in the group"
)


@dataclass(frozen=True, slots=True)
class Handler:
    """One handler of a `try`: the classes it names, by node and dotted path."""

    node: ast.ExceptHandler
    classes: tuple[tuple[ast.expr, str], ...]

    @property
    def paths(self) -> frozenset[str]:
        """The dotted paths; empty for a bare `except:`."""
        return frozenset(path for _, path in self.classes)

    def concerns(self, package: str) -> bool:
        """Whether errors of `package` are named."""
        return any(path.startswith(package) for path in self.paths)

    def catches_servers(self) -> bool:
        """Whether errors with a 5xx status may end here."""
        caught = self.paths & {SERVER_ERROR, API_ERROR, *CATCH_ALL}
        return self.node.type is None or bool(caught) or "" in self.paths


class Guard(Owners):
    """A `try`, the sites its body may run, and its handlers."""

    def __init__(self, graph: CallGraph, node: ast.Try) -> None:
        draft = graph.draft
        self.grouped = not isinstance(node, ast.Try)
        self.reach = Reach(graph, node.body)
        self.handlers = [Handler(h, _classes(draft, h)) for h in node.handlers]
        sites = self.reach.sites
        unseen = self.reach.unseen and any(h.concerns("httpx.") for h in self.handlers)
        raises = any(isinstance(n, ast.Raise) for part in node.body for n in ast.walk(part))
        old = (self.reach.others or raises) and any(h.concerns(OLD) for h in self.handlers)
        if not sites and (old or unseen):
            # What runs in there can't be followed: any call near it may.
            sites = {site.call for site in sites_run_from(draft, node)}
        super().__init__(draft, sites)

    def need(self, node: ast.AST, name: str) -> None:
        """`node` will name one of the new exceptions."""
        for owner in self.members:
            self.draft.need(owner, node, NEW_MODULE, name)


def plan_handlers(draft: Draft) -> list[Caught]:
    """Plan the classes of every handler around a call site; returns the errors that they catch."""
    graph = CallGraph.of(draft)
    found: list[Caught] = []
    for node in draft.facts.structure.every(*TRIES):
        guard = Guard(graph, node)
        if guard.members:
            found += _plan_guard(guard)
    return found


def _classes(draft: Draft, handler: ast.ExceptHandler) -> tuple[tuple[ast.expr, str], ...]:
    if handler.type is None:
        return ()
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    found: list[tuple[ast.expr, str]] = []
    for node in nodes:
        found += [(node, path) for path in _paths(draft, draft.values(node))]
    return tuple(found)


def _paths(draft: Draft, values: frozenset[Value]) -> list[str]:
    """The classes a handler's expression may be; a name may hold a tuple of them."""
    paths: set[str] = set()
    for value in values:
        if isinstance(value, Symbol):
            library, _, name = value.path.rpartition(".")
            paths.add("httpx." + name if library in HTTP_LIBRARIES else value.path)
        elif isinstance(value, Object) and value.type == "tuple" and value.origin is not None:
            paths.update(_paths(draft, draft.facts.held(value.origin)))
        else:
            paths.add("")
    return sorted(paths) or [""]


def _plan_guard(guard: Guard) -> Iterator[Caught]:
    for index, handler in enumerate(guard.handlers):
        for node, path in handler.classes:
            if _is_constant(guard.draft, node, handler):
                continue  # a tuple with a name of its own is widened where it is made
            if path.startswith("httpx."):
                _plan_http(guard, index, node, path.removeprefix("httpx."))
            elif path == CLIENT_ERROR:
                _plan_client_error(guard, index, node)
            elif path in REPLACEMENTS:
                keep = guard.reach.others or _is_either(node, handler)
                _put(guard, handler, node, (REPLACEMENTS[path],), keep=keep)
        _doubt_stand_ins(guard, handler)
        typed = any(path.startswith(OLD) for path in handler.paths)
        if typed and guard.grouped and handler.node.name is not None:
            guard.block(handler.node, "the errors of a group (`except*`) can't be followed")
        if typed or handler.paths & CATCH_ALL:
            yield _caught(guard, handler)
        if typed:
            for owner in guard.members:
                guard.draft.note(owner, TEXT_NOTE)


def _doubt_stand_ins(guard: Guard, handler: Handler) -> None:
    """`ClientError = Exception` where google-genai is missing: the new classes are missing, too."""
    for node in {node: None for node, path in handler.classes if path.startswith(OLD)}:
        if _is_either(node, handler) and not _is_constant(guard.draft, node, handler):
            text = "`{}` is another class where google-genai is missing; the new ones have no such"
            guard.doubt(node, text.format(guard.draft.quote(node)) + " stand-in")


def _caught(guard: Guard, handler: Handler) -> Caught:
    wanted = handler.node.type
    values = guard.draft.values(wanted) if isinstance(wanted, ast.Name) else frozenset()
    caught = Caught(
        guard.draft,
        guard.members,
        handler.node,
        pure=_pure(handler),
        others=guard.reach.others,
        streams=guard.reach.streams,
    )
    caught.named = any(isinstance(value, Object) for value in values)
    caught.reach = guard.reach
    return caught


def _is_constant(draft: Draft, node: ast.expr, handler: Handler) -> bool:
    """Whether a handler names a tuple of several classes that is made elsewhere."""
    if not isinstance(node, ast.Name) or not _is_either(node, handler):
        return False
    return node is handler.node.type and any(isinstance(v, Object) for v in draft.values(node))


def _is_either(node: ast.expr, handler: Handler) -> bool:
    """Whether a name is one class or another: what is imported, or what stands in for it."""
    return [n for n, _ in handler.classes].count(node) > 1


def _pure(handler: Handler) -> bool:
    """Whether the handler catches errors of the SDK and nothing else."""
    return all(path.startswith(OLD) for path in handler.paths)


def _put(
    guard: Guard, handler: Handler, node: ast.expr, names: tuple[str, ...], *, keep: bool
) -> None:
    """Name the new classes, next to the old one where both may still be raised."""
    for name in names:
        guard.need(node, name)
    span = guard.draft.span(node)
    end = guard.draft.positions.span_with_parentheses(span).end
    if isinstance(handler.node.type, ast.Tuple):
        for name in names[1:] if not keep else names:
            guard.edit(Replace(Span(end, end), f", {name}"))
        if not keep:
            guard.edit(Replace(span, names[0]))
    else:
        classes = [*([guard.draft.source(node)] if keep else []), *names]
        listed = CallCode("", tuple(Item(name) for name in classes))
        guard.edit(Replace(span, listed if len(classes) > 1 else classes[0]))


def _plan_http(guard: Guard, index: int, node: ast.expr, name: str) -> None:
    handler = guard.handlers[index]
    new = HTTP_REPLACEMENTS.get(name) or HTTP_NEAREST.get(name)
    told_apart = any(h.concerns("httpx.") for h in guard.handlers[index + 1 :])
    if name in HTTP_SILENT:
        return
    if new is None or (name in HTTP_NEAREST and told_apart):
        text = f"httpx.{name} can't be told from other connection errors of the new calls"
        guard.block(node, text)
        return
    if _is_covered(handler, node, new):
        return
    if name in HTTP_NEAREST:
        text = f"{new} stands for other errors of the connection as well as for httpx.{name}"
        guard.doubt(node, text)
    _put(guard, handler, node, (new,), keep=True)


def _is_covered(handler: Handler, node: ast.expr, new: str) -> bool:
    """Whether a class behind `node`, or a wider one, brings the new one along."""
    brought = [
        (other, HTTP_REPLACEMENTS.get(name) or HTTP_NEAREST.get(name))
        for other, name in ((n, p.removeprefix("httpx.")) for n, p in handler.classes)
    ]
    if new == TIMEOUT_ERROR and any(wide == CONNECTION_ERROR for _, wide in brought):
        return True
    return [other for other, narrow in brought if narrow == new][-1] is not node


def _plan_client_error(guard: Guard, index: int, node: ast.expr) -> None:
    """There is no class for 4xx alone: 5xx errors must go past this handler."""
    handler = guard.handlers[index]
    if guard.reach.streams and not any(h.catches_servers() for h in guard.handlers):
        text = "an error in the middle of a stream names no HTTP status; it goes past this handler"
        guard.doubt(node, text)
    later = [h for h in guard.handlers[index + 1 :] if h.catches_servers()]
    names: tuple[str, ...] = (STATUS_ERROR,)
    if any(h.catches_servers() for h in guard.handlers[:index]):
        pass  # 5xx errors never get here
    elif handler.paths & {SERVER_ERROR, API_ERROR}:
        pass  # and here they are welcome
    elif guard.grouped:
        names = CLIENT_STATUS_ERRORS  # of a group, each handler takes its share
        guard.doubt(node, SHARED_GROUP)
    elif later and _is_next_server_handler(guard, index):
        after = guard.handlers[index + 1]
        draft = guard.draft
        guard.edit(Swap(draft.span(handler.node), draft.span(after.node)))
    elif later:
        names = CLIENT_STATUS_ERRORS
        line = guard.draft.line(later[0].node)
        guard.doubt(
            node,
            "the new API has no class for 4xx errors alone: "
            "those that are not named (408, 413, 499 …) "
            f"would reach the handler on line {line}",
        )
    else:
        _let_servers_pass(guard, handler)
    _put(guard, handler, node, names, keep=guard.reach.others or _is_either(node, handler))


def _is_next_server_handler(guard: Guard, index: int) -> bool:
    return guard.handlers[index + 1].paths == frozenset({SERVER_ERROR})


def _let_servers_pass(guard: Guard, handler: Handler) -> None:
    """Re-raise 5xx errors at the top of the handler, which gets a name for the error."""
    name = handler.node.name
    if name is None and isinstance(handler.node.type, ast.Tuple):
        text = "errors.ClientError is caught without a name; add `as e`, so that 5xx can go past it"
        guard.block(handler.node.type, text)
        return
    if name is None:
        name = _free_name(guard.draft, handler.node)
        assert handler.node.type is not None
        end = guard.draft.positions.span_with_parentheses(guard.draft.span(handler.node.type)).end
        guard.edit(Replace(Span(end, end), f" as {name}"))
    guard.need(handler.node, SERVER_STATUS_ERROR)
    test = f"isinstance({name}, {SERVER_STATUS_ERROR})"
    code = RowsCode((Row(f"if {test}:"), Row("raise", 1)))
    guard.edit(InsertBefore(guard.draft.span(handler.node.body[0]), code))


def _free_name(draft: Draft, node: ast.AST) -> str:
    taken = draft.facts.structure.named_around(node)
    return next(name for name in ("error", "api_error", "status_error", "e") if name not in taken)
