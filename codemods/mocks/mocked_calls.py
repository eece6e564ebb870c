"""Let tests mock `interactions.create` where they mocked `generate_content`.

Why: a mock of a method that nothing calls any more is never asked; the test fails, or passes for
the wrong reason.

Rewrites: mocks of the method, made by attribute, by `patch` and by `patch.object`, with the calls
that they stand in for: all of these are migrated together. Replies that are given by
`return_value`, `side_effect` and helpers of the tests, with the text and the token counts that the
rewritten calls read; expected calls, and arguments that are read back; functions and classes that
fake the method; what a client is expected to be made with.

Leaves to a person, who is told the line of the test: mocks of replies of which more is read, of
streams and of chats, errors of the older API, fakes that are handed to code out of view. The calls
that they stand in for are unsafe then: the program is right, and the test needs a hand.

Leaves alone: what a program itself puts where the method was, and the calls that it stands in for.
"""

from __future__ import annotations

import ast

from codemods.mocks.fakes import check_other_reads, plan_fake, stands_at_models
from codemods.mocks.methods import plan_callable, plan_configured, plan_method
from codemods.mocks.other_methods import is_other_method
from codemods.mocks.out_of_reach import plan_others
from codemods.mocks.patches import Patch, names_of_mock, patch_of
from codemods.mocks.replaced_packages import plan_replaced_packages
from codemods.mocks.stand_in import (
    MOCKED,
    StandIn,
    of_kind,
    sites_tested_by,
    stand_in,
)
from codemods.mocks.unused_fixtures import in_unused_fixture
from codemods.objects.renamed_methods import MOVED
from codemods.request.retry_patches import retry_patch
from migrator.codemod import Codemod
from migrator.edits import Replace
from migrator.plan import Draft, leave_to_hand
from migrator.understand import CallSite
from migrator.understand.values import Instance, Method, Object

RESOURCE = "models"
ASYNC = "aio"
NEW_RESOURCE = "interactions"
NEW_METHOD = "create"
REPLACED = "generate_content is replaced by assignment here; replace interactions.create too"
BY_NAME = "generate_content is looked up, mocked or replaced by name here"


def plan_mocks(draft: Draft) -> None:
    """Rewrite what stands in for the method, or block the calls that it stands in for."""
    if not draft.facts.sites:
        return
    done: set[ast.AST] = set()
    structure = draft.facts.structure
    for method in sorted(MOVED):
        for node in structure.named.get(method, ()):
            if isinstance(node, ast.Attribute):
                _plan_attribute(draft, node, done)
    for text in structure.every(ast.Constant):
        if isinstance(text.value, str):
            _plan_text(draft, text, done)
    for keyword in structure.every(ast.keyword):
        if keyword.arg in MOVED:
            _plan_keyword(draft, keyword, done)
    for function in structure.functions:
        if not isinstance(function, ast.Lambda) and function.name in MOVED:
            _plan_definition(draft, function, done)
    plan_others(draft)
    plan_replaced_packages(draft)


# where the method is an attribute


def _plan_attribute(draft: Draft, node: ast.Attribute, done: set[ast.AST]) -> None:
    if not _is_replaced(draft, node) or is_other_method(draft, node):
        return
    if in_unused_fixture(draft, node):
        return
    is_stored = not isinstance(node.ctx, ast.Load)
    resource = node.value
    if not isinstance(resource, ast.Attribute) or resource.attr != RESOURCE:
        _refuse(draft, node, node.attr, REPLACED if is_stored else MOCKED)
        return
    wrapped = is_stored and _is_wrapped(draft, node)
    is_async = _is_async(resource.value)
    mocked = None if wrapped else _mocked(draft, node, node.attr, done, is_async=is_async)
    if mocked is None:
        _refuse(draft, node, node.attr, REPLACED if is_stored else MOCKED)
        return
    mocked.rename(resource, NEW_RESOURCE)
    mocked.rename(node, NEW_METHOD)
    plan_method(mocked, node)


def _is_replaced(draft: Draft, node: ast.Attribute) -> bool:
    """Whether something else than the method is, or is put, where `node` takes it."""
    structure = draft.facts.structure
    parent = structure.parent(node)
    calls = (*draft.facts.sites, *draft.facts.handed_on)
    if any(node is site.method.at for site in calls) or _is_of_program(draft, node):
        return False
    if isinstance(node.ctx, ast.Store):
        return retry_patch(draft, node) is None
    if isinstance(parent, ast.Assign) and retry_of(draft, parent):
        return False
    in_test = structure.module(node) in structure.links.tests
    return isinstance(parent, ast.Attribute) or (in_test and isinstance(parent, ast.Assign))


def retry_of(draft: Draft, statement: ast.Assign) -> bool:
    """Whether a statement wraps the method in retries."""
    target = statement.targets[0]
    return isinstance(target, ast.Attribute) and retry_patch(draft, target) is not None


def _is_wrapped(draft: Draft, node: ast.Attribute) -> bool:
    """Whether a program, not a test, puts a function of its own in the place of the method."""
    structure = draft.facts.structure
    statement = structure.parent(node)
    values = draft.values(statement.value) if isinstance(statement, ast.Assign) else ()
    in_test = structure.module(node) in structure.links.tests
    return not in_test and not any(isinstance(v, Object) for v in values)


def _is_of_program(draft: Draft, node: ast.Attribute) -> bool:
    """Whether a class of the program has a method of that name, which is meant."""
    values = draft.values(node.value)
    methods = draft.values(node)
    own = bool(values) and all(isinstance(v, Instance) for v in values)
    return own or (
        bool(methods) and all(isinstance(v, Method) and v.function is not None for v in methods)
    )


