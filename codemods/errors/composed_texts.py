"""Longer texts that hold the text of an error, `f"failed: {e}"`, and are searched for words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.errors.caught_error import Caught
from codemods.errors.error_names import read_as
from codemods.errors.error_words import in_details, matched, same_match, still_matched
from codemods.errors.text_searches import LOWERING, SAME_TEXT, is_lowered
from migrator.plan import Draft

SEARCHED = "`{}` holds the text of an error, which reads differently now; it is searched here"
GONE = "`{}` holds the text of an error, and that of the new ones has no `{}`; ask for the status"
FILLING = frozenset({"format", "join"})
FINDING = frozenset({"find", "index", "count", "rfind", "rindex"})
BEGINNING = frozenset({"startswith", "split", "partition"})
MATCHING = frozenset({"findall", "finditer", "fullmatch", "match", "search", "split", "sub"})


def plan_composed(caught: Caught, node: ast.expr) -> None:
    """Plan the searches of a longer text that `node`, an error or a text of it, is a part of."""
    draft = caught.draft
    whole = composed_of(draft, node)
    if whole is None or caught.is_text(whole):
        return
    for use in read_as(draft, whole):
        judged(draft).add(use)
        if _is_searched(draft, use, begins=_begins_with(whole)):
            lost = _lost_from(draft, use)
            if lost:
                caught.block(use, GONE.format(draft.quote(use), lost))
            else:
                caught.doubt(use, SEARCHED.format(draft.quote(use)))


def judged(draft: Draft) -> set[ast.AST]:
    """The longer texts whose searches are planned with the error in them."""
    return draft.once("longer texts", set[ast.AST])


def _lost_from(draft: Draft, text: ast.expr) -> str:
    """The word that is looked for in `text`, by whatever name, and is gone from it."""
    parent = draft.facts.structure.parent(text)
    if isinstance(parent, ast.Compare):
        return words_lost(draft, parent)
    call = draft.facts.structure.parent(parent) if isinstance(parent, ast.Attribute) else None
    uses = read_as(draft, call) if isinstance(call, ast.Call) else []
    return next((word for use in uses if (word := _lost_from(draft, use))), "")


def composed_of(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The whole text that `node` is put into: `f"…{node}…"` or `"…%s" % node`."""
    whole, current = None, node
    while (outer := _around(draft, current)) is not None:
        whole = current = outer
    return whole


def _around(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The text right around `node`."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.FormattedValue):
        outer = draft.facts.structure.parent(parent)
        return outer if isinstance(outer, ast.JoinedStr) else None
    if isinstance(parent, (ast.Tuple, ast.keyword)):
        node, parent = parent, draft.facts.structure.parent(parent)  # type: ignore[assignment]
        if isinstance(node, ast.Tuple) and not isinstance(parent, ast.BinOp):
            return None
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Mod)):
        return parent
    if isinstance(parent, ast.Call) and node is not parent.func:
        filled = isinstance(parent.func, ast.Attribute) and parent.func.attr in FILLING
        return parent if filled else None
    return None


def _begins_with(whole: ast.expr) -> bool:
    """Whether the whole text may begin as that of the error does."""
    start = whole.left if isinstance(whole, ast.BinOp) else whole
    first = start.values[0] if isinstance(start, ast.JoinedStr) and start.values else start
    return not isinstance(first, ast.Constant)


def _is_searched(draft: Draft, text: ast.expr, *, begins: bool) -> bool:
    """Whether something is looked for in `text` that no longer stands there, or stands now."""
    parent = draft.facts.structure.parent(text)
    if isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
        return parent.comparators[0] is text and _has_changed(draft, parent.left, text)
    if isinstance(parent, ast.Call) and text in parent.args:
        return getattr(parent.func, "attr", "") in MATCHING and not _matches_alike(parent)
    if not isinstance(parent, ast.Attribute) or parent.value is not text:
        return False
    call = draft.facts.structure.parent(parent)
    if parent.attr in SAME_TEXT and isinstance(call, ast.Call):
        return any(_is_searched(draft, use, begins=begins) for use in read_as(draft, call))
    return parent.attr in FINDING or (begins and parent.attr in BEGINNING)


def _has_changed(draft: Draft, word: ast.expr, text: ast.expr) -> bool:
    """Whether `word` stands in the texts of other errors now."""
    if not isinstance(word, ast.Constant) or not isinstance(word.value, str):
        return True
    lowered = is_lowered(draft, text)
    found = matched(word.value, lowered=lowered)
    return found != still_matched(word.value, lowered=lowered) or in_details(
        word.value, lowered=lowered
    )


def words_lost(draft: Draft, test: ast.Compare) -> str:
    """The word that is looked for, if it stood in the texts of old errors and in no new one."""
    word, text = test.left, test.comparators[0]
    if not isinstance(word, ast.Constant) or not isinstance(word.value, str):
        return ""
    lowered = is_lowered(draft, text)
    gone = matched(word.value, lowered=lowered) - still_matched(word.value, lowered=lowered)
    for other, is_lower in _searched_beside(draft, test) if gone else ():
        gone -= still_matched(other, lowered=is_lower)
    return word.value if gone else ""


def _searched_beside(draft: Draft, test: ast.Compare) -> Iterator[tuple[str, bool]]:
    """The words that the same condition is true for, in the same text, and whether in its lower
    case: `"429" in text or "RESOURCE_EXHAUSTED" in text`.
    """
    joint = draft.facts.structure.parent(test)
    kind = ast.Or if isinstance(test.ops[0], ast.In) else ast.And
    if not isinstance(joint, ast.BoolOp) or not isinstance(joint.op, kind):
        return
    for other in joint.values:
        if not isinstance(other, ast.Compare) or type(other.ops[0]) is not type(test.ops[0]):
            continue
        text = other.comparators[0]
        if isinstance(other.left, ast.Constant) and isinstance(other.left.value, str):
            if len(other.ops) == 1 and _as_it_is(text) == _as_it_is(test.comparators[0]):
                yield other.left.value, is_lowered(draft, text)


def _as_it_is(text: ast.expr) -> str:
    """What `text.lower()` is made of."""
    while isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute):
        if text.func.attr not in LOWERING or text.args:
            break
        text = text.func.value
    return ast.dump(text)


def _matches_alike(call: ast.Call) -> bool:
    pattern = call.args[0]
    return (
        isinstance(pattern, ast.Constant)
        and isinstance(pattern.value, str)
        and same_match(pattern.value, 0)
    )
