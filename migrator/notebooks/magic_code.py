"""The Python behind a magic: `%time answer = ask()`, `x = %time y.text`, `%timeit for …`."""

from __future__ import annotations

import ast
import re

from migrator.notebooks.expansion import expressions

_CODE = re.compile(
    r"(?P<magic>(?:%(?:time|timeit|prun|memit)|%%timeit)[ \t]+(?:-\w+[ \t]+(?:\d+[ \t]+)?)*)"
    r"(?P<code>[^\s-].*)"
)
_MAGIC = re.compile(r"%{1,2}(\w+)[ \t]")
# What stands behind these line magics is no code, whatever it looks like.
_NO_CODE = frozenset(
    {
        *("pip", "conda", "mamba", "uv", "cd", "ls", "mkdir", "rm", "cp", "mv", "cat", "bookmark"),
        *("load_ext", "reload_ext", "unload_ext", "autoreload", "aimport", "matplotlib", "config"),
        *("env", "set_env", "run", "load", "store", "save", "edit", "history", "logstart", "macro"),
        *("pinfo", "pinfo2", "pdoc", "psource", "pfile", "pdef", "system", "sx", "sc"),
    }
)


def code_at(command: str) -> int:
    """Where the statement behind `%time` and the like begins; 0 where there is none."""
    start, body = _timed(command)
    return start if body and not any(hasattr(part, "body") for part in body) else 0


def block_at(command: str) -> int:
    """Where a loop or branch behind `%time` and the like begins; 0 where there is none."""
    start, body = _timed(command)
    return start if body and hasattr(body[0], "body") else 0


def _timed(command: str) -> tuple[int, list[ast.stmt]]:
    """Where the code behind `%time` and the like begins, and its statements, if it is Python."""
    found = _CODE.fullmatch(command)
    if found is None:
        return 0, []
    try:
        return found.start("code"), ast.parse(found["code"]).body
    except (SyntaxError, ValueError):
        return 0, []


def on_one_line(code: str) -> str:
    """A statement on one line; empty where it needs more."""
    if "\n" not in code:
        return code
    flat = " ".join(line.strip() for line in code.split("\n"))
    flat = re.sub(r"(?<=[(\[{]) |,? (?=[)\]}])", "", flat)
    try:
        same = ast.dump(ast.parse(flat)) == ast.dump(ast.parse(code))
    except SyntaxError:
        return ""
    return flat if same else ""


def reads(command: str) -> list[str]:
    """What a command reads: `x = %time value` all that stands behind the magic."""
    code = command[at:] if (at := code_at(command)) else ""
    timed = ast.parse(code).body[0] if code else None
    if isinstance(timed, ast.Expr):
        return [ast.get_source_segment(code, timed) or code]
    if at := argument_at(command):
        return [command[at:].rstrip()]
    return expressions(command)


def argument_at(command: str) -> int:
    """Where a call or an attribute begins that a magic of another package gets; 0 if none does."""
    magic = _MAGIC.match(command)
    if magic is None or magic[1] in _NO_CODE or "{" in command or "$" in command:
        return 0
    for word in re.finditer(r"(?<=[ \t])[^\s-]", command):
        try:
            value = ast.parse(command[word.start() :].rstrip(), mode="eval").body
        except (SyntaxError, ValueError):
            continue
        plain = isinstance(value, (ast.Call, ast.Attribute))
        return word.start() if plain and "#" not in command else 0
    return 0
