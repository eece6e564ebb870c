"""Candidates, content and parts that are printed whole: the steps, which read differently."""

from __future__ import annotations

import ast

from codemods.building.interaction import interaction
from codemods.building.prefixes import bases, presence, root
from codemods.tables.api import CANDIDATE, CANDIDATES, CONTENT
from migrator.edits import Binding, Template
from migrator.plan import Draft, Reading


def shown(draft: Draft, reading: Reading) -> None:
    """Candidates, content and parts that are printed whole read differently."""
    base = reading.base
    text = f"`{draft.quote(base)}` is printed whole; steps read differently"
    draft.doubt(reading.owner, base, text)
    if reading.type not in {CANDIDATES, CANDIDATE, CONTENT}:
        return
    steps = interaction(draft, base)
    if isinstance(base, ast.IfExp) and has_other_text(draft, base):
        other = draft.hole(base.orelse, Binding.OR)
        whole = Template((interaction(draft, base.body), ".steps or ", other))
        draft.settled.update(n for n in ast.walk(base) if isinstance(n, ast.expr))
        draft.replace(reading.owner, base, whole)
    else:
        draft.replace(reading.owner, base, Template((steps, ".steps")))


def has_other_text(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is `r.candidates[0].content if r.candidates else "none"`."""
    if not isinstance(node, ast.IfExp) or not isinstance(node.orelse, ast.Constant):
        return False
    if not presence(draft, node.test):
        return False
    asked = bases(draft, node.test)[0]
    return ast.unparse(root(draft, asked)) == ast.unparse(root(draft, node.body))
