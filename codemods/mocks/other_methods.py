"""Mocks of other methods that are called generate_content, too, and are called as before.

Models of older packages have such a method, and classes of the program that wrap the API.
"""

from __future__ import annotations

import ast

from codemods.mocks.patches import names_of_mock, patch_of
from codemods.mocks.stand_in import MOCKS
from migrator.plan import Draft, Use, context_of
from migrator.understand.facts import origin_of
from migrator.understand.values import Awaitable, Object

MODEL = "GenerativeModel"
"""The class of `google.generativeai` and of `vertexai.generative_models`."""
FOLLOWED = frozenset({Use.ATTRIBUTE, Use.MOVE, Use.TRUTH, Use.IS_NONE, Use.COMPARE})
"""What may be done with a mock that is seen wherever it gets to."""


def is_other_method(draft: Draft, method: ast.Attribute) -> bool:
    """Whether `mock.generate_content` mocks the method of something else than the API's client.

    That is a model of an older package: `genai.GenerativeModel.return_value`, or a mock that the
    patched class returns. And it is a mock that gets to no call of the API, wherever it is seen.
    """
    node = method.value
    if _made_by_class(draft, node):
        return True
    origins = [_mock(v.origin) if isinstance(v, Object) else None for v in draft.values(node)]
    return bool(origins) and all(
        origin is not None and (_is_returned(draft, origin) or _is_apart(draft, origin))
        for origin in origins
    )


def _mock(origin: ast.AST | None) -> ast.Call | None:
    """What makes a mock that has no specification, if `origin` does."""
    if not isinstance(origin, ast.Call) or ast.unparse(origin.func).split(".")[-1] not in MOCKS:
        return None
    return origin


def _is_apart(draft: Draft, origin: ast.Call) -> bool:
    """Whether a mock stands for no client's models, and what it gives for no reply of the API."""
    structure = draft.facts.structure
    sites = {site.call for site in draft.facts.sites}
    for use in draft.facts.uses.get(origin, ()):
        parent = structure.parent(use)
        handed = isinstance(parent, (ast.Return, ast.Yield, ast.Assign))
        plain = not isinstance(parent, ast.Assign) or not any(
            isinstance(t, (ast.Attribute, ast.Subscript)) for t in parent.targets
        )
        if context_of(draft.facts, use).use not in FOLLOWED and not (handed and plain):
            return False
        outer = structure.parent(parent) if isinstance(parent, ast.Attribute) else None
        if parent in {site.method.at for site in draft.facts.sites}:
            return False
        if not isinstance(outer, ast.Call) or outer.func is not parent:
            continue
        made = [v.value if isinstance(v, Awaitable) else v for v in draft.values(outer)]
        if any(origin_of(v) in sites and isinstance(v, Object) and v.type != "str" for v in made):
            return False
    return True


def _is_returned(draft: Draft, origin: ast.Call) -> bool:
    """Whether a mock is what the class gives, and nothing else is done with it but hand it on."""
    parents = [draft.facts.structure.parent(use) for use in draft.facts.uses.get(origin, ())]
    targets = [t for parent in parents if isinstance(parent, ast.Assign) for t in parent.targets]
    given = [t for t in targets if isinstance(t, ast.Attribute) and t.attr == "return_value"]
    kept = [t for t in targets if isinstance(t, (ast.Attribute, ast.Subscript)) and t not in given]
    return bool(given) and not kept and all(_is_class(draft, t.value) for t in given)


def _made_by_class(draft: Draft, node: ast.expr) -> bool:
    """`mocked_class.return_value` and `mocked_class()`."""
    if isinstance(node, ast.Call):
        return _is_class(draft, node.func)
    returned = isinstance(node, ast.Attribute) and node.attr == "return_value"
    return returned and isinstance(node, ast.Attribute) and _is_class(draft, node.value)


def _is_class(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is the class, or what a patch puts in its place."""
    if isinstance(node, ast.Attribute):
        return node.attr == MODEL
    return node in draft.once("patched classes of older models", lambda: _patched(draft))


def _patched(draft: Draft) -> frozenset[ast.Name]:
    """The names by which tests read what they put in the place of the class."""
    structure = draft.facts.structure
    found: list[ast.Name] = []
    for text in structure.every(ast.Constant):
        call = structure.parent(text)
        patch = patch_of(call) if call is not None else None
        if patch is None or text not in {patch.place, patch.name}:
            continue
        if str(text.value).rpartition(".")[2] == MODEL:
            found += names_of_mock(structure, patch) or ()
    return frozenset(found)
