"""Read `errors` instead of `prompt_feedback` and `finish_message`.

Why: an interaction has no prompt feedback and no safety ratings. One whose prompt or reply was
blocked has the status "failed", and `errors` with a code and a message each.

Rewrites: the feedback, its block reason and the finish message, tested, printed or handed on,
become `response.errors`; code that goes through safety ratings, or runs where there are any, is
left out, and None is printed for those that are printed. All of it with --unsafe-fixes only: any
other failure has errors, too.

Leaves alone: safety ratings that are handed on, and streams.
"""

from __future__ import annotations

import ast

from codemods.reply.asked_before import is_asked_before
from codemods.reply.caught_failures import doubt_failure
from codemods.reply.certain_tests import leave_out
from codemods.reply.guards import guard
from codemods.reply.interaction import is_probe, keep, none_test, rename
from codemods.reply.path_kinds import is_nothing, kinds_of, reads_field
from codemods.reply.path_prefixes import nearer, plain, presence, root, test_of
from codemods.reply.vanished_reads import name_interaction, or_nothing, settle
from codemods.tables.api import CANDIDATE, FEEDBACK, RATING, RATINGS, REFUSAL, RESPONSE
from migrator.codemod import Applicability, Codemod
from migrator.edits import Binding, Code, Delete, Template
from migrator.plan import Draft, Reading, Use, is_tested
from migrator.plan.units import Member
from migrator.reasoning.caught_errors import catches
from migrator.understand.values import Constant, Object

HANDED_ON = ("FORMAT", "ARGUMENT", "RETURNED")
BECOMES = (
    "{} becomes errors, and the status failed, which any failure has, not a blocked prompt alone"
)

UNBLOCKED = (
    "prompt_feedback was None for a prompt that was not blocked: reading a part of it raised "
    "AttributeError, which a handler catches; there is none now"
)
REASONS = ("block_reason", "block_reason_message")
UNRATED = "an interaction has no safety ratings: what the program does with them is left out"


def feedback(draft: Draft, reading: Reading) -> None:
    """`response.prompt_feedback` and `candidate.finish_message`: what reads them is translated."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node) and not leave_out(draft, reading.owner, node):
        rename(draft, reading.owner, node, "errors")


def reason(draft: Draft, reading: Reading) -> None:
    """`feedback.block_reason`, or a question whether feedback has it."""
    probed(draft, reading)
    if isinstance(reading.node, ast.Attribute):
        _doubt_missing(draft, reading.owner, reading.node)


def _doubt_missing(draft: Draft, owner: Member, node: ast.Attribute) -> None:
    """Doubt a read of feedback that failed where there was none, if a handler catches that."""
    read = kinds_of(draft, node.value) == {FEEDBACK}
    if read and catches(draft, node, {"AttributeError", "Exception"}):
        if not is_asked_before(draft, node, FEEDBACK):
            draft.doubt(owner, node, UNBLOCKED)


def _doubt(draft: Draft, reading: Reading) -> None:
    name = "finish_message" if "finish_message" in reading.path else "prompt_feedback"
    draft.doubt(reading.owner, reading.base, BECOMES.format(name))
    if name == "finish_message":
        doubt_failure(draft, reading.owner, reading.base)
    for node in ast.walk(reading.base):
        if isinstance(node, ast.Attribute) and node.attr in REASONS:
            _doubt_missing(draft, reading.owner, node)


def probed(draft: Draft, reading: Reading) -> None:
    """`hasattr(feedback, "block_reason")`: it had the field, so this asks whether it is there."""
    if not is_probe(reading.node):
        return
    _doubt(draft, reading)
    if test_of(draft, reading.base) is not None:
        _guard(draft, reading)
    else:
        draft.replace(reading.owner, reading.node, _failed(draft, reading.base))


def _is_reason(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` stands for a reason that was read elsewhere: it holds the errors now."""
    types = {v.type for v in draft.values(node) if isinstance(v, Object)}
    return REFUSAL in types and not types & {RESPONSE, CANDIDATE, FEEDBACK}


