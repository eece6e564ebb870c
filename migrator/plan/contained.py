"""Containers and instances that hold a result: none may take it out of view."""

from __future__ import annotations

import ast

from migrator.plan.contexts import Context, Use, context_of
from migrator.plan.draft import Draft
from migrator.plan.made_apart import is_made_apart
from migrator.plan.reading import Reading, is_structured
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.state import KEYS
from migrator.understand.structure import tuple_fields
from migrator.understand.values import Awaitable, Instance, Object, Value, Values


def follow_containers(draft: Draft, owner: Member, origin: ast.AST, seen: set[ast.AST]) -> None:
    """A list or dict that holds the object must not leave the view either."""
    for holder in draft.facts.holders.get(origin, ()):
        if holder in seen or holder is owner:
            continue
        seen.add(holder)
        held_whole = any(
            origin_of(v) is owner
            and (isinstance(v, Awaitable) or (isinstance(v, Object) and is_structured(draft, v)))
            for v in (*draft.facts.held(holder), *draft.facts.held(holder, KEYS))
        )
        if not held_whole and origin is owner:
            continue
        for node in draft.facts.uses.get(holder, ()):
            if node in draft.settled or node in draft.sinks:
                continue
            if not any(isinstance(v, Object) and not v.path for v in draft.values(node)):
                continue
            context = context_of(draft.facts, node)
            if context.use is Use.RETURNED and hands_out(
                draft, owner, node, context.node, draft.facts.held(holder)
            ):
                continue
            if _is_compared(draft, node, context):
                text = f"`{draft.quote(node)}` holds the response; {Use.COMPARE.value}"
                draft.block(owner, node, text)
            if context.use in {Use.ARGUMENT, Use.RETURNED, Use.STORED, Use.FORMAT, Use.OTHER}:
                text = f"`{draft.quote(node)}` holds the response; {context.use.value}"
                draft.block(owner, node, text)
        follow_containers(draft, owner, holder, seen)


COMPARING = frozenset({"count", "index", "remove"})
"""Methods of a list that compare their argument with its items."""


def _is_compared(draft: Draft, node: ast.expr, context: Context) -> bool:
    """Whether what a container holds is compared with something: `reason in reasons`."""
    if isinstance(context.node, ast.Attribute):
        return context.use is Use.ATTRIBUTE and context.node.attr in COMPARING
    if context.use is not Use.COMPARE or not isinstance(context.node, ast.Compare):
        return False
    sides = [context.node.left, *context.node.comparators]
    if any(
        isinstance(s, (ast.List, ast.Tuple, ast.Dict)) and not ast.unparse(s)[1:-1] for s in sides
    ):
        return False  # `replies == []`
    keyed = any(isinstance(v, Object) and v.type == "dict" for v in draft.values(node))
    return not (keyed and isinstance(context.node.ops[0], (ast.In, ast.NotIn)))


def hands_out(draft: Draft, owner: Member, node: ast.expr, parent: ast.AST, values: Values) -> bool:
    """Have a rule judge `node`, by which the object goes to callers out of view in something else.

    Only what may go there whole has such a rule. False where there is none.
    """
    mine = [v.value if isinstance(v, Awaitable) else v for v in values if origin_of(v) is owner]
    kinds = sorted({v.type for v in mine if isinstance(v, Object) and is_structured(draft, v)})
    rules = [draft.rule("use", kind, Use.RETURNED.name) for kind in kinds]
    for kind, rule in zip(kinds, rules, strict=True):
        if rule is not None and None not in rules:
            rule(draft, Reading(owner, node, parent, kind, (), Use.RETURNED))
    return bool(rules) and None not in rules


OPENING = frozenset(
    {Use.SUBSCRIPT, Use.ITERATE, Use.ARGUMENT, Use.STORED, Use.COMPARE, Use.FORMAT, Use.OTHER}
)
"""Uses of an instance that reach what is in it by other ways than an attribute."""


def follow_instances(draft: Draft, owner: Member) -> None:
    """An instance that keeps the response in an attribute must be read by attribute only."""
    classes = {
        cls
        for (cls, _), values in draft.facts.state.attributes.items()
        for v in values
        if isinstance(v, Object) and v.origin is owner and is_structured(draft, v)
    }
    if not classes:
        return
    for node, values in draft.facts.state.values.items():
        if not isinstance(node, ast.expr) or not any(
            isinstance(v, Instance) and v.node in classes for v in values
        ):
            continue
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            continue  # what is put there is seen where it comes from
        use = context_of(draft.facts, node).use
        if use is Use.FORMAT and all(_formats_itself(v) for v in values):
            continue
        if use in OPENING or _is_unpacked(draft, node):
            if is_made_apart(draft, owner, node):
                continue
            text = f"`{draft.quote(node)}` holds the response in an attribute; {use.value}"
            draft.block(owner, node, text)


def _formats_itself(value: Value) -> bool:
    """Whether an instance's class says how it is printed."""
    if not isinstance(value, Instance):
        return True
    names = {s.name for s in value.node.body if isinstance(s, ast.FunctionDef)}
    return bool(names & {"__str__", "__repr__"})


def _is_unpacked(draft: Draft, node: ast.expr) -> bool:
    """Whether what the instance holds goes to several names, which are not known to hold it."""
    parent = draft.facts.structure.parent(node)
    targets = parent.targets if isinstance(parent, ast.Assign) else []
    followed = all(
        isinstance(value, Instance) and tuple_fields(value.node) for value in draft.values(node)
    )
    return any(
        isinstance(target, (ast.Tuple, ast.List))
        and not (followed and not any(isinstance(e, ast.Starred) for e in target.elts))
        for target in targets
    )
