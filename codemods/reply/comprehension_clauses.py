"""Comprehensions whose clauses change."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from codemods.reply.path_prefixes import presence, single_loops
from migrator.edits import Binding, ClausesCode, Code, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.structure import COMPREHENSIONS

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def generator_over(draft: Draft, node: ast.expr) -> tuple[Comprehension, ast.comprehension] | None:
    """The comprehension that goes through `node` (or `node or []`), and its generator."""
    parent = draft.facts.structure.parent(node)
    if not isinstance(parent, ast.comprehension) or parent.iter is not node:
        return None
    holder = draft.facts.structure.parent(parent)
    return (holder, parent) if isinstance(holder, COMPREHENSIONS) else None


def more(draft: Draft, generator: ast.comprehension) -> list[ast.expr]:
    """The tests of a candidate in a comprehension that ask for more than that it holds anything."""
    return [test for test in generator.ifs if presence(draft, test) is not True]


def go_through(
    draft: Draft,
    owner: Member,
    holder: Comprehension,
    over: ast.comprehension,
    clauses: Sequence[Code],
    tests: Iterable[ast.expr] | None = None,
) -> None:
    """Put `clauses` in the place of the generator `over`; keep `tests` of all tests, or all."""
    kept = None if tests is None else set(tests)
    code: list[Code] = []
    for generator in holder.generators:
        if generator in single_loops(draft):
            code += [Template(("if ", draft.hole(t, Binding.OR))) for t in more(draft, generator)]
            continue
        if generator is over:
            code += clauses
        else:
            word = "async for " if generator.is_async else "for "
            target, each = draft.hole(generator.target), draft.hole(generator.iter, Binding.OR)
            code.append(Template((word, target, " in ", each)))
        code += [
            Template(("if ", draft.hole(test, Binding.OR)))
            for test in generator.ifs
            if kept is None or test in kept
        ]
    brackets = {ast.ListComp: "[]", ast.GeneratorExp: "()"}.get(type(holder), "{}")
    if isinstance(holder, ast.DictComp):
        element: Code = Template((draft.hole(holder.key), ": ", draft.hole(holder.value)))
    else:
        element = draft.hole(holder.elt)
    draft.replace(owner, holder, ClausesCode(brackets[0], element, tuple(code), brackets[1]))
