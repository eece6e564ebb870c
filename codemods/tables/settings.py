"""Where each field of `GenerateContentConfig` goes.

Source: `google.genai.types.GenerateContentConfig` on the old side; `Interactions.create` and
`google.genai.interactions.GenerationConfigParam` on the new one.
"""

from __future__ import annotations

GENERATION_FIELDS = ("temperature", "top_p", "max_output_tokens", "stop_sequences", "seed")
"""Fields that keep their name and value as keys of `generation_config`."""

TOP_LEVEL_FIELDS = ("labels", "cached_content")
"""Fields that keep their name and value as arguments of `create`."""

NO_EQUIVALENT: dict[str, str] = {
    "top_k": "remove it, or keep generate_content for this call",
    "presence_penalty": "remove it, or keep generate_content for this call",
    "frequency_penalty": "remove it, or keep generate_content for this call",
    "response_logprobs": "the Interactions API reports no log probabilities",
    "logprobs": "the Interactions API reports no log probabilities",
    "candidate_count": "an interaction has one output; call it once per candidate",
    "audio_timestamp": "remove it, or keep generate_content for this call",
    "routing_config": "it exists on Vertex AI only; keep generate_content there",
    "model_selection_config": "it exists on Vertex AI only; keep generate_content there",
    "model_armor_config": "it exists on Vertex AI only; keep generate_content there",
    "generation_output_config": "remove it, or keep generate_content for this call",
    "enable_enhanced_civic_answers": "remove it, or keep generate_content for this call",
    "audio_transcription_config": "write transcription_config by hand; its fields differ",
    "should_return_http_response": "use client.interactions.with_raw_response.create",
    "automatic_continuation": "pass automatic_continuation to create by hand",
    "continuation_token": "the new token is a str; pass continuation_token by hand",
    "store": "pass store to create by hand",
}
"""Fields that stop a call, and what to do about each."""

MODALITIES = frozenset({"text", "image", "audio"})
"""What a reply may consist of; the values of `type` in `response_format`."""

IMAGE_FIELDS: dict[str, str] = {
    "aspect_ratio": "aspect_ratio",
    "image_size": "image_size",
    "output_mime_type": "mime_type",
}
"""`image_config` -> keys of the image format."""

THINKING_LEVELS = frozenset({"minimal", "low", "medium", "high", "xhigh"})
THINKING_BUDGETS: dict[str, int] = {"minimal": 0, "low": 1024, "medium": 8192, "high": 24576}
"""The budget that comes nearest to each level, in rising order.

Source: how Gemini's OpenAI compatibility layer maps `reasoning_effort` to budgets and levels.
"""

THRESHOLDS = frozenset(
    {"block_low_and_above", "block_medium_and_above", "block_only_high", "block_none", "off"}
)
JSON_MIME_TYPE = "application/json"

USAGE_FIELDS: dict[str, str] = {
    "prompt_token_count": "total_input_tokens",
    "candidates_token_count": "total_output_tokens",
    "total_token_count": "total_tokens",
    "thoughts_token_count": "total_thought_tokens",
    "cached_content_token_count": "total_cached_tokens",
    "tool_use_prompt_token_count": "total_tool_use_tokens",
}
"""`usage_metadata` -> `usage`."""

RETIRED_MODELS = ("gemini-1.0", "gemini-1.5", "gemini-2.0", "gemini-pro")
"""Prefixes of models that the Interactions API does not serve."""

BUILT_IN_TOOLS: dict[str, dict[str, str]] = {
    "google_search": {},
    "url_context": {},
    "code_execution": {},
    "google_maps": {"enable_widget": "enable_widget"},
    "file_search": {
        "file_search_store_names": "file_search_store_names",
        "top_k": "top_k",
        "metadata_filter": "metadata_filter",
    },
}
"""Server-side tools: the options that carry over, old name -> new name."""

CALLING_MODES: dict[str, str] = {
    "MODE_UNSPECIFIED": "auto",
    "AUTO": "auto",
    "ANY": "any",
    "NONE": "none",
    "VALIDATED": "validated",
}
"""`FunctionCallingConfigMode` -> `tool_choice`."""

DECLARATION_FIELDS: dict[str, str] = {
    "name": "name",
    "description": "description",
    "parameters": "parameters",
    "parameters_json_schema": "parameters",
}
"""`FunctionDeclaration` -> keys of a tool of type function."""

URL_STATUSES: dict[str, str] = {
    f"URL_RETRIEVAL_STATUS_{name.upper()}": name
    for name in ("success", "error", "paywall", "unsafe")
}
"""How the retrieval of a page went, old name -> new name."""

FINISH_REASONS: dict[str, str] = {"STOP": "completed", "MAX_TOKENS": "incomplete"}
"""Finish reasons that an interaction's status tells apart."""
