"""What the renderers print."""

from __future__ import annotations

import io
import json
import os
import subprocess

import pytest

from migrator.model import Blocker, FileResult, Finding, Report, Status, Summary
from migrator.report import github, sarif
from migrator.report import json as json_report
from migrator.report.diff import colored, patch
from migrator.report.text import Style, emit
from migrator.runner import collect
from migrator.worker import Outcome


def finding(status: Status, line: int = 3, **given) -> Finding:
    values = {
        "codemod": "generate-content",
        "code": "GM001",
        "status": status,
        "line": line,
        "column": 5,
        "end_line": line,
        "end_column": 20,
        "message": "Optional[int] :warning: [red]x[/red]",
    }
    return Finding(**{**values, **given})


REPORT = collect(
    [
        Outcome(
            FileResult(
                "src/a b.py",
                (
                    finding(Status.MIGRATED, notes=("stored now",)),
                    finding(Status.UNSAFE, 4, blocker=Blocker(9, 2, "needs a look")),
                    finding(Status.MANUAL, 5, blocker=Blocker(8, 1, "used, later: 5%")),
                    finding(Status.SUPPRESSED, 6, notes=("stored now",)),
                ),
                b"new",
            )
        ),
        Outcome(FileResult("bad.py", error="cannot be parsed\n::x")),
        Outcome(FileResult("clean.py")),
    ],
    scanned=10_768,
    candidates=3,
).report


def text(report: Report, **options) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    emit(report, Style(subject="generate_content", **options), out, err)
    return out.getvalue(), err.getvalue()


def test_totals():
    assert REPORT.summary == Summary(10_768, 1, 1, 1, 1, 1, 1)
    assert REPORT.summary.sites == 4
    assert REPORT.notes == ("stored now",)
    assert [result.path for result in REPORT.results] == ["bad.py", "src/a b.py"]


def test_text():
    out, err = text(REPORT)
    message = "Optional[int] :warning: [red]x[/red]"
    assert out.splitlines() == [
        f"src/a b.py:3:5: GM001 [migrated] {message}",
        f"src/a b.py:4:5: GM001 [unsafe] {message}",
        "    unsafe at line 9: needs a look",
        f"src/a b.py:5:5: GM001 [manual] {message}",
        "    blocked at line 8: used, later: 5%",
        f"src/a b.py:6:5: GM001 [suppressed] {message}",
        "note: stored now",
        "10,768 files looked at, 4 legacy call sites: 1 can be migrated in 1 file, "
        "1 only with --unsafe-fixes, 1 needs a person, 1 suppressed. "
        "1 path failed, see above.",
    ]
    assert err == "bad.py: error: cannot be parsed\\x0a::x\n"


def test_a_note_names_the_calls_it_is_about_unless_it_is_about_all():
    few = [finding(Status.MIGRATED, n, notes=("all", "few")) for n in (3, 4)]
    many = [finding(Status.MIGRATED, n, notes=("all", "many")) for n in range(5, 10)]
    one = [finding(Status.MIGRATED, 1, notes=("all", "many"))]
    results = FileResult("a.py", (*few, *many)), FileResult("b.py", tuple(one))
    outcomes = [Outcome(result) for result in results]
    out, _ = text(collect(outcomes, scanned=2, candidates=2).report)
    notes = [line for line in out.splitlines() if line.startswith("note: ")]
    assert notes == [
        "note: all",
        "note: few (a.py:3, a.py:4)",
        "note: many (a.py:5 and 5 more)",
    ]


def test_a_list_of_findings_says_how_to_go_on():
    on = "Nothing was changed: --diff shows what would be, --in-place does it.\n"
    assert text(REPORT, listed=True)[0].endswith(on)
    assert on not in text(REPORT)[0]
    assert on not in text(Report((), Summary(1)), listed=True)[0]


def test_quiet_text_has_findings_and_errors_only():
    out, err = text(REPORT, quiet=True)
    assert "note:" not in out
    assert "looked at" not in out
    assert "[manual]" in out
    assert "bad.py" in err


