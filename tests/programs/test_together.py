"""Programs of several files: what is followed through imports, and what is said of which file."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest

from migrator import together
from migrator.model import FileResult, Import, Options, Program, Source, Status
from migrator.pipeline import migrate
from migrator.together import migrate_program

CLIENT = "from google import genai\n\nclient = genai.Client()\n"
ASK = """
from llm import client


def ask(question: str):
    return client.models.generate_content(model="gemini-3.5-flash", contents=question)
"""
MAIN = """
from service import ask

print(ask("Hi").text)
"""


def program(
    files: dict[str, str], *, context: tuple[str, ...] = (), tests: tuple[str, ...] = ()
) -> Program:
    """A program of modules by name; each imports those that it names."""
    names = list(files)
    sources = tuple(Source(f"{n}.py", dedent(files[n]).lstrip().encode()) for n in names)
    imports = [
        Import(names.index(one), other, names.index(other))
        for one in names
        for other in names
        if one != other and other in files[one]
    ]
    return Program(
        sources,
        tuple(imports),
        frozenset(names.index(n) for n in context),
        frozenset(names.index(n) for n in tests),
    )


def results(whole: Program, **options: bool) -> dict[str, FileResult]:
    return {r.path: r for r in migrate_program(whole, Options(**options), edit=True)}


def text(result: FileResult) -> str:
    assert result.output is not None
    return result.output.decode()


def test_a_unit_spans_files() -> None:
    found = results(program({"main": MAIN, "service": ASK, "llm": CLIENT}))
    assert 'print(ask("Hi").output_text)' in text(found["main.py"])
    assert "client.interactions.create(" in text(found["service.py"])
    assert "Api-Revision" in text(found["llm.py"])
    (finding,) = found["service.py"].findings
    assert (finding.status, finding.line) == (Status.MIGRATED, 5)
    assert not found["main.py"].findings


def test_context_is_no_permission() -> None:
    files = {"main": MAIN, "service": ASK, "llm": CLIENT}
    found = results(program(files, context=("main",)))
    assert sorted(found) == ["llm.py", "service.py"]
    (finding,) = found["service.py"].findings
    assert finding.status is Status.MANUAL
    assert finding.blocker is not None
    assert finding.blocker.reason.startswith("main.py must change with it")
    assert not any(result.changed for result in found.values())


def test_a_client_that_may_not_change_leaves_the_header_to_the_calls() -> None:
    found = results(program({"main": MAIN, "service": ASK, "llm": CLIENT}, context=("llm",)))
    assert 'extra_headers={"Api-Revision": "2026-05-20"}' in text(found["service.py"])


def test_a_blocker_names_its_file() -> None:
    files = {"main": MAIN + "\nprint(ask('Ho').avg_logprobs)\n", "service": ASK, "llm": CLIENT}
    found = results(program(files))
    (finding,) = found["service.py"].findings
    assert finding.blocker is not None
    assert (finding.blocker.path, finding.blocker.line) == ("main.py", 5)


def test_a_file_that_cannot_be_parsed_costs_no_other() -> None:
    files = {
        "main": MAIN,
        "service": ASK,
        "llm": CLIENT,
        "broken": "from service import ask\nx = (\n",
    }
    found = results(program(files))
    assert found["service.py"].changed
    assert not found["broken.py"].findings


def test_calls_of_tests_show_nothing_of_what_is_passed() -> None:
    files = {
        "service": ASK.replace("question: str", "question"),
        "llm": CLIENT,
        "test_it": "from service import ask\n\nassert ask('Hi').text\n",
    }
    tested = results(program(files, tests=("test_it",)))
    shown = results(program(files))
    assert [f.status for f in tested["service.py"].findings] == [Status.UNSAFE]
    assert [f.status for f in shown["service.py"].findings] == [Status.MIGRATED]


@pytest.mark.parametrize("order", [("main", "service", "llm"), ("llm", "main", "service")])
def test_the_order_of_the_files_changes_nothing(order: tuple[str, ...]) -> None:
    files = {"main": MAIN, "service": ASK, "llm": CLIENT}
    one = results(program({name: files[name] for name in order}))
    assert one == results(program(files))


def test_a_program_of_one_file_is_what_the_file_alone_is() -> None:
    source = Source("a.py", (CLIENT + ASK.replace("from llm import client", "")).encode())
    assert migrate_program(Program((source,)), Options(), edit=True) == migrate(
        [source], Options(), edit=True
    )


def test_modules_that_import_each_other_settle() -> None:
    files = {
        "service": "import main\n" + ASK,
        "main": "import service\n\n\ndef show():\n    print(service.ask('Hi').text)\n",
        "llm": CLIENT,
    }
    found = results(program(files))
    assert "service.ask('Hi').output_text" in text(found["main.py"])


def test_what_a_library_offers_is_called_out_of_view_too() -> None:
    files = {"main": MAIN, "service": ASK, "llm": CLIENT, "shop": "from service import ask\n"}
    whole = program(files)
    offered = replace(whole, exports=frozenset({list(files).index("shop")}))
    (finding,) = results(offered)["service.py"].findings
    assert finding.status is Status.UNSAFE
    assert finding.blocker is not None
    assert "ask() hands the whole response to callers out of view" in finding.blocker.reason
    for one, options in ((whole, {}), (offered, {"assume_application": True})):
        assert results(one, **options)["service.py"].findings[0].status is Status.MIGRATED


def test_an_application_has_no_callers_but_those_in_view() -> None:
    files = {"service": ASK, "llm": CLIENT}
    supposed = results(program(files))["service.py"].findings[0]
    alone = results(program(files), assume_application=True)["service.py"].findings[0]
    assert (supposed.status, alone.status) == (Status.UNSAFE, Status.MIGRATED)


def test_what_cannot_be_understood_as_a_whole_is_understood_file_by_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(together, "understand_program", fail)
    found = migrate_program(
        program({"main": MAIN, "service": ASK, "llm": CLIENT}), Options(), edit=True
    )
    assert found[0].remarks == (
        "main.py and 2 files around it were understood one by one, which finds less "
        "(RecursionError: too deep); please report this",
    )
    assert [f.status for f in found[1].findings] == [Status.UNSAFE]


def test_files_of_too_big_a_program_say_that_each_was_understood_alone() -> None:
    alone = replace(program({"service": ASK}), remark="more than 300 files")
    found = results(alone, assume_application=True)["service.py"]
    assert found.remarks == ("more than 300 files",)
    assert found.findings[0].notes[-1] == "more than 300 files"
    assert found.findings[0].status is Status.UNSAFE  # others may call it, out of view
