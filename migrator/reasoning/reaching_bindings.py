"""Which bindings of a variable may be the last before it is read: its reaching definitions.

A variable is a name, an attribute of one (`self.reply`) or an item (`kept["reply"]`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from migrator.plan import Draft
from migrator.reasoning.statement_effects import always_leaves
from migrator.syntax import block_of, children, descendants
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode

LOOPS = (ast.For, ast.AsyncFor, ast.While)
WITHS = (ast.With, ast.AsyncWith)
TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))
Bindings = frozenset[ast.AST]


def bindings_reaching(draft: Draft, node: ast.expr) -> Bindings:
    """The nodes that may have bound the variable `node` last, where it is read.

    They are the targets that name it, and calls that may bind it out of sight. The function (or
    module) around stands for what was bound before it ran. Empty for anything but a variable.
    """
    owner = _owner(node)
    if owner is None:
        return frozenset()
    known = draft.once("bindings reaching", dict[ast.expr, Bindings])
    if node not in known:
        known[node] = frozenset(_Variable(draft, node, owner).before(node))
    return known[node]


def _owner(node: ast.expr) -> ast.Name | None:
    """The name that is the variable `node`, or that it is a part of."""
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node if isinstance(node, ast.Name) else None


class _Variable:
    """One variable, and what binds it."""

    def __init__(self, draft: Draft, node: ast.expr, owner: ast.Name) -> None:
        self.structure = draft.facts.structure
        self.owner = owner.id
        self.text = ast.unparse(node)
        self.part = node.attr if isinstance(node, ast.Attribute) else None
        self.is_name = isinstance(node, ast.Name)
        self.scope: ScopeNode = self.structure.scope_of[owner]
        self.is_local = self.is_name and self.structure.owner_of(owner) is self.scope
        self.is_shared = self.is_name and self.structure.is_shared(owner)

    def before(self, node: ast.AST) -> set[ast.AST]:
        """The bindings that may have been the last when `node` is evaluated."""
        found: set[ast.AST] = set()
        current = node
        while (parent := self.structure.parent(current)) is not None:
            if isinstance(current, ast.stmt):
                certain = self._in_block(parent, current, found)
            else:
                certain = self._in_expression(parent, current, found)
            if certain or self._by_header(parent, current, found):
                return found
            if isinstance(parent, (ast.Module, *FUNCTION_TYPES)):
                if not (self.is_local and found) or self._is_parameter(parent):
                    found.add(parent)
                return found
            current = parent
        return found

    def _is_parameter(self, scope: ast.AST) -> bool:
        arguments = getattr(scope, "args", None)
        return arguments is not None and any(
            isinstance(n, ast.arg) and n.arg == self.owner for n in children(arguments)
        )

    def _in_block(self, parent: ast.AST, current: ast.stmt, found: set[ast.AST]) -> bool:
        """Add what the statements before `current` bind; True if that is certain."""
        block = block_of(parent, current)
        place = next((i for i, statement in enumerate(block) if statement is current), 0)
        if self._add_last(block[:place], found):
            return True
        if isinstance(parent, LOOPS):
            found.update(self._bound_in(parent.body))
        elif isinstance(parent, TRIES) and current in parent.orelse:
            return self._add_last(parent.body, found)
        elif isinstance(parent, TRIES) and current in parent.finalbody:
            found.update(self._bound_in([parent.body, parent.handlers, parent.orelse]))
        return False

    def _in_expression(self, parent: ast.AST, current: ast.AST, found: set[ast.AST]) -> bool:
        """The same of what a statement evaluates; comprehensions have names of their own."""
        if isinstance(parent, TRIES):  # from one of its handlers
            found.update(self._bound_in(parent.body))
            return False
        for clause in getattr(parent, "generators", ()):
            targets = [n for n in descendants(clause.target) if self._is_it(n)]
            if targets and clause is not current:
                found.update(targets)
                return True
        for other in children(parent) if isinstance(parent, (ast.expr, ast.stmt)) else ():
            if other is current:
                break
            if not isinstance(other, ast.stmt):
                found.update(self._bound_in(other))
        return False

    def _by_header(self, parent: ast.AST, current: ast.AST, found: set[ast.AST]) -> bool:
        """Whether the header of a statement has bound the variable for what is under it."""
        if not isinstance(current, ast.stmt):
            return False
        header: object = ()
        if isinstance(parent, (ast.For, ast.AsyncFor)) and current in parent.body:
            header = parent.target
        elif isinstance(parent, WITHS):
            header = [item.optional_vars or item for item in parent.items]
        elif isinstance(parent, (ast.If, ast.While)):
            found.update(self._bound_in(parent.test))
        elif isinstance(parent, ast.match_case):
            header = parent.pattern
        elif isinstance(parent, ast.ExceptHandler) and parent.name == self.text:
            found.add(parent)
            return True
        bound = list(self._bound_in(header))
        found.update(bound)
        return any(not isinstance(node, ast.Call) for node in bound)

    def _add_last(self, block: Sequence[ast.stmt], found: set[ast.AST]) -> bool:
        """Add what a block that has run binds, from its end; True once that is certain."""
        for statement in reversed(block):
            found.update(self._bound_in(statement))
            if self._is_certain(statement):
                return True
        return False

    def _is_certain(self, statement: ast.stmt) -> bool:
        """Whether the variable has been bound by a statement that the program went on from."""
        if isinstance(statement, ast.If):
            blocks = [b for b in (statement.body, statement.orelse) if not always_leaves(b)]
            return all(map(self._is_certain_in, blocks))
        if isinstance(statement, WITHS):
            return self._is_certain_in(statement.body)
        if isinstance(statement, TRIES):
            ways = [h.body for h in statement.handlers if not always_leaves(h.body)]
            done = [[*statement.body, *statement.orelse], *ways]
            return all(map(self._is_certain_in, done)) or self._is_certain_in(statement.finalbody)
        if isinstance(statement, (*LOOPS, ast.Match)):
            return False
        return any(not isinstance(n, ast.Call) for n in self._bound_in(statement))

    def _is_certain_in(self, block: Sequence[ast.stmt]) -> bool:
        return any(map(self._is_certain, block))

    def _bound_in(self, code: object) -> Iterator[ast.AST]:
        """What may bind the variable in some code, other than that of functions in it."""
        if isinstance(code, (list, tuple)):
            for part in code:
                yield from self._bound_in(part)
        elif isinstance(code, ast.AST):
            if self._is_it(code) or (isinstance(code, ast.Call) and self._may_bind(code)):
                yield code
            inside = isinstance(code, (*FUNCTION_TYPES, ast.ClassDef))
            for part in () if inside else children(code):
                yield from self._bound_in(part)

    def _is_it(self, node: ast.AST) -> bool:
        """Whether `node` binds the variable, or what it is a part of."""
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            if isinstance(node.ctx, ast.Load):
                return False
            if isinstance(node, ast.Name):
                return node.id == self.owner
            return ast.unparse(node) == self.text
        name = getattr(node, "name", None)
        return isinstance(node, (ast.MatchAs, ast.MatchStar)) and name == self.text

    def _may_bind(self, call: ast.Call) -> bool:
        """Whether a call may bind the variable elsewhere, as a method does attributes."""
        if self.is_name:
            return self.is_shared
        given = [call.func, *call.args, *(keyword.value for keyword in call.keywords)]
        holders = [n.value if isinstance(n, ast.Attribute) else n for n in given]
        if not any(isinstance(n, ast.Name) and n.id == self.owner for n in holders):
            return False
        return self.part is None or self._is_set_elsewhere(self.part)

    def _is_set_elsewhere(self, attribute: str) -> bool:
        return any(
            isinstance(node, ast.Attribute)
            and not isinstance(node.ctx, ast.Load)
            and self.structure.scope_of[node] is not self.scope
            for node in self.structure.named.get(attribute, ())
        )
