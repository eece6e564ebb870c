"""Follow objects through every use in view; a use that no rule translates is a blocker."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from migrator.plan.by_hand import leave_to_hand, refuse_stranger
from migrator.plan.contained import follow_containers, follow_instances, hands_out
from migrator.plan.contexts import Use, context_of
from migrator.plan.draft import Draft
from migrator.plan.passing import unfolds
from migrator.plan.reading import PLAIN, Reading, is_structured
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.values import Awaitable, Constant, Object, Value, element_type

INDIFFERENT = frozenset({Use.TRUTH, Use.IS_NONE, Use.ISINSTANCE})
"""Uses that are right for whatever else the expression may be."""
TEXT = "str"
FUTURE_METHODS = frozenset({"result", "done", "cancel", "cancelled", "running"})
OTHER_FUTURE_METHODS = frozenset(
    {"add_done_callback", "exception", "get_name", "remove_done_callback", "set_name", "uncancel"}
)


def follow_result(draft: Draft, owner: Member) -> None:
    """Have every use of what a call site returns translated."""
    for node in draft.facts.uses.get(owner, ()):
        made = draft.facts.by_origin(node).get(owner, ())
        mine = [v for v in made if isinstance(v, (Object, Awaitable))]
        objects = [v for v in mine if isinstance(v, Object)]
        if node in draft.settled:
            if any(o.type != TEXT and o.type not in PLAIN for o in objects):
                draft.join_makers(node)
            continue
        if len(objects) < len(mine):
            _follow_awaitable(draft, owner, node)
        if not objects or all(o.type in PLAIN for o in objects):
            continue
        if _is_in_company(draft, owner, node):
            continue
        context = context_of(draft.facts, node)
        if context.use is Use.TRUTH and isinstance(node, (ast.BoolOp, ast.IfExp)):
            continue  # its operands are tested one by one
        if context.use is Use.MOVE:
            _moved(draft, owner, node, context.node, objects)
            continue
        kinds = sorted({(o.type, o.path) for o in objects if o.type not in PLAIN})
        readings = [Reading(owner, node, context.node, t, p, context.use) for t, p in kinds]
        stays = all(map(partial(_may_stay, draft), readings))
        if context.use not in INDIFFERENT and not stays:
            _check_company(draft, owner, node, objects, context.use)
        before = draft.units.ledger(owner).size
        for reading in readings:
            _read(draft, reading)
        if stays and draft.units.ledger(owner).size > before:
            draft.join_makers(node)
    follow_containers(draft, owner, owner, set())
    follow_instances(draft, owner)


def _moved(
    draft: Draft, owner: Member, node: ast.expr, parent: ast.AST, objects: list[Object]
) -> None:
    """A part of the result is handed on: its rule may have to put something else there."""
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    for item in objects:
        public = draft.rule("returned", item.type)
        if public is not None and isinstance(parent, ast.Return):
            public(draft, Reading(owner, node, parent, item.type, item.path, Use.MOVE))
        unfolded = unfolds(draft.facts, node, parent)
        rule = draft.rule("unfolded", item.type) if unfolded else None
        if rule is None and not isinstance(node, (ast.Name, ast.Await)):
            rule = draft.rule("moved", item.type)
        if rule is not None:
            rule(draft, Reading(owner, node, parent, item.type, item.path, Use.MOVE))


def _follow_awaitable(draft: Draft, owner: Member, node: ast.expr) -> None:
    context = context_of(draft.facts, node)
    if context.use is Use.RETURNED:
        if not hands_out(draft, owner, node, context.node, draft.values(node)):
            text = "the coroutine of the call is returned to callers out of view"
            draft.block(owner, node, f"{text} ({draft.quote(node)})")
    elif context.use is Use.ATTRIBUTE and isinstance(context.node, ast.Attribute):
        if context.node.attr not in FUTURE_METHODS:
            text = f"`{draft.quote(context.node)}` of the call's future can't be followed"
            if context.node.attr not in OTHER_FUTURE_METHODS:
                text = f"await is missing: `{draft.quote(node)}` has no {context.node.attr}"
            draft.block(owner, node, text)
    elif context.use in {Use.ARGUMENT, Use.STORED, Use.FORMAT}:
        draft.block(owner, node, f"the coroutine of the call is used here: {context.use.value}")


def _check_company(
    draft: Draft, owner: Member, node: ast.expr, mine: list[Object], use: Use
) -> None:
    """Other values that share the expression: their sites join the unit, strangers stop it."""
    lists = all(element_type(o.type) for o in mine)
    structured = any(is_structured(draft, o) for o in mine)
    for value in draft.join_makers(node):
        if origin_of(value) is owner or (isinstance(value, Constant) and value.value is None):
            continue
        guest = draft.rule("guest", "object")
        if guest is not None and guest(draft, node, value):
            continue
        if lists and _is_empty_list(draft, value):
            continue
        if isinstance(value, Constant) and all(
            draft.rule("beside", "constant", o.type) for o in mine
        ):
            continue
        if isinstance(value, Constant) and use is Use.FORMAT and _is_printed(draft, node, mine):
            continue
        if use is Use.FORMAT and _is_printed_as_ever(draft, mine):
            continue
        if _is_promise(value) and any(getattr(value, "type", "") == o.type for o in mine):
            continue
        if structured:
            refuse_stranger(draft, owner, node, value, "the response")


def _is_printed(draft: Draft, node: ast.expr, mine: list[Object]) -> bool:
    """Whether there are rules for what is printed either as what was made or as a constant."""
    rules = [draft.rule("beside", "printed", o.type) for o in mine]
    return all(rule is not None and rule(draft, node) for rule in rules)


def _is_printed_as_ever(draft: Draft, mine: list[Object]) -> bool:
    """Whether what prints these needs no change, whatever else it prints."""
    return all(draft.rule("beside", "anything printed", o.type) for o in mine)


def _is_in_company(draft: Draft, owner: Member, node: ast.expr) -> bool:
    """Whether an object made differently stands here too, whose rules read either of them."""
    shared = draft.facts.by_origin(node).keys() & draft.demanded.keys()
    for origin in [o for o in draft.demanded if o in shared] if shared else ():
        rule = draft.rule("company", draft.demanded[origin]) if origin is not owner else None
        if rule is not None and rule(draft, owner, node):
            draft.join(owner, origin)
            return True
    return False


def _is_empty_list(draft: Draft, value: Value) -> bool:
    """The `[]` of `items or []`, into which nothing is put."""
    origin = origin_of(value)
    empty = isinstance(origin, (ast.List, ast.Tuple)) and not origin.elts
    return origin is not None and empty and not draft.facts.state.keys.get(origin)


def _is_promise(value: Value) -> bool:
    """A value that only an annotation speaks of."""
    return isinstance(value, Object) and value.origin is None


def _may_stay(draft: Draft, reading: Reading) -> bool:
    """Whether a use is one of text that no rule was written for: then it stays what it is, as a
    rule, and calls that have the text in common are decided each for itself.
    """
    return reading.type == TEXT and draft.rule(*_key(reading)) is None


def _key(reading: Reading) -> tuple[str, str, str]:
    """What a rule for a use of an object is found by."""
    if reading.use is Use.ATTRIBUTE and isinstance(reading.node, ast.Attribute):
        return "read", reading.type, reading.node.attr
    if reading.use is Use.ATTRIBUTE:
        assert isinstance(reading.node, ast.Call) and isinstance(reading.node.args[1], ast.Constant)
        return "read", reading.type, str(reading.node.args[1].value)
    return "use", reading.type, reading.use.name


def _read(draft: Draft, reading: Reading) -> None:
    key = _key(reading)
    rule = draft.rule(*key) or draft.rule("any", *key[:2])
    if rule is not None:
        rule(draft, reading)
        return
    if reading.type == TEXT:
        return
    if _is_absent(draft, reading, key[2]):
        judge = draft.rule("absent", "attribute")
        if judge is not None:
            judge(draft, reading)
            return
    off = draft.switched_off(*key)
    reason = f"the codemod {off} is not selected" if off else _default(draft, reading, key)
    leave_to_hand(draft, reading.owner, reading.base, reason)


def _is_absent(draft: Draft, reading: Reading, name: str) -> bool:
    """Whether an attribute is asked for that the object never had."""
    closed = draft.facts.state.knowledge.closed.get(reading.type)
    return reading.use is Use.ATTRIBUTE and closed is not None and name not in closed


def _default(draft: Draft, reading: Reading, key: tuple[str, ...]) -> str:
    if reading.use is Use.ATTRIBUTE:
        return f".{key[2]} has no equivalent on the new API; rewrite this use by hand"
    source = draft.quote(reading.base)
    return f"`{source}` is (a part of) the response: {_where(draft, reading)}"


def _where(draft: Draft, reading: Reading) -> str:
    call = reading.node
    if isinstance(call, ast.keyword):
        call = draft.facts.structure.parent(call) or call
    if reading.use is Use.ARGUMENT and isinstance(call, ast.Call):
        return f"it is passed to {draft.quote(call.func)}, which can't be seen in this file"
    return f"{reading.use.value}, which can't be followed; migrate it together with that code"


def follow_demands(draft: Draft) -> None:
    """Have every use of each object that is made differently translated, or its unit stopped.

    Where one is handed on comes last: what takes it may yet turn out to take the new one.
    """
    done: set[ast.AST] = set()
    handed: list[Reading] = []
    while (todo := [origin for origin in draft.demanded if origin not in done]) or handed:
        for origin in todo:
            done.add(origin)
            handed += _follow_demand(draft, origin, draft.demanded[origin])
        if not todo:
            for reading in handed:
                _follow_use(draft, reading)
            handed = []


def _follow_demand(draft: Draft, origin: ast.AST, kind: str) -> Iterator[Reading]:
    """Translate the uses of an object; gives those that hand it on."""
    for node in draft.facts.uses.get(origin, ()):
        whole = [v for v in draft.values(node) if origin_of(v) is origin and not is_part(v)]
        context = context_of(draft.facts, node)
        if not whole or context.use is Use.MOVE:
            continue
        reading = Reading(origin, node, context.node, kind, (), context.use)
        if context.use is Use.ARGUMENT:
            yield reading
        else:
            _follow_use(draft, reading)


def _follow_use(draft: Draft, reading: Reading) -> None:
    node, origin, kind = reading.base, reading.owner, reading.type
    if node in draft.settled:
        return
    if node in draft.sinks and draft.is_alike(origin, draft.sinks[node], kind):
        return
    rule = draft.rule("use", kind, reading.use.name)
    if rule is not None:
        rule(draft, reading)
    else:
        text = f"`{draft.quote(node)}` is also used here: {reading.use.value}"
        leave_to_hand(draft, origin, node, text)


def is_part(value: Value) -> bool:
    """Whether `value` is a part of what its origin makes."""
    return isinstance(value, Object) and bool(value.path)
