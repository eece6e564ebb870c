"""Read search queries, suggestions and sources from steps and annotations.

Why: an interaction has no grounding metadata: the search is a step, a source is an annotation of
the text that cites it.

Rewrites: `web_search_queries`, `search_entry_point.rendered_content`, and the uri and title of
`grounding_chunks[…].web` (each cited source once).

Leaves alone: `grounding_supports`, confidence scores and retrieved contexts.
"""

from __future__ import annotations

import ast

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
    ENTRY_POINT,
    GROUNDING,
    GROUNDING_CHUNK,
    GROUNDING_CHUNKS,
    WEB,
)
from migrator.codemod import Codemod
from migrator.edits import Binding, CallCode, Code, Item, Template
from migrator.plan import Draft, Reading

SEARCHED = Pattern("any(", 'step.type == "google_search_call"', (STEPS,), ")")
QUERIES = Pattern(
    "[",
    "query",
    (STEPS, 'if step.type == "google_search_call"', "for query in step.arguments.queries or []"),
    "]",
)
SUGGESTIONS = Pattern(
    "(",
    "result.search_suggestions",
    (STEPS, 'if step.type == "google_search_result"', "for result in step.result or []"),
    ")",
)
CITATIONS = Pattern(
    "{",
    "annotation.url: annotation",
    (*TEXTS, "for annotation in content.annotations or []", 'if annotation.type == "url_citation"'),
    "}",
)
NOTE = "sources are read from the citations of the text: a source that is never cited is not listed"


def queries(draft: Draft, reading: Reading) -> None:
    """The queries of the search steps."""
    _put(draft, reading, QUERIES.over(interaction(draft, reading.base)))


def chunks(draft: Draft, reading: Reading) -> None:
    """The cited sources, each once."""
    draft.note(reading.owner, NOTE)
    cited = CITATIONS.over(interaction(draft, reading.base))
    _put(draft, reading, CallCode("list", (Item(Template((cited, ".values()"))),)))


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
    draft.replace(reading.owner, reading.base, SEARCHED.over(interaction(draft, reading.base)))


def not_searched(draft: Draft, reading: Reading) -> None:
    """`grounding_metadata is None`."""
    none_test(draft, reading, SEARCHED.over(interaction(draft, reading.base)))


def moved(draft: Draft, reading: Reading) -> None:
    """`metadata = candidate.grounding_metadata` -> the interaction."""
    draft.replace(reading.owner, reading.base, interaction(draft, reading.base))


def entry_point(draft: Draft, reading: Reading) -> None:
    """`.search_entry_point` alone: whether there are suggestions, or what to read them from."""
    node = reading.base
    assert isinstance(node, ast.expr)
    if isinstance(node, ast.Attribute):
        draft.replace(reading.owner, node, _suggestions(draft, node.value))


def rendered(draft: Draft, reading: Reading) -> None:
    """`.search_entry_point.rendered_content`."""
    base = reading.base
    if isinstance(base, ast.Attribute) and isinstance(reading.node, ast.Attribute):
        code = _suggestions(draft, base.value)
        draft.replace(reading.owner, reading.node, code)
    elif isinstance(reading.node, ast.Attribute):
        draft.replace(reading.owner, reading.node, draft.hole(base))
    else:
        draft.block(reading.owner, reading.node, "write the attribute out, without getattr")


def web(draft: Draft, reading: Reading) -> None:
    """`chunk.web` is the citation itself."""


def web_field(draft: Draft, reading: Reading) -> None:
    """`chunk.web.uri` -> `chunk.url`."""
    node, base = reading.node, reading.base
    if not isinstance(node, ast.Attribute):
        draft.block(reading.owner, node, "write the attribute out, without getattr")
        return
    new = "url" if node.attr == "uri" else "title"
    if isinstance(base, ast.Attribute) and base.attr == "web":
        inner = draft.hole(base.value, Binding.ATOM)
        draft.replace(reading.owner, node, Template((inner, "." + new)))
    else:
        rename(draft, reading.owner, node, new)


def web_moved(draft: Draft, reading: Reading) -> None:
    """`web = chunk.web` -> `web = chunk`."""
    if isinstance(reading.base, ast.Attribute):
        draft.replace(reading.owner, reading.base, draft.hole(reading.base.value))


CODEMOD = Codemod(
    code="GM016",
    name="grounding",
    summary="read search queries, suggestions and sources from steps and annotations",
    doc=__doc__ or "",
    rules={
        ("read", CANDIDATE, "grounding_metadata"): keep,
        ("use", GROUNDING, "TRUTH"): searched,
        ("use", GROUNDING, "IS_NONE"): not_searched,
        ("moved", GROUNDING): moved,
        ("read", GROUNDING, "web_search_queries"): queries,
        ("any", "use", "search queries"): keep,
        ("read", GROUNDING, "grounding_chunks"): chunks,
        ("use", GROUNDING_CHUNKS, "TRUTH"): keep,
        ("use", GROUNDING_CHUNKS, "ITERATE"): keep,
        ("use", GROUNDING_CHUNKS, "SUBSCRIPT"): keep,
        ("use", GROUNDING_CHUNKS, "IS_NONE"): keep,
        ("read", GROUNDING_CHUNK, "web"): web,
        ("use", WEB, "TRUTH"): web_moved,
        ("use", WEB, "IS_NONE"): web_moved,
        ("moved", WEB): web_moved,
        ("read", WEB, "uri"): web_field,
        ("read", WEB, "title"): web_field,
        ("read", GROUNDING, "search_entry_point"): keep,
        ("use", ENTRY_POINT, "TRUTH"): entry_point,
        ("use", ENTRY_POINT, "IS_NONE"): entry_point,
        ("moved", ENTRY_POINT): entry_point,
        ("read", ENTRY_POINT, "rendered_content"): rendered,
    },
)
