"""Schemas that are written out become the JSON schema that the SDK makes of them."""

from __future__ import annotations

import ast
import json
import subprocess
from typing import Any

import pytest

from migrator.model import Options, Source, Status
from migrator.pipeline import migrate
from tests.oracle import environments

sdks = pytest.mark.parametrize("sdk", range(len(environments.labels())), ids=environments.labels())

SCHEMAS = {
    "text": 'types.Schema(type="STRING")',
    "enum member": "types.Schema(type=types.Type.INTEGER)",
    "package path": "genai.types.Schema(type = genai.types.Type.NUMBER)",
    "object": """genai.types.Schema(
        type = genai.types.Type.OBJECT,
        required = ["name"],
        properties = {
            "name": genai.types.Schema(
                type = genai.types.Type.STRING,
            ),
            "tags": genai.types.Schema(
                type = genai.types.Type.ARRAY,
                items = genai.types.Schema(
                    type = genai.types.Type.STRING,
                ),
            ),
        },
    )""",
    "no properties": 'types.Schema(type="OBJECT", properties={}, required=[])',
    "enum": 'types.Schema(type="STRING", enum=["a", "b"])',
    "description": 'types.Schema(type="STRING", title="T", description="A \\"name\\".")',
    "format": 'types.Schema(type="STRING", format="date-time")',
    "nullable": 'types.Schema(type="STRING", nullable=True)',
    "choice": """types.Schema(
        any_of=[types.Schema(type="STRING", max_length=3), {"type": "INTEGER", "minimum": 0}]
    )""",
    "numbers": 'types.Schema(type="NUMBER", minimum=0.5, maximum=10)',
    "counts": """types.Schema(
        type="ARRAY", items=types.Schema(type="STRING", min_length=2), min_items=1, max_items=3
    )""",
    "counts as text": 'types.Schema(type="STRING", min_length="2", max_length="7")',
    "camel case": 'types.Schema(type="ARRAY", items={"type": "STRING"}, minItems=1)',
    "properties": 'types.Schema(type="OBJECT", min_properties=1, max_properties=4)',
    "pattern": 'types.Schema(type="STRING", pattern=r"^[a-z]+\\d$")',
    "default": 'types.Schema(type="INTEGER", default=3)',
    "ordering": """types.Schema(
        type="OBJECT",
        properties={"b": types.Schema(type="STRING"), "a": types.Schema(type="BOOLEAN")},
        property_ordering=["b", "a"],
    )""",
    "deep": """types.Schema(
        type="OBJECT",
        properties={
            "rows": types.Schema(
                type="ARRAY",
                items=types.Schema(
                    type="OBJECT",
                    properties={"cell": types.Schema(type="STRING", nullable=True)},
                    required=["cell"],
                ),
            )
        },
    )""",
    "nulls": 'types.Schema(type="STRING", description=None, enum=None)',
    "null type": 'types.Schema(type="NULL")',
}
OTHERWISE: dict[str, Any] = {
    'types.Schema(type="STRING", format="enum", enum=["a"])': {"type": "string", "enum": ["a"]},
    'types.Schema(type="STRING", example="Oslo")': {"type": "string", "example": "Oslo"},
    'types.Schema(type="STRING", nullable=False)': {"type": "string"},
    'types.Schema(any_of=[types.Schema(type="STRING")], nullable=True)': {
        "anyOf": [{"type": "string"}, {"type": "null"}]
    },
}
"""Where the SDK says something else than it was told, or in words that only the old API knows."""
PROGRAM = """\
from google import genai
from google.genai import types

client = genai.Client()
client.models.generate_content(
    model="gemini-2.5-flash", contents="Say.", config={{"response_schema": {}}}
)
"""
DUMP = """\
import json
import sys
from google import genai
from google.genai import types
found = {}
for name, text in json.loads(sys.stdin.read()).items():
    schema = eval(text).json_schema
    found[name] = schema.model_dump(mode="json", by_alias=True, exclude_none=True)
print(json.dumps(found))
"""


@sdks
def test_written_out_schemas_are_what_the_sdk_makes_of_them(sdk: int) -> None:
    python = environments.interpreters()[sdk]
    done = subprocess.run(
        [python, "-c", DUMP], input=json.dumps(SCHEMAS),
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    expected = {name: unordered(schema) for name, schema in json.loads(done.stdout).items()}
    assert {name: unordered(written_out(text)) for name, text in SCHEMAS.items()} == expected


@pytest.mark.parametrize("schema", OTHERWISE)
def test_some_are_put_better(schema: str) -> None:
    assert written_out(schema) == OTHERWISE[schema]


def written_out(schema: str) -> Any:
    """The dict that a schema becomes."""
    source = Source("program.py", PROGRAM.format(schema).encode())
    (result,) = migrate([source], Options(), edit=True)
    assert [f.status for f in result.findings] == [Status.MIGRATED]
    assert result.output is not None
    for node in ast.walk(ast.parse(result.output)):
        if isinstance(node, ast.Dict):
            named = {k.value: v for k, v in zip(node.keys, node.values, strict=True)
                     if isinstance(k, ast.Constant)}  # fmt: skip
            if "schema" in named:
                return ast.literal_eval(named["schema"])
    raise AssertionError("no schema is sent")


def unordered(schema: Any) -> Any:
    """A schema whose types, where it has several, are in a fixed order."""
    if isinstance(schema, list):
        return [unordered(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: unordered(value) for key, value in schema.items()}
    if isinstance(found.get("type"), list):
        found["type"].sort()
    return found
