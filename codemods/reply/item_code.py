"""The code for lists of items, and for tests of an item's type."""

from __future__ import annotations

import ast

from codemods.reply.items import Form, Items
from codemods.tables.items import MEDIA_TYPES, Kind, Kinds
from migrator.edits import Binding, ClausesCode, Code, Template
from migrator.plan import Draft
from migrator.syntax import base_of


def list_code(items: Items, interaction: Code) -> Code:
    """The list of items, of the interaction."""
    if items.form is Form.STEPS:
        return Template((interaction, ".steps or []"))
    name = "item" if items.form is Form.MIXED else "content"
    return ClausesCode("[", name, clauses(items, interaction, name), "]")


def clauses(items: Items, interaction: Code, name: str) -> tuple[Code, ...]:
    """The clauses of a comprehension that goes through the items, each under `name`."""
    if items.form is Form.STEPS:
        return (Template((f"for {name} in ", interaction, ".steps or []")),)
    steps = Template(("for step in ", interaction, ".steps or []"))
    texts = (f'if {name}.type == "text"',)
    output = ('if step.type == "model_output"', f"for {name} in step.content or []")
    if items.form is Form.TEXT:
        return (steps, *output, *texts)
    if items.form is Form.CONTENT:
        return (steps, *output)
    if items.form is Form.SPOKEN:
        spoken = (
            'if step.type in ("thought", "model_output")',
            f'for {name} in (step.summary if step.type == "thought" else step.content) or []',
        )
        return (steps, *spoken, *(() if Kind.MEDIA in items.kinds else texts))
    mixed = f'for {name} in (step.content or [] if step.type == "model_output" else [step])'
    return (steps, mixed, *_filter(items, name))


def _filter(items: Items, name: str) -> tuple[str, ...]:
    """Leave out what was no part: the steps of searches, and thoughts without a summary."""
    if Kind.OTHER in items.kinds:
        return ()
    thoughts = Kind.THOUGHT in items.live
    types = items.types(items.kinds - {Kind.THOUGHT} if thoughts else items.kinds)
    test = f"{name}.type in ({', '.join(map(_quoted, types))})"
    if len(types) == 1:
        test = f"{name}.type == {_quoted(types[0])}"
    if thoughts:
        test += f' or ({name}.type == "thought" and {name}.summary)'
    return (f"if {test}",)


def _quoted(name: str) -> str:
    return f'"{name}"'


def type_test(items: Items, base: Code, kinds: Kinds, *, negated: bool = False) -> Code:
    """Whether the item `base` is of one of `kinds`."""
    types = items.types(kinds)
    if items.form in {Form.CONTENT, Form.SPOKEN} and types == MEDIA_TYPES:
        types, negated = ("text",), not negated
    if len(types) == 1:
        return Template((base, f".type {'!=' if negated else '=='} ", _quoted(types[0])))
    names = ", ".join(map(_quoted, types))
    found: Code = Template((base, f".type {'not in' if negated else 'in'} ({names})"))
    return found


def base_code(draft: Draft, node: ast.expr) -> Code:
    """The item, for a place that reads an attribute of it."""
    return draft.hole(node, Binding.ATOM)


def is_repeatable(node: ast.expr) -> bool:
    """Whether an expression may be written twice: a name, or attributes of one."""
    return isinstance(base_of(node), ast.Name)
