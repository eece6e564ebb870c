"""`# gemini-migrate: skip` on a line, `# gemini-migrate: skip-file` anywhere."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from migrator.edit.scan import line_breaks, module_lines, scan_module
from migrator.sections import Sections

MARK = "gemini-migrate:"
PATTERN = re.compile(r"#\s*gemini-migrate:\s*(skip-file|skip)\b")


def suppressed_lines(text: str) -> frozenset[int] | None:
    """The 1-based lines that carry a skip comment; None if the whole file is to be skipped."""
    if MARK not in text:
        return frozenset()
    lines: set[int] = set()
    breaks = [line.start for line in module_lines(text)]
    for place in scan_module(text).comments:
        found = PATTERN.search(text, place.start, place.end)
        if found and found.group(1) == "skip-file":
            return None
        if found:
            lines.add(bisect_left(breaks, place.start) + 1)
    return frozenset(lines)


def skipped_lines(sections: Sections) -> frozenset[int]:
    """The 1-based lines of the whole text that carry such a comment, or stand in a file with one
    for all of it.
    """
    lines: set[int] = set()
    for part in sections.parts:
        text = sections.text_of(part)
        found: Iterable[int] | None = suppressed_lines(text)
        if found is None:
            found = range(1, len(line_breaks(text)) + (not text.endswith(("\n", "\r"))) + 1)
        lines.update(part.lines + line for line in found)
    return frozenset(lines)
