"""What is read of a reply is kept somewhere, and looked at there: in an attribute, by a helper, …

Each kind of read meets each place and each look at it; what is migrated without unsafe fixes looks
the same in every mood.
"""

from __future__ import annotations

import itertools

import pytest

from tests.one_read import CALLS, PLAIN, SEARCH, differences
from tests.oracle.programs import Oracle

GROUNDING = "candidates[0].grounding_metadata"

READS = {
    "text": PLAIN,
    "candidates[0]": PLAIN,
    "candidates[0].content.parts": PLAIN,
    "candidates[0].content.parts[0].text": PLAIN,
    GROUNDING: SEARCH,
    f"{GROUNDING}.web_search_queries": SEARCH,
    "usage_metadata": PLAIN,
    "usage_metadata.thoughts_token_count": PLAIN,
    "function_calls": CALLS,
}
LOOKS = ("bool({x})", '"some" if {x} else "none"', "{x} is None", "len({x} or [])")
PLACES = {
    "an attribute": """
class Kept:
    def __init__(self, reply):
        self.value = reply.{read}

    def show(self):
        print({self_look})


Kept(response).show()
""",
    "a property": """
class Kept:
    def __init__(self, reply):
        self.reply = reply

    @property
    def value(self):
        return self.reply.{read}

    def show(self):
        print({self_look})


Kept(response).show()
""",
    "an item": """
kept = {{"value": response.{read}}}
value = kept["value"]
print({look})
""",
    "what a helper returns": """
def value_of(reply):
    return reply.{read}


value = value_of(response)
print({look})
""",
    "a parameter": """
def show(value):
    print({look})


show(response.{read})
""",
    "a list": """
values = [reply.{read} for reply in [response]]
for value in values:
    print({look})
""",
}

HEAD = """\
from google import genai
from google.genai import types

client = genai.Client()
# "parts" has the server spell what is missing in every way
"""
ASKED = (
    """\
response = client.models.generate_content(
    model="gemini-3-flash-preview",
    contents="Say something. {tag}",
    config=types.GenerateContentConfig({settings}),
)
""",
    """\
chat = client.chats.create(
    model="gemini-3-flash-preview", config=types.GenerateContentConfig({settings})
)
response = chat.send_message("Say something. {tag}")
""",
)


@pytest.mark.parametrize("read", READS)
def test_look_the_same(read: str, oracle: Oracle) -> None:
    tag, settings = READS[read]
    different: list[str] = []
    ran = 0
    for number, (place, look) in enumerate(itertools.product(PLACES, LOOKS)):
        kept = PLACES[place].format(
            read=read, look=look.format(x="value"), self_look=look.format(x="self.value")
        )
        asked = ASKED[number % 2].format(settings=settings, tag=tag)
        found = differences(HEAD + asked + kept, oracle, ran)
        ran += found is not None
        different += [f"{look} in {place}: {text}" for text in found or ()]
    assert not different, "\n".join(different)
    assert ran