def _is_async(client: ast.expr) -> bool:
    """Whether methods of `client` are coroutines: it is the `aio` of another."""
    return isinstance(client, ast.Attribute) and client.attr == ASYNC


def _mocked(
    draft: Draft, node: ast.AST, method: str, done: set[ast.AST], *, is_async: bool
) -> StandIn | None:
    """What the mock of a client's method stands in for; None if for nothing in view."""
    found: list[CallSite] = of_kind(sites_tested_by(draft, node, method), is_async=is_async)
    if not found or method != "generate_content":
        return None
    made = stand_in(draft, node, found)
    made.done = done
    return made


def _refuse(draft: Draft, node: ast.AST, method: str, why: str) -> None:
    """No call that the mock may stand in for can be migrated."""
    found = sites_tested_by(draft, node, method) or sites_tested_by(draft, node)
    for site in found or draft.facts.sites:
        leave_to_hand(draft, site.call, node, why)


# where it is named by a text


def _plan_text(draft: Draft, node: ast.Constant, done: set[ast.AST]) -> None:
    said = str(node.value)
    words = said.split(".")
    if words[-1] not in MOVED:
        if any(f"{RESOURCE}.{method}." in said for method in MOVED):
            if isinstance(draft.facts.structure.parent(node), (ast.Dict, ast.keyword)):
                _refuse(draft, node, "generate_content", BY_NAME)
        return
    parent = draft.facts.structure.parent(node)
    if not isinstance(parent, ast.Call) or node not in parent.args:
        return
    patch = patch_of(parent)
    mocked = None
    if patch is not None and patch.place is node and words[-2:-1] == [RESOURCE]:
        mocked = _mocked(draft, node, words[-1], done, is_async=words[-3:-2] == [ASYNC])
        if mocked is not None:
            text = draft.source(node)
            old = f"{RESOURCE}.{words[-1]}"
            if old not in text or "google." in text:
                mocked = None
            else:
                new = text.replace(old, f"{NEW_RESOURCE}.{NEW_METHOD}")
                draft.edit(mocked.owner, Replace(draft.span(node), new))
    elif patch is not None and patch.name is node and isinstance(patch.place, ast.Attribute):
        if patch.place.attr == RESOURCE:
            is_async = _is_async(patch.place.value)
            mocked = _mocked(draft, node, words[-1], done, is_async=is_async)
        if mocked is not None:
            mocked.rename(patch.place, NEW_RESOURCE)
            quote = draft.source(node)[-1]
            draft.edit(mocked.owner, Replace(draft.span(node), f"{quote}{NEW_METHOD}{quote}"))
    if mocked is None or patch is None:
        _refuse(draft, node, words[-1], BY_NAME)
        return
    _plan_patch(mocked, patch)


def _plan_patch(mocked: StandIn, patch: Patch) -> None:
    """What a patch puts in the place of the method."""
    if patch.new is not None:
        plan_callable(mocked, patch.new)
        return
    plan_configured(mocked, patch.call)
    names = names_of_mock(mocked.structure, patch)
    if names is None:
        mocked.refuse(patch.call, "by which names the mock goes can't be told")
    for name in names or ():
        plan_method(mocked, name)


# where it is an argument, or a method of a class


def _plan_keyword(draft: Draft, node: ast.keyword, done: set[ast.AST]) -> None:
    """`SimpleNamespace(models=SimpleNamespace(generate_content=fake))`."""
    structure = draft.facts.structure
    call = structure.parent(node)
    outer = structure.parent(call) if call is not None else None
    mocked = None
    if isinstance(call, ast.Call) and len(call.keywords) == 1 and not call.args:
        if isinstance(outer, ast.keyword) and outer.arg == RESOURCE:
            holder = structure.parent(outer)
            above = structure.parent(holder) if holder is not None else None
            is_async = isinstance(above, ast.keyword) and above.arg == ASYNC
            mocked = _mocked(draft, node, str(node.arg), done, is_async=is_async)
    if mocked is None or not isinstance(outer, ast.keyword):
        _refuse(draft, node, str(node.arg), MOCKED)
        return
    check_other_reads(mocked, node)
    mocked.rename(outer, NEW_RESOURCE)
    mocked.rename(node, NEW_METHOD)
    plan_callable(mocked, node.value)


def _plan_definition(
    draft: Draft, node: ast.FunctionDef | ast.AsyncFunctionDef, done: set[ast.AST]
) -> None:
    """A method of a class of the tests that fakes that of the API."""
    structure = draft.facts.structure
    owner = structure.enclosing_class(node)
    if owner is None or structure.module(node) not in structure.links.tests:
        return
    if not _may_fake(node) and not stands_at_models(draft, owner):
        return
    is_async = isinstance(node, ast.AsyncFunctionDef)
    mocked = _mocked(draft, node, node.name, done, is_async=is_async)
    if mocked is None or not plan_fake(mocked, owner, node):
        _refuse(draft, node, node.name, MOCKED)


def _may_fake(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method takes what that of the API is called with."""
    named = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    stars = node.args.vararg or node.args.kwarg
    return stars is not None or bool(named & {"contents", "model"})


CODEMOD = Codemod(
    code="GM034",
    name="mocked-calls",
    summary="mock interactions.create in tests that mock generate_content",
    doc=__doc__ or "",
    rules={("last", "mocks"): plan_mocks},
)
