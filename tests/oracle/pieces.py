"""How texts and sounds are cut up for a stream."""

from __future__ import annotations


def pieces(text: str) -> list[str]:
    """Up to four pieces, never in the middle of a word."""
    words = text.split(" ")
    size = max(1, -(-len(words) // 4))
    groups = [words[i : i + size] for i in range(0, len(words), size)]
    joined = [" ".join(group) for group in groups]
    cut = [part + " " for part in joined[:-1]] + joined[-1:]
    return [part for part in cut if part] or [text]


def slices(sound: bytes) -> list[bytes]:
    """Four pieces of whole samples."""
    size = max(2, len(sound) // 8 * 2)
    return [sound[i : i + size] for i in range(0, len(sound), size)]
