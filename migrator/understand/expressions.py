"""Evaluate expressions over abstract values; every interesting expression is recorded."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from migrator.understand.access import Access, Environment
from migrator.understand.literals import DISPLAYS
from migrator.understand.narrowing import falsy, left_of, narrow
from migrator.understand.operations import are_containers, awaited, is_sum_of_lists, negative
from migrator.understand.state import ANY_KEY, KEYS
from migrator.understand.values import (
    ANYTHING,
    NONE,
    NOTHING,
    TEXT,
    Function,
    Object,
    Values,
    constant,
    is_none,
    is_text,
    join,
    one,
    promised_by,
    shown_text,
)


class Expressions(Access):
    """Evaluates the expressions of one scope; `env` is the flow-sensitive view of its names."""

    def evaluate(self, node: ast.expr) -> Values:
        """What `node` may evaluate to; records it and everything below it."""
        kind = type(node)
        rule = _RULES[kind]
        if kind not in DISPLAYS:
            return self.state.record(node, rule(self, node))
        if self.state.literals.recall(self.state.values, node):
            return self.state.values[node]
        values = self.state.record(node, rule(self, node))
        self.state.literals.remember(self.state.values, node)
        return values

    def all_of(self, nodes: Iterable[ast.expr]) -> Values:
        """The join of several expressions."""
        return join([self.evaluate(node) for node in nodes])

    def _other(self, node: ast.expr) -> Values:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child)
        return ANYTHING

    # names and literals

    def _constant(self, node: ast.Constant) -> Values:
        return ANYTHING if node.value is Ellipsis else one(constant(node.value))

    def _joinedstr(self, node: ast.JoinedStr) -> Values:
        for part in node.values:
            self.evaluate(part)
        if len(node.values) == 1 and isinstance(field := node.values[0], ast.FormattedValue):
            # `f"{x}"` is `str(x)`
            if text := shown_text(self.state.values.get(field.value, NOTHING)):
                return text
        return one(TEXT)

    def _formattedvalue(self, node: ast.FormattedValue) -> Values:
        self.evaluate(node.value)
        if node.format_spec:
            self.evaluate(node.format_spec)
        return one(TEXT)

    def _name(self, node: ast.Name) -> Values:
        return self.lookup(node.id)

    def lookup(self, name: str) -> Values:
        """What a bare name may be here."""
        structure = self.state.structure
        if name in self.foreign:
            return self.state.bound.get((structure.owner(self.scope, name), name), NOTHING)
        here = self.env.get(name)
        if here is not None:
            if structure.shared and (self.scope, name) in structure.shared:
                return join((here, self.state.bound.get((self.scope, name), NOTHING)))
            return here
        if name in structure.locals_of[self.scope] and not isinstance(self.scope, ast.ClassDef):
            return self.state.bound.get((self.scope, name), NOTHING)
        for scope in self.state.scope_chain(self.scope):
            if structure.declared_elsewhere(scope, name):
                return self.state.bound.get((structure.owner(scope, name), name), NOTHING)
            if name in structure.locals_of[scope]:
                return self.state.bound.get((scope, name), NOTHING)
        if isinstance(self.scope, ast.Module) and name in structure.locals_of[self.scope]:
            return self.state.bound.get((self.scope, name), NOTHING)
        return self.interpreter.builtin(name)

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> Values:
        kind = type(node).__name__.lower()
        starred = any(isinstance(e, ast.Starred) for e in node.elts)
        self.state.keys.setdefault(node, set())
        for index, element in enumerate(node.elts):
            if isinstance(element, ast.Starred):
                values = self.elements(self.evaluate(element.value))
                self.state.record(element, ANYTHING)
            else:
                values = self.evaluate(element)
            self.state.store(node, ANY_KEY if starred or kind == "set" else index, values)
        return one(Object(kind, node))

    _tuple = _set = _list

    def _dict(self, node: ast.Dict) -> Values:
        self.state.keys.setdefault(node, set())
        for key_node, value_node in zip(node.keys, node.values, strict=False):
            values = self.evaluate(value_node)
            if key_node is None:
                self.merge(node, values)
                continue
            keys = self.evaluate(key_node)
            self.state.store(node, KEYS, keys)
            self.state.store(node, self.key(keys), values)
        return one(Object("dict", node))

    # operators

    def _binop(self, node: ast.BinOp) -> Values:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        if any(is_text(v) for v in left) and isinstance(node.op, (ast.Mod, ast.Add, ast.Mult)):
            return one(TEXT)
        if any(is_text(v) for v in right) and isinstance(node.op, (ast.Add, ast.Mult)):
            return one(TEXT)
        if isinstance(node.op, ast.Add) and is_sum_of_lists(left, right):
            self.state.keys.setdefault(node, set())
            for values in (left, right):
                self.state.store(node, ANY_KEY, self.elements(values))
            return one(Object("list", node))
        if isinstance(node.op, ast.BitOr) and are_containers(left) and are_containers(right):
            for values in (left, right):
                self.merge(node, values)
            return one(Object("dict", node))
        if isinstance(node.op, ast.Div) and any(
            isinstance(v, Object) and v.type == "pathlib.Path" for v in left
        ):
            return one(Object("pathlib.Path"))
        numeric = {"int", "float"}
        kinds = {getattr(v, "type", getattr(v, "kind", None)) for v in (*left, *right)}
        if kinds == {"bytes"} and isinstance(node.op, ast.Add):
            return one(Object("bytes"))
        return one(Object("float")) if kinds and kinds <= numeric else ANYTHING

    def _boolop(self, node: ast.BoolOp) -> Values:
        *tested, last = [self.evaluate(value) for value in node.values]
        if isinstance(node.op, ast.Or):
            tested = [frozenset(v for v in values if not is_none(v)) for values in tested]
            tested = [promised_by(last, values) for values in tested]
        else:
            tested = [frozenset(map(falsy, values)) for values in tested]
        return join([*tested, last])

    def _unaryop(self, node: ast.UnaryOp) -> Values:
        operand = self.evaluate(node.operand)
        if isinstance(node.op, ast.Not):
            return one(Object("bool"))
        if isinstance(node.op, ast.UAdd):
            return operand
        return frozenset(negative(value, node.op) for value in operand)

    def _compare(self, node: ast.Compare) -> Values:
        self.all_of([node.left, *node.comparators])
        return one(Object("bool"))

    def _ifexp(self, node: ast.IfExp) -> Values:
        self.evaluate(node.test)
        return join(
            [self._under(node.test, True, node.body), self._under(node.test, False, node.orelse)]
        )

    def _under(self, test: ast.expr, truth: bool, node: ast.expr) -> Values:
        """What `node` is where `test` has come out as `truth`."""
        before = dict(self.env)
        narrow(self, test, truth)
        values = left_of(test, truth, node, self.evaluate(node))
        self.env.clear()
        self.env.update(before)
        return values

    def _namedexpr(self, node: ast.NamedExpr) -> Values:
        values = self.evaluate(node.value)
        self.interpreter.assign(self, node.target, values)
        return values

    def _await(self, node: ast.Await) -> Values:
        return awaited(self.evaluate(node.value))

    def _lambda(self, node: ast.Lambda) -> Values:
        self.interpreter.define(self, node)
        return one(Function(node))

    def _starred(self, node: ast.Starred) -> Values:
        return self.elements(self.evaluate(node.value))

    def _yield(self, node: ast.Yield) -> Values:
        values = self.evaluate(node.value) if node.value is not None else one(NONE)
        self.interpreter.note_yield(self.scope, values)
        return ANYTHING

    def _yieldfrom(self, node: ast.YieldFrom) -> Values:
        self.interpreter.note_yield(self.scope, self.elements(self.evaluate(node.value)))
        return ANYTHING

    # comprehensions

    def _listcomp(self, node: ast.ListComp) -> Values:
        return self._comprehension(node, node.elt, "list")

    def _setcomp(self, node: ast.SetComp) -> Values:
        return self._comprehension(node, node.elt, "set")

    def _generatorexp(self, node: ast.GeneratorExp) -> Values:
        return self._comprehension(node, node.elt, "generator")

    def _dictcomp(self, node: ast.DictComp) -> Values:
        return self._comprehension(node, node.value, "dict")

    def _comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        element: ast.expr,
        kind: str,
    ) -> Values:
        inner = Expressions(self.interpreter, self.scope, dict(self.env))
        for number, generator in enumerate(node.generators):
            iterated = inner.elements(inner.evaluate(generator.iter))
            if not number and self._is_kept(node):
                inner.env.update(self._until_it_runs(node))
            self.interpreter.assign(inner, generator.target, iterated, visible=False)
            for test in generator.ifs:
                inner.evaluate(test)
        if isinstance(node, ast.DictComp):
            self.state.store(node, KEYS, inner.evaluate(node.key))
        self.state.store(node, ANY_KEY, inner.evaluate(element))
        for generator in node.generators:
            for test in generator.ifs:
                for walrus in ast.walk(test):
                    if isinstance(walrus, ast.NamedExpr):
                        self.env[walrus.target.id] = inner.env.get(walrus.target.id, ANYTHING)
        return one(Object(kind, node))

    def _is_kept(self, node: ast.expr) -> bool:
        """Whether a generator gets a name: it runs later, when its names may be bound again."""
        kept = isinstance(self.state.structure.parent(node), (ast.Assign, ast.AnnAssign))
        return kept and isinstance(node, ast.GeneratorExp)

    def _until_it_runs(self, node: ast.expr) -> Environment:
        """What the names in a generator may be by the time it runs."""
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in self.env}
        later = {name: self.state.bound.get((self.scope, name), NOTHING) for name in names}
        return {name: join((self.env[name], values)) for name, values in later.items()}

    # attributes, subscripts, calls

    def _attribute(self, node: ast.Attribute) -> Values:
        receivers = self.having(self.evaluate(node.value), node.attr)
        found = join([self.attribute(value, node.attr, node) for value in receivers])
        if not isinstance(node.ctx, ast.Load):
            return found
        return self.interpreter.receivers.guess(node, receivers, found)

    def _subscript(self, node: ast.Subscript) -> Values:
        base, index = self.evaluate(node.value), self.evaluate(node.slice)
        sliced = isinstance(node.slice, ast.Slice)
        results = [self.item(value, self.key(index), sliced, node) for value in base]
        return join(results)

    def _slice(self, node: ast.Slice) -> Values:
        self.all_of([part for part in (node.lower, node.upper, node.step) if part])
        return ANYTHING

    def _call(self, node: ast.Call) -> Values:
        return self.interpreter.calls.evaluate(self, node)


_RULES: dict[type[ast.expr], Callable[[Expressions, Any], Values]] = {
    kind: getattr(Expressions, f"_{kind.__name__.lower()}", Expressions._other)
    for kind in ast.expr.__subclasses__()
}
"""What each kind of expression is evaluated by."""
