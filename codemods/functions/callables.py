"""The Python functions that a request hands to the model, and how the SDK called them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from codemods.functions.arguments_passed import HOLE, Passed, passed
from codemods.functions.declarations import Declaration, declaration
from codemods.schemas.annotation_schemas import Uncertain, unquoted
from migrator.edits import Code
from migrator.plan import Draft
from migrator.reasoning.annotation_meanings import Meanings
from migrator.reasoning.reachable_functions import Reached
from migrator.understand import CallSite
from migrator.understand.values import (
    Class,
    Function,
    FunctionNode,
    Instance,
    Method,
    Partial,
    Value,
)

READING = frozenset({"get", "items", "keys", "values", "index", "count", "copy", "format", "join"})
"""Methods that leave their object as it is."""


@dataclass(frozen=True, slots=True)
class Callable:
    """A function of the file that the model may call.

    `code` is what the loop calls; `bound` says that it is a method of an object.
    """

    declaration: Declaration
    code: Code
    bound: bool

    @property
    def awaited(self) -> bool:
        """Whether calling it gives a coroutine."""
        return isinstance(self.declaration.function, ast.AsyncFunctionDef)


def function_of(value: Value) -> tuple[FunctionNode, bool] | None:
    """The function that a tool is, and whether its first argument is given already."""
    if isinstance(value, Function):
        return value.node, False
    if isinstance(value, Method) and isinstance(value.receiver, (Instance, Class)):
        if value.function is None or isinstance(value.function, ast.Lambda):
            return None
        decorators = {ast.unparse(d) for d in value.function.decorator_list}
        if "staticmethod" in decorators:
            return value.function, False
        if isinstance(value.receiver, Instance) or "classmethod" in decorators:
            return value.function, True
    return None


def declared(draft: Draft, node: ast.expr) -> Declaration:
    """The declaration of the one function that the tool `node` is.

    Raises Uncertain where the source does not tell it.
    """
    values = draft.values(node)
    if any(isinstance(value, Partial) for value in values):
        raise Uncertain("a partial has no name that a model could call it by")
    found = [function_of(value) for value in values]
    if len(found) != 1 or found[0] is None:
        raise Uncertain("it may be one of several functions, or none in view")
    function, bound = found[0]
    scope = draft.facts.structure.scope_of[function]
    return declaration(function, Meanings(draft.facts, scope), bound=bound)


def is_async(site: CallSite) -> bool:
    """Whether the call gives a coroutine."""
    return site.kind.returns.startswith("await ")


def callables(draft: Draft, site: CallSite, tools: Iterable[Value]) -> list[Callable]:
    """The functions among the tools; what can't be called like the SDK did is blocked."""
    reached = Reached(draft, site)
    found: dict[str, Callable] = {}
    for value in _functions(tools):
        wanted = function_of(value)
        assert wanted is not None
        function, bound = wanted
        scope = draft.facts.structure.scope_of[function]
        try:
            made = declaration(function, Meanings(draft.facts, scope), bound=bound)
        except Uncertain:
            continue  # blocked where it is declared
        expression = reached.expression(value)
        if expression is None:
            text = f"the name {made.name} may mean something else where the function must be called"
            draft.block(site.call, site.call, text + "; give the function a name of its own")
            continue
        if made.name in found:
            text = f"two tools are called {made.name}; give them different names"
            draft.block(site.call, site.call, text)
        names = Meanings(draft.facts, scope)
        code = _code(draft, site, made, names, expression)
        found[made.name] = Callable(made, code, bound)
    return list(found.values())


def changes_object(draft: Draft, function: FunctionNode) -> bool:
    """Whether a method may change the object it belongs to."""
    if not function.args.args:
        return False
    own = function.args.args[0].arg
    for node in ast.walk(function):
        if not (isinstance(node, ast.Name) and node.id == own):
            continue
        part = draft.facts.structure.parent(node)
        user = draft.facts.structure.parent(part) if part is not None else None
        if not isinstance(part, ast.Attribute) or not isinstance(part.ctx, ast.Load):
            return True
        if isinstance(user, ast.Call) and user.func is part:
            return True
        if isinstance(user, (ast.Attribute, ast.Subscript)):
            stored = not isinstance(user.ctx, ast.Load)
            called = isinstance(draft.facts.structure.parent(user), ast.Call)
            if stored or (called and isinstance(user, ast.Attribute) and user.attr not in READING):
                return True
    return False


def _functions(tools: Iterable[Value]) -> list[Value]:
    """The functions among the tools, in the order of the file."""
    functions: dict[FunctionNode, Value] = {}
    for tool in tools:
        wanted = function_of(tool)
        if wanted is not None:
            functions[wanted[0]] = tool
    return [functions[f] for f in sorted(functions, key=lambda f: (f.lineno, f.col_offset))]


def _code(
    draft: Draft, site: CallSite, made: Declaration, names: Meanings, expression: str
) -> Code:
    """The function, wrapped where its arguments must be converted first."""
    converted: list[tuple[str, str]] = []
    for parameter in made.signature:
        found: Passed = passed(parameter, names)
        if found.problem is not None:
            text = f"{made.name} takes {parameter.name}: {ast.unparse(parameter.annotation)}; "
            (draft.block if found.stops else draft.doubt)(
                site.call, parameter.annotation, text + found.problem
            )
        if found.pattern is not None:
            if not means_the_same(draft, parameter.annotation, made, site.call):
                text = f"`{ast.unparse(parameter.annotation)}` means something else at the call"
                draft.block(site.call, parameter.annotation, text)
            pattern = found.pattern.replace(HOLE, parameter.name)
            converted.append((parameter.name, pattern))
    if not converted:
        return expression
    taken = ", ".join(name for name, _ in converted)
    given = ", ".join(f"{name}={code}" for name, code in converted)
    if len(converted) == len(made.signature):
        return f"lambda {taken}: {expression}({given})"
    return f"lambda {taken}, **rest: {expression}({given}, **rest)"


def means_the_same(draft: Draft, annotation: ast.expr, made: Declaration, node: ast.AST) -> bool:
    """Whether the names of a function's annotation mean the same where `node` stands."""
    scopes = draft.facts.structure.scope_of
    there, here = (Meanings(draft.facts, scopes[n]) for n in (made.function, node))
    names = [n for n in ast.walk(unquoted(annotation)) if isinstance(n, ast.Name)]
    return all(there.of(n) is here.of(n) or there.of(n) == here.of(n) for n in names)
