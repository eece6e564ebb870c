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
from codemods.content.parts import Part
from codemods.functions.function_results import (
    KIND,
    accepts_response,
    build_response,
    convert_result,
    is_call,
    judge_response,
)
from codemods.objects.shown_whole import show
from codemods.reply.caught_failures import INDEX, WIDE
from codemods.reply.comprehension_clauses import generator_over, go_through
from codemods.reply.first_call import FIRST_CALL, is_first_part, read_first
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
from codemods.tables.api import FUNCTION_CALL, FUNCTION_CALLS, PART, RESPONSE
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, HeaderCode, Nest, Span, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.plan.units import Member
from migrator.reasoning.caught_errors import handled
from migrator.reasoning.name_scopes import scope_of_name
from migrator.understand.structure import FUNCTION_TYPES

IS_CALL = 'step.type == "function_call"'
CALLS = Pattern("[", "step", (STEPS, f"if {IS_CALL}"), "]")
NONE = (
    "function_calls was None for a reply without calls: using it raised TypeError, which a handler "
    "catches; now it is an empty list"
)
NO_ARGUMENTS = "args of a call without arguments may have been None; arguments is {}"
SHOWN = frozenset({Use.FORMAT, Use.ARGUMENT, Use.RETURNED, Use.STORED})
"""Uses in which None is told from an empty dict."""
CHANGING = frozenset({"update", "pop", "popitem", "setdefault", "clear"})
"""Methods that change a dict."""
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
    if use is Use.SUBSCRIPT and caught & (INDEX | WIDE):
        return  # taking the first of an empty list raises as well
    if use is Use.ITERATE or use is Use.SUBSCRIPT or _is_counted(draft, node):
        if "TypeError" in caught or (caught & WIDE and may_fail(draft, node)):
            draft.doubt(owner, node, NONE)


def _is_counted(draft: Draft, node: ast.expr) -> bool:
    """`len(calls)`"""
    call = draft.facts.structure.parent(node)
    return isinstance(call, ast.Call) and getattr(call.func, "id", "") == "len"


def used(draft: Draft, reading: Reading) -> None:
    """A name for the calls is used where there may be none."""
    if isinstance(reading.base, ast.Name) and not is_never_none(draft, reading.base):
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
    if handled(draft, node) & (INDEX | WIDE):
        return None
    return parent


def no_calls(draft: Draft, reading: Reading) -> None:
    """`calls is None` -> `not calls`, where the list has a name."""
    if isinstance(reading.base, ast.Name):
        none_test(draft, reading, draft.hole(reading.base, Binding.NOT))


def arguments(draft: Draft, reading: Reading) -> None:
    """`.args` -> `.arguments`, a dict as well."""
    node = reading.node
    assert isinstance(node, ast.expr)
    rename(draft, reading.owner, node, "arguments")
    if context_of(draft.facts, node).use in SHOWN:
        draft.note(reading.owner, NO_ARGUMENTS)
    changed = _changed(draft, node)
    if changed is not None and len(draft.facts.sites) > 1:
        text = (
            f"`{draft.quote(changed)}` changes the arguments of a call; the server keeps them as "
        )
        draft.doubt(reading.owner, changed, text + "the model gave them, and the SDK sent the new")
    context = context_of(draft.facts, node)
    if context.use is Use.IS_NONE:
        code = Template((draft.hole(reading.base, Binding.ATOM), ".arguments"))
        none_test(draft, replace(reading, node=context.node), code)


def sent_call(draft: Draft, part: Part) -> Code:
    """`Part(function_call=call)` in a turn that the program writes: the step itself."""
    given = part.fields
    call = given.get("function_call")
    if part.form == "from_function_call":
        name, arguments = given.get("name"), given.get("args")
        if isinstance(name, ast.Attribute) and isinstance(arguments, ast.Attribute):
            same = ast.dump(name.value) == ast.dump(arguments.value)
            call = name.value if same and (name.attr, arguments.attr) == ("name", "args") else None
    if call is not None and is_call(draft, call):
        draft.settled.add(call)
        holder = draft.facts.structure.parent(part.node)
        if isinstance(holder, (ast.List, ast.Tuple)):
            draft.settled.add(holder)
        return draft.hole(call)
    text = f"`{draft.quote(part.node)}`: a call needs the id that the model gave it; put the whole "
    draft.block(part.owner, part.node, text + "content of the reply there, which has the call")
    return draft.hole(part.node)


def _changed(draft: Draft, node: ast.expr) -> ast.AST | None:
    """Where the dict that `node` reads is changed: right there, or by the name it is given."""
    structure = draft.facts.structure
    statement = structure.parent(node)
    names = statement.targets if isinstance(statement, ast.Assign) else []
    read = {n.id for n in names if isinstance(n, ast.Name)}
    for other in [node, *ast.walk(structure.scope_of[node])] if read else [node]:
        if other is node or (isinstance(other, ast.Name) and other.id in read):
            parent = structure.parent(other)
            if isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load):
                return parent
            if isinstance(parent, ast.Attribute) and parent.attr in CHANGING:
                return parent
    return None


def shown(draft: Draft, reading: Reading) -> None:
    """A call that is printed whole."""
    show(draft, reading.owner, reading.base, "a step reads differently")


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
