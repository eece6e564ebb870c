"""Fields of f-strings that print their own source: `f"{response.text=}"`.

What stands in such a field can't be rewritten without changing what is printed. A name that stays
as it is can stay there, whatever it is bound to.
"""

from __future__ import annotations

import ast

from migrator.edits import NeedImport, Span
from migrator.plan.draft import Draft


def check_documented(draft: Draft) -> None:
    """Stop every unit that would rewrite an expression which prints its own source."""
    fields = _fields(draft)
    if not fields:
        return
    for members in draft.units.members().values():
        for edit in draft.units.summary(members).edits:
            if isinstance(edit, NeedImport):
                continue
            for span, node in fields.items():
                if span.holds(edit.span):
                    text = f"`{draft.quote(node)}` prints its own source by `=` in an f-string"
                    draft.block(members[0], node, text)


def _fields(draft: Draft) -> dict[Span, ast.expr]:
    """The expressions that print their own source, by where they stand."""
    if "=}" not in draft.text and "=!" not in draft.text and "=:" not in draft.text:
        return {}
    nodes = draft.facts.structure.nodes
    fields = [node.value for node in nodes if isinstance(node, ast.FormattedValue)]
    spans = {draft.span(node): node for node in fields}
    return {span: node for span, node in spans.items() if _prints_itself(draft, span)}


def _prints_itself(draft: Draft, span: Span) -> bool:
    rest = draft.text[span.end : span.end + 8].lstrip()
    return rest.startswith("=") and not rest.startswith("==")
