"""Rewrite the handlers of a `try` whose body runs migrated calls."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemods.building.reach import Reach
from codemods.tables.errors import (
    API_ERROR,
    ATTRIBUTES,
    CLIENT_ERROR,
    HTTP_BLOCKED,
    HTTP_LIBRARIES,
    HTTP_REPLACEMENTS,
    NEW_MODULE,
    OLD,
    REPLACEMENTS,
    SERVER_ERROR,
    STATUS_ERROR,
)
from migrator.edits import Code, InsertBefore, NeedImport, Replace, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Symbol

CATCH_ALL = frozenset({"Exception", "BaseException"})
TEXT_NOTE = (
    'str() of an error reads "Error code: 429 - {…}" now, where it read "429 RESOURCE_EXHAUSTED. {…}"'
)


@dataclass(frozen=True, slots=True)
class Guard:
    """A `try` and the sites its body may run."""

    node: ast.Try
    reach: Reach

    @property
    def owners(self) -> list[Member]:
        """The sites whose units the handlers belong to."""
        return sorted(self.reach.sites, key=lambda s: (getattr(s, "lineno", 0), id(s)))


def plan_handlers(draft: Draft) -> None:
    """Plan every handler around a call site."""
    for node in ast.walk(draft.facts.structure.tree):
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            guard = Guard(node, Reach(draft, node.body))  # type: ignore[arg-type]
            if guard.reach.sites:
                _plan_guard(draft, guard)


def _plan_guard(draft: Draft, guard: Guard) -> None:
    for index, handler in enumerate(guard.node.handlers):
        if handler.type is None:
            continue
        classes = _classes(draft, handler)
        changed = False
        for node, path in classes:
            changed |= _plan_class(draft, guard, index, node, path)
        old = [path for _, path in classes if path.startswith(OLD)]
        if old or any(path in CATCH_ALL for _, path in classes):
            _plan_reads(draft, guard, handler, bool(old))
        del changed


def _classes(draft: Draft, handler: ast.ExceptHandler) -> list[tuple[ast.expr, str]]:
    """The exception classes a handler names, with the dotted path of each."""
    assert handler.type is not None
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    found = []
    for node in nodes:
        paths = [v.path for v in draft.values(node) if isinstance(v, Symbol)]
        found.append((node, paths[0] if len(paths) == 1 else ""))
    return found


def _plan_class(draft: Draft, guard: Guard, index: int, node: ast.expr, path: str) -> bool:
    """Plan one class of one handler; returns whether it concerns the new calls."""
    library, _, name = path.rpartition(".")
    if library in HTTP_LIBRARIES:
        return _plan_http(draft, guard, index, node, name)
    if path not in REPLACEMENTS:
        return False
    new = REPLACEMENTS[path]
    if path == CLIENT_ERROR:
        _guard_client_errors(draft, guard, index, node)
    for owner in guard.owners:
        draft.edit(owner, NeedImport(NEW_MODULE, new, None, draft.span(node)))
        draft.edit(owner, Replace(draft.span(node), _class_code(draft, guard, index, node, new)))
        draft.note(owner, TEXT_NOTE)
    return True


def _class_code(draft: Draft, guard: Guard, index: int, node: ast.expr, new: str) -> Code:
    """The new class alone, or next to the old one where both may still be raised."""
    handler = guard.node.handlers[index]
    in_tuple = isinstance(handler.type, ast.Tuple)
    if not guard.reach.others:
        return new
    source = draft.source(node)
    return f"{source}, {new}" if in_tuple else f"({source}, {new})"


def _plan_http(draft: Draft, guard: Guard, index: int, node: ast.expr, name: str) -> bool:
    if name in HTTP_BLOCKED:
        text = f"httpx.{name} can't be told from other connection errors of the new calls"
        for owner in guard.owners:
            draft.block(owner, node, text)
        return False
    new = HTTP_REPLACEMENTS.get(name)
    if new is None:
        return False
    in_tuple = isinstance(guard.node.handlers[index].type, ast.Tuple)
    source = draft.source(node)
    code = f"{source}, {new}" if in_tuple else f"({source}, {new})"
    for owner in guard.owners:
        draft.edit(owner, NeedImport(NEW_MODULE, new, None, draft.span(node)))
        draft.edit(owner, Replace(draft.span(node), code))
    return True


def _guard_client_errors(draft: Draft, guard: Guard, index: int, node: ast.expr) -> None:
    """There is no class for 4xx alone: 5xx errors must go past this handler."""
    handlers = guard.node.handlers
    handler = handlers[index]
    before = [p for h in handlers[:index] if h.type for _, p in _classes(draft, h)]
    if SERVER_ERROR in before:
        return  # 5xx errors never get here
    if isinstance(handler.type, ast.Tuple):
        inside = [p for _, p in _classes(draft, handler)]
        if SERVER_ERROR in inside or API_ERROR in inside:
            return
    later = [p for h in handlers[index + 1 :] for p in _caught(draft, h)]
    if any(p in {SERVER_ERROR, API_ERROR, "", *CATCH_ALL} for p in later):
        text = (
            "errors.ClientError comes before a handler that catches 5xx errors, and the new API has "
            "no class for 4xx errors alone; put the handler of 5xx errors first"
        )
        for owner in guard.owners:
            draft.block(owner, node, text)
        return
    name = handler.name
    if name is None:
        text = "errors.ClientError is caught without a name; add `as e`, so that 5xx can go past it"
        for owner in guard.owners:
            draft.block(owner, node, text)
        return
    test = f"{name}.status_code >= 500"
    if guard.reach.others:
        test = f"isinstance({name}, {STATUS_ERROR}) and {test}"
    code = f"if {test}:\n    raise"
    for owner in guard.owners:
        draft.edit(owner, InsertBefore(draft.span(handler.body[0]), code))


def _caught(draft: Draft, handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return [""]
    return [path for _, path in _classes(draft, handler)]


def _plan_reads(draft: Draft, guard: Guard, handler: ast.ExceptHandler, typed: bool) -> None:
    """What the handler reads from the error it has caught."""
    if handler.name is None:
        return
    for statement in handler.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and _is_error(node.value, handler.name):
                _plan_attribute(draft, guard, handler, node, typed)
            elif isinstance(node, ast.Call) and _probes(node, handler.name):
                _plan_probe(draft, guard, node)


def _is_error(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _plan_attribute(
    draft: Draft, guard: Guard, handler: ast.ExceptHandler, node: ast.Attribute, typed: bool
) -> None:
    pattern = ATTRIBUTES.get(node.attr)
    if pattern is None or node.attr == "response":
        return
    if not typed or _others_caught(draft, handler):
        text = f"`{draft.source(node)}`: the new errors have no .{node.attr}; use `{pattern}`"
        for owner in guard.owners:
            draft.block(owner, node, text.replace("{}", handler.name or "e"))
        return
    name = handler.name or "e"
    new = pattern.format(name)
    code: Code = new
    if guard.reach.others:
        old = f"{name}.{node.attr}"
        code = Template((f"{new} if isinstance({name}, {STATUS_ERROR}) else {old}",))
        for owner in guard.owners:
            draft.edit(owner, NeedImport(NEW_MODULE, STATUS_ERROR, None, draft.span(node)))
    for owner in guard.owners:
        draft.edit(owner, Replace(draft.span(node), code))


def _others_caught(draft: Draft, handler: ast.ExceptHandler) -> bool:
    """Whether the handler catches anything that is no error of the SDK."""
    return any(not path.startswith(OLD) for _, path in _classes(draft, handler))


def _probes(node: ast.Call, name: str) -> bool:
    if not isinstance(node.func, ast.Name) or node.func.id not in {"getattr", "hasattr"}:
        return False
    return len(node.args) >= 2 and _is_error(node.args[0], name)


def _plan_probe(draft: Draft, guard: Guard, node: ast.Call) -> None:
    """`getattr(e, "code", None)`: ask for `status_code` where there is no `code`."""
    wanted = node.args[1]
    if not isinstance(wanted, ast.Constant) or wanted.value not in {"code", "status", "message"}:
        return
    error = draft.hole(node.args[0])
    if wanted.value != "code":
        text = f"`{draft.source(node)}`: the new errors keep it in e.body"
        for owner in guard.owners:
            draft.block(owner, node, text)
        return
    function = node.func.id if isinstance(node.func, ast.Name) else "getattr"
    if function == "hasattr":
        code = Template((draft.source(node), " or hasattr(", error, ', "status_code")'))
        text = "hasattr(e, \"code\"): the new errors have status_code; test for that as well"
        for owner in guard.owners:
            draft.block(owner, node, text)
        return
    if len(node.args) == 2:
        return
    default = draft.hole(node.args[2])
    inner: tuple[str | Code, ...] = ("getattr(", error, ', "status_code", ', default, ")")
    code = Template(inner)
    for owner in guard.owners:
        draft.edit(owner, Replace(draft.span(node.args[2]), code))


