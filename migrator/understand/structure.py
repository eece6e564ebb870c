"""The structure of a program: parents, scopes, functions, classes, imports.

Scopes follow Python's rules: a name assigned anywhere in a function is local to it unless declared
`global` or `nonlocal`; class bodies are skipped by the functions inside them. A program is one
module or several, each the outermost scope of what stands in it.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from migrator.syntax import block_of
from migrator.understand.links import NO_LINKS, Links
from migrator.understand.values import FunctionNode

Node = TypeVar("Node", bound=ast.AST)
ScopeNode = ast.Module | ast.ClassDef | FunctionNode
Body = ast.Module | FunctionNode
"""What is interpreted as a whole; a class is part of the one around it."""
FUNCTION_TYPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
ANNOTATED = (ast.arg, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def named_parameters(function: FunctionNode) -> tuple[ast.arg, ...]:
    """The parameters of a function, but for those that take several arguments (`*` and `**`)."""
    spec = function.args
    return (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)


def has_parameter(function: FunctionNode, name: str) -> bool:
    """Whether a function has a parameter called `name`, other than `*name` and `**name`."""
    return any(parameter.arg == name for parameter in named_parameters(function))


@dataclass(slots=True)
class Structure:
    """Filled once by `outline`, read-only afterwards."""

    modules: tuple[ast.Module, ...]
    """The modules of the program, those that others import first."""
    links: Links = NO_LINKS
    nodes: list[ast.AST] = field(default_factory=list)
    """Every node but contexts, in the order of `ast.walk`."""
    by_kind: dict[type[ast.AST], list[ast.AST]] = field(default_factory=dict)
    _of_kinds: dict[tuple[type[ast.AST], ...], list[ast.AST]] = field(default_factory=dict)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    scope_of: dict[ast.AST, ScopeNode] = field(default_factory=dict)
    locals_of: dict[ScopeNode, set[str]] = field(default_factory=dict)
    functions: list[FunctionNode] = field(default_factory=list)
    classes: list[ast.ClassDef] = field(default_factory=list)
    globals_of: dict[ScopeNode, set[str]] = field(default_factory=dict)
    nonlocals_of: dict[ScopeNode, set[str]] = field(default_factory=dict)
    shared: set[tuple[ScopeNode, str]] = field(default_factory=set)
    """Names that scopes other than their own assign, by `global` or `nonlocal`."""
    named: dict[str, list[ast.Name | ast.Attribute]] = field(default_factory=dict)
    """Every name and attribute of the source, by what it is called; in source order."""
    loaded_names: set[str] = field(default_factory=set)
    loaded_attributes: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    aliases: dict[str, list[ast.alias]] = field(default_factory=dict)
    """Every name that an import binds, and the imports that do; in source order."""
    replaced: dict[ast.Module, Mapping[str, int]] = field(default_factory=dict)
    """Names that a later cell of a notebook binds again -> the line from which they are gone."""
    written: dict[str, str] = field(default_factory=dict)
    """Names that are marked to tell them apart from others -> how they are written."""
    displayed: set[ast.AST] = field(default_factory=set)
    """Expression statements whose value is shown, as that of the last one of a notebook's cell."""
    forms: set[int] = field(default_factory=set)
    """The lines of assignments of a notebook whose value people choose in a form."""
    shown_again: set[ast.Module] = field(default_factory=set)
    """The notebooks of which a cell reads what another displayed."""
    notebooks: set[ast.Module] = field(default_factory=set)
    printed_on_page: set[ast.Module] = field(default_factory=set)
    """The notebooks in which what is printed is shown under the cell."""
    _stores: dict[str, list[ast.Name]] = field(default_factory=dict)
    _mentions: dict[str, dict[ScopeNode, list[ast.Name]]] = field(default_factory=dict)
    _bound: dict[ast.Module, set[str]] = field(default_factory=dict)
    _read: dict[ast.Module, set[str]] = field(default_factory=dict)
    _stores_in: dict[str, dict[ScopeNode, list[ast.Name]]] = field(default_factory=dict)

    def written_name(self, name: str) -> str:
        """How a name of the tree stands in the text."""
        return self.written.get(name, name)

    def is_shown_again(self, node: ast.AST) -> bool:
        """Whether a cell of the notebook that `node` is in reads what another displayed."""
        return bool(self.shown_again) and self.module(node) in self.shown_again

    def gone_from(self, name: ast.Name) -> float:
        """The line from which on nothing has the value of a name, as a later cell binds it again;
        infinity if there is none."""
        return self.replaced.get(self.module(name), {}).get(name.id, math.inf)

    @property
    def is_alone(self) -> bool:
        """Whether nothing is known of the files around, which may use what the module has."""
        return not self.links.targets

    def module(self, node: ast.AST) -> ast.Module:
        """The module that `node` stands in; a module itself is its own."""
        while not isinstance(node, ast.Module):
            node = self.scope_of[node]
        return node

    def every(self, *kinds: type[Node]) -> list[Node]:
        """Every node of these very kinds, in the order of `nodes`."""
        if len(kinds) > 1:
            known = self._of_kinds.get(kinds)
            if known is None:
                known = [node for node in self.nodes if type(node) in kinds]
                self._of_kinds[kinds] = known
            return cast("list[Node]", known)
        return cast("list[Node]", self.by_kind.get(kinds[0], []))

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that holds `node`."""
        return self.parents.get(node)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds `node`."""
        current: ast.AST = node
        while not isinstance(current, ast.stmt):
            current = self.parents[current]
        return current

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements among which one stands."""
        return block_of(self.parent(statement), statement)

    def enclosing_function(self, node: ast.AST) -> FunctionNode | None:
        """The innermost function whose body (not its defaults or decorators) holds `node`."""
        scope = self.scope_of[node]
        while not isinstance(scope, (ast.Module, *FUNCTION_TYPES)):
            scope = self.scope_of[scope]
        return None if isinstance(scope, ast.Module) else scope

    def region(self, node: ast.AST) -> FunctionNode | ast.Module:
        """The innermost function whose body holds `node`, or else the module."""
        return self.enclosing_function(node) or self.module(node)

    def same_region(self, one: ast.AST, other: ast.AST) -> bool:
        """Whether the same function, or no function but the same module, holds both."""
        return self.region(one) is self.region(other)

    def enclosing_class(self, function: ast.AST) -> ast.ClassDef | None:
        """The class whose body directly holds `function`."""
        scope = self.scope_of.get(function)
        return scope if isinstance(scope, ast.ClassDef) else None

    def is_within(self, inner: ScopeNode, outer: ast.AST) -> bool:
        """Whether the scope `inner` is `outer`, or stands inside of it."""
        while inner is not outer and not isinstance(inner, ast.Module):
            inner = self.scope_of[inner]
        return inner is outer

    def declared(self, scope: ScopeNode) -> set[str]:
        """The names that `scope` declares as `global` or `nonlocal`."""
        others = self.nonlocals_of.get(scope)
        return self.globals_of[scope] | others if others else self.globals_of[scope]

    def declared_elsewhere(self, scope: ScopeNode, name: str) -> bool:
        """Whether `scope` declares `name` as `global` or `nonlocal`."""
        return name in self.globals_of[scope] or name in self.nonlocals_of.get(scope, ())

    def owner(self, scope: ScopeNode, name: str) -> ScopeNode:
        """The scope that a name declared `global` or `nonlocal` in `scope` belongs to."""
        if name in self.globals_of[scope]:
            return self.module(scope)
        current = scope
        while not isinstance(current, ast.Module):
            current = self.scope_of[current]
            inside = isinstance(current, FUNCTION_TYPES) and name in self.locals_of[current]
            if inside and not self.declared_elsewhere(current, name):
                return current
        return current

    def owner_of(self, node: ast.Name) -> ScopeNode:
        """The scope that the name `node` belongs to."""
        current = self.scope_of[node]
        if self.declared_elsewhere(current, node.id):
            return self.owner(current, node.id)
        own = current
        while node.id not in self.locals_of[current] or (
            isinstance(current, ast.ClassDef) and current is not own
        ):
            if isinstance(current, ast.Module):
                break
            current = self.scope_of[current]
        return current

    def is_shared(self, name: ast.Name) -> bool:
        """Whether other scopes than its own bind a name, by `global` or `nonlocal`."""
        return (self.owner_of(name), name.id) in self.shared

    def mentions(self, scope: ScopeNode, name: str) -> list[ast.Name]:
        """Where `name` of `scope` is read or bound, in the functions inside as well."""
        if name not in self._mentions:
            by_scope: dict[ScopeNode, list[ast.Name]] = {}
            for node in self.named.get(name, ()):
                if isinstance(node, ast.Name):
                    by_scope.setdefault(self.owner_of(node), []).append(node)
            self._mentions[name] = by_scope
        return self._mentions[name].get(scope, [])

    def bindings(self, scope: ScopeNode, name: str) -> list[ast.Name]:
        """Where `name` of `scope` is bound or deleted, in the functions inside as well."""
        return [n for n in self.mentions(scope, name) if not isinstance(n.ctx, ast.Load)]

    def stores(self, name: str) -> list[ast.Name]:
        """Where names called `name` are bound or deleted, in any scope; in source order."""
        known = self._stores.get(name)
        if known is None:
            names = [n for n in self.named.get(name, ()) if isinstance(n, ast.Name)]
            known = self._stores[name] = [n for n in names if not isinstance(n.ctx, ast.Load)]
        return known

    def bound_around(self, node: ast.AST) -> set[str]:
        """Every name that any scope of the module binds in which `node` stands."""
        if not self._bound:
            for scope, names in self.locals_of.items():
                self._bound.setdefault(self.module(scope), set()).update(names)
        return self._bound[self.module(node)]

    def named_around(self, node: ast.AST) -> set[str]:
        """Every name that the module reads or binds in which `node` stands."""
        if not self._read:
            self._read = {module: set() for module in self.modules}
            for name, nodes in self.named.items():
                for mention in nodes:
                    if isinstance(mention, ast.Name):
                        self._read[self.module(mention)].add(name)
        return self._read[self.module(node)] | self.bound_around(node)

    def stores_in(self, scope: ScopeNode, name: str) -> list[ast.Name]:
        """Those of `stores` that stand in `scope` itself; names of other modules cost nothing."""
        if name not in self._stores_in:
            by_scope: dict[ScopeNode, list[ast.Name]] = {}
            for node in self.stores(name):
                by_scope.setdefault(self.scope_of[node], []).append(node)
            self._stores_in[name] = by_scope
        return self._stores_in[name].get(scope, [])

    def imports(self, package: str) -> bool:
        """Whether the module imports `package` or anything below it."""
        prefix = package + "."
        return any(name == package or name.startswith(prefix) for name in self.imported)


def tuple_fields(cls: ast.ClassDef) -> list[str]:
    """The fields of a `NamedTuple`, in order; none for other classes."""
    if not any(ast.unparse(base).rpartition(".")[2] == "NamedTuple" for base in cls.bases):
        return []
    fields = (s.target for s in cls.body if isinstance(s, ast.AnnAssign))
    return [field.id for field in fields if isinstance(field, ast.Name)]
