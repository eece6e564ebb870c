"""Pass the prompt as `input` instead of `contents`.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: `input` is a string, a list of
typed content, or a list of steps.

Rewrites: text stays as it is; a list becomes a list of `{"type": "text", "text": …}`;
`types.Part.from_text`, `types.Part(text=…)`, `types.Content`, `types.UserContent` and their dicts
likewise; turns written out in one call become `user_input` and `model_output` steps. Turns that are
kept may get more parts; their roles, and what their parts hold, may be read. What is printed whole
reads differently: with --unsafe-fixes only, but for what a notebook shows.

Text is known by annotations, docstrings, defaults, callers, by what is done with it
(`prompt.strip()`, `"…" + prompt`, `f"{prompt[:50]}…"`), or as what a framework hands to a program,
such as the arguments of a bot's commands; where nothing tells, it is assumed with --unsafe-fixes.
`...` stays: an example leaves something out.

Leaves alone: what the program itself shows to be no text, by its uses, by its name (`history`,
`get_messages()`) or by the parts it is made of, and can't be followed to where it is made. Media
and function calls have codemods of their own.
"""

from __future__ import annotations

import ast

from codemods.content import growing_step_lists, step_lists, turn_parts, turn_reads
from codemods.content.contents import (
    MADE,
    accepts_contents,
    accepts_part,
    build_contents,
    build_parts,
    convert_contents,
    is_only_content,
    judge_contents,
)
from codemods.content.part_lists import is_sum
from codemods.content.part_uses import append, count, extend, keep, leaves, refuse, taken
from codemods.content.parts import Part, convert_part, describe, judge_element, text_content
from codemods.content.resent_parts import resent_part, resent_parts
from codemods.content.result_reads import taken_result
from codemods.content.several_steps import becomes_several
from codemods.content.text_assumed import ADVICE
from codemods.content.turn_steps import steps_of, written_steps
from codemods.content.turns import is_list_of_turns, read_turn
from codemods.reply.printed import sent_shown
from codemods.tables.api import PART
from migrator.codemod import Codemod, Rule
from migrator.edits import Code, ListCode
from migrator.plan import Draft, Reading, leave_to_hand, made_by_test
from migrator.plan.units import Member
from migrator.understand.values import NONE, Constant, Symbol, Unknown, Value, is_text


def text_part(draft: Draft, part: Part) -> Code:
    """`types.Part(text=…)`, `Part.from_text(text=…)` or `{"text": …}`."""
    text = part.fields.get("text")
    if text is None or len(part.fields) > 1:
        what = f"`{draft.quote(part.node)}` says more than its text; {ADVICE}"
        draft.block(part.owner, part.node, what)
        return draft.hole(part.node)
    # A part without text was refused by the server; a text of None is refused before it is sent.
    # Whatever else is no text, the SDK refused: `Part.text` is a str to its pydantic model.
    for value in draft.values(text):
        if not (is_text(value) or value == NONE or isinstance(value, (Unknown, Symbol))):
            what = f"`{draft.quote(text)}` is {describe(value)}, which is no text of a part"
            leave_to_hand(draft, part.owner, made_by_test(draft, value) or text, what)
    return text_content(draft, text)


def rebuilt_part(draft: Draft, origin: ast.expr) -> None:
    """Other files may use a part of this one, which is a dict now."""
    if not draft.facts.structure.is_alone:
        return
    statement = draft.facts.structure.parent(origin)
    function = draft.facts.structure.enclosing_function(origin)
    if isinstance(statement, ast.Return):
        name = getattr(function, "name", "_")
        if not name.startswith("_"):
            text = f"{name}() returns a dict now: its callers in other files must be checked"
            draft.note(origin, text)
    elif isinstance(statement, ast.Assign) and function is None:
        name = draft.source(statement.targets[0])
        if not name.startswith("_"):
            draft.note(origin, f"{name} is a dict now: other files that use it must be checked")