def test_colored_text_is_the_plain_text_in_colours(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("TERM", "xterm")
    from rich.text import Text

    out, err = text(REPORT, color=True)
    assert "\x1b[" in out
    plain = [Text.from_ansi(part).plain.splitlines() for part in (out, err)]
    assert plain == [part.splitlines() for part in text(REPORT)]


@pytest.mark.parametrize(
    ("summary", "line"),
    [
        (Summary(10_768), "10,768 files looked at, none calls generate_content."),
        (Summary(1), "1 file looked at, none calls generate_content."),
        (Summary(), "No Python files found: the paths hold none, or all are ignored."),
        (
            Summary(2, files_failed=2),
            "2 files looked at, no call of generate_content found. 2 paths failed, see above.",
        ),
    ],
)
def test_nothing_found_explains_itself(summary, line):
    assert text(Report((), summary))[0] == line + "\n"


def test_json():
    document = json.loads(json_report.render(REPORT))
    assert document["schema_version"] == 1
    assert document["tool"]["name"] == "gemini-migrate"
    assert document["summary"] == {
        "files_scanned": 10_768,
        "files_changed": 1,
        "files_failed": 1,
        "sites": 4,
        "migrated": 1,
        "unsafe": 1,
        "manual": 1,
        "suppressed": 1,
        "bridged": 0,
        "unbridged": 0,
    }
    bad, good = document["files"]
    assert bad["error"].startswith("cannot be parsed")
    assert (bad["changed"], bad["findings"]) == (False, [])
    assert (good["path"], good["changed"], good["error"]) == ("src/a b.py", True, None)
    assert good["findings"][2] == {
        "codemod": "generate-content",
        "code": "GM001",
        "status": "manual",
        "line": 5,
        "column": 5,
        "end_line": 5,
        "end_column": 20,
        "message": "Optional[int] :warning: [red]x[/red]",
        "notes": [],
        "blocker": {"line": 8, "column": 1, "reason": "used, later: 5%"},
    }


def test_json_says_what_a_plan_would_change():
    planned = FileResult("a.py", (finding(Status.MIGRATED),))
    report = collect([Outcome(planned)], scanned=1, candidates=1).report
    document = json_report.document(report)
    assert document["files"][0]["changed"] is True
    assert document["summary"]["files_changed"] == 1


def test_github_escapes():
    lines = github.render(REPORT).splitlines()
    assert lines[0] == "::error file=bad.py::cannot be parsed\\x0a::x"
    assert lines[1] == (
        "::warning file=src/a b.py,line=3,endLine=3,title=GM001 generate-content,"
        "col=5,endColumn=19::[migrated] Optional[int] :warning: [red]x[/red]"
    )
    assert lines[3].endswith("%0Ablocked at line 8: used, later: 5%25")
    assert len(lines) == 4
    odd = FileResult("a:b,c.py", error="e")
    report = collect([Outcome(odd)], scanned=1, candidates=1).report
    assert github.render(report) == "::error file=a%3Ab%2Cc.py::e\n"


def test_sarif():
    log = json.loads(sarif.render(REPORT))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == sorted(set(ids))
    assert len(run["results"]) == 4
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"] == "GM001"
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "src/a%20b.py"
    assert place["region"] == {
        "startLine": 3,
        "startColumn": 5,
        "endLine": 3,
        "endColumn": 20,
    }
    related = run["results"][2]["relatedLocations"][0]
    assert related["message"]["text"] == "used, later: 5%"
    assert run["results"][3]["suppressions"] == [{"kind": "inSource"}]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == 1


PATCHES = {
    "plain.py": (b"a\nb\nc\n", b"a\nB\nc\n"),
    "no-end.py": (b"a\nb", b"a\nB"),
    "end-added.py": (b"a\nb", b"a\nb\n"),
    "crlf.py": (b"a\r\nb\r\n", b"a\r\nB\r\n"),
    "mixed.py": (b"a\r\nb\nc\rd\n", b"a\r\nB\nc\rd\n"),
    "latin.py": (b"# coding: latin-1\n'\xe9'\nb\n", b"# coding: latin-1\n'\xe9'\nB\n"),
    "form\x0cfeed.py": (b"a\x0cz\n\x0c\nb\x1d\n", b"a\x0cz\n\x0c\nB\x1d\n"),
    "bom.py": (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfA\n"),
    "with space.py": (b"a\n", b"b\n"),
    "ünïcode 中.py": (b"a\n", b"b\n"),
    'quo"te\\.py': (b"a\n", b"b\n"),
    "sub/dir/x.py": (b"a\n" * 30 + b"b\n" + b"a\n" * 30, b"x\n" + b"a\n" * 60),
    "from-empty.py": (b"", b"a\n"),
    "dashes.py": (b"-- a\n++ b\n", b"-- b\n++ a\n"),
}


@pytest.mark.parametrize("below", ["", "repo/sub"])
def test_git_applies_the_patch(tree, below, monkeypatch):
    top = tree({f"{below}/{name}".lstrip("/"): a for name, (a, _) in PATCHES.items()})
    git = ["git", "-c", "core.autocrlf=false"]
    subprocess.run([*git, "init", "-q"], cwd=top, check=True)
    monkeypatch.chdir(top / below)
    executable = os.path.abspath("plain.py")
    os.chmod(executable, 0o755)
    data = b"".join(patch(name, a, b) for name, (a, b) in PATCHES.items())
    subprocess.run([*git, "apply", "-"], input=data, check=True)
    for name, (_, after) in PATCHES.items():
        with open(name, "rb") as file:
            assert file.read() == after, name
    assert os.stat(executable).st_mode & 0o111


def test_no_patch_where_nothing_changes():
    assert patch("a.py", b"a", b"a") == b""


def test_colored_patch_keeps_the_text():
    data = patch("a.py", b"a\n", b"b\n")
    shown = colored(data)
    for code in (b"\x1b[0m", b"\x1b[1m", b"\x1b[31m", b"\x1b[32m", b"\x1b[36m"):
        shown = shown.replace(code, b"")
    assert shown == data
