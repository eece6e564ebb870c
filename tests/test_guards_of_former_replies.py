"""A guard asks of one reply, and what is read is of the next, under the same name.

What is migrated without a word of unsafe fixes does the same where the second reply alone is unlike
what was asked of the first.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.one_read import differences
from tests.oracle.mood_rules import moods_for
from tests.oracle.moods import Mood
from tests.oracle.programs import Oracle

PARTS = "{r}.candidates[0].content.parts"
GUARDS = (
    "if getattr({r}, 'text', None):\n    {then}",
    "if not {r}.candidates or not {r}.candidates[0].content:\n    return 'left'\n{then}",
    f"while {PARTS}:\n    {{then}}\n    break",
)
READS = (
    f"[part.text for part in {PARTS}]",
    f"{PARTS}[0].text",
    "{r}.text is None",
    "{r}.candidates[0].finish_reason.name",
)
HANDLERS = ("AttributeError", "(AttributeError, IndexError, TypeError)", "KeyError")
NAME, ATTRIBUTE, ITEM = "reply", "self.reply", "self.kept['reply']"
RENEWED = {
    "assigned": (NAME, "reply = ask('two')"),
    "assigned in a branch": (NAME, "if self:\n    reply = ask('two')"),
    "assigned in a handler": (
        NAME,
        "try:\n    raise KeyError\nexcept KeyError:\n    reply = ask('two')",
    ),
    "a target of a loop": (NAME, "for reply in [ask('two')]:\n    pass"),
    "set by a function inside": (
        NAME,
        "def renew():\n    nonlocal reply\n    reply = ask('two')\n\nrenew()",
    ),
    "an attribute": (ATTRIBUTE, "self.reply = ask('two')"),
    "set by a method": (ATTRIBUTE, "self.renew()"),
    "an item": (ITEM, "self.kept['reply'] = ask('two')"),
}
PROGRAM = """\
from google import genai

client = genai.Client()


def ask(question):
    return client.models.generate_content(model="gemini-3.5-flash", contents=question)


class Talk:
    def __init__(self):
        self.kept = {{}}

    def renew(self):
        {variable} = ask("two")

    def read(self):
        {variable} = ask("one")
{body}
        return "nothing"


print(Talk().read())
"""
UNLIKE = ("reply", "text", "parts")
"""The kinds of moods that the second reply is in."""


def _programs(variable: str, renewal: str) -> Iterator[str]:
    handlers = itertools.cycle(HANDLERS)
    for guard, read in itertools.product(GUARDS, READS):
        tried = f"try:\n    return {read}\nexcept {next(handlers)}:\n    return 'caught'"
        then = f"{renewal}\n{tried}"
        inside = guard.partition("{then}")[0].rpartition("\n")[2]
        body = guard.replace("{then}", then.replace("\n", f"\n{inside}")).replace("{r}", variable)
        indented = "\n".join(f"        {line}" if line else "" for line in body.splitlines())
        yield PROGRAM.format(variable=variable, body=indented)


def _moods(program: str) -> list[Mood]:
    return [replace(mood, only=2) for mood in moods_for(program) if mood.kind in UNLIKE]


@pytest.mark.parametrize("renewed", RENEWED)
def test_says_nothing_of_the_next_reply(renewed: str, oracle: Oracle) -> None:
    different: list[str] = []
    ran = 0
    for number, program in enumerate(_programs(*RENEWED[renewed])):
        found = differences(program, oracle, number, _moods)
        ran += found is not None
        different += [f"{program}\n{text}" for text in found or ()]
    assert not different, "\n".join(different)
    assert ran
