"""Hunks say how one list of lines becomes another, also where lines repeat."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrator.report.hunks import hunks

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "e\n", "f\n"]), max_size=30)


def patched(old: list[str], patch: list[str]) -> list[str]:
    """What `patch` makes of `old`; fails where it doesn't fit."""
    new: list[str] = []
    at = 0
    for line in patch:
        if line.startswith("@@"):
            start, _, length = line.split()[1][1:].partition(",")
            first = int(start) - (length != "0")
            new += old[at:first]
            at = first
        elif line[0] == "+":
            new.append(line[1:])
        else:
            assert old[at] == line[1:]
            at += 1
            new += [line[1:]] if line[0] == " " else []
    return new + old[at:]


@given(LINES, LINES)
def test_makes_the_new_lines_of_the_old(old: list[str], new: list[str]) -> None:
    assert patched(old, list(hunks(old, new))) == new


def test_lines_that_stand_once_stay() -> None:
    old = [f"r = ask({i})\n" if i % 2 else "print(r.text)\n" for i in range(40)]
    new = [line.replace("text", "output_text") for line in old]
    lines = list(hunks(old, new))
    assert [line for line in lines if line.startswith("-")] == ["-print(r.text)\n"] * 20
