"""Ways to an error that no handler names: its cause, a group, a hook, what a library kept of it."""

from __future__ import annotations

import ast

from codemods.errors.class_names import CLASS_SHOWN
from codemods.errors.current_error import PARTS, shown_of
from codemods.errors.error_reads import tested_before
from codemods.errors.kept_errors import TAKING_APART, KeptError, is_compared
from codemods.tables.errors import ATTRIBUTES
from migrator.plan import Draft, leave_to_hand
from migrator.reasoning.caught_errors import gathers_errors
from migrator.reasoning.sites_in_reach import sites_in_reach
from migrator.understand.values import Object, Symbol

HOOKS = frozenset({"excepthook", "set_exception_handler"})
"""Attributes that are given a function to call with errors that nobody caught."""
CAUSES = frozenset({"__cause__", "__context__"})
GROUPS = frozenset({"ExceptionGroup", "BaseExceptionGroup"})
GROUP_READS = frozenset({"exceptions", "split", "subgroup", "derive"})
KEPT = frozenset({"exc_info", "exc_value"})
"""Attributes of a log record and of a thread's end that hold an error."""
PLAIN = frozenset({"str", "dict", "list", "tuple", "int", "float"})
"""Types that have none of the attributes of an error."""
TRACES = frozenset(
    {"format_exc", "format_exception", "format_exception_only", "TracebackException"}
)
PRINTED = frozenset({"print_exception", "format_tb", "print_tb"})
TRACED = "formatException"
"""The method of `logging.Formatter` that makes the text of a trace."""
TRACE_SEARCHED = (
    "the text of an error, and the name of its class, read differently now; `{}` is searched"
)
DOORS = (
    ast.MatchClass, ast.ExceptHandler, ast.Attribute, ast.Call, ast.FunctionDef,
    ast.AsyncFunctionDef, ast.Compare,
)  # fmt: skip
"""What an error may be looked into by."""
CLASS_COMPARED = "the class of the error behind .{} may have another name now"


def plan_back_doors(draft: Draft) -> None:
    """Block where an error is looked into that came by a way of its own."""
    hooks = _hooks(draft)
    traces = _traces(draft)
    gathered = gathers_errors(draft)
    for node in draft.facts.structure.every(*DOORS):
        reason = _back_door(draft, node, hooks)
        if reason is None and gathered:
            reason = _gathered_reason(draft, node)
        if reason is not None and (shown := shown_of(draft, node)) is not None:
            for site in sites_in_reach(draft, node):
                draft.doubt(site.call, node, shown)
        elif reason is not None:
            for site in sites_in_reach(draft, node):
                leave_to_hand(draft, site.call, node, reason)
        elif isinstance(node, ast.Attribute) and node.attr in CAUSES:
            _plan_class_name(draft, node)
        elif isinstance(node, ast.Attribute) and node.attr in KEPT:
            _note_class(draft, node)
        elif traces and isinstance(node, ast.Compare):
            _plan_searched_trace(draft, node, traces)
        elif traces and isinstance(node, ast.Attribute) and node.attr in TAKING_APART:
            _doubt_trace(draft, node, node.value, traces)


def _back_door(draft: Draft, node: ast.AST, hooks: set[str]) -> str | None:
    if isinstance(node, ast.MatchClass) and set(node.kwd_attrs) & set(ATTRIBUTES):
        return "a pattern reads attributes of an error that may be a new one"
    if isinstance(node, ast.ExceptHandler):
        return _group_reason(draft, node)
    if isinstance(node, ast.Attribute):
        return _attribute_reason(draft, node)
    if isinstance(node, ast.Call):
        return _call_reason(draft, node, hooks)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if node.name in hooks:
            return _parameter_reason(draft, node)
    return None


def _attribute_reason(draft: Draft, node: ast.Attribute) -> str | None:
    if node.attr in CAUSES and not _class_name(draft, node) and not is_compared(draft, node):
        if KeptError(draft).is_looked_into(node):
            return f"the error behind .{node.attr} may be a new one, with other attributes"
    kept = node.attr in KEPT and isinstance(node.ctx, ast.Load) and not _is_shown(draft, node)
    if kept and KeptError(draft).is_looked_into(node):
        return f"the error in .{node.attr} may be a new one, with other attributes"
    return None


