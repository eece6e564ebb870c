"""What becomes of a conversation out of sight of one function: failures, tasks and threads."""

from __future__ import annotations

import ast

from codemods.conversations.conversation_places import Place, region_of
from migrator.plan import Draft, Use, context_of
from migrator.reasoning.statement_effects import may_swallow
from migrator.understand.values import Class, Instance

CONCURRENT = frozenset(
    {
        "gather", "create_task", "TaskGroup", "ensure_future", "Thread", "ThreadPoolExecutor",
        "run_in_executor", "to_thread", "start_soon", "as_completed", "run_coroutine_threadsafe",
        "ThreadPool", "Timer", "start_new_thread", "call_later", "call_at", "call_soon",
        "call_soon_threadsafe", "add_done_callback", "add_task", "add_job",
    }
)  # fmt: skip
"""Names of what lets functions run side by side."""


def is_concurrent(draft: Draft) -> bool:
    """Whether the module lets functions run side by side."""
    structure = draft.facts.structure
    own = {
        n.name for n in (*structure.functions, *structure.classes) if not isinstance(n, ast.Lambda)
    }
    return bool(CONCURRENT & (structure.loaded_attributes | (structure.loaded_names - own)))


def escape_of(draft: Draft, place: Place) -> ast.expr | None:
    """Where an object that keeps the conversation in a public attribute leaves the file's view."""
    if not place.is_attribute or place.name.startswith("_"):
        return None
    for node, values in draft.facts.state.values.items():
        kept = any(isinstance(v, Instance) and v.node is place.owner for v in values)
        if kept and isinstance(node, ast.expr):
            if context_of(draft.facts, node).use is Use.ARGUMENT:
                return node
    return None


def failures_end_the_program(draft: Draft, region: ast.AST) -> bool:
    """Whether an exception that leaves `region` is caught nowhere, as far as can be seen."""
    seen: set[ast.AST] = set()
    todo = [region]
    while todo:
        current = todo.pop()
        if current in seen or isinstance(current, ast.Module):
            continue
        seen.add(current)
        assert isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef))
        callers = draft.facts.callers(current)
        if draft.facts.is_external(current) or not callers:
            return False
        for call in callers:
            if is_guarded(draft, call) or not _runs_here(draft, call, current):
                return False
            todo.append(region_of(draft, call))
    return True


def _runs_here(draft: Draft, call: ast.AST, function: ast.AST) -> bool:
    """Whether `call` runs `function` itself, and no thread or task does."""
    if not isinstance(call, ast.Call):
        return True  # the read of a property
    return any(
        isinstance(v, Class) or function in (getattr(v, "node", None), getattr(v, "function", None))
        for v in draft.values(call.func)
    )


def is_guarded(draft: Draft, node: ast.AST) -> bool:
    """Whether an exception of `node` may be caught in its own function."""
    structure = draft.facts.structure
    current: ast.AST | None = node
    while current is not None and not isinstance(
        current, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)
    ):
        parent = structure.parent(current)
        if isinstance(parent, ast.Try) and current in parent.body and parent.handlers:
            return True
        if isinstance(parent, (ast.With, ast.AsyncWith)) and may_swallow(parent):
            return True
        current = parent
    return False
