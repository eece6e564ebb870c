"""Chunks without text: whether the None that stood for their text can have been meant."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from codemods.reply.text_guards import is_known_to_be_there
from codemods.streams.chunk_forms import is_or_empty
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.reasoning.caught_errors import catches
from migrator.understand.values import Symbol

NOTE = (
    "a chunk without text (an empty reply, a thought, an image) had a text of None, which "
    'was printed as "None", or failed where it was added to text; there is no event for it'
)


FEATURES = ("thoughts", "tools", "images", "audio")
"""What a model is asked for that comes in chunks without text."""


PIECES = (
    "a reply without text came in a chunk, and this ran for that as well; it runs for pieces of "
    "text only"
)


SIGNED = (
    "a part that held nothing but the signature of a thought had a text of None; there is no event "
    "for it"
)


RAISED = (
    "a chunk without candidates, content, parts or text raised an error that a handler catches; "
    "an event without text raises none"
)
UNCOUNTED = (
    "counts that were missing raised an error at the first chunk, which a handler catches; they "
    "are read of the last event now, behind the text"
)
MISSING = {"AttributeError", "IndexError", "TypeError", "Exception"}
"""What reading a part of a chunk raised where there was none."""


def tell_raised(draft: Draft, owner: Member, parts: Iterable[ast.expr]) -> None:
    """`parts` read a part of a chunk, which raised where there was none."""
    if any(catches(draft, node, MISSING) for node in parts):
        draft.note(owner, RAISED)


def tell_uncounted(draft: Draft, owner: Member, counts: Sequence[ast.expr]) -> None:
    """`counts` read the counts of chunks: a field of None, unless one of them is a test."""
    uses = {context_of(draft.facts, node).use for node in counts}
    if uses & {Use.TRUTH, Use.IS_NONE}:
        return
    if any(
        catches(draft, node, MISSING)
        for node in counts
        if context_of(draft.facts, node).use is Use.ATTRIBUTE
    ):
        draft.note(owner, UNCOUNTED)


def tell_nones(draft: Draft, owner: Member, texts: Sequence[ast.expr]) -> None:
    """`texts` read the text of chunks, which was None in a chunk without text."""
    parent = draft.facts.structure.parent
    plain = [node for node in texts if not is_or_empty(parent(node), node)]
    meant = [node for node in plain if is_meant(draft, node)]
    for feature in FEATURES if meant else ():
        if draft.has_feature(meant[0], owner, feature):
            text = f"chunks of {feature} had no text; this ran for them, too, with None"
            draft.doubt(owner, draft.facts.structure.statement(meant[0]), text)
    if plain:
        draft.note(owner, NOTE)
    if any(_is_added(draft, node) and catches(draft, node, MISSING) for node in plain):
        draft.note(owner, RAISED)
    if any(is_meant(draft, _whole(parent(node), node)) for node in texts):
        draft.note(owner, PIECES)


def tell_signed(draft: Draft, owner: Member, texts: Sequence[ast.expr]) -> None:
    """`texts` read the text of parts, which was None in one that held a signature only."""
    parent = draft.facts.structure.parent
    shown = [
        node
        for node in texts
        if context_of(draft.facts, node).use not in {Use.TRUTH, Use.IS_NONE}
        and not is_known_to_be_there(draft, node)
    ]
    if any(not is_or_empty(parent(node), node) for node in shown):
        draft.note(owner, SIGNED)
    if any(is_meant(draft, _whole(parent(node), node)) for node in shown):
        draft.note(owner, PIECES)


def _whole(parent: ast.AST | None, node: ast.expr) -> ast.expr:
    """`node`, or all of `node or ""`."""
    return parent if isinstance(parent, ast.expr) and is_or_empty(parent, node) else node


def is_meant(draft: Draft, node: ast.expr) -> bool:
    """Whether the program may tell a text of None, which `node` reads, from no text.

    It does not where texts are printed one behind the other, or added to a string: there None is a
    mistake, or raises a TypeError.
    """
    if _is_printed_in_a_row(draft, node):
        return False
    return not _is_added(draft, node) or catches(draft, node, {"TypeError", "Exception"})


def _is_added(draft: Draft, node: ast.expr) -> bool:
    """`answer += chunk.text`, `file.write(chunk.text)`"""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, (ast.AugAssign, ast.BinOp)):
        return isinstance(parent.op, ast.Add)
    if not isinstance(parent, ast.Call) or parent.args != [node]:
        return False
    return isinstance(parent.func, ast.Attribute) and parent.func.attr == "write"


def _is_printed_in_a_row(draft: Draft, node: ast.expr) -> bool:
    """`print(chunk.text, end="")`, with nothing around the text that would be printed without it"""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.FormattedValue):
        parent = draft.facts.structure.parent(parent)
        if not isinstance(parent, ast.JoinedStr) or len(parent.values) > 1:
            return False
        parent = draft.facts.structure.parent(parent)
    if not isinstance(parent, ast.Call) or len(parent.args) != 1:
        return False
    values = draft.values(parent.func)
    if not values or not all(isinstance(v, Symbol) and v.path == "print" for v in values):
        return False
    ends = [draft.constant(k.value) for k in parent.keywords if k.arg == "end"]
    return bool(ends) and ends[0] is not None and "\n" not in str(ends[0].value)
