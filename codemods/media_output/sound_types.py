"""The MIME type of sound: it named the sample rate, which is a field of its own now."""

from __future__ import annotations

import ast
from collections.abc import Callable

from codemods.tables.media import OLD_SOUND, SOUND, SOUND_RATE
from migrator.edits import Code, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.understand.values import Symbol

NOTE = (
    f'the MIME type of speech was "{OLD_SOUND}"; now it is "{SOUND}", and the rate '
    "is in sample_rate"
)
TOGETHER = f"{SOUND};rate={SOUND_RATE}"
TELLING = f'the MIME type of speech is "{SOUND}" now, and the rate is in sample_rate: '
UNTOLD = TELLING + "put both together by hand"
COMPARED = TELLING + "`{}` says something else of it"
ASKING: dict[str, Callable[[str, str], bool]] = {
    "==": str.__eq__,
    "in": str.__contains__,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
INDIFFERENT = frozenset({"mimetypes.guess_extension", "mimetypes.guess_all_extensions", "print"})
"""Functions that make no more of the type than its name says."""


def sound_type(draft: Draft, reading: Reading) -> None:
    """`blob.mime_type` of a reply that may hold sound."""
    if not draft.has_feature(reading.base, reading.owner, "audio"):
        return
    node = reading.node
    if not isinstance(node, ast.Attribute):
        draft.block(reading.owner, node, "write the attribute out, without getattr")
        return
    draft.note(reading.owner, NOTE)
    questions = _questions(draft, node)
    if questions and all(_same_answer(question, SOUND) for question in questions):
        return
    if not all(_same_answer(question, TOGETHER) for question in questions):
        user = draft.facts.structure.parent(node)
        draft.doubt(reading.owner, node, COMPARED.format(draft.quote(user or node)))
    elif not _is_indifferent(draft, node):
        _put_together(draft, reading, node)


def _is_indifferent(draft: Draft, node: ast.Attribute) -> bool:
    """Whether nobody can miss the rate."""
    if context_of(draft.facts, node).use in {Use.TRUTH, Use.IS_NONE, Use.FORMAT}:
        return True
    call = draft.facts.structure.parent(node)
    if not isinstance(call, ast.Call) or node not in call.args:
        return False
    values = draft.values(call.func)
    return bool(values) and all(isinstance(v, Symbol) and v.path in INDIFFERENT for v in values)


Question = tuple[str, object]
"""How the type is compared (`==`, `in`, or a method), and with which text."""


def _questions(draft: Draft, node: ast.Attribute) -> list[Question]:
    """What is asked of the type, if it is compared or looked into."""
    parent = draft.facts.structure.parent(node)
    how, others = "", list[ast.expr]()
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1:
        inside = isinstance(parent.ops[0], (ast.In, ast.NotIn)) and parent.left is not node
        how = "in" if inside else "=="
        others = [parent.left if parent.left is not node else parent.comparators[0]]
    elif isinstance(parent, ast.Attribute) and parent.attr in {"startswith", "endswith"}:
        call = draft.facts.structure.parent(parent)
        how = parent.attr
        others = call.args if isinstance(call, ast.Call) else []
    found: list[Question] = []
    for other in others:
        for part in other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]:
            constant = draft.constant(part)
            found.append((how, constant.value if constant is not None else None))
    return found


def _same_answer(question: Question, spelling: str) -> bool:
    """Whether the type answers a question as before where it is spelled like this."""
    how, text = question
    if not isinstance(text, str):
        return False
    ask = ASKING[how]
    return ask(OLD_SOUND, text) == ask(spelling, text)


def _put_together(draft: Draft, reading: Reading, node: ast.Attribute) -> None:
    """The type with its rate, for code that looks for it there."""
    alone = not draft.has_feature(reading.base, reading.owner, "images")
    if not alone or not _is_plain(draft, reading):
        draft.doubt(reading.owner, node, UNTOLD)
        return
    base = draft.hole(reading.base)
    rate: tuple[str | Code, ...] = ("{", base, f".sample_rate or {SOUND_RATE}" + "}")
    code = Template(('f"{', base, ".mime_type};rate=", *rate, '"'))
    draft.replace(reading.owner, node, code)


def _is_plain(draft: Draft, reading: Reading) -> bool:
    """Whether the sound is named by something that fits into an f-string, and may stand twice."""
    if draft.has_feature(reading.base, reading.owner, "only audio"):
        return not any(isinstance(n, ast.Call) for n in ast.walk(reading.base))
    nodes = (ast.Name, ast.Attribute, ast.expr_context)
    return all(isinstance(n, nodes) for n in ast.walk(reading.base))
