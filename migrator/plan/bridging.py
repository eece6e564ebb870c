"""Call sites that stay as they are and cross the bridge: what their clients need for it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from migrator.edits import Edit, Span
from migrator.model import Beside, Status
from migrator.plan.draft import Draft
from migrator.plan.parts import Part
from migrator.understand import CallSite


@dataclass(frozen=True, slots=True)
class Crossing:
    """How a call site gets over the bridge, or why it doesn't.

    `edits` give its clients the bridge; there are none where they have it. `clients` are those that
    lose it. `replaced` are edits of
    migrated units about the same places, and what has both in it. `refused` is empty where nobody
    asked for a bridge.
    """

    edits: tuple[Edit, ...] = ()
    beside: tuple[Beside, ...] = ()
    clients: tuple[Span, ...] = ()
    replaced: Mapping[Edit, Edit] = field(default_factory=dict)
    refused: str | None = None


NOWHERE = Crossing(refused="")


def crossings(
    draft: Draft, left: Sequence[CallSite], skipped: Sequence[CallSite]
) -> dict[ast.AST, Crossing]:
    """How the call sites that are `left` get over the bridge, by their calls.

    The clients of those that a comment skips are let be.
    """
    rule = draft.rule("bridge", "site")
    if rule is None:
        return {}
    return {site.call: rule(draft, site, skipped) for site in left}


def said(message: str, status: Status, placeless: Sequence[str]) -> str:
    """The message of a call that goes over the bridge, and would be of `status` without one.

    `placeless` names its settings that no interaction has.
    """
    if placeless:
        names = " and ".join(sorted(set(placeless)))
        message = f"{message}, but to the older API as long as it sets {names}"
    return f"{message}; --unsafe-fixes migrates it" if status is Status.UNSAFE else message


def removals(draft: Draft) -> tuple[Part, ...]:
    """What takes the bridge from clients without a legacy call, if that is asked for."""
    rule = draft.rule("bridge", "removal") if draft.options.bridge_remove else None
    if rule is None:
        return ()
    crossing: Crossing = rule(draft)
    if not crossing.edits:
        return ()
    return (Part(crossing.edits, (), beside=crossing.beside, unbridged=crossing.clients),)
