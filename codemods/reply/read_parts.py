"""Read the items of `steps` instead of the parts of a candidate.

Why: an interaction has steps; each `model_output` step holds typed content.

Rewrites: `candidates[0]`, `.content` and `.parts` by index, in loops, in guards and through names,
whatever is read of the parts; parts that are sent with another request. Where candidates are
counted off, unpacked or copied, the list of them holds the interaction; what goes through
`candidates or []` passes over a reply without content still.

Leaves alone: other candidates than the first, and names for candidates that may also be an empty
list.
"""

from __future__ import annotations

import ast

from codemods.reply.caught_failures import doubt_failure
from codemods.reply.certain_tests import leave_out, put_for
from codemods.reply.comprehension_clauses import go_through
from codemods.reply.dumps import METHODS
from codemods.reply.empty_loops import is_skipped
from codemods.reply.field_read import choice
from codemods.reply.guards import ask, check_test, guard, is_asked_later, with_parentheses
from codemods.reply.interaction import interaction, is_probe, keep, named_and, none_test, rename
from codemods.reply.item_code import clauses, list_code
from codemods.reply.items import Form, Items, items_of
from codemods.reply.loops import merged_source, variable_of
from codemods.reply.missing_names import check_default, is_one
from codemods.reply.output_tests import output_test
from codemods.reply.path_kinds import may_be_missing
from codemods.reply.path_prefixes import is_asked, nearer, presence, test_of
from codemods.reply.printed import dump, has_other_text, shown
from codemods.reply.raised_outright import keep_failure
from codemods.reply.repeated_lists import name_lists
from codemods.reply.settled_tests import asked
from codemods.reply.single_loops import merge, unwrap
from codemods.reply.sounds import found_sound
from codemods.reply.text_fields import read_text
from codemods.reply.vanished_reads import name_interaction, or_nothing, settle
from codemods.tables.api import CANDIDATE, CANDIDATES, CONTENT, PART, PARTS, RESPONSE
from codemods.tables.items import Kind
from migrator.codemod import Codemod
from migrator.edits import Binding, CallCode, Code, Item, Replace, Template
from migrator.plan import Draft, Reading, Use
from migrator.understand.structure import COMPREHENSIONS

COUNTED = "`{}`: an interaction counts no candidates; this is 1 where it has content, and 0 else"
BARE_NOTE = (
    "a part that held nothing but the signature of a thought had no text; it is no item of the "
    "reply now"
)


