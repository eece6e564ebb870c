"""Write a dict of lists of turns as a dict of ids."""

from __future__ import annotations

import ast

from codemods.conversations.events import Start
from codemods.conversations.histories_by_key import Sessions
from codemods.conversations.list_histories import Spot
from migrator.edits import Delete, Replace, Template
from migrator.plan import Draft
from migrator.plan.units import Member


def plan_beginning(draft: Draft, sessions: Sessions, statement: ast.stmt, owner: Member) -> None:
    """A conversation begins: the dict holds no id of it any more."""
    emptied = _emptied(sessions, statement)
    if emptied is not None:
        table, key = draft.hole(emptied.table), draft.hole(emptied.key)
        code = Template((table, "[", key, "] = None"))
        draft.edit(owner, Replace(draft.span(statement), code))
        draft.settled.update(ast.walk(statement))
        return
    if not isinstance(statement, ast.Assign):
        return  # the key is taken out, as before
    opening = sessions.openings.get(statement)
    if opening is not None and not sessions.counted:
        _delete(draft, opening, owner)
        return
    draft.settled.update(ast.walk(statement))
    draft.edit(owner, Replace(draft.span(statement.value), "None"))


def _emptied(sessions: Sessions, statement: ast.stmt) -> Spot | None:
    """Whose list `sessions[user].clear()` empties."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    method = call.func if isinstance(call, ast.Call) else None
    return sessions.history.nodes.get(method.value) if isinstance(method, ast.Attribute) else None


def plan_table(draft: Draft, sessions: Sessions, owner: Member) -> None:
    """The dict itself, and the names that were given to the lists in it."""
    for statement in sessions.made:
        _plan_making(draft, sessions, statement, owner)
    for pick, spot in sessions.picks.items():
        assert isinstance(pick, ast.Assign)
        method = getattr(getattr(pick.value, "func", None), "attr", "")
        if sessions.counted and method == "setdefault":
            table, key = draft.hole(spot.table), draft.hole(spot.key)
            code = Template((table, ".setdefault(", key, ", None)"))
            draft.edit(owner, Replace(draft.span(pick), code))
            draft.settled.update(ast.walk(pick))
        else:
            _delete(draft, pick, owner)
    for statement in sessions.returns:
        _delete(draft, statement, owner)
    draft.settled.update(sessions.history.known)


def _plan_making(draft: Draft, sessions: Sessions, statement: ast.stmt, owner: Member) -> None:
    assert isinstance(statement, (ast.Assign, ast.AnnAssign))
    value = statement.value
    draft.settled.update(ast.walk(statement))
    if isinstance(value, ast.Call) and value.args:  # defaultdict(list)
        draft.edit(owner, Replace(draft.span(value), "{}"))
        if sessions.counted:
            text = "the keys of this dict are looked at, and reading from it makes some"
            draft.block(owner, value, text)
    if isinstance(statement, ast.AnnAssign):
        _annotate(draft, sessions, statement.annotation, owner)


def _annotate(draft: Draft, sessions: Sessions, annotation: ast.expr, owner: Member) -> None:
    """`dict[str, list[types.Content]]` -> `dict[str, str]`."""
    kept = "str | None" if _holds_none(sessions) else "str"
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return
    if len(annotation.slice.elts) == 2:
        draft.edit(owner, Replace(draft.span(annotation.slice.elts[1]), kept))
        if "default" in ast.unparse(annotation.value).lower():
            draft.edit(owner, Replace(draft.span(annotation.value), "dict"))


def _holds_none(sessions: Sessions) -> bool:
    return any(
        _emptied(sessions, statement) is not None
        or (
            isinstance(statement, ast.Assign)
            and isinstance(statement.targets[0], ast.Subscript)
            and isinstance(statement.value, ast.List)
            and (sessions.counted or statement not in sessions.openings)
        )
        for statement, events in sessions.history.events.items()
        if any(isinstance(event, Start) for event in events)
    )


def _delete(draft: Draft, statement: ast.stmt, owner: Member) -> None:
    draft.edit(owner, Delete(draft.span(statement)))
    draft.settled.update(ast.walk(statement))
