"""The models that calls name: which are shut down, and what they are called instead."""

from __future__ import annotations

from codemods.request.vertex import VERTEX
from codemods.tables.models import PREFIX, Ending, ending
from migrator.plan import Draft
from migrator.plan.units import Member

MODEL = "model"
"""What is remembered of a call: the expression that names its model."""


def successor(draft: Draft, owner: Member, name: str) -> str | None:
    """The model that is named instead, if that was asked for and one is known.

    Vertex AI shuts models down by a calendar of its own.
    """
    found = ending(name)
    if not draft.options.upgrade_models or found is None or draft.remembered(owner, VERTEX):
        return None
    return found.successor if draft.rule("settled", "retired models") is not None else None


def name_to_write(draft: Draft, owner: Member, name: str) -> str:
    """The name of a model as a call of `create` writes it, without the prefix."""
    return successor(draft, owner, name) or name.removeprefix(PREFIX)


def kept_note(draft: Draft, owner: Member, name: str, found: Ending, why: str = "") -> str:
    """That a call names a model which goes, and what to do."""
    bare = name.removeprefix(PREFIX)
    if draft.remembered(owner, VERTEX):
        return f"the model {bare} {found.told} on the Gemini API; see when Vertex AI does so"
    if why:
        return f"the model {bare} {found.told}, and is still named: {why}"
    text = f"the model {bare} {found.told}; choose a current one"
    if found.successor is None or draft.options.upgrade_models:
        return text
    return f"{text} (--upgrade-models names {found.successor})"


def replaced_note(name: str, found: Ending) -> str:
    """That a call names another model now."""
    bare = name.removeprefix(PREFIX)
    return f"the model {bare} {found.told}; it is {found.successor} now: see that it suits"
