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
from collections.abc import Sequence
from dataclasses import dataclass

from migrator.notebooks.expansion import expanded, expressions
from migrator.notebooks.magic_code import argument_at, block_at, code_at, on_one_line, reads

# The body of these is not Python, or not run here. That of any other cell magic is Python if it
# can be parsed: profilers, caches and the like run what they are given.
_OTHER_CELLS = frozenset(
    {
        *("bash", "sh", "zsh", "shell", "cmd", "powershell", "script", "system", "sx", "perl"),
        *("ruby", "html", "HTML", "svg", "SVG", "javascript", "js", "latex", "markdown", "css"),
        *("python", "python2", "python3", "pypy", "cython", "writefile", "file", "R", "julia"),
        *("sql", "bigquery", "ai", "mermaid", "writetemplate", "appendfile"),
    }
)
_WRITES = frozenset({"writefile", "file", "writetemplate", "appendfile"})
_CELL_MAGIC = re.compile(r"\s*%%\s*(\w+)")
_LINE = re.compile(r"(?P<indent>[ \t]*)(?P<command>(?:%{1,2}|!{1,2}|\?{1,2}).*)", re.S)
_ASSIGNED = re.compile(
    r"(?P<target>[ \t]*[\w.\[\]\"', ()*]+?=[ \t]*)(?P<command>[!%](?!=).*)", re.S
)
_FUTURE = re.compile(r"(?P<indent>)(?P<command>from __future__ import [\w, ]+)")
_RUNS = re.compile(r"%{1,2}run[ \t]+(?:.*[ \t])?(?:-i\b|[^\s]+\.i(?:py|pynb)\b).*", re.S)
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
    if magic is not None and magic.group(1) in _OTHER_CELLS:
        return None if magic.group(1) in _WRITES else _masked_first(source, word)
    lines = _logical(source.split("\n"))
    text = ""
    for number, line in enumerate(lines):
        if number:
            text += "\n"
        text += _mask(line, text, word, commands)
    return Masked(text, tuple(commands)) if _is_python(text) else None


def _masked_first(source: str, word: str) -> Masked | None:
    """A cell in another language, if its first line reads variables: `%%bash -s "{answer}"`."""
    first, _, rest = source.partition("\n")
    if not expressions(first) or not rest:
        return None
    return Masked(f"{_statement(word, 0, first)}\n{_statement(word, 1, '')}", (first, rest))


def restored(text: str, commands: tuple[str, ...], word: str) -> str:
    """What `masked` made a text from, after edits that left the placeholders alone.

    Raises ValueError if one is missing.
    """
    done = _with_python(text, commands, word)
    for old, new in done.values():
        text = text.replace(old, new)
    for number, command in enumerate(commands):
        if number in done:
            continue
        for placeholder in (
            _run(word, number),
            f"pass  # {word}{number}.",
            _call(word, number, []),
        ):
            if text.count(placeholder) == 1:
                text = text.replace(placeholder, command)
                break
        else:
            raise ValueError(f"`{command}` would be lost")
    return text


def _with_python(text: str, commands: tuple[str, ...], word: str) -> dict[int, tuple[str, str]]:
    """What stands for commands that hold Python, and those commands with what they hold now."""
    found: dict[int, tuple[str, str]] = {}
    nodes: list[ast.AST] = []
    for number, command in enumerate(commands):
        if block_at(command) and f"pass  # {word}{number}." not in text:
            found[number] = _block_of(text, command, _marker(word, number))
            continue
        timed = f"with {_holder(command, f'{word}{number}')}:" in text
        if f"pass  # {word}{number}." in text or not (timed or reads(command)):
            continue
        nodes = nodes or list(ast.walk(ast.parse(text)))
        name = f"{word}{number}"
        found[number] = (_timed if timed else _read)(text, nodes, command, name)
    return found


def _holder(command: str, name: str) -> str:
    """What a statement behind a magic stands in, `with` it."""
    return f"{name}_" if re.match(r"%time\s", command) else f"{name}_silent"


def is_timed(node: ast.With) -> bool:
    """Whether a statement stands for `%time value`, which displays it; `%timeit` does not."""
    name = node.items[0].context_expr
    return isinstance(name, ast.Name) and re.fullmatch(r"_+ipython_cell_\d+_", name.id) is not None


def _timed(text: str, nodes: list[ast.AST], command: str, name: str) -> tuple[str, str]:
    """`%time` before a statement, which must be on one line."""
    holder = _holder(command, name)
    for node in nodes:
        if isinstance(node, ast.With) and _is_named(node.items[0].context_expr, holder):
            old = ast.get_source_segment(text, node) or ""
            opening = f"with {holder}: "
            flat = on_one_line(old.removeprefix(opening)) if old.startswith(opening) else ""
            if flat:
                return old, command[: code_at(command)] + flat
    raise ValueError(f"`{command}` would need more than one line")


def _read(text: str, nodes: list[ast.AST], command: str, name: str) -> tuple[str, str]:
    """A command that reads variables."""
    calls = [n for n in nodes if isinstance(n, ast.Call) and _is_named(n.func, f"{name}_")]
    whole = [n for n in nodes if isinstance(n, ast.Assign) and _is_named(n.targets[0], name)]
    if len(calls) != 1:
        raise ValueError(f"`{command}` would be lost")
    values = [ast.get_source_segment(text, argument) or "" for argument in calls[0].args]
    old = ast.get_source_segment(text, (whole or calls)[0])
    assert old is not None
    if not (at := code_at(command) or argument_at(command)):
        return old, expanded(command, values)
    if code := on_one_line(values[0]):
        return old, command[:at] + code + command[at + len(reads(command)[0]) :]
    raise ValueError(f"`{command}` would need more than one line")


def _block_of(text: str, command: str, marker: str) -> tuple[str, str]:
    """The line of a loop or branch behind `%time`, and the command it becomes."""
    for line in text.split("\n"):
        if line.endswith(marker) and text.count(marker) == 1:
            code = line.removesuffix(marker).strip()
            try:
                whole = hasattr(ast.parse(code).body[0], "body")
            except SyntaxError:
                break
            if whole:
                return line.strip(), command[: block_at(command)] + code
    raise ValueError(f"`{command}` would need more than one line")


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


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
    if (at := code_at(command)) and "target" not in groups:
        commands.append(command)
        return f"{groups['indent']}with {_holder(command, f'{word}{number}')}: {command[at:]}"
    if (at := block_at(command)) and "target" not in groups:
        commands.append(command)
        return f"{groups['indent']}{command[at:]}{_marker(word, number)}"
    if "target" in groups:
        commands.append(command)
        return groups["target"] + _call(word, number, reads(command))
    commands.append(command)
    return groups["indent"] + _statement(word, number, command)


def _statement(word: str, number: int, command: str) -> str:
    names = reads(command)
    if names:
        return f"{word}{number} = {_call(word, number, names)}"
    return _run(word, number) if _RUNS.fullmatch(command) else f"pass  # {word}{number}."


def _marker(word: str, number: int) -> str:
    """What stands behind a loop or branch that `%time` is before."""
    return f"  # {word}{number}."


def _run(word: str, number: int) -> str:
    """A command that runs other code among the variables of the notebook, as `exec` does."""
    return f"{word}{number} = exec({_call(word, number, [])})"


def _call(word: str, number: int, names: Sequence[str]) -> str:
    return f"{word}{number}_({', '.join(names)})"


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
