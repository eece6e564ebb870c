"""Errors, and texts that hold one, which go out of view, and what may read them again.

What a queue of another library, a listener or a future gives back can't be followed, and an error
of the program's own may hold the text of another. But what is asked there tells what is meant.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from codemods.errors.caught_error import Caught
from codemods.errors.composed_texts import composed_of, judged, words_lost
from codemods.errors.error_classes import is_contained
from codemods.errors.error_names import names_given, read_as
from codemods.errors.other_errors import may_come_from, tells_of_others
from codemods.errors.text_searches import search_of
from migrator.edits import Replace, Template
from migrator.plan import Draft, leave_to_hand
from migrator.reasoning.errors_handed_on import LOGGING, SHOWING
from migrator.reasoning.sites_in_reach import sites_in_reach
from migrator.understand.values import Constant, Function, Method, Object, Symbol, Unknown, Value

READ_AGAIN = (
    "`{}` may be an error that leaves line {}; the new ones have a status_code instead of a code"
)
SEARCHED_AGAIN = (
    "`{}` may hold the text of an error, from line {}; that of the new ones has no `{}`"
)
WRAPPED = (
    "`{}` may be the text of the error that is raised at line {}, which has no status_code; that "
    "of the new ones has no `{}`"
)
SHORT = 2
"""So few letters of a text are no word of an error's."""
ANY_ERROR = frozenset({"Exception", "BaseException"})


def plan_lost(draft: Draft, errors: list[Caught]) -> None:
    """Plan what may read errors, or texts of them, that can't be followed."""
    followed: set[ast.AST] = {node for caught in errors for node in caught.uses()}
    uses = [n for n in sorted(followed, key=draft.line) if isinstance(n, ast.expr)]
    handed = [n for n in uses if _is_handed_on(draft, errors, n)]
    holding = [n for n in uses if _is_kept_in_text(draft, n)]
    raised = {n: r for n in holding if (r := _raised_with(draft, n)) is not None}
    planned = followed | judged(draft)
    loose = [site.call for site in draft.facts.sites if not is_contained(draft, site.call)]
    for node in draft.facts.structure.every(ast.Call, ast.Compare):
        if isinstance(node, ast.Call) and (handed or loose):
            _plan_probe(draft, node, followed, (handed or loose)[0])
        elif holding and isinstance(node, ast.Compare):
            _plan_search(draft, node, planned, holding[0], raised.values())
    for caught in errors:
        for raising in raised.values():
            _plan_wrapped(caught, raising)


def _is_handed_on(draft: Draft, errors: list[Caught], node: ast.expr) -> bool:
    """Whether an error goes to a call that can't be entered, or may only show it."""
    if not any(caught.is_error(node) for caught in errors):
        return False
    held: ast.AST = node
    while isinstance(parent := draft.facts.structure.parent(held), (ast.Tuple, ast.List, ast.Dict)):
        held = parent
    call = draft.facts.structure.parent(parent) if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call) or held is call.func:
        return False
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    values = draft.values(call.func)
    traced = any(isinstance(v, Symbol) and v.path.startswith("traceback.") for v in values)
    entered = bool(values) and all(isinstance(v, (Function, Method)) for v in values)
    return not entered and not traced and name not in SHOWING | LOGGING


def _is_kept_in_text(draft: Draft, node: ast.expr) -> bool:
    """Whether an error is put into a longer text that gets further than to what shows it."""
    whole = composed_of(draft, node)
    if whole is None:
        return _raised_with(draft, node) is not None
    return not all(_is_only_shown(draft, use) for use in read_as(draft, whole))


