"""Read search queries, suggestions and sources from steps and annotations.

Why: an interaction has no grounding metadata: the search is a step, a source is an annotation of
the text that cites it.

Rewrites: `web_search_queries`, `search_entry_point.rendered_content`, the uri and title of
`grounding_chunks[…].web`, `.maps` (also `place_id`) and `.retrieved_context` (each cited source
once), and the token of a map's widget; `grounding_supports`, with the offsets of their segments
and the indices of their chunks. The text of a retrieved context, and metadata that is printed
whole: with --unsafe-fixes only.

Leaves alone: the text of a segment and confidence scores.
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from codemods.building import supports
from codemods.building.citations import any_citation, citations, grounded, read_sources
from codemods.building.guards import ask, guard
from codemods.building.interaction import (
    STEPS,
    TEXTS,
    Pattern,
    interaction,
    keep,
    none_test,
    rename,
)
from codemods.tables.api import (
    CANDIDATE,
    CHUNK_INDEX,
    CHUNK_INDICES,
    ENTRY_POINT,
    GROUNDING,
    GROUNDING_CHUNK,
    GROUNDING_CHUNKS,
    GROUNDING_SUPPORT,
    GROUNDING_SUPPORTS,
    QUERIES,
    SEGMENT,
    SOURCES,
)
from migrator.codemod import Codemod
from migrator.edits import Binding, CallCode, Code, Item, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.understand.values import Object

QUESTIONS = Pattern(
    "[",
    "query",
    (STEPS, 'if step.type == "google_search_call"', "for query in step.arguments.queries or []"),
    "]",
)
SEARCHED = Pattern(
    "any(", "step.arguments.queries", (STEPS, 'if step.type == "google_search_call"'), ")"
)
SUGGESTIONS = Pattern(
    "(",
    "result.search_suggestions",
    (STEPS, 'if step.type == "google_search_result"', "for result in step.result or []"),
    ")",
)
TOKEN = Pattern(
    "(",
    "result.widget_context_token",
    (STEPS, 'if step.type == "google_maps_result"', "for result in step.result or []"),
    ")",
)
ANNOTATIONS = Pattern(
    "[", "annotation", (*TEXTS, "for annotation in content.annotations or []"), "]"
)
EXCERPT = (
    "the text of a retrieved context has no exact equivalent; the source of a citation comes "
    "nearest"
)
TESTS = ("TRUTH", "IS_NONE")
FIELDS = ("web", "maps", "retrieved_context")
NOTE = (
    "sources are read from the citations of the text: each is listed once, and one that is never "
    "cited is not listed"
)


def queries(draft: Draft, reading: Reading) -> None:
    """The queries of the search steps."""
    if not _is_guard(draft, reading.node):
        _put(draft, reading, QUESTIONS.over(interaction(draft, reading.base)))


def chunks(draft: Draft, reading: Reading) -> None:
    """The cited sources, each once."""
    draft.note(reading.owner, NOTE)
    if not read_sources(draft, reading):
        text = "only web, maps and retrieved_context of a chunk have equivalents; read one of them"
        draft.block(reading.owner, reading.node, text)
    elif not _is_guard(draft, reading.node):
        _put(draft, reading, citations(draft, reading))


def all_supports(draft: Draft, reading: Reading) -> None:
    """The citations of the text, those of one place together."""
    draft.note(reading.owner, NOTE)
    if not _is_guard(draft, reading.node):
        supports.supports(draft, reading)


def _is_guard(draft: Draft, node: ast.AST) -> bool:
    """Whether a field is only tested, which is translated as a use of it."""
    assert isinstance(node, ast.expr)
    return context_of(draft.facts, node).use in {Use.TRUTH, Use.IS_NONE}


def any_listed(draft: Draft, reading: Reading) -> None:
    """Whether there are chunks, supports or queries at all."""
    base = reading.base
    if isinstance(base, ast.Attribute) and reading.type == QUERIES:
        guard(draft, reading, SEARCHED.over(interaction(draft, base.value)))
    elif isinstance(base, ast.Attribute):
        guard(draft, reading, any_citation(draft, reading, base.value))
    elif reading.use is Use.IS_NONE:
        none_test(draft, reading, draft.hole(base, Binding.NOT))


def _suggestions(draft: Draft, node: ast.expr) -> Code:
    """The first search suggestion, or None."""
    found = SUGGESTIONS.over(interaction(draft, node))
    return CallCode("next", (Item(found), Item("None")))


def _put(draft: Draft, reading: Reading, code: Code) -> None:
    if not isinstance(reading.node, ast.Attribute):
        draft.block(reading.owner, reading.node, "write the attribute out, without getattr")
        return
    draft.replace(reading.owner, reading.node, code)


def searched(draft: Draft, reading: Reading) -> None:
    """Whether there is any grounding: whether the model searched."""
    found = grounded(draft, reading)
    if not isinstance(reading.base, ast.NamedExpr):
        guard(draft, reading, found)
    elif reading.use is Use.IS_NONE:
        none_test(draft, reading, found)
    else:
        draft.replace(reading.owner, reading.base, found)


def shown(draft: Draft, reading: Reading) -> None:
    """Metadata that is printed whole: the citations."""
    text = f"`{draft.quote(reading.base)}` is printed whole; citations read differently"
    draft.doubt(reading.owner, reading.base, text)
    draft.replace(reading.owner, reading.base, ANNOTATIONS.over(interaction(draft, reading.base)))


def moved(draft: Draft, reading: Reading) -> None:
    """`metadata = candidate.grounding_metadata` -> the interaction."""
    draft.replace(reading.owner, reading.base, interaction(draft, reading.base))


def entry_point(draft: Draft, reading: Reading) -> None:
    """`.search_entry_point` alone: whether there are suggestions, or what to read them from."""
    node = reading.base
    if isinstance(node, ast.Attribute) and reading.use in {Use.TRUTH, Use.IS_NONE}:
        guard(draft, reading, _suggestions(draft, node.value))
    elif isinstance(node, ast.Attribute):
        draft.replace(reading.owner, node, _suggestions(draft, node.value))


def rendered(draft: Draft, reading: Reading) -> None:
    """`.search_entry_point.rendered_content`."""
    base, node = reading.base, reading.node
    if not isinstance(node, ast.Attribute):
        draft.block(reading.owner, node, "write the attribute out, without getattr")
    elif not isinstance(base, ast.Attribute):
        draft.replace(reading.owner, node, draft.hole(base))
    elif context_of(draft.facts, node).use is Use.TRUTH:
        ask(draft, reading.owner, node, node, _suggestions(draft, base.value))
    else:
        draft.replace(reading.owner, node, _suggestions(draft, base.value))


def widget_token(draft: Draft, reading: Reading) -> None:
    """`.google_maps_widget_context_token` -> that of the first result."""
    found = TOKEN.over(interaction(draft, reading.base))
    _put(draft, reading, CallCode("next", (Item(found), Item("None"))))


def source_field(draft: Draft, reading: Reading) -> None:
    """`chunk.web.uri` -> `chunk.url`."""
    node, base = reading.node, reading.base
    if not isinstance(node, ast.Attribute):
        draft.block(reading.owner, node, "write the attribute out, without getattr")
        return
    if node.attr == "text":
        draft.doubt(reading.owner, node, EXCERPT)
    new = SOURCES[reading.type].fields[node.attr]
    if _is_chunk_field(base, draft):
        inner = draft.hole(base.value, Binding.ATOM)
        draft.replace(reading.owner, node, Template((inner, "." + new)))
    else:
        rename(draft, reading.owner, node, new)


def _is_chunk_field(node: ast.expr, draft: Draft) -> TypeGuard[ast.Attribute]:
    """Whether `node` is `chunk.web` itself rather than a name for it."""
    return isinstance(node, ast.Attribute) and any(
        isinstance(v, Object) and v.type == GROUNDING_CHUNK for v in draft.values(node.value)
    )


def source_tested(draft: Draft, reading: Reading) -> None:
    """`if chunk.web:` -> a test of the citation's type, where there may be others."""
    if _is_chunk_field(reading.base, draft):
        code = _type_test(draft, reading) or draft.hole(reading.base.value)
        draft.replace(reading.owner, reading.base, code)


