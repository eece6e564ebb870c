"""What can't be known to be text: taken for it with --unsafe-fixes, unless the program itself shows
that it is something else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.content.text_proved import is_proved_text
from codemods.content.text_refuted import said_otherwise, used_otherwise
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions
from migrator.understand.structure import FUNCTION_TYPES, named_parameters
from migrator.understand.values import ANYTHING, Object, Symbol, Unknown

ADVICE = "write the typed content for it by hand"
MAX_STEPS = 8
"""A value is traced back through so many names at most."""


def is_placeholder(node: ast.expr) -> bool:
    """Whether `...` stands for what an example leaves out; nothing that runs can send it."""
    return isinstance(node, ast.Constant) and node.value is ...


def assume_text(draft: Draft, node: ast.expr, owner: Member) -> None:
    """`node` may be anything: assume text, where nothing in view speaks against it."""
    if is_placeholder(node) or is_proved_text(draft, node):
        return
    against = used_otherwise(draft, node) or said_otherwise(draft, node, _sources(draft, node))
    if against is None:
        draft.doubt(owner, cause(draft, node), f"`{draft.quote(node)}` is assumed to be text")
        return
    text = f"`{draft.quote(node)}` comes from code out of view and is no text"
    draft.block(owner, against, f"{text}{_seen(draft, against, node)}; {ADVICE}")


def unseen_in(draft: Draft, node: ast.expr) -> ast.expr:
    """What makes `node` unknown, that is known otherwise: one of several things it may be.

    One side of `a if … else b`, or what a function of the program returns at one of its ends.
    """
    unseen = [n for n in definitions(draft, node) if draft.values(n) & ANYTHING]
    return unseen[0] if len(unseen) == 1 else node


def assume_texts(draft: Draft, node: ast.expr, owner: Member) -> None:
    """The items of the list `node` may be anything: assume texts likewise."""
    items = f"the items of `{draft.quote(node)}`"
    found = (said_otherwise(draft, n, _sources(draft, n)) for n in _items(draft, node))
    against = next((item for item in found if item is not None), None)
    if against is None:
        draft.doubt(owner, node, f"{items} are assumed to be text")
        return
    text = f"{items} come from code out of view and are no texts"
    draft.block(owner, against, f"{text}{_seen(draft, against, node)}; {ADVICE}")


def _seen(draft: Draft, against: ast.AST, node: ast.expr) -> str:
    """Where a reader sees that it is no text: in the name that is said already, or there."""
    if isinstance(against, ast.arg) or draft.quote(against) == draft.quote(node):
        return ", going by the name"
    return f" (see `{draft.quote(against)}`)"


def _items(draft: Draft, node: ast.expr) -> Iterator[ast.expr]:
    """What is put into the list `node` where it is made, or the list itself."""
    origins = [v.origin for v in draft.values(node) if isinstance(v, Object)]
    for origin in origins:
        if isinstance(origin, ast.ListComp):
            yield origin.elt
        elif isinstance(origin, (ast.List, ast.Tuple)):
            yield from origin.elts
        else:
            yield node


def refuse_unseen(draft: Draft, node: ast.expr, owner: Member) -> None:
    """`node` gives turns to a list of turns: they must be made in view."""
    if any(isinstance(v, (Unknown, Symbol)) for v in draft.values(node)):
        text = f"the turns in `{draft.quote(node)}` come from code out of view, which still makes "
        draft.block(owner, cause(draft, node), text + "turns; migrate it together with this call")


def cause(draft: Draft, node: ast.expr) -> ast.AST:
    """Where the knowledge of what `node` is was lost: a parameter, or what a name is bound to."""
    return next(reversed(_sources(draft, node)), node)


def _sources(draft: Draft, node: ast.expr) -> list[ast.AST]:
    """What the unknown `node` comes from, step by step."""
    found: list[ast.AST] = []
    lost = _lost(draft, node)
    while lost is not None and len(found) < MAX_STEPS:
        found.append(lost)
        lost = _lost(draft, lost)
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
