"""Folders that are passed over: those that never hold the user's own source, and environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


# Folders that never hold the user's own source, whatever they hold.
SKIPPED = frozenset(
    {
        ".bzr",
        ".cache",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pyre",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        "__pycache__",
        "__pypackages__",
        "buck-out",
        "node_modules",
        "site-packages",
    }
)
_ENVIRONMENT_NAMES = frozenset({".venv", "venv", "env"})
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
_ENVIRONMENT_FOLDERS = frozenset({"bin", "Scripts"})


def is_environment(prefix: str, names: set[str]) -> bool:
    if not _ENVIRONMENT_MARKS.isdisjoint(names):
        return True
    own = prefix[:-1].rpartition("/")[2]
    return own in _ENVIRONMENT_NAMES and not _ENVIRONMENT_FOLDERS.isdisjoint(names)
