"""Classes of the tests that fake the API's client."""

from __future__ import annotations

import ast
from collections.abc import Collection

from codemods.mocks.methods import plan_function
from codemods.mocks.stand_in import StandIn
from codemods.objects.renamed_methods import MOVED
from migrator.edits import Replace, Span
from migrator.plan import Draft
from migrator.understand.values import Class, Instance, Symbol

RESOURCE = "models"
NEW_RESOURCE = "interactions"
NEW_METHOD = "create"
Place = ast.Attribute | ast.keyword | ast.Name
"""Where something stands as the `models` of a client."""


def plan_fake(
    mocked: StandIn, owner: ast.ClassDef, method: ast.FunctionDef | ast.AsyncFunctionDef
) -> bool:
    """Rename a faked method, and the attribute that its class stands at; False if it has none."""
    others = [
        s.name
        for s in owner.body
        if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)) and s is not method
    ]
    if any(not name.startswith("_") for name in others) or method.decorator_list:
        mocked.refuse(owner, "the class fakes other methods, too")
    places = _places(mocked, owner)
    if not places:
        return False
    check_other_reads(mocked, owner, places)
    for place in places:
        if isinstance(place, ast.Name):
            mocked.draft.edit(mocked.owner, Replace(mocked.draft.span(place), NEW_RESOURCE))
        else:
            mocked.rename(place, NEW_RESOURCE)
    _rename_definition(mocked, method)
    plan_function(mocked, method, skip=1)
    return True


def check_other_reads(mocked: StandIn, node: ast.AST, known: Collection[ast.AST] = ()) -> None:
    """No read of `models` in the module of a fake may be one of the fake by a way out of view."""
    structure = mocked.structure
    for read in structure.named.get(RESOURCE, ()):
        if not isinstance(read, ast.Attribute) or isinstance(read.ctx, ast.Store):
            continue
        parent = structure.parent(read)
        asks = isinstance(parent, ast.Attribute) and parent.attr in MOVED
        own = structure.module(read) is structure.module(node)
        certain = all(isinstance(v, (Instance, Symbol)) for v in mocked.draft.values(read))
        if own and read not in known and not asks and not certain:
            mocked.refuse(read, f"`{mocked.quote(read)}` may be what is renamed")


def _places(mocked: StandIn, owner: ast.ClassDef) -> list[Place]:
    """Where an instance stands as the client's `models`, or is read there; none if elsewhere."""
    found: list[Place] = []
    structure, draft = mocked.structure, mocked.draft
    for node in structure.named.get(RESOURCE, ()):
        if Instance(owner) in draft.values(node) and mocked.in_test(node):
            found.append(node)
    found += _made_places(draft, owner)
    return list(dict.fromkeys(found))


def stands_at_models(draft: Draft, owner: ast.ClassDef) -> bool:
    """Whether an instance of a class is put where a client has its models."""
    return bool(_made_places(draft, owner))


def _made_places(draft: Draft, owner: ast.ClassDef) -> list[Place]:
    """Where an instance that is made is put as `models` at once."""
    calls = [
        call
        for call in draft.facts.structure.every(ast.Call)
        if Class(owner) in draft.values(call.func)
    ]
    places = (_place_of(draft.facts.structure.parent(call)) for call in calls)
    return [place for place in places if place is not None]


def _place_of(node: ast.AST | None) -> Place | None:
    """Where something is put as `models`."""
    if isinstance(node, ast.keyword):
        return node if node.arg == RESOURCE else None
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if isinstance(target, ast.Attribute) and target.attr == RESOURCE:
        return target
    return target if isinstance(target, ast.Name) and target.id == RESOURCE else None


def _rename_definition(mocked: StandIn, method: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """The name behind `def`."""
    text = mocked.draft.text
    start = text.index(method.name, mocked.draft.span(method).start)
    span = Span(start, start + len(method.name))
    mocked.draft.edit(mocked.owner, Replace(span, NEW_METHOD))
