"""The Python in a command: `!echo {name} $other.field` reads variables of the notebook.

IPython evaluates what stands in braces or behind a dollar, and leaves the whole command as it is
where one of them fails, as in `!awk '{print $1}'`. What may be read is read in the module as well,
so that it is rewritten with the rest, and goes back into the command.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

_READ = re.compile(
    r"(?<!\{)\{(?P<braces>[^{}\n]+)\}(?!\})|(?<![\\$])\$(?P<dollar>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
)
_CONVERSION = re.compile(r"![rsa]$")
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def expressions(command: str) -> list[str]:
    """What a command of a shell or a magic reads, in order."""
    found = [_expression(match) for match in _READ.finditer(command)]
    rest = _READ.sub("", command).replace("{{", "").replace("}}", "")
    return found if all(found) and "{" not in rest and "}" not in rest else []


def expanded(command: str, values: Sequence[str]) -> str:
    """The command with other expressions in place of those it reads.

    Raises ValueError if one can't stand in a command.
    """
    left = list(values)
    if len(left) != len(expressions(command)):
        raise ValueError(f"`{command}` would be lost")

    def replaced(match: re.Match[str]) -> str:
        old, new = _expression(match), left.pop(0)
        if new == old:
            return match[0]
        if re.search(r"[{}:!\n]", new):
            raise ValueError(f"`{old}` would not fit into the command `{command}` any more")
        if match["dollar"] and _PATH.fullmatch(new):
            return f"${new}"
        return f"{{{new}{_split(match['braces'] or '')[1]}}}"

    return _READ.sub(replaced, command)


def _expression(match: re.Match[str]) -> str:
    """The expression of a match; empty where the text is the shell's."""
    return str(match["dollar"] or _split(match["braces"])[0])


def _split(text: str) -> tuple[str, str]:
    """What stands in braces: an expression, and how its value is written (`!r`).

    IPython knows no format behind a colon: it takes that for a part of the expression.
    """
    for number in range(2):
        match = _CONVERSION.search(text) if number else None
        code, rest = (text[: match.start()], match[0]) if match else (text, "")
        try:
            tree = ast.parse(code.strip(), mode="eval")
        except (SyntaxError, ValueError):
            continue
        names = any(isinstance(node, ast.Name) for node in ast.walk(tree))
        if names and not isinstance(tree.body, (ast.Tuple, ast.Starred)):
            return code.strip(), rest
    return "", ""
