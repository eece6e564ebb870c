"""The exceptions of both APIs, and what the server says in them.

Sources: `google/genai/errors.py` and `google/genai/_interactions/core/error.py` for the classes.
The new ones are not related to the old ones, whatever their names say, and no public module exports
them; the path below works from 2.34.0 on. `google/rpc/code.proto` for the names of the old body and
their HTTP statuses; https://ai.google.dev/gemini-api/docs/troubleshooting for those that Gemini
uses; https://ai.google.dev/gemini-api/docs/api-errors for the words of the Interactions API.
"""

from __future__ import annotations

from dataclasses import dataclass

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

HTTP_NEAREST: dict[str, str] = {
    "ConnectTimeout": TIMEOUT_ERROR,
    "PoolTimeout": TIMEOUT_ERROR,
    "WriteTimeout": TIMEOUT_ERROR,
    "CloseError": CONNECTION_ERROR,
    "ConnectError": CONNECTION_ERROR,
    "LocalProtocolError": CONNECTION_ERROR,
    "NetworkError": CONNECTION_ERROR,
    "ProtocolError": CONNECTION_ERROR,
    "ReadError": CONNECTION_ERROR,
    "RemoteProtocolError": CONNECTION_ERROR,
    "WriteError": CONNECTION_ERROR,
}
"""Narrower ones -> the new class that stands for these errors and for others."""

HTTP_SILENT = frozenset({"HTTPStatusError"})
"""Exceptions of httpx that neither API raises."""

CODE_WORD = '{}.body["error"]["code"]'
ATTRIBUTES: dict[str, str] = {
    "code": "{}.status_code",
    "status": f"({CODE_WORD} if isinstance({{}}.body, dict) else None)",
    "message": '({}.body["error"]["message"] if isinstance({}.body, dict) else {}.body)',
    "details": "{}.body",
    "response": "{}.response",
}
"""Attributes of the old errors -> expressions on the new ones; a body need not be JSON."""

NEW_ATTRIBUTES = frozenset({"status_code", "body", "request"})
"""Attributes that the old errors didn't have."""
BODY_READS = frozenset({"json", "text", "content", "read", "aread", "iter_bytes"})
"""Attributes of the HTTP response of an error that give its body."""

STATUS = "error status"
CODE = "error code"
DETAILS = "error details"
KNOWN_ATTRIBUTES: dict[tuple[str, str], str] = {
    (f"exception {caught}", name): kind
    for caught in ("Exception", "BaseException", API_ERROR, CLIENT_ERROR, SERVER_ERROR)
    for name, kind in (("status", STATUS), ("code", CODE), ("details", DETAILS))
}
"""What is followed of an error that a handler has caught."""
BODY = "error body"
INFOS = "error infos"
KNOWN_ITEMS: dict[tuple[str, str], str] = {
    (DETAILS, "error"): BODY,
    (BODY, "code"): CODE,
    (BODY, "status"): STATUS,
    (BODY, "message"): "str",
    (BODY, "details"): INFOS,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to fail: its HTTP status, its name in the old body, its words in the new one.

    `usual` says that Gemini's own pages list it.
    """

    status: int
    name: str
    words: tuple[str, ...]
    usual: bool = True


FAILURES = (
    Failure(400, "INVALID_ARGUMENT", ("invalid_request", "parameter_unknown")),
    Failure(400, "FAILED_PRECONDITION", ("failed_precondition",)),
    Failure(401, "UNAUTHENTICATED", ("authentication",)),
    Failure(403, "PERMISSION_DENIED", ("permission_denied",)),
    Failure(404, "NOT_FOUND", ("not_found", "model_not_found")),
    Failure(409, "ABORTED", ("aborted",), usual=False),
    Failure(409, "ALREADY_EXISTS", ("already_exists",), usual=False),
    Failure(
        429, "RESOURCE_EXHAUSTED", ("rate_limit_exceeded", "quota_exceeded", "too_many_requests")
    ),
    Failure(499, "CANCELLED", ("cancelled",)),
    Failure(500, "INTERNAL", ("api_error",)),
    Failure(500, "UNKNOWN", ("api_error",), usual=False),
    Failure(500, "DATA_LOSS", ("api_error",), usual=False),
    Failure(501, "UNIMPLEMENTED", ("unimplemented",)),
    Failure(503, "UNAVAILABLE", ("service_unavailable",)),
    Failure(504, "DEADLINE_EXCEEDED", ("deadline_exceeded",)),
)

_RPC = "type.googleapis.com/google.rpc."
OLD_DETAILS: dict[str, str] = {
    "RESOURCE_EXHAUSTED": (
        f"[{{'@type': '{_RPC}QuotaFailure', 'violations': [{{'quotaMetric': "
        "'generativelanguage.googleapis.com/generate_content_free_tier_requests', 'quotaId': "
        "'GenerateRequestsPerDayPerProjectPerModel-FreeTier', 'quotaDimensions': {'location': "
        "'global', 'model': ''}, 'quotaValue': '250'}, {'quotaId': "
        "'GenerateRequestsPerMinutePerProjectPerModel-FreeTier'}]}, "
        f"{{'@type': '{_RPC}Help', 'links': [{{'description': '', 'url': ''}}]}}, "
        f"{{'@type': '{_RPC}RetryInfo', 'retryDelay': '22s'}}]"
    ),
    "INVALID_ARGUMENT": (
        f"[{{'@type': '{_RPC}ErrorInfo', 'reason': 'API_KEY_INVALID', 'domain': "
        "'googleapis.com', 'metadata': {'service': 'generativelanguage.googleapis.com'}}, "
        f"{{'@type': '{_RPC}BadRequest', 'fieldViolations': []}}]"
    ),
}
"""Name -> what the old body may add to it, as the text of an error shows it (public reports)."""

PREDICATES: dict[str, tuple[int | str, ...]] = {
    "tenacity.retry_if_exception": (0, "predicate"),
    "tenacity.retry.retry_if_exception": (0, "predicate"),
    "backoff.on_exception": ("giveup",),
    "retrying.retry": ("retry_on_exception",),
    "stamina.retry": ("on",),
    "google.api_core.retry.Retry": (0, "predicate"),
    "google.api_core.retry.AsyncRetry": (0, "predicate"),
    "google.api_core.retry_async.AsyncRetry": (0, "predicate"),
}
"""Functions of libraries that call an argument (by index or name) with an error.

Source: tenacity 9, backoff 2.2, retrying 1.4, stamina 25 and google-api-core 2.
"""

RETRYING = frozenset(
    {
        "google.api_core.retry.Retry",
        "google.api_core.retry.AsyncRetry",
        "google.api_core.retry_async.AsyncRetry",
    }
)
"""Decorators of Google's own packages that call a function again when it fails."""
