"""Streams of both APIs: chunks on the old side, events on the new one.

Source: `google/genai/models.py` (`generate_content_stream` yields whole responses, one for each
piece) and `google/genai/interactions.py` (`InteractionSSEEvent`). A chunk has the attributes of a
response, but means a piece of one: its types get names of their own.
"""

from __future__ import annotations

from codemods.tables.types import CALLS, FINISH_REASON, USAGE

STREAM = "stream of chunks"
CHUNK = "chunk"
CHUNK_CANDIDATE = "candidate of a chunk"
CHUNK_CANDIDATES = f"list[{CHUNK_CANDIDATE}]"
CHUNK_CONTENT = "content of a chunk"
CHUNK_PART = "part of a chunk"
CHUNK_PARTS = f"list[{CHUNK_PART}]"
