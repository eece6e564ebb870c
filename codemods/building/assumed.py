"""What can't be known to be text: taken for it with --unsafe-fixes, unless the program itself shows
that it is something else.
"""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.evidence import Evidence
from migrator.understand.structure import FUNCTION_TYPES, named_parameters
from migrator.understand.values import Symbol, Unknown

ADVICE = "write the typed content for it by hand"
MAX_STEPS = 8
"""A value is traced back through so many names at most."""


def assume_text(draft: Draft, node: ast.expr, owner: Member) -> None:
    """`node` may be anything: assume text, where nothing in view speaks against it."""
    evidence = draft.once("evidence", lambda: Evidence(draft.facts.structure))
    against = evidence.refutation(node)
    if against is not None:
        text = f"`{draft.quote(node)}` comes from code out of view and is no text (see "
        text += f"`{draft.quote(against)}`); "
        draft.block(owner, against, text + ADVICE)
        return
    draft.doubt(owner, cause(draft, node), f"`{draft.quote(node)}` is assumed to be text")


def refuse_unseen(draft: Draft, node: ast.expr, owner: Member) -> None:
    """`node` gives turns to a list of turns: they must be made in view."""
    if any(isinstance(v, (Unknown, Symbol)) for v in draft.values(node)):
        text = f"the turns in `{draft.quote(node)}` come from code out of view, which still makes "
        draft.block(owner, cause(draft, node), text + "turns; migrate it together with this call")


def cause(draft: Draft, node: ast.expr) -> ast.AST:
    """Where the knowledge of what `node` is was lost: a parameter, or what a name is bound to."""
    found: ast.AST = node
    for _ in range(MAX_STEPS):
        lost = _lost(draft, found)
        if lost is None:
            break
        found = lost
    return found


def _lost(draft: Draft, node: ast.AST) -> ast.AST | None:
    """What an unknown name was bound to before, if that is one thing."""
    if not isinstance(node, ast.Name):
        return None
    structure = draft.facts.structure
    scope = structure.owner_of(node)
    stores = structure.bindings(scope, node.id)
    before = [n for n in stores if n.lineno < node.lineno]
    if isinstance(scope, FUNCTION_TYPES) and not before:
        for argument in named_parameters(scope):
            if argument.arg == node.id:
                return argument if not stores and draft.facts.is_external(scope) else None
    if isinstance(scope, FUNCTION_TYPES) or len(stores) > 1:
        stores = before[-1:]
    statement = structure.parent(stores[0]) if stores else None
    if not isinstance(statement, ast.Assign) or statement.targets != stores:
        return None
    value = statement.value
    unknown = any(isinstance(v, (Unknown, Symbol)) for v in draft.values(value))
    return value if unknown else None
