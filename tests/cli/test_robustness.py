"""Odd files, on the real core: all bytes but the call survive, and nothing crashes."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from tests.cli.conftest import BROKEN, CLEAN, MANUAL, PROGRAM

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes and links")

CRLF = PROGRAM.replace("\n", "\r\n").encode()
# Statements around the call that a careless rewrite would disturb.
SHAPES = {
    "crlf": CRLF,
    "bom": b"\xef\xbb\xbf" + PROGRAM.encode(),
    "bom-crlf": b"\xef\xbb\xbf" + CRLF,
    "latin-1": b"# -*- coding: latin-1 -*-\n" + PROGRAM.encode() + b"s = '\xe9\xff'\n",
    "no-last-newline": PROGRAM.rstrip("\n").encode(),
    "form-feed": PROGRAM.replace("\n\n", "\n\x0c\n").encode() + b"\x0c\nx = 1\n",
    "tabs": PROGRAM.encode() + b"if r:\n\tif client:\n\t\tprint(1)\t# tab\n",
    "trailing-blanks": PROGRAM.encode() + b"x = 1   \n   \n\n\n",
    "utf-8": PROGRAM.encode() + "é = '中文 😀'  # ü\n".encode(),
    "separators": PROGRAM.encode() + "s = 'a\u2028b\x1cc\x85d'\n".encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_bytes_survive(command, tree, shape):
    before = SHAPES[shape]
    path = tree({"x.py": before}) / "x.py"
    done = command("-i", "x.py")
    assert done.code == 0, done.err + done.out
    after = path.read_bytes()
    assert b"interactions.create(" in after
    assert b"generate_content" not in after
    # All but the lines of the client, the call and its answer are the same bytes.
    rewritten = (b"generate_content", b"r.text", b"genai.Client(")
    kept = [line for line in before.split(b"\n") if not any(word in line for word in rewritten)]
    left = after.split(b"\n")
    for line in kept:
        assert line in left
        left.remove(line)
    assert before.count(b"\r\n") == before.count(b"\n") * (b"\r" in before)
    assert after.count(b"\r\n") == after.count(b"\n") * (b"\r" in before)
    assert after.endswith(b"\n") == before.endswith(b"\n")
    again = command("-i", "x.py")
    assert (again.code, path.read_bytes()) == (0, after)
    assert "none calls generate_content" in again.out


@posix
def test_mode_and_link_survive(command, tree):
    top = tree({"real/x.py": PROGRAM})
    (top / "real/x.py").chmod(0o755)
    (top / "link.py").symlink_to("real/x.py")
    assert command("-i", "link.py").code == 0
    assert (top / "link.py").is_symlink()
    assert b"interactions.create(" in (top / "real/x.py").read_bytes()
    assert stat.S_IMODE((top / "real/x.py").stat().st_mode) == 0o755


@posix
def test_a_read_only_file_is_an_error(command, tree):
    top = tree({"x.py": PROGRAM, "y.py": PROGRAM})
    (top / "x.py").chmod(0o444)
    done = command("-i")
    assert done.code == 2
    assert "x.py: error: the file is read-only" in done.err
    assert (top / "x.py").read_text() == PROGRAM
    assert "interactions.create(" in (top / "y.py").read_text()


def test_one_bad_candidate_among_good_ones(command, tree):
    files = {f"good{i}.py": PROGRAM for i in range(5)}
    top = tree({**files, "bad.py": BROKEN, "other.py": "def (", "empty.py": ""})
    done = command("-i")
    assert done.code == 2
    assert done.err.count("error:") == 1
    assert done.err.startswith("bad.py: error: ")
    assert (top / "bad.py").read_text() == BROKEN
    for name in files:
        assert "interactions.create(" in (top / name).read_text()


@pytest.mark.parametrize(
    "data",
    [
        b"s = '\xff\xfe'  # client.models.generate_content\n",
        b"# coding: no-such-codec\nx.models.generate_content()\n",
        b"x.models.generate_content()\x00\n",
        "generate_content()".encode("utf-16"),
    ],
)
def test_undecodable_bytes(command, tree, data):
    top = tree({"x.py": data, "y.py": PROGRAM})
    done = command("-i")
    assert (top / "x.py").read_bytes() == data
    assert "interactions.create(" in (top / "y.py").read_text()
    if b"generate_content" in data:
        assert done.code == 2
        assert "x.py: error: " in done.err


def test_warnings_about_the_code_are_not_printed(command, tree):
    tree({"x.py": PROGRAM + "if 1 is 1:\n    print('\\d')\n"})
    done = command("-i")
    assert (done.code, done.err) == (0, "")


def test_an_empty_file(command, tree):
    tree({"x.py": b""})
    assert command("-i", "x.py").code == 0


def test_a_folder_called_like_a_file(command, tree):
    top = tree({"x.py/y.py": PROGRAM})
    assert command("-i", "x.py").code == 0
    assert "interactions.create(" in (top / "x.py/y.py").read_text()


def test_odd_names(command, tree):
    names = ["with space.py", "ünï.py", "[b]old[/b].py", "--check.py", "a%b.py"]
    top = tree(dict.fromkeys(names, PROGRAM))
    assert command("-i", "--", *names).code == 0
    for name in names:
        assert "interactions.create(" in (top / name).read_text()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bytes in names")
def test_a_name_that_is_no_text(command, tree):
    top = tree({})
    name = os.fsencode(top) + b"/bad\xff.py"
    with open(name, "wb") as file:
        file.write(PROGRAM.encode())
    for mode in (["--check"], ["--diff"], ["--check", "--output-format", "sarif"]):
        assert command(*mode).code == 1
    assert command("--check", env={"PYTHONIOENCODING": "ascii"}).code == 1
    assert command("-i").code == 0
    assert command("--check").code == 0


def test_a_generated_file_of_5000_lines(command, tree):
    call = '    r{0} = client.models.generate_content(model="m", contents="{0}")\n'
    body = "".join(call.format(i) + f"    print(r{i}.text)\n" for i in range(500))
    filler = "".join(f"    x{i} = {{'a': [{i}, {i}]}}\n" for i in range(4_000))
    head = PROGRAM.split("r =")[0]
    top = tree({"x.py": f"{head}def generated():\n{body}{filler}"})
    done = command("-i")
    assert done.code == 0
    text = (top / "x.py").read_text()
    assert text.count("interactions.create(") == 500
    assert filler in text


def test_deep_nesting(command, tree):
    deep = {
        "chain.py": f"q = x{'.filter(a=1)' * 300}\n",
        "long.py": f"q = x{'.a()' * 3_000}\n",
        "sum.py": f"n = {' + '.join(['1'] * 3_000)}\n",
        "brackets.py": f"n = {'[' * 90}{']' * 90}\n",
        "strings.py": "s = (" + "\n".join(["'a'"] * 3_000) + ")\n",
    }
    top = tree({name: PROGRAM + text for name, text in deep.items()})
    done = command("-i", "--jobs", "1")
    failed = {line.split(":")[0] for line in done.err.splitlines()}
    assert "chain.py" not in failed
    for name, text in deep.items():
        after = (top / name).read_text()
        assert after.endswith(text)
        assert (after == PROGRAM + text) == (name in failed)
    assert done.code == (2 if failed else 0)


def test_a_second_run_finds_nothing_new(command, tree):
    top = tree({"a.py": PROGRAM, "hard.py": MANUAL, "c.py": CLEAN})
    first = command("-i")
    after = {path.name: path.read_bytes() for path in top.iterdir()}
    second = command("-i")
    third = command("-i")
    assert {path.name: path.read_bytes() for path in top.iterdir()} == after
    assert (first.code, second.code) == (1, 1)
    assert second.out == third.out
    assert command("--diff").out == ""
