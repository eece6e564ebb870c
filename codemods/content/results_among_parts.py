"""A message of results of functions and of content: the results are steps, the content a turn."""

from __future__ import annotations

import ast

from codemods.content.several_steps import refuse_mixed
from codemods.tables.parts import RESULT, ROLES
from migrator.edits import ClausesCode, Code, DictCode, Item, ListCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member

NAMES = ("part", "item")


def results_first(draft: Draft, node: ast.expr, owner: Member, code: Code) -> Code:
    """The steps for the list `node`, which has become `code`: results, then a turn of the rest."""
    if not isinstance(node, ast.Name) or code != draft.hole(node):
        refuse_mixed(draft, node, owner)
        return code
    text = f"what `{draft.quote(node)}` holds beside results of functions is sent as a turn of its "
    draft.doubt(owner, node, text + "own behind them, and is assumed to be something")
    part = next(name for name in NAMES if name != node.id)
    results = _those(part, node.id, code, "==")
    rest = _those(part, node.id, code, "!=")
    turn = DictCode((Item(f'"{ROLES["user"]}"', "type"), Item(rest, "content")))
    return ListCode((Item(Template(("*", results))), Item(turn)))


def _those(part: str, name: str, code: Code, operator: str) -> Code:
    """The items of the list whose type is, or is not, that of a result."""
    test = f'if {part}["type"] {operator} "{RESULT}"'
    return ClausesCode("[", part, (Template((f"for {part} in ", code)), test), "]")
