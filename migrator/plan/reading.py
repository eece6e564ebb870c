"""One use of a result, as rules are asked to translate it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from migrator.plan.contexts import Use
from migrator.plan.draft import Draft
from migrator.plan.units import Member
from migrator.understand.values import Object

PLAIN = frozenset({"int", "float", "bool", "bytes", "dict", "None", "any"})
"""Types that mean the same on both sides: their uses are nobody's business."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One use of an object (or a part of it) that a rule is asked to translate.

    `base` is the expression that holds the object, of type `type`; `node` the node that uses it;
    `path` leads from the object to the part.
    """

    owner: Member
    base: ast.expr
    node: ast.AST
    type: str
    path: tuple[str, ...]
    use: Use


def is_structured(draft: Draft, value: Object) -> bool:
    """Whether the value's uses depend on what it is; those with a rule for any use do not."""
    if value.type in PLAIN or value.type == "str":
        return False
    return draft.rule("any", "use", value.type) is None
