"""Lock files: which version they hold, and the command that writes them anew."""

from __future__ import annotations

import re
from typing import NamedTuple

from migrator.requirements.spelling import spelt

COMMANDS = {
    "uv.lock": "uv lock --upgrade-package {}",
    "poetry.lock": "poetry update {}",
    "pdm.lock": "pdm update {}",
    "Pipfile.lock": "pipenv update {}",
    "pixi.lock": "pixi update {}",
    "pylock.toml": "",
    "conda-lock.yml": "conda-lock lock --update {}",
}
"""Names of lock files, and what brings a package in them up to date, where one command does."""

_VERSION = r"[^\[\]{}]{0,40}?\bversion[\"']?\s*[:=]\s*[\"']?=*(?P<version>\d[\w.+!]*)"


class Locked(NamedTuple):
    """Where a lock file names the package, and the version it holds, "" if that isn't clear."""

    start: int
    version: str


def locked(text: str, package: str) -> Locked | None:
    """The package in a lock file; None where it isn't there."""
    quoted = rf"(?<![\w.-])[\"']?(?P<name>{spelt(package)})(?![\w.-])[\"']?"
    entry = rf"\bname\s*[:=]\s*{quoted}"  # as in TOML and YAML
    key = rf"{quoted}\s*:\s*\{{"  # as in JSON
    for pattern in (f"{entry}{_VERSION}", rf"{key}[^{{}}]*?{_VERSION}", entry, key):
        match = re.search(pattern, text, re.I)
        if match is not None:
            return Locked(match.start("name"), match.groupdict().get("version") or "")
    return None
