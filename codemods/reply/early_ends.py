"""What a program does, statement by statement, where a reply ends early."""

from __future__ import annotations

import ast

from codemods.reply.early_reads import Failed, Reads
from codemods.reply.path_prefixes import listed, plain
from codemods.reply.reply_ends import RANKS, End
from codemods.tables.api import CANDIDATES, CONTENT
from migrator.plan import Draft
from migrator.reasoning.caught_errors import goes_on, may_go_on
from migrator.understand.facts import origin_of
from migrator.understand.structure import FUNCTION_TYPES

LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
TOLD = (ast.If, ast.For, ast.AsyncFor, ast.Try, ast.With, ast.AsyncWith, ast.While)
"""Statements of which it is told what they did before they failed."""
NONE = ast.Constant(None)
LOOPS = (ast.For, ast.AsyncFor)
CUT = "the program fails here"
RAISES = "the program raises here"
EMPTY_TURN = "a turn that holds nothing, which the next request is refused for"


def _is_over(way: list[object]) -> bool:
    return bool(way) and way[-1] in ("leaves", CUT)


class Way(Reads):
    """What a program does of its statements where a reply ends early.

    `fails` and `strict` are as for what it reads. With `once`, a loop over candidates is gone
    through, as one over the interaction is. With `goes_on`, it goes on behind a statement that has
    caught that it failed.
    """

    def __init__(
        self,
        draft: Draft,
        end: End,
        *,
        fails: bool = True,
        strict: bool = False,
        once: bool = False,
        goes_on: bool = False,
    ) -> None:
        super().__init__(draft, end, fails=fails, strict=strict)
        self.once = once
        self.goes_on = goes_on
        self.raised: ast.Raise | None = None
        """What the program left by, if it raised an error of its own there."""

    def through(self, block: list[ast.stmt]) -> list[object]:
        """The statements that are run, as far as this decides; nothing after one that leaves."""
        found: list[object] = []
        for number, statement in enumerate(block):
            try:
                if isinstance(statement, ast.If) and self.truth(statement.test) is None:
                    return found + self._fork(statement, block[number + 1 :])
                found += self._statement(statement)
            except Failed as failed:
                failed.done = found + (failed.done if isinstance(statement, TOLD) else [])
                raise
            if found and found[-1] == "leaves":
                break
        return found

    def _fork(self, node: ast.If, rest: list[ast.stmt]) -> list[object]:
        """Both ways on from a test of something else; one, if they are the same."""
        test = self.told(node.test)
        ways = [self._apart(node, block) for block in (node.body, node.orelse)]
        if [CUT] in ways:  # it does nothing there, so it goes no other way
            return next((way for way in ways if way != [CUT]), ways[0]) + self.through(rest)
        if not rest or not any(map(_is_over, ways)):
            done = ways[0] if ways[0] == ways[1] else [test, *ways]
            try:
                return done + self.through(rest)
            except Failed as failed:
                failed.done = done + failed.done
                raise
        after = self.branch(rest)
        ways = [way if _is_over(way) else way + after for way in ways]
        return ways[0] if ways[0] == ways[1] else [test, *ways, "leaves"]

    def _apart(self, node: ast.stmt, block: list[ast.stmt]) -> list[object]:
        """A part of `node` that may run, or not: what it binds is open before it, and behind it."""
        self.names.forget(node)
        way = self.branch(block)
        self.names.forget(node)
        return way

    def branch(self, block: list[ast.stmt]) -> list[object]:
        """One of several ways: where the program fails on it, it is cut, and others go on."""
        try:
            return self.through(block)
        except Failed as failed:
            self.failed = True
            return [*failed.done, CUT]

    def _inside(self, head: object, block: list[ast.stmt]) -> list[object]:
        """What is done under a header, as far as it goes."""
        try:
            return [head, self.through(block)]
        except Failed as failed:
            failed.done = [head, [*failed.done, CUT]]
            raise

    def _tried(self, node: ast.stmt, block: list[ast.stmt]) -> list[object]:
        """The same of a statement that may catch an error, and then go on behind it."""
        try:
            return self._inside(type(node).__name__, block)
        except Failed as failed:
            if not self.goes_on or not goes_on(node):
                self.unsure = self.unsure or may_go_on(node)
                raise
            return failed.done

    def _statement(self, node: ast.stmt) -> list[object]:
        """What one statement does, and what is in names behind it."""
        if isinstance(node, (ast.If, *LOOPS)):
            return self._run(node)
        if isinstance(node, TOLD):
            self.names.forget(node)
        done = self._run(node)
        self.names.learn(node)
        return done

    def _run(self, node: ast.stmt) -> list[object]:
        if isinstance(node, ast.If):
            return self.through(node.body if self.truth(node.test) else node.orelse)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            return self._loop(node)
        if self._keeps_nothing(node):
            return [EMPTY_TURN]
        self.raised = node if isinstance(node, ast.Raise) else None
        if isinstance(node, ast.Raise):
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            return [RAISES, ast.dump(error) if error is not None else "raise", "leaves"]
        if isinstance(node, ast.Assert) and (holds := self.truth(node.test)) is not None:
            return [] if holds else [RAISES, "AssertionError", "leaves"]
        if isinstance(node, ast.Return):
            return ["Return", self.told(node.value or NONE), "leaves"]
        if isinstance(node, (ast.Continue, ast.Break)):
            return [type(node).__name__, "", "leaves"]
        if isinstance(node, (*FUNCTION_TYPES, ast.ClassDef, ast.Pass)) or self._is_idle(node):
            return []
        if isinstance(node, ast.Try):
            done = self._tried(node, [*node.body, *node.orelse])
            handlers = [[ast.dump(h), self._apart(node, h.body)] for h in node.handlers]
            return [*done, handlers, self.through(node.finalbody)]
        if isinstance(node, ast.While) and self.truth(node.test) is False:
            return self.through(node.orelse)
        if isinstance(node, (ast.With, ast.AsyncWith, ast.While)):
            return self._tried(node, node.body)
        if isinstance(node, ast.Match):
            return [self.told(node.subject), *(self._apart(node, case.body) for case in node.cases)]
        values = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        return [type(node).__name__, *map(self.told, values)]

    def _loop(self, node: ast.For | ast.AsyncFor) -> list[object]:
        iterated = listed(node.iter)
        ranks = self.ranks(plain(iterated))
        if not ranks:
            self.names.forget(node)
            done = self._inside(self.told(node.iter), node.body)
            self.names.forget(node)
            return done
        self.gone_through(iterated)
        if max(ranks) >= self.end and not (self.once and set(ranks) == {RANKS[CANDIDATES]}):
            return []
        jumps = ("leaves", "Continue", "Break", "")
        return [part for part in self.through(node.body) if part not in jumps]

    def _is_idle(self, node: ast.stmt) -> bool:
        """Whether a statement only names a step of the way, or logs."""
        if isinstance(node, ast.Assign):
            return bool(self.ranks(node.value)) and not self._fails(node.value)
        call = node.value if isinstance(node, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return False
        return call.func.attr in LOGGING and "log" in ast.unparse(call.func.value).lower()

    def _keeps_nothing(self, node: ast.stmt) -> bool:
        """`messages.append(candidate.content)`, where there is no content, or none with parts."""
        call = node.value if isinstance(node, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return False
        if call.func.attr != "append" or len(call.args) != 1:
            return False
        (kept,), turns = call.args, self.draft.values(call.func.value)
        ranks = set(self.ranks(kept))
        if ranks != {RANKS[CONTENT]} or self._fails(kept) or not turns:
            return False
        # content without parts is there, but the API refuses it as it does one that is missing
        origins = [origin_of(value) for value in turns]
        return self.end > 0 and all(
            origin is not None and self.draft.demanded.get(origin) == "contents"
            for origin in origins
        )

    def _fails(self, node: ast.expr) -> bool:
        self.told(node)
        return False
