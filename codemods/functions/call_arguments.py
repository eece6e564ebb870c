"""The arguments that a function is called with, read from its call."""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.content.parts import Part
from codemods.functions.function_results import is_call
from codemods.objects.shown_whole import show
from codemods.reply.interaction import none_test, rename
from migrator.edits import Binding, Code, Template
from migrator.plan import Draft, Reading, Use, context_of

NO_ARGUMENTS = "args of a call without arguments may have been None; arguments is {}"
NONE_OR_EMPTY = (
    "args of a call without arguments may have been None, or {}; arguments is {}, which counts as "
    "None where this asks for None"
)
SHOWN = frozenset({Use.FORMAT, Use.ARGUMENT, Use.RETURNED, Use.STORED})
"""Uses in which None is told from an empty dict."""
CHANGING = frozenset({"update", "pop", "popitem", "setdefault", "clear"})
"""Methods that change a dict."""


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
        draft.note(reading.owner, NONE_OR_EMPTY)
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
