"""The types of google-genai's generate_content API, as far as programs touch them.

Source: `google/genai/{client,models,chats,types}.py`, checked against the installed SDK by tests.
"""

from __future__ import annotations

from codemods.tables import sources

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
