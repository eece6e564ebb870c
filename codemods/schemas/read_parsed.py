"""Parse the reply's JSON where `response.parsed` was read.

Why: an interaction has no `parsed`; the text must be validated against the schema's type.

Rewrites: `M.model_validate_json(response.output_text)` for a pydantic class,
`TypeAdapter(T).validate_json(…)` for other types, `json.loads(…)` for dicts, `types.Schema` and
JSON schemas, and for `Optional[M]`, of which the SDK never made an `M`, where the schema of the
call is in view and can be named where the value is read.
`parsed` was None for a reply that is no valid JSON; parsing raises. Where the program asks for
that, a function gives None as well. `hasattr(response, "parsed")`, which always held, goes.

Leaves alone: schemas that can't be told, or can't be named where the value is read; what is parsed
and changed, where it is read again.
"""

from __future__ import annotations

import ast

from codemods.objects.conditional_settings import may_be_none, test_of
from codemods.reply.certain_tests import leave_out
from codemods.reply.interaction import interaction, is_probe, keep
from codemods.reply.parsing import Parser, change_of, is_tested, parse_if_valid
from codemods.reply.split_texts import JOIN, may_be_split
from codemods.schemas.schema_kinds import ADAPTED, VALIDATED, SchemaKind, kinds_of
from codemods.tables.api import PARSED, RESPONSE
from migrator.codemod import Codemod
from migrator.edits import CallCode, Code, Item, Template
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.reasoning.brought_names import bring, brought
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Symbol

NOTE = "response.parsed was None for a reply that is no valid JSON; parsing it now raises"


def parsed(draft: Draft, reading: Reading) -> None:
    """`response.parsed` -> the parsed text."""
    schema = draft.subject(reading.owner, "schema")
    if is_probe(reading.node):
        assert isinstance(reading.node, ast.Call)
        if not leave_out(draft, reading.owner, reading.node):
            text = f"`{draft.quote(reading.node)}` always held; leave it out"
            draft.block(reading.owner, reading.node, text)
        return
    several = draft.remembered(reading.owner, "schema") if schema is None else []
    if several and all(_is_json(draft, reading.owner, found) for found in several):
        schema = several[0]
    if schema is None:
        text = "response.parsed: the schema of the call can't be told; parse output_text by hand"
        draft.block(reading.owner, reading.node, text)
        return
    source = interaction(draft, reading.base)
    text_code: Code = Template((source, ".output_text"))
    if may_be_split(draft, reading):
        text_code = JOIN.over(source)
    parse = _parser(draft, reading, schema)
    if parse is None:
        text = f"the schema `{draft.quote(schema)}` can't be named here; parse output_text by hand"
        draft.block(reading.owner, reading.node, text)
        return
    if may_be_none(draft, schema) and not _is_guarded(draft, reading.node, schema):
        text = f"response.parsed is None without a schema, and `{draft.quote(schema)}` may be None"
        draft.doubt(reading.owner, reading.node, text)
    changed = change_of(draft, reading.owner)
    if changed is not None:
        text = (
            f"`{draft.quote(changed)}` changes what other reads of .parsed see; keep it in a name"
        )
        draft.block(reading.owner, changed, text)
        return
    if is_tested(draft, reading.owner):
        parse_if_valid(draft, reading, schema, text_code, parse)
        return
    draft.replace(reading.owner, reading.node, parse.code(draft.source(schema), text_code))
    draft.note(reading.owner, NOTE)


def _is_guarded(draft: Draft, node: ast.AST, schema: ast.expr) -> bool:
    """Whether a read happens only where the schema is not None."""
    asked = ast.unparse(schema)
    inner, outer = node, draft.facts.structure.parent(node)
    while outer is not None and not isinstance(outer, FUNCTION_TYPES):
        if isinstance(outer, (ast.If, ast.IfExp)):
            body = outer.body if isinstance(outer.body, list) else [outer.body]
            if inner in body and test_of(draft, outer.test).means == asked:
                return True
        inner, outer = outer, draft.facts.structure.parent(outer)
    return False


