"""Whatever a loop over a stream does with its chunks, the rewritten loop does the same.

Each way to come by the text of a chunk meets each thing that is done with it, and what stands
beside it in the loop takes turns, and so do the moods; what is migrated without unsafe fixes does
the same, but for what its findings announce.
"""

from __future__ import annotations

import itertools
from textwrap import indent

import pytest

from tests.one_read import differences
from tests.oracle.mood_rules import moods_for
from tests.oracle.moods import Mood
from tests.oracle.programs import Oracle

TEXTS = {
    "as it is": ("piece = chunk.text",),
    "under its own test": ("if not chunk.text:", "    continue", "piece = chunk.text"),
    "unless it is None": ("piece = chunk.text", "if piece is None:", "    continue"),
    "or empty": ('piece = chunk.text or ""',),
    "stripped": ('piece = (chunk.text or "").strip()', "if not piece:", "    continue"),
    "unlike empty": ('if chunk.text == "":', "    continue", "piece = chunk.text"),
    "of a part": ("piece = chunk.candidates[0].content.parts[0].text",),
}
DONE = (
    'print(piece, end="")',
    'print("-", piece)',
    'total += f"{piece}|"',
    "pieces.append(piece)",
    "count += 1",
    "if first is None:\n    first = piece",
    'print("data: " + (piece or ""))',
)
BESIDE = (
    "",
    "if chunk.usage_metadata:\n    tokens = chunk.usage_metadata.total_token_count",
    "if chunk.candidates and chunk.candidates[0].finish_reason:\n    print('finished')",
    "if chunk.candidates and chunk.candidates[0].finish_reason:\n    break",
    "last = chunk",
)
HEAD = """\
from google import genai
from google.genai import types

client = genai.Client()
# "parts" has the server spell what is missing in every way


def chunks():
    for chunk in client.models.generate_content_stream(
        model="gemini-3-flash-preview", contents="Tell me one two three.", config={config}
    ):
        yield chunk


total, pieces, count, first, tokens, last = "", [], 0, None, 0, None
"""
THOUGHTS = "types.ThinkingConfig(include_thoughts=True)"
CONFIGS = (
    "types.GenerateContentConfig(temperature=0.5)",
    f"types.GenerateContentConfig(thinking_config={THOUGHTS})",
)
SHOWN = "print(total, pieces, count, first, tokens, last is None)\n"


def _a_third(program: str, turn: int) -> list[Mood]:
    """Other moods with each turn."""
    return list(moods_for(program))[turn % 3 :: 3]


@pytest.mark.parametrize("named", TEXTS)
def test_do_the_same_for_each_piece(named: str, oracle: Oracle) -> None:
    different: list[str] = []
    ran = 0
    for number, (done, config) in enumerate(itertools.product(DONE, CONFIGS)):
        beside = BESIDE[number % len(BESIDE)]
        lines = [*TEXTS[named], done]
        lines.insert(len(lines) if number % 3 else 0, beside)
        body = indent("\n".join(lines), "    ")
        program = f"{HEAD.format(config=config)}\nfor chunk in chunks():\n{body}\n{SHOWN}"
        found = differences(program, oracle, ran, lambda text, turn=ran: _a_third(text, turn))
        ran += found is not None
        different += [f"{program}\n{text}" for text in found or ()]
    assert not different, "\n".join(different)
    assert ran
