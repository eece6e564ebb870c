"""`# gemini-migrate: skip` on a line, `# gemini-migrate: skip-file` anywhere."""

from __future__ import annotations

import io
import re
import tokenize

MARK = "gemini-migrate:"
PATTERN = re.compile(r"#\s*gemini-migrate:\s*(skip-file|skip)\b")


def suppressed_lines(text: str) -> frozenset[int] | None:
    """The 1-based lines that carry a skip comment; None if the whole file is to be skipped."""
    if MARK not in text:
        return frozenset()
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        found = PATTERN.search(token.string)
        if found and found.group(1) == "skip-file":
            return None
        if found:
            lines.add(token.start[0])
    return frozenset(lines)
