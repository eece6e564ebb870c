"""Turns of a conversation as steps."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.content.adapted_histories import loaded_by, take_dicts
from codemods.content.part_lists import convert_parts
from codemods.content.parts import all_text, convert_written, is_step, read_part
from codemods.content.result_reads import whole_result
from codemods.content.several_steps import (
    becomes_several,
    check_filled,
    check_mixed,
    check_one_step,
    holds_steps,
)
from codemods.content.step_kinds import kind_of_turn, step, typed_step
from codemods.content.text_assumed import ADVICE
from codemods.content.turn_content import turn_content
from codemods.content.turns import (
    Turn,
    are_made_turns,
    content_of_reply,
    is_list_of_turns,
    is_reply,
    is_turn,
    read_turn,
)
from codemods.reply.interaction import interaction
from codemods.tables.parts import RESULT_ROLES, ROLES
from migrator.edits import Code, DictCode, Hole, Item, ListCode, Span, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import TEXT, UNKNOWN, Constant, Object, Values

MORE_THAN_TEXT = {
    "functions": "calls",
    "callables": "calls",
    "server tools": "steps of tools",
    "images": "images",
    "audio": "audio",
    "thoughts": "thoughts",
}
"""What a request asks for -> what its reply may hold beside text."""
COUNTED_NOTE = (
    "a reply is kept as one step with its text, as the turns are counted, and as one text where it "
    "came in several parts; its thoughts are not sent again"
)


def reply_of(draft: Draft, node: ast.expr) -> Code:
    """The interaction that the content of a reply comes from, read as nothing else at `node`."""
    code = interaction(draft, content_of_reply(draft, node) or node)
    if isinstance(code, Hole):
        taken = (n for n in ast.walk(node) if isinstance(n, ast.expr))
        draft.settled.update(n for n in taken if not code.span.holds(draft.span(n)))
    return code


def reply_step(draft: Draft, node: ast.expr) -> Code:
    """A reply as one step, by its text."""
    text = Template((reply_of(draft, node), ".output_text"))
    content = DictCode((Item('"text"', "type"), Item(text, "text")))
    return step(ROLES["model"], ListCode((Item(content),)))


def _counted_step(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A reply as one step of turns that are counted, if its text is all there is to it."""
    for feature, said in MORE_THAN_TEXT.items():
        if draft.has_feature(node, owner, feature):
            text = f"`{draft.quote(node)}` may become several steps, for the {said} in it, while "
            draft.block(owner, node, text + "the list is counted or cut by turns")
    draft.note(owner, COUNTED_NOTE)
    return reply_step(draft, node)


def convert_steps(
    draft: Draft, elements: Sequence[ast.expr], owner: Member, *, counted: bool = False
) -> tuple[Item, ...]:
    """The steps for a list of turns; single parts between them make up user turns.

    With `counted`, a reply becomes one step, as the program counts its turns.
    """
    items: list[Item] = []
    loose: list[ast.expr] = []
    for element in elements:
        named = element.value if isinstance(element, ast.Starred) else element
        adapter = loaded_by(draft, named)
        if adapter is not None:
            items += _user_step(draft, loose, owner)
            loose = []
            take_dicts(draft, owner, adapter)
            items.append(Item(Template(("*", draft.hole(named))), source=draft.span(element)))
        elif is_list_of_turns(draft, named):
            items += _user_step(draft, loose, owner)
            loose = []
            spread = Template(("*", draft.convert(named, "contents", owner)))
            items.append(Item(spread, source=draft.span(element)))
        elif counted and is_reply(draft, element):
            items += _user_step(draft, loose, owner)
            loose = []
            items.append(Item(_counted_step(draft, element, owner), source=draft.span(element)))
        elif is_turn(draft, element):
            items += _user_step(draft, loose, owner)
            loose = []
            items += steps_of(draft, element, owner)
        else:
            loose.append(element)
    return (*items, *_user_step(draft, loose, owner))


def _user_step(draft: Draft, elements: Sequence[ast.expr], owner: Member) -> list[Item]:
    if not elements:
        return []
    span = Span(draft.span(elements[0]).start, draft.span(elements[-1]).end)
    return [Item(step("user_input", convert_parts(draft, elements, owner)), source=span)]


def steps_of(draft: Draft, node: ast.expr, owner: Member) -> list[Item]:
    """The steps that the turn at `node` stands for, as items of a list."""
    turn = read_turn(draft, node)
    if turn is not None and not (is_reply(draft, node) and not _is_looked_at(draft, node)):
        if _is_looked_at(draft, node):
            check_one_step(draft, turn, owner)
            draft.demand(node, "turn", owner)
            return [Item(draft.hole(node), source=draft.span(node))]
        return written_steps(draft, turn, owner)
    if is_reply(draft, node):
        code = Template(("*(", reply_of(draft, node), ".steps or [])"))
        return [Item(code, source=draft.span(node))]
    if are_made_turns(draft, draft.values(node)):
        return [_made_turn(draft, node, owner)]
    return [Item(step("user_input", convert_parts(draft, [node], owner)), source=draft.span(node))]


