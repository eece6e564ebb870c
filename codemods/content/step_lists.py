"""Lists of turns that stay lists: of steps now, wherever they are made, changed and looked at."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codemods.content.text_assumed import refuse_unseen
from codemods.content.turn_steps import convert_steps
from codemods.content.turns import holds_turns, is_list_of_turns, is_turn
from migrator.edits import Code, ListCode, Template
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.reasoning.lists_together import family_of
from migrator.understand.values import Symbol

MAKERS = (ast.BinOp, ast.ListComp, ast.Call)
LISTS = (ast.List, ast.Tuple)
SAVING = frozenset({"json.dump"})
SAVED_NOTE = "what json.dump writes holds steps now; turns that were written before can't be read"
COPIES = frozenset({"list", "copy.copy", "copy.deepcopy"})
BOUNDED = "collections.deque"


def build_step_list(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The list of turns made at `node`, as a list of steps."""
    if isinstance(node, LISTS):
        if any(isinstance(element, ast.Starred) for element in node.elts):
            doubt_loose(draft, owner, node.elts)
        return ListCode(convert_steps(draft, node.elts, owner, counted=is_counted(draft, node)))
    if isinstance(node, ast.BinOp):
        for side in (node.left, node.right):
            _convert_operand(draft, side, owner)
        return draft.hole(node)
    if isinstance(node, ast.ListComp):
        items = convert_steps(draft, [node.elt], owner)
        if len(items) == 1 and not is_spread(items[0].value):
            if items[0].value != draft.hole(node.elt):  # a turn that is converted where it is made
                draft.replace(owner, node.elt, items[0].value)
        else:
            text = f"`{draft.quote(node.elt)}` becomes several steps; write a loop"
            draft.block(owner, node.elt, text)
        return draft.hole(node)
    inner = copied(draft, node)
    if inner is not None:
        if inner is not node:
            _convert_operand(draft, inner, owner)
        return draft.hole(node)
    draft.block(owner, node, f"the turns `{draft.quote(node)}` can't be followed")
    return draft.hole(node)


def _convert_operand(draft: Draft, node: ast.expr, owner: Member) -> None:
    """One side of `history + [turn]`, or what `list(history)` copies."""
    if isinstance(node, (*LISTS, ast.BinOp, ast.ListComp)):
        draft.sinks[node] = "contents"
        doubt_loose(draft, owner, node.elts if isinstance(node, LISTS) else [])
        code = build_step_list(draft, node, owner)
        if code != draft.hole(node):
            draft.replace(owner, node, code)
    else:
        refuse_unseen(draft, node, owner)
        draft.convert(node, "contents", owner)


def copied(draft: Draft, node: ast.expr) -> ast.expr | None:
    """What `list(x)`, `copy.copy(x)` or `x.copy()` copies; the node itself for `list()`.

    `deque(x, maxlen=n)` copies as well, and `deque(maxlen=n)` begins with nothing.
    """
    if not isinstance(node, ast.Call):
        return None
    if [k.arg for k in node.keywords] == ["default_factory"]:
        return node
    paths = {v.path for v in draft.values(node.func) if isinstance(v, Symbol)}
    if is_bounded(draft, node):
        return node.args[0] if node.args else node
    if node.keywords:
        return None
    if paths & COPIES and len(node.args) <= 1:
        return node.args[0] if node.args else node
    if isinstance(node.func, ast.Attribute) and node.func.attr == "copy" and not node.args:
        return node.func.value
    return None


def is_bounded(draft: Draft, node: ast.AST) -> bool:
    """Whether `node` is `deque(…)`, which may forget turns at one end when some come in."""
    if not isinstance(node, ast.Call):
        return False
    return any(isinstance(v, Symbol) and v.path == BOUNDED for v in draft.values(node.func))


def rebuilt(draft: Draft, origin: ast.expr) -> None:
    """Lists that are of a kind with a list of steps become lists of steps as well."""
    if not holds_turns(draft, origin):
        return
    for member in family_of(draft, origin):
        made = isinstance(member, (*MAKERS, ast.List)) and member not in draft.demanded
        if made and not _is_written_in_place(draft, member):
            draft.demand(member, "contents", origin)


