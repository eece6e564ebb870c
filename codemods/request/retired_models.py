"""Name models that are served.

Why: https://ai.google.dev/gemini-api/docs/deprecations: calls of a model that is shut down fail, or
go to another one.

Rewrites: with --upgrade-models, names of models that are shut down, or will be soon, to those that
take their place, where a migrated call gets the name: written in the call, a constant of this or
another module, an item of a dict, the default of a parameter, of an environment variable, of an
option of argparse, click or typer, or of a field of pydantic or a dataclass. Without it, a note
names the date.

Leaves alone: names that something else gets as well, unless that only prints or logs them; names
that are put together; models without a successor; calls of Vertex AI, which has dates of its own.
"""

from __future__ import annotations

import ast

from codemods.request.literal_uses import LiteralUses
from codemods.request.model_names import MODEL, kept_note, replaced_note, successor
from codemods.tables.models import PREFIX, ending
from migrator.codemod import Codemod
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Constant


def plan(draft: Draft) -> None:
    """Replace the names of models that go, or say why they are still there."""
    calls = [(m, n) for m, n in draft.all_remembered(MODEL) if m in draft.migrated]
    named = [(owner, node, name) for owner, node in calls for name in _names(draft, node)]
    if not any(successor(draft, owner, name) for owner, _, name in named):
        for owner, _, name in named:
            found = ending(name)
            assert found is not None
            draft.note(owner, kept_note(draft, owner, name, found))
        return
    arguments = {node: owner for owner, node in draft.all_remembered(MODEL)}
    uses = LiteralUses(draft, arguments, lambda text: ending(text) is not None)
    for owner, node, name in named:
        _plan_name(draft, owner, node, name, uses)


def _plan_name(draft: Draft, owner: Member, node: ast.expr, name: str, uses: LiteralUses) -> None:
    found = ending(name)
    assert found is not None
    new = successor(draft, owner, name)
    if new is None:
        draft.note(owner, kept_note(draft, owner, name, found))
        return
    if isinstance(node, ast.Constant) and name.startswith(PREFIX):
        draft.note(owner, replaced_note(name, found))  # the call is written anew, with its name
        return
    literals = uses.reaching(node, name)
    reasons = [uses.obstacle(literal, new) for literal in literals]
    for literal, reason in zip(literals, reasons, strict=True):
        if reason is None:
            bare = name.removeprefix(PREFIX)
            draft.replace(owner, literal, draft.source(literal).replace(bare, new))
    told = next((reason for reason in reasons if reason), None)
    if told is not None or not literals:
        why = told or f"it can't be followed to where `{draft.quote(node)}` gets it"
        draft.note(owner, kept_note(draft, owner, name, found, why))
    else:
        draft.note(owner, replaced_note(name, found))


def _names(draft: Draft, node: ast.expr) -> list[str]:
    """The models that go among those that an expression may name."""
    texts = [v.value for v in draft.values(node) if isinstance(v, Constant)]
    return [text for text in texts if isinstance(text, str) and ending(text) is not None]


CODEMOD = Codemod(
    code="GM033",
    name="retired-models",
    summary="name models that are served",
    doc=__doc__ or "",
    rules={("settled", "retired models"): plan},
)
