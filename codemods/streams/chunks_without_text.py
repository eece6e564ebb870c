"""Chunks without text: whether the None that stood for their text can have been meant."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from codemods.reply.text_guards import is_known_to_be_there
from codemods.streams.chunk_forms import is_builtin, is_empty, is_or_empty
from codemods.streams.chunk_reads import Kind, chunk_type, is_none_test
from codemods.streams.harmless_code import is_harmless
from codemods.streams.loop_body import Body
from codemods.streams.stream_facts import Loop
from codemods.tables.streams import CHUNK
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


def doubt_ran(
    draft: Draft, owner: Member, base: ast.AST, statement: ast.stmt, how: str = ""
) -> None:
    """`statement` ran for whatever the model that made `base` sends besides text."""
    for feature in FEATURES:
        if isinstance(base, ast.expr) and draft.has_feature(base, owner, feature):
            text = f"chunks of {feature} had no text; this ran for them, too{how}"
            draft.doubt(owner, statement, text)


def tell_nones(
    draft: Draft, owner: Member, texts: Sequence[ast.expr], filled: Collection[ast.expr] = ()
) -> None:
    """`texts` read the text of chunks, which was None in a chunk without text.

    Those that are `filled` are names of `chunk.text or ""`.
    """
    parent = draft.facts.structure.parent
    plain = [n for n in texts if n not in filled and not is_or_empty(parent(n), n)]
    meant = [node for node in plain if is_meant(draft, node)]
    if meant:
        statement = draft.facts.structure.statement(meant[0])
        doubt_ran(draft, owner, meant[0], statement, ", with None")
    others = [(n, _whole(parent(n), n)) for n in texts if n not in plain]
    shown = [n for n, whole in others if _is_set_off(draft, whole) or _is_kept(draft, whole)]
    if shown:
        doubt_ran(draft, owner, shown[0], draft.facts.structure.statement(shown[0]))
    if plain:
        draft.note(owner, NOTE)
    if any(_is_added(draft, node) and catches(draft, node, MISSING) for node in plain):
        draft.note(owner, RAISED)
    wholes = [_whole(parent(node), node) for node in texts]
    if any(is_meant(draft, whole) or _is_set_off(draft, whole) for whole in wholes):
        draft.note(owner, PIECES)


@dataclass(frozen=True, slots=True)
class NamedText:
    """`piece = chunk.text`, or that of a part; `filled` where it is `chunk.text or ""`."""

    uses: Sequence[ast.expr]
    of_chunk: bool
    filled: bool


def named_text(draft: Draft, body: Body) -> NamedText | None:
    """Where the program's own variable for the text is used for its value."""
    parent = draft.facts.structure.parent
    for node, read in body.reads.items():
        if read.attribute != "text" or not isinstance(node, ast.expr):
            continue
        whole = _whole(parent(node), node)
        binder = parent(whole)
        targets = getattr(binder, "targets", None) or [getattr(binder, "target", None)]
        if not any(isinstance(t, ast.Name) and t.id == body.text for t in targets):
            continue
        uses = [
            n
            for n, other in body.reads.items()
            if isinstance(n, ast.Name) and n.id == body.text and other.kind is Kind.TEXT
            if context_of(draft.facts, n).use not in {Use.TRUTH, Use.IS_NONE}
            and not is_known_to_be_there(draft, n)
        ]
        return NamedText(uses, chunk_type(draft, read.name) == CHUNK, whole is not node)
    return None


def tell_empty(draft: Draft, owner: Member, loop: Loop, body: Body) -> None:
    """`if chunk.text is not None` lets an empty text through; `!= ""` lets None through."""
    parent = draft.facts.structure.parent
    texts = [n for n, read in body.reads.items() if read.kind in {Kind.TEXT, Kind.ANSWER}]
    values = [n for n in texts if isinstance(n, ast.expr)]
    tests = [t for n in values if isinstance(t := parent(n), ast.Compare)]
    tests = [test for test in tests if is_none_test(test, test.left) is not None]
    if not tests:
        return
    shown = [n for n in values if parent(n) not in tests and not isinstance(parent(n), ast.If)]
    if any(is_empty(test.comparators[0]) for test in tests):
        draft.note(owner, NOTE)
        tell_nones(draft, owner, shown)
    if any(_acts(draft, node, shown, body) for part in loop.body for node in ast.walk(part)):
        draft.note(owner, PIECES)


def _acts(draft: Draft, node: ast.AST, texts: Sequence[ast.expr], body: Body) -> bool:
    """Whether a statement may tell an empty text from no text."""
    if not isinstance(node, ast.stmt) or node in body.deleted or node in body.named:
        return False
    if isinstance(node, (ast.If, ast.For, ast.AsyncFor, ast.Try, ast.With, ast.AsyncWith)):
        return False
    inside = set(ast.walk(node))
    mine = [text for text in texts if text in inside]
    if mine:
        return any(is_meant(draft, text) or _is_set_off(draft, text) for text in mine)
    return not inside & body.reads.keys() and not is_harmless(draft, node)


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


def _is_set_off(draft: Draft, node: ast.expr) -> bool:
    """`print("-", chunk.text or "")`: something is seen even where the text is empty."""
    inner, parent = node, draft.facts.structure.parent(node)
    while isinstance(parent, (ast.Attribute, ast.Call)):
        if isinstance(parent, ast.Call) and inner is not parent.func:
            values = draft.values(parent.func)
            if values and all(isinstance(v, Symbol) and v.path == "print" for v in values):
                return not _is_printed_in_a_row(draft, inner)
            if not is_builtin(draft, parent, "len", "repr", "str"):
                return False
        inner, parent = parent, draft.facts.structure.parent(parent)
    if isinstance(parent, ast.FormattedValue):
        around = draft.facts.structure.parent(parent)
        return isinstance(around, ast.JoinedStr) and len(around.values) > 1
    if isinstance(parent, ast.BinOp):
        return isinstance(parent.left, ast.Constant) or isinstance(parent.right, ast.Constant)
    return False


def _is_kept(draft: Draft, node: ast.expr) -> bool:
    """`first = piece`, `pieces.append(piece)`"""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
        return parent.func.attr == "append" and parent.args == [node]
    return isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node


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
