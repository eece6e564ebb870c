"""The refusals of the server, in the shape both APIs use."""

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
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}

WORDS = {
    400: "invalid_request",
    401: "authentication",
    403: "permission_denied",
    404: "not_found",
    429: "rate_limit_exceeded",
    500: "internal_server_error",
    503: "service_unavailable",
    504: "gateway_timeout",
}
"""The code of the documented body by HTTP status: ai.google.dev/gemini-api/docs/api-errors; what
the page doesn't name is the status in snake case."""


class Refused(Exception):
    """A request answered with an error; the message names the field at fault."""

    def __init__(self, message: str, code: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def error_body(code: int, message: str) -> dict[str, Any]:
    """The JSON body of an error reply."""
    status = STATUS_NAMES.get(code, "UNKNOWN")
    return {"error": {"code": code, "message": message, "status": status}}


def documented_body(code: int, message: str) -> dict[str, Any]:
    """The JSON body that the Interactions API documents: a code in words, no status, no details."""
    return {"error": {"code": WORDS.get(code, "unknown"), "message": message}}
