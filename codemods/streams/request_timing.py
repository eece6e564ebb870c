"""When the request of a stream is sent.

The old stream sends it when the first chunk is asked for, and raises its errors there; the new one
where it is made. Mostly both happen in one statement; else the making is moved into the loop's
header, or the unit is in doubt.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemods.streams.chunk_forms import is_left
from codemods.streams.moved_making import calls_only, can_be_moved, streams_in
from codemods.streams.stream_values import is_whole
from migrator.edits import Delete, Replace
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.structure import FUNCTION_TYPES, has_parameter
from migrator.understand.values import Function, FunctionNode, Method

QUIET_CALLS = frozenset({"list", "dict", "set", "tuple", "str", "int", "float", "len", "bool"})
PURE_DECORATORS = frozenset({"staticmethod", "classmethod", "property", "functools.wraps"})
SOON = (
    "the request is sent where the stream is made now, not when its first chunk is asked for; "
    "its errors are raised here"
)


def plan_timing(draft: Draft, source: ast.expr, reader: ast.stmt, owner: Member) -> None:
    """Let the request of the stream `source` be sent when `reader` starts, as it was before."""
    _Timing(draft, owner, reader).check(source, reader)


def moved_into(draft: Draft) -> dict[ast.expr, ast.expr]:
    """Names of streams, which loops that may be left early go through -> what makes them there."""
    return draft.once("streams made at their loops", dict[ast.expr, ast.expr])


class _Timing:
    def __init__(self, draft: Draft, owner: Member, reader: ast.stmt) -> None:
        self.draft = draft
        self.owner = owner
        self.reader = reader
        self.seen: set[ast.AST] = set()

    def check(self, source: ast.expr, moment: ast.AST) -> None:
        """The stream that `source` holds is first asked for a chunk at `moment`."""
        if source in self.seen:
            return
        self.seen.add(source)
        if any(getattr(v, "type", "") == "generator" for v in self.draft.values(source)):
            return  # it runs when it is asked for its first item, as before
        if isinstance(source, ast.Await):
            self.check(source.value, moment)
        elif isinstance(source, ast.Name):
            self._check_name(source, moment)
        elif isinstance(source, ast.Call):
            self._check_call(source)

    def doubt(self, node: ast.AST, why: str = SOON) -> None:
        """The request may be sent at another time than it was."""
        self.draft.doubt(self.owner, node, why)

    # a function that hands the stream out

    def _check_call(self, call: ast.Call) -> None:
        for callee in self.draft.values(call.func):
            function = callee.node if isinstance(callee, Function) else None
            if isinstance(callee, Method):
                function = callee.function
            if function is None:
                continue
            if isinstance(function, ast.Lambda):
                self.check(function.body, function)
                continue
            returned = [n for n in _own(function) if isinstance(n, ast.Return) and n.value]
            if not self._is_plain(function):
                self.doubt(call, "a decorator sees the errors of the request now; " + SOON)
            for node in returned:
                assert node.value is not None
                if any(is_whole(v) for v in self.draft.values(node.value)):
                    self._check_return(node, function)

    def _is_plain(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        paths = {
            getattr(v, "path", "") for d in function.decorator_list for v in self.draft.values(d)
        }
        return paths <= PURE_DECORATORS

    def _check_return(self, node: ast.Return, function: ast.AST) -> None:
        assert node.value is not None
        current: ast.AST = node
        while (parent := self.draft.facts.structure.parent(current)) not in {None, function}:
            if isinstance(parent, (ast.Try, ast.With, ast.AsyncWith)):
                self.doubt(node, "the errors of the request are raised inside this block now")
                return
            assert parent is not None
            current = parent
        self.check(node.value, node)

    # a name that holds the stream

    def _check_name(self, name: ast.Name, moment: ast.AST) -> None:
        structure = self.draft.facts.structure
        scope = structure.scope_of[name]
        if isinstance(scope, FUNCTION_TYPES) and has_parameter(scope, name.id):
            self._check_parameter(name, moment, scope)
            return
        made = [
            n
            for n in structure.stores(name.id)
            if isinstance(n.ctx, ast.Store)
            and structure.scope_of[n] is scope
            and streams_in(self.draft, n) & streams_in(self.draft, name)
        ]
        statements = [structure.statement(n) for n in made]
        making = statements[0] if len(statements) == 1 else None
        if not isinstance(making, (ast.Assign, ast.AnnAssign)) or making.value is None:
            if not self._all_near(statements, moment):
                self.doubt(name)
            return
        if self._is_near(making, moment):
            self.check(making.value, making)
        elif moment is self.reader and can_be_moved(self.draft, name, making, moment, scope):
            self._move(name, making)
            self.check(making.value, moment)
        else:
            self.doubt(making)

    def _move(self, name: ast.Name, making: ast.Assign | ast.AnnAssign) -> None:
        """Make the stream where `name` is read; around a loop that is left early, see loops.py."""
        assert making.value is not None
        self.draft.edit(self.owner, Delete(self.draft.span(making)))
        if isinstance(self.reader, (ast.For, ast.AsyncFor)) and is_left(self.reader.body):
            moved_into(self.draft)[name] = making.value
        else:
            code = self.draft.hole(making.value)
            self.draft.edit(self.owner, Replace(self.draft.span(name), code))

    def _all_near(self, statements: list[ast.stmt], moment: ast.AST) -> bool:
        """Whether each of several assignments stands right before the loop, as in an `if`."""
        structure = self.draft.facts.structure
        for statement in statements:
            parent = structure.parent(statement)
            if not isinstance(statement, ast.Assign) or not isinstance(parent, ast.If):
                return False
            body = parent.body if statement in parent.body else parent.orelse
            if body[-1] is not statement or not self._is_near(parent, moment):
                return False
        return bool(statements)

    def _check_parameter(self, name: ast.Name, moment: ast.AST, function: FunctionNode) -> None:
        """A stream that is passed in: it was made where the function is called."""
        body = function.body if isinstance(function.body, list) else []
        before = self._before(body, moment)
        if before is None or not all(map(self._is_quiet, before)):
            self.doubt(name)
        for call in self.draft.facts.callers(function):
            if not isinstance(call, ast.Call):
                continue
            for node in (*call.args, *(k.value for k in call.keywords)):
                if any(is_whole(v) for v in self.draft.values(node)):
                    self.check(node, self.draft.facts.structure.statement(call))

    # between the two

    def _is_near(self, making: ast.stmt, moment: ast.AST) -> bool:
        """Whether nothing happens between `making` and `moment` that an error would skip."""
        body = self.draft.facts.structure.block(making)
        rest = body[body.index(making) + 1 :]
        between = self._before(rest, moment)
        return between is not None and all(map(self._is_quiet, between))

    def _before(self, block: Sequence[ast.stmt], moment: ast.AST) -> Sequence[ast.stmt] | None:
        """The statements of `block` before the one that is `moment`; None if it is deeper."""
        statement = moment if isinstance(moment, ast.stmt) else None
        if statement is None:
            statement = self.draft.facts.structure.statement(moment)
        return block[: block.index(statement)] if statement in block else None

    def _is_quiet(self, node: ast.AST) -> bool:
        """Whether a statement does nothing that can be seen from outside."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Pass, ast.Import)):
            return True
        if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.Expr)):
            return False
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and not calls_only(self.draft, inner, QUIET_CALLS):
                return False
            if isinstance(inner, (ast.Await, ast.Yield, ast.YieldFrom)):
                return False
        return True


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """What belongs to a function and to none defined in it."""
    stack = list(ast.iter_child_nodes(function))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (*FUNCTION_TYPES, ast.ClassDef)):
            stack.extend(ast.iter_child_nodes(node))
