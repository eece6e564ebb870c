"""The supports of a grounded reply: the citations of its text, those of one place together.

A support named a stretch of the text and the chunks it rests on, by index; a citation names a
stretch and one source.
"""

from __future__ import annotations

import ast

from codemods.reply.interaction import TEXTS, Pattern, interaction
from codemods.reply.path_kinds import reads_field
from codemods.tables.api import CHUNK_INDEX, GROUNDING_CHUNKS
from codemods.tables.sources import FILES, WEB, Source
from codemods.tools.citations import read_sources
from migrator.edits import Binding, CallCode, ClausesCode, Item, Template
from migrator.plan import Draft, Reading
from migrator.reasoning.evaluated_once import is_repeatable, new_name
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import may_be

PLACE = "(citation.start_index, citation.end_index)"
INDICES = (
    "give the list of chunks that it indexes, and the support, names in this function; or read the "
    "url of each citation by hand"
)


def supports(draft: Draft, reading: Reading) -> None:
    """`.grounding_supports` -> lists of citations, one for each place."""
    node = reading.node
    if not isinstance(node, ast.Attribute):
        draft.block(reading.owner, node, "write the attribute out, without getattr")
        return
    source = _source(draft, reading)
    clauses = (
        *TEXTS,
        "for citation in content.annotations or []",
        f'if citation.type == "{source.annotation}"',
    )
    cited = Pattern("(", "citation", clauses, ")").over(interaction(draft, reading.base))
    key = Item(f"lambda citation: {PLACE}", "key")
    groups = CallCode("itertools.groupby", (Item(cited), key))
    draft.need(reading.owner, node, "itertools", None)
    each = Template(("for _, group in ", groups))
    draft.replace(reading.owner, node, ClausesCode("[", "list(group)", (each,), "]"))


def _source(draft: Draft, reading: Reading) -> Source:
    """The one kind of source that the program reads."""
    read = read_sources(draft, reading)
    if len(read) > 1 or FILES in read:
        text = "supports by several kinds of sources, or by files, must be told apart by hand"
        draft.block(reading.owner, reading.node, text)
    return read[0] if read else WEB


def segment(draft: Draft, reading: Reading) -> None:
    """`support.segment` -> the first citation of its place."""
    node = reading.node
    if not isinstance(node, ast.Attribute):
        draft.block(reading.owner, node, "write the attribute out, without getattr")
        return
    draft.replace(reading.owner, node, Template((draft.hole(node.value, Binding.ATOM), "[0]")))


def indices_tested(draft: Draft, reading: Reading) -> None:
    """`if support.grounding_chunk_indices:`: every citation has a source."""
    base = reading.base
    if isinstance(base, ast.Attribute) and reads_field(draft, base):
        draft.replace(reading.owner, base, draft.hole(base.value))


def indices(draft: Draft, reading: Reading) -> None:
    """`for i in support.grounding_chunk_indices` -> over the citations, or what they index."""
    base = reading.base
    if not isinstance(base, ast.Attribute) or not reads_field(draft, base):
        return  # a name for them, which stands for the same now
    targets = _targets(draft, base)
    chunks = _indexed_chunks(draft, base)
    if targets and {id(node.slice) for node in chunks} == {id(name) for name in targets}:
        draft.replace(reading.owner, base, draft.hole(base.value))
        for node in chunks:
            draft.replace(reading.owner, node, draft.hole(node.slice))
        return
    listed(draft, reading)


def listed(draft: Draft, reading: Reading) -> None:
    """`support.grounding_chunk_indices` -> where its sources stand in the list of all."""
    base = reading.base
    if not isinstance(base, ast.Attribute) or not reads_field(draft, base):
        return
    chunks = next((n.value for n in _indexed_chunks(draft, base) if _is_name(n.value)), None)
    if chunks is None or not is_repeatable(draft, base.value):
        draft.block(reading.owner, base, f"`{draft.quote(base)}`: {INDICES}")
        return
    index, chunk, citation = (
        new_name(draft, base, reading.owner, name) for name in ("index", "chunk", "citation")
    )
    support = draft.hole(base.value, Binding.OR)
    cited = f"any({citation}.url == {chunk}.url for {citation} in "
    clauses = (
        Template((f"for {index}, {chunk} in enumerate(", draft.hole(chunks), ")")),
        Template((f"if {cited}", support, ")")),
    )
    draft.replace(reading.owner, base, ClausesCode("[", index, clauses, "]"))


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name)


def _targets(draft: Draft, base: ast.expr) -> list[ast.Name] | None:
    """The reads of the name that goes through the indices; None where there is no such name."""
    structure = draft.facts.structure
    parent = structure.parent(base)
    if isinstance(parent, (ast.For, ast.AsyncFor)):
        around: ast.AST | None = parent
    elif isinstance(parent, ast.comprehension):
        around = structure.parent(parent)
    else:
        return None
    target = parent.target
    if not isinstance(target, ast.Name) or not isinstance(
        around, (ast.For, ast.AsyncFor, *COMPREHENSIONS)
    ):
        return None
    return [
        node
        for node in ast.walk(structure.scope_of[target])
        if isinstance(node, ast.Name) and node.id == target.id and isinstance(node.ctx, ast.Load)
    ]


def _indexed_chunks(draft: Draft, base: ast.expr) -> list[ast.Subscript]:
    """`chunks[i]` in the function of `base`, where `i` is the index of a chunk."""
    structure = draft.facts.structure
    return [
        node
        for node in ast.walk(structure.scope_of[base])
        if isinstance(node, ast.Subscript)
        and may_be(draft.values(node.slice), CHUNK_INDEX)
        and may_be(draft.values(node.value), GROUNDING_CHUNKS)
    ]


def no_text(draft: Draft, reading: Reading) -> None:
    """The text of a segment: a citation only says from where to where it goes."""
    text = f"`{draft.quote(reading.node)}`: a citation has offsets only, in bytes; take the text "
    text += "from that of its content, by .encode()[start_index:end_index].decode()"
    draft.block(reading.owner, reading.node, text)


def no_scores(draft: Draft, reading: Reading) -> None:
    """How sure the model is of a source."""
    text = "confidence_scores have no equivalent on the Interactions API; do without them"
    draft.block(reading.owner, reading.node, text)
