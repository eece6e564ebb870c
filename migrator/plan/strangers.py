"""What else may stand where a reply does, in the words of a message."""

from __future__ import annotations

import ast

from migrator.plan.draft import Draft
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant, Instance, Unknown, Value


def stranger(draft: Draft, node: ast.expr, value: Value, usual: str) -> str:
    """`response` may also be …: where it comes from, for `value` that is not the `usual`."""
    text = f"`{draft.quote(node)}` may also "
    if isinstance(value, Unknown):
        return text + "come from code that can't be followed"
    if isinstance(value, Constant):
        return f"{text}be {value.value!r}, which is not {usual}"
    if isinstance(value, Instance):
        line = draft.line(value.node)
        return f"{text}be a {value.node.name} (line {line}), which is not {usual}"
    origin = origin_of(value)
    if isinstance(origin, ast.expr) and origin in draft.facts.structure.parents:
        source = draft.quote(origin)
        if isinstance(origin, ast.Call) and (origin.args or origin.keywords):
            source = f"{draft.quote(origin.func)}(…)"
        return f"{text}come from `{source}` (line {draft.line(origin)}), which is not {usual}"
    return f"{text}be something else than {usual}"
