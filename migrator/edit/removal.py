"""Statements taken out, with their lines, blank lines and comments in mind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from migrator.edit.source import Source
from migrator.edits import Span
from migrator.pragmas import is_pragma

_BLANKS = re.compile(r"(?:[ \t\f]*(?:\r\n|\r|\n))*")
_LINE = re.compile(r"\r\n|\r|\n")


class Removals:
    """What stays of statements that go."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def run(self, lines: Sequence[Any], gone: Callable[[Any], bool]) -> list[Any]:
        """The first of `lines` and those after it that go with it: only blanks stand between."""
        found = [lines[0]]
        for line in lines[1:]:
            if not gone(line) or any(e.comment is not None for e in line.node.leading_lines):
                break
            if self._comments([found[-1]]):
                break
            found.append(line)
        return found

    def lines(
        self, run: Sequence[Any], following: Any, owner: cst.CSTNode, preceded: bool, editor: Any
    ) -> tuple[list[Any], int]:
        """The lines that stay above what follows a run, and how many of its own blank lines go."""
        leading = list(run[0].node.leading_lines)
        comments = self._comments(run)
        if comments:
            head = (
                [cst.EmptyLine(indent=False)] if self._ends_imports(run, following, owner) else []
            )
            notes = [cst.EmptyLine(comment=cst.Comment(text)) for text in comments]
            return [*leading, *head, *notes], 0
        text = self._source.text
        count = len(leading)
        while count and leading[count - 1].comment is None:
            count -= 1
        kept, above = leading[:count], leading[count:]
        first = self._source.spans[id(run[0].statements[0])].start
        end = self._source.positions.next_line(self._source.spans[id(run[-1].statements[-1])].end)
        match = _BLANKS.match(text, end)
        assert match is not None
        below = len(_LINE.findall(match[0]))
        own = 0
        if following is not None:
            for line in following.node.leading_lines:
                if line.comment is not None:
                    break
                own += 1
        if not text[match.end() :].strip():
            return kept, own
        opens = not preceded and not kept and not isinstance(owner, cst.Module)
        starts = not text[: self._source.positions.line_start(first)].strip()
        if opens or starts:
            return leading, own
        if following is None:
            return [*kept, *above[: max(len(above) - below, 0)]], 0
        return (leading, own) if len(above) > below else (kept, 0)

    def _comments(self, run: Sequence[Any]) -> list[str]:
        """The comments of statements that go, but for pragmas, which say nothing without them."""
        source = self._source
        found: list[str] = []
        for line in run:
            for node in line.statements:
                span = source.spans[id(node)]
                whole = Span(span.start, source.positions.line_end(span.end))
                found += [text for _, text in source.comments_in(whole) if not is_pragma(text)]
        return found

    def _ends_imports(self, run: Sequence[Any], following: Any, owner: cst.CSTNode) -> bool:
        """Whether other imports stand right above the imports of a run, and none below: a blank
        line belongs between those and a comment.
        """
        kinds = (cst.Import, cst.ImportFrom)
        if not isinstance(run[0].statements[0], kinds) or run[0].node.leading_lines:
            return False
        if following is not None and following.statements:
            if isinstance(following.statements[0], kinds):
                return False
        start = self._source.positions.line_start(
            self._source.spans[id(run[0].statements[0])].start
        )
        line = self._source.positions.line_start(max(start - 1, 0))
        return start > 0 and self._source.text[line:start].lstrip().startswith(("import ", "from "))
