"""Settings that are taken out of a config again: `config.pop("seed", None)`."""

from __future__ import annotations

import ast

from codemods.objects.field_spelling import snake
from codemods.objects.setting_rows import GENERATION
from codemods.request.config import sets_generation
from codemods.request.config_copies import shared_with_others
from codemods.tables.settings import GENERATION_FIELDS
from migrator.edits import Binding, Replace, Template
from migrator.plan import Draft, Reading
from migrator.understand.facts import origin_of

AS_THEY_WERE = frozenset({"temperature", "top_p", "seed", "max_output_tokens"})
"""Settings whose values mean what they meant: they may be taken out and used."""


def pop(draft: Draft, reading: Reading, call: ast.Call) -> None:
    """`config.pop("seed", None)` -> `config["generation_config"].pop("seed", None)`."""
    structure = draft.facts.structure
    key = draft.constant(call.args[0]) if call.args else None
    name = snake(key.value) if key is not None and isinstance(key.value, str) else ""
    alone = isinstance(structure.parent(call), ast.Expr)
    kept = name in AS_THEY_WERE or (alone and name in GENERATION_FIELDS)
    if not kept or call.keywords or len(call.args) > 2:
        text = f"`{draft.quote(call)}` of a config can't be translated"
        draft.block(reading.owner, reading.node, text)
        return
    if GENERATION in shared_with_others(draft, reading.owner, structure.statement(call)):
        text = f"{name} would be taken out of a dict that the spread config shares"
        draft.block(reading.owner, call, text)
        return
    origins = [origin_of(value) for value in draft.values(reading.base)]
    certain = all(isinstance(o, ast.expr) and sets_generation(draft, o) for o in origins)
    within = f'["{GENERATION}"]' if certain else f'.get("{GENERATION}", {{}})'
    method = Template((draft.hole(reading.base, Binding.ATOM), within, ".pop"))
    draft.edit(reading.owner, Replace(draft.span(call.func), method))
    if key is not None and name != key.value:
        draft.replace(reading.owner, call.args[0], f'"{name}"')
