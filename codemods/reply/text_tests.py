"""Tests that told a text of None from an empty one: output_text is "" for both."""

from __future__ import annotations

import ast

from codemods.reply.certain_tests import leave_out
from codemods.reply.interaction import as_bool, is_never_none, none_test
from codemods.tables.errors import ATTRIBUTES
from migrator.edits import Binding, Code, Replace, Template
from migrator.plan import Draft, Reading, is_kept
from migrator.reasoning.caught_errors import gathers_errors
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant, Object

EMPTY_NOTE = "output_text doesn't tell an empty text from none: both count as None did"
TEXT_CLASSES = frozenset({"str", "bytes", "bytearray"})
"""Classes of which a reply's text can only be the first."""


def is_matched(draft: Draft, node: ast.expr) -> bool:
    """`match response.text:`, of which no case asks for an empty text."""
    parent = draft.facts.structure.parent(node)
    if not isinstance(parent, ast.Match) or parent.subject is not node:
        return False
    patterns = [pattern for case in parent.cases for pattern in ast.walk(case.pattern)]
    return not any(isinstance(p, ast.Constant) and p.value == "" for p in patterns)


def text_is_none(draft: Draft, reading: Reading) -> None:
    """`text is None` never holds for `output_text`: ask whether it is empty."""
    if reading.path != ("text",) or is_never_none(draft, reading.base):
        return
    if _may_be_other(draft, reading.base):
        text = f'`{draft.quote(reading.base)}` may also be other text, for which "" is not None'
        draft.doubt(reading.owner, reading.base, text)
    draft.note(reading.owner, EMPTY_NOTE)
    if not _put_choice(draft, reading, reading.node):
        none_test(draft, reading, draft.hole(reading.base, Binding.NOT))


def text_compared(draft: Draft, reading: Reading) -> None:
    """`text == ""` and `text in (None, "-")` told None from an empty text."""
    compare = reading.node
    if reading.path != ("text",) or not isinstance(compare, ast.Compare):
        return
    sides = [side for side in (compare.left, *compare.comparators) if side is not reading.base]
    constants = {c.value for c in map(draft.constant, sides) if c is not None}
    for side in sides:
        for value in draft.values(side):
            if isinstance(value, Object) and value.origin is not None:
                held = draft.facts.held(value.origin)
                constants |= {c.value for c in held if isinstance(c, Constant)}
    if (None in constants) != ("" in constants):
        _doubt_none(draft, reading, f"`{draft.quote(compare)}`")


def text_tested(draft: Draft, reading: Reading) -> None:
    """`isinstance(text, str)` was False for None: ask whether the text is empty."""
    call = reading.node
    assert isinstance(call, ast.Call)
    classes = {ast.unparse(node) for node in _classes(call.args[1])}
    if reading.path != ("text",) or "str" not in classes:
        return
    if _may_be_error(draft, reading.base):
        _doubt_gathered(draft, reading)
        return
    if is_never_none(draft, reading.base):
        return
    other_text = classes - TEXT_CLASSES or _may_be_other(draft, reading.base)
    if _is_asked_beside(draft, call, reading.base):
        if not other_text:
            leave_out(draft, reading.owner, call)
        return
    if other_text:
        _doubt_none(draft, reading, f"`{draft.quote(call)}`")
        return
    draft.note(reading.owner, EMPTY_NOTE)
    if _put_choice(draft, reading, call):
        return
    found = draft.hole(reading.base)
    draft.replace(reading.owner, call, as_bool(found) if is_kept(draft.facts, call) else found)


def _may_be_error(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` may be an error that `gather(…, return_exceptions=True)` gave for a text."""
    return not isinstance(node, ast.Attribute) and gathers_errors(draft)


def _doubt_gathered(draft: Draft, reading: Reading) -> None:
    """`isinstance(r, str)` tells a text from an error: it stays, and nothing may read the error."""
    for node in ast.walk(draft.facts.structure.scope_of[reading.node]):
        if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            if _same(node.value, reading.base):
                text = f"`{draft.quote(node)}` reads an error that may be a new one"
                draft.block(reading.owner, node, text)
    _doubt_none(draft, reading, f"`{draft.quote(reading.node)}`")


def _put_choice(draft: Draft, reading: Reading, test: ast.AST) -> bool:
    """`text if text is not None else other` -> `text or other`."""
    choice = draft.facts.structure.parent(test)
    if not isinstance(choice, ast.IfExp) or choice.test is not test:
        return False
    absent = isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Is, ast.Eq))
    text, rest = (choice.orelse, choice.body) if absent else (choice.body, choice.orelse)
    if not _same(text, reading.base):
        return False
    other = draft.constant(rest)
    code: Code = draft.hole(text, Binding.OR)
    span = draft.span(choice)
    if other is None or other.value != "":
        code = Template((code, " or ", draft.hole(rest, Binding.OR)))
    else:
        span = draft.positions.span_with_parentheses(span)
    draft.edit(reading.owner, Replace(span, code))
    return True


def _classes(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.unparse(one) == ast.unparse(other)


def _is_asked_beside(draft: Draft, test: ast.expr, text: ast.expr) -> bool:
    """`text and isinstance(text, str)`, `not text or not …`: an empty text doesn't get there."""
    operand = test
    chain = draft.facts.structure.parent(test)
    if isinstance(chain, ast.UnaryOp) and isinstance(chain.op, ast.Not):
        operand = chain
        chain = draft.facts.structure.parent(chain)
    if not isinstance(chain, ast.BoolOp):
        return False
    before = chain.values[: chain.values.index(operand)]
    if isinstance(chain.op, ast.Or):
        before = [n.operand for n in before if isinstance(n, ast.UnaryOp)]
    return any(_same(node, text) for node in before)


def text_matched(draft: Draft, reading: Reading) -> None:
    """`match text:` of a name -> `match text or None:`, which tells None from a text again."""
    base = reading.base
    parent = draft.facts.structure.parent(base)
    if reading.path != ("text",) or not isinstance(parent, ast.Match):
        return
    if is_never_none(draft, base):
        return
    matched = is_matched(draft, base)
    if matched and isinstance(base, ast.Attribute):
        return  # see `codemods.reply.read_text`
    if not matched or not isinstance(base, ast.Name) or _may_be_other(draft, base):
        _doubt_none(draft, reading, f"`match {draft.quote(base)}`")
        return
    draft.note(reading.owner, EMPTY_NOTE)
    draft.replace(reading.owner, base, Template((draft.hole(base), " or None")))


def _may_be_other(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` may also be a text that is no reply's: then an empty one is not None."""
    for value in draft.values(node):
        strange = origin_of(value) is None or getattr(value, "path", ()) != ("text",)
        if strange and not (isinstance(value, Constant) and value.value in {None}):
            return True
    return False


def _doubt_none(draft: Draft, reading: Reading, what: str) -> None:
    text = f'{what} may tell None from "", but output_text is "" where text was None'
    draft.doubt(reading.owner, reading.base, text)