def _is_shown(draft: Draft, node: ast.Attribute) -> bool:
    """Whether `record.exc_info` is shown as a trace, or by the name of the class in it.

    A text of that name, which other libraries keep of an error, is cut off: `job.exc_info[:500]`.
    """
    structure = draft.facts.structure
    parent = structure.parent(node)
    call = structure.parent(parent) if isinstance(parent, ast.Starred) else parent
    if isinstance(call, ast.Call) and node is not call.func:
        return _makes_trace(draft, call) or _prints_trace(draft, call)
    if not isinstance(parent, ast.Subscript) or parent.value is not node:
        return False
    if isinstance(parent.slice, ast.Slice):
        end = draft.constant(parent.slice.upper) if parent.slice.upper is not None else None
        return end is not None and isinstance(end.value, int) and end.value > PARTS
    index = draft.constant(parent.slice)
    return index is not None and index.value == 0 and _class_of(draft, parent) is not None


def _class_of(draft: Draft, node: ast.Subscript) -> ast.Attribute | None:
    """`record.exc_info[0].__name__`, where it is shown and not compared."""
    read = draft.facts.structure.parent(node)
    if not isinstance(read, ast.Attribute) or read.attr not in {"__name__", "__qualname__"}:
        return None
    shown = isinstance(draft.facts.structure.parent(read), (ast.Dict, ast.FormattedValue))
    return read if shown else None


def _call_reason(draft: Draft, node: ast.Call, hooks: set[str]) -> str | None:
    paths = {v.path for v in draft.values(node.func) if isinstance(v, Symbol)}
    if paths & {"sys.exc_info", "sys.exception"}:
        return "the current error is asked for here; it may be a new one, with other attributes"
    if not isinstance(node.func, ast.Attribute):
        return None
    asked = node.func.attr == "exception" and not node.args
    followed = any(isinstance(v, Object) for v in draft.values(node))
    if asked and not followed and KeptError(draft).is_looked_into(node):
        return f"`{draft.quote(node)}` may be a new error, with other attributes"
    handed = node.func.attr == "get" and _is_exception_key(node.args[0]) if node.args else False
    if hooks and handed and KeptError(draft).is_looked_into(node):
        return f"`{draft.quote(node)}` may be a new error, with other attributes"
    return None


