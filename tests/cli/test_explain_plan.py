"""`--explain-plan` tells all that stops a unit, and what would be done."""

from __future__ import annotations

from .conftest import MANUAL, PROGRAM, Command

STOPPED = """\
from google import genai

client = genai.Client()
r = client.models.generate_content(model="m", contents="hi")
print(r.candidates[1])
send(r)
"""


def test_edits_of_a_unit_are_told(command: Command, tree) -> None:
    tree({"a.py": PROGRAM, "b.py": "print(1)\n"})
    done = command("--explain-plan", ".")
    assert done.code == 0
    assert done.out.splitlines()[:3] == [
        "a.py",
        "  unit of 1: migrated",
        "    line 4: generate_content becomes interactions.create",
    ]
    assert "    line 4: replace `generate_content` by `create`" in done.out
    assert "b.py" not in done.out


def test_all_that_stops_a_unit_is_told(command: Command, tree) -> None:
    tree({"a.py": STOPPED})
    out = command("--explain-plan", "a.py").out
    assert out.count("    stopped at line ") == 2
    assert "stopped at line 5" in out
    assert "stopped at line 6" in out


def test_what_can_not_be_read_is_told(command: Command, tree) -> None:
    tree({"a.py": MANUAL + "def broken(:\n", "b.py": PROGRAM})
    done = command("--explain-plan", ".")
    assert done.err.startswith("a.py: error: cannot be parsed at line ")
    assert "b.py\n  unit of 1: migrated" in done.out
    assert done.code == 2
    assert command("--explain-plan", "-", stdin=PROGRAM.encode()).out.startswith("<stdin>")


def test_where_no_call_is_that_is_told(command: Command, tree) -> None:
    tree({"a.py": "print(1)\n"})
    done = command("--explain-plan", ".")
    assert done.err == "Nothing to explain: no call of generate_content was found.\n"
    assert done.code == 0


def test_pages_and_excluded_files_are_taken_as_in_any_run(command: Command, tree) -> None:
    tree({"a.py": PROGRAM, "page.md": f"```python\n{PROGRAM}```\n"})
    out = command("--explain-plan", "--pages", "--exclude", "a.py", ".").out
    assert "page.md" in out
    assert "a.py" not in out
    assert "--exclude" in command("--explain-plan", "--exclude", "a[", ".").err


def test_a_file_beside_that_can_not_be_parsed_is_left_out(command: Command, tree) -> None:
    asked = "from a import client\n\nprint(client)\ndef broken(:\n"
    tree({"a.py": PROGRAM, "b.py": asked})
    assert "  unit of 1: migrated" in command("--explain-plan", ".").out
    done = command(".")
    assert done.out.startswith("a.py:4:")
    assert "one by one" not in done.err
