"""Schemas and function calls are the same conversation over both APIs."""

from __future__ import annotations

import pytest

from tests.oracle import environments
from tests.oracle.compare import compare
from tests.oracle.preludes import NEW, OLD
from tests.oracle.programs import Oracle, Program

LABELS = environments.labels()
sdks = pytest.mark.parametrize("sdk", range(len(LABELS)), ids=LABELS)

SCHEMAS = """
import enum
from typing import Literal, Optional, Union
from pydantic import BaseModel, Field, TypeAdapter
class Kind(enum.Enum):
    A = "a"; B = "b"
class Part(BaseModel):
    name: str = Field(description="its name", max_length=40)
    grams: Optional[int] = Field(None, ge=1, le=5)
class Dish(BaseModel):
    '''A dish.'''
    title: str
    kind: Kind
    parts: list[Part] = Field(min_length=1, max_length=3)
    tag: Literal["x", "y"]
    rate: Union[int, str]
    best: Part
    sour: bool = False
types_ = [Dish, list[Dish], list[str], Kind, int, Optional[Part]]
"""
SCHEMAS_OLD = """
for t in types_:
    print(json.loads(ask("x", response_mime_type="application/json",
                         response_schema=t).text))
d = {"type": "OBJECT", "properties": {"a": {"type": "STRING", "nullable": True},
     "b": {"type": "ARRAY", "items": {"type": "INTEGER"}, "minItems": "1"}},
     "required": ["a"], "propertyOrdering": ["b", "a"]}
print(ask("x", response_mime_type="application/json", response_schema=d).text)
print(ask("x", response_mime_type="application/json").text)
print(ask("x", response_mime_type="text/x.enum", response_schema=Kind).text)
"""
SCHEMAS_NEW = """
def reply(schema=None):
    form = {"type": "text", "mime_type": "application/json"}
    if schema: form["schema"] = schema
    return ask("x", response_format=form).output_text
for t in types_:
    print(json.loads(reply(TypeAdapter(t).json_schema())))
print(reply({"type": "object", "properties": {"a": {"type": ["string", "null"]},
      "b": {"type": "array", "items": {"type": "integer"}, "minItems": 1}},
      "required": ["a"]}))
print(reply())
print(json.loads(reply({"type": "string", "enum": ["a", "b"]})))
"""
CALLS = """
def add(a: int, b: int = 2) -> int:
    '''Adds.'''
    return a + b
def city(name: str) -> str:
    return name.upper()
"""
CALLS_OLD = """
r = ask('[[call add {"a": 3, "b": 4}]] [[call city name=Rome]] [[then add a=1]]',
        tools=[add, city])
print(r.text)
"""
CALLS_NEW = """
def tool(f):
    from google.genai import types
    d = types.FunctionDeclaration.from_callable_with_api_option(callable=f)
    schema = d.parameters_json_schema or d.parameters.json_schema.model_dump(
        mode="json", by_alias=True, exclude_none=True)
    found = {"type": "function", "name": d.name, "parameters": schema}
    return {**found, "description": d.description} if d.description else found
tools = [tool(add), tool(city)]
r = ask('[[call add {"a": 3, "b": 4}]] [[call city name=Rome]] [[then add a=1]]',
        tools=tools)
while calls := [s for s in r.steps if s.type == "function_call"]:
    results = [{"type": "function_result", "call_id": c.id, "name": c.name,
                "result": {"result": globals()[c.name](**c.arguments)}} for c in calls]
    r = ask(results, previous_interaction_id=r.id, tools=tools)
print(r.output_text)
"""


@sdks
@pytest.mark.parametrize(
    ("shared", "old", "new"),
    [(SCHEMAS, SCHEMAS_OLD, SCHEMAS_NEW), (CALLS, CALLS_OLD, CALLS_NEW)],
    ids=["schemas", "function calls"],
)
def test_longer_programs(shared: str, old: str, new: str, sdk: int, oracle: Oracle) -> None:
    worker = oracle.workers[sdk]
    sources = (OLD + shared + old, NEW + shared + new)
    before, after = (oracle.run(Program(s.encode()), worker) for s in sources)
    assert before.exit == 0, before.stderr
    found = compare(before, after)
    assert not found, "\n".join(found) + after.stderr