def _errors(draft: Draft, node: ast.expr) -> Code:
    """The errors of the interaction behind `node`, or the default of `getattr`."""
    default = _default(node)
    if default is not None:
        inner = Template((draft.hole(root(draft, node), Binding.ATOM), ".errors"))
        return Template((inner, " or ", draft.hole(default, Binding.OR)))
    found = root(draft, node)
    if _is_reason(draft, found):
        return draft.hole(found)
    return Template((draft.hole(found, Binding.ATOM), ".errors"))


def _default(node: ast.expr) -> ast.expr | None:
    """What `getattr(feedback, "block_reason", default)` gives for a reply without feedback."""
    by_name = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr"
    if not by_name or not isinstance(node, ast.Call) or len(node.args) != 3:
        return None
    return None if is_nothing(node.args[2]) else node.args[2]


def _failed(draft: Draft, node: ast.expr, operator: str = "==") -> Code:
    """Whether the interaction behind `node` failed, or did not."""
    found = root(draft, node)
    if _is_reason(draft, found):
        errors = draft.hole(found, Binding.NOT)
        return errors if operator == "==" else Template(("not ", errors))
    return Template((draft.hole(found, Binding.ATOM), f'.status {operator} "failed"'))


def tested(draft: Draft, reading: Reading) -> None:
    """Whether the prompt was blocked."""
    if isinstance(reading.base, ast.Name) and reading.type == REFUSAL:  # it holds the errors
        if reading.use is Use.IS_NONE:
            none_test(draft, reading, draft.hole(reading.base, Binding.NOT))
        return
    _doubt(draft, reading)
    if _default(reading.base) is not None:
        text = f"`{draft.quote(reading.base)}` is tested with its default; test the status instead"
        draft.block(reading.owner, reading.base, text)
        return
    _guard(draft, reading)


def _guard(draft: Draft, reading: Reading) -> None:
    base = reading.base
    guard(draft, reading, _failed(draft, base), _failed(draft, base, "!="))


def compared(draft: Draft, reading: Reading) -> None:
    """`feedback.block_reason == BlockedReason.SAFETY`: whether there is any error."""
    compare = reading.node
    assert isinstance(compare, ast.Compare)
    text = f"`{draft.quote(compare)}`: which reason it was is in the codes of response.errors"
    others = [v for v in draft.values(reading.base) if isinstance(v, Constant) and v.value]
    if len(compare.ops) != 1 or others or not is_tested(draft.facts, compare):
        draft.block(reading.owner, compare, text)
        return
    draft.doubt(reading.owner, compare, text)
    other = isinstance(compare.ops[0], (ast.NotEq, ast.IsNot, ast.NotIn))
    draft.replace(reading.owner, compare, _failed(draft, reading.base, "!=" if other else "=="))


def handed_on(draft: Draft, reading: Reading) -> None:
    """The feedback or a reason that is printed, kept or handed on."""
    base = reading.base
    _doubt(draft, reading)
    if not any(isinstance(v, Object) and v.path for v in draft.values(base)):
        return  # something that holds it
    if isinstance(base, (ast.IfExp, ast.BoolOp)) and nearer(draft, base) is None:
        return  # the operands are read one by one
    node = or_nothing(draft, reading.base)
    code = _errors(draft, node)
    parent = draft.facts.structure.parent(node)
    if isinstance(parent, ast.IfExp) and parent.body is node and presence(draft, parent.test):
        code = Template((code, " or ", draft.hole(parent.orelse, Binding.OR)))
        node = parent
    draft.replace(reading.owner, node, code)
    settle(draft, node)


def otherwise(draft: Draft, reading: Reading) -> None:
    """A reason that is used as the text it was."""
    text = f"`{draft.quote(reading.base)}` becomes the list of errors; take a code or message of it"
    draft.block(reading.owner, reading.node, text)


def moved(draft: Draft, reading: Reading) -> None:
    """`feedback = response.prompt_feedback` -> the interaction."""
    _doubt(draft, reading)
    name_interaction(draft, reading)


def gone_through(draft: Draft, reading: Reading) -> None:
    """A loop over ratings goes; a list that is made of them is empty."""
    parent = draft.facts.structure.parent(or_nothing(draft, reading.base))
    if isinstance(parent, ast.For) and not parent.orelse:
        _leave_out(draft, reading, parent)
        return
    made = draft.facts.structure.parent(parent) if isinstance(parent, ast.comprehension) else None
    if isinstance(made, ast.ListComp) and made.generators[0] is parent:
        draft.doubt(reading.owner, reading.base, UNRATED)
        draft.replace(reading.owner, made, "[]")
        return
    _refuse(draft, reading)


