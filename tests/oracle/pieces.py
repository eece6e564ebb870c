"""How a text is cut up for a stream."""

from __future__ import annotations


def pieces(text: str) -> list[str]:
    """Up to four pieces, never in the middle of a word."""
    words = text.split(" ")
    size = max(1, -(-len(words) // 4))
    groups = [words[i : i + size] for i in range(0, len(words), size)]
    joined = [" ".join(group) for group in groups]
    return [part + " " for part in joined[:-1]] + joined[-1:]
