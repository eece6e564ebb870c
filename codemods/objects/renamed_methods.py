"""Rename the method of a legacy call where it is taken, whatever alias it goes through."""

from __future__ import annotations

import ast

from migrator.edits import Replace
from migrator.plan import Draft, Use, context_of, made_by_test
from migrator.understand import CallSite
from migrator.understand.delegation import ASKED, delegate
from migrator.understand.values import Class, Instance

MOVED = frozenset({"generate_content", "generate_content_stream"})
"""The methods of `client.models` that become `client.interactions.create`."""


def rename_method(draft: Draft, site: CallSite) -> None:
    """`.models.generate_content` -> `.interactions.create`, where the method is taken."""
    taken = site.method.at
    if not isinstance(taken, ast.Attribute):
        draft.block(site.call, site.call, "the method is looked up by a name known at run time")
        return
    draft.edit(site.call, Replace(draft.positions.attribute_name(taken), "create"))
    _check_aliases(draft, site, taken)
    resource = taken.value
    if isinstance(resource, ast.Attribute) and _is_client_models(draft, resource):
        draft.edit(site.call, Replace(draft.positions.attribute_name(resource), "interactions"))
        return
    _rename_alias(draft, site, resource)


def _is_client_models(draft: Draft, node: ast.Attribute) -> bool:
    """Whether `node` is `.models` of a client (or of something untraceable that ends like one)."""
    if node.attr != "models":
        return False
    holders = draft.values(node.value)
    of_program = [v for v in holders if made_by_test(draft, v) is None]
    return not any(
        isinstance(v, (Instance, Class)) and not _hands_on(draft, v, node.attr) for v in of_program
    )


def _hands_on(draft: Draft, value: Instance | Class, name: str) -> bool:
    """Whether an object asks another for an attribute that it has not."""
    attributes = draft.facts.state.attributes
    own = [
        cls for cls, known in attributes if known in {name, "interactions"} and cls is value.node
    ]
    plain = isinstance(value, Instance) and not value.node.bases and not own
    return plain and delegate(attributes.get((value.node, ASKED), frozenset())) is not None


def _check_aliases(draft: Draft, site: CallSite, taken: ast.expr) -> None:
    """`ask = client.models.generate_content`: the name must not be used for anything else."""
    early = draft.facts.uses.get(site.early, ()) if site.early is not None else ()
    for node in (*draft.facts.uses.get(taken, ()), *early):
        context = context_of(draft.facts, node)
        if context.use is Use.MOVE or any(node in s.call.args for s in draft.facts.sites):
            continue
        text = f"`{draft.quote(node)}` is handed on here; {context.use.value}"
        draft.block(site.call, node, text)


def _rename_alias(draft: Draft, site: CallSite, resource: ast.expr) -> None:
    """`models = client.models`: renamed where the alias is made, if it serves such calls only."""
    receiver = site.method.receiver
    made = False
    for node in [n for n, values in draft.facts.state.values.items() if receiver in values]:
        user = draft.facts.structure.parent(node)
        direct = isinstance(node, ast.Attribute) and _is_client_models(draft, node)
        if direct and not isinstance(user, ast.Attribute) and isinstance(node, ast.Attribute):
            draft.edit(site.call, Replace(draft.positions.attribute_name(node), "interactions"))
            made = True
        if not direct and isinstance(user, ast.Attribute) and user.attr not in MOVED:
            text = f"`{draft.quote(node)}` also serves .{user.attr}, which stays where it is"
            draft.block(site.call, node, text)
    if not made:
        text = f"`{draft.quote(resource)}` can't be traced to a client's .models"
        draft.block(site.call, resource, text)
