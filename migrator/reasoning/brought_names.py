"""Names of one file of a program that another file shall know as well, by an import of its own."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass

from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.structure import Structure


@dataclass(frozen=True, slots=True)
class Brought:
    """`import module`, or `from module import name`."""

    module: str
    name: str | None


def brought(draft: Draft, code: ast.expr, at: ast.AST) -> list[Brought] | None:
    """The imports by which `code` means the same where `at` stands, in another file; None where
    there are none.
    """
    structure = draft.facts.structure
    here, there = structure.module(at), structure.module(code)
    bound = draft.facts.state.bound
    found: list[Brought] = []
    nodes = {n.id: n for n in ast.walk(code) if isinstance(n, ast.Name)}
    scopes = (structure.scope_of[at], *draft.facts.state.scope_chain(structure.scope_of[at]))
    inner = set().union(*(structure.locals_of[s] for s in scopes if s is not here))
    if inner & nodes.keys() or any(structure.owner_of(n) is not there for n in nodes.values()):
        return None
    for name in nodes:
        known = bound.get((there, name))
        if known is None:
            if hasattr(builtins, name) and name not in structure.bound_around(at):
                continue
            return None
        if known == bound.get((here, name)):
            continue
        wanted = _import_of(structure, there, here, name)
        if wanted is None or name in structure.bound_around(at):
            return None
        found.append(wanted)
    return found


def bring(draft: Draft, owner: Member, code: ast.expr, at: ast.AST) -> None:
    """See to the imports by which `code` means the same where `at` stands."""
    for one in brought(draft, code, at) or ():
        draft.need(owner, at, one.module, one.name)


def _import_of(
    structure: Structure, there: ast.Module, here: ast.Module, name: str
) -> Brought | None:
    """The import by which `here` gets a global of `there`, or what `there` imports as that."""
    links = structure.links
    aliases = [a for a in structure.aliases.get(name, ()) if structure.scope_of[a] is there]
    if not aliases:
        path = links.spelled(here, there)
        return Brought(path, name) if path is not None else None
    statement = structure.parents[aliases[0]]
    if len(aliases) > 1 or aliases[0].asname is not None:
        return None
    if isinstance(statement, ast.Import):
        return Brought(name, None) if aliases[0].name == name else None
    assert isinstance(statement, ast.ImportFrom)
    source = "." * statement.level + (statement.module or "")
    target = links.target(there, source)
    if target is None:
        return None if statement.level else Brought(source, name)
    path = links.spelled(here, target)
    return Brought(path, name) if path is not None else None
