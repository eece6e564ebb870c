"""What a handler reads from the error it has caught."""

from __future__ import annotations

import ast

from codemods.tables.errors import ATTRIBUTES, NEW_MODULE, OLD, STATUS_ERROR
from migrator.edits import Code, Edit, NeedImport, Replace, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.values import Object, Symbol


class Reads:
    """Plans the reads of one handler, in the name of the sites it guards."""

    def __init__(
        self, draft: Draft, owners: list[Member], handler: ast.ExceptHandler, others: bool
    ) -> None:
        self.draft = draft
        self.owners = owners
        self.handler = handler
        self.name = handler.name or ""
        self.others = others
        """Whether an old error may still arrive here."""

    def edit(self, *edits: Edit) -> None:
        """The edits belong to every guarded site."""
        for owner in self.owners:
            self.draft.edit(owner, *edits)

    def block(self, node: ast.AST, reason: str) -> None:
        """No guarded site can be migrated."""
        for owner in self.owners:
            self.draft.block(owner, node, reason)


def plan_reads(
    draft: Draft,
    owners: list[Member],
    handler: ast.ExceptHandler,
    pure: bool,
    others: bool,
) -> None:
    """Plan what `handler` reads; `pure` says that it catches errors of the SDK only."""
    if handler.name is None:
        return
    reads = Reads(draft, owners, handler, others)
    for statement in handler.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id == handler.name:
                _plan_name(reads, node, pure or _tested_before(draft, node, handler.name))


def _tested_before(draft: Draft, node: ast.expr, name: str) -> bool:
    """Whether an `isinstance(e, errors.…)` around the read makes sure what `e` is."""
    current: ast.AST = node
    while not isinstance(current, ast.ExceptHandler):
        parent = draft.facts.structure.parent(current)
        assert parent is not None
        if isinstance(parent, (ast.If, ast.IfExp)) and current is not parent.test:
            inside = current in parent.body if isinstance(parent, ast.If) else current is parent.body
            if inside and _is_sdk_test(draft, parent.test, name):
                return True
        if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
            before = parent.values[: parent.values.index(current)] if current in parent.values else []
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


def _plan_name(reads: Reads, node: ast.Name, typed: bool) -> None:
    parent = reads.draft.facts.structure.parent(node)
    if isinstance(parent, ast.Attribute):
        _plan_attribute(reads, parent, typed)
    elif isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        if parent.func.id in {"getattr", "hasattr"} and parent.args[0] is node:
            _plan_probe(reads, parent, typed)
        elif typed:
            _plan_use(reads, node)
    elif typed:
        _plan_use(reads, node)


def _plan_use(reads: Reads, node: ast.Name) -> None:
    """An error of the SDK that is handed on may be read there."""
    parent = reads.draft.facts.structure.parent(node)
    if isinstance(parent, ast.Call) and ast.unparse(parent.func) in {"type", "id"}:
        return
    context = context_of(reads.draft.facts, node)
    if context.use in {Use.ARGUMENT, Use.STORED, Use.RETURNED}:
        text = f"the error `{node.id}` is handed on here; the new errors have other attributes"
        reads.block(node, f"{text} and can't be pickled")


def _plan_attribute(reads: Reads, node: ast.Attribute, typed: bool) -> None:
    pattern = ATTRIBUTES.get(node.attr)
    if pattern is None or node.attr == "response":
        return
    new = pattern.format(reads.name)
    if not typed:
        text = f"`{reads.draft.source(node)}`: the new errors have no .{node.attr}; use `{new}`"
        reads.block(node, text)
        return
    code: Code = new
    if reads.others:
        old = f"{reads.name}.{node.attr}"
        code = f"{new} if isinstance({reads.name}, {STATUS_ERROR}) else {old}"
        reads.edit(NeedImport(NEW_MODULE, STATUS_ERROR, None, reads.draft.span(node)))
    reads.edit(Replace(reads.draft.span(node), code))


def _plan_probe(reads: Reads, node: ast.Call, typed: bool) -> None:
    """`getattr(e, "code", None)`: ask for `status_code` where there is no `code`."""
    wanted = node.args[1]
    if not isinstance(wanted, ast.Constant) or wanted.value not in {"code", "status", "details"}:
        return  # both have a message
    probe = isinstance(node.func, ast.Name) and node.func.id == "hasattr"
    if wanted.value != "code" or (not probe and len(node.args) < 3):
        text = f"`{reads.draft.source(node)}`: the new errors keep it in {reads.name}.body"
        reads.block(node, text)
    elif probe:
        _plan_hasattr(reads, node, typed)
    else:
        default = reads.draft.hole(node.args[2])
        code = Template((f'getattr({reads.name}, "status_code", ', default, ")"))
        reads.edit(Replace(reads.draft.span(node.args[2]), code))


def _plan_hasattr(reads: Reads, node: ast.Call, typed: bool) -> None:
    """`hasattr(e, "code")` alone says nothing about what is read afterwards."""
    if not typed:
        text = f"`{reads.draft.source(node)}`: the new errors have status_code; test for that as well"
        reads.block(node, text)
        return
    reads.edit(Replace(reads.draft.span(node.args[1]), '"status_code"'))
