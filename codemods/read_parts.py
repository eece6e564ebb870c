"""Read the items of `steps` instead of the parts of a candidate.

Why: an interaction has steps; each `model_output` step holds typed content.

Rewrites: `candidates[0]`, `.content` and `.parts` by index, in loops, in guards and through names,
where only the text of the parts is read.

Leaves alone: other candidates than the first, and parts read for anything but text.
"""

from __future__ import annotations

import ast

from codemods.building.interaction import (
    TEXTS,
    Pattern,
    catches,
    has_output,
    interaction,
    is_probe,
    keep,
    none_test,
    rename,
    steps,
)
from codemods.tables.api import CANDIDATE, CANDIDATES, CONTENT, PART, PARTS, RESPONSE
from migrator.codemod import Codemod
from migrator.edits import Code, Template
from migrator.plan import Draft, Reading, is_tested

ITEMS = Pattern("[", "content", TEXTS, "]")


def parts(draft: Draft, reading: Reading) -> None:
    """`.parts` -> the text items of the reply."""
    if draft.has_feature(reading.base, reading.owner, "thoughts"):
        text = "the parts hold thoughts as well, which are steps of their own now"
        draft.block(reading.owner, reading.node, text)
    if is_probe(reading.node):
        rename(draft, reading.owner, reading.node, "steps")
        return
    wide = catches(draft, reading.base, {"IndexError", "LookupError", "Exception"})
    if not wide and catches(draft, reading.base, {"TypeError", "AttributeError"}):
        text = "a reply without candidates raised TypeError here; reading steps raises IndexError"
        draft.doubt(reading.owner, reading.node, text)
    if isinstance(reading.node, ast.expr) and is_tested(draft.facts, reading.node):
        return  # see has_output
    draft.replace(reading.owner, reading.node, ITEMS.over(interaction(draft, reading.base)))


def inner(draft: Draft, reading: Reading) -> None:
    """`.candidates` and `.content` vanish; whatever reads them is translated around them."""
    if is_probe(reading.node):
        rename(draft, reading.owner, reading.node, "steps")


def first_candidate(draft: Draft, reading: Reading) -> None:
    """Only the first candidate has a place in an interaction."""
    node = reading.node
    assert isinstance(node, ast.Subscript)
    index = draft.constant(node.slice)
    if index is None or index.value not in {0, -1}:
        draft.block(reading.owner, node, "an interaction has one output, not several candidates")


def each_candidate(draft: Draft, reading: Reading) -> None:
    """`for candidate in response.candidates` -> over the one interaction."""
    if isinstance(reading.node, ast.Call):
        _count(draft, reading, reading.node)
        return
    code = Template(("[", interaction(draft, reading.base), "]"))
    draft.replace(reading.owner, reading.base, code)


def _count(draft: Draft, reading: Reading, call: ast.Call) -> None:
    """`len(response.candidates) > 0` -> whether there are steps."""
    compare = draft.facts.structure.parent(call)
    if isinstance(compare, ast.Compare) and compare.left is call and len(compare.ops) == 1:
        limit = draft.constant(compare.comparators[0])
        test = (type(compare.ops[0]), limit.value if limit else None)
        found: Code = Template((interaction(draft, reading.base), ".steps"))
        if test in {(ast.Gt, 0), (ast.GtE, 1), (ast.NotEq, 0)}:
            whole = found if is_tested(draft.facts, compare) else Template(("bool(", found, ")"))
            draft.replace(reading.owner, compare, whole)
            return
        if test in {(ast.Eq, 0), (ast.Lt, 1)}:
            draft.replace(reading.owner, compare, Template(("not ", found)))
            return
    draft.block(reading.owner, call, "the number of candidates has no equivalent")


def moved(draft: Draft, reading: Reading) -> None:
    """`candidate = response.candidates[0]` -> `candidate = response`."""
    if catches(draft, reading.base, {"IndexError", "TypeError", "AttributeError"}):
        text = "a missing candidate raised here, which a handler catches; an interaction does not"
        draft.doubt(reading.owner, reading.base, text)
    draft.replace(reading.owner, reading.base, interaction(draft, reading.base))


def has_steps(draft: Draft, reading: Reading) -> None:
    """`candidate.content is None` -> `not candidate.steps`."""
    none_test(draft, reading, Template((interaction(draft, reading.base), ".steps")))


def part_at(draft: Draft, reading: Reading) -> None:
    """`parts[0]`: with tools in play, the first part need not be the first text."""
    if draft.has_feature(reading.base, reading.owner, "tools"):
        text = "with tools, a part picked by its index need not be text; read output_text"
        draft.block(reading.owner, reading.node, text)


CODEMOD = Codemod(
    code="GM011",
    name="read-parts",
    summary="read the content of steps instead of the parts of a candidate",
    doc=__doc__ or "",
    rules={
        ("read", RESPONSE, "candidates"): inner,
        ("read", RESPONSE, "parts"): parts,
        ("read", CANDIDATE, "content"): inner,
        ("read", CONTENT, "parts"): parts,
        ("read", PART, "text"): keep,
        ("use", CANDIDATES, "SUBSCRIPT"): first_candidate,
        ("use", CANDIDATES, "ITERATE"): each_candidate,
        **{("use", t, "TRUTH"): steps for t in (CANDIDATES, CANDIDATE, CONTENT)},
        **{("use", t, "IS_NONE"): has_steps for t in (CANDIDATES, CANDIDATE, CONTENT)},
        **{("moved", t): moved for t in (CANDIDATES, CANDIDATE, CONTENT)},
        ("use", PARTS, "SUBSCRIPT"): part_at,
        ("use", PARTS, "ITERATE"): keep,
        ("use", PARTS, "TRUTH"): has_output,
        ("use", PARTS, "IS_NONE"): keep,
        ("use", PART, "TRUTH"): keep,
        ("use", PART, "IS_NONE"): keep,
    },
)
