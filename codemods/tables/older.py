"""Older packages and an older form of the Interactions API: recognised, reported, not migrated.

So is what can't be traced and tells by its name alone what it is.

Sources: `google/generativeai/generative_models.py` (0.8.6, the last one),
`vertexai/generative_models/_generative_models.py` (google-cloud-aiplatform 1.71), and
https://ai.google.dev/gemini-api/docs/interactions-breaking-changes-may-2026 for `outputs`.
"""

from __future__ import annotations

from migrator.understand.knowledge import Dialect

GENERATIVEAI = "google.generativeai"
VERTEXAI = "vertexai.generative_models"
OUTPUTS = "interactions of before May 2026"
UNTRACED_CHATS = "a chat of google.genai"
UNTRACED_MODELS = "a model object of google.generativeai"

_MODELS = {package: f"{package}.GenerativeModel" for package in (GENERATIVEAI, VERTEXAI)}
_CHATS = {package: f"{package}.ChatSession" for package in (GENERATIVEAI, VERTEXAI)}

ALIASES: dict[str, str] = {
    f"{GENERATIVEAI}.generative_models.GenerativeModel": _MODELS[GENERATIVEAI],
    f"{GENERATIVEAI}.generative_models.ChatSession": _CHATS[GENERATIVEAI],
    "vertexai.preview.generative_models.GenerativeModel": _MODELS[VERTEXAI],
    "vertexai.preview.generative_models.ChatSession": _CHATS[VERTEXAI],
}

FUNCTIONS: dict[str, str] = {
    **{model: model for model in _MODELS.values()},
    **{chat: chat for chat in _CHATS.values()},
    **{f"{model}.from_cached_content": model for model in _MODELS.values()},
}

METHODS: dict[tuple[str, str], str] = {
    **{(model, "generate_content"): "?" for model in _MODELS.values()},
    **{(model, "generate_content_async"): "?" for model in _MODELS.values()},
    **{(_MODELS[package], "start_chat"): _CHATS[package] for package in _MODELS},
    **{(chat, "send_message"): "?" for chat in _CHATS.values()},
    **{(chat, "send_message_async"): "?" for chat in _CHATS.values()},
}

LACKING: dict[str, frozenset[str]] = {
    GENERATIVEAI: frozenset({"Client"}),
    # `__all__` of the modules that google/generativeai/types/__init__.py imports from (0.8.6)
    f"{GENERATIVEAI}.types": frozenset(
        {
            "AutomaticFunctionCallingConfig",
            "Blob",
            "Content",
            "FileData",
            "FunctionCall",
            "FunctionCallingConfig",
            "FunctionResponse",
            "GenerateContentConfig",
            "GoogleSearch",
            "HttpOptions",
            "HttpRetryOptions",
            "ImageConfig",
            "MediaResolution",
            "Modality",
            "ModelContent",
            "Part",
            "PrebuiltVoiceConfig",
            "SafetySetting",
            "Schema",
            "SpeechConfig",
            "ThinkingConfig",
            "ToolCodeExecution",
            "ToolConfig",
            "Type",
            "UrlContext",
            "UserContent",
            "VoiceConfig",
        }
    ),
}
"""What of google.genai its older packages have not: a program that works reads it of google.genai
where either may be imported under one name."""

_UNTRACED = frozenset({"generate_content", "generate_content_async", "start_chat"})
_REPLIES = frozenset(
    {"candidates", "function_calls", "parsed", "parts", "text", "usage_metadata"},
)

_MESSENGERS = frozenset(
    {"callback_query", "effective_chat", "effective_message", "event", "message", "query", "update"}
)
"""What holds the chat that a message came from, which has a `send_message` as well."""

DIALECTS = (
    Dialect(
        GENERATIVEAI,
        packages=frozenset({GENERATIVEAI}),
        types=frozenset({_MODELS[GENERATIVEAI], _CHATS[GENERATIVEAI]}),
        methods=_UNTRACED,
    ),
    Dialect(
        VERTEXAI,
        packages=frozenset({VERTEXAI, "vertexai.preview.generative_models"}),
        types=frozenset({_MODELS[VERTEXAI], _CHATS[VERTEXAI]}),
        methods=_UNTRACED,
    ),
    Dialect(
        UNTRACED_CHATS,
        packages=frozenset({"google.genai"}),
        receivers={"send_message": "chat", "send_message_stream": "chat"},
        replies=_REPLIES,
        others=_MESSENGERS,
    ),
    Dialect(
        UNTRACED_MODELS,
        packages=frozenset({"google.genai"}),
        receivers={"generate_content": "model", "generate_content_async": "model"},
        replies=_REPLIES,
    ),
    Dialect(
        OUTPUTS,
        calls=frozenset({("interactions", "create"), ("interactions", "get")}),
        reads=frozenset({"outputs"}),
        texts=frozenset(
            {
                "content.delta",
                "content.start",
                "content.stop",
                "interaction.start",
                "interaction.complete",
            }
        ),
    ),
)
