"""The kind of step that a turn becomes, told by what the program says of its role."""

from __future__ import annotations

import ast

from codemods.content.roles_asked import is_asked
from codemods.content.turns import Turn
from codemods.tables.parts import ROLES
from migrator.edits import Binding, ClausesCode, Code, DictCode, Item, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import UNKNOWN, Constant, is_text


def step(kind: str, content: Code) -> Code:
    """`{"type": "kind", "content": content}`."""
    return typed_step(f'"{kind}"', content)


def typed_step(kind: Code, content: Code) -> Code:
    return DictCode((Item(kind, "type"), Item(content, "content")))


def kind_of_turn(draft: Draft, turn: Turn, owner: Member) -> Code | None:
    """The kind of step that a turn becomes; decided at run time where the role is told then."""
    if turn.role in ROLES:
        return f'"{ROLES[turn.role]}"'
    if turn.told is None or turn.role != "?":
        return None
    values = draft.values(turn.told)
    known = {v.value for v in values if isinstance(v, Constant)}
    if not known <= ROLES.keys() or not all(is_text(v) or v == UNKNOWN for v in values):
        return None
    chosen = _chosen(draft, turn.told)
    if chosen is not None:
        return chosen
    if len(known) < len(values) and not is_asked(draft, turn.told):
        text = f"`{draft.quote(turn.told)}` is assumed to be user or model"
        draft.doubt(owner, turn.told, text)
    user, model = (f'"{ROLES[role]}"' for role in ("user", "model"))
    said = _said(draft, turn.told)
    asked: Code = Template((draft.hole(said, Binding.COMPARE), ' == "user"'))
    if isinstance(turn.told, ast.IfExp):
        sides = [draft.constant(side) for side in (turn.told.body, turn.told.orelse)]
        if all(side is not None and side.value in ROLES for side in sides):
            user, model = (f'"{ROLES[str(side.value)]}"' for side in sides if side is not None)
            asked = draft.hole(turn.told.test, Binding.OR)
    tests = (Template(("if ", asked)), Template(("else ", model)))
    return ClausesCode("(", user, tests, ")", soft=True)


def _said(draft: Draft, told: ast.expr) -> ast.expr:
    """What says "user" where `told` does.

    That is `role` of `"model" if role == "assistant" else role`, and of its kind.
    """
    if not isinstance(told, ast.IfExp) or not isinstance(told.test, ast.Compare):
        return told
    test, sides = told.test, (told.body, told.orelse)
    other = next((side for side in sides if draft.constant(side) is None), told)
    word = draft.constant(next((side for side in sides if side is not other), told))
    compared = draft.constant(test.comparators[0])
    kept = ast.NotEq if other is told.body else ast.Eq
    told_apart = len(test.ops) == 1 and isinstance(test.ops[0], kept)
    if word is None or compared is None or "user" in {word.value, compared.value}:
        return told
    return other if told_apart and ast.dump(test.left) == ast.dump(other) else told


def _chosen(draft: Draft, told: ast.expr) -> Code | None:
    """`"user" if … else "model"` says right away which step it is."""
    if not isinstance(told, ast.IfExp):
        return None
    words = [n.value if isinstance(n, ast.Constant) else None for n in (told.body, told.orelse)]
    if not all(isinstance(word, str) and word in ROLES for word in words):
        return None
    first, last = (f'"{ROLES[str(word)]}"' for word in words)
    return Template((f"{first} if ", draft.hole(told.test, Binding.OR), f" else {last}"))