def _made_turn(draft: Draft, node: ast.expr, owner: Member) -> Item:
    """A turn that is made elsewhere: a step there, or a list of steps."""
    made = (v.origin for v in draft.values(node) if isinstance(v, Object))
    turns = [read_turn(draft, origin) for origin in made if isinstance(origin, ast.expr)]
    several = {becomes_several(draft, turn) for turn in turns if turn is not None}
    if len(several) > 1:
        text = f"`{draft.quote(node)}` becomes one step or several; write it where it is sent"
        draft.block(owner, node, text)
    code = draft.convert(node, "turn", owner)
    return Item(Template(("*", code)) if True in several else code, source=draft.span(node))


def written_steps(draft: Draft, turn: Turn, owner: Member) -> list[Item]:
    """The steps of a turn that is written out: results of functions are steps of their own."""
    elements = turn.parts.elts if isinstance(turn.parts, (ast.List, ast.Tuple)) else [turn.parts]
    items: list[Item] = []
    content: list[ast.expr] = []
    for element in elements:
        spread = _spread_steps(draft, turn, element, owner)
        if spread is not None:
            items += [*_content_step(draft, turn, content, owner), spread]
            content = []
            continue
        content.append(element)
    if content or not items:
        items += _content_step(draft, turn, content, owner)
    source = draft.span(turn.node)
    return [Item(i.value, i.name, source=source if number == 0 else None)
            for number, i in enumerate(items)]  # fmt: skip


def _is_looked_at(draft: Draft, node: ast.expr) -> bool:
    """Whether the turn written at `node` is found again elsewhere, to be read or changed."""
    return any(n is not node for n in draft.facts.uses.get(node, ()))


def turn_input(draft: Draft, turn: Turn, owner: Member) -> Code:
    """One turn of the user as a whole input: plain text where that is all of it."""
    elements = turn.parts.elts if isinstance(turn.parts, (ast.List, ast.Tuple)) else [turn.parts]
    if len(elements) == 1:
        part = read_part(draft, elements[0], owner)
        text = elements[0] if part is None else part.fields.get("text")
        if text is not None and (part is None or part.form in {"text", "from_text"}):
            if all_text(draft.values(text) if part is None else _told(draft, text)):
                return draft.hole(text)
    items = written_steps(draft, turn, owner)
    content = turn_content(draft, turn, owner)
    whole = [item.value for item in items] == [step(ROLES["user"], content)]
    return content if whole else sent_list(items)


def _told(draft: Draft, text: ast.expr) -> Values:
    """What the text of a part may be: the SDK takes nothing for it but text."""
    return frozenset(TEXT if value == UNKNOWN else value for value in draft.values(text))


def sent_list(items: Sequence[Item]) -> Code:
    """A list that is sent on the spot: `results` will do for `[*results]`."""
    code = items[0].value if len(items) == 1 else None
    if isinstance(code, Template) and code.parts[0] == "*" and len(code.parts) == 2:
        inner = code.parts[1]
        if isinstance(inner, Hole):
            return Hole(inner.span)
    return ListCode(tuple(items))


def _spread_steps(draft: Draft, turn: Turn, element: ast.expr, owner: Member) -> Item | None:
    """The steps that one part (or a list of parts that is made elsewhere) becomes, if any."""
    part = read_part(draft, element, owner)
    if part is not None:
        if not is_step(part):
            return None
        if turn.role not in RESULT_ROLES | {"model"}:
            draft.block(owner, turn.node, f"a turn of role {turn.role!r} has no step; {ADVICE}")
        return Item(convert_written(draft, part))
    whole = whole_result(draft, element, owner)
    if whole is not None:
        return Item(whole)
    check_mixed(draft, element, owner)
    if not holds_steps(draft, element):
        return None
    named = element.value if isinstance(element, ast.Starred) else element
    lists = isinstance(element, ast.Starred) or element is turn.parts
    if isinstance(turn.node, ast.Dict) and element is turn.parts:
        check_filled(draft, element, owner)
    code = draft.convert(named, "parts" if lists else "part", owner)
    return Item(Template(("*", code)) if lists else code)


def _content_step(
    draft: Draft, turn: Turn, elements: Sequence[ast.expr], owner: Member
) -> list[Item]:
    if not elements and not (isinstance(turn.parts, (ast.List, ast.Tuple)) and not turn.parts.elts):
        return []
    kind = kind_of_turn(draft, turn, owner)
    if kind is None:
        if turn.role in RESULT_ROLES and elements:
            named = draft.quote(elements[0])
            text = f"`{named}` can't be followed to where results of functions are made; {ADVICE}"
            draft.block(owner, elements[0], text)
        else:
            text = f"a turn of role {_strange_role(draft, turn)} has no step of its own; {ADVICE}"
            draft.block(owner, turn.told or turn.node, text)
        return [Item(draft.hole(turn.node))]
    if len(elements) == 1 and elements[0] is turn.parts:
        return [Item(typed_step(kind, turn_content(draft, turn, owner)))]
    return [Item(typed_step(kind, convert_parts(draft, elements, owner)))]


def _strange_role(draft: Draft, turn: Turn) -> str:
    """The role of a turn that is none of a step, as it is written somewhere in view."""
    if turn.role != "?" or turn.told is None:
        return repr(turn.role)
    said = {v.value for v in draft.values(turn.told) if isinstance(v, Constant)}
    strange = sorted(repr(role) for role in said if role not in ROLES)
    return strange[0] if strange else f"`{draft.quote(turn.told)}`"
