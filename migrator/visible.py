"""Text from outside (names, settings, source) made safe to show.

Nothing in it may move the cursor, start a line, turn the direction of writing or hide.
"""

from __future__ import annotations

import unicodedata

# Controls, formats (zero-width and bidirectional ones among them), line and paragraph ends.
_HIDDEN_KINDS = frozenset({"Cc", "Cf", "Zl", "Zp"})
# Letters and marks that no font shows: Unicode's default-ignorable ones of other kinds.
_IGNORABLE = frozenset(
    {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0}
    | set(range(0xFE00, 0xFE10))
    | set(range(0xE0100, 0xE01F0))
)


def visible(text: str) -> str:
    """`text` with everything that can't be seen written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    code = ord(sign)
    if unicodedata.category(sign) not in _HIDDEN_KINDS and code not in _IGNORABLE:
        return sign
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
