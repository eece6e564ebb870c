"""The types of google-genai's generate_content API, as far as programs touch them.

Source: `google/genai/{client,models,chats,types}.py`, checked against the installed SDK by tests.
"""

from __future__ import annotations

from codemods import NEEDLES
from codemods.tables import errors, fields, older, sources
from codemods.tables.chats import TURN, TURN_CALL, TURN_PART, TURN_PARTS, TURN_RESULT, TURNS
from codemods.tables.streams import (
    CHUNK,
    CHUNK_CANDIDATE,
    CHUNK_CANDIDATES,
    CHUNK_CONTENT,
    CHUNK_PART,
    CHUNK_PARTS,
    STREAM,
)
from migrator.understand.knowledge import Knowledge, SiteKind

PACKAGE = "google.genai"
TYPES = "google.genai.types."
CLIENT = "google.genai.Client"
ASYNC_CLIENT = "google.genai.client.AsyncClient"
MODELS = "google.genai.models.Models"
ASYNC_MODELS = "google.genai.models.AsyncModels"
CHATS = "google.genai.chats.Chats"
ASYNC_CHATS = "google.genai.chats.AsyncChats"
CHAT = "google.genai.chats.Chat"
ASYNC_CHAT = "google.genai.chats.AsyncChat"

RESPONSE = TYPES + "GenerateContentResponse"
CANDIDATE = TYPES + "Candidate"
CANDIDATES = f"list[{CANDIDATE}]"
CONTENT = TYPES + "Content"
PART = TYPES + "Part"
PARTS = f"list[{PART}]"
BLOB = TYPES + "Blob"
IMAGE = TYPES + "Image"
FUNCTION_CALL = TYPES + "FunctionCall"
FUNCTION_RESPONSE = TYPES + "FunctionResponse"
FUNCTION_CALLS = f"list[{FUNCTION_CALL}]"
DECLARATION = TYPES + "FunctionDeclaration"
SCHEMA = TYPES + "Schema"
TOOL = TYPES + "Tool"
TOOL_CONFIG = TYPES + "ToolConfig"
CALLING_CONFIG = TYPES + "FunctionCallingConfig"
RETRIEVAL_CONFIG = TYPES + "RetrievalConfig"
POSITION = TYPES + "LatLng"
CALLING_MODE = TYPES + "FunctionCallingConfigMode"
EXECUTABLE_CODE = TYPES + "ExecutableCode"
CODE_RESULT = TYPES + "CodeExecutionResult"
LANGUAGE = TYPES + "Language"
OUTCOME = TYPES + "Outcome"
URL_CONTEXT = TYPES + "UrlContextMetadata"
URL_METADATA = TYPES + "UrlMetadata"
URL_METADATAS = f"list[{URL_METADATA}]"
URL_STATUS = TYPES + "UrlRetrievalStatus"
USAGE = TYPES + "GenerateContentResponseUsageMetadata"
FINISH_REASON = TYPES + "FinishReason"
FEEDBACK = TYPES + "GenerateContentResponsePromptFeedback"
REFUSAL = "reason of a refusal"
RATING = TYPES + "SafetyRating"
RATINGS = f"list[{RATING}]"
GROUNDING = TYPES + "GroundingMetadata"
GROUNDING_CHUNK = TYPES + "GroundingChunk"
GROUNDING_CHUNKS = f"list[{GROUNDING_CHUNK}]"
WEB = TYPES + "GroundingChunkWeb"
MAPS = TYPES + "GroundingChunkMaps"
RETRIEVED = TYPES + "GroundingChunkRetrievedContext"
SOURCES: dict[str, sources.Source] = {
    WEB: sources.WEB,
    MAPS: sources.MAPS,
    RETRIEVED: sources.FILES,
}
GROUNDING_SUPPORT = TYPES + "GroundingSupport"
GROUNDING_SUPPORTS = f"list[{GROUNDING_SUPPORT}]"
SEGMENT = TYPES + "Segment"
CHUNK_INDEX = "index of a grounding chunk"
CHUNK_INDICES = f"list[{CHUNK_INDEX}]"
QUERIES = "search queries"
ENTRY_POINT = TYPES + "SearchEntryPoint"
CONFIG = TYPES + "GenerateContentConfig"
HTTP_OPTIONS = TYPES + "HttpOptions"
FILES = "google.genai.files.Files"
ASYNC_FILES = "google.genai.files.AsyncFiles"
FILE = TYPES + "File"
REGISTERED = TYPES + "RegisterFilesResponse"
FILE_STATE = TYPES + "FileState"
PICTURE = "PIL.Image.Image"
PICTURE_MODULE = "PIL.Image"
"""What `image: Image` names, where `from PIL import Image` imported the module."""
PARSED = "parsed value"
COUNT = "token count"
CREATED = "creation time"
DUMP = "response dump"

