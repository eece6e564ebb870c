"""Ask for JSON with `response_format` instead of a MIME type and a schema.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: the schema moves into
`{"type": "text", "mime_type": "application/json", "schema": …}`, as plain JSON schema.

Rewrites: `response_mime_type="application/json"`; `response_schema` as a pydantic class
(`M.model_json_schema()`), `list[M]`, Enum, TypedDict, Literal and other types
(`TypeAdapter(T).json_schema()`; what is imported under the name of a class, or passed by callers
out of view, with --unsafe-fixes), a dict (upper-case type names lowered), `types.Schema(…)` (a dict
as well, or its `json_schema` where the object is used otherwise or known at run time only);
`response_json_schema`, and what pydantic gives, as it is.
A schema that may be None is left out of the format then. What is imported under another name, comes
from a file, or is annotated or read as a dict, goes through `types.Schema`, with --unsafe-fixes.

`text/x.enum` asks for a JSON string with --unsafe-fixes, and its text is read by `json.loads`.

Leaves alone: other schemas of unknown origin, and those that the program looks into.
"""

from __future__ import annotations

import ast

from codemods.content.part_uses import leaves
from codemods.content.text_assumed import cause
from codemods.objects.conditional_settings import (
    Chosen,
    Test,
    chosen,
    is_given,
    may_be_none,
    test_of,
)
from codemods.objects.setting_rows import Setting
from codemods.objects.tested_objects import keep_absence, keep_truth, note_truth
from codemods.reply.enum_texts import ask_for_enum, plan_enum_texts
from codemods.schemas.schema_kinds import (
    ADAPTED,
    ASSUMED,
    STRANGE,
    VALIDATED,
    WRITTEN,
    SchemaKind,
    is_json_schema,
    kinds_of,
)
from codemods.schemas.schema_objects import KIND
from codemods.schemas.schemas import (
    PROPERTIES,
    accepts_properties,
    accepts_schema,
    convert_properties,
    convert_schema,
    judge_properties,
    write_schema,
)
from codemods.tables.settings import ENUM_MIME_TYPE, JSON_MIME_TYPE
from migrator.codemod import Codemod
from migrator.edits import Binding, Code, DictCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Constant, Value, is_text

FORMAT = "response_format"
NO_FORMAT = ("text/plain", None)
"""MIME types that ask for nothing in particular."""


def mime_type(draft: Draft, setting: Setting) -> None:
    """`application/json` asks for the JSON format, `text/plain` for nothing at all."""
    picked = chosen(draft, setting.value, frozenset(NO_FORMAT))
    if picked is not None and _is_json(draft, picked.value):
        setting.into.json_test = picked.test
        setting.into.nested(FORMAT, "mime_type", draft.hole(picked.value), setting.source)
        return
    constant = draft.constant(setting.value)
    if constant is not None and constant.value in NO_FORMAT:
        return
    if constant is not None and constant.value == ENUM_MIME_TYPE:
        ask_for_enum(draft, setting)
        return
    if constant is None and _may_be_json(draft, setting):
        return
    if constant is None or constant.value != JSON_MIME_TYPE:
        source = draft.quote(setting.value)
        reason = (
            f"response_mime_type {source} has no equivalent; only application/json carries over"
        )
        draft.block(setting.owner, setting.value, reason)
        return
    setting.into.nested(FORMAT, "mime_type", draft.hole(setting.value), setting.source)


def _may_be_json(draft: Draft, setting: Setting) -> bool:
    """Whether only a run tells if JSON is asked for; the format is then there if it is."""
    values = draft.values(setting.value)
    known = {v.value for v in values if isinstance(v, Constant)}
    if not known <= {*NO_FORMAT, JSON_MIME_TYPE}:
        return False
    if not values or not all(isinstance(v, Constant) for v in values):
        text = f"`{draft.quote(setting.value)}` is assumed to be application/json or text/plain"
        draft.doubt(setting.owner, setting.value, text)
    asked = Template((draft.hole(setting.value, Binding.COMPARE), f' == "{JSON_MIME_TYPE}"'))
    meaning = f"{ast.unparse(setting.value)} == {JSON_MIME_TYPE!r}"
    setting.into.json_test = Test(setting.value, asked, meaning)
    setting.into.nested(FORMAT, "mime_type", f'"{JSON_MIME_TYPE}"', setting.source)
    return True


def json_schema(draft: Draft, setting: Setting) -> None:
    """A JSON schema stays what it is."""
    picked = chosen(draft, setting.value)
    value = picked.value if picked is not None else setting.value
    draft.remember(setting.owner, "schema", value)
    draft.remember(setting.owner, "json schema", value)
    _add(draft, setting, draft.convert(value, "json schema", setting.owner), picked)


