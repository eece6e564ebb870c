"""Read the calls of functions from the steps of a reply, and answer them by steps.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: a call is a step of type
function_call, with `name`, `arguments` and `id`; a result is a step that names the call by its id.

Rewrites: `response.function_calls` in loops, comprehensions, tests and by index; `function_call` of
parts; `.args` to `.arguments`; `Part.from_function_response(…)`, `Part(function_response=…)` and
their dicts to steps of type function_result, with the id of the call whose name they bear. With
--unsafe-fixes, what a list holds beside them is sent as a turn of its own, behind them.

Leaves alone: calls that are handed to code out of view, results of which can't be told which call
they answer, media in results. What is printed whole reads differently: with --unsafe-fixes only,
but for what a notebook shows.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.content.part_uses import leaves
from codemods.functions.call_arguments import arguments, sent_call, shown
from codemods.functions.function_results import (
    KIND,
    accepts_response,
    build_response,
    convert_result,
    judge_response,
)
from codemods.reply.asked_before import is_asked_before
from codemods.reply.caught_failures import INDEX, WIDE
from codemods.reply.comprehension_clauses import generator_over, go_through
from codemods.reply.first_call import FIRST_CALL, is_first_part, read_first
from codemods.reply.guards import KEPT
from codemods.reply.interaction import (
    STEPS,
    Pattern,
    interaction,
    is_never_none,
    is_probe,
    keep,
    none_test,
    rename,
)
from codemods.reply.missing_pieces import may_fail
from codemods.reply.object_fields import read_object
from codemods.reply.path_kinds import reads_field
from codemods.reply.path_prefixes import WAY
from codemods.tables.api import FUNCTION_CALL, FUNCTION_CALLS, PART, RESPONSE
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, HeaderCode, Nest, Span, Template
from migrator.plan import Draft, Reading, Use, context_of, is_item_taken, is_kept
from migrator.plan.units import Member
from migrator.reasoning.caught_errors import caught_elsewhere, handled
from migrator.reasoning.name_scopes import scope_of_name
from migrator.reasoning.not_none import is_not_none
from migrator.understand.structure import FUNCTION_TYPES

IS_CALL = 'step.type == "function_call"'
CALLS = Pattern("[", "step", (STEPS, f"if {IS_CALL}"), "]")
NONE = (
    "function_calls was None for a reply without calls: using it raised TypeError, which a handler "
    "catches; now it is an empty list"
)
NO_ITEM = (
    "function_calls was None for a reply without calls: taking an item of it raised TypeError, "
    "which a handler catches; taking one of an empty list raises IndexError"
)
ANY = Pattern("any(", IS_CALL, (STEPS,), ")")


def part_call(draft: Draft, reading: Reading) -> None:
    """`part.function_call` -> the `function_call` step."""
    if isinstance(reading.node, ast.Attribute) and is_first_part(draft, reading.base):
        read_first(draft, reading)
        return
    read_object(draft, reading, "function_call")


def calls(draft: Draft, reading: Reading) -> None:
    """`response.function_calls` -> the steps that are calls."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node):
        rename(draft, reading.owner, node, "steps")
        return
    source = interaction(draft, reading.base)
    context = context_of(draft.facts, node)
    if context.use is Use.TRUTH:
        if is_kept(draft.facts, node):
            draft.note(reading.owner, KEPT)
        draft.replace(reading.owner, node, ANY.over(source))
        return
    if context.use is Use.IS_NONE:
        none_test(draft, replace(reading, node=context.node), ANY.over(source))
        return
    _doubt_none(draft, reading.owner, node)
    whole = _or_empty(draft, node)
    if not (_loop(draft, reading, whole, source) or _merge(draft, reading, whole, source)):
        first = _first(draft, node)
        if first is not None:
            draft.replace(reading.owner, first, FIRST_CALL.over(source))
        else:
            draft.replace(reading.owner, whole, CALLS.over(source))


def _doubt_none(draft: Draft, owner: Member, node: ast.expr) -> None:
    """Doubt a use of the calls that raised an error without any, where a handler catches that."""
    use, caught = context_of(draft.facts, node).use, handled(draft, node)
    guarded = any(is_asked_before(draft, node, kind) for kind in WAY)  # it finds more replies now
    if is_item_taken(draft.facts, node) and caught & (INDEX | WIDE) and not guarded:
        if not caught_elsewhere(draft, node, {"TypeError"}, "IndexError"):
            return  # taking the first of an empty list raises as well
    if is_not_none(draft, node):
        return
    if use is Use.ITERATE or use is Use.SUBSCRIPT or _is_counted(draft, node):
        if "TypeError" in caught or (caught & WIDE and may_fail(draft, node)):
            draft.doubt(owner, node, NO_ITEM if is_item_taken(draft.facts, node) else NONE)


def _is_counted(draft: Draft, node: ast.expr) -> bool:
    """`len(calls)`"""
    call = draft.facts.structure.parent(node)
    return isinstance(call, ast.Call) and getattr(call.func, "id", "") == "len"


def used(draft: Draft, reading: Reading) -> None:
    """What holds the calls is used where there may be none."""
    if not reads_field(draft, reading.base) and not is_never_none(draft, reading.base):
        _doubt_none(draft, reading.owner, reading.base)


