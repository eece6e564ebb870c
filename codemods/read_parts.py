"""Read the items of `steps` instead of the parts of a candidate.

Why: an interaction has steps; each `model_output` step holds typed content.

Rewrites: `candidates[0]`, `.content` and `.parts` by index, in loops, in guards and through names,
whatever is read of the parts; parts that are sent with another request.

Leaves alone: other candidates than the first.
"""

from __future__ import annotations

import ast

from codemods.building.comprehensions import go_through
from codemods.building.guards import ask, counts, guard
from codemods.building.interaction import (
    OUTPUT,
    catches,
    interaction,
    is_probe,
    keep,
    none_test,
    rename,
)
from codemods.building.item_code import clauses, list_code
from codemods.building.items import Form, Items, items_of
from codemods.building.loops import merged_source, variable_of
from codemods.building.resent import resent_part, resent_parts
from codemods.building.settled import asked
from codemods.building.text_fields import read_text
from codemods.tables.api import (
    CANDIDATE,
    CANDIDATES,
    CONTENT,
    PART,
    PARTS,
    RESPONSE,
)
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, Template
from migrator.plan import Draft, Reading, Use, context_of, is_tested
from migrator.understand.structure import COMPREHENSIONS


def parts(draft: Draft, reading: Reading) -> None:
    """`.parts` -> the items of the reply."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node):
        rename(draft, reading.owner, node, "steps")
        return
    wide = catches(draft, reading.base, {"IndexError", "LookupError", "Exception"})
    if not wide and catches(draft, reading.base, {"TypeError", "AttributeError"}):
        text = "a reply without candidates raised TypeError here; reading steps raises IndexError"
        draft.doubt(reading.owner, node, text)
    context = context_of(draft.facts, node)
    if context.use in {Use.TRUTH, Use.IS_NONE}:
        return  # see has_output
    items = items_of(draft, node, reading.owner)
    source = interaction(draft, reading.base)
    parent = draft.facts.structure.parent(node)
    if _merge(draft, reading, items, source):
        return
    code = list_code(items, source)
    if isinstance(parent, ast.BoolOp) and _is_or_empty(parent, node):
        node = parent  # the list is never None
    draft.replace(reading.owner, node, code)


def _merge(draft: Draft, reading: Reading, items: Items, source: Code) -> bool:
    """`[p.text for p in response.parts if p.text]`: one comprehension over steps and content."""
    node = reading.node
    holder: ast.AST | None = node
    while isinstance(holder, ast.expr) and not isinstance(holder, COMPREHENSIONS):
        parent = draft.facts.structure.parent(holder)
        holder = (
            draft.facts.structure.parent(parent)
            if isinstance(parent, ast.comprehension)
            else parent
        )
    if not isinstance(holder, COMPREHENSIONS):
        return False
    found = merged_source(draft, holder)
    if found is None or found[1] is not node:
        return False
    over, _ = found
    assert isinstance(over.target, ast.Name)
    tests = asked(holder, variable_of(draft, over.target), items.kinds)
    go_through(draft, reading.owner, holder, over, clauses(items, source, over.target.id), tests)
    return True


def _is_or_empty(parent: ast.BoolOp, node: ast.expr) -> bool:
    """`parts or []`."""
    last = parent.values[-1]
    empty = isinstance(last, (ast.List, ast.Tuple)) and not last.elts
    return isinstance(parent.op, ast.Or) and len(parent.values) == 2 and empty


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
    base = reading.base
    if isinstance(base, ast.BoolOp) and _is_or_empty(base, base.values[0]):
        source = interaction(draft, base.values[0])
    else:
        source = interaction(draft, base)
    draft.replace(reading.owner, base, Template(("[", source, "]")))


def _count(draft: Draft, reading: Reading, call: ast.Call) -> None:
    """`len(response.candidates) > 0` -> whether there are steps."""
    compare = draft.facts.structure.parent(call)
    known = counts(compare) if isinstance(compare, ast.Compare) else None
    if not isinstance(compare, ast.Compare) or compare.left is not call or known is None:
        draft.block(reading.owner, call, "the number of candidates has no equivalent")
        return
    found: Code = Template((interaction(draft, reading.base), ".steps"))
    if known and not is_tested(draft.facts, compare):
        found = Template(("bool(", found, ")"))
    ask(draft, reading.owner, compare, reading.base, found, negated=not known)


def moved(draft: Draft, reading: Reading) -> None:
    """`candidate = response.candidates[0]` -> `candidate = response`."""
    if catches(draft, reading.base, {"IndexError", "TypeError", "AttributeError"}):
        text = "a missing candidate raised here, which a handler catches; an interaction does not"
        draft.doubt(reading.owner, reading.base, text)
    draft.replace(reading.owner, reading.base, interaction(draft, reading.base))


def has_steps(draft: Draft, reading: Reading) -> None:
    """The truth of a candidate, its content or the list of them: has the model answered at all?"""
    guard(draft, reading, Template((interaction(draft, reading.base), ".steps")))


def has_parts(draft: Draft, reading: Reading) -> None:
    """The truth of the parts: is there anything in the reply?"""
    if isinstance(reading.base, ast.Attribute):
        guard(draft, reading, _any_part(draft, reading, reading.base))


def no_parts(draft: Draft, reading: Reading) -> None:
    """`parts is None` -> `not parts`."""
    if isinstance(reading.base, ast.Attribute):
        guard(draft, reading, _any_part(draft, reading, reading.base))
    else:
        none_test(draft, reading, draft.hole(reading.base, Binding.NOT))


def _any_part(draft: Draft, reading: Reading, node: ast.Attribute) -> Code:
    """Whether the reply has output; any step will do where steps were parts as well."""
    code = interaction(draft, node.value)
    if items_of(draft, node, reading.owner).form in {Form.TEXT, Form.CONTENT}:
        return OUTPUT.over(code)
    return Template((code, ".steps"))


def shown(draft: Draft, reading: Reading) -> None:
    """Candidates, content and parts that are printed whole read differently."""
    text = f"`{draft.quote(reading.base)}` is printed whole; steps read differently"
    draft.doubt(reading.owner, reading.base, text)
    if reading.type in {CANDIDATES, CANDIDATE, CONTENT}:
        code = Template((interaction(draft, reading.base), ".steps"))
        draft.replace(reading.owner, reading.base, code)


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
        ("read", PART, "text"): read_text,
        ("use", CANDIDATES, "SUBSCRIPT"): first_candidate,
        ("use", CANDIDATES, "ITERATE"): each_candidate,
        **{("use", t, "TRUTH"): has_steps for t in (CANDIDATES, CANDIDATE, CONTENT)},
        **{("use", t, "IS_NONE"): has_steps for t in (CANDIDATES, CANDIDATE, CONTENT)},
        **{("moved", t): moved for t in (CANDIDATES, CANDIDATE, CONTENT)},
        **{("use", t, "FORMAT"): shown for t in (CANDIDATES, CANDIDATE, CONTENT, PARTS, PART)},
        ("use", PARTS, "ITERATE"): keep,
        ("use", PARTS, "TRUTH"): has_parts,
        ("use", PARTS, "IS_NONE"): no_parts,
        ("use", PART, "TRUTH"): keep,
        ("use", PART, "IS_NONE"): keep,
        ("received", "part"): resent_part,
        ("received", "parts"): resent_parts,
    },
)
