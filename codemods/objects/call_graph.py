"""Which functions of the program each call, loop, `with` and `yield` enters."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Function, Instance, Method, Object

MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})


class CallGraph:
    """Which functions of the program each call (or read of a property) enters."""

    @classmethod
    def of(cls, draft: Draft) -> CallGraph:
        """That of a program, which is made once."""
        return draft.once("call graph", lambda: cls(draft))

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.handed: dict[ast.AST, list[CallSite]] = {}
        """Methods of the SDK that are handed on, by where they are taken, and what they send."""
        for site in draft.facts.sites:
            if site.method.at is not None and site.method.at is not site.call.func:
                self.handed.setdefault(site.method.at, []).append(site)
        self._entered: dict[ast.AST, list[ast.AST]] = {}
        for function in draft.facts.structure.functions:
            for caller in draft.facts.callers(function):
                self._entered.setdefault(caller, []).append(function)

    def entered(self, node: ast.AST) -> list[ast.AST]:
        """The functions that running `node` enters, callbacks included."""
        found = list(self._entered.get(node, ()))
        parent = self.draft.facts.structure.parent(node)
        if not isinstance(parent, (ast.Attribute, ast.Assign, ast.AnnAssign, ast.Return)):
            for value in self.draft.values(node):
                if isinstance(value, Instance):
                    found += self._dunders(value.node)
        if isinstance(node, ast.Call):
            for argument in (*node.args, *(k.value for k in node.keywords)):
                for value in self.draft.values(argument):
                    if isinstance(value, Function):
                        found.append(value.node)
                    elif isinstance(value, Method) and value.function is not None:
                        found.append(value.function)
                    elif isinstance(value, Object):
                        found += _generator(value)
        source = iterated(node)
        for value in self.draft.values(source) if source is not None else ():
            if isinstance(value, Object):
                found += _generator(value)
        return found

    def guarded(self, node: ast.Yield) -> list[ast.AST]:
        """What runs while the generator of a context manager waits at `node`."""
        structure = self.draft.facts.structure
        function = structure.enclosing_function(node)
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return []
        if not any(_is_manager(decorator) for decorator in function.decorator_list):
            return []
        found: list[ast.AST] = []
        for call in self.draft.facts.callers(function):
            found += self._body_of_manager(call)
        return found

    def managed(self, cls: ast.ClassDef) -> list[ast.AST]:
        """What runs between `__enter__` and `__exit__` of an object of `cls`."""
        return [
            part
            for node in self.draft.facts.structure.nodes
            if isinstance(node, ast.withitem)
            and any(
                isinstance(v, Instance) and v.node is cls
                for v in self.draft.values(node.context_expr)
            )
            for part in self._body_of_manager(node.context_expr)
        ]

    def _body_of_manager(self, made: ast.AST) -> list[ast.AST]:
        """The body of the `with`, or the function decorated, that an expression guards."""
        structure = self.draft.facts.structure
        item = structure.parent(made)
        statement = structure.parent(item) if isinstance(item, ast.withitem) else item
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            return list(statement.body)
        if isinstance(item, FUNCTION_TYPES) and not isinstance(item, ast.Lambda):
            return list(item.body)
        around = structure.enclosing_function(made)  # `stack.enter_context(made)`
        return body_of(around if around is not None else structure.module(made))

    def _dunders(self, cls: ast.ClassDef) -> list[ast.AST]:
        """The special methods of a class, which much syntax may enter."""
        return [
            s
            for s in cls.body
            if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))
            and s.name.startswith("__")
            and s.name != "__init__"
        ]


def iterated(node: ast.AST) -> ast.expr | None:
    """What a loop, a comprehension or `yield from` iterates over."""
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        return node.iter
    return node.value if isinstance(node, ast.YieldFrom) else None


def _is_manager(decorator: ast.expr) -> bool:
    return getattr(decorator, "attr", getattr(decorator, "id", "")) in MANAGERS


def _generator(value: Object) -> list[ast.AST]:
    """The function whose body runs when a generator is asked for its items."""
    made = value.type == "generator" and isinstance(value.origin, FUNCTION_TYPES)
    return [value.origin] if made and value.origin is not None else []


def body_of(function: ast.AST) -> list[ast.AST]:
    body = function.body  # type: ignore[attr-defined]
    return body if isinstance(body, list) else [body]
