"""Loads the cases under `fixtures/`."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from migrator.model import Options
from migrator.registry import bridge_name, bridge_text

from .environments import ROOT
from .programs import Program

FIXTURES = ROOT / "fixtures"
KEYS = {"options", "stdin", "files", "args", "env", "run", "why", "note"}
"""What `case.json` may hold: the `options` of `migrator.model.Options`; what the program gets on
`stdin`, in `files` beside it, as `args` and in its `env`; false for `run`, with the reason `why`,
where it can't run; a `note` for readers."""
SETS = {"select", "ignore"}
"""Options that are sets, and lists in JSON."""


@dataclass(frozen=True)
class Case:
    """One program before and after; `after` is None where it must stay as it is."""

    folder: Path
    suffix: str = ".py"
    """How its files end: a script's name, or a notebook's."""

    @cached_property
    def id(self) -> str:
        """The codemod and the name of the case."""
        return self.folder.relative_to(FIXTURES).as_posix()

    @property
    def name(self) -> str:
        """What the original is called."""
        return f"before{self.suffix}"

    @cached_property
    def before(self) -> bytes:
        """The original."""
        return (self.folder / self.name).read_bytes()

    @cached_property
    def after(self) -> bytes | None:
        """What it becomes."""
        path = self.folder / f"after{self.suffix}"
        return path.read_bytes() if path.exists() else None

    @property
    def told(self) -> bool:
        """Whether the case says what is reported."""
        return (self.folder / "findings.json").exists()

    @cached_property
    def findings(self) -> list[dict[str, Any]] | None:
        """What is reported without unsafe fixes, where the case says so.

        Each has a `line` and a `status`; and the `code` of its codemod, the line it is stopped
        `at`, and words of the `reason` and of `notes`, as far as they are written down.
        """
        path = self.folder / "findings.json"
        if not path.exists():
            return None
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return found

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The content of `case.json`."""
        path = self.folder / "case.json"
        if not path.exists():
            return {}
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    @property
    def runs(self) -> bool:
        """Whether the program can be executed."""
        return bool(self.settings.get("run", True))

    def program(self, source: bytes) -> Program:
        """A program with everything the case puts around it.

        Extra files come from `case.json` (text, or `{"base64": …}`) and from the
        folder `files/` beside it.
        """
        settings = self.settings
        files: dict[str, bytes] = {}
        extra = self.folder / "files"
        for path in sorted(extra.rglob("*")) if extra.is_dir() else []:
            if path.is_file():
                files[path.relative_to(extra).as_posix()] = path.read_bytes()
        for name, content in settings.get("files", {}).items():
            files[name] = (
                content.encode()
                if isinstance(content, str)
                else base64.b64decode(content["base64"])
            )
        name = f"{bridge_name()}.py"
        if f"import {bridge_name()}".encode() in source:
            files.setdefault(name, bridge_text())  # which the command writes beside it
        return Program(
            source,
            stdin=settings.get("stdin", ""),
            files=files,
            args=tuple(settings.get("args", ())),
            env=settings.get("env", {}),
        )


@lru_cache(maxsize=1)
def cases() -> Sequence[Case]:
    """Every case that is a script, in order; each is read once."""
    return tuple(Case(path.parent) for path in sorted(FIXTURES.glob("*/*/before.py")))


@lru_cache(maxsize=1)
def notebook_cases() -> Sequence[Case]:
    """Every case that is a notebook, in order."""
    found = sorted((FIXTURES / "notebooks").glob("*/before.ipynb"))
    return tuple(Case(path.parent, ".ipynb") for path in found)


def options_of(case: Case) -> Options:
    """The options a case asks for."""
    written: dict[str, Any] = case.settings.get("options", {})
    asked: dict[str, Any] = {k: frozenset(v) if k in SETS else v for k, v in written.items()}
    return Options(**asked)
