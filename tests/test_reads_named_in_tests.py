"""What is read of a reply is given a name in the middle of a test of it: `if (x := …) is not None`.

Each kind of read meets each kind of test; what is migrated without unsafe fixes comes out the same
in every mood.
"""

from __future__ import annotations

import pytest

from tests.one_read import CALLS, PLAIN, SEARCH, differences
from tests.oracle.programs import Oracle

READS = {
    "text": PLAIN,
    "candidates[0].content.parts": PLAIN,
    "candidates[0].grounding_metadata": SEARCH,
    "candidates[0].grounding_metadata.web_search_queries": SEARCH,
    "usage_metadata": PLAIN,
    "usage_metadata.cached_content_token_count": PLAIN,
    "function_calls": CALLS,
    "parts": PLAIN,
}
TESTS = (
    "{x}",
    "not {x}",
    "{x} is None",
    "{x} is not None",
    "not ({x} is not None)",
    "question and {x}",
    "not question or {x}",
    "not (question and {x})",
    "bool({x})",
)

PROGRAM = """\
from google import genai
from google.genai import types

client = genai.Client()


def ask(question: str) -> str:
    # "parts" has the server spell what is missing in every way
    response = client.models.generate_content(
        model="gemini-3-flash-preview",
        contents=question,
        config=types.GenerateContentConfig({settings}),
    )
    if {test}:
        return "yes"
    return "no"


print(ask("Say something. {tag}"))
"""


@pytest.mark.parametrize("read", READS)
def test_come_out_the_same(read: str, oracle: Oracle) -> None:
    tag, settings = READS[read]
    different: list[str] = []
    ran = 0
    for form in TESTS:
        test = form.format(x=f"(found := response.{read})")
        found = differences(PROGRAM.format(settings=settings, test=test, tag=tag), oracle, ran)
        ran += found is not None
        different += [f"{test}: {text}" for text in found or ()]
    assert not different, "\n".join(different)
    assert ran
