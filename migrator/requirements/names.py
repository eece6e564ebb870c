"""Which files state requirements, by their names."""

from __future__ import annotations

import re

from migrator.requirements.locks import COMMANDS as LOCKS

_BY_NAME: tuple[tuple[str, str], ...] = (
    (r"pyproject\.toml", "pyproject"),
    (r"Pipfile", "pipfile"),
    (r"setup\.cfg", "setup.cfg"),
    (r"setup\.py", "setup.py"),
    (r"(?:[\w.-]*[-_.])?constraints?(?:[-_.][\w.-]*)?\.(?:txt|in|pip)", "constraints"),
    (r"(?:[\w.-]*[-_.])?requirements?(?:[-_.]?[\w.-]*)?\.(?:txt|in|pip)", "requirements"),
    (r"(?:environment|conda|env)(?:[-_.][\w.-]*)?\.ya?ml", "conda"),
    (r"(?:Dockerfile|Containerfile)(?:\..+)?|.+\.(?:dockerfile|containerfile)", "commands"),
)
_KINDS = tuple((re.compile(pattern, re.I), kind) for pattern, kind in _BY_NAME)
_ANY = re.compile("|".join(pattern for pattern, _ in _BY_NAME), re.I)


def kind_of(name: str) -> str | None:
    """What a file is by its name, None if it states no requirements."""
    if name in LOCKS or _ANY.fullmatch(name) is None:
        return None
    return next((kind for pattern, kind in _KINDS if pattern.fullmatch(name)), None)
