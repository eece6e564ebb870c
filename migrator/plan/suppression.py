"""`# gemini-migrate: skip` on a line, `# gemini-migrate: skip-file` anywhere."""

from __future__ import annotations

import re
from bisect import bisect_left

from migrator.edit.scan import module_lines, scan_module

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
