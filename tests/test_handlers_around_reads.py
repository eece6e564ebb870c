"""Reads of what may be missing meet handlers: in their function, around its call, several at once.

A read that fails now raises another error than it did, and two handlers may tell them apart. What
is migrated without a word of unsafe fixes goes the same way in every mood.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from tests.one_read import CALLS, PLAIN, SEARCH, differences
from tests.oracle.programs import Oracle

CANDIDATE = "response.candidates[0]"
GROUNDING = f"{CANDIDATE}.grounding_metadata"

READS = {
    f"{GROUNDING}.grounding_chunks[0].web.uri": SEARCH,
    f"{GROUNDING}.web_search_queries[0]": SEARCH,
    f"{CANDIDATE}.content.parts[0].text": PLAIN,
    f"{CANDIDATE}.content.parts[0].function_call.name": CALLS,
    "response.parts[0].text": PLAIN,
    "response.function_calls[0].name": CALLS,
    "len(response.function_calls[:1])": CALLS,
    "response.usage_metadata.total_token_count + 1": PLAIN,
    "response.text.strip()": PLAIN,
}
"""What is read -> the tag that brings it about, and the settings that ask for it."""

INNER = (
    ("AttributeError",),
    ("TypeError",),
    ("IndexError",),
    ("LookupError",),
    ("(AttributeError, TypeError)",),
    ("(AttributeError, IndexError)",),
    ("AttributeError", "Exception"),
    ("IndexError", "Exception"),
    ("TypeError", "IndexError"),
    ("(IndexError, TypeError)", "Exception"),
)
OUTER = (None, "Exception", "IndexError", "(TypeError, AttributeError)")

PROGRAM = """\
from google import genai
from google.genai import types

client = genai.Client()


def ask(question: str):
    response = client.models.generate_content(
        model="gemini-3-flash-preview",
        contents=question,
        config=types.GenerateContentConfig({settings}),
    )
    try:
        found = {read}
{handlers}
    return found


{call}
"""
GUARDED = """\
try:
    print({asked})
except {outer}:
    print("caught outside")"""


def _program(read: str, inner: Sequence[str], outer: str | None) -> str:
    tag, settings = READS[read]
    asked = f'ask("Say something. {tag}")'
    handlers = "\n".join(
        f'    except {name}:\n        found = "caught by {index}"'
        for index, name in enumerate(inner)
    )
    call = GUARDED.format(asked=asked, outer=outer) if outer else f"print({asked})"
    return PROGRAM.format(settings=settings, read=read, handlers=handlers, call=call)


@pytest.mark.parametrize("read", READS)
def test_fails_into_the_same_handler(read: str, oracle: Oracle) -> None:
    different: list[str] = []
    ran = 0
    for inner, outer in itertools.product(INNER, OUTER):
        found = differences(_program(read, inner, outer), oracle, ran)
        ran += found is not None
        different += [f"{inner} in {outer}: {text}" for text in found or ()]
    assert not different, "\n".join(different)
    assert ran
