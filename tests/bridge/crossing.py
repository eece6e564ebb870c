"""Runs a program as it is and over the bridge, and says what it does otherwise there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.oracle.compare import compare
from tests.oracle.environments import ROOT
from tests.oracle.mood_rules import READS, moods_for
from tests.oracle.moods import BY_NAME, Mood, Weather, World, as_it_is, no_parts
from tests.oracle.programs import Oracle, OverBridge, Program, Run, Worker

BRIDGE = ROOT / "codemods" / "bridge" / "genai_bridge.py"
REFUSED = re.compile(r"refused: |request \d+: (?!None).* became (?!None)")
Json = dict[str, Any]

PLAIN = Mood("plain", "reply", "OLD")
"""A server that answers whole and friendly, in any spelling."""
ONE_BY_ONE = World("one by one", one_by_one=True)
"""A server whose events are read one by one: the last text can't be told from one that is not."""
KEPT = re.compile(r"BridgeWarning: (.*?): the request goes to generateContent")
QUOTA = re.compile(r"""(?<='status': 'RESOURCE_EXHAUSTED'), 'details': \[.*\](?=\}\})""")
"""Which quota is used up and when to come back: an error of interactions has no such details."""
READ_ONE_BY_ONE = ("reply", "parts", "finish")
"""Kinds of moods in which events are sent one by one as well."""
SAME = {"no-supports": "no-sources"}
"""Moods that an interaction can't tell from another one: it lists sources where they are cited."""
EMPTY_PIECES = ("empty-first", "empty-last")
"""Where a stream has an empty piece, of which the bridge makes no chunk."""


def moods_in(source: str) -> list[Mood]:
    """The moods of the server that a program can notice, the friendly one first."""
    return [PLAIN, *moods_for(source)]


def as_bridged(reply: Json) -> Json:
    """A reply or chunk as an interaction can tell it.

    A refused prompt reads as a refused reply, a reply without content has a candidate with its
    finish reason, and counts come with the end.
    """
    if "promptFeedback" in reply:
        rest = {k: v for k, v in reply.items() if k != "promptFeedback"}
        refused = {"index": 0, "finishReason": reply["promptFeedback"]["blockReason"]}
        return {**rest, "candidates": [refused]}
    told = reply if _is_refused(reply) else no_parts(reply)
    if all("finishReason" in candidate for candidate in told["candidates"]):
        return told
    return {k: v for k, v in told.items() if k != "usageMetadata"}


def _is_refused(reply: Json) -> bool:
    found = {candidate.get("finishReason") for candidate in reply.get("candidates", ())}
    return bool(found - {None, "STOP", "MAX_TOKENS"})


@dataclass
class Crossing:
    """A program and what it does natively in the weathers that were asked for so far."""

    oracle: Oracle
    worker: Worker
    program: Program
    ran: dict[str, Run] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    """Why requests went to generateContent all the same."""

    def differences(self, mood: Mood) -> list[str]:
        """What the program does over the bridge and in no spelling of the mood natively."""
        for world in self._worlds(mood):
            found = [f"in the mood {mood.name} ({world.name}), on {self.worker.sdk}:"]
            # More than once: programs that ask several things at once don't end alike.
            for spelling in (as_bridged, mood.spellings[0], as_bridged):
                told = self._tried(mood, world, spelling)
                if not told:
                    break
                found += told
            else:
                return found
        return []

    def _tried(self, mood: Mood, world: World, spelling: Any) -> list[str]:
        """What differs in a world, with this answer to requests that stay with the older API."""
        weather = Weather(mood, spelling, world)
        over = self.oracle.run(self.program, OverBridge(self.worker, BRIDGE), weather)
        found = self._nearest(over, mood, world)
        if found:
            self.ran.clear()
        return found

    def asks(self) -> bool:
        """Whether the program asks the older API at all."""
        return bool(self._natively(Weather(PLAIN)).legacy)

    def _worlds(self, mood: Mood) -> Sequence[World]:
        streams = re.search(READS["stream"], self.program.text)
        pieces = streams and mood.kind in READ_ONE_BY_ONE
        return (*mood.worlds, ONE_BY_ONE) if pieces else mood.worlds

    def _nearest(self, over: Run, mood: Mood, world: World) -> list[str]:
        """The least that differs."""
        nearest: list[str] | None = None
        for weather in _natively(mood, world):
            found = self._compared(self._natively(weather), over)
            if not found:
                return []
            if nearest is None or len("".join(found)) < len("".join(nearest)):
                nearest = found
        return nearest or []

    def _compared(self, before: Run, over: Run) -> list[str]:
        reasons = set(KEPT.findall(over.stderr))
        self.kept |= reasons
        found = compare(_told(before), _told(over), header=False, cautious=False)
        if len(_refused(before)) == len(_refused(over)):
            found = [text for text in found if not REFUSED.match(text)]
        if reasons:
            found = [text for text in found if "the older API is still asked" not in text]
        return found

    def _natively(self, weather: Weather) -> Run:
        assert weather.mood is not None
        key = f"{weather.mood.name} {weather.mood.cut} {weather.spelling.__name__}"
        if key not in self.ran:
            self.ran[key] = self.oracle.run(self.program, self.worker, weather)
        return self.ran[key]


def _told(run: Run) -> Run:
    """A run without what an interaction can't tell, where it was printed."""
    return replace(run, stdout=QUOTA.sub("", run.stdout))


def _refused(run: Run) -> list[str]:
    """What the server had to say against requests."""
    return [request.error for request in run.asked if request.error]


def _natively(mood: Mood, world: World) -> Iterator[Weather]:
    """What the older API may answer where an interaction is as it is in this world."""
    cuts = [mood.cut, *([""] if mood.cut in EMPTY_PIECES else [])]
    if world.one_by_one:
        cuts.append("text-last")
    own = [_both(spelling) for spelling in mood.spellings if spelling is not as_it_is]
    for spelling in (*mood.spellings, as_bridged, *own):
        for cut in cuts:
            yield Weather(replace(mood, cut=cut), spelling)
    if mood.name in SAME:
        yield from _natively(BY_NAME[SAME[mood.name]], world)


def _both(spelling: Any) -> Any:
    """A spelling, and then what an interaction can tell of it."""

    def both(reply: Json) -> Json:
        return as_bridged(spelling(reply))

    both.__name__ = f"{spelling.__name__} as bridged"
    return both