def _is_written_in_place(draft: Draft, node: ast.AST) -> bool:
    """Whether a list is written where it is used up, and translated together with that."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.keyword):
        parent = draft.facts.structure.parent(parent)
    if isinstance(parent, ast.Call):
        grows = isinstance(parent.func, ast.Attribute) and parent.func.attr == "extend"
        return grows or parent in draft.facts.state.sites
    if isinstance(parent, ast.Assign):
        return isinstance(parent.targets[0], ast.Subscript)
    return isinstance(parent, (ast.BinOp, ast.AugAssign, ast.Starred))


def doubt_loose(draft: Draft, owner: Member, elements: Sequence[ast.expr]) -> None:
    """Texts that stand next to each other in the list were one turn of the user."""
    for element in elements:
        starred = isinstance(element, ast.Starred)
        if not starred and not is_turn(draft, element) and not is_list_of_turns(draft, element):
            text = f"`{draft.quote(element)}` may follow other text, which was one turn with it"
            draft.doubt(owner, element, text)


def is_spread(code: Code) -> bool:
    """Whether the code is `*…`: any number of items."""
    first = code.parts[0] if isinstance(code, Template) else None
    return isinstance(first, str) and first.startswith("*")


def is_counted(draft: Draft, origin: ast.AST) -> bool:
    """Whether the number of turns matters: a slice, an index, a length, a pop."""
    family = family_of(draft, origin)
    if any(is_bounded(draft, member) for member in family):
        return True
    for node in (use for member in family for use in draft.facts.uses.get(member, ())):
        parent = draft.facts.structure.parent(node)
        if isinstance(parent, ast.Subscript) and node is parent.value:
            return True
        if isinstance(parent, ast.Attribute) and parent.attr in {"pop", "popleft", "insert"}:
            return True
        if isinstance(parent, ast.Call) and ast.unparse(parent.func) in {"len", "enumerate"}:
            return True
        if isinstance(parent, (ast.For, ast.comprehension)) and node is parent.iter:
            return True
    return False


def passed(draft: Draft, reading: Reading) -> None:
    """`json.dump(history, file)`; other functions out of view stop the unit."""
    call = _call(draft, reading)
    if _saves(draft, call):
        draft.note(reading.owner, SAVED_NOTE)
        return
    shown = draft.quote(call.func) if call is not None else draft.quote(reading.base)
    text = f"`{draft.quote(reading.base)}` is passed to {shown}, which can't be seen in this file"
    draft.block(reading.owner, reading.base, text)


def _call(draft: Draft, reading: Reading) -> ast.Call | None:
    user = reading.node
    if isinstance(user, ast.keyword):
        user = draft.facts.structure.parent(user) or user
    return user if isinstance(user, ast.Call) else None


def _saves(draft: Draft, call: ast.Call | None) -> bool:
    paths = {v.path for v in draft.values(call.func) if isinstance(v, Symbol)} if call else set()
    return bool(paths) and paths <= SAVING


def held(draft: Draft, reading: Reading) -> None:
    """A container of lists of turns leaves the view, or is written to a file."""
    if not holds_turns(draft, reading.owner):
        return
    if _saves(draft, _call(draft, reading)):
        draft.note(reading.owner, SAVED_NOTE)
        return
    text = f"`{draft.quote(reading.base)}` holds turns, which are steps now: {reading.use.value}"
    draft.block(reading.owner, reading.base, text)


def compared(draft: Draft, reading: Reading) -> None:
    """`history == []` asks what it asked."""
    node = reading.node
    sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
    others = [side for side in sides if side is not reading.base]
    if not all(isinstance(side, ast.List) and not side.elts for side in others):
        text = f"`{draft.quote(node)}` compares turns, which are steps now"
        draft.block(reading.owner, reading.base, text)
