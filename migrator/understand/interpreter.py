"""Interpret a module abstractly: statement by statement, branches join, loops run to a fixpoint.

Functions are entered with whatever their visible callers pass; a function nobody in view calls
gets what its annotations and defaults promise, else anything.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

from migrator.understand import frameworks, python_types
from migrator.understand.access import Environment
from migrator.understand.annotations import annotated
from migrator.understand.arguments import Arguments
from migrator.understand.calls import Calls
from migrator.understand.classes import Classes, as_call
from migrator.understand.dependents import WatchedSet
from migrator.understand.described import option_texts, texts
from migrator.understand.evidence import Evidence
from migrator.understand.expressions import Expressions
from migrator.understand.knowledge import Knowledge
from migrator.understand.module_imports import ModuleImports
from migrator.understand.receivers import is_bare
from migrator.understand.state import ANY_KEY, State
from migrator.understand.statements import Statements
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode, Structure, has_parameter
from migrator.understand.values import (
    ANYTHING,
    NONE,
    NOTHING,
    TEXT,
    Class,
    Function,
    FunctionNode,
    Instance,
    Method,
    Object,
    Symbol,
    Unknown,
    Value,
    Values,
    join,
    one,
)

EXITS = frozenset({"__exit__", "__aexit__"})
MAX_ROUNDS = 40
MAX_TURNS = 400
"""Between two complete rounds, how often those parts are interpreted again that are stale."""


class Unsettled(Exception):
    """What the functions of a program give each other grows without end."""


class Interpreter:
    """Runs the rounds of the interpretation and answers what several rules need."""

    def __init__(self, structure: Structure, knowledge: Knowledge) -> None:
        self.state = State(structure, knowledge)
        self.imports = ModuleImports(self.state)
        self.calls = Calls(self)
        self.classes = Classes(self)
        self.current: Expressions = Expressions(self, structure.modules[0], {})
        self._bare: dict[FunctionNode, bool] = {}
        self._generators: set[FunctionNode] = WatchedSet(self.state.dependents)
        self._promising: set[FunctionNode] = WatchedSet(self.state.dependents)
        self.star_imports: set[str] = set()
        self.evidence = Evidence(structure)
        parts: tuple[ScopeNode, ...] = (*structure.modules, *structure.functions)
        self._recorded: dict[ScopeNode, list[ast.AST]] = {}
        self._parts = {part: number for number, part in enumerate(parts)}

    def run(self) -> State:
        """Interpret until nothing changes; the state then holds the last, complete round.

        Raises Unsettled.
        """
        state = self.state
        for _ in range(MAX_ROUNDS):
            self._round()
            grown = state.changed
            self._settle()
            while self._supposed_more():
                grown = True
                self._settle()
            if not grown:
                return state
        raise Unsettled("what its functions give each other does not settle")

    def _round(self) -> None:
        state = self.state
        state.changed = False
        state.values.clear()
        state.sites.clear()
        state.dependents.stale.clear()
        self.classes.relate()
        for part in self._parts:
            self._part(part)

    def _settle(self) -> None:
        """Interpret what is stale, until nothing is."""
        stale = self.state.dependents.stale
        for _ in range(MAX_TURNS):
            if not stale:
                return
            parts = sorted(stale, key=self._parts.__getitem__)
            for part in parts:
                stale.discard(part)
                self._part(part)

    def _part(self, part: ScopeNode) -> None:
        state, dependents = self.state, self.state.dependents
        dependents.part = part
        dependents.stale.discard(part)
        for node in self._recorded.get(part, ()):
            state.values.pop(node, None)
        state.recorded = self._recorded[part] = []
        if isinstance(part, ast.Module):
            self._enter(part, part.body, {})
        elif not isinstance(part, ast.ClassDef):
            self._function(part)
        dependents.part = None

    def _supposed_more(self) -> bool:
        """Suppose what nothing in view says: calls from elsewhere, and what annotations promise.

        Whether there was anything to suppose; all that can be known must be known before.
        """
        functions = self.state.structure.functions
        exported = [f for f in self._exported() if f not in self.state.external]
        self.state.external.update(exported)
        uncalled = [f for f in functions if self._uncalled(f)]
        self.state.external.update(uncalled)
        self.state.uncalled.update(uncalled)
        if exported or uncalled:
            return True
        silent = [f for f in functions if self._is_silent(f)]
        self._promising.update(silent)
        return bool(silent)

    def _exported(self) -> Iterator[FunctionNode]:
        """The functions, and public methods of classes, that a library offers to others."""
        structure = self.state.structure
        for module in structure.links.exports:
            for name in structure.locals_of[module]:
                for value in self.state.bound.get((module, name), NOTHING):
                    if isinstance(value, Function) and not name.startswith("_"):
                        yield value.node
                    elif isinstance(value, Class) and not name.startswith("_"):
                        yield from (f for f in structure.functions if self._is_public(f, value))

    def _is_public(self, function: FunctionNode, cls: Class) -> bool:
        """Whether users of a class call one of its methods, those of its bases included."""
        owner = self.state.structure.enclosing_class(function)
        if owner is None or isinstance(function, ast.Lambda):
            return False
        dunder = function.name.startswith("__") and function.name.endswith("__")
        public = dunder or not function.name.startswith("_")
        return public and owner in self.classes.ancestors(cls.node)

    def _is_silent(self, function: FunctionNode) -> bool:
        """Whether all that is known of what a function returns is its annotation."""
        if isinstance(function, ast.Lambda) or function.returns is None:
            return False
        known = self.state.returns.get(function, NOTHING)
        return not known and not self._may_promise(function)

    def _may_promise(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether the annotation may speak: all returns are known, or none will come."""
        nothing = isinstance(function.returns, ast.Constant) and function.returns.value is None
        return nothing or function in self._promising

    def _uncalled(self, function: FunctionNode) -> bool:
        """Whether no call in view shows what the function is given; those of tests don't."""
        state = self.state
        if function in state.external:
            return False
        callers: Iterable[ast.AST] = state.callers.get(function, ())
        structure = state.structure
        tests = structure.links.tests
        if tests and structure.module(function) not in tests:
            callers = [c for c in callers if structure.module(c) not in tests]
        return not callers

    def _enter(self, scope: ScopeNode, body: list[ast.stmt], env: Environment) -> None:
        self.current = Expressions(self, scope, env)
        Statements(self.current).block(body)

    def _function(self, function: FunctionNode) -> None:
        env = {name: values for name, values in self._parameters(function)}
        for name, values in env.items():
            self.state.bind(function, name, values)
        if isinstance(function, ast.Lambda):
            self.current = Expressions(self, function, env)
            self.state.add_return(function, self.current.evaluate(function.body))
            return
        self._enter(function, function.body, env)

    def _parameters(self, function: FunctionNode) -> list[tuple[str, Values]]:
        spec = function.args
        found: list[tuple[str, Values]] = []
        positional = [*spec.posonlyargs, *spec.args]
        owner = self.state.structure.enclosing_class(function)
        if owner and positional and not (self.is_static(function) or self.is_bare(function)):
            first = positional.pop(0)
            own: Value = Class(owner) if self.is_classmethod(function) else Instance(owner)
            found.append((first.arg, one(own)))
        defaults = dict(
            zip(
                [a.arg for a in positional[len(positional) - len(spec.defaults) :]],
                spec.defaults[-len(positional) :] if positional else [],
                strict=False,
            )
        )
        defaults.update(
            {
                a.arg: d
                for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=False)
                if d is not None
            }
        )
        told = positional[1] if owner and _is_exit(function) and len(positional) > 1 else None
        for argument in (*positional, *spec.kwonlyargs):
            default = defaults.get(argument.arg)
            values = self._parameter(function, argument, default)
            if argument is told:  # Python calls it, with what ended the block, or with None
                values = frozenset({Object("exception BaseException", function), NONE})
            found.append((argument.arg, values))
        if spec.vararg:
            self.state.keys.setdefault(spec.vararg, set())
            if function in self.state.external:
                self.state.store(spec.vararg, ANY_KEY, ANYTHING)
            found.append((spec.vararg.arg, one(Object("tuple", spec.vararg))))
        if spec.kwarg:
            self.state.keys.setdefault(spec.kwarg, set())
            if function in self.state.external:
                self.state.store(spec.kwarg, ANY_KEY, ANYTHING)
            found.append((spec.kwarg.arg, one(Object("dict", spec.kwarg))))
        return found

    def _parameter(
        self, function: FunctionNode, argument: ast.arg, default: ast.expr | None
    ) -> Values:
        passed = self.state.parameters.get((function, argument.arg), NOTHING)
        standard = NOTHING if default is None else self.state.values.get(default, NOTHING)
        promised = self.annotation(argument.annotation, function, argument)
        if not promised and (
            self.evidence.is_text(function, argument.arg)
            or frameworks.is_argument_of_command(function, argument, self.state.values)
        ):
            promised = one(TEXT)
        if promised and isinstance(default, ast.Call):
            # `q: str = Query(…)`: the call describes the parameter, the annotation its value.
            standard = promised | texts(standard)
        standard = standard | option_texts(function, argument.arg, self.state.values)
        if function in self.state.external:
            promised = promised or (ANYTHING if not standard - {NONE} else standard)
            return join((promised, standard, passed - ANYTHING))
        if passed >= ANYTHING and promised:
            passed = join((passed - ANYTHING, promised))
        return join((passed, standard))

    def annotation(
        self, annotation: ast.expr | None, scope: ScopeNode, origin: ast.AST | None
    ) -> Values:
        """What an annotation in (or of) `scope` promises."""
        evaluator = Expressions(self, scope, {})
        return annotated(annotation, evaluator.evaluate, origin)

    # what the rules ask

    def builtin(self, name: str) -> Values:
        """A name that no scope binds: a builtin, or something a star import brought."""
        if hasattr(builtins, name):
            return one(Symbol(name))
        exports = self.state.knowledge.exports
        if not self.star_imports <= set(exports):
            return ANYTHING  # a module that isn't known may have brought the name
        for module in sorted(self.star_imports):
            if name in exports[module]:
                return one(Symbol(self.state.knowledge.canonical(f"{module}.{name}")))
        return ANYTHING

    def assign(
        self, scope: Expressions, target: ast.expr, values: Values, visible: bool = True
    ) -> None:
        """Bind `target` (a name, attribute, item or pattern) to `values`."""
        Statements(scope).assign(target, values, visible=visible)

    def define(self, scope: Expressions, function: FunctionNode) -> Values:
        """A definition is reached: what its name is bound to, decorators applied."""
        spec = function.args
        for default in (*spec.defaults, *spec.kw_defaults):
            if default is not None:
                scope.evaluate(default)
        defined = one(Function(function))
        if isinstance(function, ast.Lambda):
            return defined
        for decorator in reversed(function.decorator_list):
            defined = self._decorated(scope, decorator, function, defined)
        return defined

    def _decorated(
        self, scope: Expressions, decorator: ast.expr, function: FunctionNode, defined: Values
    ) -> Values:
        """What a decorator makes of a function: the same, or what its wrapper in view does."""
        values = scope.evaluate(decorator)
        own = [v.node for v in values if isinstance(v, Function)]
        if own and len(own) == len(values):
            passed = Arguments((defined,), {}, False)
            return join([self.calls.function(as_call(decorator), f, passed) for f in own])
        if not values:
            return NOTHING  # a decorator of the program that is not understood yet
        if not self.is_transparent(decorator) and not self._is_property_part(decorator):
            self.state.external.add(function)
        return defined

    def is_transparent(self, decorator: ast.expr) -> bool:
        """Whether a decorator from outside leaves what it decorates as it is."""
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        paths = {getattr(v, "path", None) for v in self.state.values.get(named, NOTHING)}
        return bool(paths) and paths <= python_types.TRANSPARENT_DECORATORS

    @staticmethod
    def _is_property_part(decorator: ast.expr) -> bool:
        return isinstance(decorator, ast.Attribute) and decorator.attr in {"setter", "deleter"}

    def results(self, function: FunctionNode) -> Values:
        """What a call of `function` gives: what it returns, or what its annotation promises."""
        found = self.state.returns.get(function, NOTHING)
        if isinstance(function, ast.Lambda) or not (not found or ANYTHING & found):
            return found
        if not found and not self._may_promise(function):
            return NOTHING  # for now: what it returns may become known in a later round
        scope = self.state.structure.scope_of.get(function, function)
        promised = self.annotation(function.returns, _function_scope(scope, function), None)
        return join((found - ANYTHING, promised)) if promised else found

    def note_yield(self, scope: ScopeNode, values: Values) -> None:
        """A generator yields `values`."""
        if isinstance(scope, FUNCTION_TYPES):
            self._generators.add(scope)
            self.state.store(scope, ANY_KEY, values)
            self.state.add_return(scope, one(Object("generator", scope)))

    def is_generator(self, function: FunctionNode) -> bool:
        """Whether a call of `function` gives an iterator."""
        return function in self._generators

    def is_static(self, function: FunctionNode) -> bool:
        """Whether a method takes no receiver."""
        return "staticmethod" in self._decorators(function)

    def is_bare(self, function: FunctionNode) -> bool:
        """Whether a function of a class takes no receiver, although nothing says so."""
        if function not in self._bare:
            self._bare[function] = is_bare(self.state.structure, function)
        return self._bare[function]

    def is_classmethod(self, function: FunctionNode) -> bool:
        """Whether a method's first parameter is its class."""
        return "classmethod" in self._decorators(function)

    def is_property(self, function: FunctionNode) -> bool:
        """Whether reading the attribute calls the function."""
        return any(
            d in python_types.PROPERTY_DECORATORS or d.endswith((".setter", "cached_property"))
            for d in self._decorators(function)
        )

    @staticmethod
    def _decorators(function: FunctionNode) -> list[str]:
        if isinstance(function, ast.Lambda):
            return []
        return [ast.unparse(d) for d in function.decorator_list]

    def iterate(self, values: Values) -> Values:
        """What iterating over `values` gives."""
        return self.current.elements(values)

    def merge(self, target: ast.AST, values: Values) -> None:
        """Everything the dicts `values` hold goes into `target`."""
        self.current.merge(target, values)

    def parameter_owner(self, scope: ScopeNode, name: str) -> FunctionNode | None:
        """The function around `scope` whose parameter `name` is."""
        for candidate in (scope, *self.state.scope_chain(scope)):
            if isinstance(candidate, FUNCTION_TYPES):
                if has_parameter(candidate, name):
                    return candidate
                if name in self.state.structure.locals_of[candidate]:
                    return None
        return None

    def forwards(self, function: FunctionNode, name: str) -> bool:
        """Whether `function` calls its parameter `name` with its own `*args` or `**kwargs`."""
        spec = function.args
        stars = {a.arg for a in (spec.vararg, spec.kwarg) if a}
        if not stars:
            return False
        passed: set[ast.AST] = set()
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            spread = [a.value for a in node.args if isinstance(a, ast.Starred)]
            spread += [k.value for k in node.keywords if k.arg is None]
            names = {s.id for s in spread if isinstance(s, ast.Name)}
            alone = len(spread) == len(node.args) + len(node.keywords)
            if node.func.id == name and names & stars and alone:
                passed.update(spread)
        # What the wrapper reads or changes on the way is not simply forwarded.
        other = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id in stars]
        return bool(passed) and all(n in passed for n in other)

    def guess_receiver(self, node: ast.Attribute, receivers: Values, found: Values) -> Values:
        """What `node` may be, where spelling gives away a method that can't be traced."""
        strangers = [value for value in found if self._is_stranger(value)]
        if found and not strangers:
            return found
        if strangers:
            sure = {name for v in found if (name := self._stateless(v))}
            if sure:  # what has this method beside others can be nothing else
                others = {v for v in found if not self._is_stranger(v)}
                return frozenset(others) | {self._spelled(node, name) for name in sure}
        if not all(self._is_stranger(value) for value in (*receivers, *found)):
            return found
        names: list[str] = []
        current: ast.expr = node.value
        while isinstance(current, ast.Attribute):
            names.insert(0, current.attr)
            current = current.value
        for suffix, type_name in self._spellings(node):
            if tuple(names[-len(suffix) :]) == suffix and self._tells(node, (type_name, node.attr)):
                return one(self._spelled(node, type_name))
        return found

    def _spellings(self, node: ast.Attribute) -> Iterator[tuple[tuple[str, ...], str]]:
        """The names that give a receiver of `node` away, and the type each of them means.

        Of an object that is one client under another's name (`aclient = client.aio` out of
        view), only what is done with the result tells which: what is awaited is awaitable.
        """
        knowledge = self.state.knowledge
        if self._is_awaited(node):
            for suffix, type_name in knowledge.receivers.items():
                kind = knowledge.sites.get((type_name, node.attr))
                if kind is not None and kind.returns.startswith("await "):
                    yield suffix[-1:], type_name
        yield from knowledge.receivers.items()

    def _is_awaited(self, method: ast.Attribute) -> bool:
        """Whether a method is called, and the call awaited where it stands or made into a task."""
        call = self.state.structure.parent(method)
        if not isinstance(call, ast.Call) or call.func is not method:
            return False
        user = self.state.structure.parent(call)
        if not isinstance(user, ast.Call):
            return isinstance(user, ast.Await)
        runs = self.state.values.get(user.func, NOTHING)
        return call in user.args and any(
            isinstance(v, Symbol) and v.path in python_types.RUNNERS for v in runs
        )

    @staticmethod
    def _spelled(node: ast.Attribute, type_name: str) -> Method:
        return Method(Object(type_name), node.attr, at=node)

    def _is_stranger(self, value: Value) -> bool:
        """Whether nothing in the file says what a value is: code out of view made it."""
        foreign = isinstance(value, Symbol) and not self.state.knowledge.knows(value.path)
        return foreign or isinstance(value, Unknown)

    def _stateless(self, value: Value) -> str | None:
        """The type of a method that any receiver of that type serves as well as another."""
        knowledge = self.state.knowledge
        if not isinstance(value, Method) or not isinstance(value.receiver, Object):
            return None
        name = value.receiver.type
        known = name in knowledge.receivers.values() and (name, value.name) in knowledge.sites
        return name if known else None

    def _tells(self, node: ast.Attribute, key: tuple[str, str]) -> bool:
        """Whether a guessed method is used as only this API's methods are."""
        parent, knowledge = self.state.structure.parent(node), self.state.knowledge
        if key in knowledge.telling_methods:
            keywords = {k.arg for k in getattr(parent, "keywords", ()) if k.arg}
            return bool(keywords) and keywords <= knowledge.telling_methods[key]
        if key not in knowledge.sites or isinstance(parent, (ast.Attribute, ast.Subscript)):
            return False
        if not isinstance(parent, ast.Call):
            return True  # the method is handed on
        spread = any(k.arg is None for k in parent.keywords)
        keywords = {k.arg for k in parent.keywords if k.arg}
        passed = len(keywords) + len(parent.args)
        return keywords <= knowledge.telling_keywords and (spread or passed > 1)


def _function_scope(scope: ScopeNode, function: FunctionNode) -> ScopeNode:
    """The scope that an annotation of `function` is evaluated in."""
    return scope if isinstance(scope, (ast.Module, ast.ClassDef, *FUNCTION_TYPES)) else function


def _is_exit(function: FunctionNode) -> bool:
    """Whether a method is told of the error that ends a `with`."""
    return not isinstance(function, ast.Lambda) and function.name in EXITS
