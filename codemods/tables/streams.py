"""Streams of both APIs: chunks on the old side, events on the new one.

Source: `google/genai/models.py` (`generate_content_stream` yields whole responses, one for each
piece) and `google/genai/interactions.py` (`InteractionSSEEvent`). A chunk has the attributes of a
response, but means a piece of one: its types have names of their own.
"""

from __future__ import annotations

STREAM = "stream of chunks"
CHUNK = "chunk"
CHUNK_CANDIDATE = "candidate of a chunk"
CHUNK_CANDIDATES = f"list[{CHUNK_CANDIDATE}]"
CHUNK_CONTENT = "content of a chunk"
CHUNK_PART = "part of a chunk"
CHUNK_PARTS = f"list[{CHUNK_PART}]"

WITHIN = frozenset({CHUNK, CHUNK_CANDIDATE, CHUNK_CANDIDATES, CHUNK_CONTENT})
"""A chunk, and the steps from it to its parts."""

DELTA = 'event_type == "step.delta"'
START = 'event_type == "step.start"'
STOP = 'event_type == "step.stop"'
COMPLETED = 'event_type == "interaction.completed"'
ERROR = 'event_type == "error"'
NOT_CONTINUED = 'interaction.status != "requires_continuation"'

MEDIA_DELTA = 'delta.type == "{}"'
TEXT_DELTA = 'delta.type == "text"'
THOUGHT_DELTA = 'delta.type == "thought_summary"'
ARGUMENTS_DELTA = 'delta.type == "arguments_delta"'
OUTPUT_STEP = 'step.type == "model_output"'
CALL_STEP = 'step.type == "function_call"'
"""What is asked of an event, behind its name and a dot."""

EVENT_CLASS = "InteractionSSEEvent"
ENDED_CLASS = "InteractionSseEventInteraction"
"""Classes of `google.genai.interactions`: any event, and the interaction the last one holds."""

INSTEAD = {
    "prompt_feedback": "the status of the last event says whether the model was stopped",
    "grounding_metadata": "citations come as text_annotation_delta, searches as steps of their own",
    "url_context_metadata": "what became of a page comes as a url_context_result step",
    "executable_code": "code comes as a step of type code_execution_call",
    "code_execution_result": "results of code come as a step of type code_execution_result",
    "parsed": "gather the text of the events, and parse it behind the loop",
    "thought_signature": "signatures come as deltas of type thought_signature",
    "create_time": "the interaction of the last event has `created`",
}
"""Attributes of a chunk (or a part of it) that are not translated -> what there is now."""
