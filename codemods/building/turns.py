"""Turns of a conversation as steps: written out, made elsewhere, or taken from a reply."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.building.families import family_of
from codemods.building.interaction import interaction
from codemods.building.part_lists import convert_list, convert_parts
from codemods.building.parts import (
    ADVICE,
    all_text,
    convert_written,
    is_step,
    read_part,
    text_content,
)
from codemods.building.shapes import class_path
from codemods.tables.api import CONTENT, PARTS, TYPES
from codemods.tables.parts import RESULT_ROLES, ROLES
from migrator.edits import (
    Binding,
    ClausesCode,
    Code,
    DictCode,
    Hole,
    Item,
    ListCode,
    Span,
    Template,
)
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import (
    UNKNOWN,
    Constant,
    Function,
    Object,
    Value,
    Values,
    element_type,
    is_text,
    join,
)

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
    "a reply is kept as one step with its text, as the turns are counted; its thoughts are not "
    "sent again"
)
CHANGING = frozenset({"append", "extend", "insert", "clear", "pop", "remove"})
TURN_CLASSES = {TYPES + "UserContent": "user", TYPES + "ModelContent": "model"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that is written out at `node`; the role is "?" where it is only known at run time."""

    node: ast.expr
    role: str
    parts: ast.expr
    told: ast.expr | None = None
    """The expression that says the role."""


def read_turn(draft: Draft, node: ast.expr) -> Turn | None:
    """The turn written at `node` as `types.Content(…)`, one of its kinds, or a dict; else None."""
    if isinstance(node, ast.Dict):
        entries = {
            k.value: v
            for k, v in zip(node.keys, node.values, strict=False)
            if isinstance(k, ast.Constant)
        }
        if len(entries) == len(node.keys) and set(entries) <= {"role", "parts"}:
            if "parts" in entries:
                role = entries.get("role")
                return Turn(node, _role(draft, role), entries["parts"], role)
        return None
    if not isinstance(node, ast.Call):
        return None
    path = class_path(draft, node)
    keywords = {k.arg: k.value for k in node.keywords}
    if path in TURN_CLASSES:
        parts = keywords.get("parts") or (node.args[0] if node.args else None)
        return Turn(node, TURN_CLASSES[path], parts) if parts is not None else None
    if path in {CONTENT, CONTENT + "Dict"} and "parts" in keywords:
        role = keywords.get("role")
        return Turn(node, _role(draft, role), keywords["parts"], role)
    return None


def _role(draft: Draft, node: ast.expr | None) -> str:
    if node is None:
        return "user"
    constant = draft.constant(node)
    return str(constant.value) if constant else "?"


def helper_turn(draft: Draft, node: ast.expr) -> tuple[str, ast.expr] | None:
    """The role and the text of `turn("model", text)`, a helper of the file that returns a turn.

    None where the helper does more, or takes its text from elsewhere.
    """
    callees = draft.values(node.func) if isinstance(node, ast.Call) else frozenset()
    if not isinstance(node, ast.Call) or len(callees) != 1:
        return None
    callee = next(iter(callees))
    function = callee.node if isinstance(callee, Function) else None
    if function is None or isinstance(function, ast.Lambda):
        return None
    returned = function.body[-1]
    plain = len(function.body) - (ast.get_docstring(function) is not None) == 1
    if not plain or not isinstance(returned, ast.Return) or returned.value is None:
        return None
    turn = read_turn(draft, returned.value)
    text = only_text(turn.parts) if turn is not None else None
    if turn is None or text is None:
        return None
    passed = dict(zip([a.arg for a in function.args.args], node.args, strict=False))
    passed.update({k.arg: k.value for k in node.keywords if k.arg})
    said = passed.get(text.id) if isinstance(text, ast.Name) else None
    role: str = turn.role
    if role == "?" and isinstance(turn.told, ast.Name) and turn.told.id in passed:
        role = _role(draft, passed[turn.told.id])
    return (role, said) if said is not None else None


def only_text(parts: ast.expr) -> ast.expr | None:
    """The expression of the one text that `parts` writes out."""
    elements = parts.elts if isinstance(parts, (ast.List, ast.Tuple)) else [parts]
    if len(elements) != 1:
        return None
    element = elements[0]
    if isinstance(element, ast.Dict) and len(element.keys) == 1:
        return element.values[0]
    if isinstance(element, ast.Call) and [k.arg for k in element.keywords] == ["text"]:
        return element.keywords[0].value
    return element


