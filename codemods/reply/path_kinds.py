"""What the steps of a path to a reply's parts are: kinds of values, and what may be missing."""

from __future__ import annotations

import ast

from codemods.tables.api import (
    CANDIDATE,
    CANDIDATES,
    CONTENT,
    ENTRY_POINT,
    FEEDBACK,
    GROUNDING,
    GROUNDING_CHUNKS,
    GROUNDING_SUPPORTS,
    PARTS,
    QUERIES,
    RATINGS,
    REFUSAL,
    RESPONSE,
    URL_CONTEXT,
    URL_METADATAS,
)
from codemods.tables.fields import KNOWN
from migrator.plan import Draft
from migrator.understand.values import Constant, Object, are_all, may_be

RENDERED = "rendered_content"
IMPLIED: dict[str, frozenset[str]] = {
    CANDIDATES: frozenset(),
    CANDIDATE: frozenset({CANDIDATES}),
    CONTENT: frozenset({CANDIDATES, CANDIDATE}),
    PARTS: frozenset({CANDIDATES, CANDIDATE, CONTENT}),
    GROUNDING: frozenset({CANDIDATES, CANDIDATE}),
    QUERIES: frozenset({CANDIDATES, CANDIDATE, GROUNDING}),
    ENTRY_POINT: frozenset({CANDIDATES, CANDIDATE, GROUNDING}),
    RENDERED: frozenset({CANDIDATES, CANDIDATE, GROUNDING, ENTRY_POINT}),
    GROUNDING_CHUNKS: frozenset({CANDIDATES, CANDIDATE, GROUNDING}),
    GROUNDING_SUPPORTS: frozenset({CANDIDATES, CANDIDATE, GROUNDING, GROUNDING_CHUNKS}),
    URL_CONTEXT: frozenset({CANDIDATES, CANDIDATE}),
    URL_METADATAS: frozenset({CANDIDATES, CANDIDATE, URL_CONTEXT}),
    FEEDBACK: frozenset(),
    REFUSAL: frozenset({CANDIDATES, CANDIDATE, FEEDBACK}),
    RATINGS: frozenset({CANDIDATES, CANDIDATE, FEEDBACK}),
}
"""What a program may ask the presence of -> what is there as well, if that is."""


def stores(node: ast.AST, name: str) -> bool:
    """Whether `node` binds a name or an attribute of that name."""
    found = getattr(node, "id", getattr(node, "attr", None))
    return found == name and not isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def may_store(node: ast.AST, owner: str) -> bool:
    """Whether `node` lets other code run that may set an attribute of `owner`."""
    if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
        return True
    if not isinstance(node, ast.Call):
        return False
    handed = [node.func, *node.args, *(k.value for k in node.keywords)]
    receivers = [h.value if isinstance(h, ast.Attribute) else h for h in handed]
    return any(isinstance(r, ast.Name) and r.id == owner for r in receivers)


def is_nothing(node: ast.expr) -> bool:
    """Whether `node` stands for a prefix that is missing: `None`, `[]`, `[None]`, `()`, `{}`."""
    if isinstance(node, ast.Constant):
        return node.value is None or node.value == ""
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(map(is_nothing, node.elts))
    return isinstance(node, ast.Dict) and not node.keys


def strongest(draft: Draft, asked: list[ast.expr]) -> str | None:
    """The type whose presence says that all of `asked` are there; None if none says so."""
    kinds = {kind for base in asked for kind in kinds_of(draft, base)}
    return next((k for k in kinds if kinds - {k} <= IMPLIED[k]), None)


def kinds_of(draft: Draft, node: ast.expr) -> set[str]:
    """The types of what `node` may be, as far as programs ask for their presence."""
    if isinstance(node, ast.Attribute) and node.attr == RENDERED:
        return {RENDERED} if may_be(draft.values(node.value), ENTRY_POINT) else set()
    return {v.type for v in draft.values(node) if isinstance(v, Object) and v.type in IMPLIED}


def reads_field(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` reads a field of an object of the API, as an attribute or by `getattr`.

    An attribute in which a program keeps what it has read (`self.parts`) is one more name for it.
    """
    owner: ast.expr | None = None
    name: object = None
    if isinstance(node, ast.Attribute):
        owner, name = node.value, node.attr
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr" and node.args[1:]:
        constant = draft.constant(node.args[1])
        owner, name = node.args[0], constant.value if constant is not None else None
    if owner is None or not isinstance(name, str):
        return False
    fields = draft.facts.state.knowledge.attributes
    return any(isinstance(v, Object) and (v.type, name) in fields for v in draft.values(owner))


def is_field(draft: Draft, node: ast.expr, name: ast.expr) -> bool:
    """Whether everything that `node` may be has the attribute `name`."""
    known = [KNOWN.get(v.type, frozenset()) for v in draft.values(node) if isinstance(v, Object)]
    return isinstance(name, ast.Constant) and all(name.value in names for names in known)


def may_be_missing(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` was None in a reply without content, or in one without candidates."""
    kinds = kinds_of(draft, node)
    there = not kinds or (kinds == {CANDIDATE} and not isinstance(node, ast.Name))
    return not there or any(isinstance(v, Constant) and v.value is None for v in draft.values(node))


def counts(node: ast.Compare) -> bool | None:
    """True for `len(x) > 0`, False for `len(x) == 0` and their like, None for anything else."""
    left, limit = node.left, node.comparators[0]
    if (
        len(node.ops) != 1
        or not isinstance(left, ast.Call)
        or getattr(left.func, "id", "") != "len"
    ):
        return None
    test = (type(node.ops[0]), limit.value if isinstance(limit, ast.Constant) else None)
    if test in {(ast.Gt, 0), (ast.GtE, 1), (ast.NotEq, 0)}:
        return True
    return False if test in {(ast.Eq, 0), (ast.Lt, 1)} else None


def is_response(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a response and can be nothing else."""
    return are_all(draft.values(node), RESPONSE)