def _group_reason(draft: Draft, handler: ast.ExceptHandler) -> str | None:
    """`except ExceptionGroup as group`, and what it holds is taken out."""
    if handler.type is None or handler.name is None:
        return None
    caught = {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
    if not caught & GROUPS:
        return None
    for inner in ast.walk(handler):
        if isinstance(inner, ast.Attribute) and inner.attr in GROUP_READS:
            return f"`{draft.quote(inner)}` may hold new errors, with other attributes"
    return None


def _parameter_reason(draft: Draft, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    names = {a.arg for a in node.args.args}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and inner.attr in ATTRIBUTES:
            if isinstance(inner.value, ast.Name) and inner.value.id in names:
                return f"{node.name} reads .{inner.attr} of an error that may be a new one"
        if isinstance(inner, ast.Subscript) and _is_exception_key(inner.slice):
            if KeptError(draft).is_looked_into(inner):
                return f"{node.name} looks into an error that may be a new one"
    return None


def _gathered_reason(draft: Draft, node: ast.AST) -> str | None:
    """`r.code` of a result that is a text or a dict, which has none: of an error in its place."""
    read: ast.expr | None = None
    if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
        read = node.value
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"getattr", "hasattr"}:
        named = node.args[1] if len(node.args) > 1 else None
        if isinstance(named, ast.Constant) and named.value in ATTRIBUTES:
            read = node.args[0]
    if read is None or tested_before(draft, read, draft.source(read)):
        return None
    if any(isinstance(v, Object) and v.type in PLAIN for v in draft.values(read)):
        return f"`{draft.quote(node)}` reads an error that may be a new one"
    return None


def _hooks(draft: Draft) -> set[str]:
    """Names of the functions that get errors which nobody caught."""
    found: set[str] = set()
    for node in draft.facts.structure.every(ast.Assign, ast.Call):
        given: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            if any(isinstance(t, ast.Attribute) and t.attr in HOOKS for t in node.targets):
                given = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in HOOKS:
                given = node.args
        for value in given:
            if isinstance(value, (ast.Name, ast.Attribute)):
                found.add(value.id if isinstance(value, ast.Name) else value.attr)
    return found


def _is_exception_key(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "exception"


def _class_name(draft: Draft, node: ast.expr) -> ast.Attribute | None:
    """`type(error.__cause__).__name__` or `error.__cause__.__class__.__name__`."""
    held = draft.facts.structure.parent(node)
    by_type = isinstance(held, ast.Call) and ast.unparse(held.func) == "type"
    if not by_type and not (isinstance(held, ast.Attribute) and held.attr == "__class__"):
        return None
    read = draft.facts.structure.parent(held) if held is not None else None
    return read if isinstance(read, ast.Attribute) and read.attr.endswith("name__") else None


def _plan_class_name(draft: Draft, node: ast.Attribute) -> None:
    read = _class_name(draft, node)
    if read is None:
        return
    parent = draft.facts.structure.parent(read)
    compared = not isinstance(parent, (ast.Call, ast.FormattedValue))
    for site in sites_in_reach(draft, node):
        if compared:
            draft.doubt(site.call, read, CLASS_COMPARED.format(node.attr))
        else:
            draft.note(site.call, CLASS_SHOWN)


def _note_class(draft: Draft, node: ast.Attribute) -> None:
    """The class in `record.exc_info` is shown by its name."""
    item = draft.facts.structure.parent(node)
    if isinstance(item, ast.Subscript) and _class_of(draft, item) is not None:
        for site in sites_in_reach(draft, node):
            draft.note(site.call, CLASS_SHOWN)


def _traces(draft: Draft) -> set[ast.AST | str]:
    """Texts that `traceback` makes of errors: the calls, and names for what they give."""
    found: set[ast.AST | str] = set()
    for node in draft.facts.structure.every(ast.Call):
        if _makes_trace(draft, node):
            found |= {node, *_names_of(draft, node)}
    return found


def _makes_trace(draft: Draft, call: ast.Call) -> bool:
    """Whether a call makes the text of a trace."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == TRACED:
        return True
    return _calls_traceback(draft, call, TRACES)


def _prints_trace(draft: Draft, call: ast.Call) -> bool:
    return _calls_traceback(draft, call, PRINTED)


def _calls_traceback(draft: Draft, call: ast.Call, names: frozenset[str]) -> bool:
    paths = {v.path for v in draft.values(call.func) if isinstance(v, Symbol)}
    return bool(paths & {f"traceback.{name}" for name in names})


def _names_of(draft: Draft, node: ast.expr) -> set[str]:
    """The names that the statement around `node` gives to what it makes of it."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.stmt):
        current = draft.facts.structure.parent(current)
    targets = current.targets if isinstance(current, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _plan_searched_trace(draft: Draft, test: ast.Compare, traces: set[ast.AST | str]) -> None:
    """`"RESOURCE_EXHAUSTED" in traceback.format_exc()`; a number stands in both texts."""
    left = test.left.value if isinstance(test.left, ast.Constant) else None
    if not isinstance(test.ops[0], (ast.In, ast.NotIn)) or str(left).isdigit():
        return
    _doubt_trace(draft, test, test.comparators[0], traces)


def _doubt_trace(draft: Draft, node: ast.expr, text: ast.expr, traces: set[ast.AST | str]) -> None:
    """`text` is that of a trace, or a part of it."""
    inner = [n for n in ast.walk(text) if isinstance(n, ast.expr)]
    if any(n in traces or (isinstance(n, ast.Name) and n.id in traces) for n in inner):
        for site in sites_in_reach(draft, node):
            draft.doubt(site.call, node, TRACE_SEARCHED.format(draft.quote(text)))
