"""The models that calls name: which are shut down, and what they are called instead."""

from __future__ import annotations

import ast

from codemods.request.vertex import VERTEX
from codemods.tables.models import PREFIX, Ending, ending
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.values import Constant

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


def models_named(draft: Draft, owner: Member) -> frozenset[str]:
    """The models that a call may name, or the calls that a config goes to, as far as is known.

    Of settings whose calls aren't seen, any call of the program may be one.
    """
    named = draft.once("models named", lambda: _models_by_owner(draft))
    return frozenset(named.get(owner) or every_model(draft))


def every_model(draft: Draft) -> frozenset[str]:
    """The models that any call of the program may name."""
    named = draft.once("models named", lambda: _models_by_owner(draft))
    return frozenset().union(*named.values())


def _models_by_owner(draft: Draft) -> dict[ast.AST, set[str]]:
    """The models of each call, and of each config that goes to calls."""
    found: dict[ast.AST, set[str]] = {}
    for call in draft.legacy_calls:
        given = [k.value for k in getattr(call, "keywords", ()) if k.arg == "config"]
        configs = {origin_of(value) for node in given for value in draft.values(node)}
        names = _names(draft, call)
        for owner in (call, *filter(None, configs)):
            found.setdefault(owner, set()).update(names)
    return found


def _names(draft: Draft, call: ast.AST) -> set[str]:
    named = [k.value for k in getattr(call, "keywords", ()) if k.arg == MODEL]
    values = {value for node in named for value in draft.values(node)}
    return {v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str)}
