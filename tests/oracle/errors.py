"""The refusals of the server, in the shape of each API.

Sources. Older API: `google/rpc/code.proto` (status names and their HTTP statuses),
`google/rpc/error_details.proto`, and public reports of answers to generateContent, such as
continuedev/continue#12643 (the message and the details of a 429). Interactions API:
https://ai.google.dev/gemini-api/docs/api-errors (read in November 2026).
"""

from __future__ import annotations

from typing import Any

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""The status that the older API names beside the most common HTTP statuses."""

CODE_WORDS = {
    400: ("invalid_request", "parameter_unknown", "failed_precondition"),
    401: ("authentication",),
    402: ("payment_required",),
    403: ("permission_denied",),
    404: ("not_found", "model_not_found"),
    409: ("aborted", "already_exists"),
    416: ("out_of_range",),
    429: ("rate_limit_exceeded", "quota_exceeded", "too_many_requests"),
    499: ("cancelled",),
    500: ("api_error",),
    501: ("unimplemented",),
    503: ("service_unavailable",),
    504: ("deadline_exceeded",),
}
"""The codes that the documentation of the Interactions API names for each HTTP status.

The server may answer with any of them; the first one is used unless a test asks for another.
"""

BLOCKED_WORDS = (
    "safety",
    "recitation",
    "language",
    "prohibited_content",
    "spii",
    "blocklist",
    "image_safety",
    "image_prohibited_content",
    "image_recitation",
    "image_other",
    "content_blocked",
)
"""Codes of errors that say why an output was blocked; the page names no HTTP status for them."""

RPC = "type.googleapis.com/google.rpc."


class Refused(Exception):
    """A request answered with an error; the message names the field at fault."""

    def __init__(self, message: str, code: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def error_body(code: int, message: str) -> dict[str, Any]:
    """The JSON body of an error reply of the older API."""
    error: dict[str, Any] = {"code": code, "message": message}
    error["status"] = STATUS_NAMES.get(code, "UNKNOWN")
    if code == 429:
        error["details"] = _quota_details()
    return {"error": error}


def documented_body(code: int, message: str, word: str = "") -> dict[str, Any]:
    """The JSON body of an error reply of the Interactions API, with one of `CODE_WORDS`."""
    word = word or CODE_WORDS.get(code, ("api_error",))[0]
    return {"error": {"code": word, "message": message}}


def body_of(code: int, message: str, *, documented: bool) -> dict[str, Any]:
    """The documented body, or that of the older API."""
    return documented_body(code, message) if documented else error_body(code, message)


def _quota_details() -> list[dict[str, Any]]:
    """What the older API adds to a 429."""
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
        "quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
        "quotaValue": "250",
    }
    return [
        {"@type": f"{RPC}QuotaFailure", "violations": [violation]},
        {"@type": f"{RPC}RetryInfo", "retryDelay": "0.01s"},
    ]
