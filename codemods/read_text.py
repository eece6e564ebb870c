"""Read `output_text` instead of `text`.

Why: `Interaction.text` does not exist. `output_text` is "" where `text` was None, and holds only
what follows the last tool step or image.

Rewrites: `response.text` by a dot, getattr and hasattr; tests against None, wherever the text has
gone in view, become tests of truth; requests with tools get a join over all text of the reply.

Leaves alone: texts that may also come from elsewhere and are tested against None.
"""

from __future__ import annotations

import ast

from codemods.building.interaction import TEXTS, Pattern, interaction, is_probe, keep, none_test, rename
from codemods.tables.api import RESPONSE
from migrator.codemod import Codemod
from migrator.edits import Binding, Replace
from migrator.plan import Draft, Reading
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant

JOIN = Pattern('"".join(', "content.text", TEXTS, ")")


def read_text(draft: Draft, reading: Reading) -> None:
    """`response.text` -> `response.output_text`, or a join where a tool may split the text."""
    node = reading.node
    if draft.has_feature(reading.owner, "tools") and not is_probe(node):
        if isinstance(node, ast.Call):
            draft.block(reading.owner, node, "getattr of a text that a tool may split")
        draft.replace(reading.owner, node, JOIN.over(interaction(draft, reading.base)))
        return
    if isinstance(node, ast.Attribute) and _promises_none(draft, node):
        name = draft.positions.attribute_name(node)
        draft.edit(reading.owner, Replace(name, "output_text or None"))
        return
    rename(draft, reading.owner, node, "output_text")


def _promises_none(draft: Draft, node: ast.Attribute) -> bool:
    """`return response.text` of a function annotated `-> str | None` that others call."""
    parent = draft.facts.structure.parent(node)
    function = draft.facts.structure.enclosing_function(node)
    if not isinstance(parent, ast.Return) or function is None or isinstance(function, ast.Lambda):
        return False
    if function.returns is None or draft.facts.callers(function):
        return False
    annotation = ast.unparse(function.returns)
    return "None" in annotation or "Optional" in annotation


def text_is_none(draft: Draft, reading: Reading) -> None:
    """`text is None` never holds for `output_text`: ask whether it is empty."""
    if reading.path != ("text",):
        return
    for value in draft.values(reading.base):
        strange = origin_of(value) is None or getattr(value, "path", ()) != ("text",)
        if strange and not (isinstance(value, Constant) and value.value in {None}):
            text = f"`{draft.source(reading.base)}` may also be other text, for which \"\" is not None"
            draft.doubt(reading.owner, reading.base, text)
            break
    found = draft.hole(reading.base, Binding.NOT)
    none_test(draft, reading, found)


def print_response(draft: Draft, reading: Reading) -> None:
    """A whole response that is printed looks different."""
    text = f"`{draft.source(reading.base)}` is printed whole; an Interaction prints other fields"
    draft.doubt(reading.owner, reading.base, text)


CODEMOD = Codemod(
    code="GM010",
    name="read-text",
    summary="read output_text instead of text",
    doc=__doc__ or "",
    rules={
        ("read", RESPONSE, "text"): read_text,
        ("use", "str", "IS_NONE"): text_is_none,
        ("use", RESPONSE, "TRUTH"): keep,
        ("use", RESPONSE, "IS_NONE"): keep,
        ("use", RESPONSE, "FORMAT"): print_response,
    },
)
