"""What programs take out of `e.details`, of which the documented body keeps the message alone."""

from __future__ import annotations

import ast

from codemods.errors.caught_error import Caught
from codemods.errors.status_tests import SHOWN, Statuses
from codemods.tables.errors import (
    BODY,
    CODE,
    DETAILS,
    INFOS,
    NEW_MODULE,
    STATUS,
    STATUS_ERROR,
)
from migrator.edits import Replace, Span
from migrator.plan import Use, context_of

NONE_LEFT = (
    "`{}`: the documented body of the new errors has no details (retryDelay, quota, reason), "
    "so {} can't be known any more"
)
BREAKS = "`{}` fails with the new errors, which have no details; give it a default"
OTHER_FIELDS = "`{}` has other fields now: a code in words and a message, nothing else"
CATCHING = frozenset({"Exception", "BaseException", "LookupError"})


class Details:
    """The reads of one error's details, wherever they go in view."""

    def __init__(self, caught: Caught, statuses: Statuses) -> None:
        self.caught = caught
        self.statuses = statuses
        self.draft = caught.draft

    def plan(self) -> None:
        """Guard what would fail, and tell what is lost."""
        for node in self.caught.uses():
            if self.caught.is_part(node, INFOS):
                self._plan_infos(node)
            elif self.caught.is_part(node, CODE) and _is_item(node):
                self._plan_code(node)
            elif self.caught.is_part(node, STATUS) and _is_item(node):
                self._plan_status(node)
            elif self.caught.is_part(node, DETAILS):
                self._plan_whole(node)

    def _plan_infos(self, node: ast.expr) -> None:
        """`body["details"]`: the list is missing now."""
        parent = self.draft.facts.structure.parent(node)
        if isinstance(node, ast.Subscript) and self.caught.is_part(node.value, BODY):
            self._tell(node)
            if not self._contained(node, "KeyError"):
                end = self.draft.span(node).end
                base = self.draft.positions.span_with_parentheses(self.draft.span(node.value))
                self.caught.edit(Replace(Span(base.end, end), '.get("details", [])'))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            self._tell(node)
            if len(node.args) == 1 and not isinstance(parent, ast.BoolOp):
                end = self.draft.span(node.args[0]).end
                self.caught.edit(Replace(Span(end, end), ", []"))
        if isinstance(parent, ast.Subscript) and not self._contained(node, "IndexError"):
            self.caught.block(parent, BREAKS.format(self.draft.quote(parent)))
        for call in _takers(self.draft.facts.structure.parents, node):
            if not self._contained(node, "StopIteration"):
                self.caught.block(call, BREAKS.format(self.draft.quote(call)))

    def _tell(self, node: ast.expr) -> None:
        quoted = self.draft.quote(node)
        self.caught.doubt(node, NONE_LEFT.format(quoted, "what is looked for in them"))

    def _plan_code(self, node: ast.expr) -> None:
        """`e.details["error"]["code"]` was the HTTP status."""
        name = self.caught.name_at(node)
        if name is None or not _reads_details(node):
            text = f"`{self.draft.quote(node)}` is a word in the body of the new errors"
            self.caught.block(node, text)
            return
        status = f"{name}.status_code"
        if self.caught.keeps_old:
            status = f"({status} if isinstance({name}, {STATUS_ERROR}) else {name}.code)"
            for owner in self.caught.members:
                self.draft.need(owner, node, NEW_MODULE, STATUS_ERROR)
        self.caught.edit(Replace(self.draft.span(node), status))

    def _plan_status(self, node: ast.expr) -> None:
        """`e.details["error"]["status"]` was the name of the status."""
        if node in self.statuses.dropped:
            return
        if self.statuses.is_numeric(node):
            self._plan_code(node)
        elif isinstance(node, ast.Subscript):
            self.caught.doubt(node, SHOWN.format(self.draft.quote(node)))
            self.caught.edit(Replace(self.draft.span(node.slice), '"code"'))
        else:
            self.caught.block(node, OTHER_FIELDS.format(self.draft.quote(node)))

    def _plan_whole(self, node: ast.expr) -> None:
        use = context_of(self.draft.facts, node).use
        if use in {Use.FORMAT, Use.ARGUMENT, Use.STORED, Use.RETURNED, Use.COMPARE, Use.OTHER}:
            self.caught.doubt(node, OTHER_FIELDS.format(self.draft.quote(node)))

    def _contained(self, node: ast.AST, error: str) -> bool:
        """Whether a `try` around `node`, in its function, catches `error`."""
        child: ast.AST = node
        structure = self.draft.facts.structure
        while (parent := structure.parent(child)) is not None:
            if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return False
            if isinstance(parent, ast.Try) and child in parent.body:
                if any(_catches(handler, error) for handler in parent.handlers):
                    return True
            child = parent
        return False


def _catches(handler: ast.ExceptHandler, error: str) -> bool:
    if handler.type is None:
        return True
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return bool({ast.unparse(n) for n in named} & {error, *CATCHING})


def _is_item(node: ast.expr) -> bool:
    """Whether `node` reads an item of a mapping."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return isinstance(node, ast.Subscript) or called


def _reads_details(node: ast.expr) -> bool:
    """Whether `node` is a chain of reads that begins with `….details`."""
    current: ast.expr = node
    while isinstance(current, (ast.Subscript, ast.Call)):
        if isinstance(current, ast.Subscript):
            current = current.value
        else:
            func = current.func
            current = func.value if isinstance(func, ast.Attribute) else func
    return isinstance(current, ast.Attribute) and current.attr == "details"


def _takers(parents: dict[ast.AST, ast.AST], node: ast.expr) -> list[ast.Call]:
    """The `next(…)` without a default that takes the first of a generator over `node`."""
    loop = parents.get(node)
    generator = parents.get(loop) if isinstance(loop, ast.comprehension) else None
    call = parents.get(generator) if isinstance(generator, ast.GeneratorExp) else None
    if isinstance(call, ast.Call) and ast.unparse(call.func) == "next" and len(call.args) == 1:
        return [call]
    return []