def _is_only_shown(draft: Draft, node: ast.expr) -> bool:
    """Whether a text is printed or logged, or given a name that is looked at by itself."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Assign):
        return all(isinstance(target, ast.Name) for target in parent.targets) and bool(
            names_given(draft, node)
        )
    if not isinstance(parent, ast.Call) or node is parent.func:
        return False
    values = draft.values(parent.func)
    own = any(not isinstance(v, (Symbol, Unknown, Object)) for v in values)
    called = getattr(parent.func, "attr", getattr(parent.func, "id", ""))
    return not own and called in {*LOGGING, "print"}


def _raised_with(draft: Draft, node: ast.expr) -> ast.Raise | None:
    """The `raise Failed(f"… {node}")` of an error that is told what another says."""
    whole = composed_of(draft, node) or node
    for use in read_as(draft, whole):
        call = draft.facts.structure.parent(use)
        call = draft.facts.structure.parent(call) if isinstance(call, ast.keyword) else call
        raising = draft.facts.structure.parent(call) if isinstance(call, ast.Call) else None
        if isinstance(raising, ast.Raise) and raising.exc is call:
            return raising
    return None


def _plan_probe(draft: Draft, call: ast.Call, followed: set[ast.AST], handed: ast.expr) -> None:
    """`getattr(x, "code", None)` of what may be an error for all that is known."""
    if len(call.args) != 3 or ast.unparse(call.func) != "getattr":
        return
    base, wanted = call.args[0], call.args[1]
    if not isinstance(wanted, ast.Constant) or wanted.value not in {"code", "status"}:
        return
    values = draft.values(base)
    if base in followed or (values and not any(map(_may_be_error, values))):
        return
    text = READ_AGAIN.format(draft.quote(base), draft.line(handed))
    for site in sites_in_reach(draft, call):
        draft.doubt(site.call, call, text)
        if wanted.value == "code":
            default, error = draft.hole(call.args[2]), draft.hole(base)
            code = Template(("getattr(", error, ', "status_code", ', default, ")"))
            draft.edit(site.call, Replace(draft.span(call.args[2]), code))


def _may_be_error(value: Value) -> bool:
    caught = isinstance(value, Object) and value.type.startswith("exception ")
    return caught or isinstance(value, Unknown)


def _plan_search(
    draft: Draft,
    test: ast.Compare,
    followed: set[ast.AST],
    holding: ast.expr,
    raised: Collection[ast.Raise],
) -> None:
    """`"RESOURCE_EXHAUSTED" in answer`, where an answer may be what an error says."""
    text = test.comparators[0]
    if not isinstance(test.ops[0], (ast.In, ast.NotIn)) or _is_followed(text, followed):
        return
    values = draft.values(text)
    if values and all(isinstance(value, Constant) for value in values):
        return
    lost = words_lost(draft, test)
    # `"." in filename` and `"in" in date` ask nothing about an error
    if sum(map(str.isalnum, lost)) > SHORT and not tells_of_others(draft, text, raised):
        reason = SEARCHED_AGAIN.format(draft.quote(text), draft.line(holding), lost)
        for site in sites_in_reach(draft, test):
            leave_to_hand(draft, site.call, test, reason)


def _is_followed(text: ast.expr, followed: set[ast.AST]) -> bool:
    """Whether `text`, or what it is made of, is that of an error in view."""
    return any(node in followed for node in ast.walk(text))


def _plan_wrapped(caught: Caught, raising: ast.Raise) -> None:
    """A search in the text of what may be the program's own error, which holds that of another."""
    handler, draft = caught.origin, caught.draft
    if not isinstance(handler, ast.ExceptHandler) or raising in set(ast.walk(handler)):
        return
    named = {ast.unparse(n) for n in ast.walk(handler.type)} if handler.type else ANY_ERROR
    own = ast.unparse(raising.exc.func) if isinstance(raising.exc, ast.Call) else ""
    if not named & {own, *ANY_ERROR} or not _may_come_from(caught, raising):
        return
    for text in caught.uses():
        search = search_of(draft, text) if caught.is_text(text) else None
        test = draft.facts.structure.parent(text)
        lost = words_lost(draft, test) if search and isinstance(test, ast.Compare) else ""
        if lost:
            caught.block(text, WRAPPED.format(draft.quote(text), draft.line(raising), lost))


def _may_come_from(caught: Caught, raising: ast.Raise) -> bool:
    """Whether what is tried where an error is caught may run a statement that raises."""
    reach = caught.reach
    return reach is None or may_come_from(caught.draft, reach, raising, caught.origin)
