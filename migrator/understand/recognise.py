"""Code for older packages: found by values where these are known, else by what it spells.

Such code is not migrated; it is looked for so that a run never says that nothing is there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.understand.knowledge import Dialect
from migrator.understand.state import State
from migrator.understand.structure import Structure
from migrator.understand.values import ANYTHING, NOTHING, Method, Object, Symbol, Unknown


@dataclass(frozen=True, slots=True)
class Recognised:
    """One place that is written for something older: the call, read, text or import `node`."""

    node: ast.AST
    dialect: str
    name: str


def recognise(structure: Structure, state: State) -> tuple[Recognised, ...]:
    """Every such place of an interpreted module, in source order."""
    by_node = {
        one.node: one
        for dialect in reversed(state.knowledge.dialects)
        for one in _of_dialect(structure, state, dialect)
    }
    found = list(by_node.values())  # the first dialect that takes a place has it
    found.sort(key=lambda one: (getattr(one.node, "lineno", 0), getattr(one.node, "col_offset", 0)))
    return tuple(found)


def _of_dialect(structure: Structure, state: State, dialect: Dialect) -> Iterator[Recognised]:
    imported = any(map(structure.imports, dialect.packages))
    called = list(_called(structure, state, dialect, imported=imported))
    yield from called
    if imported and dialect.receivers:
        yield from _named(structure, state, dialect)
    elif imported and not called:
        yield from _imports(structure, dialect)
    if any(_calls(structure, path) for path in dialect.calls):
        yield from _reads(structure, state, dialect)


def _called(
    structure: Structure, state: State, dialect: Dialect, *, imported: bool
) -> Iterator[Recognised]:
    """Its methods that are called, or handed on."""
    known = {name for type_name, name in state.knowledge.methods if type_name in dialect.types}
    for name in known:
        for node in structure.named.get(name, ()):
            if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
                continue
            values = state.values.get(node, NOTHING)
            own = any(
                isinstance(v, Method)
                and isinstance(v.receiver, Object)
                and v.receiver.type in dialect.types
                for v in values
            )
            guessed = imported and name in dialect.methods and values <= ANYTHING
            if own or guessed:
                parent = structure.parent(node)
                is_called = isinstance(parent, ast.Call) and parent.func is node
                yield Recognised(parent if parent and is_called else node, dialect.name, name)


def _named(structure: Structure, state: State, dialect: Dialect) -> Iterator[Recognised]:
    """Its methods, called on what can't be traced but tells by its name what it is."""
    for method, word in dialect.receivers.items():
        for node in structure.named.get(method, ()):
            call = structure.parent(node)
            if not isinstance(node, ast.Attribute) or not isinstance(call, ast.Call):
                continue
            untraced = _is_untraced(state, node.value) and call not in state.sites
            named = _is_called(structure, node.value, word) and not _is_of(node.value, dialect)
            if call.func is node and untraced and named:
                if dialect.replies & set(_read_of(structure, call)):
                    yield Recognised(call, dialect.name, method)


def _is_untraced(state: State, node: ast.expr) -> bool:
    """Whether code out of view makes what `node` holds."""
    return all(
        isinstance(value, Unknown)
        or (isinstance(value, Symbol) and not state.knowledge.knows(value.path))
        for value in state.values.get(node, NOTHING)
    )


def _is_called(structure: Structure, node: ast.expr, word: str) -> bool:
    """Whether `node` has `word` in its name: a variable, an attribute, an item, what a call gives.

    A parameter with an annotation is what that says.
    """
    if isinstance(node, ast.Name):
        return word in node.id.lower() and not _is_annotated(structure, node)
    return word in _name_of(node).lower()


def _is_of(node: ast.expr, dialect: Dialect) -> bool:
    """Whether `node` is an attribute that another library calls so."""
    if not isinstance(node, ast.Attribute):
        return False
    return not dialect.others.isdisjoint({node.attr, _name_of(node.value)})


def _name_of(node: ast.expr) -> str:
    """What `data["chat"]`, `chats[user]`, `app.state.chat` or `chat_of(user)` is called."""
    if isinstance(node, ast.Await):
        return _name_of(node.value)
    if isinstance(node, ast.Call):
        return _name_of(node.func)
    if isinstance(node, ast.Subscript):
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return key if isinstance(key, str) else _name_of(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_annotated(structure: Structure, name: ast.Name) -> bool:
    function = structure.enclosing_function(name)
    arguments = ast.walk(function.args) if function is not None else ()
    return any(
        isinstance(a, ast.arg) and a.arg == name.id and a.annotation is not None for a in arguments
    )


def _read_of(structure: Structure, call: ast.AST) -> Iterator[str]:
    """The attributes that are read of what a call returns: at once, or by the name it gets."""
    parent = structure.parent(call)
    if isinstance(parent, ast.Await):
        call, parent = parent, structure.parent(parent)
    if isinstance(parent, ast.Attribute):
        yield parent.attr
    target = parent.target if isinstance(parent, (ast.For, ast.AsyncFor)) else None
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
    if isinstance(target, ast.Name):
        for node in structure.named.get(target.id, ()):
            reading = structure.parent(node)
            if isinstance(reading, ast.Attribute) and isinstance(node, ast.Name):
                if structure.scope_of[node] is structure.scope_of[target]:
                    yield reading.attr


def _imports(structure: Structure, dialect: Dialect) -> Iterator[Recognised]:
    """Its imports, for files that use the package in ways that are not followed."""
    for node in structure.every(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for package in dialect.packages:
            if any(name == package or name.startswith(package + ".") for name in names):
                yield Recognised(node, dialect.name, f"import of {package}")


def _calls(structure: Structure, path: tuple[str, ...]) -> bool:
    """Whether the attributes `path` are taken one after the other, and called."""
    for node in structure.named.get(path[-1], ()):
        current: ast.AST | None = node
        for name in reversed(path):
            if not isinstance(current, ast.Attribute) or current.attr != name:
                break
            current = current.value
        else:
            parent = structure.parent(node)
            if isinstance(parent, ast.Call) and parent.func is node:
                return True
    return False


def _reads(structure: Structure, state: State, dialect: Dialect) -> Iterator[Recognised]:
    """Attributes of what can't be traced, and texts, that only older replies have."""
    for name in dialect.reads:
        for node in structure.named.get(name, ()):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                if state.values.get(node.value, NOTHING) <= ANYTHING:
                    yield Recognised(node, dialect.name, name)
    for text in structure.every(ast.Constant):
        if isinstance(text.value, str) and text.value in dialect.texts:
            yield Recognised(text, dialect.name, text.value)
