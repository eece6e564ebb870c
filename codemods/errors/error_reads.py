"""What is read from an error that a handler has caught, wherever the error goes in view."""

from __future__ import annotations

import ast

from codemods.errors.caught_error import Caught, share
from codemods.errors.class_names import class_of, plan_class
from codemods.errors.composed_texts import plan_composed
from codemods.errors.error_details import Details
from codemods.errors.error_probes import plan_probe, plan_response
from codemods.errors.error_texts import plan_text
from codemods.errors.status_tests import LOOKED_UP, SHOWN, Statuses, coded_tests, is_looked_up
from codemods.errors.text_conditions import Conditions
from codemods.tables.errors import ATTRIBUTES, NEW_MODULE, OLD, STATUS_ERROR
from migrator.edits import Binding, ClausesCode, Code, Replace, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.values import Object, Symbol

PICKLING = ("pickle.", "copy.", "dill.", "cloudpickle.")
NUMBERED = "`{}` was a name, and never this number; the HTTP status is asked for now"
MIDSTREAM = "`{}`: an error in the middle of a stream names no HTTP status, and counts as 500 here"


def plan_reads(errors: list[Caught]) -> set[ast.AST]:
    """Plan every use of errors; returns the attribute reads that were seen to."""
    share(errors)
    handled: set[ast.AST] = set()
    seen: set[ast.AST] = set()
    for caught in errors:
        caught.seen = set(seen)
        handled |= _plan_caught(caught)
        seen.update(caught.uses())
    return handled


def _plan_caught(caught: Caught) -> set[ast.AST]:
    handled: set[ast.AST] = set()
    coded = coded_tests(caught)
    statuses = Statuses(caught, coded)
    conditions = Conditions(caught, {**coded, **statuses.true_for()})
    for node in caught.uses():
        if caught.is_text(node):
            plan_composed(caught, node)
            if not any(search.text is node for search in conditions.searches.values()):
                plan_text(caught, node)
        elif caught.is_error(node):
            handled |= _plan_error(caught, node, statuses)
    statuses.plan()
    conditions.plan()
    Details(caught, statuses).plan()
    if caught.streams:
        for node in (*conditions.numbered(), *statuses.tests):
            caught.doubt(node, MIDSTREAM.format(caught.draft.quote(node)))
    return handled


def _plan_error(caught: Caught, node: ast.expr, statuses: Statuses) -> set[ast.AST]:
    """Plan a use of the error itself; returns the attribute read that was seen to."""
    draft = caught.draft
    typed = caught.pure or tested_before(draft, node, draft.source(node))
    parent = draft.facts.structure.parent(node)
    plan_composed(caught, node)
    if (kind := class_of(draft, node)) is not None:
        plan_class(caught, kind)
    elif isinstance(parent, ast.Attribute) and parent.attr in {"args", "__dict__"}:
        _plan_inside(caught, parent)
    elif isinstance(parent, ast.Attribute):
        _plan_attribute(caught, parent, typed, statuses)
        return {parent}
    elif isinstance(parent, ast.Call) and _is_pickled(caught, parent):
        caught.block(node, f"`{draft.quote(parent)}`: the new errors can't be pickled or copied")
    elif isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        _plan_call(caught, parent, node, typed, statuses)
    elif typed and not isinstance(parent, ast.FormattedValue):
        _plan_use(caught, node)
    return set()


def _plan_inside(caught: Caught, node: ast.Attribute) -> None:
    """`e.args` and `e.__dict__` hold other things than they did."""
    caught.doubt(node, f"`{caught.draft.quote(node)}` holds other things for the new errors")


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


def _plan_call(
    caught: Caught, call: ast.Call, node: ast.expr, typed: bool, statuses: Statuses
) -> None:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in {"getattr", "hasattr"} and call.args[0] is node:
        plan_probe(caught, call, node, typed, statuses)
    elif name in {"vars", "dir"}:
        caught.block(call, f"{name}() of an error holds other names for the new errors")
    elif typed and name not in {"id", "isinstance", "repr", "str"}:
        _plan_use(caught, node)


