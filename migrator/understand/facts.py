"""What is known about a program once it is understood; planning reads this and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import cast

from migrator.understand.cells import Cells, reads_what_was_shown
from migrator.understand.interpreter import Interpreter
from migrator.understand.knowledge import Knowledge
from migrator.understand.links import NO_LINKS, Links
from migrator.understand.mocked_methods import is_mocked
from migrator.understand.outline import outline
from migrator.understand.recognise import Recognised, recognise
from migrator.understand.state import ANY_KEY, CallSite, Key, State
from migrator.understand.structure import Structure
from migrator.understand.values import (
    NOTHING,
    Awaitable,
    FunctionNode,
    Method,
    Object,
    Partial,
    Value,
    Values,
)

MAX_DEPTH = 100
"""Expressions around a call; each may be the call's result, and each choice doubles the ways."""

NO_CELLS = Cells()


class TooDeep(Exception):
    """A call stands too deep in an expression to be followed; the text names it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The values, sites and uses of a program.

    `uses` maps what makes an object (a call, a display, a parameter) to every expression that may
    evaluate to it or to a part of it, in source order.
    """

    structure: Structure
    state: State
    uses: dict[ast.AST, tuple[ast.expr, ...]]
    holders: dict[ast.AST, frozenset[ast.AST]]
    """Object -> the containers that may hold it."""
    sites: tuple[CallSite, ...]
    """The legacy call sites, in source order."""
    handed_on: tuple[CallSite, ...]
    """Methods that are taken, but called nowhere in view; in source order."""
    recognised: tuple[Recognised, ...]
    """Code for older packages, which is reported only; in source order."""
    _by_origin: dict[ast.AST, Mapping[ast.AST | None, tuple[Value, ...]]] = field(
        default_factory=dict, repr=False
    )
    _ordered: dict[Values, Values] = field(default_factory=dict, repr=False)

    def values(self, node: ast.AST) -> Values:
        """What an expression may evaluate to; empty where it is never reached."""
        found = self.state.values.get(node, NOTHING)
        return found if len(found) < 2 else self._in_order(found)

    def by_origin(self, node: ast.AST) -> Mapping[ast.AST | None, tuple[Value, ...]]:
        """What an expression may evaluate to, by what made it; None made what has no origin.

        A name that thousands of calls may have assigned is asked about by each of them.
        """
        known = self._by_origin.get(node)
        if known is None:
            found: dict[ast.AST | None, tuple[Value, ...]] = {}
            for value in self.values(node):
                origin = origin_of(value)
                found[origin] = (*found.get(origin, ()), value)
            known = self._by_origin[node] = found
        return known

    def held(self, origin: ast.AST, key: Key = ANY_KEY) -> Values:
        """What the container made by `origin` holds under `key`."""
        return self._in_order(self.state.load(origin, key))

    def _in_order(self, values: Values) -> Values:
        if len(values) < 2:
            return values
        known = self._ordered.get(values)
        if known is None:
            known = self._ordered[values] = InOrder(values)
        return known

    def callers(self, function: FunctionNode) -> frozenset[ast.AST]:
        """The calls of a function in view (property reads included)."""
        return frozenset(self.state.callers.get(function, ()))

    def handed_on_by(self, node: ast.AST) -> frozenset[ast.AST]:
        """The calls of a helper whose method and arguments `call(*args, **kwargs)` in it hands on.

        `node` is that call, or one of the names it hands on.
        """
        call: ast.AST | None = node
        if not isinstance(call, ast.Call):
            call = self.structure.parent(node)
            call = self.structure.parent(call) if isinstance(call, ast.keyword) else call
            call = self.structure.parent(call) if isinstance(call, ast.Starred) else call
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            return frozenset()
        helper = self.structure.enclosing_function(call)
        while helper is not None:
            waiting = self.state.forwarded.get((helper, call.func.id))
            if waiting:
                return frozenset(passed for passed, _, _ in waiting)
            helper = self.structure.enclosing_function(helper)
        return frozenset()

    def is_external(self, function: FunctionNode) -> bool:
        """Whether calls of the function are (also) made out of view."""
        return function in self.state.external

    def is_called(self, function: FunctionNode) -> bool:
        """Whether anybody calls the function, in view or (as must be supposed) out of view."""
        supposed = not self.structure.links.is_application
        return bool(self.callers(function)) or supposed or function not in self.state.uncalled


def _displayed(tree: ast.Module, cells: Cells) -> Iterator[ast.Expr]:
    """The expression statements of a module, or behind `%time`, whose value a cell displays."""
    for node in tree.body:
        last = node.body[-1] if isinstance(node, ast.With) else node
        if isinstance(last, ast.Expr) and last.lineno in cells.displayed:
            yield last


def understand(
    tree: ast.Module, knowledge: Knowledge, cells: Cells = NO_CELLS, links: Links = NO_LINKS
) -> Facts:
    """Interpret a parsed module, made of `cells` perhaps, against what is known of an API."""
    return understand_program({tree: cells}, links, knowledge)


