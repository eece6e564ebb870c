"""What the engine is told of the generate_content API.

What methods and functions return, which calls are legacy call sites, what the package exports.

Source: `google/genai/{client,models,chats,types}.py`, checked against the installed SDK by tests.
"""

from __future__ import annotations

from codemods import NEEDLES
from codemods.tables import errors, fields, older
from codemods.tables.api import (
    ASYNC_CHAT,
    ASYNC_CHATS,
    ASYNC_CLIENT,
    ASYNC_FILES,
    ASYNC_MODELS,
    BLOB,
    CALL_PARAMETERS,
    CHAT,
    CHAT_PARAMETERS,
    CHATS,
    CLIENT,
    CONFIG,
    DECLARATION,
    DUMP,
    FILE,
    FILES,
    IMAGE,
    MESSAGE_PARAMETERS,
    MODELS,
    NEW_CALL,
    PART,
    PARTS,
    PICTURE,
    PICTURE_METHODS,
    REGISTERED,
    RESPONSE,
    TYPES,
    USAGE,
)
from codemods.tables.attributes import ATTRIBUTES
from codemods.tables.chats import (
    TURNS,
)
from codemods.tables.streams import (
    CHUNK,
    CHUNK_PART,
    STREAM,
)
from migrator.understand.knowledge import Knowledge, SiteKind

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
