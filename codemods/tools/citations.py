"""Citations of a reply as the sources that its grounding chunks were.

A chunk had one of three fields (`web`, `maps`, `retrieved_context`); a citation has a type.
"""

from __future__ import annotations

import ast

from codemods.reply.interaction import STEPS, TEXTS, Pattern, asked_of, interaction
from codemods.tables.api import SOURCES
from codemods.tables.sources import CALLS, WEB, Source
from migrator.edits import CallCode, Code, Item, ListCode, Template
from migrator.plan import Draft, Reading
from migrator.understand.values import Object


def read_sources(draft: Draft, reading: Reading) -> list[Source]:
    """The kinds of sources that the unit of a reading reads."""
    unit = draft.units.find(reading.owner)
    found = {
        value.type
        for origin, uses in draft.facts.uses.items()
        if draft.units.find(origin) is unit
        for node in uses
        for value in draft.values(node)
        if isinstance(value, Object) and value.path
    }
    return [source for path, source in SOURCES.items() if path in found]


def citations(draft: Draft, reading: Reading) -> Code:
    """The cited sources of the metadata that is read, each once."""
    base = interaction(draft, reading.base)
    found = [_cited(source, base) for source in read_sources(draft, reading)]
    if len(found) == 1:
        return CallCode("list", (Item(found[0]),))
    return ListCode(tuple(Item(code, "*") for code in found))


def any_citation(draft: Draft, reading: Reading, metadata: ast.expr) -> Code:
    """Whether any source is cited in the reply behind `metadata`."""
    sources = read_sources(draft, reading) or [WEB]
    names = [f'"{source.annotation}"' for source in sources]
    test = f"annotation.type == {names[0]}"
    if len(names) > 1:
        test = f"annotation.type in ({', '.join(names)})"
    clauses = (*TEXTS, "for annotation in content.annotations or []")
    return Pattern("any(", test, clauses, ")").over(interaction(draft, metadata))


def _cited(source: Source, base: Code) -> Code:
    clauses = (
        *TEXTS,
        "for annotation in content.annotations or []",
        f'if annotation.type == "{source.annotation}"',
    )
    pattern = Pattern("{", f"{source.key}: annotation", clauses, "}")
    return Template((pattern.over(base), ".values()"))


def grounded(draft: Draft, reading: Reading) -> Code:
    """Whether there is any grounding: whether a tool has looked for sources."""
    calls = [c for tool, c in CALLS.items() if draft.has_feature(reading.base, reading.owner, tool)]
    names = calls or list(CALLS.values())[:1]
    test = f'step.type == "{names[0]}"'
    if len(names) > 1:
        test = "step.type in (" + ", ".join(f'"{name}"' for name in names) + ")"
    return asked_of(draft, reading.base, Pattern("any(", test, (STEPS,), ")"))
