"""The MIME type of sound: it named the sample rate, which is a field of its own now."""

from __future__ import annotations

import ast

from codemods.tables.media import OLD_SOUND, SOUND, SOUND_RATE
from migrator.edits import Code, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.understand.values import Symbol

NOTE = (
    f'the MIME type of speech was "{OLD_SOUND}"; now it is "{SOUND}", and the rate '
    "is in sample_rate"
)
TELLING = f'the MIME type of speech is "{SOUND}" now, and the rate is in sample_rate: '
UNTOLD = TELLING + "put both together by hand"
COMPARED = TELLING + "`{}` tells it from other types by more than that it is audio"
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
    asked = _asked_for(draft, node)
    if asked is not None:
        user = draft.facts.structure.parent(node)
        if not all(map(_says_audio_only, asked)) and user is not None:
            text = COMPARED.format(draft.quote(user))
            draft.doubt(reading.owner, node, text)
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


def _asked_for(draft: Draft, node: ast.Attribute) -> list[object] | None:
    """The texts that the type is compared with, or looked for in it; None where it is not."""
    parent = draft.facts.structure.parent(node)
    others: list[ast.expr] = []
    if isinstance(parent, ast.Compare):
        others = [side for side in (parent.left, *parent.comparators) if side is not node]
    elif isinstance(parent, ast.Attribute) and parent.attr in {"startswith", "endswith"}:
        call = draft.facts.structure.parent(parent)
        others = call.args if isinstance(call, ast.Call) else []
    if not others:
        return None
    found: list[object] = []
    for other in others:
        for part in other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]:
            constant = draft.constant(part)
            found.append(constant.value if constant is not None else None)
    return found


def _says_audio_only(text: object) -> bool:
    """Whether a text is found in both spellings of the type, or in none."""
    if not isinstance(text, str):
        return False
    before, after = OLD_SOUND, SOUND
    return (text in before) == (text in after) and not before.endswith(text)


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
