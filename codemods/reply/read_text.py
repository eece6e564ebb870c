"""Read `output_text` instead of `text`.

Why: `Interaction.text` does not exist. `output_text` is "" where `text` was None, and holds only
what follows the last tool step or image.

Rewrites: `response.text` by a dot, getattr and hasattr; tests against None, wherever the text has
gone in view, become tests of truth; requests with tools or images get a join over all text of the
reply. A whole response that is printed, or returned to callers out of view, stays where it is, with
--unsafe-fixes only.

Leaves alone: texts that may also come from elsewhere and are tested against None.
"""

from __future__ import annotations

import ast

from codemods.objects.shown_whole import show
from codemods.reply.assumed_runs import plan_assumed_runs
from codemods.reply.caught_failures import MISSING, WIDE
from codemods.reply.certain_tests import leave_out
from codemods.reply.enum_texts import reads_enum
from codemods.reply.interaction import interaction, is_probe, keep, rename
from codemods.reply.split_texts import JOIN, may_be_split
from codemods.reply.text_guards import is_known_to_be_there
from codemods.reply.text_tests import (
    EMPTY_NOTE,
    is_matched,
    text_compared,
    text_is_none,
    text_matched,
    text_tested,
)
from codemods.reply.unreached_code import is_idle_default, is_kept_out
from codemods.tables.api import RESPONSE
from codemods.tables.fields import FIELDS
from migrator.codemod import Codemod
from migrator.edits import Code, Replace, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.reasoning.caught_errors import catches, handled
from migrator.understand.facts import origin_of
from migrator.understand.values import Object, Symbol, Unknown

HARMLESS = frozenset({Use.RETURNED, Use.FORMAT, Use.TRUTH, Use.IS_NONE})
"""Uses in which a text of None raised no error."""
NOTE = 'response.text was None for a reply without text; output_text is ""'
JOINED_NOTE = 'response.text was None for a reply without text; the joined text is ""'
WIDE_NOTE = (
    "where response.text was None, what failed for it went to a handler; "
    'output_text is "" and fails in fewer places'
)

HANDLED = "the handler of TypeError or AttributeError may be there for a text of None"
UNPARSED = "; parsing an empty text raises ValueError, which it does not catch"


def read_text(draft: Draft, reading: Reading) -> None:
    """`response.text` -> `response.output_text`, or a join where something may split the text."""
    node = reading.node
    if reads_enum(draft, reading):
        return
    if is_probe(node) and isinstance(node, ast.expr) and leave_out(draft, reading.owner, node):
        return  # every response had the attribute, and so has every interaction
    if not is_probe(node) and may_be_split(draft, reading):
        _join(draft, reading, node)
    elif isinstance(node, ast.Attribute) and _wants_none(draft, node):
        name = draft.positions.attribute_name(node)
        draft.edit(reading.owner, Replace(name, "output_text or None"))
        draft.note(reading.owner, EMPTY_NOTE)
        return
    else:
        rename(draft, reading.owner, node, "output_text")
        draft.note(reading.owner, NOTE)
    parent = draft.facts.structure.parent(node)
    loaded = _is_loads(draft, parent) or _is_loaded(draft, node)
    parsed = isinstance(parent, ast.Call) or loaded
    known = parsed and catches(draft, node, {"ValueError", "JSONDecodeError"})
    if not known and catches(draft, node, {"TypeError", "AttributeError"}):
        draft.doubt(reading.owner, node, HANDLED + UNPARSED if loaded else HANDLED)
    elif isinstance(node, ast.expr) and handled(draft, node) & (WIDE | MISSING):
        if context_of(draft.facts, node).use not in HARMLESS:
            draft.note(reading.owner, WIDE_NOTE)


def _is_loaded(draft: Draft, node: ast.AST) -> bool:
    """Whether the text gets a name, and all that is done with that is `json.loads(text)`."""
    structure = draft.facts.structure
    statement = structure.parent(node)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if not isinstance(target, ast.Name):
        return False
    mentions = structure.mentions(structure.owner_of(target), target.id)
    calls = [structure.parent(n) for n in mentions if isinstance(n.ctx, ast.Load)]
    return bool(calls) and all(_is_loads(draft, call) for call in calls)


def _is_loads(draft: Draft, node: ast.AST | None) -> bool:
    called = draft.values(node.func) if isinstance(node, ast.Call) else ()
    return any(isinstance(v, Symbol) and v.path == "json.loads" for v in called)


def _join(draft: Draft, reading: Reading, node: ast.AST) -> None:
    """All texts of the reply; `or ""` behind them says nothing more."""
    assert isinstance(node, (ast.Attribute, ast.Call))
    if isinstance(node, ast.Call) and not all(
        isinstance(value, Object) and value.type == RESPONSE for value in draft.values(reading.base)
    ):
        draft.block(reading.owner, node, "getattr of a text that a tool or an image may split")
        return  # the default may stand for the text of what is no reply
    code: Code = JOIN.over(interaction(draft, reading.base))
    parent = draft.facts.structure.parent(node)
    if _wants_none(draft, node):
        code = Template((code, " or None"))
        draft.note(reading.owner, EMPTY_NOTE)
    else:
        draft.note(reading.owner, JOINED_NOTE)
    if (
        isinstance(parent, ast.BoolOp)
        and isinstance(parent.op, ast.Or)
        and parent.values[0] is node
    ):
        others = [draft.constant(value) for value in parent.values[1:]]
        if len(others) == 1 and others[0] is not None and others[0].value == "":
            span = draft.positions.span_with_parentheses(draft.span(parent))
            draft.edit(reading.owner, Replace(span, code))
            return
    draft.replace(reading.owner, node, code)


