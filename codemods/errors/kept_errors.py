"""Errors that no handler names: whether the program looks into them, wherever they go in view."""

from __future__ import annotations

import ast

from codemods.errors.error_names import loads_of, read_as
from codemods.tables.errors import ATTRIBUTES
from migrator.plan import Draft
from migrator.reasoning.errors_handed_on import LOGGING
from migrator.understand.structure import FUNCTION_TYPES, named_parameters
from migrator.understand.values import Class, Function, FunctionNode, Method

INSIDE = frozenset({*ATTRIBUTES, "args", "__class__", "__dict__"})
HARMLESS = frozenset({"print", "isinstance", "bool"})
TAKING_APART = frozenset({"startswith", "endswith", "find", "index", "count", "partition"})
BY_NAME = frozenset({"getattr", "hasattr", "attrgetter"})


class KeptError:
    """One expression that may be an error, and every place in view that it goes to from there."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._followed: set[ast.AST | str] = set()

    def is_looked_into(self, node: ast.expr) -> bool:
        """Whether more is done with an error than to show it, raise it, or ask for it."""
        parent = self.draft.facts.structure.parent(node)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return any(self._is_read_as(node, target) for target in targets)
        return self._is_read_inside(node)

    def _is_read_as(self, node: ast.expr, target: ast.expr) -> bool:
        """Whether what `target` keeps is looked into wherever it is read again."""
        if isinstance(target, ast.Name):
            return any(self._is_read_inside(use) for use in loads_of(self.draft, node, {target.id}))
        if not isinstance(target, ast.Attribute) or target.attr in self._followed:
            return not isinstance(target, ast.Attribute)
        self._followed.add(target.attr)
        return any(self._reads(other, target.attr) for other in self.draft.facts.structure.nodes)

    def _reads(self, node: ast.AST, name: str) -> bool:
        """Whether `node` looks into the attribute `name` of whatever object."""
        if isinstance(node, ast.Attribute) and node.attr == name:
            return isinstance(node.ctx, ast.Load) and self.is_looked_into(node)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in BY_NAME:
            return any(isinstance(a, ast.Constant) and a.value == name for a in node.args)
        return False

    def _is_read_inside(self, node: ast.expr) -> bool:
        parent = self.draft.facts.structure.parent(node)
        if isinstance(parent, ast.Attribute):
            return parent.attr in INSIDE
        if isinstance(parent, ast.Call):
            return self._is_read_by(node, parent)
        if isinstance(parent, ast.keyword):
            call = self.draft.facts.structure.parent(parent)
            return parent.arg != "exc_info" and self._is_read_by(node, call)
        if isinstance(parent, ast.FormattedValue):
            return parent.conversion == ord("r") or self._is_searched(parent)
        if isinstance(parent, ast.Compare):
            return not is_compared(self.draft, node)
        harmless = (ast.Raise, ast.BoolOp, ast.UnaryOp, ast.If, ast.While, ast.IfExp, ast.Expr)
        return not isinstance(parent, harmless)

    def _is_searched(self, shown: ast.FormattedValue) -> bool:
        """Whether the program looks for words in the text that shows an error."""
        text = self.draft.facts.structure.parent(shown)
        uses = read_as(self.draft, text) if isinstance(text, ast.JoinedStr) else []
        parents = [self.draft.facts.structure.parent(use) for use in uses]
        return any(
            isinstance(parent, ast.Compare) or getattr(parent, "attr", "") in TAKING_APART
            for parent in parents
        )

    def _is_read_by(self, node: ast.expr, call: ast.AST | None) -> bool:
        """Whether what `call` is made of looks into its argument `node`."""
        if not isinstance(call, ast.Call):
            return True
        if ast.unparse(call.func) == "type" and is_compared(self.draft, call):
            return False
        logged = isinstance(call.func, ast.Attribute) and call.func.attr in LOGGING
        if node is call.func or logged or ast.unparse(call.func) in HARMLESS:
            return False
        parameters = [self._parameter(value, node, call) for value in self.draft.values(call.func)]
        return not parameters or any(p is None or self._is_read_in(*p) for p in parameters)

    def _is_read_in(self, function: FunctionNode, name: str) -> bool:
        """Whether a function looks into its parameter `name`."""
        parameter = next(p for p in named_parameters(function) if p.arg == name)
        if parameter in self._followed:
            return False
        self._followed.add(parameter)
        return any(
            isinstance(n, ast.Name)
            and (n.id, type(n.ctx)) == (name, ast.Load)
            and self.is_looked_into(n)
            for n in ast.walk(function)
        )

    def _parameter(
        self, callee: object, node: ast.expr, call: ast.Call
    ) -> tuple[FunctionNode, str] | None:
        """The function of the program, and its parameter, that an argument of a call goes to."""
        function = self._entered(callee)
        if function is None or isinstance(function, ast.Lambda):
            return None
        listed = list(named_parameters(function))
        if not isinstance(callee, Function):
            listed = listed[1:]
        for keyword in call.keywords:
            if keyword.value is node:
                found = [p.arg for p in (*listed, *function.args.kwonlyargs)]
                return (function, keyword.arg) if keyword.arg in found else None
        if node not in call.args or any(isinstance(a, ast.Starred) for a in call.args):
            return None
        index = call.args.index(node)
        return (function, listed[index].arg) if index < len(listed) else None

    def _entered(self, callee: object) -> FunctionNode | None:
        if isinstance(callee, Function):
            return callee.node
        if isinstance(callee, Method):
            return callee.function
        return self._constructor(callee.node) if isinstance(callee, Class) else None

    def _constructor(self, cls: ast.ClassDef, depth: int = 5) -> FunctionNode | None:
        """The `__init__` of a class, or of the first of its bases in view that has one."""
        for statement in cls.body:
            if isinstance(statement, FUNCTION_TYPES) and statement.name == "__init__":
                return statement
        bases = [v for base in cls.bases for v in self.draft.values(base) if isinstance(v, Class)]
        found = (self._constructor(base.node, depth - 1) for base in bases if depth)
        return next((function for function in found if function is not None), None)


def is_compared(draft: Draft, node: ast.expr) -> bool:
    """Whether an error, or its class, is only compared with others."""
    parent = draft.facts.structure.parent(node)
    return isinstance(parent, ast.Compare) and all(
        isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)) for op in parent.ops
    )
