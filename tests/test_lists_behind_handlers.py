"""Lists of parts meet handlers: read under a choice or a default, kept in a name, gone through.

Going through nothing raised an error, whichever way the list was read. What is migrated without a
word of unsafe fixes goes the same way in every mood.
"""

from __future__ import annotations

import itertools

import pytest

from tests.one_read import differences
from tests.oracle.programs import Oracle

READS = (
    "response.parts",
    "response.candidates[0].content.parts",
    "response.candidates[0].content.parts if response.candidates else []",
    'response.parts if hasattr(response, "parts") else []',
    "response.parts if response.candidates else None",
    "[] if not response else response.parts",
    "response and response.parts",
    'getattr(response, "parts", [])',
    "response.parts if len(log) < 3 else ()",
    "list(response.parts if response else [])",
)
KEPT = (
    "for part in ({read}):\n            found.append(part.text)",
    "parts = {read}\n        for part in parts:\n            found.append(part.text)",
    "parts = {read}\n        found += [part.text for part in parts]",
    "parts = {read}\n        found = [part.text for part in parts]",
    "parts = {read}\n        log.append(1)\n        for part in parts:\n"
    "            found.append(part.text)",
    "parts = {read}\n        for part in parts:\n            found.append(part.text)\n"
    "        log.append(len(parts))",
)
PROGRAM = """\
from google import genai

client = genai.Client()
log = []


def ask(question: str):
    found = []
    try:
        response = client.models.generate_content(
            model="gemini-3-flash-preview", contents=question
        )
        {kept}
    except Exception:
        log.append("failed")
    return found


print(ask("Say something."), log)
"""


@pytest.mark.parametrize("kept", KEPT)
def test_fails_as_before(kept: str, oracle: Oracle) -> None:
    different: list[str] = []
    ran = 0
    for read, late in itertools.product(READS, (False, True)):
        program = PROGRAM.format(kept=kept.format(read=read))
        if late:
            program = program.replace('log.append("failed")', "print(parts)")
        found = differences(program, oracle, ran)
        ran += found is not None
        different += [f"{read}: {text}" for text in found or ()]
    assert not different, "\n".join(different)
