"""Loops over streams, seen from the rules that conversations add to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from codemods.request.request import plan_request
from codemods.streams.events import Carried
from codemods.streams.stream_planning import carry_on
from migrator.edit import apply_edits
from migrator.edits import Item, NeedImport
from migrator.model import Options, Status
from migrator.plan import Draft
from migrator.plan.planner import Plan, plan_module
from migrator.registry import RuleBook, knowledge, rule_book
from migrator.understand import CallSite, understand
from tests.oracle.cases import FIXTURES, cases
from tests.oracle.programs import Oracle

PROGRAM = """\
from google import genai

client = genai.Client()
previous_interaction_id = None
for prompt in ("one", "two"):
    for chunk in client.models.generate_content_stream(model="gemini-2.5-flash", contents=prompt):
        print(chunk.text, end="")
"""
ID = "previous_interaction_id"


def plan_with_id(text: str) -> Plan:
    """The plan of a program whose streams carry the id of their interaction in a variable."""

    def planned(draft: Draft, site: CallSite) -> None:
        plan_request(draft, site, Item("True", "stream"), Item(ID, ID))
        carry_on(draft, site.call, Carried(ID))

    rules = dict(rule_book().rules)
    key = ("site", "generate_content_stream")
    rules[key] = (rules[key][0], planned)
    facts = understand(ast.parse(text), knowledge())
    return plan_module(text, facts, Options(), RuleBook(rules))


def test_a_loop_can_carry_the_id_of_its_interaction() -> None:
    plan = plan_with_id(PROGRAM)
    assert [f.status for f in plan.findings] == [Status.MIGRATED]
    edits = [edit for edit in plan.edits if not isinstance(edit, NeedImport)]
    written = apply_edits(PROGRAM, edits, line_length=88)
    assert (
        '        elif event.event_type == "interaction.completed":\n'
        "            previous_interaction_id = event.interaction.id\n"
        '        elif event.event_type == "error":\n'
    ) in written


def test_a_loop_that_may_be_left_early_can_not() -> None:
    plan = plan_with_id(PROGRAM + "        break\n")
    assert [f.status for f in plan.findings] == [Status.MANUAL]


def test_a_stream_without_a_loop_of_its_own_can_not() -> None:
    twice = PROGRAM.replace("for chunk in client", "stream = client").replace("prompt):", "prompt)")
    twice = twice.replace('        print(chunk.text, end="")\n', "")
    twice += (
        "    for c in stream:\n        print(c.text)\n    for c in stream:\n        print(c.text)\n"
    )
    plan = plan_with_id(twice)
    assert [f.status for f in plan.findings] == [Status.MANUAL]


def test_the_none_of_a_chunk_without_text_is_all_that_goes(oracle: Oracle) -> None:
    case = next(case for case in cases() if case.id == "streams/studio-tools")
    assert case.after is not None
    before, after = (
        oracle.run(case.program(text.replace(b"[[search]]", b"[[code]]")), oracle.workers[0])
        for text in (case.before, case.after)
    )
    assert before.stdout.count("None") == 2
    assert after.stdout == before.stdout.replace("None", "")


def events_of_two_hops() -> Iterator[SimpleNamespace]:
    """A long answer, which the SDK goes on with: the first that ends is not the last."""
    for text, status in (("one ", "requires_continuation"), ("two", "completed")):
        delta = SimpleNamespace(type="text", text=text)
        yield SimpleNamespace(event_type="step.delta", delta=delta)
        interaction = SimpleNamespace(status=status)
        yield SimpleNamespace(event_type="interaction.completed", interaction=interaction)


class Stream:
    """Events that can be closed, as those of the SDK."""

    def __init__(self, events: Iterator[SimpleNamespace]) -> None:
        self._events = events

    def __iter__(self) -> Iterator[SimpleNamespace]:
        return self._events

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._events = iter(())


def test_what_ends_a_loop_waits_for_the_last_event(
    capsys: pytest.CaptureFixture[str],
) -> None:
    after = (FIXTURES / "streams" / "until-finished" / "after.py").read_text(encoding="utf-8")
    module = ast.parse(after)
    module.body = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    create = SimpleNamespace(create=lambda **_: Stream(events_of_two_hops()))
    names: dict[str, Any] = {"client": SimpleNamespace(interactions=create), "MODEL": "any"}
    exec(compile(module, "after.py", "exec"), names)
    assert names["until_finished"]("") == "one two"
    assert names["complain"]("") == "one two"
    assert list(names["events"]("")) == ["one ", "two", "[done]"]
    assert capsys.readouterr().out == ""
