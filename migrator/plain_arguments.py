"""Command lines of nothing but paths and flags, as hooks and CI write them, read without click.

Whatever else may be asked is left to click, and so is every mistake.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

DEFAULTS: Mapping[str, Any] = {
    "diff": False,
    "readable": False,
    "in_place": False,
    "check": False,
    "unsafe_fixes": False,
    "select": (),
    "ignore": (),
    "exclude": (),
    "jobs": None,
    "header": "auto",
    "api_revision": "2026-05-20",
    "no_store": False,
    "assume_application": False,
    "upgrade_models": False,
    "bridge": False,
    "bridge_module": "",
    "bridge_remove": False,
    "allow_bridged": False,
    "clear_outputs": False,
    "pages": False,
    "requirements": True,
    "output_format": "text",
    "config": None,
    "stdin_filename": None,
    "exit_zero": False,
    "quiet": False,
    "verbose": False,
    "color": "auto",
}
"""What click gives for every option that is not typed."""

FLAGS = {
    "--check": "check",
    "--diff": "diff",
    "-i": "in_place",
    "--in-place": "in_place",
    "--write": "in_place",
    "--unsafe-fixes": "unsafe_fixes",
    "--no-store": "no_store",
    "--exit-zero": "exit_zero",
    "-q": "quiet",
    "--quiet": "quiet",
    "-v": "verbose",
    "--verbose": "verbose",
}
"""Flags, and the options that they switch on."""

_COMPLETION = "_COMPLETE"
"""How the variable ends by which a shell asks click how a command line may go on."""


class Asked(NamedTuple):
    """Options by name, which of them were typed, and the paths."""

    values: Mapping[str, Any]
    given: frozenset[str]
    paths: tuple[str, ...]


def plainly_asked(arguments: Sequence[str]) -> Asked | None:
    """What a command line asks; None where that is for click to say."""
    if os.name == "nt":  # where click looks for files itself
        return None
    if any(name.endswith(_COMPLETION) for name in os.environ):
        return None
    given: dict[str, bool] = {}
    paths: list[str] = []
    for word in arguments:
        if word in FLAGS:
            given[FLAGS[word]] = True
        elif word and not word.startswith("-"):
            paths.append(word)
        else:
            return None
    return Asked({**DEFAULTS, **given}, frozenset(given), tuple(paths) or (".",))
