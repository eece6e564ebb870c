"""Whether an expression means the same at another place of the program."""

from __future__ import annotations

import ast

from codemods.conversations.conversation_places import place_of
from codemods.tables.api import TYPES
from migrator.plan import Draft
from migrator.reasoning.name_scopes import scope_of_name
from migrator.understand.structure import FUNCTION_TYPES, has_parameter
from migrator.understand.values import Class, Instance, Symbol


def is_portable(draft: Draft, node: ast.expr, to: ast.AST) -> bool:
    """Whether evaluating `node` at `to` gives what it gives where it stands."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return _name(draft, node, to)
    if isinstance(node, ast.Attribute):
        if any(isinstance(v, Symbol) for v in draft.values(node)):
            return is_portable(draft, node.value, to)
        return is_portable(draft, node.value, to) and _set_once(draft, node)
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(is_portable(draft, e, to) for e in node.elts)
    if isinstance(node, ast.Dict):
        inner = [*(k for k in node.keys if k is not None), *node.values]
        return all(is_portable(draft, e, to) for e in inner)
    if isinstance(node, ast.JoinedStr):
        fields = [v.value for v in node.values if isinstance(v, ast.FormattedValue)]
        return all(is_portable(draft, e, to) for e in fields)
    if isinstance(node, ast.BinOp):
        return is_portable(draft, node.left, to) and is_portable(draft, node.right, to)
    if isinstance(node, ast.UnaryOp):
        return is_portable(draft, node.operand, to)
    if isinstance(node, ast.Call):
        made = [v.path for v in draft.values(node.func) if isinstance(v, Symbol)]
        inner = [*node.args, *(k.value for k in node.keywords)]
        constructor = bool(made) and all(p.startswith(TYPES) or p == "dict" for p in made)
        return constructor and all(is_portable(draft, e, to) for e in inner)
    return False


def _name(draft: Draft, node: ast.Name, to: ast.AST) -> bool:
    structure = draft.facts.structure
    scope = scope_of_name(draft, node)
    if scope is None:
        return True  # a builtin
    here = structure.scope_of[to]
    around = (here, *draft.facts.state.scope_chain(here))
    if _is_self(draft, node) and scope not in around:
        return _same_self(draft, node, to)
    if scope not in around:
        return False
    inner = around[: around.index(scope)]
    if any(node.id in structure.locals_of[s] for s in inner):
        return False
    return _bound_once(draft, node, scope)


def _bound_once(draft: Draft, node: ast.Name, scope: ast.AST) -> bool:
    structure = draft.facts.structure
    if (scope, node.id) in structure.shared:
        return False
    stores = [n for n in structure.stores(node.id) if scope_of_name(draft, n) is scope]
    parameter = isinstance(scope, FUNCTION_TYPES) and has_parameter(scope, node.id)
    return len(stores) + parameter <= 1


def _is_self(draft: Draft, node: ast.Name) -> bool:
    values = draft.values(node)
    return bool(values) and all(isinstance(v, (Instance, Class)) for v in values)


def _same_self(draft: Draft, node: ast.Name, to: ast.AST) -> bool:
    """Whether the name is the receiver of the method at `to` as well."""
    structure = draft.facts.structure
    function = structure.enclosing_function(to)
    while function is not None and structure.enclosing_class(function) is None:
        function = structure.enclosing_function(function)
    if function is None or isinstance(function, ast.Lambda):
        return False
    arguments = [*function.args.posonlyargs, *function.args.args]
    owner = structure.enclosing_class(function)
    classes = {v.node for v in draft.values(node) if isinstance(v, (Instance, Class))}
    return bool(arguments) and arguments[0].arg == node.id and classes == {owner}


def _set_once(draft: Draft, node: ast.Attribute) -> bool:
    """Whether an attribute of the program's own objects is assigned at one place only."""
    place = place_of(draft, node)
    if place is None:
        return not any(isinstance(v, (Instance, Class)) for v in draft.values(node.value))
    stores = [
        n
        for n in draft.facts.structure.named[node.attr]
        if isinstance(n, ast.Attribute)
        and not isinstance(n.ctx, ast.Load)
        and n in draft.facts.state.values
        and place_of(draft, n) == place
    ]
    return len(stores) == 1 or (not stores and _is_field(draft, node))


def _is_field(draft: Draft, node: ast.Attribute) -> bool:
    """Whether the class declares the attribute, as data classes do: its constructor sets it."""
    classes = {v.node for v in draft.values(node.value) if isinstance(v, Instance)}
    return bool(classes) and all(
        any(
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and statement.target.id == node.attr
            for statement in cls.body
        )
        for cls in classes
    )
