"""The tables of the abstract interpretation: what is known, growing until nothing changes."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TypeVar

from migrator.understand.dependents import Dependents, WatchedSet, WatchedTable
from migrator.understand.knowledge import Knowledge, SiteKind
from migrator.understand.literals import Literals
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode, Structure
from migrator.understand.values import (
    NOTHING,
    Constant,
    FunctionNode,
    Method,
    Object,
    Value,
    Values,
    join,
)

K = TypeVar("K")
V = TypeVar("V")
Key = str | int | None  # a constant key or index; None stands for any
ANY_KEY: Key = None
KEYS: Key = "\0keys"
"""Under this key a dict holds its own keys."""


Forwarded = tuple[ast.Call, Method, int]
"""A call, the method it hands on, and how many positional arguments it keeps for the forwarder."""


@dataclass(frozen=True, slots=True)
class CallSite:
    """One legacy call: `call` holds the arguments, after `skip` positional ones (the method itself,
    where it is handed to a function that forwards the rest). A method that is handed to code out of
    view is a site without a call of its own: `call` is then the expression that takes it."""

    call: ast.Call
    kind: SiteKind
    method: Method
    skip: int = 0
    drops: frozenset[str] = frozenset()
    """Keywords that belong to the forwarding function, not to the method."""
    rival: bool = False
    """Whether the same call may also be one of another kind."""
    early: ast.Call | None = None
    """The `functools.partial(…)` that holds the other arguments."""


@dataclass(slots=True)
class State:
    """Everything the interpreter learns about a program."""

    structure: Structure
    knowledge: Knowledge
    bound: dict[tuple[ScopeNode, str], Values] = field(default_factory=dict)
    attributes: dict[tuple[ast.ClassDef, str], Values] = field(default_factory=dict)
    heap: dict[tuple[ast.AST, Key], Values] = field(default_factory=dict)
    imported: dict[str, Values] = field(default_factory=dict)
    """What the module puts into attributes and items of imported objects, by dotted path."""
    keys: dict[ast.AST, set[Key]] = field(default_factory=dict)
    parameters: dict[tuple[FunctionNode, str], Values] = field(default_factory=dict)
    returns: dict[FunctionNode, Values] = field(default_factory=dict)
    external: set[FunctionNode] = field(default_factory=set)
    uncalled: set[FunctionNode] = field(default_factory=set)
    """Functions that are external only because nothing in view calls them."""
    callers: dict[FunctionNode, set[ast.Call]] = field(default_factory=dict)
    forwarded: dict[tuple[FunctionNode, str], set[Forwarded]] = field(default_factory=dict)
    callbacks: dict[FunctionNode, dict[ast.Call, set[FunctionNode]]] = field(default_factory=dict)
    callables: dict[tuple[FunctionNode, str], dict[ast.Call, Values]] = field(default_factory=dict)
    """Parameters that are called -> what each call of the function passes for them."""
    kept_back: dict[tuple[ast.expr, Value], Values] = field(default_factory=dict)
    """(argument, function) -> what the argument may be, but not where that function gets it."""
    given: dict[tuple[FunctionNode, str], dict[Value, Values]] = field(default_factory=dict)
    """Parameters that are called -> what each of their values gives."""
    besides: dict[FunctionNode, Values] = field(default_factory=dict)
    """What functions return that comes out of no parameter which they call."""
    assumed_runs: set[ast.Call] = field(default_factory=set)
    """Calls of functions out of view that are taken to run what they are given."""
    runs: dict[ast.Call, int] = field(default_factory=dict)
    """Calls that have what stands at this index run with the arguments behind it."""
    values: dict[ast.AST, Values] = field(default_factory=dict)
    recorded: list[ast.AST] = field(default_factory=list)
    """What the part that is interpreted now was the first to note in `values`."""
    sites: dict[ast.Call, CallSite] = field(default_factory=dict)
    changed: bool = False
    literals: Literals = field(default_factory=Literals)
    dependents: Dependents = field(default_factory=Dependents)
    _chains: dict[ScopeNode, tuple[ScopeNode, ...]] = field(default_factory=dict)
    _widened: dict[tuple[int, object], set[str]] = field(default_factory=dict)
    """Entries of the tables that hold some value of a type in the place of its constants."""

    def __post_init__(self) -> None:
        watch = self.dependents
        self.bound, self.attributes = WatchedTable(watch), WatchedTable(watch)
        self.heap, self.keys = WatchedTable(watch), WatchedTable(watch)
        self.imported, self.parameters = WatchedTable(watch), WatchedTable(watch)
        self.returns, self.besides = WatchedTable(watch), WatchedTable(watch)
        self.given, self.external = WatchedTable(watch), WatchedSet(watch)

    def record(self, node: ast.AST, values: Values) -> Values:
        """Note what `node` evaluates to in this round; return it."""
        known = self.values.get(node)
        if known is None:
            self.values[node] = values
            self.recorded.append(node)
        else:
            self.values[node] = join((known, values))
        return values

    def bind(self, scope: ScopeNode, name: str, values: Values) -> None:
        """A name of `scope` may be `values`, for readers in other scopes."""
        self._grow(self.bound, (scope, name), values)

    def set_attribute(self, cls: ast.ClassDef, name: str, values: Values) -> None:
        """`self.name` may be `values`."""
        self._grow(self.attributes, (cls, name), values)

    def store(self, origin: ast.AST, key: Key, values: Values) -> None:
        """The container made by `origin` may hold `values` under `key`."""
        known = self.keys.setdefault(origin, set())
        if key not in known:
            known.add(key)
            self._grew(self.keys, origin)
        self._grow(self.heap, (origin, key), values)

    def shift(self, value: Object) -> None:
        """The items of a list may stand at other indices than they were put at."""
        if value.type == "list" and value.origin in self.keys:
            self.store(value.origin, ANY_KEY, self.load(value.origin, ANY_KEY))

    def load(self, origin: ast.AST, key: Key) -> Values:
        """What the container made by `origin` may hold under `key`; every key for `ANY_KEY`."""
        if key is ANY_KEY:
            return join(self.heap[origin, k] for k in self.keys.get(origin, ()) if k != KEYS)
        if key == KEYS:
            return self.heap.get((origin, KEYS), NOTHING)
        return join((self.heap.get((origin, key), NOTHING), self.heap.get((origin, None), NOTHING)))

    def put(self, path: str, values: Values) -> None:
        """The attribute (or item) `path` of something imported may be `values`."""
        self._grow(self.imported, path, values)

    def add_parameter(self, function: FunctionNode, name: str, values: Values) -> None:
        """A call passes `values` for a parameter."""
        self._grow(self.parameters, (function, name), values)

    def add_return(self, function: FunctionNode, values: Values) -> None:
        """`function` may return (or, for generators, yield) `values`."""
        self._grow(self.returns, function, values)

    def give(self, function: FunctionNode, name: str, value: Value, values: Values) -> None:
        """`value`, passed for a parameter that `function` calls, may give `values`."""
        key = function, name
        if self._grow(self.given.setdefault(key, {}), value, values):
            self._grew(self.given, key)

    def return_besides(self, function: FunctionNode, values: Values) -> None:
        """`function` may return `values`, whatever it calls for its callers."""
        self._grow(self.besides, function, values)

    def add_caller(self, function: FunctionNode, call: ast.Call) -> None:
        """`call` is a call of `function` in view."""
        callers = self.callers.setdefault(function, set())
        if call not in callers:
            callers.add(call)
            self.changed = True

    def forward(self, function: FunctionNode, name: str, forwarded: Forwarded) -> None:
        """A call hands a method to the parameter `name`, with the arguments to forward."""
        known = self.forwarded.setdefault((function, name), set())
        if forwarded not in known:
            known.add(forwarded)
            self.changed = True

    def own(self, value: Value, function: FunctionNode, call: ast.Call) -> bool:
        """Whether a result of `function` can belong to this very `call` of it.

        Results that come out of a callback belong to the call that passed the callback.
        """
        origin = getattr(value, "origin", None)
        if origin is None:
            return True
        for (target, _), calls in self.forwarded.items():
            if target is function and any(c is origin for c, _, _ in calls):
                return origin is call
        callbacks = self.callbacks.get(function)
        if not callbacks:
            return True
        maker = self.structure.enclosing_function(origin)
        mine = callbacks.get(call, set())
        return maker in mine or not any(maker in made for made in callbacks.values())

    def scope_chain(self, scope: ScopeNode) -> tuple[ScopeNode, ...]:
        """The scopes around `scope` that a name in it may come from, innermost first."""
        chain = self._chains.get(scope)
        if chain is None:
            found: list[ScopeNode] = []
            current: ScopeNode = scope
            while not isinstance(current, ast.Module):
                current = self.structure.scope_of[current]
                if isinstance(current, (ast.Module, *FUNCTION_TYPES)):
                    found.append(current)
            chain = self._chains[scope] = tuple(found)
        return chain

    def _grow(self, table: dict[K, Values], key: K, values: Values) -> bool:
        """Add `values` to an entry of a table; whether it then holds more than before."""
        known = dict.get(table, key)
        if known is None:
            table[key] = values
            self._grew(table, key)
            return True
        if values <= known:
            return False
        entry = id(table), key
        kinds = self._widened.get(entry)
        if kinds:
            # Constants that come later are not counted anew, or it would never end.
            values = frozenset(v for v in values if getattr(v, "kind", None) not in kinds)
        # Only constants are ever widened: without any among them, a union will do.
        constants = any(isinstance(v, Constant) for v in values)
        merged = join((known, values)) if constants else known | values
        if not known <= merged:
            lost = known - merged
            kinds = {v.kind for v in (*lost, *values - merged) if isinstance(v, Constant)}
            self._widened.setdefault(entry, set()).update(kinds)
        if merged == known:
            return False
        table[key] = merged
        self._grew(table, key)
        return True

    def _grew(self, table: dict[K, V], key: K) -> None:
        self.changed = True
        if isinstance(table, WatchedTable):
            table.grew(key)
