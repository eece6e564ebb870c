"""All attributes of the old reply's types: an attribute that is none of them was never there.

Source: `google/genai/types.py` of the newest SDK, checked against each installed one by tests.
"""

from __future__ import annotations

TYPES = "google.genai.types."

FIELDS: dict[str, frozenset[str]] = {
    TYPES + "GenerateContentResponse": frozenset(
        {
            "automatic_function_calling_history",
            "candidates",
            "code_execution_result",
            "create_time",
            "executable_code",
            "function_calls",
            "initial_prompt_token_count",
            "model_status",
            "model_version",
            "parsed",
            "parts",
            "prompt_feedback",
            "response_id",
            "sdk_http_response",
            "text",
            "usage_metadata",
        }
    ),
    TYPES + "Candidate": frozenset(
        {
            "avg_logprobs",
            "citation_metadata",
            "content",
            "continuation_token",
            "finish_message",
            "finish_reason",
            "grounding_metadata",
            "index",
            "logprobs_result",
            "safety_ratings",
            "token_count",
            "url_context_metadata",
        }
    ),
    TYPES + "GenerateContentResponsePromptFeedback": frozenset(
        {
            "block_reason",
            "block_reason_message",
            "safety_ratings",
        }
    ),
    TYPES + "Part": frozenset(
        {
            "as_image",
            "audio_metadata",
            "audio_transcription",
            "code_execution_result",
            "document_metadata",
            "executable_code",
            "file_data",
            "from_bytes",
            "from_code_execution_result",
            "from_executable_code",
            "from_function_call",
            "from_function_response",
            "from_text",
            "from_uri",
            "function_call",
            "function_response",
            "inline_data",
            "media_processing",
            "media_resolution",
            "part_metadata",
            "speech_metadata",
            "spreadsheet_metadata",
            "text",
            "thought",
            "thought_signature",
            "tool_call",
            "tool_response",
            "video_metadata",
        }
    ),
    TYPES + "Content": frozenset(
        {
            "parts",
            "role",
        }
    ),
    TYPES + "GenerateContentResponseUsageMetadata": frozenset(
        {
            "cache_tokens_details",
            "cached_content_token_count",
            "candidates_token_count",
            "candidates_tokens_details",
            "initial_prompt_token_count",
            "prompt_token_count",
            "prompt_tokens_details",
            "thoughts_token_count",
            "tool_use_prompt_token_count",
            "tool_use_prompt_tokens_details",
            "total_token_count",
            "traffic_type",
        }
    ),
    TYPES + "GroundingMetadata": frozenset(
        {
            "google_maps_widget_context_token",
            "grounding_chunks",
            "grounding_supports",
            "image_search_queries",
            "retrieval_metadata",
            "retrieval_queries",
            "search_entry_point",
            "source_flagging_uris",
            "web_search_queries",
        }
    ),
    TYPES + "GroundingChunk": frozenset(
        {
            "image",
            "maps",
            "retrieved_context",
            "web",
        }
    ),
    TYPES + "GroundingChunkWeb": frozenset(
        {
            "domain",
            "title",
            "uri",
        }
    ),
    TYPES + "GroundingChunkMaps": frozenset(
        {
            "place_answer_sources",
            "place_id",
            "route",
            "text",
            "title",
            "uri",
        }
    ),
    TYPES + "GroundingChunkRetrievedContext": frozenset(
        {
            "custom_metadata",
            "document_name",
            "file_search_store",
            "media_id",
            "page_number",
            "rag_chunk",
            "text",
            "title",
            "uri",
        }
    ),
    TYPES + "GroundingSupport": frozenset(
        {
            "confidence_scores",
            "grounding_chunk_indices",
            "rendered_parts",
            "segment",
        }
    ),
    TYPES + "Segment": frozenset(
        {
            "end_index",
            "part_index",
            "start_index",
            "text",
        }
    ),
    TYPES + "SearchEntryPoint": frozenset(
        {
            "rendered_content",
            "sdk_blob",
        }
    ),
    TYPES + "UrlContextMetadata": frozenset(
        {
            "url_metadata",
        }
    ),
    TYPES + "UrlMetadata": frozenset(
        {
            "retrieved_url",
            "url_retrieval_status",
        }
    ),
    TYPES + "FunctionCall": frozenset(
        {
            "args",
            "id",
            "name",
            "partial_args",
            "will_continue",
        }
    ),
    TYPES + "Blob": frozenset(
        {
            "as_image",
            "data",
            "display_name",
            "mime_type",
        }
    ),
}
"""Type -> the names of its fields and properties."""

MODEL = frozenset(
    {
        "copy",
        "dict",
        "json",
        "model_copy",
        "model_dump",
        "model_dump_json",
        "model_extra",
        "model_fields",
        "model_fields_set",
        "to_json_dict",
    }
)
"""Attributes that every type of the older API has."""

KNOWN: dict[str, frozenset[str]] = {name: fields | MODEL for name, fields in FIELDS.items()}
