"""Each known difference between the APIs that raises nothing would be caught.

`TRAPS` names, for every trap, a fixture and a small change of its `after.py` that falls into it;
the comparison of both programs must find a difference. What no run of a program can show is
reported to the user: `REPORTED` names the case and the words, `NOTED` the note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from migrator.model import Status
from tests.oracle.cases import FIXTURES, Case, cases
from tests.oracle.compare import compare
from tests.oracle.programs import Oracle
from tests.test_fixtures import rewrite


@dataclass(frozen=True)
class Trap:
    """A change of what a case became, which falls into a trap."""

    case: str
    old: str
    new: str


COMPLETED = """    elif event.event_type == "interaction.completed":
        previous_interaction_id = event.interaction.id
"""
DUMP = """.json_schema.model_dump(
                mode="json",
                by_alias=True,
                exclude_none=True,
            )"""
START = """    elif event.event_type == "step.start" and event.step.type == "model_output":
        text = "".join(c.text for c in event.step.content or [] if c.type == "text")
"""
ERROR = """    elif event.event_type == "error":
        raise errors.ServerError(500, event.to_dict())
"""
JOINED = """"".join(
        content.text
        for step in response.steps or []
        if step.type == "model_output"
        for content in step.content or []
        if content.type == "text"
    )"""
INDENTED = JOINED.replace("\n", "\n    ")

TRAPS: dict[str, Trap] = {
    "1 old error classes catch nothing": Trap(
        "error-handlers/api-error", "except APIStatusError as e", "except OldError as e"
    ),
    "3 an error within a stream is an event": Trap("streams/error-unhandled", ERROR, ""),
    "4 output_text holds the last run of text only": Trap(
        "built-in-tools/code-execution", JOINED, "response.output_text"
    ),
    "4 output_text leaves out what comes before a picture": Trap(
        "media-output/interleaved-text", INDENTED, "response.output_text"
    ),
    "5 a system instruction is not inherited": Trap(
        "chats/repl-until-quit",
        '        system_instruction="You are a friendly museum guide.",\n',
        "        **({} if previous_interaction_id else "
        '{"system_instruction": "You are a friendly museum guide."}),\n',
    ),
    "5 tools are not inherited": Trap(
        "automatic-calling/docs-sample",
        "previous_interaction_id=response.id,\n        **config",
        "previous_interaction_id=response.id",
    ),
    "6 timeouts are in seconds": Trap(
        "request-options/timeout-passes", "timeout=0.4", "timeout=400"
    ),
    "7 unknown settings are sent on": Trap(
        "generation-config/guide-settings", '"temperature": 0.1', '"temperature": 0.1, "top_k": 3'
    ),
    "8 bytes are sent as text": Trap(
        "media-input/pdf-document",
        'base64.b64encode(filepath.read_bytes()).decode("ascii")',
        "filepath.read_bytes()",
    ),
    "8 readable bytes are sent as text": Trap(
        "media-input/bytes-that-are-text",
        'base64.b64encode(PIXEL).decode("ascii")',
        "PIXEL",
    ),
    "9 thresholds are sent as they are": Trap(
        "safety-settings/enum-members", '"block_none"', '"BLOCK_NONE"'
    ),
    "9 levels are sent as they are": Trap("thinking/level", '"low"', '"LOW"'),
    "9 categories are sent as they are": Trap(
        "safety-settings/enum-members", '"harassment"', '"HARM_CATEGORY_HARASSMENT"'
    ),
    "9 resolutions are sent as they are": Trap(
        "media-input/media-resolution", '"resolution": "high"', '"resolution": "HIGH"'
    ),
    "9 the resolution of a call is that of all its media": Trap(
        "media-input/media-resolution-of-call", '                "resolution": "low",\n', ""
    ),
    "10 a missing text is no None": Trap("read-text/is-none", "if not text:", "if text is None:"),
    "12 data is base64 text": Trap(
        "media-output/first-image", "base64.b64decode(first.data)", "first.data.encode()"
    ),
    "13 the start of a step may hold text": Trap("streams/start-text", START, ""),
    "16 schema objects are sent with nulls": Trap(
        "function-declarations/schema-object-used-otherwise", DUMP, ""
    ),
    "16 upper-case types are sent as they are": Trap(
        "structured-output/upper-case-dict", '"type": "object",', '"type": "OBJECT",'
    ),
    "19 output_image is the last image": Trap(
        "media-output/first-image",
        'next(part for part in parts if part.type == "image")',
        "response.output_image",
    ),
    "20 the config of a message is merged with nothing": Trap(
        "chats/per-message-config",
        '    model=settings["model"],\n    input="How many lines was it?"',
        '    **{k: v for k, v in settings.items() if k != "generation_config"},\n'
        '    input="How many lines was it?"',
    ),
    "21 errors of functions are told to the model": Trap(
        "automatic-calling/function-raises", "except Exception as error", "except OSError as error"
    ),
    "21 arguments become objects": Trap(
        "automatic-calling/model-argument", "booking=Booking(**booking)", "booking=booking"
    ),
    "22 each declaration is a tool": Trap(
        "function-declarations/several-in-one-tool", "home = [LIGHTS, MUSIC]", "home = [LIGHTS]"
    ),
    "23 all results go into one request": Trap(
        "automatic-calling/several-calls-per-reply", "input=results", "input=results[:1]"
    ),
    "26 the prefix of a model is sent on": Trap(
        "generate-content/model-names", 'DEFAULT.removeprefix("models/")', "DEFAULT"
    ),
    "28 the request is sent where the stream is made": Trap(
        "streams/try-around-loop-only",
        """    try:
        for event in client.interactions.create(
            model="gemini-2.5-flash",
            input=prompt,
            stream=True,
        ):""",
        """    stream = client.interactions.create(
        model="gemini-2.5-flash", input=prompt, stream=True
    )
    try:
        for event in stream:""",
    ),
    "30 created is a text": Trap(
        "response-fields/create-time",
        'datetime.fromisoformat(response.created.replace("Z", "+00:00"))',
        "response.created.isoformat()",
    ),
    "30 status is a text": Trap(
        "finish-reason/max-tokens-test",
        'response.status == "incomplete"',
        'response.status == __import__("google.genai").genai.types.FinishReason.MAX_TOKENS',
    ),
    "33 an empty id is sent": Trap(
        "chats/repl-until-quit", "previous_interaction_id = None", 'previous_interaction_id = ""'
    ),
    "a conversation is sent whole or continued": Trap(
        "chats/guide-multi-turn", "    previous_interaction_id=response1.id,\n", ""
    ),
    "a streamed turn is continued": Trap("chats/guide-multi-turn-streaming", COMPLETED, ""),
    "a place in the text may have several citations": Trap(
        "grounding/inline-citations-guide",
        "(citation.start_index, citation.end_index)",
        "id(citation)",
    ),
    "11 parsed was None for bad JSON": Trap(
        "read-parsed/none-on-bad-json", "except ValueError", "except KeyError"
    ),
    "token counts have other names": Trap(
        "usage-metadata/getattr-default", '"total_input_tokens"', '"prompt_token_count"'
    ),
}

REPORTED = {
    "7 a setting without equivalent": ("generation-config/top-k", "top_k is left out"),
    "7 a setting of thinking": ("thinking/budget", "thinking_budget 0 becomes thinking_level"),
    "17 extra_body replaces": ("request-options/call-extra-body", "sets generationConfig"),
    "18 the extra_body of a client": (
        "request-options/client-extra-body", "ignores the extra_body of the client",
    ),
    "24 bare enums gain quotes": ("structured-output/enum-mime", "becomes a JSON string"),
    "29 new errors can't be unpickled": ("error-handlers/process-pool", "can't be unpickled"),
}  # fmt: skip
"""Traps that stop a call, or make it a matter of `--unsafe-fixes`."""

NOTED = {
    "25 the order of properties": ("structured-output/property-ordering", "property_ordering"),
    "2 interactions are stored": ("generate-content/guide-basic", "are stored"),
    "5 settings are sent every turn": ("chats/repl-until-quit", "passed with every call"),
    "14 failed requests are repeated": ("generate-content/guide-basic", "repeats"),
    "15 one call may be several requests": (
        "generate-content/guide-basic",
        "continue a long answer",
    ),
}
"""Traps that no output shows: a note says what is different."""


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_falling_into_a_trap_is_seen(trap: Trap, oracle: Oracle) -> None:
    case = Case(FIXTURES / trap.case)
    assert case.after is not None
    right = case.after.decode()
    wrong = right.replace(trap.old, trap.new)
    assert wrong != right
    worker = oracle.workers[-1]
    before = oracle.run(case.program(case.before), worker)
    assert compare(before, oracle.run(case.program(right.encode()), worker)) == []
    assert compare(before, oracle.run(case.program(wrong.encode()), worker)) != []


@pytest.mark.parametrize(("name", "words"), REPORTED.values(), ids=REPORTED)
def test_what_can_not_be_kept_is_reported(name: str, words: str) -> None:
    case = Case(FIXTURES / name)
    findings = rewrite(case, case.before, cautious=True).findings
    stopped = [f for f in findings if f.status in {Status.MANUAL, Status.UNSAFE}]
    told = [n for f in findings for n in f.notes] + [
        f.blocker.reason for f in stopped if f.blocker is not None
    ]
    assert any(words in text for text in told), told


@pytest.mark.parametrize(("name", "words"), NOTED.values(), ids=NOTED)
def test_what_no_output_shows_is_noted(name: str, words: str) -> None:
    case = Case(FIXTURES / name)
    notes = {note for f in rewrite(case, case.before).findings for note in f.notes}
    assert any(words in note for note in notes), notes


def test_a_stream_gives_its_last_id() -> None:
    """15: a reply that is continued has several ids, of which only the last holds all of it."""
    reads = 0
    for case in cases():
        for found in re.finditer(rb"event\.interaction\.id", case.after or b""):
            before = (case.after or b"")[: found.start()]
            assert b"interaction.completed" in before[before.rindex(b"event_type") :]
            reads += 1
    assert reads > 5
