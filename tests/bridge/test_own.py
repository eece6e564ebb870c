"""The runners for others' tests tell what crosses, what stays, and what differs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from . import recorded
from .own_tests import Comparison, OwnTests
from .scripted import BRIDGE, load
from .willing import WILLING

TESTS = '''
from google import genai

def add(first: int, second: int) -> int:
    """Adds numbers."""
    return first + second

def ask(prompt, **config):
    client = genai.Client(api_key="k")
    return client.models.generate_content(model="gemini-3-flash", contents=prompt, config=config)

def test_functions_are_called():
    assert "5" in ask("add 2 to 3", tools=[add]).text

def test_what_has_no_place():
    assert ask("Hi", top_k=3).text

def test_who_the_client_is():
    assert genai.Client(api_key="k")._api_client._http_options.client_args is None

def test_what_only_a_model_knows():
    assert "blue" in ask("What color is the sky?").text
'''
Json = dict[str, Any]


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("own")
    (folder / "test_it.py").write_text(TESTS, encoding="utf-8")
    own = OwnTests(Path(sys.executable), WILLING)
    arguments = ["test_it.py", "-p", "no:cacheprovider", "-W", "ignore"]
    before, over = (own.run(arguments, folder, bridge, {}) for bridge in (None, BRIDGE))
    return Comparison("tests", before, over)


def test_what_becomes_of_each(comparison: Comparison) -> None:
    found = {
        name.rpartition("::")[2]: (own.outcome, comparison.over[name].outcome)
        for name, own in comparison.before.items()
    }
    assert found == {
        "test_functions_are_called": ("passed", "passed"),
        "test_what_has_no_place": ("passed", "passed"),
        "test_who_the_client_is": ("passed", "failed"),
        "test_what_only_a_model_knows": ("failed", "failed"),
    }
    assert [own.name for own, _ in comparison.differing()] == ["test_it.py::test_who_the_client_is"]


def test_what_is_asked(comparison: Comparison) -> None:
    called, kept = list(comparison.over.values())[:2]
    assert (called.bridged, called.kept, called.legacy) == (2, 0, 0)
    assert (kept.bridged, kept.kept, kept.legacy) == (0, 1, 1)
    assert kept.reasons == ("generationConfig.topK",)
    assert not comparison.leaks()


def test_the_table_says_it(comparison: Comparison) -> None:
    said = comparison.table()
    for line in (
        "tests: 4 tests",
        "     2 pass both ways",
        "           1 generationConfig.topK",
        "           1 expect what a real model says",
        "     1 differ",
    ):
        assert line in said.splitlines()


@pytest.fixture(scope="module")
def bridge() -> Iterator[ModuleType]:
    yield load("bridge_of_recordings")


REPLY: Json = {
    "candidates": [
        {
            "index": 0,
            "content": {
                "role": "model",
                "parts": [
                    {"text": "Hm.", "thought": True},
                    {"text": "A call.", "thoughtSignature": "YQ=="},
                    {"functionCall": {"id": "a", "name": "f", "args": {"x": 1}}},
                    {"text": "And a picture.", "thoughtSignature": "Yg=="},
                    {"inlineData": {"mimeType": "image/png", "data": "YQ=="}},
                ],
            },
            "finishReason": "STOP",
        }
    ],
    "usageMetadata": {"promptTokenCount": 3, "totalTokenCount": 5, "candidatesTokenCount": 2},
    "modelVersion": "m",
    "responseId": "r",
}


def test_what_was_recorded_comes_out(bridge: ModuleType) -> None:
    assert bridge.generate_content_reply(recorded.interaction_of(REPLY)) == REPLY


def test_recorded_streams_come_out(bridge: ModuleType) -> None:
    chunks = bridge.Chunks()
    events = recorded.events_of([REPLY])
    found = [chunk for event in events for chunk in chunks.feed(event)]
    parts = [part for chunk in found for part in chunk["candidates"][0]["content"]["parts"]]
    assert parts == REPLY["candidates"][0]["content"]["parts"]
    assert found[-1]["candidates"][0]["finishReason"] == "STOP"
    assert found[-1]["usageMetadata"] == REPLY["usageMetadata"]