def source_is_none(draft: Draft, reading: Reading) -> None:
    """`chunk.maps is not None`."""
    code = _type_test(draft, reading) if _is_chunk_field(reading.base, draft) else None
    if code is not None:
        none_test(draft, reading, code)
    elif _is_chunk_field(reading.base, draft):
        draft.replace(reading.owner, reading.base, draft.hole(reading.base.value))


def source_moved(draft: Draft, reading: Reading) -> None:
    """`web = chunk.web` -> `web = chunk`, or None where it may be another kind of source."""
    if _is_chunk_field(reading.base, draft):
        code: Code = draft.hole(reading.base.value)
        test = _type_test(draft, reading)
        if test is not None:
            code = Template((code, " if ", test, " else None"))
        draft.replace(reading.owner, reading.base, code)


def _type_test(draft: Draft, reading: Reading) -> Code | None:
    """Whether the citation is of the kind that is read; None where there is only one kind."""
    assert isinstance(reading.base, ast.Attribute)
    if len(read_sources(draft, reading)) == 1:
        return None
    wanted = SOURCES[reading.type].annotation
    return Template((draft.hole(reading.base.value, Binding.ATOM), f'.type == "{wanted}"'))


CODEMOD = Codemod(
    code="GM016",
    name="grounding",
    summary="read search queries, suggestions and sources from steps and annotations",
    doc=__doc__ or "",
    rules={
        ("read", CANDIDATE, "grounding_metadata"): keep,
        **{("use", GROUNDING, use): searched for use in TESTS},
        ("use", GROUNDING, "FORMAT"): shown,
        ("moved", GROUNDING): moved,
        ("read", GROUNDING, "web_search_queries"): queries,
        **{("use", QUERIES, use): any_listed for use in TESTS},
        ("any", "use", QUERIES): keep,
        ("read", GROUNDING, "grounding_chunks"): chunks,
        **{("use", GROUNDING_CHUNKS, use): any_listed for use in TESTS},
        ("use", GROUNDING_CHUNKS, "ITERATE"): keep,
        ("use", GROUNDING_CHUNKS, "SUBSCRIPT"): keep,
        **{("read", GROUNDING_CHUNK, name): keep for name in FIELDS},
        ("read", GROUNDING, "grounding_supports"): all_supports,
        **{("use", GROUNDING_SUPPORTS, use): any_listed for use in TESTS},
        **{("use", GROUNDING_SUPPORTS, use): keep for use in ("ITERATE", "SUBSCRIPT")},
        ("read", GROUNDING_SUPPORT, "segment"): supports.segment,
        ("read", GROUNDING_SUPPORT, "grounding_chunk_indices"): keep,
        ("read", GROUNDING_SUPPORT, "confidence_scores"): supports.no_scores,
        **{("use", SEGMENT, use): keep for use in TESTS},
        **{("read", SEGMENT, name): keep for name in ("start_index", "end_index")},
        ("read", SEGMENT, "text"): supports.no_text,
        ("use", CHUNK_INDICES, "TRUTH"): supports.indices_tested,
        ("use", CHUNK_INDICES, "ITERATE"): supports.indices,
        **{("use", CHUNK_INDICES, use): supports.listed for use in ("ARGUMENT", "SUBSCRIPT")},
        ("moved", CHUNK_INDICES): supports.listed,
        ("any", "use", CHUNK_INDEX): keep,
        **{("use", path, "TRUTH"): source_tested for path in SOURCES},
        **{("use", path, "IS_NONE"): source_is_none for path in SOURCES},
        **{("moved", path): source_moved for path in SOURCES},
        **{
            ("read", path, name): source_field
            for path, source in SOURCES.items()
            for name in source.fields
        },
        ("read", GROUNDING, "google_maps_widget_context_token"): widget_token,
        ("read", GROUNDING, "search_entry_point"): keep,
        ("use", ENTRY_POINT, "TRUTH"): entry_point,
        ("use", ENTRY_POINT, "IS_NONE"): entry_point,
        ("moved", ENTRY_POINT): entry_point,
        ("read", ENTRY_POINT, "rendered_content"): rendered,
    },
)
