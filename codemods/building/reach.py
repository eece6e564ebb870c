"""Which legacy calls a block of code may run, directly or through functions of the file."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from codemods.tables.api import ASYNC_CHAT, CHAT, CLIENT, PACKAGE
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Class, Function, Instance, Method, Object, Symbol, Value

QUIET = (f"{PACKAGE}.types", CLIENT)
"""Parts of the SDK that send no request by themselves."""


class Reach:
    """What the statements of a `try` may run."""

    def __init__(self, draft: Draft, body: Iterable[ast.AST]) -> None:
        self.sites: set[ast.AST] = set()
        self.others = False
        """Whether something else in there may raise the old errors."""
        self._draft = draft
        self._seen: set[ast.AST] = set()
        for statement in body:
            self._visit(statement)

    def _visit(self, root: ast.AST) -> None:
        for node in _calls(root):
            if node in self._draft.facts.state.sites:
                self.sites.add(node)
            for callee in self._draft.values(node.func) or {None}:
                self._callee(node, callee)

    def _callee(self, node: ast.Call, callee: Value | None) -> None:
        if isinstance(callee, Function):
            self._function(callee.node)
        elif isinstance(callee, Method):
            self._method(node, callee)
        elif isinstance(callee, (Class, Instance)):
            self.others = True
        elif isinstance(callee, Symbol):
            self._symbol(node, callee)
        elif node not in self._draft.facts.state.sites:
            self.others = self.others or not _is_text_method(self._draft, node)

    def _function(self, function: ast.AST) -> None:
        if function not in self._seen:
            self._seen.add(function)
            body = function.body  # type: ignore[attr-defined]
            for statement in body if isinstance(body, list) else [body]:
                self._visit(statement)

    def _method(self, node: ast.Call, callee: Method) -> None:
        if callee.function is not None:
            self._function(callee.function)
        elif isinstance(callee.receiver, Object) and callee.receiver.type.startswith(PACKAGE):
            if node not in self._draft.facts.state.sites:
                self.others = True
            if callee.receiver.type in {CHAT, ASYNC_CHAT}:
                self.others = True

    def _symbol(self, node: ast.Call, callee: Symbol) -> None:
        root = callee.path.partition(".")[0]
        library = root in sys.stdlib_module_names or "." not in callee.path
        if library or callee.path.startswith(QUIET):
            for argument in (*node.args, *(k.value for k in node.keywords)):
                for value in self._draft.values(argument):
                    if isinstance(value, Function):
                        self._function(value.node)
            return
        self.others = True


def _is_text_method(draft: Draft, node: ast.Call) -> bool:
    """A method of a logger, or of something that comes from a reply."""
    if not isinstance(node.func, ast.Attribute):
        return False
    names = {"debug", "info", "warning", "error", "exception", "critical", "append", "strip", "get"}
    return node.func.attr in names


def _calls(root: ast.AST) -> Iterable[ast.Call]:
    """The calls that run when `root` runs: bodies of functions defined in it don't."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call):
            yield node
        if isinstance(node, FUNCTION_TYPES) and node is not root:
            continue
        stack.extend(ast.iter_child_nodes(node))
