"""Where each field of `GenerateContentConfig` goes.

Source: `google.genai.types.GenerateContentConfig` on the old side; `Interactions.create` and
`google.genai.interactions.GenerationConfigParam` on the new one.
"""

from __future__ import annotations

GENERATION_FIELDS = ("temperature", "top_p", "max_output_tokens", "stop_sequences", "seed")
"""Fields that keep their name and value as keys of `generation_config`."""

TOP_LEVEL_FIELDS = ("labels", "cached_content")
"""Fields that keep their name and value as arguments of `create`."""

PENALTIES = frozenset({"presence_penalty", "frequency_penalty"})

LEFT_OUT: dict[str, str] = {
    "top_k": "Google deprecated it",
    "presence_penalty": "newer models refuse it",
    "frequency_penalty": "newer models refuse it",
    "response_logprobs": "there are no log probabilities",
    "logprobs": "there are no log probabilities",
    "audio_timestamp": "there is no such switch",
    "routing_config": "the model is the one that is named",
    "model_selection_config": "the model is the one that is named",
    "enable_enhanced_civic_answers": "there is no such switch",
}
"""Fields that a call can do without, and what there is to say about each.

Source: `google.genai.interactions.GenerationConfig` has none of them; Google deprecated `top_k`
with the other sampling parameters on 2026-07-21 (ai.google.dev/gemini-api/docs/changelog).
google-genai 2.34 drops a `top_k` in `generation_config` without a word, 3.6.1 forwards it; a
server that answered to it answered 400 to penalties (vercel/ai#17966). `extra_body` would forward
it on both, but in the place of the whole `generation_config`.
"""

SAMPLING_FIELDS = ("temperature", "top_p")
SAMPLING_NOTE = (
    "temperature and top_p still work, but Google deprecated them (2026-07-21), and so does "
    "google-genai's GenerationConfig"
)

NO_EQUIVALENT: dict[str, str] = {
    "candidate_count": "an interaction has one output; call it once per candidate",
    "model_armor_config": "it exists on Vertex AI only; keep generate_content there",
    "generation_output_config": "remove it, or keep generate_content for this call",
    "audio_transcription_config": "write transcription_config by hand; its fields differ",
    "should_return_http_response": "use client.interactions.with_raw_response.create",
    "automatic_continuation": "pass automatic_continuation to create by hand",
    "continuation_token": "the new token is a str; pass continuation_token by hand",
    "store": "pass store to create by hand",
}
"""Fields that stop a call, and what to do about each."""
OF_THE_CLIENT = frozenset({"should_return_http_response", "store"})
"""Those of them that the bridge carries: one is the client's own, the other has its place."""

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
"""The budget that stands for each level, in rising order.

Source: ai.google.dev/gemini-api/docs/openai, which maps `reasoning_effort` to budgets of 2.5 models
and to levels of later ones; 0 switched thinking off, which "minimal" comes nearest to.
"""

THRESHOLDS = frozenset(
    {"block_low_and_above", "block_medium_and_above", "block_only_high", "block_none", "off"}
)
JSON_MIME_TYPE = "application/json"
ENUM_MIME_TYPE = "text/x.enum"
"""A reply that is one of several texts, without the quotes that JSON has."""

USAGE_FIELDS: dict[str, str] = {
    "prompt_token_count": "total_input_tokens",
    "candidates_token_count": "total_output_tokens",
    "total_token_count": "total_tokens",
    "thoughts_token_count": "total_thought_tokens",
    "cached_content_token_count": "total_cached_tokens",
    "tool_use_prompt_token_count": "total_tool_use_tokens",
}
"""`usage_metadata` -> `usage`."""

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
    "computer_use": {
        "environment": "environment",
        "excluded_predefined_functions": "excluded_predefined_functions",
    },
}
"""Built-in tools: the options that carry over, old name -> new name."""

CALLING_TOOLS = frozenset({"computer_use"})
"""Built-in tools whose calls the program itself answers, as it does those of functions."""

SUCCESSORS: dict[str, str] = {"google_search_retrieval": "google_search"}
"""Tools of models that are gone -> what takes their place.

Source: ai.google.dev/gemini-api/docs/google-search, "For older models".
"""

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

REFUSALS = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "LANGUAGE",
        "OTHER",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "MALFORMED_FUNCTION_CALL",
        "IMAGE_SAFETY",
        "UNEXPECTED_TOOL_CALL",
        "IMAGE_PROHIBITED_CONTENT",
        "NO_IMAGE",
        "IMAGE_RECITATION",
        "IMAGE_OTHER",
        "TOO_MANY_TOOL_CALLS",
        "MISSING_THOUGHT_SIGNATURE",
        "MALFORMED_RESPONSE",
        "MODEL_ARMOR",
    }
)
"""Finish reasons of a reply that was stopped: the interaction failed, whichever it was.

Source: `google.genai.types.FinishReason` and the statuses of `google.genai.interactions`; the codes
of `interaction.errors` (ai.google.dev/gemini-api/docs/api-errors) may tell more.
"""