def understand_program(
    modules: Mapping[ast.Module, Cells], links: Links, knowledge: Knowledge
) -> Facts:
    """Interpret the modules of a program, no two nodes of which begin on the same line.

    Those that others import come first, as far as they don't import each other. Each comes with
    what is known of the cells that it is made of, if it is.
    """
    structure = outline(tuple(modules), links)
    for module, cells in modules.items():
        structure.replaced[module] = cells.replaced
        structure.written.update(cells.written)
        structure.forms.update(cells.forms)
        if cells.of_notebook:
            structure.notebooks.add(module)
        if cells.printed_on_page:
            structure.printed_on_page.add(module)
        displayed = set(_displayed(module, cells))
        if displayed and reads_what_was_shown(structure, module):
            structure.shown_again.add(module)
        structure.displayed |= displayed
    return _understood(structure, knowledge)


def read_otherwise(facts: Facts, texts: Mapping[ast.Constant, str]) -> Facts:
    """What would be known of the program if these of its literals were other texts.

    Literals that say the same are one value to the interpreter; with a text of its own each can be
    followed by itself.
    """
    written = {node: node.value for node in texts}
    try:
        for node, text in texts.items():
            node.value = text
        return _understood(facts.structure, facts.state.knowledge)
    finally:
        for node, value in written.items():
            node.value = value


def _understood(structure: Structure, knowledge: Knowledge) -> Facts:
    _check_depth(structure, knowledge)
    state = Interpreter(structure, knowledge).run()
    uses: dict[ast.AST, set[ast.expr]] = {}
    for node, values in state.values.items():
        for value in values:
            origin = origin_of(value)
            if origin is not None and isinstance(node, ast.expr):
                uses.setdefault(origin, set()).add(node)
    holders: dict[ast.AST, set[ast.AST]] = {}
    for (container, _), values in state.heap.items():
        for value in values:
            origin = origin_of(value)
            if origin is not None:
                holders.setdefault(origin, set()).add(container)
    return Facts(
        structure,
        state,
        {origin: tuple(sorted(nodes, key=_position)) for origin, nodes in uses.items()},
        {origin: frozenset(found) for origin, found in holders.items()},
        _in_order(state.sites.values()),
        _in_order(_handed_on(state)),
        recognise(structure, state),
    )


def _check_depth(structure: Structure, knowledge: Knowledge) -> None:
    """Raises TooDeep for a call so deep in an expression that its result has no end of uses."""
    for name in {method for _, method in knowledge.sites}:
        for node in structure.named.get(name, ()):
            depth, current = 0, structure.parent(node)
            while current is not None and not isinstance(current, ast.stmt):
                depth, current = depth + 1, structure.parent(current)
                if depth > MAX_DEPTH:
                    text = f"line {node.lineno} calls {name} more than {MAX_DEPTH} expressions deep"
                    raise TooDeep(text)


def _in_order(sites: Iterable[CallSite]) -> tuple[CallSite, ...]:
    return tuple(sorted(sites, key=lambda s: (s.call.lineno, s.call.col_offset)))


def _handed_on(state: State) -> Iterator[CallSite]:
    """Every method of a site that is taken by an expression, and called through none."""
    called = {site.method.at for site in state.sites.values()}
    for node, values in state.values.items():
        for value in values:
            if not isinstance(value, Method) or value.at is not node or node in called:
                continue
            if is_mocked(state.structure, node):
                continue
            receiver = value.receiver
            if isinstance(receiver, Object) and isinstance(getattr(node, "ctx", None), ast.Load):
                kind = state.knowledge.sites.get((receiver.type, value.name))
                if kind is not None:
                    yield CallSite(cast("ast.Call", node), kind, value)
                    break


def origin_of(value: Value) -> ast.AST | None:
    """The node that made what `value` is or will be."""
    if isinstance(value, Object):
        return value.origin
    if isinstance(value, Awaitable):
        return origin_of(value.value)
    if isinstance(value, Partial):
        return value.call
    return value.at if isinstance(value, Method) and value.function is None else None


class InOrder(frozenset[Value]):
    """A set of values that is gone through in the same order in every run.

    Hashes of texts and of nodes differ from run to run; what is said of the values must not.
    """

    _sorted: tuple[Value, ...] = ()

    def __iter__(self) -> Iterator[Value]:
        if not self._sorted:
            self._sorted = tuple(sorted(super().__iter__(), key=_rank))
        return iter(self._sorted)


def _rank(value: Value) -> tuple[int, int, str]:
    """What orders values: where they are made, then what they are."""
    origin = origin_of(value)
    return getattr(origin, "lineno", 0), getattr(origin, "col_offset", 0), _spelt(value)


def _spelt(value: object) -> str:
    """A value and what it holds as text; nodes by where they stand."""
    if isinstance(value, ast.AST):
        return f"{getattr(value, 'lineno', 0):09} {getattr(value, 'col_offset', 0):09}"
    if not is_dataclass(value):
        return str(value)
    held = (_spelt(getattr(value, field.name)) for field in fields(value))
    return " ".join((type(value).__name__, *held))


def _position(node: ast.expr) -> tuple[int, int, int]:
    return node.lineno, node.col_offset, -(node.end_col_offset or 0)
