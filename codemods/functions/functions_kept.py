"""Lists of functions that the program goes through as well: a list beside them declares them."""

from __future__ import annotations

import ast

from codemods.functions.callables import function_of
from migrator.edits import Code, InsertAfter, Template
from migrator.plan import Draft
from migrator.plan.units import Member


def declared_beside(draft: Draft, made: ast.expr, owner: Member) -> Code | None:
    """The variable of the declarations of the functions in the list `made`, made right behind it.

    None where calls get them written out: a single one does, and a list without a name of its own.
    """
    statement = draft.facts.structure.parent(made)
    if not isinstance(made, (ast.List, ast.Tuple)) or not _are_functions(draft, made):
        return None
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    (target,) = statement.targets
    structure = draft.facts.structure
    if not isinstance(target, ast.Name) or not isinstance(structure.parent(statement), ast.Module):
        return None
    if len(structure.bindings(structure.owner_of(target), target.id)) > 1:
        return None
    if sum(made is _origin(draft, use) for use in _sent(draft, made)) < 2:
        return None
    names = draft.once("declarations beside functions", dict[ast.AST, str])
    name = names.setdefault(made, _name(draft, target))
    code = Template((f"{name} = ", draft.build(made, "tools", owner)))
    draft.edit(owner, InsertAfter(draft.span(statement), code))  # the same one for every call
    return name


def _are_functions(draft: Draft, made: ast.List | ast.Tuple) -> bool:
    found = [function_of(value) for node in made.elts for value in draft.values(node)]
    return bool(found) and None not in found


def _sent(draft: Draft, made: ast.expr) -> list[ast.expr]:
    """Where the list is the tools of a config."""
    uses = draft.facts.uses.get(made, ())
    parents = ((use, draft.facts.structure.parent(use)) for use in uses)
    return [
        use
        for use, parent in parents
        if (isinstance(parent, ast.keyword) and parent.arg == "tools")
        or (isinstance(parent, ast.Dict) and use in parent.values)
    ]


def _origin(draft: Draft, node: ast.expr) -> ast.AST | None:
    origins = [getattr(value, "origin", None) for value in draft.values(node)]
    return origins[0] if len(origins) == 1 else None


def _name(draft: Draft, target: ast.Name) -> str:
    """`theater_tools` for `theater_functions`, `helpers_declared` for `helpers`."""
    written = draft.facts.structure.written_name(target.id)
    taken = draft.facts.structure.bound_around(target)
    stem = written.removesuffix("_functions").removesuffix("_FUNCTIONS")
    wanted = [f"{stem}_tools"] if stem != written else []
    wanted += [f"{written}_declared", f"{written}_declarations"]
    if written.isupper():
        wanted = [name.upper() for name in wanted]
    return next((name for name in wanted if name not in taken), f"_{written}_declared")