def _plan_use(caught: Caught, node: ast.expr) -> None:
    """An error of the SDK that is handed on may be read there."""
    context = context_of(caught.draft.facts, node)
    if context.use in {Use.ARGUMENT, Use.STORED, Use.RETURNED}:
        text = (
            f"the error `{caught.draft.quote(node)}` is handed on here; the new errors have other "
        )
        caught.doubt(node, text + "attributes and can't be pickled")


def _is_pickled(caught: Caught, node: ast.AST) -> bool:
    """`pickle.dumps(e)` or `copy.copy(e)`, which can't work any more."""
    values = caught.draft.values(node.func) if isinstance(node, ast.Call) else frozenset()
    return any(isinstance(v, Symbol) and v.path.startswith(PICKLING) for v in values)


def _plan_attribute(caught: Caught, node: ast.Attribute, typed: bool, statuses: Statuses) -> None:
    pattern = ATTRIBUTES.get(node.attr)
    if node.attr == "response":
        plan_response(caught, node)
    if pattern is None or node.attr == "response" or node in statuses.dropped:
        return
    draft, name = caught.draft, node.attr
    if name == "status" and statuses.is_numeric(node):
        name = "code"
        statuses.judge_other_uses(node)
    elif name == "status" and _is_numbered(draft, node):
        name = "code"
        caught.doubt(node, NUMBERED.format(draft.quote(node)))
    elif name == "status" and is_looked_up(draft, node):
        caught.block(node, LOOKED_UP.format(draft.quote(node)))
    elif name == "status":
        caught.doubt(node, SHOWN.format(draft.quote(node)))
    if caught.streams and name == "code" and _is_compared(draft, node):
        caught.doubt(node, MIDSTREAM.format(draft.quote(node)))
    for owner in caught.members:
        translate(draft, owner, node, name, others=caught.keeps_old or not typed)


def _is_compared(draft: Draft, node: ast.expr) -> bool:
    """Whether a value is compared, or kept where that can't be seen."""
    parent = draft.facts.structure.parent(node)
    return isinstance(parent, (ast.Compare, ast.Assign, ast.Match, ast.Subscript))


def _is_numbered(draft: Draft, node: ast.expr) -> bool:
    """`e.status == 429`: a status was a name, so this is meant to ask for the code."""
    parent = draft.facts.structure.parent(node)
    if not isinstance(parent, ast.Compare) or len(parent.ops) != 1:
        return False
    other = parent.comparators[0] if parent.left is node else parent.left
    wanted = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]
    constants = [draft.constant(value) for value in wanted]
    return bool(constants) and all(c is not None and c.kind == "int" for c in constants)


def translate(draft: Draft, owner: Member, node: ast.Attribute, name: str, *, others: bool) -> None:
    """`e.code` -> `e.status_code`; where an old error may arrive too, whichever it is.

    `name` is the attribute that is wanted: a status that is compared becomes the code.
    """
    pattern = ATTRIBUTES[name]
    base = draft.hole(node.value, Binding.ATOM)
    if not others:
        draft.edit(owner, Replace(draft.span(node), _filled(pattern.strip("()"), base)))
        return
    new = _filled(pattern, base)
    draft.need(owner, node, NEW_MODULE, STATUS_ERROR)
    old = Template((base, f".{name}"))
    tests = (Template(("if isinstance(", base, f", {STATUS_ERROR})")), Template(("else ", old)))
    draft.edit(owner, Replace(draft.span(node), ClausesCode("(", new, tests, ")", soft=True)))


def _filled(pattern: str, base: Code) -> Code:
    """`pattern` with `base` for each `{}`."""
    parts: list[Code] = []
    for index, text in enumerate(pattern.split("{}")):
        parts += [base, text] if index else [text]
    return Template(tuple(parts))