def _wants_none(draft: Draft, node: ast.Attribute | ast.Call) -> bool:
    """Whether a text of None is told from an empty one, so that the new text has to be."""
    return is_matched(draft, node) or (
        _promises_none(draft, node) and not is_known_to_be_there(draft, node)
    )


def _promises_none(draft: Draft, node: ast.Attribute | ast.Call) -> bool:
    """`return response.text` of a function annotated `-> str | None` that others call."""
    parent = draft.facts.structure.parent(node)
    function = draft.facts.structure.enclosing_function(node)
    if not isinstance(parent, ast.Return) or function is None or isinstance(function, ast.Lambda):
        return False
    if function.returns is None:
        return False
    annotation = ast.unparse(function.returns)
    return "None" in annotation or "Optional" in annotation


def plan_searches(draft: Draft) -> None:
    """`None in texts` and `texts.count(None)` look for the replies without text."""
    for node in draft.facts.structure.every(ast.Compare, ast.Call):
        held: ast.expr | None = None
        if isinstance(node, ast.Compare):
            asked = isinstance(node.ops[0], (ast.In, ast.NotIn))
            if asked and isinstance(node.left, ast.Constant) and node.left.value is None:
                held = node.comparators[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            none = [a for a in node.args if isinstance(a, ast.Constant) and a.value is None]
            if none and node.func.attr in {"count", "index", "remove"}:
                held = node.func.value
        for owner in _texts_held(draft, held):
            text = (
                f'`{draft.quote(node)}` looks for None, but output_text is "" where text was None'
            )
            draft.doubt(owner, node, text)


def _texts_held(draft: Draft, node: ast.expr | None) -> set[ast.AST]:
    """The sites whose text a container holds."""
    owners: set[ast.AST] = set()
    for value in draft.values(node) if node is not None else ():
        origin = origin_of(value)
        for item in draft.facts.held(origin) if origin is not None else ():
            if isinstance(item, Object) and item.path == ("text",) and item.origin is not None:
                owners.add(item.origin)
    return owners


def print_response(draft: Draft, reading: Reading) -> None:
    """A whole response that is printed looks different, if one gets there."""
    if is_kept_out(draft, reading.base) or is_idle_default(draft, reading.base):
        return
    show(draft, reading.owner, reading.base, "an Interaction prints other fields")


def hand_out_response(draft: Draft, reading: Reading) -> None:
    """A whole response that a function returns or yields: its callers get an interaction."""
    reader = draft.once("strange reader", lambda: _strange_reader(draft))
    if reader is not None:
        text = (
            f"the response goes out of view here, and `{draft.quote(reader)}`, whose object can't "
            "be followed, may read it"
        )
        draft.block(reading.owner, reading.base, text)
        return
    function = draft.facts.structure.enclosing_function(reading.base)
    name = getattr(function, "name", "")
    giver = f"{name}()" if name else f"`{draft.quote(reading.base)}`"
    text = (
        f"{giver} hands the whole response to callers out of view, who get an Interaction: what "
        "they read of it (text, candidates, usage_metadata) has other names"
    )
    draft.doubt(reading.owner, reading.base, text)


def _strange_reader(draft: Draft) -> ast.AST | None:
    """A read of a field of responses, of something that can't be followed in this file."""
    for node in draft.facts.structure.nodes:
        base = _read_of_response(node)
        if base is None:
            continue
        values = draft.values(base)
        if not values or any(isinstance(value, Unknown) for value in values):
            return node
    return None


def _read_of_response(node: ast.AST) -> ast.expr | None:
    """What `node` reads a field from that responses have, by a dot, getattr or hasattr."""
    if isinstance(node, ast.Attribute):
        return node.value if node.attr in FIELDS[RESPONSE] else None
    if not isinstance(node, ast.Call) or len(node.args) < 2:
        return None
    name = node.args[1]
    by_name = getattr(node.func, "id", "") in {"getattr", "hasattr"}
    known = isinstance(name, ast.Constant) and name.value in FIELDS[RESPONSE]
    return node.args[0] if by_name and known else None


CODEMOD = Codemod(
    code="GM010",
    name="read-text",
    summary="read output_text instead of text",
    doc=__doc__ or "",
    rules={
        ("read", RESPONSE, "text"): read_text,
        ("module", "searches for None"): plan_searches,
        ("module", "assumed runs"): plan_assumed_runs,
        ("use", "str", "IS_NONE"): text_is_none,
        ("use", "str", "COMPARE"): text_compared,
        ("use", "str", "ISINSTANCE"): text_tested,
        ("use", "str", "OTHER"): text_matched,
        ("use", RESPONSE, "TRUTH"): keep,
        ("use", RESPONSE, "IS_NONE"): keep,
        ("use", RESPONSE, "FORMAT"): print_response,
        ("beside", "anything printed", RESPONSE): keep,
        ("use", RESPONSE, "RETURNED"): hand_out_response,
    },
)
