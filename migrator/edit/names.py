"""Which import binds a name, and who reads it: Python's scoping rules over `ast`.

Walks are iterative; names in string annotations, type comments and `__all__` count as
read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from migrator.edit.scan import scan_module
from migrator.syntax import children, descendants, parse

ScopePath = tuple[str, ...]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)
_NAMING = frozenset(
    {
        *_SCOPES, ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.MatchAs,
        ast.MatchStar, ast.MatchMapping, ast.Global, ast.Nonlocal,
    }
)  # fmt: skip
"""Nodes that bind names, or hold a scope; but for names themselves."""
_ANNOTATED = frozenset({ast.arg, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef, ast.Call})
"""Nodes in which a string may be read as a type."""
_WORD = re.compile(r"[^\W\d]\w*")
_TYPE_COMMENT = re.compile(r"#\s*type:\s*(.*)")


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class, function, lambda or comprehension."""

    path: ScopePath
    node: ast.AST
    outer: Scope | None = None
    bound: dict[str, int] = field(default_factory=dict)
    elsewhere: dict[str, bool] = field(default_factory=dict)
    children: dict[str, int] = field(default_factory=dict)

    def bind(self, name: str) -> None:
        """Note one more binding of `name`."""
        self.bound[name] = self.bound.get(name, 0) + 1

    def owner(self, name: str) -> Scope | None:
        """The scope whose `name` is read here."""
        scope: Scope | None = self
        if name in self.elsewhere:
            is_global = self.elsewhere[name]
            scope = self._module() if is_global else self.outer
        while scope is not None:
            visible = scope is self or not isinstance(scope.node, ast.ClassDef)
            if visible and name in scope.bound and name not in scope.elsewhere:
                return scope
            scope = scope.outer
        return None

    def _module(self) -> Scope:
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope


@dataclass(frozen=True, slots=True)
class Key:
    """One imported thing: where, from which module, which name of it, and the name it gets."""

    scope: ScopePath
    module: str
    name: str | None
    alias: str | None

    @property
    def bound(self) -> str:
        """The name the import binds."""
        if self.alias is not None:
            return self.alias
        return self.module.split(".")[0] if self.name is None else self.name


@dataclass(slots=True)
class Names:
    """All scopes of a module, its imports, and how often each import is read.

    `loads` are the names read, `quoted` the words in type comments and string annotations.
    """

    module: Scope
    scope_of: dict[ast.AST, Scope]
    parents: dict[ast.AST, ast.AST]
    imports: dict[ast.stmt, Scope]
    reads: dict[Key, int] = field(default_factory=dict)
    loads: list[tuple[ast.Name, Scope]] = field(default_factory=list)
    quoted: set[str] = field(default_factory=set)
    exported: set[str] = field(default_factory=set)


def names_in(text: str) -> Names:
    """The names of the module `text`, which nobody may change; those of the last few are kept."""
    return _names_in(text, parse(text))


@lru_cache(maxsize=2)
def _names_in(text: str, tree: ast.Module) -> Names:
    comments = [text[place.start : place.end] for place in scan_module(text).comments]
    return read_names(tree, comments)


def read_names(tree: ast.Module, comments: list[str]) -> Names:
    """Resolve the names of a module; `comments` are the texts of its comments."""
    module = Scope((), tree)
    names = Names(module, {tree: module}, {}, {})
    parents, scope_of = names.parents, names.scope_of
    strings: list[tuple[ast.expr, Scope]] = []
    pending: list[ast.AST] = [tree]
    exports = False
    while pending:
        node = pending.pop()
        scope = scope_of[node]
        if isinstance(node, ast.Name):
            exports = exports or node.id == "__all__"
            if isinstance(node.ctx, ast.Store):
                scope.bind(node.id)
            else:
                names.loads.append((node, scope))
            continue
        kind = type(node)
        if kind in _ANNOTATED:
            strings += [(text, scope) for text in _annotations(node)]
        inner = _enter(node, scope, names) if kind in _NAMING else scope
        below = children(node)
        for child in below:
            parents[child] = node
            scope_of[child] = inner
        if kind in _SCOPES:
            scope_of.update(dict.fromkeys(_outside(node), scope))
        pending += reversed(below)
    _count(names, strings, comments)
    if exports:
        names.exported = _exported(tree)
    return names


def keys(statement: ast.stmt, scope: ScopePath) -> list[Key]:
    """What an import statement imports, in its order; empty for any other statement."""
    if isinstance(statement, ast.Import):
        return [Key(scope, a.name, None, a.asname) for a in statement.names]
    if isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
        return [Key(scope, module, a.name, a.asname) for a in statement.names]
    return []


