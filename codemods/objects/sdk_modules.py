"""How new code names the modules of the SDK: as the program does, where it has a name for them."""

from __future__ import annotations

import ast

from codemods.tables.api import PACKAGE
from migrator.edits import NeedImport
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Symbol


def sdk_module(draft: Draft, owner: Member, node: ast.AST, name: str) -> str:
    """How the module `name` is named where `node` stands; it is imported if need be."""
    structure, state = draft.facts.structure, draft.facts.state
    wanted = frozenset({Symbol(f"{PACKAGE}.{name}")})
    here = structure.scope_of[node]
    scopes = (here, *state.scope_chain(here))
    for scope in scopes:
        if name in structure.locals_of[scope] and state.bound.get((scope, name)) != wanted:
            root, _, package = PACKAGE.rpartition(".")
            draft.need(owner, node, root, package)
            return f"{package}.{name}"
    module = structure.module(node)
    alias = _alias(draft, module, name, wanted)
    taken = any(alias in structure.locals_of[s] for s in scopes if s is not module)
    if alias is None or taken:
        draft.need(owner, node, PACKAGE, name)
        return name
    draft.edit(owner, NeedImport(PACKAGE, name, alias, draft.span(node)))
    return alias


def _alias(draft: Draft, module: ast.Module, name: str, wanted: frozenset[Symbol]) -> str | None:
    """The other name under which `module` imports `name`, if it has it under no plain one."""
    bound = draft.facts.state.bound
    found = [
        alias.asname
        for statement in module.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
        if alias.name == name and alias.asname
        if bound.get((module, alias.asname)) == wanted
    ]
    plain = bound.get((module, name)) == wanted
    return found[0] if found and not plain else None
