"""What IPython adds to Python, behind placeholders: magics, shell commands, requests for help.

`%pip install x` is `pass` with a comment for as long as the cell is a part of a module, and
`files = !ls` calls something nobody knows; `restored` puts back what stood there. A line counts
only where a statement may begin: `% b` in the middle of an expression is Python. So is `from
__future__ import annotations` at the top of any cell, where a module has it at its top only.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass

# The body of these is Python; that of any other cell magic is not, or not run here.
_PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun"})
_CELL_MAGIC = re.compile(r"\s*%%\s*(\w+)")
_LINE = re.compile(r"(?P<indent>[ \t]*)(?P<command>(?:%{1,2}|!{1,2}|\?{1,2}).*)", re.S)
_ASSIGNED = re.compile(
    r"(?P<target>[ \t]*[\w.\[\]\"', ()*]+?=[ \t]*)(?P<command>[!%](?!=).*)", re.S
)
_FUTURE = re.compile(r"(?P<indent>)(?P<command>from __future__ import [\w, ]+)")
_HELP = re.compile(r"(?P<indent>[ \t]*)(?P<command>[%\w.*\[\]()'\"]+\?{1,2}[ \t;]*)", re.S)


@dataclass(frozen=True, slots=True)
class Masked:
    """The source of a cell as Python, and what its placeholders stand for."""

    text: str
    commands: tuple[str, ...] = ()


def masked(source: str, word: str) -> Masked | None:
    """`source` with placeholders; None if it is no Python even so.

    `word` begins the name of each placeholder, and must stand nowhere in the notebook.
    """
    if "__future__" not in source and _is_python(source):
        return Masked(source)
    commands: list[str] = []
    magic = _CELL_MAGIC.match(source)
    if magic is not None and magic.group(1) not in _PYTHON_CELLS:
        return None
    lines = _logical(source.split("\n"))
    text = ""
    for number, line in enumerate(lines):
        if number:
            text += "\n"
        text += _mask(line, text, word, commands)
    return Masked(text, tuple(commands)) if _is_python(text) else None


def restored(text: str, commands: tuple[str, ...], word: str) -> str:
    """What `masked` made a text from, after edits that left the placeholders alone.

    Raises ValueError if one is missing.
    """
    for number, command in enumerate(commands):
        for placeholder in (_statement(word, number), _call(word, number)):
            if text.count(placeholder) == 1:
                text = text.replace(placeholder, command)
                break
        else:
            raise ValueError(f"`{command}` would be lost")
    return text


def _logical(lines: list[str]) -> list[str]:
    """Lines, where a command that goes on behind a backslash is one with its newlines."""
    found: list[str] = []
    for line in lines:
        goes_on = found and found[-1].endswith("\\") and _candidate(found[-1]) is not None
        if goes_on:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def _candidate(line: str) -> re.Match[str] | None:
    if not any(sign in line for sign in "%!?"):
        return _FUTURE.fullmatch(line)
    return _LINE.fullmatch(line) or _ASSIGNED.fullmatch(line) or _HELP.fullmatch(line)


def _mask(line: str, before: str, word: str, commands: list[str]) -> str:
    found = _candidate(line)
    if found is None or not _may_begin_statement(before):
        return line
    groups = found.groupdict()
    command = groups["command"]
    number = len(commands)
    if "target" in groups:
        commands.append(command)
        return groups["target"] + _call(word, number)
    commands.append(command)
    return groups["indent"] + _statement(word, number)


def _statement(word: str, number: int) -> str:
    return f"pass  # {word}{number}."


def _call(word: str, number: int) -> str:
    return f"{word}{number}_()"


def _may_begin_statement(before: str) -> bool:
    """Whether what stands behind `before` is a new statement: no bracket or string is open."""
    if before.endswith("\\\n"):
        return False
    try:
        for _ in tokenize.generate_tokens(io.StringIO(before).readline):
            pass
    except tokenize.TokenError:
        return False
    except (SyntaxError, IndentationError):
        return True
    return True


def _is_python(text: str) -> bool:
    """Whether a cell runs as a part of a module in which `await` may stand anywhere."""
    try:
        compile(text + "\n", "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
