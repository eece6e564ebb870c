"""Loads the cases under `fixtures/pages/`: pages before and after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from migrator.documents import Document, read_contents
from migrator.model import FileResult, Options, Source
from migrator.pipeline import migrate
from tests.oracle.cases import FIXTURES


@dataclass(frozen=True)
class PageCase:
    """One page before and after; `after` is None where it must stay as it is."""

    path: Path

    @property
    def id(self) -> str:
        """The name of the case."""
        return self.path.parent.name

    @cached_property
    def before(self) -> bytes:
        """The original."""
        return self.path.read_bytes()

    @cached_property
    def after(self) -> bytes | None:
        """What it becomes."""
        path = self.path.with_stem("after")
        return path.read_bytes() if path.exists() else None

    @cached_property
    def findings(self) -> list[dict[str, Any]] | None:
        """What is reported, where not all is migrated."""
        path = self.path.with_name("findings.json")
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The content of `case.json`: `run` holds the indexes of programs that can be run."""
        path = self.path.with_name("case.json")
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def rewrite(self, data: bytes) -> FileResult:
        """What becomes of a page."""
        return rewrite(data, self.path.name)

    def programs(self, data: bytes) -> Sequence[Document]:
        """The programs of a page."""
        contents = read_contents(Source(self.path.name, data))
        return contents.documents if contents is not None else ()


def rewrite(data: bytes, name: str = "page.md", **options: Any) -> FileResult:
    """What becomes of a page with this name."""
    (result,) = migrate([Source(name, data)], Options(**options), edit=True)
    assert result.error is None
    return result


CASES = tuple(map(PageCase, sorted(FIXTURES.glob("pages/*/before.*"))))
