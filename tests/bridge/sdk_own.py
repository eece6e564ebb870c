"""Runs google-genai's own tests natively and over the bridge, and prints what differs.

    python -m tests.bridge.sdk_own PYTHON [PARTS...]

`PYTHON` is an interpreter that has google-genai with its own tests (its wheels bring them), pytest
with pytest-asyncio and pytest-timeout, Pillow, aiohttp, mcp. Pictures and sounds that tests send
are in no wheel: `google/genai/tests/data` of a checkout goes beside the tests. `PARTS` are patterns
of paths below these; without them: what makes clients, generates content, or chats.

Tests that play recordings are run in their mode `api` against the tests' server, whose model calls
the functions that it is offered. Nothing of google-genai is kept here.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .own_tests import Comparison, Kinds, OwnTests
from .scripted import BRIDGE
from .willing import WILLING

PARTS = (
    *(
        "models/test_generate_content*",
        "models/test_gc_*",
        "models/test_function_call_streaming.py",
    ),
    *("shared/chats", "shared/models/test_generate_content*", "public_samples"),
    *("chats", "afc", "mcp", "errors", "client"),
)
CANT_CROSS: Kinds = (
    (r"aiohttp", "look at aiohttp, in whose place the bridge has the SDK take httpx"),
    (r"mtls|client_cert|google_auth", "look at which certificate the SDK's own client has"),
    (
        r"injected|auto_detect|custom_httpx_client|with_httpx2?_clients|user_supplied|ssl_ctx",
        "look at the SDK's own client, which lies above the bridge and the user's below it",
    ),
    (r"closed_loop_pools", "look at the SDK's pools of connections: the bridge keeps its own"),
)
HOME = "import google.genai, pathlib; print(pathlib.Path(google.genai.__file__).parent)"


def compare(python: Path, parts: Sequence[str] = PARTS) -> Comparison:
    """What became of each test of the SDK that this interpreter has."""
    own = OwnTests(python, WILLING)
    said = subprocess.run([str(python), "-c", HOME], capture_output=True, text=True, check=True)
    package = Path(said.stdout.strip())
    tests = package / "tests"
    arguments = [
        *("--import-mode=importlib", "-o", "consider_namespace_packages=true"),
        *("-p", "no:cacheprovider", "--timeout=60", "--tb=short", "-W", "ignore"),
        *(f"--rootdir={tests}", f"--confcutdir={tests}", "--mode=api"),
        *(str(found) for part in parts for found in sorted(tests.glob(part))),
    ]
    with tempfile.TemporaryDirectory() as scratch:
        env = {
            "GOOGLE_GENAI_REPLAYS_DIRECTORY": scratch,
            "GOOGLE_API_KEY": "key",
            "GOOGLE_CLOUD_PROJECT": "project",
            "GOOGLE_CLOUD_LOCATION": "location",
        }
        before = own.run(arguments, package, None, env)
        over = own.run(arguments, package, BRIDGE, env)
    return Comparison(f"google-genai {own.sdk}", before, over, CANT_CROSS)


def main(arguments: list[str]) -> None:
    """Compare, and print the table."""
    python, *parts = arguments
    print(compare(Path(python), parts or PARTS).table())


if __name__ == "__main__":
    main(sys.argv[1:])
