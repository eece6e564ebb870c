"""What is read from an error that a handler has caught, wherever the error goes in view."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from codemods.building.owners import Owners
from codemods.building.reach import Reach
from codemods.tables.errors import ATTRIBUTES, NEW_MODULE, OLD, STATUS_ERROR
from migrator.edits import Binding, ClausesCode, Code, Replace, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.values import Constant, Object, Symbol

SAME_TEXT = frozenset({"lower", "upper", "casefold", "strip"})
ACROSS = re.compile(r"\d{3}\.? [A-Za-z]|^\d{3} ")
"""What spans the status code and what follows it, which is written differently now."""


class Reads(Owners):
    """The reads of one handler's error, planned in the name of the sites it guards.

    `pure` says that the handler catches errors of the SDK only; `reach` is what it guards: others
    than new errors may still arrive.
    """

    def __init__(
        self,
        draft: Draft,
        members: Iterable[Member],
        handler: ast.ExceptHandler,
        pure: bool,
        reach: Reach,
    ) -> None:
        super().__init__(draft, members)
        self.handler = handler
        self.pure = pure
        self.others = reach.others
        self.streams = reach.streams


def plan_reads(reads: Reads) -> set[ast.AST]:
    """Plan every use of the error; returns the attribute reads that were seen to."""
    handled: set[ast.AST] = set()
    if reads.handler.name is None:
        return handled
    for node in reads.draft.facts.uses.get(reads.handler, ()):
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            continue
        if any(getattr(v, "path", ())[-1:] == ("str()",) for v in reads.draft.values(node)):
            _plan_text(reads, node)
            continue
        name = reads.draft.source(node)
        typed = reads.pure or tested_before(reads.draft, node, name)
        parent = reads.draft.facts.structure.parent(node)
        if isinstance(parent, ast.Attribute) and parent.attr in {"args", "__dict__", "__class__"}:
            _plan_inside(reads, parent)
        elif isinstance(parent, ast.Attribute):
            handled.add(parent)
            _plan_attribute(reads, parent, node, typed)
        elif isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
            _plan_call(reads, parent, node, typed)
        elif isinstance(parent, ast.FormattedValue):
            _plan_formatted(reads, parent)
        elif typed:
            _plan_use(reads, node)
    return handled


def _plan_inside(reads: Reads, node: ast.Attribute) -> None:
    """`e.args`, `e.__dict__` and `e.__class__` hold other things than they did."""
    parent = reads.draft.facts.structure.parent(node)
    if node.attr == "__class__":
        if isinstance(parent, ast.Attribute):
            text = f"the class of an error has another name now (`{reads.draft.quote(parent)}`)"
            _doubt_if_compared(reads, parent, text)
        return
    reads.doubt(node, f"`{reads.draft.quote(node)}` holds other things for the new errors")


def _plan_formatted(reads: Reads, node: ast.FormattedValue) -> None:
    """`f"{e}"` that is not only shown: its text is taken apart like that of `str(e)`."""
    string = reads.draft.facts.structure.parent(node)
    user = reads.draft.facts.structure.parent(string) if string is not None else None
    if isinstance(string, ast.JoinedStr) and isinstance(user, (ast.Attribute, ast.Compare)):
        _plan_text(reads, string)


def tested_before(draft: Draft, node: ast.expr, name: str) -> bool:
    """Whether an `isinstance(e, errors.…)` around the read makes sure what `e` is."""
    current: ast.AST = node
    while not isinstance(current, (ast.ExceptHandler, ast.FunctionDef, ast.Module)):
        parent = draft.facts.structure.parent(current)
        if parent is None:
            return False
        if isinstance(parent, (ast.If, ast.IfExp)) and current is not parent.test:
            inside = (
                current in parent.body if isinstance(parent, ast.If) else current is parent.body
            )
            if inside and _is_sdk_test(draft, parent.test, name):
                return True
        if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
            before = (
                parent.values[: parent.values.index(current)] if current in parent.values else []
            )
            if any(_is_sdk_test(draft, value, name) for value in before):
                return True
        current = parent
    return False


def _is_sdk_test(draft: Draft, test: ast.expr, name: str) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_is_sdk_test(draft, value, name) for value in test.values)
    if not (isinstance(test, ast.Call) and isinstance(test.func, ast.Name)):
        return False
    if test.func.id != "isinstance" or len(test.args) != 2 or ast.unparse(test.args[0]) != name:
        return False
    return _only_sdk(draft, test.args[1])


def _only_sdk(draft: Draft, node: ast.expr) -> bool:
    for value in draft.values(node):
        if isinstance(value, Object) and value.type == "tuple" and value.origin is not None:
            held = draft.facts.held(value.origin)
            return all(isinstance(v, Symbol) and v.path.startswith(OLD) for v in held)
        if not (isinstance(value, Symbol) and value.path.startswith(OLD)):
            return False
    return True


def _plan_call(reads: Reads, call: ast.Call, node: ast.expr, typed: bool) -> None:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in {"getattr", "hasattr"} and call.args[0] is node:
        _plan_probe(reads, call, node, typed)
    elif name == "vars":
        reads.block(call, "vars() of an error holds other names for the new errors")
    elif name == "type":
        parent = reads.draft.facts.structure.parent(call)
        if isinstance(parent, ast.Attribute) and parent.attr == "__name__":
            text = (
                "the class of an error has another name now; `{}` may be compared with the old one"
            )
            _doubt_if_compared(reads, parent, text.format(reads.draft.source(parent)))
    elif typed and name not in {"id", "isinstance", "repr", "str"}:
        _plan_use(reads, node)


def _plan_text(reads: Reads, node: ast.expr) -> None:
    """`str(e)` begins differently: "Error code: 429 - …" instead of "429 RESOURCE_EXHAUSTED. …"."""
    parent = reads.draft.facts.structure.parent(node)
    quoted = reads.draft.quote(node)
    text = f"the text of an error reads differently now; `{quoted}` is taken apart"
    taken = isinstance(parent, ast.Attribute) and parent.attr not in SAME_TEXT
    if taken or isinstance(parent, ast.Subscript):
        reads.doubt(node, text)
    elif isinstance(parent, ast.Call) and node in parent.args:
        callee = ast.unparse(parent.func)
        if callee.startswith("re.") or callee in {"fnmatch.fnmatch"}:
            reads.doubt(node, text)
    else:
        _doubt_if_compared(reads, node, text)


def _doubt_if_compared(reads: Reads, node: ast.expr, text: str) -> None:
    """A search for a word that both texts hold is safe; any other comparison is not."""
    parent = reads.draft.facts.structure.parent(node)
    if isinstance(parent, ast.Assign) and isinstance(node, ast.Attribute):
        reads.doubt(node, text)
    if not isinstance(parent, ast.Compare):
        return
    sides = [parent.left, *parent.comparators]
    constants = [c for side in sides for c in reads.draft.values(side) if isinstance(c, Constant)]
    if any(c.value == "" for c in constants):
        return
    searched = parent.comparators[-1] is node and isinstance(parent.ops[-1], (ast.In, ast.NotIn))
    in_both = constants and not any(ACROSS.search(str(c.value)) for c in constants)
    if not searched or not in_both or isinstance(node, ast.Attribute):
        reads.doubt(node, text)


def _plan_use(reads: Reads, node: ast.expr) -> None:
    """An error of the SDK that is handed on may be read there."""
    context = context_of(reads.draft.facts, node)
    if context.use in {Use.ARGUMENT, Use.STORED, Use.RETURNED}:
        text = (
            f"the error `{reads.draft.quote(node)}` is handed on here; the new errors have other "
        )
        reads.block(node, text + "attributes and can't be pickled")


def _plan_attribute(reads: Reads, node: ast.Attribute, base: ast.expr, typed: bool) -> None:
    pattern = ATTRIBUTES.get(node.attr)
    if pattern is None or node.attr == "response":
        return
    if not typed:
        new = pattern.replace("{}", reads.draft.source(base)).strip("()")
        text = f"`{reads.draft.quote(node)}`: the new errors have no .{node.attr}; use `{new}`"
        reads.block(node, text)
        return
    if reads.streams and node.attr in {"code", "status"} and _is_compared(reads.draft, node):
        text = (
            f"`{reads.draft.quote(node)}`: an error in the middle of a stream names no HTTP status"
        )
        reads.doubt(node, text)
    mixed = reads.others or not reads.pure or isinstance(reads.handler.type, ast.Name)
    for owner in reads.members:
        translate(reads.draft, owner, node, others=mixed and _keeps_old(reads))


def _is_compared(draft: Draft, node: ast.expr) -> bool:
    """Whether a value is compared, or kept where that can't be seen."""
    parent = draft.facts.structure.parent(node)
    return isinstance(parent, (ast.Compare, ast.Assign, ast.Match, ast.Subscript))