def parts(draft: Draft, reading: Reading) -> None:
    """`.parts` -> the items of the reply."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node):
        probed(draft, reading)
        return
    if test_of(draft, node) is not None:
        return  # see has_parts
    check_default(draft, reading)
    keep_failure(draft, reading.owner, node)
    items = items_of(draft, node, reading.owner)
    if Kind.OTHER in items.live:
        draft.note(reading.owner, BARE_NOTE)
    source = interaction(draft, reading.base)
    if _merge(draft, reading, items, source):
        return
    node = or_nothing(draft, node)
    edit = Replace(with_parentheses(draft, node), list_code(items, source))
    put_for(draft, reading.owner, node, edit)
    settle(draft, node)


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
    sound = found_sound(draft, holder, reading.owner)
    if sound is not None:
        draft.replace(reading.owner, sound, Template((source, ".output_audio")))
        inner = (n for n in ast.walk(holder) if n is not node and isinstance(n, ast.Name))
        draft.settled.update(n for n in inner if n.id == getattr(over.target, "id", None))
        return True
    assert isinstance(over.target, ast.Name)
    tests = asked(holder, variable_of(draft, over.target), items.kinds)
    go_through(draft, reading.owner, holder, over, clauses(items, source, over.target.id), tests)
    return True


def inner(draft: Draft, reading: Reading) -> None:
    """`.candidates` and `.content` vanish; whatever reads them is translated around them."""
    node = reading.node
    if is_probe(node):
        probed(draft, reading)


def probed(draft: Draft, reading: Reading) -> None:
    """`hasattr(x, "content")`, which every candidate has: the same as whether `x` is there."""
    node = reading.node
    assert isinstance(node, ast.expr)
    test = test_of(draft, reading.base)
    if test is not None and (test is not node or may_be_missing(draft, reading.base)):
        guard(draft, reading)
    elif not is_asked_later(draft, node) and not leave_out(draft, reading.owner, node):
        rename(draft, reading.owner, node, "steps")


def first_candidate(draft: Draft, reading: Reading) -> None:
    """Only the first candidate has a place in an interaction."""
    node = reading.node
    assert isinstance(node, ast.Subscript)
    index = draft.constant(node.slice)
    if index is None or index.value not in {0, -1}:
        draft.block(reading.owner, node, "an interaction has one output, not several candidates")


def each_candidate(draft: Draft, reading: Reading) -> None:
    """`for candidate in response.candidates` -> over the one interaction."""
    base, node = reading.base, reading.node
    if test_of(draft, base) is not None:
        guard(draft, reading)
        return
    if not is_one(draft, reading.owner, base):
        return
    if isinstance(node, ast.Call):
        _count(draft, reading, node)
        return
    loop = draft.facts.structure.parent(base)
    if not merge(draft, loop):
        skipped = is_skipped(draft, reading.owner, base)
        if not unwrap(draft, reading.owner, loop, skipped=skipped):
            _list_one(draft, reading, skipped=skipped)
    settle(draft, base)


def _list_one(draft: Draft, reading: Reading, *, skipped: bool) -> None:
    """`response.candidates` -> `[response]`, where it is gone through."""
    base = reading.base
    code: Code = Template(("[", interaction(draft, base), "]"))
    whole: ast.AST = base
    parent = draft.facts.structure.parent(base)
    if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "list":
        whole = parent
    if skipped:
        test = output_test(draft, base, reading.owner)
        filtered = isinstance(parent, ast.comprehension)
        code = choice(code, test, "[]", soft=not filtered)
    elif isinstance(parent, ast.Starred):
        whole, code = parent, interaction(draft, base)
    draft.replace(reading.owner, whole, code)


def _count(draft: Draft, reading: Reading, node: ast.Call) -> None:
    """`len(response.candidates)` that is shown or kept: whether there is content, as a number."""
    if getattr(node.func, "id", "") != "len":
        draft.block(reading.owner, node, "the number of candidates has no equivalent")
        return
    draft.doubt(reading.owner, node, COUNTED.format(draft.quote(node)))
    whole: ast.expr = node
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.IfExp) and parent.body is node and presence(draft, parent.test):
        other = draft.constant(parent.orelse)
        if other is not None and other.value == 0:
            whole = parent
            draft.settled.update(n for n in ast.walk(parent.test) if isinstance(n, ast.expr))
    found = output_test(draft, reading.base, reading.owner)
    draft.replace(reading.owner, whole, CallCode("int", (Item(found),)))
    settle(draft, reading.base)


def unfolded(draft: Draft, reading: Reading) -> None:
    """`enumerate(response.candidates)` goes through a list still."""
    if not is_one(draft, reading.owner, reading.base):
        return
    doubt_failure(draft, reading.owner, reading.base)
    _list_one(draft, reading, skipped=is_skipped(draft, reading.owner, reading.base))
    settle(draft, reading.base)


def moved(draft: Draft, reading: Reading) -> None:
    """`candidate = response.candidates[0]` -> `candidate = response`."""
    base = reading.base
    if test_of(draft, base) is not None:
        guard(draft, reading)
        return
    if nearer(draft, base) is None:
        return
    name_interaction(draft, reading)


def has_steps(draft: Draft, reading: Reading) -> None:
    """The truth of a candidate, its content or the list of them: has the model answered at all?"""
    base = reading.base
    if isinstance(base, ast.NamedExpr) and nearer(draft, base) is None:
        check_test(draft, reading.owner, base, base.value)
        found = output_test(draft, base.target, reading.owner)
        code = named_and(draft, base, found)
        if reading.use is Use.IS_NONE:
            none_test(draft, reading, code)
        else:
            draft.replace(reading.owner, base, code)
        return
    guard(draft, reading)


def has_parts(draft: Draft, reading: Reading) -> None:
    """The truth of the parts: is there anything in the reply?"""
    base = reading.base
    if is_asked(draft, base):
        guard(draft, reading)
    elif isinstance(base, ast.NamedExpr) and is_asked(draft, base.value):
        code: Code = draft.hole(base, Binding.NOT)
        items = items_of(draft, base.value, reading.owner)
        if items.form in {Form.STEPS, Form.MIXED} and Kind.OTHER not in items.live:
            code = Template((code, " and ", output_test(draft, base.value, reading.owner)))
        ask(draft, reading.owner, base, base.value, code)


def no_parts(draft: Draft, reading: Reading) -> None:
    """`parts is None` -> `not parts`."""
    if is_asked(draft, reading.base):
        guard(draft, reading)
    else:
        none_test(draft, reading, draft.hole(reading.base, Binding.NOT))


def each_part(draft: Draft, reading: Reading) -> None:
    """`len(content.parts) > 0` asks whether there are any."""
    if is_asked(draft, reading.base) and test_of(draft, reading.base) is not None:
        guard(draft, reading)


CODEMOD = Codemod(
    code="GM011",
    name="read-parts",
    summary="read the content of steps instead of the parts of a candidate",
    doc=__doc__ or "",
    rules={
        ("module", "written twice"): name_lists,
        ("read", RESPONSE, "candidates"): inner,
        ("read", RESPONSE, "parts"): parts,
        ("read", CANDIDATE, "content"): inner,
        ("read", CONTENT, "parts"): parts,
        ("read", PART, "text"): read_text,
        ("use", CANDIDATES, "SUBSCRIPT"): first_candidate,
        ("use", CANDIDATES, "ITERATE"): each_candidate,
        **{("use", t, "TRUTH"): has_steps for t in (CANDIDATES, CANDIDATE, CONTENT)},
        **{("use", t, "IS_NONE"): has_steps for t in (CANDIDATES, CANDIDATE, CONTENT)},
        ("unfolded", CANDIDATES): unfolded,
        **{("moved", t): moved for t in (CANDIDATES, CANDIDATE, CONTENT)},
        ("use", CANDIDATES, "ISINSTANCE"): has_steps,
        ("use", PARTS, "ISINSTANCE"): has_parts,
        **{("use", t, "FORMAT"): shown for t in (CANDIDATES, CANDIDATE, CONTENT, PARTS, PART)},
        **{("read", PART, name): dump for name in METHODS},
        **{("beside", "printed", t): has_other_text for t in (CANDIDATES, CANDIDATE, CONTENT)},
        ("use", PARTS, "ITERATE"): each_part,
        ("use", PARTS, "TRUTH"): has_parts,
        ("use", PARTS, "IS_NONE"): no_parts,
        ("use", PART, "TRUTH"): keep,
        ("use", PART, "IS_NONE"): keep,
    },
)
