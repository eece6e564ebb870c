"""Runs others' tests, natively and over the bridge, against a server on the loopback device."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.oracle.environments import surroundings
from tests.oracle.grammar import Grammar
from tests.oracle.moods import Mood, Weather
from tests.oracle.programs import Worker
from tests.oracle.session import LEGACY, Request, Session

from .own_server import LenientServer

PLUGINS = Path(__file__).resolve().parent
MOST = 20_000
"""How many tests one run may have."""
SHOWN = 200
"""How much of a failure's reason is printed."""
Kinds = tuple[tuple[str, str], ...]
"""What reads so, in the name of a test or in why it failed, is of this kind."""

NATIVE_FAILURES: Kinds = (
    (r"nothing at (GET|POST|DELETE|PATCH)", "ask what the test server doesn't have"),
    (r"DID NOT RAISE|Should have raised|' not in 'Should", "expect a refusal of Google's server"),
    (r"no network|Name or service|ConnectError|NameResolution", "need a network"),
    (r"ModuleNotFoundError|ImportError|No such file", "need what is not installed"),
    (r"INVALID_ARGUMENT|FAILED_PRECONDITION", "send what the test server refuses"),
    (r"[Aa]ssert|ValidationError|KeyError|IndexError|NoneType", "expect what a real model says"),
)


@dataclass(frozen=True)
class Own:
    """What became of one test. `kept` counts its requests that the bridge left as they are."""

    name: str
    outcome: str
    why: str = ""
    bridged: int = 0
    kept: int = 0
    reasons: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()

    @property
    def legacy(self) -> int:
        """How many requests reached the older API."""
        return sum(request.api in LEGACY for request in self.requests)

    @property
    def refused(self) -> list[str]:
        """What the server had to say against requests."""
        return [request.error for request in self.requests if request.error]


class OwnTests:
    """An interpreter whose tests are run against a server of their own, and its SDK's version."""

    def __init__(self, python: Path, mood: Mood | None = None) -> None:
        self.python = python
        self._weather = Weather(mood)
        worker = Worker(python)
        described = worker.ask({"describe": True})
        assert described is not None, f"{python} holds no google-genai"
        self.sdk = worker.version()
        worker.stop()
        self._grammar = Grammar(described)

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        bridge: Path | None,
        env: Mapping[str, str],
        paths: Sequence[str] = (),
        *,
        recorded: bool = False,
    ) -> dict[str, Own]:
        """What became of each test that pytest finds by these arguments, in this folder."""
        with LenientServer(self._grammar) as server, tempfile.TemporaryDirectory() as scratch:
            told = Path(scratch, "told.jsonl")
            told.touch()
            sessions = [server.open_session(self._weather) for _ in range(MOST)]
            orders = {"server": f"http://127.0.0.1:{server.server_port}", "told": str(told)}
            orders |= {"bridge": str(bridge or ""), "recorded": "yes" if recorded else ""}
            found = [str(folder / path) for path in paths]
            subprocess.run(
                [str(self.python), "-P", "-m", "pytest", "-p", "own_plugin", "-q", *arguments],
                cwd=folder,
                env={
                    **surroundings(),
                    "PYTHONPATH": os.pathsep.join([str(PLUGINS), *found]),
                    "GENAI_BRIDGE_RUN": json.dumps(orders),
                    **env,
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                check=False,
            )
            return _read(told, sessions)


def _read(told: Path, sessions: Sequence[Session]) -> dict[str, Own]:
    """The tests that a run told of; what failed at its end has failed."""
    found: dict[str, Own] = {}
    for line in told.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        name = said["test"]
        if name in found and said["outcome"] != "failed":
            continue
        found[name] = Own(
            name,
            said["outcome"],
            said["why"],
            said.get("bridged", 0),
            said.get("kept", 0),
            tuple(said.get("reasons", ())),
            tuple(sessions[said["run"] - 1].requests) if said["run"] else (),
        )
    return found


@dataclass(frozen=True)
class Comparison:
    """The same tests twice: as they are, and over the bridge.

    `expected` are the kinds of tests that can't do the same over any bridge.
    """

    title: str
    before: Mapping[str, Own]
    over: Mapping[str, Own]
    expected: Kinds = ()

    def pairs(self) -> Iterator[tuple[Own, Own]]:
        """What became of each test, before and over the bridge."""
        for name, own in self.before.items():
            yield own, self.over.get(name, Own(name, "not run"))

    def differing(self) -> list[tuple[Own, Own]]:
        """The tests that pass before and do otherwise over the bridge."""
        return [(a, b) for a, b in self.pairs() if a.outcome == "passed" != b.outcome]

    def leaks(self) -> list[Own]:
        """Tests over the bridge with a request to the older API that it didn't account for."""
        return [b for _, b in self.pairs() if b.bridged + b.kept and b.legacy > b.kept]

    def table(self) -> str:
        """All that a person wants to see, in lines."""
        both = [b for a, b in self.pairs() if a.outcome == b.outcome == "passed"]
        asking = [own for own in both if own.bridged + own.kept]
        kept = [own for own in asking if own.kept]
        failed = [a for a, _ in self.pairs() if a.outcome == "failed"]
        unlike = [b for _, b in self.differing()]
        surprises = [own for own in unlike if not _kind(own, self.expected)]
        lines = [f"{self.title}: {len(self.before)} tests"]
        lines += [f"{len(both):6} pass both ways"]
        lines += [f"{len(asking):9} of them ask the model, {len(asking) - len(kept)} without the "]
        lines[-1] += f"older API, {len(kept)} with requests that stay there:"
        lines += _counted([(one, reason) for one in kept for reason in one.reasons])
        skipped = sum(a.outcome == "skipped" for a, _ in self.pairs())
        lines += [f"{skipped:6} are skipped", f"{len(failed):6} can't run here, as they"]
        lines += _counted(
            [(one, _kind(one, NATIVE_FAILURES) or "fail otherwise") for one in failed]
        )
        lines += [f"{len(unlike) - len(surprises):6} can't cross, as they"]
        lines += _counted([(one, _kind(one, self.expected)) for one in unlike])
        lines += [f"{len(surprises):6} differ", *map(_shown, surprises)]
        lines += [f"{len(self.leaks()):6} ask the older API unaccounted for"]
        return "\n".join([*lines, *(f"{'':9}{own.name}" for own in self.leaks())])


def _kind(own: Own, kinds: Kinds) -> str:
    """The first kind whose words a test has in its name or its reason; none: empty."""
    text = f"{own.name}\n{own.why}\n{' '.join(own.refused)}"
    return next((kind for words, kind in kinds if re.search(words, text)), "")


def _counted(found: Sequence[tuple[Own, str]]) -> list[str]:
    counts = Counter(kind for _, kind in found if kind)
    return [f"{count:12} {kind}" for kind, count in counts.most_common()]


def _shown(own: Own) -> str:
    said = " ".join(f"{own.outcome}: {own.why}".split())[:SHOWN]
    refused = f" (the server: {own.refused[0]})" if own.refused else ""
    return f"{'':9}{own.name}\n{'':12}{said}{refused}"