def _keeps_old(reads: Reads) -> bool:
    """Whether an old class is still named where the error is caught or tested."""
    wanted = reads.handler.type
    if reads.others or not reads.pure:
        return True
    values = reads.draft.values(wanted) if wanted is not None else frozenset()
    return any(isinstance(v, Object) for v in values)  # a tuple with a name of its own


def translate(draft: Draft, owner: Member, node: ast.Attribute, *, others: bool) -> None:
    """`e.code` -> `e.status_code`; where an old error may arrive too, whichever it is."""
    pattern = ATTRIBUTES[node.attr]
    base = draft.hole(node.value, Binding.ATOM)
    if not others:
        draft.edit(owner, Replace(draft.span(node), _filled(pattern.strip("()"), base)))
        return
    new = _filled(pattern, base)
    draft.need(owner, node, NEW_MODULE, STATUS_ERROR)
    old = Template((base, f".{node.attr}"))
    tests = (Template(("if isinstance(", base, f", {STATUS_ERROR})")), Template(("else ", old)))
    draft.edit(owner, Replace(draft.span(node), ClausesCode("(", new, tests, ")", soft=True)))


def _filled(pattern: str, base: Code) -> Code:
    """`pattern` with `base` for each `{}`."""
    parts: list[Code] = []
    for index, text in enumerate(pattern.split("{}")):
        parts += [base, text] if index else [text]
    return Template(tuple(parts))


