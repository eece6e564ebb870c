"""The code cells of a notebook are one module, and go back into the file without another byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from migrator.model import FileResult, Options, Source, Status
from migrator.notebooks import read_notebook, sources
from migrator.pipeline import migrate

from .build import code, notebook

HEAD = "from google import genai\n\nclient = genai.Client()"
CALL = 'response = client.models.generate_content(model="gemini-3.5-flash", contents="Hi")'
NEW = 'response = client.interactions.create(model="gemini-3.5-flash", input="Hi")'


def run(data: bytes, path: str = "a.ipynb", **options: Any) -> FileResult:
    (result,) = migrate([Source(path, data)], Options(**options), edit=True)
    return result


def new_cells(data: bytes, **options: Any) -> list[str]:
    result = run(data, **options)
    assert result.error is None
    return sources(result.output or data)


def test_names_flow_from_cell_to_cell() -> None:
    cells = new_cells(notebook([HEAD, CALL, "print(response.text)"]))
    assert cells[1:] == [NEW, "print(response.output_text)"]


def test_the_last_value_of_a_cell_is_displayed() -> None:
    cells = new_cells(notebook([HEAD, f"{CALL}\nresponse.text"]))
    assert cells[1] == f"{NEW}\nresponse.output_text"
    (shown,) = run(notebook([HEAD, CALL, "response"])).findings
    assert shown.status is Status.MIGRATED
    assert any("shows an object of the reply whole" in note for note in shown.notes)
    (hidden,) = run(notebook([HEAD, CALL, "response;"])).findings
    assert hidden.status is Status.MIGRATED
    assert not any("shows an object of the reply whole" in note for note in hidden.notes)


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        (["print(response)"], Status.MIGRATED),
        (["print(f'got {response.usage_metadata}')"], Status.MIGRATED),
        (["print(response, file=log)"], Status.UNSAFE),
        (["%%capture out\nprint(response)", "out.stdout"], Status.UNSAFE),
        (["%%capture\nprint(response)"], Status.MIGRATED),
        (["from rich import print\nprint(response)"], Status.UNSAFE),
        (["with redirect_stdout(log): print(response)"], Status.UNSAFE),
        (["text = str(response)"], Status.UNSAFE),
    ],
)
def test_what_is_printed_whole_is_for_people_unless_a_program_reads_it(
    cells: list[str], status: Status
) -> None:
    (finding,) = run(notebook([HEAD, CALL, *cells])).findings
    assert finding.status is status


def test_what_is_no_python_costs_nothing_else() -> None:
    cells = ["%%bash\ncurl generate_content", HEAD, "def broken(:", CALL, "%%js\nalert(1)"]
    result = run(notebook(cells))
    assert result.skipped == ("cell 1", "cell 3", "cell 5")
    assert sources(result.output or b"") == [*cells[:1], *new_header(), cells[2], NEW, cells[4]]


def new_header() -> list[str]:
    header = '{"headers": {"Api-Revision": "2026-05-20"}}'
    return [f"from google import genai\n\nclient = genai.Client(http_options={header})"]


def test_findings_name_the_cell() -> None:
    cells = [HEAD, {"cell_type": "markdown", "metadata": {}, "source": ["# Hi"]}]
    data = notebook([*cells, code(f"\n{CALL}", id="abc"), "print(response.candidates[1])"])
    (finding,) = run(data).findings
    assert finding.cell is not None and finding.blocker is not None
    assert (finding.cell.number, finding.cell.id, finding.line) == (2, "abc", 2)
    assert finding.blocker.cell is not None
    assert (finding.blocker.cell.number, finding.blocker.line) == (3, 1)


def test_nothing_but_changed_sources_changes() -> None:
    before = notebook([HEAD, "x = 'é'", f"{CALL}\nprint(response.text)"])
    after = run(before).output
    assert after is not None
    old, new = json.loads(before), json.loads(after)
    for one, other in zip(old["cells"], new["cells"], strict=True):
        assert {**one, "source": None} == {**other, "source": None}
    kept = [line for line in before.splitlines() if line in after.splitlines()]
    assert len(before.splitlines()) - len(kept) == 3


LAYOUTS: list[dict[str, Any]] = [
    {"indent": 1},
    {"indent": 2},
    {"indent": None},
    {"indent": None, "separators": (",", ":")},
    {"indent": "\t"},
    {"indent": 1, "ensure_ascii": False},
    {"indent": 1, "sort_keys": True},
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_layout_of_the_file_stays(layout: dict[str, Any], end: str) -> None:
    data = json.loads(notebook([HEAD, "# é, \u2028", CALL]))
    before = json.dumps(data, **layout) + end
    result = run(before.encode())
    for cell, source in zip(data["cells"], sources(result.output or b""), strict=True):
        cell["source"] = source.splitlines(keepends=True) if "\u2028" not in source else [source]
    assert result.output is not None
    assert json.loads(result.output) == data
    assert result.output.decode() == json.dumps(data, **layout) + end


def test_a_source_may_be_one_string() -> None:
    data = json.loads(notebook([HEAD, CALL]))
    for cell in data["cells"]:
        cell["source"] = "".join(cell["source"])
    result = run(json.dumps(data).encode())
    assert json.loads(result.output or b"")["cells"][1]["source"] == NEW


def test_nbformat_3() -> None:
    cells = [
        {"cell_type": "code", "input": [line], "language": "python", "outputs": []}
        for line in (HEAD, CALL)
    ]
    old = {"metadata": {}, "nbformat": 3, "worksheets": [{"cells": cells}]}
    result = run(json.dumps(old).encode())
    assert json.loads(result.output or b"")["worksheets"][0]["cells"][1]["input"] == [NEW]


def test_a_byte_order_mark_stays() -> None:
    result = run(b"\xef\xbb\xbf" + notebook([HEAD, CALL]))
    assert result.output is not None and result.output.startswith(b"\xef\xbb\xbf{")


def test_another_language_is_no_candidate() -> None:
    metadata = {"language_info": {"name": "javascript"}}
    result = run(notebook(["client.models.generate_content()"], metadata=metadata))
    assert not result.candidate


@pytest.mark.parametrize(
    "data",
    [b"generate_content genai google", b'{"cells": 1}', b'["generate_content", "genai"]', b"{}"],
)
def test_what_is_no_notebook_is_an_error_or_nothing(data: bytes) -> None:
    result = run(data + b" google.genai generate_content Client()"[: 0 if data == b"{}" else None])
    assert result.output is None
    assert result.error is None or result.error.startswith("cannot be decoded")


def test_outputs_are_cleared_on_demand() -> None:
    before = notebook([HEAD, "print(1)", CALL])
    kept = run(before)
    assert [n for f in kept.findings for n in f.notes if "former code" in n]
    cleared = run(before, clear_outputs=True)
    assert not [n for f in cleared.findings for n in f.notes if "former code" in n]
    cells = json.loads(cleared.output or b"")["cells"]
    assert [cell["outputs"] == [] for cell in cells] == [True, False, True]
    assert [cell["execution_count"] for cell in cells] == [None, 1, None]


def test_top_level_await_and_magics_between() -> None:
    ask = 'response = await client.aio.models.generate_content(model="m", contents="Hi")'
    cells = new_cells(notebook([HEAD, f"%%time\n!ls\n{ask}\nfiles = !ls", "response.text"]))
    new = 'response = await client.aio.interactions.create(model="m", input="Hi")'
    assert cells[1:] == [f"%%time\n!ls\n{new}\nfiles = !ls", "response.output_text"]


def test_one_strange_use_does_not_stop_the_others() -> None:
    cells = [HEAD, CALL, "response.strange", CALL, "response.text"]
    result = run(notebook(cells))
    assert [f.status for f in result.findings] == [Status.MANUAL, Status.MIGRATED]
    assert sources(result.output or b"")[3:] == [NEW, "response.output_text"]


def test_reasons_name_cells() -> None:
    cells = [HEAD, "x = 1", f"{CALL}\nclient.chats", "client = connect()"]
    (finding,) = run(notebook([*cells[:3], "response.automatic_function_calling_history"])).findings
    assert finding.blocker is not None and "_ipython" not in finding.blocker.reason


def test_a_second_run_changes_nothing() -> None:
    result = run(notebook([HEAD, "!ls", f"{CALL}\nresponse.text"]))
    again = run(result.output or b"")
    assert again.output is None and again.error is None


def test_a_notebook_without_a_call_keeps_its_bytes() -> None:
    data = notebook(["import google.genai", "x = 'generate_content'"])
    found = read_notebook(data)
    assert found is not None and found.encode(found.text) == data
    assert run(data).output is None


SHOWN = 'client.models.generate_content(model="gemini-3.5-flash", contents="Hi")'


@pytest.mark.parametrize("read", ["_.text", "print(__)", "_2.text", "Out[2].text", "x = _"])
def test_what_a_cell_displayed_may_be_read_again(read: str) -> None:
    (finding,) = run(notebook([HEAD, SHOWN, read]), unsafe_fixes=True).findings
    assert finding.status is Status.MANUAL and finding.blocker is not None
    assert "as `_` or `Out`" in finding.blocker.reason


@pytest.mark.parametrize(
    "read",
    ["for _ in range(3):\n    pass", "f = lambda _: _", "import gettext as _\n_.bindtextdomain"],
)
def test_an_underscore_of_the_notebook_is_none_of_ipython(read: str) -> None:
    assert new_cells(notebook([HEAD, SHOWN, read]), unsafe_fixes=True)[1] != SHOWN
    assert new_cells(notebook([HEAD, f"{SHOWN};", "_.x"]))[1] != f"{SHOWN};"


def test_time_displays_a_value() -> None:
    (finding,) = run(notebook([HEAD, f"%time {SHOWN}"])).findings
    assert any("shows an object of the reply whole" in note for note in finding.notes)
    (finding,) = run(notebook([HEAD, f"%timeit -n1 {SHOWN}"])).findings
    assert not any("shows an object of the reply whole" in note for note in finding.notes)


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        (f"def broken(:\n    x = {SHOWN}", 2, "the cell is no Python"),
        (f"%%writefile src/app.py\n{HEAD}\n{SHOWN}", 5, "writes a file"),
        (f"%%python\n{HEAD}\n{SHOWN}", 5, "a Python of its own"),
        (f"%%script python3\n{HEAD}\n{SHOWN}", 5, "a Python of its own"),
        (f"%%time\nx = 1 +\n{SHOWN}", 3, "the cell is no Python"),
    ],
)
def test_calls_in_cells_that_are_no_python_are_reported(
    source: str, line: int, reason: str
) -> None:
    first, second = run(notebook([HEAD, source, CALL])).findings
    assert first.cell is not None and first.blocker is not None
    assert (first.cell.number, first.line, first.status) == (2, line, Status.MANUAL)
    assert reason in first.blocker.reason
    assert second.status is Status.MIGRATED
    skipped = source.replace(SHOWN, f"{SHOWN}  # gemini-migrate: skip")
    assert run(notebook([HEAD, skipped])).findings[0].status is Status.SUPPRESSED
    whole = run(notebook(["# gemini-migrate: skip-file", source])).findings
    assert [finding.status for finding in whole] == [Status.SUPPRESSED]


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile a.txt", "%%javascript"])
def test_other_languages_have_no_calls(magic: str) -> None:
    assert len(run(notebook([HEAD, f"{magic}\n{SHOWN}", CALL])).findings) == 1
