"""No byte changes that nobody edited, whatever the encoding and the ends of lines."""

from __future__ import annotations

import encodings.aliases

import pytest

from migrator.model import Options, Source
from migrator.pipeline import migrate
from tests.cli.conftest import PROGRAM

ENCODINGS = sorted({*encodings.aliases.aliases.values(), "unicode_escape", "raw_unicode_escape"})
# Bytes that some decoder takes for another's: two ways to write a character, or to shift.
TAILS = [
    b"s = '\x87\x90 \xfa\x54 \x81\xe0'\n",
    b"s = '\xa1\xc3 \xf9\xe9 \xa2\xcc'\n",
    b"s = '\x1b$@8!\x1b(J a \x1b(B'\n",
    b"s = '+AGE-b'\n",
    b"s = '\\x41 \\u0042'\n",
    b"s = '\xa0\xa4'\n",
]


BYTES = b"from google import genai\n# generate_content\nx = '\xff'\n"


@pytest.mark.parametrize(
    ("path", "data", "error"),
    [
        (
            "x.py",
            BYTES,
            "cannot be decoded at line 3: byte 0xff is no utf-8; save the file as UTF-8, or name "
            "the encoding that it is in on its first line",
        ),
        (
            "x.md",
            BYTES,
            "cannot be decoded at line 3: byte 0xff is no utf-8; save the file as UTF-8",
        ),
        (
            "x.py",
            b"# coding: nix\n" + BYTES,
            "cannot be parsed: unknown encoding: nix; save the file as UTF-8, or name the encoding "
            "that it is in on its first line",
        ),
        ("x.py", BYTES.replace(b"\xff", b"\0"), "null bytes"),
        (
            "x.py",
            BYTES.replace(b"\xff'", b"'("),
            "cannot be parsed at line 3: '(' was never closed",
        ),
    ],
)
def test_what_can_not_be_read_names_the_line_and_the_way_out(path, data, error):
    (result,) = migrate([Source(path, data)], Options(), edit=True)
    assert error in (result.error or "")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_bytes_come_back_or_the_file_is_refused(encoding):
    head = f"# coding: {encoding}\n".encode()
    for tail in TAILS:
        data = head + PROGRAM.encode() + tail
        for edit in (False, True):
            (result,) = migrate([Source("x.py", data)], Options(), edit=edit)
            if result.output is not None:
                assert result.output.startswith(head)
                assert result.output.endswith(b"\n" + tail)
                assert b"interactions.create" in result.output
            elif result.findings:
                assert not edit
            else:
                assert "report this" not in (result.error or "")


@pytest.mark.parametrize("edit", [False, True])
def test_an_encoding_of_two_ways_is_named(edit):
    data = b"# coding: cp932\n" + PROGRAM.encode() + TAILS[0]
    (result,) = migrate([Source("x.py", data)], Options(), edit=edit)
    assert result.output is None
    assert "decoded from cp932" in (result.error or "")


def test_lines_may_end_in_carriage_returns_alone():
    data = (PROGRAM + "s = '''a\nb'''  # kept\n").encode().replace(b"\n", b"\r")
    (result,) = migrate([Source("x.py", data)], Options(), edit=True)
    assert result.error is None
    assert result.output is not None
    assert b"\n" not in result.output
    assert result.output.endswith(b"\rprint(r.output_text)\rs = '''a\rb'''  # kept\r")