def _plan_probe(reads: Reads, node: ast.Call, base: ast.expr, typed: bool) -> None:
    """`getattr(e, "code", None)`: ask for `status_code` where there is no `code`."""
    wanted = node.args[1]
    if not isinstance(wanted, ast.Constant) or wanted.value not in ATTRIBUTES:
        return
    if wanted.value == "message" and len(node.args) < 3:
        return  # both have a message
    if wanted.value == "message":
        text = "the message of an error reads differently now; the server's words are in .body"
        reads.doubt(node, text)
        return
    probe = isinstance(node.func, ast.Name) and node.func.id == "hasattr"
    if wanted.value != "code" or (not probe and len(node.args) < 3):
        text = f"`{reads.draft.quote(node)}`: the new errors keep it in .body"
        reads.block(node, text)
    elif probe:
        _plan_hasattr(reads, node, typed)
    else:
        default, error = reads.draft.hole(node.args[2]), reads.draft.hole(base)
        code = Template(("getattr(", error, ', "status_code", ', default, ")"))
        reads.edit(Replace(reads.draft.span(node.args[2]), code))


def _plan_hasattr(reads: Reads, node: ast.Call, typed: bool) -> None:
    """`hasattr(e, "code")` alone says nothing about what is read afterwards."""
    if not typed:
        text = (
            f"`{reads.draft.quote(node)}`: the new errors have status_code; test for that as well"
        )
        reads.block(node, text)
        return
    reads.edit(Replace(reads.draft.span(node.args[1]), '"status_code"'))