def is_reply(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is the whole of a reply."""
    return content_of_reply(draft, node) is not None


def content_of_reply(draft: Draft, node: ast.expr) -> ast.expr | None:
    """The content of a reply that `node` is, or makes a turn of the model from.

    `response.candidates[0].content`, also of `Content(role="model", parts=….content.parts)`.
    """
    if _is_content(draft, node):
        return node
    turn = read_turn(draft, node)
    parts = turn.parts if turn is not None else None
    if turn is None or not isinstance(parts, ast.Attribute) or parts.attr != "parts":
        return None
    told = turn.told.value if isinstance(turn.told, ast.Attribute) else None
    same = turn.role == "model" or (told is not None and _is_content(draft, told))
    return parts.value if same and _are_replies(draft, parts, PARTS) else None


def _is_content(draft: Draft, node: ast.expr) -> bool:
    return _are_replies(draft, node, CONTENT)


def are_parts(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` holds parts of a reply; all of them, where it is no slice."""
    return _are_replies(draft, node, PARTS)


def _are_replies(draft: Draft, node: ast.expr, kind: str) -> bool:
    sites = {site.call for site in draft.facts.sites}
    values = draft.values(node)
    return bool(values) and all(
        isinstance(v, Object) and v.type == kind and v.origin in sites for v in values
    )


def is_turn(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a turn rather than a part of one."""
    if isinstance(node, ast.Starred) or read_turn(draft, node) or is_reply(draft, node):
        return not isinstance(node, ast.Starred)
    return _made_turns(draft, draft.values(node))


def is_list_of_turns(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a list of turns that is made elsewhere in view."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return False
    values = draft.values(node)
    lists = [v for v in values if isinstance(v, Object) and v.origin in draft.facts.state.keys]
    if not lists or len(lists) != len(values) or any(v.type != "list" for v in lists):
        return False
    return any(holds_turns(draft, v.origin) for v in lists if v.origin is not None)


def holds_turns(draft: Draft, origin: ast.AST) -> bool:
    """Whether the list made by `origin` holds turns, at any time."""
    held = join(draft.facts.held(member) for member in family_of(draft, origin))
    return any(_is_turn_value(v) or _made_turns(draft, frozenset({v})) for v in held)


def keeps_replies(draft: Draft, origin: ast.AST) -> bool:
    """Whether replies, or their texts, find their way into the list made by `origin`."""
    sites = {site.call for site in draft.facts.sites}
    family = family_of(draft, origin)
    todo, seen = [v for member in family for v in draft.facts.held(member)], set[ast.AST]()
    while todo:
        value = todo.pop()
        inner = getattr(value, "origin", None)
        if inner in sites:
            return True
        if inner is not None and inner not in seen:
            seen.add(inner)
            todo += draft.facts.held(inner)
            turn = read_turn(draft, inner) if isinstance(inner, ast.expr) else None
            if turn is not None and turn.role != "user" and _is_said_at_run_time(draft, turn):
                return True
            for node in ast.walk(turn.node) if turn is not None else ():
                if any(getattr(v, "origin", None) in sites for v in draft.values(node)):
                    return True
    return False


def _is_said_at_run_time(draft: Draft, turn: Turn) -> bool:
    """Whether the text of a turn is more than a constant."""
    text = only_text(turn.parts)
    values = draft.values(text) if text is not None else frozenset()
    return any(not isinstance(value, Constant) for value in values)


def _is_turn_value(value: Value) -> bool:
    return isinstance(value, Object) and value.type == CONTENT


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


def _made_turns(draft: Draft, values: Values) -> bool:
    """Whether the values are turns that are made elsewhere in view."""
    return bool(values) and all(
        isinstance(v, Object)
        and not v.path
        and isinstance(v.origin, ast.expr)
        and read_turn(draft, v.origin) is not None
        for v in values
    )


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
        if is_list_of_turns(draft, named):
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


def step(kind: str, content: Code) -> Code:
    """`{"type": "kind", "content": content}`."""
    return _step(f'"{kind}"', content)


def _step(kind: Code, content: Code) -> Code:
    return DictCode((Item(kind, "type"), Item(content, "content")))


def _kind(draft: Draft, turn: Turn, owner: Member) -> Code | None:
    """The kind of step that a turn becomes; decided at run time where the role is told then."""
    if turn.role in ROLES:
        return f'"{ROLES[turn.role]}"'
    if turn.told is None or turn.role != "?":
        return None
    values = draft.values(turn.told)
    known = {v.value for v in values if isinstance(v, Constant)}
    if not known <= ROLES.keys() or not all(is_text(v) or v == UNKNOWN for v in values):
        return None
    chosen = _chosen(draft, turn.told)
    if chosen is not None:
        return chosen
    if len(known) < len(values):
        text = f"`{draft.quote(turn.told)}` is assumed to be user or model"
        draft.doubt(owner, turn.told, text)
    user, model = (f'"{ROLES[role]}"' for role in ("user", "model"))
    asked: Code = Template((draft.hole(turn.told, Binding.COMPARE), ' == "user"'))
    if isinstance(turn.told, ast.IfExp):
        sides = [draft.constant(side) for side in (turn.told.body, turn.told.orelse)]
        if all(side is not None and side.value in ROLES for side in sides):
            user, model = (f'"{ROLES[str(side.value)]}"' for side in sides if side is not None)
            asked = draft.hole(turn.told.test, Binding.OR)
    tests = (Template(("if ", asked)), Template(("else ", model)))
    return ClausesCode("(", user, tests, ")", soft=True)


def _chosen(draft: Draft, told: ast.expr) -> Code | None:
    """`"user" if … else "model"` says right away which step it is."""
    if not isinstance(told, ast.IfExp):
        return None
    words = [n.value if isinstance(n, ast.Constant) else None for n in (told.body, told.orelse)]
    if not all(isinstance(word, str) and word in ROLES for word in words):
        return None
    first, last = (f'"{ROLES[str(word)]}"' for word in words)
    return Template((f"{first} if ", draft.hole(told.test, Binding.OR), f" else {last}"))


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
    if _made_turns(draft, draft.values(node)):
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


def becomes_several(draft: Draft, turn: Turn) -> bool:
    """Whether a turn that is written out becomes a list of steps, and not one step."""
    elements = turn.parts.elts if isinstance(turn.parts, (ast.List, ast.Tuple)) else [turn.parts]
    kinds: list[bool] = []
    for element in elements:
        part = read_part(draft, element, turn.node)
        of_step = holds_steps(draft, element) if part is None else is_step(part)
        if part is None and of_step and not is_one_step(draft, element):
            return True
        if of_step or not kinds or kinds[-1]:
            kinds.append(of_step)
    return len(kinds) > 1


def check_one_step(draft: Draft, turn: Turn, owner: Member) -> None:
    """A turn that is looked at, or changed, where it is kept must be one step."""
    if becomes_several(draft, turn):
        text = f"`{draft.quote(turn.node)}` becomes several steps, and is found again elsewhere"
        draft.block(owner, turn.node, text)


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
            if all_text(draft.values(text)):
                return draft.hole(text)
    items = written_steps(draft, turn, owner)
    content = convert_content(draft, turn.parts, owner)
    whole = [item.value for item in items] == [step(ROLES["user"], content)]
    return content if whole else sent_list(items)


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
    check_mixed(draft, element, owner)
    if not holds_steps(draft, element):
        return None
    named = element.value if isinstance(element, ast.Starred) else element
    lists = isinstance(element, ast.Starred) or element is turn.parts
    if isinstance(turn.node, ast.Dict) and element is turn.parts:
        _check_filled(draft, element, owner)
    code = draft.convert(named, "parts" if lists else "part", owner)
    return Item(Template(("*", code)) if lists else code)


def _check_filled(draft: Draft, parts: ast.expr, owner: Member) -> None:
    """A list that a dict of a turn shares may not change once it was put into it."""
    for value in draft.values(parts):
        origin = value.origin if isinstance(value, Object) else None
        for use in draft.facts.uses.get(origin, ()) if origin is not None else ():
            method = draft.facts.structure.parent(use)
            if not isinstance(method, ast.Attribute) or method.attr not in CHANGING:
                continue
            same = _loop_around(draft, origin) is _loop_around(draft, parts)
            if use.lineno > parts.lineno or not same:
                text = f"`{draft.quote(use)}` changes while a turn shares it already; put it into "
                draft.block(owner, use, text + "the turn when it is complete")


def _loop_around(draft: Draft, node: ast.AST | None) -> ast.AST | None:
    while node is not None and not isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
        node = draft.facts.structure.parent(node)
    return node


def holds_steps(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a part, or a list of parts, that becomes steps; made elsewhere in view."""
    found = _are_steps(draft, node)
    return bool(found) and all(found)


def check_mixed(draft: Draft, node: ast.expr, owner: Member) -> None:
    """A list of results of functions can't hold content as well."""
    found = _are_steps(draft, node)
    if any(found) and not all(found):
        text = f"`{draft.quote(node)}` holds results of functions and other parts; put the results "
        draft.block(owner, node, text + "into a list of their own")


def _are_steps(draft: Draft, node: ast.expr) -> list[bool]:
    """Of each part that `node` may be or hold, whether it becomes a step."""
    named = node.value if isinstance(node, ast.Starred) else node
    found: list[bool] = []
    for value in draft.values(named):
        if not isinstance(value, Object):
            found.append(False)
            continue
        held = draft.facts.held(value.origin) if value.origin is not None else frozenset()
        is_list = value.type == "list" or element_type(value.type)
        for item in held if is_list else {value}:
            origin = getattr(item, "origin", None)
            part = read_part(draft, origin, origin) if isinstance(origin, ast.expr) else None
            found.append(part is not None and is_step(part))
    return found


def is_one_step(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a single part that becomes a step."""
    lists = [v for v in draft.values(node) if isinstance(v, Object) and v.type == "list"]
    return not lists and holds_steps(draft, node)


def _content_step(
    draft: Draft, turn: Turn, elements: Sequence[ast.expr], owner: Member
) -> list[Item]:
    if not elements and not (isinstance(turn.parts, (ast.List, ast.Tuple)) and not turn.parts.elts):
        return []
    kind = _kind(draft, turn, owner)
    if kind is None:
        if turn.role in RESULT_ROLES and elements:
            named = draft.quote(elements[0])
            text = f"`{named}` can't be followed to where results of functions are made; {ADVICE}"
            draft.block(owner, elements[0], text)
        else:
            text = f"a turn of role {turn.role!r} has no step of its own; {ADVICE}"
            draft.block(owner, turn.told or turn.node, text)
        return [Item(draft.hole(turn.node))]
    if len(elements) == 1 and elements[0] is turn.parts:
        return [Item(_step(kind, convert_content(draft, turn.parts, owner)))]
    return [Item(_step(kind, convert_parts(draft, elements, owner)))]


def _taken_parts(draft: Draft, parts: ast.expr, owner: Member) -> Code | None:
    """`turn.parts` of a turn that is made in view, and becomes a step as well."""
    values = draft.values(parts)
    origins = [v.origin for v in values if isinstance(v, Object) and v.path == ("parts",)]
    made = [o for o in origins if isinstance(o, ast.expr) and read_turn(draft, o) is not None]
    if not isinstance(parts, ast.Attribute) or not made or len(made) != len(values):
        return None
    for origin in sorted(made, key=draft.line):
        draft.demand(origin, "turn", owner)
    draft.settled.add(parts.value)
    return Template((draft.hole(parts.value, Binding.ATOM), '["content"]'))


def convert_content(draft: Draft, parts: ast.expr, owner: Member) -> Code:
    """The parts of a turn, however they are given, as a list of typed content."""
    taken = _taken_parts(draft, parts, owner)
    if taken is not None:
        return taken
    if isinstance(parts, (ast.List, ast.Tuple)):
        return convert_parts(draft, parts.elts, owner)
    values = draft.values(parts)
    if all_text(values):
        return ListCode((Item(text_content(draft, parts)),))
    lists = [
        v
        for v in values
        if isinstance(v, Object) and (v.type in {"list", "tuple"} or element_type(v.type))
    ]
    if lists and len(lists) == len(values) and read_part(draft, parts, owner) is None:
        return convert_list(draft, parts, owner)
    return convert_parts(draft, [parts], owner)
