"""A conversation that the server remembers is not sent again with every turn."""

from __future__ import annotations

import pytest

from migrator.model import Options, Source
from migrator.pipeline import migrate
from tests.oracle.compare import compare
from tests.oracle.programs import Oracle, Program, Worker

TURNS = 10
SLACK = 100
"""Bytes for the id of the interaction before, and for the spelling of a first turn."""

HEAD = """
from google import genai
from google.genai import types

client = genai.Client()
"""
CHAT = """
chat = client.chats.create(model="gemini-2.5-flash")
for number in range(10):
    response = chat.send_message(f"Tell me the {number}th of ten long stories.")
    print(response.text)
"""
DICTS = """
history = []
for number in range(10):
    prompt = f"Tell me the {number}th of ten long stories."
    history.append({"role": "user", "parts": [{"text": prompt}]})
    response = client.models.generate_content(model="gemini-2.5-flash", contents=history)
    print(response.text)
    history.append({"role": "model", "parts": [{"text": response.text}]})
"""
CONTENTS = """
history = []
for number in range(10):
    prompt = f"Tell me the {number}th of ten long stories."
    history.append(types.Content(role="user", parts=[types.Part(text=prompt)]))
    response = client.models.generate_content(model="gemini-2.5-flash", contents=history)
    print(response.text)
    history.append(response.candidates[0].content)
"""
PROGRAMS = {"chat": CHAT, "list of dicts": DICTS, "list of contents": CONTENTS}


def sizes(source: bytes, oracle: Oracle, worker: Worker) -> list[int]:
    """How many bytes each turn of a program sent."""
    run = oracle.run(Program(source), worker)
    assert run.exit == 0, run.stderr
    found = [request.size for request in run.asked]
    assert len(found) == TURNS
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_requests_stay_small(name: str, oracle: Oracle) -> None:
    source = (HEAD + PROGRAMS[name]).encode()
    (result,) = migrate([Source("talk.py", source)], Options(), edit=True)
    assert result.output is not None, result.findings
    for worker in oracle.workers:
        before = sizes(source, oracle, worker)
        after = sizes(result.output, oracle, worker)
        assert before == sorted(before)
        assert before[-1] > before[0] + 5 * SLACK, "the old program sends all that was said"
        assert abs(after[-1] - after[0]) < SLACK, "the new one sends one turn"
        assert max(after[1:]) - min(after[1:]) < 5
        runs = [oracle.run(Program(text), worker) for text in (source, result.output)]
        assert not compare(*runs)