def build_turn(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A turn that is made away from the list that holds it."""
    turn = read_turn(draft, node)
    if turn is None:
        return steps_of(draft, node, owner)[0].value
    items = written_steps(draft, turn, owner)
    return ListCode(tuple(items)) if becomes_several(draft, turn) else items[0].value


def accepts_turn(draft: Draft, value: Value) -> bool:
    """Turns that are written out."""
    origin = getattr(value, "origin", None)
    return isinstance(origin, ast.expr) and read_turn(draft, origin) is not None


def accepts_parts(draft: Draft, value: Value) -> bool:
    """Lists that are made in view."""
    origin = getattr(value, "origin", None)
    return isinstance(origin, MADE) and (not isinstance(origin, ast.BinOp) or is_sum(origin))


def judge_parts(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """Parts that are not made in view stop the call."""
    if not (isinstance(value, Constant) and value.value is None):
        text = f"the parts `{draft.quote(node)}` can't be followed to where they are made; {ADVICE}"
        draft.block(owner, node, text)


def used(parts: Rule, turns: Rule) -> Rule:
    """A rule for lists of parts, and one for lists of turns."""

    def rule(draft: Draft, reading: Reading) -> None:
        (turns if is_list_of_turns(draft, reading.base) else parts)(draft, reading)

    return rule


CODEMOD = Codemod(
    code="GM002",
    name="contents-to-input",
    summary="pass the prompt as input instead of contents",
    doc=__doc__ or "",
    rules={
        ("received", "part"): resent_part,
        ("received", "parts"): resent_parts,
        ("argument", "contents"): convert_contents,
        ("alike", "contents", "parts"): is_only_content,
        ("build", "contents"): build_contents,
        ("value", "contents"): judge_contents,
        ("accepts", "contents"): accepts_contents,
        ("rebuilt", "contents"): step_lists.rebuilt,
        ("use", "contents", "ATTRIBUTE"): used(append, growing_step_lists.method),
        ("use", "contents", "TRUTH"): keep,
        ("use", "contents", "SUBSCRIPT"): used(taken, keep),
        ("use", "contents", "ITERATE"): used(count, keep),
        ("use", "contents", "WRITE"): used(refuse, growing_step_lists.written),
        ("use", "contents", "OTHER"): used(extend, growing_step_lists.augmented),
        ("use", "contents", "ARGUMENT"): used(refuse, step_lists.passed),
        ("use", "contents", "COMPARE"): used(refuse, step_lists.compared),
        ("use", "contents", "IS_NONE"): keep,
        **{("use", t, "FORMAT"): sent_shown for t in ("contents", "parts", "part", "turn")},
        ("held", "contents"): step_lists.held,
        ("part", "text"): text_part,
        ("part", "from_text"): text_part,
        ("build", "part"): convert_part,
        ("value", "part"): judge_element,
        ("accepts", "part"): accepts_part,
        ("rebuilt", "part"): rebuilt_part,
        ("part value", PART): taken_result,
        ("use", "part", "ATTRIBUTE"): turn_parts.part_read,
        ("use", "part", "SUBSCRIPT"): turn_parts.part_read,
        ("use", "part", "COMPARE"): turn_parts.part_read,
        ("use", "part", "TRUTH"): keep,
        ("use", "part", "IS_NONE"): keep,
        ("held", "part"): leaves,
        ("held", "parts"): leaves,
        ("held", "inline data"): leaves,
        ("held", "file data"): leaves,
        ("held", "turn"): turn_reads.held,
        ("build", "turn"): build_turn,
        ("accepts", "turn"): accepts_turn,
        ("rebuilt", "turn"): turn_parts.parts_read,
        ("company", "turn"): turn_reads.keeps_company,
        ("use", "turn", "SUBSCRIPT"): turn_reads.item,
        ("use", "turn", "ATTRIBUTE"): turn_reads.attribute,
        ("use", "turn", "TRUTH"): keep,
        ("build", "parts"): build_parts,
        ("accepts", "parts"): accepts_parts,
        ("value", "parts"): judge_parts,
        ("use", "parts", "ATTRIBUTE"): append,
        ("use", "parts", "OTHER"): extend,
        ("use", "parts", "ITERATE"): count,
        ("use", "parts", "SUBSCRIPT"): taken,
        ("use", "parts", "IS_NONE"): keep,
        ("use", "parts", "TRUTH"): keep,
    },
)
