"""Rewritten programs pass a type checker where the declarations of the SDK let them.

No cast, no getattr: kinds of events, steps and contents are told apart by narrowing. What the SDK
declares makes right programs fail all the same; `SDK` says how, `GUIDE` which programs.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.oracle import environments
from tests.oracle.cases import FIXTURES, Case, cases

# Not those with prompts or models of unknown type: the SDK's overloads can't tell those apart.
STREAMS = (
    "annotated", "async-generator-sse", "async-print", "collect-and-return", "enumerated",
    "error-unhandled", "finish-reason-in-loop", "guide-streaming", "guide-thinking",
    "inline-call", "parts-of-chunks", "start-text", "usage-of-last-chunk",
)  # fmt: skip

SDK = {
    "union": r"Stream\[|tuple\[str, Any\]|\"Interaction\" (is not iterable|cannot be used with)",
    "optional text": r'"str \| None"',
    "optional data": r'\| None" cannot be assigned .* in function "b64decode"',
    "optional object": r'known attribute of "None"',
    "open content": r'for class "UnknownContent"',
    "no overload": r'No overloads for "create"|cannot be assigned to parameter .* "create"',
}
"""What pyright says about right programs, and why.

union: an optional id or text, a model that is not listed and a variable without annotation match
the catch-all overload only, whose result may be a stream. optional …: as in the older API, whose
text, data and objects were optional as well. open content: a reply may hold content of kinds that
are yet to come. no overload: an unannotated dict of settings, in a file without annotations.
"""

GUIDE: dict[str, dict[str, set[str]]] = {
    "basic": {"generate-content/guide-basic": set(), "generation-config/guide-settings": set()},
    "multi-turn": {
        "chats/guide-multi-turn": {"union"},
        "chats/guide-multi-turn-streaming": {"union"},
        "chats/repl-until-quit": {"union"},
    },
    "multimodal": {
        "media-input/guide-multimodal": set(),
        "media-input/inline-image": set(),
        "media-input/youtube-video": set(),
        "media-input/uploaded-image": {"union"},
    },
    "structured output": {
        "structured-output/guide-recipe": {"optional text"},
        "structured-output/guide-parsed": {"optional text"},
        "structured-output/json-mode-only": {"optional text"},
    },
    "generation of media": {
        "media-output/image-guide": {"optional data"},
        "media-output/speech-guide": {"optional data", "optional object", "union"},
        "media-output/guide-image-chat": {"optional data", "open content", "union"},
    },
    "server-side tools": {
        "built-in-tools/guide-search": {"no overload"},
        "built-in-tools/guide-url-and-search": {"union"},
        "tool-steps/code-guide": set(),
        "tool-steps/pages-guide": {"union"},
        "grounding/maps-guide": set(),
    },
    "function calling": {
        "function-declarations/docs-sample": {"no overload"},
        "function-calls/guide-forced": {"union"},
        "automatic-calling/docs-sample": {"union"},
    },
    "streaming": {"streams/guide-streaming": set()},
    "streaming tools": {"streams/guide-streaming-tools": set()},
    "thinking": {"thought-steps/thoughts-and-answer": set(), "streams/guide-thinking": set()},
}
"""The families of the official guide, their cases, and what the SDK makes pyright say of each."""

FREE = {"union", "no overload", "optional data", "optional object"}
"""What may be said of any loop: its settings are of unknown type, its usage may be absent."""
BOUND_LATE = "reportPossiblyUnbound"
"""What a loop sets is read behind it, now as before: no loop is certain to run."""


@dataclass(frozen=True)
class Message:
    """Something pyright says, and the rule behind it."""

    rule: str
    text: str

    @property
    def causes(self) -> set[str]:
        """Which declarations of the SDK it is due to."""
        return {cause for cause in SDK if re.search(SDK[cause], self.text)}


Messages = dict[str, list[Message]]


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Messages:
    """What pyright says about the programs, by case and name: `streams/walrus/after`."""
    folder = tmp_path_factory.mktemp("typed")
    copies = {copy(name, folder): name for name in every_program()}
    newest = environments.interpreters()[-1]
    run = [sys.executable, "-m", "pyright", "--pythonpath", str(newest), "--outputjson", "."]
    done = subprocess.run(run, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        pytest.skip(f"pyright does not run here: {done.stderr[-200:]}")
    assert found["summary"]["filesAnalyzed"] == len(copies)
    said: Messages = defaultdict(list)
    for one in found["generalDiagnostics"]:
        message = Message(one.get("rule", ""), one["message"])
        said[copies[Path(one["file"]).name]].append(message)
    return said


def every_program() -> Iterable[str]:
    """The rewritten programs of the guide, and both programs of every case of streams."""
    guide = [f"{case}/after" for cases in GUIDE.values() for case in cases]
    streams = [f"{case.id}/{name}" for case in streamed() for name in ("before", "after")]
    return dict.fromkeys([*streams, *guide])


def streamed() -> list[Case]:
    """The cases of streams that are rewritten, and run here."""
    return [c for c in cases() if c.id.startswith("streams/") and c.after is not None and c.runs]


def copy(program: str, folder: Path) -> str:
    """Put a program where pyright runs; the name of the file."""
    name = re.sub(r"\W", "_", program) + ".py"
    (folder / name).write_bytes((FIXTURES / f"{program}.py").read_bytes())
    return name


def test_loops_over_streams_pass_pyright(messages: Messages) -> None:
    found = {name: messages.get(f"streams/{name}/after", []) for name in STREAMS}
    assert {name: said for name, said in found.items() if said} == {}


def test_every_loop_over_a_stream_says_no_more_than_before(messages: Messages) -> None:
    """Apart from what the SDK's overloads make of prompts and models of unknown type, and its data.

    What may be missing, such as the usage, may have been missing before: the same rule spoke then.
    """
    new: dict[str, list[str]] = {}
    for case in streamed():
        known = {message.rule for message in messages.get(f"{case.id}/before", ())} | {BOUND_LATE}
        said = [m for m in messages.get(f"{case.id}/after", ()) if m.rule not in known]
        said = [m for m in said if not m.causes & FREE]
        new |= {case.id: [f"{m.rule}: {m.text}" for m in said]} if said else {}
    assert new == {}


@pytest.mark.parametrize("family", GUIDE)
def test_the_guide_passes_pyright_where_the_sdk_lets_it(family: str, messages: Messages) -> None:
    for case, allowed in GUIDE[family].items():
        said = messages.get(f"{case}/after", [])
        assert [m.text for m in said if not m.causes & allowed] == []
        assert allowed == set().union(*(m.causes for m in said)), f"{case} needs less allowed"
