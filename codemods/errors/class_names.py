"""The class of an error: its name, the module it comes from, the classes above it."""

from __future__ import annotations

import ast

from codemods.errors.caught_error import Caught
from codemods.errors.error_names import names_given, read_as
from codemods.errors.status_tests import is_looked_up
from migrator.plan import Draft
from migrator.understand.values import Constant

CLASS_SHOWN = (
    "the class of an error that is shown has another name now: InternalServerError was ServerError"
)
OTHER_NAME = "the class of an error has another name now; `{}` may be compared with the old one"
OTHER_BASES = "the class of an error has other classes above it now (`{}`)"
NAMES = frozenset({"__name__", "__qualname__", "__module__"})
BASES = frozenset({"__mro__", "mro", "__bases__", "__base__"})
SAME_NAME = frozenset({"lower", "upper", "casefold", "strip", "replace", "title"})
"""Methods whose result a name can still be told by."""
LOOKING = frozenset(
    {"startswith", "endswith", "find", "index", "count", "split", "partition", "rpartition"}
)
MATCHING = frozenset({"fullmatch", "match", "search"})


def class_of(draft: Draft, error: ast.expr) -> ast.expr | None:
    """The `type(e)` or `e.__class__` that `error` stands in."""
    parent = draft.facts.structure.parent(error)
    if isinstance(parent, ast.Attribute) and parent.attr == "__class__":
        return parent
    if isinstance(parent, ast.Call) and parent.args == [error]:
        return parent if ast.unparse(parent.func) == "type" else None
    return None


def plan_class(caught: Caught, found: ast.expr) -> None:
    """Plan what is done with the class of an error, under whatever name."""
    for node in read_as(caught.draft, found):
        parent = caught.draft.facts.structure.parent(node)
        if isinstance(parent, ast.Attribute) and parent.attr in NAMES:
            _plan_name(caught, parent)
        elif isinstance(parent, ast.Attribute) and parent.attr in BASES:
            if isinstance(caught.draft.facts.structure.parent(parent), ast.Subscript):
                continue  # what all errors have above them is the same
            caught.doubt(parent, OTHER_BASES.format(caught.draft.quote(parent)))
        elif isinstance(parent, ast.FormattedValue):
            caught.note(CLASS_SHOWN)
        elif isinstance(parent, ast.Call) and ast.unparse(parent.func) in {"str", "repr"}:
            _plan_name(caught, parent)


def _plan_name(caught: Caught, found: ast.expr) -> None:
    """A name of the class: any comparison of it is with that of an old one."""
    draft = caught.draft
    parent = draft.facts.structure.parent(found)
    kept = isinstance(parent, ast.Assign) and not names_given(draft, found)
    uses = read_as(draft, found)
    if kept or any(_is_told_apart(draft, node) for node in uses):
        caught.doubt(found, OTHER_NAME.format(draft.source(found)))
        return
    caught.note(CLASS_SHOWN)


def _is_told_apart(draft: Draft, node: ast.expr) -> bool:
    """Whether the program goes one way or another by a text."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Compare):
        sides = (parent.left, *parent.comparators)
        values = [v for side in sides for v in draft.values(side)]
        return not any(isinstance(v, Constant) and v.value == "" for v in values)
    if isinstance(parent, (ast.Subscript, ast.Match)) or is_looked_up(draft, node):
        return True
    if isinstance(parent, ast.Call) and node in parent.args:
        return getattr(parent.func, "attr", "") in MATCHING
    if not isinstance(parent, ast.Attribute) or parent.value is not node:
        return False
    call = draft.facts.structure.parent(parent)
    if parent.attr in SAME_NAME and isinstance(call, ast.Call):
        return any(_is_told_apart(draft, use) for use in read_as(draft, call))
    return parent.attr in LOOKING
