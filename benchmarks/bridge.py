"""What the bridge costs: `python benchmarks/bridge.py [CALLS]`, milliseconds for each call.

The same calls natively and over the bridge, on the loopback server of the tests, one after the
other and fifty at once, and how long the first chunk of a stream takes. The server's own time is
in both figures.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from google import genai

from tests.bridge.scripted import load
from tests.oracle.programs import Oracle

MODEL = "gemini-2.5-flash"
AT_ONCE = 50


def one(client: genai.Client) -> float:
    """A call that waits."""
    start = time.perf_counter()
    client.models.generate_content(model=MODEL, contents="Hi")
    return time.perf_counter() - start


def awaited(client: genai.Client) -> float:
    """A call that is awaited, the time of starting a loop left out."""

    async def call() -> float:
        await client.aio.models.generate_content(model=MODEL, contents="Hi")
        start = time.perf_counter()
        await client.aio.models.generate_content(model=MODEL, contents="Hi")
        return time.perf_counter() - start

    return asyncio.run(call())


def streamed(client: genai.Client) -> float:
    """All of a stream."""
    start = time.perf_counter()
    for _ in client.models.generate_content_stream(model=MODEL, contents="Hi"):
        pass
    return time.perf_counter() - start


def first_chunk(client: genai.Client) -> float:
    """The first chunk of a stream."""
    start = time.perf_counter()
    stream = client.models.generate_content_stream(model=MODEL, contents="Hi")
    next(stream)
    spent = time.perf_counter() - start
    for _ in stream:
        pass
    return spent


def at_once(client: genai.Client) -> float:
    """One of fifty calls that are made at once."""

    async def call() -> None:
        await client.aio.models.generate_content(model=MODEL, contents="Hi")

    async def many() -> float:
        await call()
        start = time.perf_counter()
        await asyncio.gather(*(call() for _ in range(AT_ONCE)))
        return (time.perf_counter() - start) / AT_ONCE

    return asyncio.run(many())


WAYS: dict[str, Callable[[genai.Client], float]] = {
    "sync": one,
    "async": awaited,
    "stream": streamed,
    "first chunk": first_chunk,
    "50 at once": at_once,
}


def main(calls: int) -> None:
    """Print the medians. Both kinds of client take turns, so that they meet the same machine."""
    bridge = load()
    with Oracle() as oracle:
        session = oracle.server.open_session()
        native: Any = {"base_url": session.base_url}
        for name, way in WAYS.items():
            spent: list[list[float]] = [[], []]
            for _ in range(calls if way is not at_once else max(3, calls // 10)):
                for options, times in zip(
                    (native, bridge.http_options(native)), spent, strict=True
                ):
                    client = genai.Client(api_key="k", http_options=options)
                    if way in (one, streamed, first_chunk):
                        way(client)  # its connection is there, as it mostly is
                    times.append(way(client))
            before, after = (1000 * statistics.median(times) for times in spent)
            print(f"{name:12} {before:7.2f} {after:7.2f} {after - before:+6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