PICTURE_METHODS = (
    "convert",
    "copy",
    "crop",
    "filter",
    "point",
    "quantize",
    "reduce",
    "resize",
    "rotate",
    "transform",
    "transpose",
)
"""Methods of a picture that make another, which belongs to no file."""

NEW_CALL = "interactions.create"
CALL_PARAMETERS = ("model", "contents", "config")
CHAT_PARAMETERS = ("model", "config", "history")
MESSAGE_PARAMETERS = ("message", "config")

ATTRIBUTES: dict[tuple[str, str], str] = {
    (CLIENT, "models"): MODELS,
    (CLIENT, "chats"): CHATS,
    (CLIENT, "aio"): ASYNC_CLIENT,
    (ASYNC_CLIENT, "models"): ASYNC_MODELS,
    (CLIENT, "files"): FILES,
    (ASYNC_CLIENT, "chats"): ASYNC_CHATS,
    (ASYNC_CLIENT, "files"): ASYNC_FILES,
    (FILE, "uri"): "str",
    (FILE, "mime_type"): "str",
    (FILE, "name"): "str",
    (FILE, "display_name"): "str | None",
    (FILE, "state"): FILE_STATE,
    (FILE_STATE, "name"): "str",
    (FILE_STATE, "value"): "str",
    (RESPONSE, "text"): "str",
    (RESPONSE, "candidates"): CANDIDATES,
    (RESPONSE, "parts"): PARTS,
    (RESPONSE, "parsed"): PARSED,
    (RESPONSE, "function_calls"): FUNCTION_CALLS,
    (RESPONSE, "executable_code"): "str",
    (RESPONSE, "code_execution_result"): "str",
    (RESPONSE, "usage_metadata"): USAGE,
    (RESPONSE, "prompt_feedback"): FEEDBACK,
    (FEEDBACK, "block_reason"): REFUSAL,
    (FEEDBACK, "block_reason_message"): REFUSAL,
    (FEEDBACK, "safety_ratings"): RATINGS,
    (REFUSAL, "name"): REFUSAL,
    (REFUSAL, "value"): REFUSAL,
    (RESPONSE, "model_version"): "any",
    (RESPONSE, "response_id"): "any",
    (RESPONSE, "create_time"): CREATED,
    (CHUNK, "text"): "str",
    (CHUNK, "candidates"): CHUNK_CANDIDATES,
    (CHUNK, "parts"): CHUNK_PARTS,
    (CHUNK, "function_calls"): FUNCTION_CALLS,
    (CHUNK, "usage_metadata"): USAGE,
    (CHUNK, "model_version"): "any",
    (CHUNK, "response_id"): "any",
    (CHUNK_CANDIDATE, "content"): CHUNK_CONTENT,
    (CHUNK_CANDIDATE, "finish_reason"): FINISH_REASON,
    (CHUNK_CONTENT, "parts"): CHUNK_PARTS,
    (CHUNK_PART, "text"): "str",
    (CHUNK_PART, "thought"): "any",
    (CHUNK_PART, "inline_data"): BLOB,
    (CHUNK_PART, "function_call"): FUNCTION_CALL,
    (CANDIDATE, "content"): CONTENT,
    (CANDIDATE, "finish_reason"): FINISH_REASON,
    (CANDIDATE, "finish_message"): REFUSAL,
    (CANDIDATE, "safety_ratings"): RATINGS,
    (CANDIDATE, "grounding_metadata"): GROUNDING,
    (CANDIDATE, "url_context_metadata"): URL_CONTEXT,
    (CONTENT, "parts"): PARTS,
    (TYPES + "UserContent", "parts"): PARTS,
    (TYPES + "ModelContent", "parts"): PARTS,
    (REGISTERED, "files"): f"list[{FILE}]",
    (TURN, "parts"): TURN_PARTS,
    (TURN, "role"): "any",
    (TURN_PART, "text"): "str",
    (TURN_PART, "function_call"): TURN_CALL,
    (TURN_PART, "function_response"): TURN_RESULT,
    **{(kind, name): "any" for kind in (TURN_CALL, TURN_RESULT) for name in ("name", "id")},
    (TURN_CALL, "args"): "dict",
    (PART, "text"): "str",
    (PART, "thought"): "any",
    (PART, "thought_signature"): "any",
    (PART, "inline_data"): BLOB,
    (PART, "function_call"): FUNCTION_CALL,
    (PART, "executable_code"): EXECUTABLE_CODE,
    (PART, "code_execution_result"): CODE_RESULT,
    (FUNCTION_CALL, "name"): "str",
    (FUNCTION_CALL, "args"): "dict",
    (FUNCTION_CALL, "id"): "any",
    (EXECUTABLE_CODE, "code"): "str",
    (EXECUTABLE_CODE, "language"): LANGUAGE,
    (CODE_RESULT, "output"): "str",
    (CODE_RESULT, "outcome"): OUTCOME,
    (URL_CONTEXT, "url_metadata"): URL_METADATAS,
    (URL_METADATA, "retrieved_url"): "str",
    (URL_METADATA, "url_retrieval_status"): URL_STATUS,
    **{(t, n): t for t in (LANGUAGE, OUTCOME, URL_STATUS) for n in ("name", "value")},
    (BLOB, "data"): "bytes",
    (BLOB, "mime_type"): "str",
    (FINISH_REASON, "name"): FINISH_REASON,
    (FINISH_REASON, "value"): FINISH_REASON,
    (GROUNDING, "web_search_queries"): QUERIES,
    (GROUNDING, "search_entry_point"): ENTRY_POINT,
    (GROUNDING, "grounding_chunks"): GROUNDING_CHUNKS,
    (GROUNDING, "grounding_supports"): GROUNDING_SUPPORTS,
    (GROUNDING_SUPPORT, "segment"): SEGMENT,
    (GROUNDING_SUPPORT, "grounding_chunk_indices"): CHUNK_INDICES,
    (SEGMENT, "start_index"): "int",
    (SEGMENT, "end_index"): "int",
    (GROUNDING_CHUNK, "web"): WEB,
    (GROUNDING_CHUNK, "maps"): MAPS,
    (GROUNDING_CHUNK, "retrieved_context"): RETRIEVED,
    (GROUNDING, "google_maps_widget_context_token"): "any",
    **{(path, name): "any" for path, source in SOURCES.items() for name in source.fields},
    (ENTRY_POINT, "rendered_content"): "any",
    **{
        (USAGE, name): COUNT
        for name in (
            "prompt_token_count",
            "candidates_token_count",
            "total_token_count",
            "thoughts_token_count",
            "cached_content_token_count",
            "tool_use_prompt_token_count",
        )
    },
}

