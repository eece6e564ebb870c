"""Names for a part of a reply that may be nothing instead, which an interaction never is.

`candidate = None`, and `candidate = response.candidates[0]` under some condition.
"""

from __future__ import annotations

import ast

from codemods.reply.interaction import is_probe
from codemods.reply.path_kinds import kinds_of
from codemods.reply.path_prefixes import WRAPPED, nearer, root
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.reasoning.definitions import definitions
from migrator.understand.values import Object

NO_LIST = "`{}` may be an empty list or None here as well as the candidates of a reply"
DEFAULT = (
    "`{0}` may be None here, for which getattr gives its default; test `{0}` itself, and read the "
    "attribute by a dot"
)


def is_one(draft: Draft, owner: Member, base: ast.expr) -> bool:
    """Whether `base` is certain to become the interaction; the unit is stopped if it is not."""
    found = root(draft, base)
    if kinds_of(draft, found) & WRAPPED and may_be_nothing(draft, found):
        draft.block(owner, found, NO_LIST.format(draft.quote(found)))
        return False
    return True


def missing_name(draft: Draft, bases: list[ast.expr]) -> ast.Name | None:
    """The name for a part of a reply, among those that are asked for, that may be nothing."""
    for base in bases:
        found = root(draft, base)
        if isinstance(found, ast.Name) and kinds_of(draft, found) & WRAPPED:
            if may_be_nothing(draft, found):
                return found
    return None


def may_be_nothing(draft: Draft, node: ast.expr) -> bool:
    """Whether a part of a reply may be None or an empty list where it stands, if it is no more.

    What is read of a response becomes the interaction, as does `response.candidates or []`.
    """
    if all(isinstance(v, Object) and v.path for v in draft.values(node)):
        return False
    if nearer(draft, node) is not None:
        found = root(draft, node)
        return bool(kinds_of(draft, found) & WRAPPED) and may_be_nothing(draft, found)
    behind = definitions(draft, node, 1)
    return behind == [node] or any(may_be_nothing(draft, one) for one in behind)


def check_default(draft: Draft, reading: Reading) -> None:
    """Stop where `getattr` gave its default for a name that may be nothing."""
    node = reading.node
    if isinstance(node, ast.Call) and not is_probe(node):
        name = missing_name(draft, [reading.base])
        if name is not None:
            draft.block(reading.owner, node, DEFAULT.format(name.id))