def _parser(draft: Draft, reading: Reading, schema: ast.expr) -> Parser | None:
    """What parses a text as the schema, if that has the name; None where it can't be named."""
    kinds = kinds_of(draft, schema)
    if _is_json(draft, reading.owner, schema):
        draft.need(reading.owner, reading.node, "json", None)
        return Parser(lambda name, text: CallCode("json.loads", (Item(text),)), names_schema=False)
    if not kinds or not kinds <= ADAPTED or not _can_name(draft, schema, reading.node):
        return None
    if draft.facts.structure.module(schema) is not draft.facts.structure.module(reading.node):
        bring(draft, reading.owner, schema, reading.node)
    if isinstance(schema, (ast.Name, ast.Attribute)) and kinds == {SchemaKind.MODEL}:
        return Parser(lambda name, text: CallCode(f"{name}.model_validate_json", (Item(text),)))
    draft.need(reading.owner, reading.node, "pydantic", "TypeAdapter")
    return Parser(lambda name, text: CallCode(f"TypeAdapter({name}).validate_json", (Item(text),)))


def _is_json(draft: Draft, owner: Member, schema: ast.expr) -> bool:
    """Whether a reply by the schema was given as JSON, and not as an object of some class."""
    if schema in draft.remembered(owner, "json schema") or isinstance(schema, ast.Dict):
        return True
    if _is_mixed_union(draft, schema):
        return True
    return bool(kinds_of(draft, schema) & VALIDATED)


def _is_mixed_union(draft: Draft, schema: ast.expr) -> bool:
    """`Optional[M]`, `M | None`: the SDK gave plain JSON unless all of a union are models."""
    schema = _written_out(draft, schema)
    if isinstance(schema, ast.BinOp):
        return any(_is_no_model(draft, part) for part in (schema.left, schema.right))
    if not isinstance(schema, ast.Subscript):
        return False
    paths = {v.path for v in draft.values(schema.value) if isinstance(v, Symbol)}
    parts = schema.slice.elts if isinstance(schema.slice, ast.Tuple) else [schema.slice]
    if paths == {"typing.Union"}:
        return len(parts) > 1 and any(_is_no_model(draft, part) for part in parts)
    return paths == {"typing.Optional"}


def _written_out(draft: Draft, schema: ast.expr) -> ast.expr:
    """What a name stands for, if one assignment says so."""
    stores = draft.facts.structure.stores(schema.id) if isinstance(schema, ast.Name) else []
    made = draft.facts.structure.parent(stores[0]) if len(stores) == 1 else None
    return made.value if isinstance(made, ast.Assign) and made.targets == stores else schema


def _is_no_model(draft: Draft, part: ast.expr) -> bool:
    if isinstance(part, ast.BinOp):
        return _is_mixed_union(draft, part)
    return kinds_of(draft, part) != {SchemaKind.MODEL}


def _can_name(draft: Draft, schema: ast.expr, where: ast.AST) -> bool:
    """Whether every name of the schema means the same at `where`."""
    structure = draft.facts.structure
    here = structure.enclosing_function(where)
    there = structure.enclosing_function(schema)
    names = [n.id for n in ast.walk(schema) if isinstance(n, ast.Name)]
    module, other = structure.module(where), structure.module(schema)
    if module is not other:
        return brought(draft, schema, where) is not None
    if here is there:
        return True
    top = structure.locals_of[module]
    inner = [structure.locals_of[f] for f in (here, there) if f is not None]
    known = all(n in top or n in {"list", "dict", "str", "int", "float", "bool"} for n in names)
    return known and not any(n in scope for scope in inner for n in names)


CODEMOD = Codemod(
    code="GM012",
    name="read-parsed",
    summary="parse output_text where response.parsed was read",
    doc=__doc__ or "",
    rules={
        ("read", RESPONSE, "parsed"): parsed,
        ("any", "use", PARSED): keep,
        ("any", "read", PARSED): keep,
    },
)
