"""The pages that a grounded reply is drawn from, read one by one."""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.reply.asked_before import is_asked_before
from codemods.reply.caught_failures import doubt_failure
from codemods.reply.certain_tests import leave_out
from codemods.reply.interaction import attribute_read, is_probe, none_test, rename
from codemods.reply.path_kinds import may_be_missing
from codemods.reply.path_prefixes import test_of
from codemods.tables.api import GROUNDING_CHUNK, GROUNDING_CHUNKS, SOURCES
from codemods.tools.citations import read_sources
from codemods.tools.unsearched import listed
from migrator.edits import Binding, Code, Template
from migrator.plan import Draft, Reading, Use
from migrator.understand.values import Object

EXCERPT = (
    "the text of a retrieved context has no exact equivalent; the source of a citation comes "
    "nearest"
)
UNCITED = "where no source is cited, taking the first of them raises IndexError"


def always(draft: Draft, reading: Reading) -> None:
    """`hasattr(chunk, "web")`: every chunk had the field, so this asks whether there is a chunk."""
    node, base = reading.node, reading.base
    assert isinstance(node, ast.Call)
    test = test_of(draft, base)
    if test is not None and (test is not node or may_be_missing(draft, base)):
        reread(draft, replace(reading, node=node, use=Use.TRUTH))
    elif _is_taken(draft, base):
        draft.replace(reading.owner, node, draft.hole(base))
    elif not leave_out(draft, reading.owner, node):
        text = f"`{draft.quote(node)}` always holds; test the field itself"
        draft.block(reading.owner, node, text)


def reread(draft: Draft, reading: Reading) -> None:
    """Ask for the presence of what is probed, as its truth would."""
    rule = draft.rule("use", reading.type, "TRUTH")
    if rule is not None:
        rule(draft, reading)


def one_chunk(draft: Draft, reading: Reading) -> None:
    """`chunks[0]`: there may be none where no source is cited, unless a test asks for them."""
    listed(draft, reading)
    if not is_asked_before(draft, reading.base, GROUNDING_CHUNKS):
        draft.note(reading.owner, UNCITED)


def source_field(draft: Draft, reading: Reading) -> None:
    """`chunk.web.uri` -> `chunk.url`."""
    node, base = reading.node, reading.base
    if is_probe(node):
        always(draft, reading)
        return
    name = attribute_read(node)
    if name == "text":
        draft.doubt(reading.owner, node, EXCERPT)
    new = SOURCES[reading.type].fields[name]
    chunk = _chunk_of(draft, base)
    if chunk is not None and isinstance(node, ast.Attribute):
        draft.replace(reading.owner, node, Template((draft.hole(chunk, Binding.ATOM), "." + new)))
        return
    if chunk is not None:
        draft.replace(reading.owner, base, draft.hole(chunk))
    rename(draft, reading.owner, node, new)


def metadata(draft: Draft, reading: Reading) -> None:
    """`candidate.grounding_metadata`, which every candidate had."""
    if is_probe(reading.node):
        always(draft, reading)
    elif isinstance(reading.node, ast.expr):
        doubt_failure(draft, reading.owner, reading.node)


def source(draft: Draft, reading: Reading) -> None:
    """`chunk.web`, which every chunk had."""
    if is_probe(reading.node):
        always(draft, reading)


def _chunk_of(draft: Draft, node: ast.expr) -> ast.expr | None:
    """`chunk` of `chunk.web` and `getattr(chunk, "web", None)`, None for a name for it."""
    chunk = getattr(node, "value", None)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
        chunk = node.args[0]
    if not isinstance(chunk, ast.expr) or isinstance(node, ast.NamedExpr):
        return None
    held = any(isinstance(v, Object) and v.type == GROUNDING_CHUNK for v in draft.values(chunk))
    return chunk if held else None


def source_tested(draft: Draft, reading: Reading) -> None:
    """`if chunk.web:` -> a test of the citation's type, where there may be others."""
    chunk = _chunk_of(draft, reading.base)
    if chunk is None:
        return
    test = _type_test(draft, reading, chunk)
    taken = test is None and _is_taken(draft, chunk)
    if test is not None or taken or not leave_out(draft, reading.owner, reading.base):
        draft.replace(reading.owner, reading.base, test or draft.hole(chunk))


def _is_taken(draft: Draft, chunk: ast.expr) -> bool:
    """Whether a chunk is taken from a list that may be empty: that must go on to fail there."""
    taken = isinstance(chunk, ast.Subscript)
    return taken and not is_asked_before(draft, chunk, GROUNDING_CHUNKS)


def source_is_none(draft: Draft, reading: Reading) -> None:
    """`chunk.maps is not None`."""
    chunk = _chunk_of(draft, reading.base)
    code = _type_test(draft, reading, chunk) if chunk is not None else None
    if code is not None:
        none_test(draft, reading, code)
    elif chunk is not None:
        draft.replace(reading.owner, reading.base, draft.hole(chunk))


def source_moved(draft: Draft, reading: Reading) -> None:
    """`web = chunk.web` -> `web = chunk`, or None where it may be another kind of source."""
    chunk = _chunk_of(draft, reading.base)
    if chunk is not None:
        code: Code = draft.hole(chunk)
        test = _type_test(draft, reading, chunk)
        if test is not None:
            code = Template((code, " if ", test, " else None"))
        draft.replace(reading.owner, reading.base, code)


def _type_test(draft: Draft, reading: Reading, chunk: ast.expr) -> Code | None:
    """Whether the citation is of the kind that is read; None where there is only one kind."""
    if len(read_sources(draft, reading)) == 1:
        return None
    wanted = SOURCES[reading.type].annotation
    return Template((draft.hole(chunk, Binding.ATOM), f'.type == "{wanted}"'))
