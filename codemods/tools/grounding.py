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
from dataclasses import replace

from codemods.objects.shown_whole import show
from codemods.reply.caught_failures import raises_behind
from codemods.reply.certain_tests import put_for
from codemods.reply.guards import guard, with_parentheses
from codemods.reply.interaction import STEPS, TEXTS, Pattern, interaction, is_probe, keep, none_test
from codemods.reply.missing_names import check_default
from codemods.reply.path_kinds import RENDERED
from codemods.reply.path_prefixes import is_asked, presence, test_of
from codemods.reply.vanished_reads import name_interaction, or_nothing, settle
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
from codemods.tools import supports
from codemods.tools.citations import any_citation, citations, grounded, read_sources
from codemods.tools.grounded_sources import (
    always,
    metadata,
    one_chunk,
    source,
    source_field,
    source_is_none,
    source_moved,
    source_tested,
)
from codemods.tools.unsearched import doubt_entry, doubt_missing, listed, told
from migrator.codemod import Codemod
from migrator.edits import Binding, CallCode, Code, Item, Replace
from migrator.plan import Draft, Reading, Use

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
TESTS = ("TRUTH", "IS_NONE")
FIELDS = ("web", "maps", "retrieved_context")
NOTE = (
    "sources are read from the citations of the text: each is listed once, and one that is never "
    "cited is not listed"
)
UNCITED_RAISES = (
    "a reply whose sources are not cited counts as one without sources where an error is raised "
    "for those"
)
FILES_NOTE = (
    "a search in files that found nothing may have left no grounding metadata; its step is there "
    "whenever the model searched"
)


