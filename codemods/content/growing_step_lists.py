"""What grows a list of steps: methods, sums and items that are put into it."""

from __future__ import annotations

import ast

from codemods.content.step_lists import LISTS, doubt_loose, is_counted, is_spread
from codemods.content.turn_steps import convert_steps, reply_of, sent_list
from codemods.content.turns import is_list_of_turns, is_reply
from migrator.edits import Code, ListCode, Replace, Template
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.understand.values import Object

SAME = frozenset({"pop", "clear", "copy", "reverse", "popleft", "rotate"})
"""Methods that do to steps what they did to turns."""


def method(draft: Draft, reading: Reading) -> None:
    """`history.append(turn)` and the other methods of a list."""
    call = draft.facts.structure.parent(reading.node)
    name = getattr(reading.node, "attr", "")
    if isinstance(call, ast.Call) and name in SAME:
        return
    if (
        not isinstance(call, ast.Call)
        or call.keywords
        or not isinstance(reading.node, ast.Attribute)
    ):
        _other(draft, reading, name)
        return
    counted = any(is_counted(draft, o) for o in _origins(draft, reading.base))
    if name == "append" and len(call.args) == 1:
        _append(draft, reading.owner, call, reading.node, counted=counted)
    elif (name, len(call.args)) in {("insert", 2), ("appendleft", 1)}:
        items = convert_steps(draft, [call.args[-1]], reading.owner, counted=True)
        _one(draft, reading.owner, call.args[-1], [i.value for i in items])
    elif name == "extend" and len(call.args) == 1:
        added(draft, reading.owner, call.args[0], counted=counted)
    else:
        _other(draft, reading, name)


def _other(draft: Draft, reading: Reading, name: str) -> None:
    text = f"`{draft.quote(reading.base)}` is also used here, by .{name}"
    draft.block(reading.owner, reading.base, text)


def _origins(draft: Draft, node: ast.expr) -> list[ast.AST]:
    return [v.origin for v in draft.values(node) if isinstance(v, Object) and v.origin is not None]


def _append(
    draft: Draft, owner: Member, call: ast.Call, method: ast.Attribute, *, counted: bool
) -> None:
    element = call.args[0]
    doubt_loose(draft, owner, [element])
    items = convert_steps(draft, [element], owner, counted=counted)
    if len(items) == 1 and not is_spread(items[0].value):
        if items[0].value != draft.hole(element):
            draft.replace(owner, element, items[0].value)
        return
    draft.edit(owner, Replace(draft.positions.attribute_name(method), "extend"))
    if len(items) == 1 and is_reply(draft, element):
        _put(draft, owner, element, reply_steps_of(draft, element))
    else:
        draft.replace(owner, element, sent_list(items))


def _put(draft: Draft, owner: Member, node: ast.expr, code: Code) -> None:
    """Replace `node`; anew, once a loop over the candidates of its reply is found to go."""
    put = draft.once("replies put among turns", dict[ast.expr, Replace])
    edit = Replace(draft.span(node), code)
    if node in put:
        draft.units.revise(put[node], edit)
    put[node] = edit
    draft.edit(owner, edit)


def reply_steps_of(draft: Draft, node: ast.expr) -> Code:
    """The steps of a reply, as something to extend a list by."""
    return Template((reply_of(draft, node), ".steps or []"))


def _one(draft: Draft, owner: Member, element: ast.expr, codes: list[Code]) -> None:
    if len(codes) != 1 or is_spread(codes[0]):
        text = f"`{draft.quote(element)}` becomes several steps; append it instead"
        draft.block(owner, element, text)
    elif codes[0] != draft.hole(element):
        draft.replace(owner, element, codes[0])


def added(draft: Draft, owner: Member, node: ast.expr, *, counted: bool) -> None:
    """The turns that `extend` or `+=` adds."""
    if isinstance(node, LISTS):
        doubt_loose(draft, owner, node.elts)
        code = ListCode(convert_steps(draft, node.elts, owner, counted=counted))
        draft.replace(owner, node, code)
    elif isinstance(node, ast.ListComp) or is_list_of_turns(draft, node):
        code_of = draft.convert(node, "contents", owner)
        if code_of != draft.hole(node):
            draft.replace(owner, node, code_of)
    else:
        text = f"what `{draft.quote(node)}` adds to the turns can't be followed"
        draft.block(owner, node, text)


def augmented(draft: Draft, reading: Reading) -> None:
    """`history += [turn]`."""
    statement = reading.node
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
        if statement.target is reading.base:
            counted = any(is_counted(draft, o) for o in _origins(draft, reading.base))
            added(draft, reading.owner, statement.value, counted=counted)
            return
        if is_list_of_turns(draft, reading.base):
            return  # the list that grows accounts for it
    text = f"`{draft.quote(reading.base)}` is also used here: {reading.use.value}"
    draft.block(reading.owner, reading.base, text)


def written(draft: Draft, reading: Reading) -> None:
    """`history[0] = turn`, `history[:] = …` and `del history[:2]`."""
    item = reading.node
    statement = draft.facts.structure.parent(item)
    if isinstance(statement, ast.Delete):
        return
    if isinstance(statement, ast.Assign) and isinstance(item, ast.Subscript):
        if isinstance(item.slice, ast.Slice):
            if isinstance(statement.value, LISTS) or is_list_of_turns(draft, statement.value):
                added(draft, reading.owner, statement.value, counted=True)
                return
        else:
            items = convert_steps(draft, [statement.value], reading.owner, counted=True)
            _one(draft, reading.owner, statement.value, [i.value for i in items])
            return
    text = f"`{draft.quote(reading.base)}` is also changed here, which can't be followed"
    draft.block(reading.owner, reading.base, text)
