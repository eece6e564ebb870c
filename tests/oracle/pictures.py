"""Small real images and sounds, each its own for each seed."""

from __future__ import annotations

import hashlib
import struct
import zlib

from .conversation import Item

SOUND, RATE = "audio/l16", 24000
"""The type of all sounds, as the newer API names it, and their rate."""
OLD_SOUND = f"audio/L16;codec=pcm;rate={RATE}"
"""The type with the rate, as the older API names it."""


def image(seed: str) -> Item:
    """A PNG of four pixels in the seed's colour."""
    colour = hashlib.sha256(seed.encode()).digest()[:3]
    rows = b"".join(b"\0" + colour * 2 for _ in range(2))
    data = b"\x89PNG\r\n\x1a\n"
    data += _chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
    data += _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return _item(data, "image/png")


def audio(seed: str) -> Item:
    """A few samples of 16-bit sound at 24 kHz, as the speech models send them."""
    parts = (hashlib.sha256(f"{seed}{i}".encode()).digest() for i in range(4))
    return _item(b"".join(parts), SOUND)


def _item(data: bytes, mime: str) -> Item:
    digest = hashlib.sha256(data).hexdigest()[:16]
    return {"media": digest, "mime": mime, "bytes": data}


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
