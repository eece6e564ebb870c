"""Which call sites a piece of code can have to do with: those of modules that import each other."""

from __future__ import annotations

import ast

from migrator.connections import reached
from migrator.plan import Draft
from migrator.reasoning.errors_handed_on import modules_that_hand_on
from migrator.understand import CallSite


def sites_in_reach(draft: Draft, node: ast.AST) -> list[CallSite]:
    """The call sites whose errors may get to the code at `node`: of its module, of those that it
    imports, directly or not (it calls them), of those that import it (it is their helper), and of
    those that a module calls which hands errors on to it.
    """
    structure = draft.facts.structure
    if len(structure.modules) == 1:
        return list(draft.facts.sites)
    used_by = draft.once("modules imported by modules", lambda: _reached(draft))
    between = draft.once("modules that hand errors on", lambda: modules_that_hand_on(draft))
    here = structure.module(node)
    users = [used_by[module] for module in between if here in used_by[module]]
    return [
        site
        for site in draft.facts.sites
        if (other := structure.module(site.call)) in used_by[here]
        or here in used_by[other]
        or any(other in used for used in users)
    ]


def sites_run_from(draft: Draft, node: ast.AST) -> list[CallSite]:
    """The call sites that the code at `node` may run, for all that is known of what it calls.

    They stand in its module, in one that it imports, or in one that imports it and hands it what
    to call.
    """
    structure = draft.facts.structure
    if len(structure.modules) == 1:
        return list(draft.facts.sites)
    used_by = draft.once("modules imported by modules", lambda: _reached(draft))
    here = structure.module(node)
    return [
        site
        for site in draft.facts.sites
        if (other := structure.module(site.call)) in used_by[here] or here in used_by[other]
    ]


def _reached(draft: Draft) -> dict[ast.Module, set[ast.Module]]:
    """For each module itself and what it imports, directly or not."""
    imports = draft.facts.structure.links.imports()
    return {module: reached([module], imports) for module in draft.facts.structure.modules}
