"""Texts of errors that are taken apart, other than by a search for words."""

from __future__ import annotations

import ast
import re

from codemods.errors.caught_error import Caught
from codemods.errors.error_words import same_match
from codemods.errors.text_searches import SAME_TEXT
from migrator.plan import Draft
from migrator.understand.values import Constant

APART = "the text of an error reads differently now; `{}` is taken apart"
SHORTENED = "the text of an error, of which the beginning is shown, reads differently now"
ENOUGH = 30
"""So many letters of an error's text say more than its status."""
MATCHING = frozenset({"findall", "finditer", "fullmatch", "match", "search", "split", "sub"})
SEARCHING = frozenset({"findall", "finditer", "search"})


def plan_text(caught: Caught, node: ast.expr) -> None:
    """`str(e)` begins differently: "Error code: 429 - …" instead of "429 RESOURCE_EXHAUSTED. …"."""
    parent = caught.draft.facts.structure.parent(node)
    text = APART.format(caught.draft.quote(node))
    taken = isinstance(parent, ast.Attribute) and parent.attr not in SAME_TEXT
    if isinstance(parent, ast.Subscript) and _is_shortened(caught, parent):
        caught.note(SHORTENED)
    elif taken or isinstance(parent, ast.Subscript):
        caught.doubt(node, text)
    elif isinstance(parent, ast.Compare):
        sides = [parent.left, *parent.comparators]
        values = [v for s in sides for v in caught.draft.values(s) if isinstance(v, Constant)]
        if not any(v.value == "" for v in values):
            caught.doubt(node, text)
    elif (
        isinstance(parent, ast.Call) and node in parent.args and not _matches_alike(caught, parent)
    ):
        caught.doubt(node, text)


def _is_shortened(caught: Caught, node: ast.Subscript) -> bool:
    """Whether `str(e)[:200]` only keeps a long text from filling the screen."""
    cut, parent = node.slice, caught.draft.facts.structure.parent(node)
    if not isinstance(cut, ast.Slice) or cut.lower or cut.step or isinstance(parent, ast.Compare):
        return False
    length = cut.upper.value if isinstance(cut.upper, ast.Constant) else None
    return isinstance(length, int) and length >= ENOUGH


def _matches_alike(caught: Caught, call: ast.Call) -> bool:
    """Whether a call is no regular expression's, or finds the same in the texts of all errors."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in MATCHING:
        return ast.unparse(call.func) != "fnmatch.fnmatch"
    owner = call.func.value
    if isinstance(owner, ast.Name) and owner.id == "re":
        pattern, flags = call.args[0], call.args[2:] + [k.value for k in call.keywords]
    elif (made := _compiled(caught.draft, owner)) is not None:
        pattern, flags = made.args[0], made.args[1:] + [k.value for k in made.keywords]
    else:
        return not isinstance(owner, ast.Name)
    wanted = caught.draft.constant(pattern)
    if wanted is None or not isinstance(wanted.value, str) or call.func.attr not in SEARCHING:
        return False
    folded = any(ast.unparse(flag) in {"re.I", "re.IGNORECASE"} for flag in flags)
    return same_match(wanted.value, re.IGNORECASE if folded else 0)


def _compiled(draft: Draft, node: ast.expr) -> ast.Call | None:
    """The `re.compile(…)` that made a pattern with a name."""
    if not isinstance(node, ast.Name):
        return None
    stores = draft.facts.structure.stores(node.id)
    parent = draft.facts.structure.parent(stores[0]) if len(stores) == 1 else None
    value = parent.value if isinstance(parent, (ast.Assign, ast.AnnAssign)) else None
    made = isinstance(value, ast.Call) and ast.unparse(value.func) == "re.compile" and value.args
    return value if made and isinstance(value, ast.Call) else None