def schema(draft: Draft, setting: Setting) -> None:
    """A schema in any of the old forms becomes a JSON schema."""
    picked = chosen(draft, setting.value)
    value = picked.value if picked is not None else setting.value
    draft.remember(setting.owner, "schema", value)
    if is_json_schema(draft, value):
        draft.remember(setting.owner, "json schema", value)
    _add(draft, setting, schema_code(draft, value, setting.owner), picked)


def _is_json(draft: Draft, node: ast.expr) -> bool:
    constant = draft.constant(node)
    return constant is not None and constant.value == JSON_MIME_TYPE


def _add(draft: Draft, setting: Setting, code: Code, picked: Chosen | None) -> None:
    """Give the format its schema: always, or if there is one."""
    value = picked.value if picked is not None else setting.value
    constant = draft.constant(value)
    if constant is not None and constant.value is None:
        return
    if picked is not None and not may_be_none(draft, value):
        setting.into.schema_test = picked.test
    elif may_be_none(draft, value):
        if picked is None and isinstance(value, (ast.Name, ast.Attribute)):
            always_true = kinds_of(draft, value) <= ADAPTED and setting.name == "response_schema"
            setting.into.schema_test = (test_of if always_true else is_given)(draft, value)
        else:
            text = f"the schema `{draft.quote(value)}` may be None, which would be sent as null"
            draft.block(setting.owner, value, text)
    setting.into.nested(FORMAT, "schema", code, setting.source)


def schema_code(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The JSON schema for the schema expression `node`."""
    constant = draft.constant(node)
    if constant is not None and constant.value is None:
        return draft.hole(node)  # there is none
    if isinstance(node, ast.Dict):
        return convert_schema(draft, node, owner)
    if is_json_schema(draft, node):
        return draft.hole(node)
    kinds = kinds_of(draft, node)
    if kinds == {SchemaKind.MODEL}:
        return Template((draft.hole(node, Binding.ATOM), ".model_json_schema()"))
    if kinds and kinds <= ADAPTED:
        if kinds & ASSUMED:
            draft.doubt(owner, node, f"`{draft.quote(node)}` is assumed to be a class")
        draft.need(owner, node, "pydantic", "TypeAdapter")
        return Template(("TypeAdapter(", draft.hole(node), ").json_schema()"))
    made = isinstance(node, ast.Call) and SchemaKind.DICT in kinds
    if kinds and kinds <= (WRITTEN | STRANGE if made else VALIDATED):
        return convert_schema(draft, node, owner)
    source = draft.quote(node)
    if kinds <= STRANGE:
        reason = (
            f"the schema `{source}` comes from code out of view; it must be passed as JSON schema"
        )
    else:
        reason = f"the schema `{source}` is sometimes one kind of schema and sometimes another"
    draft.block(owner, cause(draft, node), reason)
    return draft.hole(node)


def build_openapi(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A schema that is made away from the config."""
    code = write_schema(draft, node, owner)
    if isinstance(code, DictCode):
        note_truth(draft, node, code.items)
    return code


def judge_openapi(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """A schema that may be None is left out of the format then; one in another schema is not."""
    left_out = any(node is known for known in draft.remembered(owner, "schema"))
    if not (left_out and isinstance(value, Constant) and value.value is None):
        text = f"the schema `{draft.quote(node)}` can't be followed to where it is made"
        draft.block(owner, node, text)


def build_properties(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The properties of a schema that are made away from it."""
    return convert_properties(draft, node, owner)


def build_json(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A JSON schema needs no change wherever it is made."""
    return draft.hole(node)


def judge_json(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """A JSON schema may come from anywhere: it is passed on as it is."""
    if is_text(value):
        draft.block(owner, node, f"the schema `{draft.quote(node)}` is a str")


def never(draft: Draft, value: Value) -> bool:
    """JSON schemas are never rebuilt."""
    return False


CODEMOD = Codemod(
    code="GM004",
    name="structured-output",
    summary="ask for JSON with response_format",
    doc=__doc__ or "",
    rules={
        ("setting", "response_mime_type"): mime_type,
        ("setting", "response_schema"): schema,
        ("setting", "response_json_schema"): json_schema,
        ("module", "texts of enums"): plan_enum_texts,
        ("build", KIND): build_openapi,
        ("accepts", KIND): accepts_schema,
        ("value", KIND): judge_openapi,
        ("use", KIND, "TRUTH"): keep_truth,
        ("use", KIND, "IS_NONE"): keep_absence,
        ("held", KIND): leaves,
        ("build", PROPERTIES): build_properties,
        ("accepts", PROPERTIES): accepts_properties,
        ("value", PROPERTIES): judge_properties,
        ("held", PROPERTIES): leaves,
        ("build", "json schema"): build_json,
        ("value", "json schema"): judge_json,
        ("accepts", "json schema"): never,
    },
)
