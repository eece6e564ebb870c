"""A name that a later cell binds again is another name from there on.

Notebooks say `response = …` in every cell. Told apart, each response has the uses that it reaches,
and one strange use doesn't stop the others. The names differ in the tree only, by a mark behind
them; the text keeps what is written.

A binding starts anew where it is a plain assignment of a cell, in no block. What runs later, such
as a function that is defined in one cell and called in another, may read any binding that is
current in a cell in which it may run: those stay one name.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from migrator.understand.outline import outline
from migrator.understand.structure import Structure

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_EAGER = frozenset(
    {"all", "any", "dict", "join", "list", "max", "min", "next", "set", "sorted", "sum", "tuple"}
)
_DEFERRED = (*_DEFINITIONS, ast.Lambda, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Rebinding:
    """Names of a tree -> the line from which on they are replaced, and how they are written."""

    replaced: dict[str, int] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)


def tell_apart(tree: ast.Module, cells: Sequence[int], mark: str) -> Rebinding:
    """Give the names of `tree` that later cells bind again a `mark` and a number.

    `cells` are the 1-based lines on which cells begin, in order. From the line on which a name is
    replaced nothing has its value any more.
    """
    found = Rebinding()
    structure = outline((tree,))
    runs = _Runs(structure, cells)
    for name in sorted({n for n, nodes in structure.named.items() if len(nodes) > 1}):
        mentions = structure.mentions(tree, name)
        if mentions and _is_plain(structure, name):
            _Versions(structure, runs, name, mentions).rename(mark, found)
    return found


def _is_plain(structure: Structure, name: str) -> bool:
    """Whether a name is nothing but a variable of the module."""
    defined = any(getattr(node, "name", None) == name for node in _defined(structure))
    return not defined and name not in structure.aliases and _is_own(structure, name)


def _is_own(structure: Structure, name: str) -> bool:
    return (structure.modules[0], name) not in structure.shared


def _defined(structure: Structure) -> Iterable[ast.AST]:
    return (*structure.functions, *structure.classes)


@dataclass(slots=True)
class _Runs:
    """In which cells (0-based) code may run that is written in another."""

    structure: Structure
    cells: Sequence[int]
    _known: dict[ast.AST, frozenset[int]] = field(default_factory=dict)

    def cell(self, node: ast.AST) -> int:
        """The cell that a node is written in."""
        line: int = getattr(node, "lineno", 1)
        return max(bisect_right(self.cells, line) - 1, 0)

    def of(self, node: ast.AST) -> frozenset[int]:
        """The cells in which `node` may run; its own alone, unless it is deferred."""
        around = list(self._deferred(node))
        if not around:
            return frozenset({self.cell(node)})
        outer = around[-1]
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)) and len(around) == 1:
            return self._called(outer)
        return self._later(outer)

    def is_deferred(self, node: ast.AST) -> bool:
        """Whether `node` stands in a definition, and runs when that is called."""
        return next(self._deferred(node), None) is not None

    def _later(self, node: ast.AST) -> frozenset[int]:
        return frozenset(range(self.cell(node), len(self.cells)))

    def _deferred(self, node: ast.AST) -> Iterator[ast.AST]:
        """The definitions around a node whose code runs when they are called."""
        inner, outer = node, self.structure.parent(node)
        while outer is not None:
            if isinstance(outer, _DEFERRED) and _is_inside(inner, outer):
                if not self._is_used_up(outer):
                    yield outer
            inner, outer = outer, self.structure.parent(outer)

    def _is_used_up(self, node: ast.AST) -> bool:
        """`any(… for …)`: the call that gets a generator goes through it."""
        call = self.structure.parent(node)
        if not isinstance(node, ast.GeneratorExp) or not isinstance(call, ast.Call):
            return False
        return getattr(call.func, "id", getattr(call.func, "attr", "")) in _EAGER

    def _called(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[int]:
        """The cells that call a function by its name, if nothing else is done with it."""
        if function not in self._known:
            self._known[function] = self._later(function)  # if it calls itself
            self._known[function] = self._calls(function)
        return self._known[function]

    def _calls(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[int]:
        structure, name = self.structure, function.name
        same = [node for node in _defined(structure) if getattr(node, "name", None) == name]
        own = all(isinstance(structure.parent(node), ast.Module) for node in same)
        if function.decorator_list or not own or not _is_own(structure, name):
            return self._later(function)
        if structure.stores(name):
            return self._later(function)
        ends = [n.lineno for n in same if isinstance(n, ast.stmt) and n.lineno > function.lineno]
        if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(function)):
            return self._later(function)
        found: set[int] = set()
        for read in structure.mentions(structure.modules[0], name):
            if not self.is_deferred(read):
                if read.lineno < function.lineno or (ends and read.lineno > min(ends)):
                    continue  # that is another function of the name
            call = structure.parent(read)
            if not isinstance(call, ast.Call) or call.func is not read:
                return self._later(function)
            awaited = isinstance(structure.parent(call), ast.Await)
            if isinstance(function, ast.AsyncFunctionDef) and not awaited:
                return self._later(function)
            found |= self.of(call)
        return frozenset(found)


def _is_inside(node: ast.AST, definition: ast.AST) -> bool:
    """Whether a child of a definition runs when it is called, not when it is made."""
    if isinstance(definition, ast.Lambda):
        return node is definition.body
    if isinstance(definition, ast.GeneratorExp):
        return True
    return isinstance(definition, _DEFINITIONS) and node in definition.body


@dataclass(slots=True)
class _Versions:
    """The bindings of one name, numbered where a cell binds it anew."""

    structure: Structure
    runs: _Runs
    name: str
    mentions: list[ast.Name]
    _same: dict[int, int] = field(default_factory=dict)
    """Version -> an earlier one that it can't be told from."""

    def rename(self, mark: str, found: Rebinding) -> None:
        """Put the numbers behind the names."""
        numbers: dict[ast.Name, int] = {}
        begins = self._begins()
        if len(begins) < 2:
            return
        for node in self.mentions:
            seen = self._visible(node, begins)
            for number in seen:
                self._join(seen[0], number)
            numbers[node] = seen[0]
        for node, number in numbers.items():
            node.id = self._marked(self._root(number), mark)
            found.written[node.id] = self.name
        for number, (_, statement) in enumerate(begins):
            before = self._root(number - 1)
            later = {self._root(n) for n in range(number, len(begins))}
            if statement is not None and before not in later:
                found.replaced[self._marked(before, mark)] = statement.lineno

    def _marked(self, number: int, mark: str) -> str:
        return f"{self.name}{mark}{number}" if number else self.name

    def _begins(self) -> list[tuple[int, ast.stmt | None]]:
        """Where each version begins: the cell, and the statement whose targets are the first."""
        begins: list[tuple[int, ast.stmt | None]] = [(0, None)]
        bound: set[int] = set()
        for node in self.mentions:
            if isinstance(node.ctx, ast.Load):
                continue
            cell = self.runs.cell(node)
            statement = self._fresh(node)
            if statement is not None and bound and cell not in bound:
                begins.append((cell, statement))
            bound.add(cell)
        return begins

    def _fresh(self, node: ast.Name) -> ast.stmt | None:
        """The plain assignment of a cell that binds the name whatever happens."""
        if not isinstance(node.ctx, ast.Store):
            return None
        statement = self.structure.statement(node)
        if not isinstance(self.structure.parent(statement), ast.Module):
            return None
        if isinstance(statement, ast.AnnAssign):
            return statement if statement.value is not None and statement.target is node else None
        if not isinstance(statement, ast.Assign):
            return None
        flat = [t for target in statement.targets for t in _flat(target)]
        return statement if any(target is node for target in flat) else None

    def _visible(self, node: ast.Name, begins: list[tuple[int, ast.stmt | None]]) -> list[int]:
        """The versions that a mention may be about."""
        if not self.runs.is_deferred(node):
            return [self._at(node, begins)]
        seen: set[int] = set()
        for cell in self.runs.of(node) or {self.runs.cell(node)}:
            current = [n for n, (begin, _) in enumerate(begins) if begin <= cell]
            seen.add(current[-1])
            if begins[current[-1]][0] == cell and len(current) > 1:
                seen.add(current[-2])  # before the cell binds it
        return sorted(seen)

    def _at(self, node: ast.Name, begins: list[tuple[int, ast.stmt | None]]) -> int:
        """The version that is current where a mention stands in its cell."""
        found = 0
        for number, (cell, statement) in enumerate(begins):
            if statement is None:
                continue
            here = self.structure.statement(node)
            if here is statement:
                stored = not isinstance(node.ctx, ast.Load)
                found = number if stored else found
            elif (cell, statement.lineno) <= (self.runs.cell(node), node.lineno):
                found = number
        return found

    def _root(self, number: int) -> int:
        while number in self._same:
            number = self._same[number]
        return number

    def _join(self, one: int, other: int) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        if first != second:
            self._same[second] = first


def _flat(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from _flat(item)
    else:
        yield target