METHODS: dict[tuple[str, str], str] = {
    (RESPONSE, "model_dump"): DUMP,
    (RESPONSE, "model_dump_json"): DUMP,
    (RESPONSE, "to_json_dict"): DUMP,
    **{(PART, name): DUMP for name in ("model_dump", "model_dump_json", "to_json_dict")},
    **{(USAGE, name): DUMP for name in ("model_dump", "model_dump_json", "to_json_dict")},
    (CONFIG, "model_copy"): CONFIG,
    (CLIENT, "__enter__"): "self",
    (CHAT, "get_history"): TURNS,
    (ASYNC_CHAT, "get_history"): TURNS,
    (FILES, "upload"): FILE,
    (FILES, "get"): FILE,
    (FILES, "list"): f"list[{FILE}]",
    (FILES, "register_files"): REGISTERED,
    (ASYNC_FILES, "register_files"): f"await {REGISTERED}",
    (ASYNC_FILES, "upload"): f"await {FILE}",
    (ASYNC_FILES, "get"): f"await {FILE}",
    **{(PICTURE, name): PICTURE for name in PICTURE_METHODS},
    (PARTS, "copy"): "self",
    (PART, "as_image"): IMAGE,
    (BLOB, "as_image"): IMAGE,
    (CHUNK_PART, "as_image"): IMAGE,
}

FUNCTIONS: dict[str, str] = {
    TYPES + "Part.from_text": PART,
    TYPES + "Part.from_bytes": PART,
    TYPES + "Part.from_uri": PART,
    TYPES + "Part.from_function_call": PART,
    TYPES + "Part.from_function_response": PART,
    TYPES + "GenerateContentConfig.model_validate": CONFIG,
    TYPES + "FunctionDeclaration.from_callable": DECLARATION,
    TYPES + "FunctionDeclaration.from_callable_with_api_option": DECLARATION,
    "PIL.Image.open": PICTURE,
    "PIL.Image.new": PICTURE,
    "PIL.Image.fromarray": PICTURE,
    "PIL.Image.frombytes": PICTURE,
    "PIL.ImageGrab.grab": PICTURE,
    "PIL.ImageOps.exif_transpose": PICTURE,
    "PIL.ImageOps.grayscale": PICTURE,
    "pydantic.create_model": "type[pydantic.BaseModel]",
    "pdf2image.convert_from_bytes": f"list[{PICTURE}]",
    "pdf2image.convert_from_path": f"list[{PICTURE}]",
}