def _is_read(draft: Draft, reading: Reading) -> bool:
    """Whether a field is read, and not only probed; the read is checked then."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if is_probe(node):
        always(draft, reading)
        return False
    check_default(draft, reading)
    doubt_missing(draft, reading.owner, node)
    return True


def queries(draft: Draft, reading: Reading) -> None:
    """The queries of the search steps."""
    if not _is_read(draft, reading):
        return
    if not _is_guard(draft, reading.node):
        _put(draft, reading, QUESTIONS.over(interaction(draft, reading.base)))


def chunks(draft: Draft, reading: Reading) -> None:
    """The cited sources, each once."""
    if not _is_read(draft, reading):
        return
    draft.note(reading.owner, NOTE)
    if _is_guard(draft, reading.node):
        return  # see any_listed
    if not read_sources(draft, reading):
        text = "only web, maps and retrieved_context of a chunk have equivalents; read one of them"
        draft.block(reading.owner, reading.node, text)
    else:
        _put(draft, reading, citations(draft, reading))


def all_supports(draft: Draft, reading: Reading) -> None:
    """The citations of the text, those of one place together."""
    if not _is_read(draft, reading):
        return
    draft.note(reading.owner, NOTE)
    if not _is_guard(draft, reading.node):
        supports.supports(draft, reading)


def _is_guard(draft: Draft, node: ast.AST) -> bool:
    """Whether a field is only tested, which is translated as a use of it."""
    assert isinstance(node, ast.expr)
    return test_of(draft, node) is not None


def any_listed(draft: Draft, reading: Reading) -> None:
    """Whether there are chunks, supports or queries at all."""
    base = reading.base
    if is_asked(draft, base) and reading.type == QUERIES:
        guard(draft, reading, SEARCHED.over(interaction(draft, base)))
    elif is_asked(draft, base):
        guard(draft, reading, any_citation(draft, reading, base))
        if raises_behind(draft, base):
            draft.note(reading.owner, UNCITED_RAISES)
    elif reading.use is Use.IS_NONE:
        none_test(draft, reading, draft.hole(base, Binding.NOT))


def _suggestions(draft: Draft, node: ast.expr) -> Code:
    """The first search suggestion, or None."""
    found = SUGGESTIONS.over(interaction(draft, node))
    return CallCode("next", (Item(found), Item("None")))


def _put(draft: Draft, reading: Reading, code: Code) -> None:
    """Put a list in the place of the field, and of `field or []`."""
    assert isinstance(reading.node, ast.expr)
    node = or_nothing(draft, reading.node)
    put_for(draft, reading.owner, node, Replace(with_parentheses(draft, node), code))
    settle(draft, node)


def searched(draft: Draft, reading: Reading) -> None:
    """Whether there is any grounding: whether the model searched."""
    if draft.has_feature(reading.base, reading.owner, "file_search"):
        draft.note(reading.owner, FILES_NOTE)
    guard(draft, reading, grounded(draft, reading))


def shown(draft: Draft, reading: Reading) -> None:
    """Metadata that is printed whole: the citations."""
    show(draft, reading.owner, reading.base, "citations read differently")
    draft.replace(reading.owner, reading.base, ANNOTATIONS.over(interaction(draft, reading.base)))


def moved(draft: Draft, reading: Reading) -> None:
    """`metadata = candidate.grounding_metadata` -> the interaction."""
    name_interaction(draft, reading)


def found_entry(draft: Draft, reading: Reading) -> None:
    """`metadata.search_entry_point`, which all metadata had."""
    node = reading.node
    if is_probe(node):
        always(draft, reading)
    elif isinstance(node, ast.expr):
        doubt_missing(draft, reading.owner, node)


def entry_point(draft: Draft, reading: Reading) -> None:
    """`.search_entry_point` alone: whether there are suggestions, or what to read them from."""
    node = reading.base
    if not is_asked(draft, node):
        return
    if test_of(draft, node) is not None:
        guard(draft, reading, _suggestions(draft, node))
    else:
        doubt_missing(draft, reading.owner, node)
        draft.replace(reading.owner, node, _suggestions(draft, node))
        settle(draft, node)


def rendered(draft: Draft, reading: Reading) -> None:
    """`.search_entry_point.rendered_content`."""
    base, node = reading.base, reading.node
    assert isinstance(node, ast.expr)
    check_default(draft, reading)
    if is_probe(node):
        always(draft, reading)
        return
    doubt_entry(draft, reading.owner, node)
    if not is_asked(draft, base):
        draft.replace(reading.owner, node, draft.hole(base))
    elif test_of(draft, node) is not None:
        guard(draft, replace(reading, base=node, type=RENDERED), _suggestions(draft, base))
    else:
        chain = draft.facts.structure.parent(node)
        if isinstance(chain, ast.BoolOp) and _leads_to(draft, chain, node):
            node = chain
        draft.replace(reading.owner, node, _suggestions(draft, base))


def _leads_to(draft: Draft, chain: ast.BoolOp, node: ast.expr) -> bool:
    """`x and x[0] and x[0].….rendered_content`: what is asked before the value says no more."""
    *before, last = chain.values
    asked = isinstance(chain.op, ast.And) and last is node
    return asked and all(presence(draft, value) is True for value in before)


def widget_token(draft: Draft, reading: Reading) -> None:
    """`.google_maps_widget_context_token` -> that of the first result."""
    assert isinstance(reading.node, ast.expr)
    doubt_missing(draft, reading.owner, reading.node)
    found = TOKEN.over(interaction(draft, reading.base))
    _put(draft, reading, CallCode("next", (Item(found), Item("None"))))


CODEMOD = Codemod(
    code="GM016",
    name="grounding",
    summary="read search queries, suggestions and sources from steps and annotations",
    doc=__doc__ or "",
    rules={
        ("read", CANDIDATE, "grounding_metadata"): metadata,
        **{("use", GROUNDING, use): searched for use in TESTS},
        ("use", GROUNDING, "FORMAT"): shown,
        ("moved", GROUNDING): moved,
        ("read", GROUNDING, "web_search_queries"): queries,
        **{("use", QUERIES, use): any_listed for use in TESTS},
        ("any", "use", QUERIES): told,
        ("read", GROUNDING, "grounding_chunks"): chunks,
        **{("use", GROUNDING_CHUNKS, use): any_listed for use in TESTS},
        ("use", GROUNDING_CHUNKS, "ITERATE"): listed,
        ("use", GROUNDING_CHUNKS, "SUBSCRIPT"): one_chunk,
        **{("read", GROUNDING_CHUNK, name): source for name in FIELDS},
        ("read", GROUNDING, "grounding_supports"): all_supports,
        **{("use", GROUNDING_SUPPORTS, use): any_listed for use in TESTS},
        **{("use", GROUNDING_SUPPORTS, use): listed for use in ("ITERATE", "SUBSCRIPT")},
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
        ("read", GROUNDING, "search_entry_point"): found_entry,
        ("use", ENTRY_POINT, "TRUTH"): entry_point,
        ("use", ENTRY_POINT, "IS_NONE"): entry_point,
        ("moved", ENTRY_POINT): entry_point,
        ("read", ENTRY_POINT, "rendered_content"): rendered,
    },
)