def asked(draft: Draft, reading: Reading) -> None:
    """What runs where there are ratings never runs."""
    test = test_of(draft, reading.base)
    parent = draft.facts.structure.parent(test) if test is not None else None
    if isinstance(parent, ast.If) and parent.test is test and presence(draft, parent.test):
        if not parent.orelse and not draft.source(parent).startswith("elif"):
            _leave_out(draft, reading, parent)
            return
    if plain_of(draft, reading.base):
        return  # `ratings or []`, which is gone through
    _refuse(draft, reading)


def plain_of(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is the list in `node or []`."""
    parent = draft.facts.structure.parent(node)
    return isinstance(parent, ast.BoolOp) and plain(parent) is node


def _leave_out(draft: Draft, reading: Reading, statement: ast.stmt) -> None:
    """Take a statement out, with the `if` that is there for it alone."""
    structure = draft.facts.structure
    draft.doubt(reading.owner, reading.base, UNRATED)
    doubt_failure(draft, reading.owner, reading.base)
    parent = structure.parent(statement)
    while isinstance(parent, ast.If) and parent.body == [statement] and not parent.orelse:
        if not presence(draft, parent.test) or draft.source(parent).startswith("elif"):
            break
        statement, parent = parent, structure.parent(parent)
    draft.edit(reading.owner, Delete(draft.span(statement)))
    draft.settled.update(n for n in ast.walk(statement) if isinstance(n, ast.expr))


def shown(draft: Draft, reading: Reading) -> None:
    """Ratings that are printed or logged by the name of the field: there are none."""
    if not reads_field(draft, reading.base):
        _refuse(draft, reading)
        return
    draft.doubt(reading.owner, reading.base, UNRATED)
    doubt_failure(draft, reading.owner, reading.base)
    draft.replace(reading.owner, reading.base, "None")
    draft.settled.update(n for n in ast.walk(reading.base) if isinstance(n, ast.expr))


def stands_beside(draft: Draft, node: ast.expr) -> bool:
    """Whether what is printed may be a constant as well: the default of a `getattr`."""
    return isinstance(node, ast.Call) and reads_field(draft, node)


def _refuse(draft: Draft, reading: Reading) -> None:
    text = f"`{draft.quote(reading.base)}`: an interaction has no safety ratings; remove this"
    draft.block(reading.owner, reading.base, text)


CODEMOD = Codemod(
    code="GM032",
    name="refusals",
    summary="read errors instead of prompt_feedback and finish_message",
    doc=__doc__ or "",
    applicability=Applicability.UNSAFE,
    rules={
        ("read", RESPONSE, "prompt_feedback"): feedback,
        ("read", CANDIDATE, "finish_message"): feedback,
        **{("read", FEEDBACK, name): reason for name in REASONS},
        ("read", REFUSAL, "name"): keep,
        ("read", REFUSAL, "value"): keep,
        **{("use", t, u): tested for t in (FEEDBACK, REFUSAL) for u in ("TRUTH", "IS_NONE")},
        **{("use", t, u): handed_on for t in (FEEDBACK, REFUSAL) for u in HANDED_ON},
        ("use", REFUSAL, "COMPARE"): compared,
        ("any", "use", REFUSAL): otherwise,
        ("any", "read", REFUSAL): otherwise,
        ("moved", FEEDBACK): moved,
        ("moved", REFUSAL): handed_on,
        ("read", FEEDBACK, "safety_ratings"): keep,
        ("read", CANDIDATE, "safety_ratings"): keep,
        ("use", RATINGS, "ITERATE"): gone_through,
        ("use", RATINGS, "TRUTH"): asked,
        ("use", RATINGS, "IS_NONE"): asked,
        ("use", RATINGS, "FORMAT"): shown,
        ("beside", "printed", RATINGS): stands_beside,
        **{("use", RATINGS, u): _refuse for u in ("ARGUMENT", "RETURNED", "SUBSCRIPT")},
        ("any", "read", RATING): keep,
        ("any", "use", RATING): keep,
    },
)