SITES: dict[tuple[str, str], SiteKind] = {
    (MODELS, "generate_content"): SiteKind("generate_content", RESPONSE, CALL_PARAMETERS, NEW_CALL),
    (ASYNC_MODELS, "generate_content"): SiteKind(
        "generate_content", f"await {RESPONSE}", CALL_PARAMETERS, NEW_CALL
    ),
    (MODELS, "generate_content_stream"): SiteKind(
        "generate_content_stream", STREAM, CALL_PARAMETERS, NEW_CALL
    ),
    (ASYNC_MODELS, "generate_content_stream"): SiteKind(
        "generate_content_stream", f"await {STREAM}", CALL_PARAMETERS, NEW_CALL
    ),
    (CHATS, "create"): SiteKind("chats.create", CHAT, CHAT_PARAMETERS, NEW_CALL),
    (ASYNC_CHATS, "create"): SiteKind("chats.create", ASYNC_CHAT, CHAT_PARAMETERS, NEW_CALL),
    (CHAT, "send_message"): SiteKind("send_message", RESPONSE, MESSAGE_PARAMETERS, NEW_CALL),
    (ASYNC_CHAT, "send_message"): SiteKind(
        "send_message", f"await {RESPONSE}", MESSAGE_PARAMETERS, NEW_CALL
    ),
    (CHAT, "send_message_stream"): SiteKind(
        "send_message_stream", STREAM, MESSAGE_PARAMETERS, NEW_CALL
    ),
    (ASYNC_CHAT, "send_message_stream"): SiteKind(
        "send_message_stream", f"await {STREAM}", MESSAGE_PARAMETERS, NEW_CALL
    ),
}

STAR_EXPORTS: dict[str, frozenset[str]] = {
    "google.genai": frozenset({"Client", "types", "errors"}),
    "google.genai.types": frozenset(
        {
            "AutomaticFunctionCallingConfig",
            "Content",
            "FinishReason",
            "FunctionCallingConfig",
            "FunctionDeclaration",
            "GenerateContentConfig",
            "GenerateContentResponse",
            "GoogleSearch",
            "HarmBlockThreshold",
            "HarmCategory",
            "HttpOptions",
            "Part",
            "SafetySetting",
            "Schema",
            "ThinkingConfig",
            "ThinkingLevel",
            "Tool",
            "ToolConfig",
            "Type",
            "UrlContext",
            "UserContent",
        }
    ),
}

KNOWLEDGE = Knowledge(
    needles=NEEDLES,
    aliases={
        "google.genai.client.Client": CLIENT,
        "google.genai.client.AsyncClient": ASYNC_CLIENT,
        **older.ALIASES,
    },
    attributes={**ATTRIBUTES, **errors.KNOWN_ATTRIBUTES},
    items=errors.KNOWN_ITEMS,
    handing_errors=errors.PREDICATES,
    decorators=errors.RETRYING,
    methods={**METHODS, **older.METHODS},
    iterated={STREAM: CHUNK},
    functions={**FUNCTIONS, **older.FUNCTIONS},
    lacking=older.LACKING,
    closed=fields.KNOWN,
    pure=(TYPES,),
    sites=SITES,
    receivers={
        ("aio", "models"): ASYNC_MODELS,
        ("models",): MODELS,
        ("aio", "chats"): ASYNC_CHATS,
        ("chats",): CHATS,
        ("aio", "files"): ASYNC_FILES,
        ("files",): FILES,
    },
    telling_keywords=frozenset(CALL_PARAMETERS),
    telling_methods={
        **{(chats, "create"): frozenset(CHAT_PARAMETERS) for chats in (CHATS, ASYNC_CHATS)},
        **{
            (files, method): frozenset({argument, "config"})
            for files in (FILES, ASYNC_FILES)
            for method, argument in (("upload", "file"), ("get", "name"))
        },
    },
    exports=STAR_EXPORTS,
    dialects=older.DIALECTS,
)
