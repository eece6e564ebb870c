"""The loopback server as others' tests need it: nothing in an older request is unknown to it."""

from __future__ import annotations

import re
from typing import Any

from tests.oracle.endpoints import Reply
from tests.oracle.errors import Refused
from tests.oracle.reader import camel
from tests.oracle.server import OracleServer
from tests.oracle.session import LEGACY, Request, Session

UNKNOWN = re.compile(r"(?P<where>.*)\.(?P<key>\w+): unknown field$")


class LenientServer(OracleServer):
    """Answers requests to the older API as if settings that it doesn't know were not there.

    They are Google's own, and change nothing in what this server's model says. Requests for
    interactions are held against their grammar as strictly as ever.
    """

    def dispatch(self, session: Session, request: Request) -> Reply:
        """The answer to a request whose body was read."""
        while True:
            try:
                return super().dispatch(session, request)
            except Refused as refused:
                match = UNKNOWN.match(refused.message)
                body = camel(request.body)
                if request.api not in LEGACY or not match or not _without(body, match["key"]):
                    raise
                request.body = body


def _without(value: Any, key: str) -> bool:
    """Take a key out, wherever it stands; whether it was there."""
    if isinstance(value, list):
        return any([_without(one, key) for one in value])
    if not isinstance(value, dict):
        return False
    there = value.pop(key, None) is not None
    return any([_without(one, key) for one in value.values()]) or there
