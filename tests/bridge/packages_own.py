"""Runs a package's own tests before and after its clients cross the bridge; prints what differs.

    python -m tests.bridge.packages_own [--clients | --recorded] PYTHON FOLDER SOURCES TESTS...

`PYTHON` is an interpreter with what the tests need, `FOLDER` a checkout of the package; `SOURCES`
(with commas between) and `TESTS` lie in it. The checkout is copied; in the copy,
`gemini-migrate --bridge` puts the bridge into what is in `SOURCES`. With `--clients` nothing is
rewritten: every client gets the bridge when it is made, as a person does who gives a package a
client of his own. `--recorded` is for tests that play recordings of the older API: the same, and
interactions are answered by what was recorded.

Requests for Google's servers go to the tests' server on the loopback device, both times.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .own_tests import Comparison, OwnTests
from .scripted import BRIDGE
from .willing import WILLING

ENV = {
    "GOOGLE_API_KEY": "key",
    "GEMINI_API_KEY": "key",
    "AWS_DEFAULT_REGION": "us-east-1",
    "BLOCKBUSTER_ENABLED": "false",
}
OPTIONS = ("-p", "no:cacheprovider", "--tb=short", "-W", "ignore::UserWarning")


def compare(python: Path, folder: Path, sources: str, tests: Sequence[str], how: str) -> Comparison:
    """What became of each test, before and after."""
    own = OwnTests(python, WILLING)
    places = sources.split(",")
    paths = [".", *places, *(str(Path(place).parent) for place in places)]
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, folder.name)
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".git"), symlinks=True)
        arguments = [*OPTIONS, *tests]
        recorded = how == "--recorded"
        before = own.run(arguments, copy, None, ENV, paths, recorded=recorded)
        if not how:
            migrate = [sys.executable, "-m", "migrator", "--bridge", "--in-place", *places]
            subprocess.run(migrate, cwd=copy, check=False)
        bridge = BRIDGE if how else None
        after = own.run(arguments, copy, bridge, ENV, paths, recorded=recorded)
    return Comparison(f"{folder.name} on google-genai {own.sdk}", before, after)


def main(arguments: list[str]) -> None:
    """Compare, and print the table."""
    how = arguments.pop(0) if arguments[0].startswith("--") else ""
    python, folder, sources, *tests = arguments
    print(compare(Path(python), Path(folder).resolve(), sources, tests, how).table())


if __name__ == "__main__":
    main(sys.argv[1:])
