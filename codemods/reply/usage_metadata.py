"""Read `usage` and its totals instead of `usage_metadata`.

Why: the counts have other names, and reading an old name through getattr with a default counts
nothing, silently.

Rewrites: the six counts, by a dot, getattr and hasattr, through names and helpers. A dump of all
counts that is printed or stored has other keys: with --unsafe-fixes only.

Leaves alone: details by modality and the traffic type.
"""

from __future__ import annotations

import ast

from codemods.objects.shown_whole import show
from codemods.reply.caught_failures import tell_renamed
from codemods.reply.certain_tests import leave_out
from codemods.reply.dumps import METHODS, dump_of, read_by_key, read_elsewhere, rename_dump
from codemods.reply.interaction import (
    attribute_read,
    is_never_none,
    is_probe,
    keep,
    none_test,
    rename,
)
from codemods.tables.api import COUNT, RESPONSE, USAGE
from codemods.tables.settings import USAGE_FIELDS
from migrator.codemod import Codemod
from migrator.edits import Binding, Template
from migrator.plan import Draft, Reading
from migrator.reasoning.caught_errors import catches
from migrator.understand.values import Constant

OPTIONAL = frozenset(
    {
        "candidates_token_count",
        "thoughts_token_count",
        "cached_content_token_count",
        "tool_use_prompt_token_count",
    }
)
"""The older API leaves counts of zero out, so that they are None; that of a reply as well."""
RAISED = (
    "a count of None raised TypeError where it is used, which a handler catches; a count of "
    "nothing may be 0 now, which raises none"
)
NOTE = "token counts that were None where there was nothing to count may be 0 now"


def usage(draft: Draft, reading: Reading) -> None:
    """`response.usage_metadata` -> `response.usage`."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node) and leave_out(draft, reading.owner, node):
        return  # every response had the attribute, and so has every interaction
    rename(draft, reading.owner, node, "usage")


def count(draft: Draft, reading: Reading) -> None:
    """One of the counts."""
    name = attribute_read(reading.node)
    rename(draft, reading.owner, reading.node, USAGE_FIELDS[name])
    if isinstance(reading.node, ast.Attribute):
        tell_renamed(draft, reading.owner, reading.node)
    if name in OPTIONAL:
        draft.note(reading.owner, NOTE)


def count_is_none(draft: Draft, reading: Reading) -> None:
    """A count that was left out was None; it may be 0 now."""
    if is_never_none(draft, reading.base):
        return  # neither was this before
    for value in draft.values(reading.base):
        if isinstance(value, Constant) and value.value is not None:
            text = f"`{draft.quote(reading.base)}` may also be {value.value!r}, which is not None"
            draft.doubt(reading.owner, reading.base, f"{text}; a count of nothing may be 0 now")
            break
    none_test(draft, reading, draft.hole(reading.base, Binding.NOT))


def count_used(draft: Draft, reading: Reading) -> None:
    """What is done with a count that raised an error for None; `match` tells None from 0."""
    parent = draft.facts.structure.parent(reading.base)
    if not set(reading.path) & OPTIONAL or is_never_none(draft, reading.base):
        return
    if not isinstance(parent, ast.Match):
        if catches(draft, reading.base, {"TypeError", "Exception"}):
            draft.note(reading.owner, RAISED)
        return
    patterns = [node for case in parent.cases for node in ast.walk(case.pattern)]
    if any(isinstance(p, ast.MatchSingleton) and p.value is None for p in patterns):
        draft.replace(reading.owner, reading.base, Template((draft.hole(reading.base), " or None")))


def print_usage(draft: Draft, reading: Reading) -> None:
    """All counts at once look different."""
    show(draft, reading.owner, reading.base, "its fields have other names now")


def dump(draft: Draft, reading: Reading) -> None:
    """`usage.model_dump()`: the same method, other keys."""
    call = draft.facts.structure.parent(reading.node)
    found = dump_of(draft, call) if isinstance(call, ast.Call) else None
    text = f"`{draft.quote(reading.node)}`: the counts have other names; read them one by one"
    if (
        not isinstance(call, ast.Call)
        or found is None
        or any(read_by_key(draft, node) for node in found.uses)
    ):
        draft.block(reading.owner, reading.node, text)
        return
    if elsewhere := read_elsewhere(draft, call, found):
        draft.block(reading.owner, elsewhere[0], text)
        return
    text = f"`{draft.quote(call)}` gives the counts by other names now (total_input_tokens, …)"
    draft.doubt(reading.owner, call, text)
    rename_dump(draft, reading, call)


CODEMOD = Codemod(
    code="GM013",
    name="usage-metadata",
    summary="read usage and its totals instead of usage_metadata",
    doc=__doc__ or "",
    rules={
        ("read", RESPONSE, "usage_metadata"): usage,
        **{("read", USAGE, name): count for name in USAGE_FIELDS},
        ("any", "use", COUNT): keep,
        ("any", "read", COUNT): keep,
        ("use", COUNT, "IS_NONE"): count_is_none,
        ("use", COUNT, "OTHER"): count_used,
        ("use", USAGE, "TRUTH"): keep,
        ("use", USAGE, "IS_NONE"): keep,
        ("use", USAGE, "FORMAT"): print_usage,
        **{("read", USAGE, name): dump for name in METHODS},
    },
)
