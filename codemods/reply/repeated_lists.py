"""The same long list of a reply's items, written more than once: a function with a name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from migrator.edits import (
    ClausesCode,
    Code,
    Delete,
    Edit,
    NeedImport,
    Nest,
    Placed,
    Replace,
    Row,
    Template,
    holes,
)
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.free_names import FreeNames
from migrator.reasoning.helper_functions import insert_function

Key = tuple[str, ...]
NAMES: dict[str, tuple[str, str]] = {
    'if content.type == "text"': ("output_texts", "The texts of a reply."),
    "for content in step.content or []": ("output_content", "The content of a reply."),
}
"""How the lists end that get a function: its name, and its docstring."""


def name_lists(draft: Draft) -> None:
    """Put lists that stand in several places of the module in a function, which they call."""
    groups: dict[tuple[ast.Module, Key], list[tuple[Member, Replace, Code]]] = {}
    members = list(_applied(draft))
    gone = _swallowed([edit for member in members for edit in draft.units.ledger(member).edits])
    for member in members:
        for edit in draft.units.ledger(member).edits:
            source = _source(edit.code) if isinstance(edit, Replace) else None
            if source is not None and edit not in gone:
                assert isinstance(edit, Replace)
                key, code = source
                module = draft.module_at(edit.span.start)
                groups.setdefault((module, key), []).append((member, edit, code))
    for (_, key), found in groups.items():
        if len({edit.span for _, edit, _ in found}) > 1:
            _name(draft, key, found)


def _applied(draft: Draft) -> Iterator[Member]:
    """The members of units that nothing has stopped."""
    for members in draft.units.members().values():
        if not draft.units.summary(members).blockers:
            yield from members


def _swallowed(edits: Iterable[Edit]) -> set[Edit]:
    """The edits of which nothing is left."""
    placed = [edit for edit in dict.fromkeys(edits) if not isinstance(edit, NeedImport)]
    around: list[Placed] = []
    gone: set[Edit] = set()
    for edit in sorted(placed, key=lambda e: (e.span.start, -e.span.end)):
        # Edits may share a span or cross, so one that has ended may lie under one that has not.
        around = [outer for outer in around if outer.span.end > edit.span.start]
        if any(_swallows(outer, edit) for outer in around):
            gone.add(edit)
        around.append(edit)
    return gone


def _swallows(outer: Placed, edit: Placed) -> bool:
    """Whether nothing is left of an edit inside another one."""
    if not outer.span.holds(edit.span) or outer.span == edit.span:
        return False
    if isinstance(outer, Nest):
        return not outer.inner.holds(edit.span)
    if isinstance(outer, Replace):
        return not any(hole.span.holds(edit.span) for hole in holes(outer.code))
    return isinstance(outer, Delete)


def _source(code: Code) -> tuple[Key, Code] | None:
    """The clauses of a list of content behind the first, and the interaction it is of."""
    if not isinstance(code, ClausesCode) or (code.before, code.element) != ("[", "content"):
        return None
    first, *others = code.clauses
    if code.after != "]" or not isinstance(first, Template) or len(first.parts) != 3:
        return None
    key = tuple(clause for clause in others if isinstance(clause, str))
    known = len(key) == len(others) and key[-1] in NAMES and key[0] == OUTPUT
    return (key, first.parts[1]) if known else None


OUTPUT = 'if step.type == "model_output"'


def _name(draft: Draft, key: Key, found: list[tuple[Member, Replace, Code]]) -> None:
    """Make the function, and call it in each place."""
    wanted, told = NAMES[key[-1]]
    structure = draft.facts.structure
    module = draft.module_at(found[0][1].span.start)
    scopes = (scope for scope in structure.locals_of if structure.module(scope) is module)
    name = FreeNames(structure, *scopes).take(wanted)
    clauses = ("for step in interaction.steps or []", *key)
    rows = (
        Row(f"def {name}(interaction):"),
        Row(f'"""{told}"""', 1),
        Row(Template(("return ", ClausesCode("[", "content", clauses, "]"))), 1),
    )
    making = insert_function(draft, [_statement(draft, (edit for _, edit, _ in found))], rows)
    for member, edit, code in found:
        edits = draft.units.ledger(member).edits
        edits[edits.index(edit)] = Replace(edit.span, Template((f"{name}(", code, ")")))
        if making not in edits:
            edits.append(making)


def _statement(draft: Draft, edits: Iterable[Replace]) -> ast.stmt:
    """The statement of the module in which the first of the edits stands."""
    first = min(edit.span.start for edit in edits)
    return next(s for s in draft.module_at(first).body if draft.span(s).end > first)
