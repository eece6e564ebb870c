"""All attributes of what takes the place of the old reply's types in the new API.

Source: `google.genai.interactions` of the newest SDK, checked against each installed one by tests.
"""

from __future__ import annotations

from codemods.tables.fields import FIELDS, TYPES

TIER_HEADER = "x-gemini-service-tier"
"""The header that said which service tier a reply was made in; an interaction has a field for it.

Source: google-gemini/cookbook, quickstarts/Inference_tiers.ipynb before and in commit f15f357e,
whose output shows the tiers that were asked for in `interaction.service_tier`.
"""

METHODS = frozenset({"serialize_model", "to_dict", "to_json"})
"""Attributes that types of the newer API have, and those of the older one have not."""
UNTYPED = frozenset({"object", "role"})
"""What replies of the server are documented to hold beside the fields of the class."""
INTERACTION = (
    METHODS
    | UNTYPED
    | frozenset(
        {
            "agent",
            "agent_config",
            "cached_content",
            "continuation_ids",
            "continuation_token",
            "created",
            "environment",
            "environment_id",
            "errors",
            "generation_config",
            "id",
            "input",
            "labels",
            "model",
            "output_audio",
            "output_image",
            "output_text",
            "output_video",
            "previous_interaction_id",
            "response_format",
            "response_mime_type",
            "response_modalities",
            "safety_settings",
            "service_tier",
            "status",
            "steps",
            "system_instruction",
            "tools",
            "updated",
            "usage",
            "webhook_config",
        }
    )
)
"""Attributes of an interaction, which takes the place of a response and of most of its parts."""
USAGE = METHODS | frozenset(
    {
        "cached_tokens_by_modality",
        "grounding_tool_count",
        "initial_input_tokens",
        "input_tokens_by_modality",
        "output_tokens_by_modality",
        "tool_use_tokens_by_modality",
        "total_cached_tokens",
        "total_input_tokens",
        "total_output_tokens",
        "total_thought_tokens",
        "total_tokens",
        "total_tool_use_tokens",
    }
)
CALL = METHODS | {"arguments", "id", "name", "type"}
MEDIA = METHODS | {
    "channels",
    "data",
    "mime_type",
    "name",
    "processing",
    "resolution",
    "sample_rate",
    "type",
    "uri",
}
SOURCES = (
    *("GroundingChunk", "GroundingChunkWeb", "GroundingChunkMaps"),
    *("GroundingChunkRetrievedContext", "GroundingSupport", "Segment"),
)
ITEM = (
    CALL
    | MEDIA
    | {
        "annotations",
        "call_id",
        "content",
        "error",
        "is_error",
        "is_unknown",
        "raw",
        "result",
        "retrieval_type",
        "search_type",
        "server_name",
        "signature",
        "summary",
        "text",
    }
)
"""Attributes of the content and of the steps that parts become."""
CITATION = METHODS | {
    "custom_metadata",
    "document_uri",
    "end_index",
    "file_name",
    "media_id",
    "name",
    "page_number",
    "place_id",
    "review_snippets",
    "source",
    "start_index",
    "title",
    "type",
    "url",
}
PLACES: dict[str, frozenset[str]] = {
    TYPES + "GenerateContentResponseUsageMetadata": USAGE,
    TYPES + "Part": ITEM,
    TYPES + "FunctionCall": CALL,
    TYPES + "Blob": MEDIA,
    **{TYPES + name: CITATION for name in SOURCES},
    TYPES + "UrlMetadata": METHODS | {"status", "url"},
}
"""Type -> the attributes of what takes its place, where that is no interaction."""

WITHOUT_PLACE: dict[str, frozenset[str]] = {
    TYPES + name: FIELDS[TYPES + name]
    for name in (
        *("GenerateContentResponse", "GenerateContentResponsePromptFeedback", "Candidate"),
        *("GenerateContentResponseUsageMetadata", "GroundingMetadata"),
    )
}
"""Fields that nothing of the new side has: what reads one fails."""
