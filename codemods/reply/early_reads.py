"""What a program reads where a reply ends early, and whether it fails there."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.reply.certain_fields import is_always_there
from codemods.reply.choices import is_open, is_taken
from codemods.reply.early_names import Names
from codemods.reply.path_kinds import counts as counts_items
from codemods.reply.path_kinds import is_field, is_nothing, is_response, kinds_of
from codemods.reply.path_prefixes import plain
from codemods.reply.reply_ends import LAST, RANKS, End, ranks_of
from codemods.reply.same_reply import Replies, replies_of
from codemods.tables.api import RESPONSE
from codemods.tables.fields import FIELDS
from migrator.plan import Draft
from migrator.syntax import children
from migrator.understand.facts import origin_of
from migrator.understand.structure import COMPREHENSIONS, FUNCTION_TYPES
from migrator.understand.values import Constant, Object, Value

ITERATING = frozenset(
    {"enumerate", "iter", "list", "max", "min", "reversed", "set", "sorted", "sum", "tuple", "zip"}
)
"""Functions that go through what they are given, and fail where it is None."""
TEXT = "the text"


class Failed(Exception):
    """The program reads what is missing at `node`, and fails; `done` is what it did before."""

    def __init__(self, node: ast.expr) -> None:
        super().__init__()
        self.node = node
        self.done: list[object] = []


class Reads:
    """What expressions come to where a reply ends early; what is read of others is open.

    Without `fails`, what is missing is read as nothing, as a rewritten program reads it. With
    `strict`, no list of candidates may be counted: it may be None, or empty.
    """

    def __init__(self, draft: Draft, end: End, *, fails: bool = True, strict: bool = False) -> None:
        self.draft = draft
        self.end = end.step
        self.reply = end.reply
        self.fails = fails
        self.strict = strict
        self.names = Names(draft)
        self.failed = False
        """Whether the program failed on one of its ways."""
        self.unsure = False
        """Whether the program may have caught what it failed by, and gone on, or not failed."""

    def truth(self, node: ast.expr) -> bool | None:
        """What a test comes out as; None where that is open."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            truth = self.truth(node.operand)
            return None if truth is None else not truth
        if isinstance(node, ast.BoolOp):
            return self._chain(node)
        if isinstance(node, ast.NamedExpr):
            return self.truth(node.value)
        if isinstance(node, ast.Compare):
            return self._compared(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            if (found := self._called(node)) is not None:
                return found
        return self._there(node)

    def _there(self, node: ast.expr) -> bool | None:
        """Whether there is what `node` reads, or holds."""
        self.told(node)
        if (known := self.names.truth(node)) is not None:
            return known
        if _is_text(self.draft, node) and self._is_about(node):
            return None if _has_instead(self.draft, node) else False
        if isinstance(node, COMPREHENSIONS):
            return None
        if is_always_there(self.draft, node) or is_response(self.draft, node):
            return True
        ranks = self.ranks(node)
        return max(ranks) < self.end if ranks else None

    def _chain(self, node: ast.BoolOp) -> bool | None:
        wanted = isinstance(node.op, ast.And)
        open_ = False
        for value in node.values:
            truth = self.truth(value)
            if truth is (not wanted):
                return truth
            open_ = open_ or truth is None
        return None if open_ else wanted

    def _compared(self, node: ast.Compare) -> bool | None:
        other = node.comparators[0]
        counted = counts_items(node)
        if isinstance(node.left, ast.Call):
            self.told(node.left)
        if counted is not None and isinstance(node.left, ast.Call):
            truth = self.truth(plain(node.left.args[0]))
            return None if truth is None else truth is counted
        if isinstance(other, ast.Constant) and other.value is None:
            held = self.names.of(node.left)
            truth = self._there(node.left) if held is None else not _is_none(held)
            present = isinstance(node.ops[0], (ast.IsNot, ast.NotEq))
            return None if truth is None else truth is present
        for side in (node.left, *node.comparators):
            self.told(side)
        return None

    def _called(self, node: ast.Call) -> bool | None:
        name, first = getattr(node.func, "id", ""), node.args[0]
        if name in {"bool", "len", "isinstance"}:
            return self.truth(plain(first))
        if name == "hasattr" and is_response(self.draft, first):
            return getattr(node.args[1], "value", "") in FIELDS[RESPONSE] or None
        if name == "hasattr" and kinds_of(self.draft, first):
            return self.truth(first) if is_field(self.draft, first, node.args[1]) else None
        return None

    def told(self, node: ast.expr) -> object:
        """What an expression comes to; raises `Failed` where it reads what is missing."""
        if isinstance(node, ast.IfExp):
            truth = self.truth(node.test)
            if truth is not None:
                return self._told_side(node.body if truth else node.orelse)
        if isinstance(node, ast.BoolOp):
            return self._told_chain(node)
        negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        if negated or isinstance(node, ast.Compare):
            truth = self.truth(node)
            return truth if truth is not None else ast.dump(node)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "bool" and node.args:
            truth = self.truth(plain(node.args[0]))
            if truth is not None:
                return truth
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            ranks = self.ranks(node.value)
            replaced = isinstance(node.value, (ast.BoolOp, ast.IfExp))
            if ranks and max(ranks) >= self.end and not replaced:
                self._fail(node)
        if isinstance(node, COMPREHENSIONS):
            self._gone_through_all(node.generators)
        if isinstance(node, ast.Starred):
            self.gone_through(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            self._given(node.func.id, node.args)
        if isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
            return ast.dump(node)
        held = self.names.of(node)
        if isinstance(held, ast.Constant) or is_nothing(node):
            return ast.dump(held or node)
        if _is_text(self.draft, node) and not _has_instead(self.draft, node):
            return TEXT
        if self.ranks(node):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.told(child)
            return None
        parts = [self.told(c) for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)]
        return [ast.dump(node) if not parts else type(node).__name__, *parts]

    def _told_side(self, node: ast.expr) -> object:
        """One of several things: `[]` stands for what is missing as well as the missing does."""
        return None if is_nothing(node) else self.told(node)

    def _told_chain(self, node: ast.BoolOp) -> object:
        """The operands that may be what `and` or `or` comes to."""
        stops = isinstance(node.op, ast.Or)
        found = []
        for value in node.values:
            truth = self.truth(value)
            if truth is not (not stops) or value is node.values[-1]:
                found.append(self._told_side(value))
            if truth is stops:
                break
        return found

    def _fail(self, node: ast.expr) -> None:
        if self.fails:
            raise Failed(node)

    def gone_through(self, node: ast.expr) -> None:
        """A loop over `node`; raises `Failed` where that is None, and can be nothing else."""
        self.told(node)
        ranks = self.ranks(node)
        others = [v for v in self.draft.values(node) if getattr(v, "type", "") not in RANKS]
        if not ranks or max(ranks) < self.end:
            return
        draft = self.draft
        left = [v for v in others if is_taken(draft, v, self.truth) is not False]
        if all(_stands_in(draft, value) for value in left):
            self._fail(node)
        elif self.fails and all(is_open(draft, value, self.truth) for value in left):
            self.failed = self.unsure = True

    def _gone_through_all(self, generators: Sequence[ast.comprehension]) -> None:
        """The loops of a comprehension, as far as they certainly get."""
        for generator in generators:
            self.gone_through(generator.iter)
            ranks = self.ranks(plain(generator.iter))
            if not ranks or max(ranks) >= self.end or generator.ifs:
                break

    def _counted(self, node: ast.expr) -> None:
        """`len(content.parts)`; raises `Failed` where that is None."""
        ranks = self.ranks(node)
        counted = bool(ranks) and (self.strict or set(ranks) == {LAST})
        if len(ranks) == len(self.draft.values(node)) and counted and max(ranks) >= self.end:
            self._fail(node)

    def _given(self, name: str, given: Sequence[ast.expr]) -> None:
        """What a function does with what may be missing; raises `Failed` where it can't."""
        if name == "len":
            self._counted(given[0])
        for value in given if name in ITERATING else ():
            self.gone_through(value)

    def ranks(self, node: ast.expr) -> list[int]:
        """How far along the way what `node` may be is; nothing for parts of other replies."""
        found = ranks_of(self.draft, node)
        return found if found and self._is_about(node) else []

    def _is_about(self, node: ast.expr) -> bool:
        return self.reply is None or self.reply in replies_of(self.draft, node)


def replies_in(draft: Draft, block: Sequence[ast.stmt]) -> Replies:
    """The replies that a block reads texts or parts of, other than in functions within."""
    found: Replies = frozenset()
    waiting: list[ast.AST] = [*block]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (*FUNCTION_TYPES, ast.ClassDef)):
            continue
        loaded = isinstance(getattr(node, "ctx", None), ast.Load) or isinstance(node, ast.Call)
        if loaded and isinstance(node, ast.expr):
            if ranks_of(draft, node) or _is_text(draft, node):
                found |= replies_of(draft, node)
        waiting += children(node)
    return found


def _is_none(node: ast.expr) -> bool:
    """Whether `None` is written there."""
    return isinstance(node, ast.Constant) and node.value is None


def _stands_in(draft: Draft, value: Value) -> bool:
    """Whether a value is what a handler puts in the place of something it could not have."""
    origin = origin_of(value)
    if origin is None or not isinstance(origin, ast.expr):
        return False
    structure = draft.facts.structure
    return isinstance(structure.parent(structure.statement(origin)), ast.ExceptHandler)


def _is_text(draft: Draft, node: ast.expr) -> bool:
    return any(isinstance(v, Object) and v.path == ("text",) for v in draft.values(node))


def _has_instead(draft: Draft, node: ast.expr) -> bool:
    """Whether something else may stand for no text: `text = response.text or "nothing"`."""
    return any(isinstance(v, Constant) and v.value for v in draft.values(node))
