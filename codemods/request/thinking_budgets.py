"""Thinking budgets, which levels stand for now: the one that comes nearest."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from codemods.objects.field_spelling import snake
from codemods.objects.setting_rows import GENERATION, Setting
from codemods.request.model_names import every_model, models_named
from codemods.tables.settings import THINKING_BUDGETS
from codemods.tables.thinking import DYNAMIC as DECIDING
from codemods.tables.thinking import LEVELS, UNTHINKING, family
from migrator.edits import Binding, Code, Row, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.annotated_variables import is_typed
from migrator.reasoning.helper_functions import free_everywhere, insert_function, of_module

BUDGET = "thinking_budget"
HELP = '"""The thinking level nearest to a budget of tokens; None lets the model decide."""'
DYNAMIC = (
    "thinking_budget=-1 let the model decide how much to think, as models do without a "
    "thinking_level; 2.5 Flash-Lite does not think at all without one"
)


def add_budget(draft: Draft, setting: Setting, value: ast.expr) -> None:
    """A budget becomes the level that comes nearest; -1 lets the model decide, as no level does."""
    constant = draft.constant(value)
    if constant is not None and constant.value is None and _is_fixed(draft, value):
        return
    models = {family(name) for name in models_named(draft, setting.owner)}
    if constant is not None and _is_fixed(draft, value):
        if constant.value == -1:
            if not models or models - DECIDING:
                draft.doubt(setting.owner, value, DYNAMIC)
                draft.placeless(setting.owner, BUDGET)
            return
        if constant.value == 0 and models and models <= UNTHINKING:
            return
    budget, code = draft.quote(value), _level_for(draft, value, _levels(models))
    text = f"thinking_budget {budget} becomes the thinking_level that comes nearest"
    if isinstance(code, str):
        text = f"thinking_budget {budget} becomes thinking_level {code}, which comes nearest"
    draft.doubt(setting.owner, value, text)
    draft.placeless(setting.owner, BUDGET)
    if code is None:
        code = _level_at_run_time(draft, value, setting.owner)
    setting.into.nested(GENERATION, "thinking_level", code, draft.span(value))


def _levels(models: Iterable[str]) -> frozenset[str]:
    """The levels that all of these models take, as far as they are known."""
    known = [LEVELS[name] for name in models if name in LEVELS]
    return frozenset(THINKING_BUDGETS).intersection(*known) or frozenset(THINKING_BUDGETS)


def _level_for(draft: Draft, node: ast.expr, levels: Collection[str]) -> Code | None:
    """The one of `levels` for a budget that is known, or chosen between known ones."""
    if isinstance(node, ast.IfExp):
        body = _level_for(draft, node.body, levels)
        rest = _level_for(draft, node.orelse, levels)
        if body is None or rest is None:
            return None
        return Template((body, " if ", draft.hole(node.test, Binding.OR), " else ", rest))
    constant = draft.constant(node)
    if constant is None or constant.kind not in {"int", "NoneType"} or not _is_fixed(draft, node):
        return None
    budget = constant.value
    if not isinstance(budget, int) or budget < 0:
        return "None"
    return f'"{nearest_level(budget, levels)}"'


def _is_fixed(draft: Draft, node: ast.expr) -> bool:
    """Whether a budget is written out, here or as a constant; others come from callers as well."""
    if not isinstance(node, ast.Name):
        return isinstance(node, (ast.Constant, ast.UnaryOp))
    structure = draft.facts.structure
    chain = (structure.scope_of[node], *draft.facts.state.scope_chain(structure.scope_of[node]))
    scope = next((s for s in chain if node.id in structure.locals_of[s]), None)
    return isinstance(scope, ast.Module)


def nearest_level(budget: int, levels: Collection[str]) -> str:
    """The level whose budget comes nearest; of two that are as near, the one that thinks less."""
    taken = [level for level in THINKING_BUDGETS if level in levels]
    return min(taken, key=lambda level: abs(THINKING_BUDGETS[level] - budget))


def _level_at_run_time(draft: Draft, value: ast.expr, owner: Member) -> Code:
    """A call of the function that finds the level, which the file gets once."""
    users = of_module(draft, _users(draft), value)
    name = free_everywhere(draft, users, "thinking_level", "nearest_thinking_level")
    levels = _levels(map(family, every_model(draft)))
    rows = _function(name, levels, typed=is_typed(draft, value))
    draft.edit(owner, insert_function(draft, users, rows))
    return Template((f"{name}(", draft.hole(value), ")"))


def _function(name: str, taken: Collection[str], *, typed: bool) -> list[Row]:
    levels = [level for level in THINKING_BUDGETS if level in taken]
    budgets = [THINKING_BUDGETS[level] for level in levels]
    signature = "(budget: int | None) -> str | None:" if typed else "(budget):"
    rows = [
        Row(f"def {name}{signature}"),
        Row(HELP, 1),
        Row("if budget is None or budget < 0:", 1),
        Row("return None", 2),
    ]
    for level, low, high in zip(levels, budgets, budgets[1:], strict=False):
        rows += [Row(f"if budget <= {(low + high) // 2}:", 1), Row(f'return "{level}"', 2)]
    return [*rows, Row(f'return "{levels[-1]}"', 1)]


def _users(draft: Draft) -> list[ast.AST]:
    """Everything in the file that sets a budget: the function stands before all of it."""

    def find() -> list[ast.AST]:
        found: list[ast.AST] = []
        for node in draft.facts.structure.every(ast.keyword, ast.Constant, ast.Attribute):
            named = isinstance(node, ast.keyword) and snake(node.arg or "") == BUDGET
            named = named or (isinstance(node, ast.Attribute) and node.attr == BUDGET)
            text = node.value if isinstance(node, ast.Constant) else None
            if named or (isinstance(text, str) and snake(text) == BUDGET):
                found.append(node.value if isinstance(node, ast.keyword) else node)
        return found

    return draft.once("thinking budgets", find)