def _enter(node: ast.AST, scope: Scope, names: Names) -> Scope:
    """Note what `node` binds; returns the scope of its children."""
    _bind(node, scope)
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names.imports[node] = scope
        for key in keys(node, scope.path):
            scope.bind(key.bound)
    if not isinstance(node, _SCOPES):
        return scope
    label = getattr(node, "name", type(node).__name__)
    number = scope.children.get(label, 0)
    scope.children[label] = number + 1
    inner = Scope((*scope.path, f"{label}#{number}"), node, scope)
    if isinstance(node, _FUNCTIONS):
        arguments = node.args
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        given += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        for argument in given:
            inner.bind(argument.arg)
    return inner


def _bind(node: ast.AST, scope: Scope) -> None:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        scope.bind(node.name)
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        if node.name is not None:
            scope.bind(node.name)
    elif isinstance(node, ast.MatchMapping) and node.rest is not None:
        scope.bind(node.rest)
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        for name in node.names:
            scope.elsewhere[name] = isinstance(node, ast.Global)


def _outside(node: ast.AST) -> set[ast.AST]:
    """The children of a scope's node that are evaluated around it."""
    if isinstance(node, _COMPREHENSIONS):
        # Its first iterable belongs outside; `_first_iterable` hands it over.
        return set()
    if isinstance(node, ast.ClassDef):
        return {*node.decorator_list, *node.bases, *node.keywords}
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        returns = [] if node.returns is None else [node.returns]
        return {*node.decorator_list, *returns, node.args}
    return {node.args} if isinstance(node, ast.Lambda) else set()


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions under `node` in which a string is read as a type."""
    annotation = getattr(node, "annotation", None)
    returns = getattr(node, "returns", None)
    for part in (annotation, returns):
        if isinstance(part, ast.expr):
            yield part
    if isinstance(node, ast.Call) and node.args:
        function = node.func
        name = getattr(function, "attr", getattr(function, "id", ""))
        if name in ("cast", "TypeVar", "NewType", "ForwardRef"):
            yield from node.args
            yield from (keyword.value for keyword in node.keywords)


def _count(names: Names, strings: list[tuple[ast.expr, Scope]], comments: list[str]) -> None:
    by_name: dict[tuple[Scope, str], list[Key]] = {}
    for statement, scope in names.imports.items():
        for key in keys(statement, scope.path):
            names.reads.setdefault(key, 0)
            by_name.setdefault((scope, key.bound), []).append(key)
    imported = {name for _, name in by_name}
    for node, scope in names.loads:
        if node.id in imported:
            owner = _iterable_scope(node, scope, names).owner(node.id)
            found = by_name.get((owner or names.module, node.id))
            if found:
                _read(names, found, _chain(node, names.parents))
    words = names.quoted
    words.update(word for c in comments for word in _type_comment_words(c))
    for expression, _ in strings:
        for part in descendants(expression):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                words.update(_WORD.findall(part.value))
    for (_, name), found in by_name.items():
        if name in words:
            for key in found:
                names.reads[key] += 1


def _iterable_scope(node: ast.AST, scope: Scope, names: Names) -> Scope:
    """`scope`, or the one around it for what stands in a comprehension's first iterable."""
    while isinstance(scope.node, _COMPREHENSIONS) and scope.outer is not None:
        first = scope.node.generators[0].iter
        child: ast.AST | None = node
        while child is not None and child is not scope.node and child is not first:
            child = names.parents.get(child)
        if child is not first:
            return scope
        scope = scope.outer
    return scope


def _read(names: Names, found: list[Key], chain: str) -> None:
    """Count one read of `chain`; of several `import a.b`, `import a.c` those it goes through."""
    through = [
        key
        for key in found
        if key.name is not None
        or key.alias is not None
        or chain == key.module
        or chain.startswith(key.module + ".")
    ]
    for key in through or found:
        names.reads[key] += 1


def _chain(node: ast.Name, parents: dict[ast.AST, ast.AST]) -> str:
    parts = [node.id]
    child: ast.AST = node
    parent = parents.get(child)
    while isinstance(parent, ast.Attribute) and parent.value is child:
        parts.append(parent.attr)
        child, parent = parent, parents.get(parent)
    return ".".join(parts)


def _type_comment_words(comment: str) -> list[str]:
    match = _TYPE_COMMENT.match(comment) if "type:" in comment else None
    return [] if match is None else _WORD.findall(match[1])


def _exported(tree: ast.Module) -> set[str]:
    """The strings in statements that mention `__all__`."""
    found: set[str] = set()
    for statement in tree.body:
        nodes = list(ast.walk(statement))
        if any(isinstance(n, ast.Name) and n.id == "__all__" for n in nodes):
            found |= {
                n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)
            }
    return found
