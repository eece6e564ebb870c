"""What becomes of clients, on each SDK: event loops, ends, streams that are left early."""

from __future__ import annotations

import pytest

from tests.oracle.moods import Weather
from tests.oracle.programs import Oracle, OverBridge, Program, Run

from .crossing import BRIDGE, ONE_BY_ONE

HEAD = """import asyncio, gc
from google import genai
try:
    import httpx2 as httpx
except ImportError:
    import httpx
few = {"limits": httpx.Limits(max_connections=3)}
client = genai.Client(http_options={"client_args": few, "async_client_args": few})
MODEL = "gemini-2.5-flash"
"""
"""A client that must give three connections back to go on."""
FIFTY = """
async def one(number):
    reply = await client.aio.models.generate_content(model=MODEL, contents=f"Say {number}")
    return reply.text

async def main():
    print(*await asyncio.gather(*(one(n) for n in range(50))), sep="\\n")

asyncio.run(main())
"""
LEFT_EARLY = """
for number in range(6):
    for chunk in client.models.generate_content_stream(model=MODEL, contents=f"Say {number}"):
        print(chunk.text)
        break
    del chunk
    gc.collect()
print(client.models.generate_content(model=MODEL, contents="Still there?").text)
"""
CLOSED_EARLY = """
for number in range(6):
    stream = client.models.generate_content_stream(model=MODEL, contents=f"Say {number}")
    print(next(stream).text)
    stream.close()
print(client.models.generate_content(model=MODEL, contents="Still there?").text)
"""
CLOSED = """
print(client.models.generate_content(model=MODEL, contents="One").text)
client.close()
try:
    print(client.models.generate_content(model=MODEL, contents="Two").text)
except Exception as error:
    print(type(error).__name__, error)
with genai.Client() as other:
    print(other.models.generate_content(model=MODEL, contents="Three").text)
"""
TWO_LOOPS = """
async def main(text):
    print((await client.aio.models.generate_content(model=MODEL, contents=text)).text)

asyncio.run(main("One"))
asyncio.run(main("Two"))
"""
SAME = {
    "fifty at once": FIFTY,
    "left early": LEFT_EARLY,
    "closed early": CLOSED_EARLY,
    "closed and used again": CLOSED,
}


def crossed(text: str, oracle: Oracle, sdk: int) -> Run:
    weather = Weather(world=ONE_BY_ONE)
    return oracle.run(
        Program((HEAD + text).encode()), OverBridge(oracle.workers[sdk], BRIDGE), weather
    )


@pytest.mark.parametrize("sdk", [0, -1], ids=["oldest", "newest"])
@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_lives_as_natively(text: str, sdk: int, oracle: Oracle) -> None:
    native = oracle.run(Program((HEAD + text).encode()), oracle.workers[sdk])
    over = crossed(text, oracle, sdk)
    assert (over.exit, over.stdout) == (native.exit, native.stdout), over.stderr
    assert native.exit == 0 and not over.legacy


@pytest.mark.parametrize("sdk", [0, -1], ids=["oldest", "newest"])
def test_a_client_serves_event_loops_in_turn(sdk: int, oracle: Oracle) -> None:
    over = crossed(TWO_LOOPS, oracle, sdk)
    assert over.exit == 0 and over.stdout.count("You said") == 2, over.stderr
