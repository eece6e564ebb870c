"""The installed command: modes, exit codes, streams, options."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tests.cli.conftest import BROKEN, CLEAN, MANUAL, PROGRAM, migrated

MODES = ([], ["--check"], ["--diff"], ["--in-place"])


@pytest.mark.parametrize("mode", MODES)
def test_clean(command, tree, mode):
    tree({"a.py": CLEAN, "b.py": "x ="})
    done = command(*mode)
    assert done.code == 0
    told = done.err if mode == ["--diff"] else done.out
    assert told == "2 files looked at, none calls generate_content.\n"
    assert done.out == ("" if mode == ["--diff"] else told)


def test_report_changes_nothing(command, tree):
    top = tree({"a.py": PROGRAM})
    for mode in ([], ["--check"], ["--diff"]):
        done = command(*mode)
        assert done.code == 1
        assert (top / "a.py").read_text() == PROGRAM
    done = command()
    assert re.match(r"a\.py:4:\d+: GM\d{3} \[migrated\] \S", done.out)
    assert "1 file looked at, 1 legacy call site: 1 can be migrated" in done.out
    assert done.err == ""


def test_in_place(command, tree):
    top = tree({"a.py": PROGRAM, "b.py": CLEAN})
    done = command("-i")
    assert done.code == 0
    assert migrated((top / "a.py").read_bytes())
    assert (top / "b.py").read_text() == CLEAN
    assert "1 migrated in 1 file" in done.out
    assert sorted(os.listdir(top)) == ["a.py", "b.py"]


def test_what_is_left_exits_1(command, tree):
    top = tree({"a.py": PROGRAM, "hard.py": MANUAL})
    for mode in MODES:
        done = command(*mode, "hard.py")
        assert done.code == 1, mode
        assert command(*mode, "hard.py", "--exit-zero").code == 0
        told = done.err if mode == ["--diff"] else done.out
        assert re.search(r"^hard\.py:\d+:\d+: GM\d{3} \[manual\] ", told, re.M)
        assert re.search(r"^    blocked at line \d+: \S", told, re.M)
        assert "needs a person" in told
    done = command("--in-place")
    assert done.code == 1
    assert migrated((top / "a.py").read_bytes())
    assert (top / "hard.py").read_text() == MANUAL


@pytest.mark.parametrize("mode", MODES)
def test_a_broken_candidate_outranks_the_rest(command, tree, mode):
    tree({"a.py": PROGRAM, "bad.py": BROKEN})
    done = command(*mode, "--exit-zero")
    assert done.code == 2
    assert re.search(r"^bad\.py: error: \S", done.err, re.M)
    assert "a.py:4:" in done.out + done.err


def test_diff_is_a_patch_and_nothing_else(command, tree):
    top = tree({"sub/a.py": PROGRAM, "hard.py": MANUAL})
    done = command("--diff")
    assert done.code == 1
    assert done.raw.startswith(b"--- a/sub/a.py\n+++ b/sub/a.py\n")
    assert "[manual]" in done.err
    subprocess.run(["git", "init", "-q"], cwd=top, check=True)
    subprocess.run(["git", "apply", "-"], cwd=top, check=True, input=done.raw)
    assert migrated((top / "sub/a.py").read_bytes())


def test_suppressed_sites_are_not_left(command, tree):
    tree({"a.py": PROGRAM.replace('hi")', 'hi")  # gemini-migrate: skip')})
    done = command("--check")
    assert done.code == 0
    assert "[suppressed]" in done.out


def test_json_agrees_in_every_mode(command, tree):
    tree({"sub/a.py": PROGRAM, "hard.py": MANUAL, "bad.py": BROKEN, "c.py": CLEAN})
    documents = [
        json.loads(command(*mode, "--output-format", "json").out) for mode in ([], ["--check"])
    ]
    done = command("--diff", "--output-format", "json")
    documents.append(json.loads(done.err))
    documents.append(json.loads(command("-i", "--output-format", "json").out))
    assert all(document == documents[0] for document in documents)
    document = documents[0]
    assert [file["path"] for file in document["files"]] == [
        "bad.py",
        "hard.py",
        "sub/a.py",
    ]
    assert document["summary"] == {
        "files_scanned": 4,
        "files_changed": 1,
        "files_failed": 1,
        "sites": 2,
        "migrated": 1,
        "unsafe": 0,
        "manual": 1,
        "suppressed": 0,
        "bridged": 0,
        "unbridged": 0,
    }
    bad, hard, good = document["files"]
    assert bad["error"]
    assert hard["findings"][0]["blocker"]["reason"]
    (finding,) = good["findings"]
    assert good["changed"] is True
    assert (finding["status"], finding["line"]) == ("migrated", 4)
    assert PROGRAM.splitlines()[3][finding["column"] - 1 :].startswith("client.models")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.py"], "'nowhere.py' does not exist"),
        (["nowhere.py", "neither"], "'nowhere.py', 'neither' do not exist"),
        (["--diff", "--check"], "--diff and --check exclude each other"),
        (["--diff", "-i"], "exclude each other"),
        (
            ["--select", "GM0001"],
            "--select: there is no codemod 'GM0001'; did you mean",
        ),
        (["--ignore", "generate-contents"], "did you mean 'generate-content'?"),
        (["--explain", "generate-contnet"], "did you mean 'generate-content'?"),
        (["--jobs", "0"], "--jobs"),
        (["--header", "no"], "--header"),
        (["--api-revision", "latest"], "2026-05-20"),
        (["--exclude", "!"], "--exclude"),
        (["--config", "none.toml"], "none.toml: cannot be read"),
        (["--chekc"], "--check"),
        (["--line-length", "99"], "set line-length in [tool.gemini-migrate] of pyproject.toml"),
    ],
)
def test_usage_errors(command, arguments, words):
    done = command(*arguments)
    assert done.code == 2
    assert words in done.err
    assert done.out == ""


def test_a_usage_error_changes_nothing(command, tree):
    top = tree({"a.py": PROGRAM})
    assert command("-i", "a.py", "nowhere.py").code == 2
    assert (top / "a.py").read_text() == PROGRAM


def test_settings(command, tree):
    tree(
        {
            "pyproject.toml": "[tool.gemini-migrate]\nexclude = ['/gen/']\n"
            "output-format = 'json'\n",
            "gen/a.py": PROGRAM,
            "src/b.py": CLEAN,
        }
    )
    assert json.loads(command("--check").out)["summary"]["files_scanned"] == 1
    done = command("--check", "--output-format", "text", "--exclude", "none")
    assert done.code == 1
    tree({"pyproject.toml": "[tool.gemini-migrate]\nselcet = []\n"})
    done = command("--check")
    assert done.code == 2
    assert "pyproject.toml: unknown key 'selcet'" in done.err
    assert "did you mean 'select'?" in done.err
    tree({"pyproject.toml": "[tool.gemini-migrate]\nselect = ['GM0O1']\n"})
    done = command("--check")
    assert done.code == 2
    assert "pyproject.toml: 'select': there is no codemod 'GM0O1'" in done.err


def test_select_by_code_or_name(command, tree):
    tree({"a.py": PROGRAM})
    for words in ("generate-content", "GM001"):
        assert command("--check", "--select", words).code == 1
    # What no codemod may touch stays a finding: leaving one out hides no call site.
    done = command("--check", "--ignore", "gm001")
    assert done.code == 1


def test_list_and_explain(command):
    listed = command("--list")
    assert listed.code == 0
    lines = [line.split() for line in listed.out.splitlines()]
    assert ["GM001", "generate-content"] in [line[:2] for line in lines]
    assert {line[2] for line in lines} <= {"safe", "unsafe", "manual"}
    for code, name, *_ in (lines[0], lines[-1]):
        by_code, by_name = command("--explain", code), command("--explain", name)
        assert by_code.code == 0
        assert by_code.out == by_name.out
        assert by_code.out.startswith(f"{code} {name}\n")


def test_version_and_help(command):
    from migrator import __version__

    assert command("--version").out == f"gemini-migrate, version {__version__}\n"
    for flag in ("-h", "--help"):
        done = command(flag)
        assert done.code == 0
        assert "--in-place" in done.out
        assert "Exit codes" in done.out


def test_runs_as_a_module(tree):
    tree({"a.py": CLEAN})
    run = [sys.executable, "-m", "migrator", "--check", "a.py"]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout == "1 file looked at, none calls generate_content.\n"
