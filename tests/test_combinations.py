"""What a reply may hold meets every way of keeping a conversation.

Each family is tested by its fixtures; here they meet: pictures in a chat whose turns are trimmed,
calls of functions in a list that keeps texts alone. Whatever is rewritten does the same, where the
server is friendly and in a mood (`GEMINI_MIGRATE_MOODS=all`: in every one).
"""

from __future__ import annotations

import itertools
import os
import zlib

import pytest

from migrator.model import FileResult, Options, Source, Status
from migrator.pipeline import migrate
from tests.oracle.compare import compare
from tests.oracle.moods import MOODS
from tests.oracle.programs import Oracle, Program
from tests.oracle.unkind import changes_in_mood, moods_in_turn

EVERY = os.environ.get("GEMINI_MIGRATE_MOODS") == "all"

HEAD = """\
from google import genai
from google.genai import types
from pydantic import BaseModel

class City(BaseModel):
    name: str

def lookup(key: str) -> str:
    \"\"\"Look a key up.\"\"\"
    return "value of " + key

LOOKUP = {{"name": "lookup", "description": "Look a key up.", "parameters": {{"type": "OBJECT",
    "properties": {{"key": {{"type": "STRING"}}}}}}}}
client = genai.Client()
CONFIG = types.GenerateContentConfig({settings})
QUESTIONS = ['{tag} One?', "Two?", '{tag} Three?']
"""

FEATURES = {
    "nothing": ("temperature=0.5", ""),
    "search": ("tools=[types.Tool(google_search=types.GoogleSearch())]", "[[search]]"),
    "code": ("tools=[types.Tool(code_execution=types.ToolCodeExecution())]", "[[code]]"),
    "thoughts": ("thinking_config=types.ThinkingConfig(include_thoughts=True)", ""),
    "images": ('response_modalities=["TEXT", "IMAGE"]', "[[images 1]]"),
    "images between texts": ('response_modalities=["TEXT", "IMAGE"]', "[[interleave]]"),
    "JSON": ('response_mime_type="application/json", response_schema=City', ""),
    "called functions": ("tools=[lookup]", '[[call lookup {"key": "a"}]]'),
    "functions": (
        "tools=[types.Tool(function_declarations=[LOOKUP])]",
        '[[also-text]] [[call lookup {"key": "a"}]]',
    ),
}
"""What a reply may hold -> the settings that ask for it, and the tag that brings it about."""

KEPT = {
    "content": "response.candidates[0].content",
    "text": '{"role": "model", "parts": [{"text": response.text}]}',
    "parts": 'types.Content(role="model", parts=response.candidates[0].content.parts)',
}
LOOKED_AT = {
    "read": "print(response.text)",
    "counted": "print(response.text, len(history))",
    "trimmed": "print(response.text); history = history[-4:]",
    "guarded": 'print(response.text or "nothing" if response.candidates else "no reply")',
}
HISTORY = """
history = []
for question in QUESTIONS:
    history.append(types.UserContent(question))
    response = client.models.generate_content(
        model="gemini-2.5-flash", contents=history, config=CONFIG)
    history.append({kept})
    {looked_at}
"""
STREAMED = """
history = []
for question in QUESTIONS:
    history.append(types.UserContent(question))
    text = ""
    for chunk in client.models.generate_content_stream(
        model="gemini-2.5-flash", contents=history, config=CONFIG):
        text += chunk.text or ""
    print(text)
    history.append(types.ModelContent(text))
"""
CHAT = """
chat = client.chats.create(model="gemini-2.5-flash", config=CONFIG)
for question in QUESTIONS:
    response = chat.send_message(question)
    print(response.text)
"""
CHAT_READ = CHAT + "for turn in chat.get_history():\n    print(turn.role)\n"
CHAT_STREAMED = """
chat = client.chats.create(model="gemini-2.5-flash", config=CONFIG)
for question in QUESTIONS:
    for chunk in chat.send_message_stream(question):
        if chunk.text:
            print(chunk.text, end="")
    print()
"""

BODIES = {
    "streamed list": STREAMED,
    "chat": CHAT,
    "chat that is read": CHAT_READ,
    "streamed chat": CHAT_STREAMED,
    **{
        f"list of {kept}, {look}": HISTORY.format(kept=KEPT[kept], looked_at=LOOKED_AT[look])
        for kept, look in itertools.product(KEPT, LOOKED_AT)
    },
}
CASES = list(itertools.product(FEATURES, BODIES))
ALWAYS = [
    (feature, body)
    for feature in ("nothing", "JSON")
    for body in BODIES
    if not body.endswith("guarded")
]
"""Where a reply holds a text and nothing else, all is rewritten but what guards tell apart."""


def rewrite(feature: str, body: str) -> tuple[bytes, FileResult]:
    """A program, and what becomes of it."""
    settings, tag = FEATURES[feature]
    source = (HEAD.format(settings=settings, tag=tag) + BODIES[body]).encode()
    (result,) = migrate([Source("program.py", source)], Options(), edit=True)
    assert result.error is None
    assert result.output or all(f.blocker for f in result.findings if f.status is Status.MANUAL)
    return source, result


@pytest.mark.parametrize(("feature", "body"), CASES, ids=lambda name: name)
def test_does_the_same_or_is_left_alone(feature: str, body: str, oracle: Oracle) -> None:
    source, result = rewrite(feature, body)
    if result.output is None:
        assert (feature, body) not in ALWAYS
        return
    programs = Program(source), Program(result.output)
    before, after = (oracle.run(program, oracle.workers[-1]) for program in programs)
    assert before.exit == 0, before.stderr
    assert compare(before, after) == []
    turn = zlib.crc32(f"{feature} {body}".encode())
    for mood in moods_in_turn(source.decode(), turn, len(MOODS) if EVERY else 1):
        found = changes_in_mood(oracle, oracle.workers[-1], *programs, mood, result.findings)
        assert not found, "\n".join(found)
