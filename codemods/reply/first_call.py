"""`parts[0].function_call`: the first part of a reply, asked whether it is a call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemods.reply.interaction import STEPS, Pattern, interaction, is_probe
from migrator.edits import ClausesCode, Template
from migrator.plan import Draft, Reading, Use, context_of, is_kept
from migrator.reasoning.caught_errors import catches
from migrator.reasoning.free_names import FreeNames
from migrator.understand.facts import origin_of

CALL = '.type == "function_call"'
FIRST_CALL = Pattern("next(", "step", (STEPS, 'if step.type == "function_call"'), ")")
MISSING = {"AttributeError", "IndexError", "LookupError", "TypeError", "Exception"}
"""What a handler catches that waits for a reply without a call."""
CODE_STEPS = ("code_execution_call", "code_execution_result")


def is_first_part(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is `….parts[0]`."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Attribute):
        return False
    index = draft.constant(node.slice)
    return node.value.attr == "parts" and index is not None and index.value == 0


def read_first(draft: Draft, reading: Reading) -> None:
    """`response.candidates[0].content.parts[0].function_call` -> what the first step is."""
    node, base = reading.node, reading.base
    assert isinstance(node, ast.expr)
    assert isinstance(base, ast.Subscript) and isinstance(base.value, ast.Attribute)
    source = interaction(draft, base.value.value)
    first = _first_part(draft, reading).over(source)
    context = context_of(draft.facts, node)
    if context.use is Use.TRUTH and not is_kept(draft.facts, node):
        draft.replace(reading.owner, node, Template((first, CALL)))
    elif context.use is Use.IS_NONE:
        assert isinstance(context.node, ast.Compare)
        absent = isinstance(context.node.ops[0], (ast.Is, ast.Eq))
        operator = CALL.replace("==", "!=") if absent else CALL
        draft.replace(reading.owner, context.node, Template((first, operator)))
    elif _is_known(draft, node) or _is_relied_on(draft, node, context.use):
        draft.replace(reading.owner, node, FIRST_CALL.over(source))
    elif context.use is Use.ATTRIBUTE:  # of what is no call, it raises as it did
        draft.replace(reading.owner, node, first)
    else:
        name = FreeNames(draft.facts.structure, draft.facts.structure.scope_of[node]).take(
            "first", "first_step"
        )
        test = Template((f"if ({name} := ", first, f"){CALL}"))
        code = ClausesCode("(", name, (test, "else None"), ")", soft=True)
        draft.replace(reading.owner, node, code)


def _first_part(draft: Draft, reading: Reading) -> Pattern:
    """The steps that were parts, or held them."""
    types = ["model_output", "function_call"]
    if draft.has_feature(reading.base, reading.owner, "code_execution"):
        types += CODE_STEPS
    caught = catches(draft, reading.base, MISSING)
    if caught:  # by what waits for the error of a reply without content: such an output is no part
        types.remove("model_output")
    names = ", ".join(f'"{name}"' for name in types)
    test = f"step.type in ({names})" if len(types) > 1 else f'step.type == "{types[0]}"'
    if caught:
        test += ' or (step.type == "model_output" and step.content)'
    if draft.has_feature(reading.base, reading.owner, "thoughts"):
        test += ' or (step.type == "thought" and step.summary)'
    clauses = (STEPS, f"if {test}")
    if catches(draft, reading.base, MISSING - {"Exception"}):
        return Pattern("[", "step", clauses, "][0]")  # raises IndexError where there is none
    return Pattern("next(", "step", clauses, ")")


def _is_known(draft: Draft, node: ast.expr) -> bool:
    """Whether a test of the same expression has shown that there is a call."""
    wanted = ast.unparse(node)
    root = next(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    for test, statements in _tests_around(draft, node):
        changed = any(_stores(part, root) for s in statements for part in ast.walk(s))
        if not changed and any(ast.unparse(t) == wanted for t in _shown(test)):
            return True
    return False


def _is_relied_on(draft: Draft, node: ast.expr, use: Use) -> bool:
    """`….function_call.name`, or a name of it that is read and not tested, in no `try`."""
    if use is Use.ATTRIBUTE:
        return not _may_be_none(draft, node) and not catches(draft, node, MISSING)
    statement = draft.facts.structure.parent(node)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return False
    names = [
        other
        for value in draft.values(node)
        if (origin := origin_of(value)) is not None
        for other in draft.facts.uses.get(origin, ())
        if isinstance(other, ast.Name) and value in draft.values(other)
    ]
    uses = {context_of(draft.facts, name).use for name in names}
    caught = any(catches(draft, name, MISSING) for name in names)
    return uses <= {Use.MOVE, Use.ATTRIBUTE} and Use.ATTRIBUTE in uses and not caught


def _may_be_none(draft: Draft, node: ast.expr) -> bool:
    """Whether an attribute of `node` is asked for in a way that None is an answer to."""
    asked = draft.facts.structure.parent(node)
    if not isinstance(asked, ast.Call):
        return False
    by_name = getattr(asked.func, "id", "") == "getattr"
    return is_probe(asked) or (by_name and len(asked.args) > 2)


def _stores(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)


def _tests_around(draft: Draft, node: ast.AST) -> Iterator[tuple[ast.expr, list[ast.stmt]]]:
    """The tests that hold where `node` stands, and the statements that run since then."""
    current = node
    while (parent := draft.facts.structure.parent(current)) is not None:
        if isinstance(parent, ast.If) and current in parent.body:
            yield parent.test, parent.body
        elif isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
            for operand in parent.values:
                if operand is current:
                    break
                yield operand, []
        elif isinstance(parent, ast.IfExp) and current is parent.body:
            yield parent.test, []
        current = parent


def _shown(test: ast.expr) -> Iterator[ast.expr]:
    """The expressions that are certainly true where `test` is."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for operand in test.values:
            yield from _shown(operand)
    elif isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.IsNot, ast.NotEq)):
        yield test.left
    else:
        yield test