def _or_empty(draft: Draft, node: ast.expr) -> ast.expr:
    """`node`, or the whole of `node or []`: the list is never None."""
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or):
        last = parent.values[-1]
        empty = isinstance(last, (ast.List, ast.Tuple)) and not last.elts
        if empty and parent.values[0] is node and len(parent.values) == 2:
            return parent
    return node


def _loop(draft: Draft, reading: Reading, node: ast.expr, source: Code) -> bool:
    """`for call in response.function_calls:` goes through the steps, and looks at their type."""
    loop = draft.facts.structure.parent(node)
    if not isinstance(loop, ast.For) or loop.iter is not node or loop.orelse:
        return False
    if not isinstance(loop.target, ast.Name):
        return False
    if _read_elsewhere(draft, loop, loop.target.id):
        return False
    draft.replace(reading.owner, node, Template((source, ".steps or []")))
    test = Template((draft.hole(loop.target), '.type == "function_call"'))
    span = Span(draft.span(loop.body[0]).start, draft.span(loop.body[-1]).end)
    draft.edit(reading.owner, Nest(span, span, HeaderCode("if", (test,))))
    return True


def _read_elsewhere(draft: Draft, loop: ast.For, name: str) -> bool:
    """Whether the loop's variable may be read where the loop has ended."""
    structure = draft.facts.structure
    inside, scope = set(ast.walk(loop)), structure.scope_of[loop]
    repeated = _is_repeated(draft, loop)
    return any(
        node not in inside
        and isinstance(node.ctx, ast.Load)
        and scope_of_name(draft, node) is scope
        and (repeated or node.lineno > loop.lineno or structure.scope_of[node] is not scope)
        and not _is_bound_anew(draft, node)
        for node in ast.walk(scope)
        if isinstance(node, ast.Name) and node.id == name
    )


def _is_repeated(draft: Draft, node: ast.AST) -> bool:
    """Whether a statement stands in a loop of its function."""
    current = draft.facts.structure.parent(node)
    while current is not None and not isinstance(current, FUNCTION_TYPES):
        if isinstance(current, (ast.For, ast.AsyncFor, ast.While)):
            return True
        current = draft.facts.structure.parent(current)
    return False


def _is_bound_anew(draft: Draft, name: ast.Name) -> bool:
    """Whether a loop around the name gives it to the name itself."""
    current: ast.AST = name
    while (parent := draft.facts.structure.parent(current)) is not None:
        if isinstance(parent, (ast.For, ast.AsyncFor)) and current in parent.body:
            if any(isinstance(n, ast.Name) and n.id == name.id for n in ast.walk(parent.target)):
                return True
        current = parent
    return False


def _merge(draft: Draft, reading: Reading, node: ast.expr, source: Code) -> bool:
    """A comprehension over the calls: one over the steps, with a test of their type."""
    found = generator_over(draft, node)
    if found is None or not isinstance(found[1].target, ast.Name) or found[1].is_async:
        return False
    holder, over = found
    name = draft.hole(over.target)
    clauses = (
        Template(("for ", name, " in ", source, ".steps or []")),
        Template(("if ", name, '.type == "function_call"')),
    )
    go_through(draft, reading.owner, holder, over, clauses)
    return True


def _first(draft: Draft, node: ast.expr) -> ast.expr | None:
    """`response.function_calls[0]`, unless a handler waits for an error of it."""
    parent = draft.facts.structure.parent(node)
    if not isinstance(parent, ast.Subscript) or parent.value is not node:
        return None
    index = draft.constant(parent.slice)
    if index is None or index.value != 0 or index.kind != "int":
        return None
    if handled(draft, node) & (INDEX | WIDE | {"TypeError"}):
        return None  # nor for the end of an iteration, where it waits for another error
    return parent


def no_calls(draft: Draft, reading: Reading) -> None:
    """`calls is None` -> `not calls`, where the list has a name, or is kept."""
    if not reads_field(draft, reading.base):
        none_test(draft, reading, draft.hole(reading.base, Binding.NOT))


CODEMOD = Codemod(
    code="GM026",
    name="function-calls",
    summary="read and answer calls of functions by steps",
    doc=__doc__ or "",
    rules={
        ("read", PART, "function_call"): part_call,
        ("read", RESPONSE, "function_calls"): calls,
        ("read", FUNCTION_CALL, "name"): keep,
        ("read", FUNCTION_CALL, "id"): keep,
        ("read", FUNCTION_CALL, "args"): arguments,
        ("use", FUNCTION_CALL, "TRUTH"): keep,
        ("use", FUNCTION_CALL, "IS_NONE"): keep,
        ("use", FUNCTION_CALL, "FORMAT"): shown,
        ("use", FUNCTION_CALLS, "ITERATE"): used,
        ("use", FUNCTION_CALLS, "SUBSCRIPT"): used,
        ("use", FUNCTION_CALLS, "TRUTH"): keep,
        ("use", FUNCTION_CALLS, "IS_NONE"): no_calls,
        ("use", FUNCTION_CALLS, "FORMAT"): shown,
        ("part", "function_call"): sent_call,
        ("part", "from_function_call"): sent_call,
        ("part", "from_function_response"): convert_result,
        ("part", "function_response"): convert_result,
        ("build", KIND): build_response,
        ("accepts", KIND): accepts_response,
        ("value", KIND): judge_response,
        ("held", KIND): leaves,
    },
)
