"""The exceptions of both APIs.

Source: `google/genai/errors.py` and `google/genai/_interactions/core/error.py`. The new classes are
not related to the old ones, whatever their names say, and no public module exports them; the path
below works from 2.34.0 on.
"""

from __future__ import annotations

OLD = "google.genai.errors."
NEW_MODULE = "google.genai._interactions"
API_ERROR = OLD + "APIError"
CLIENT_ERROR = OLD + "ClientError"
SERVER_ERROR = OLD + "ServerError"

STATUS_ERROR = "APIStatusError"
SERVER_STATUS_ERROR = "InternalServerError"
CLIENT_STATUS_ERRORS = (
    "BadRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "ConflictError",
    "UnprocessableEntityError",
    "RateLimitError",
)
"""The new classes of single 4xx statuses; other 4xx statuses have the base class."""
CONNECTION_ERROR = "APIConnectionError"
TIMEOUT_ERROR = "APITimeoutError"

REPLACEMENTS: dict[str, str] = {
    API_ERROR: STATUS_ERROR,
    CLIENT_ERROR: STATUS_ERROR,
    SERVER_ERROR: SERVER_STATUS_ERROR,
}
"""Old class -> the new class of the same failures (`ClientError`: together with a 5xx guard)."""

HTTP_LIBRARIES = ("httpx", "httpx2")
HTTP_REPLACEMENTS: dict[str, str] = {
    "TimeoutException": TIMEOUT_ERROR,
    "ReadTimeout": TIMEOUT_ERROR,
    "HTTPError": CONNECTION_ERROR,
    "RequestError": CONNECTION_ERROR,
    "TransportError": CONNECTION_ERROR,
}
"""Exceptions of httpx that generate_content let through -> what the new calls raise instead."""

HTTP_SILENT = frozenset({"HTTPStatusError"})
"""Exceptions of httpx that neither API raises."""

ATTRIBUTES: dict[str, str] = {
    "code": "{}.status_code",
    "status": '({}.body["error"]["status"] if isinstance({}.body, dict) else None)',
    "message": '({}.body["error"]["message"] if isinstance({}.body, dict) else {}.body)',
    "details": "{}.body",
    "response": "{}.response",
}
"""Attributes of the old errors -> expressions on the new ones; a body need not be JSON."""
