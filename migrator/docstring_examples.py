"""Calls in the examples of docstrings: they are text that nobody rewrites, and `-v` counts them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from migrator.documents import decode
from migrator.registry import assumed
from migrator.syntax import parse

_FENCE = re.compile(
    r"\s*(`{3,}|~{3,})[ \t]*\{?\.?(?:python3?|py3?|pycon|ipython3?)\b", re.IGNORECASE
)
_DIRECTIVE = re.compile(
    r"(\s*)\.\. (?:code-block|code|sourcecode)::[ \t]*(?:python3?|py3?|ipython)\b"
)
_PROMPT = re.compile(r"\s*(?:>>>|\.\.\.)\s")
_MARKS = (b"```", b"~~~", b".. code", b".. sourcecode", b">>>")
_QUOTES = re.compile(r"^\s*[rRuU]?(\"{3}|'{3}|\"|')")
_DESCRIBED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def example_calls(data: bytes) -> tuple[int, ...]:
    """The lines of a script on which the example of a docstring calls the API.

    Such an example is a Python fence, a code block of reStructuredText, or a session with prompts.
    Nothing is found in what is no Python.
    """
    if not any(mark in data for mark in _MARKS):
        return ()
    try:
        text = decode(data).text
        if not _calls(text):
            return ()
        tree = parse(text)
    except (SyntaxError, ValueError, LookupError, RecursionError):
        return ()
    lines = text.split("\n")
    found = (n for first, last in _docstrings(tree) for n in _examples(lines, first, last))
    return tuple(sorted(number for number in found if _calls(lines[number - 1])))


def _calls(text: str) -> bool:
    return next(assumed().calls_in(text), None) is not None


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """The first and the last line of each docstring."""
    for node in ast.walk(tree):
        if isinstance(node, _DESCRIBED) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            yield first.lineno, first.end_lineno or first.lineno


def _examples(lines: list[str], first: int, last: int) -> Iterator[int]:
    """The lines from `first` to `last` that are an example in Python."""
    number = first
    while number <= last:
        line = _QUOTES.sub("", lines[number - 1]) if number == first else lines[number - 1]
        fence, directive = _FENCE.match(line), _DIRECTIVE.match(line)
        end = number
        if fence is not None:
            end = _closing(lines, number + 1, last, fence[1])
        elif directive is not None:
            end = _below(lines, number + 1, last, len(directive[1]))
        elif _PROMPT.match(line):
            yield number
        yield from range(number + 1, end)
        number = max(end, number + 1) if directive is not None else end + 1


def _closing(lines: list[str], start: int, last: int, mark: str) -> int:
    """The line that closes a fence, or the one behind the docstring."""
    closing = re.compile(rf"\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
    found = (n for n in range(start, last + 1) if closing.match(lines[n - 1]))
    return next(found, last + 1)


def _below(lines: list[str], start: int, last: int, width: int) -> int:
    """The first line behind what is indented deeper than `width`."""
    for number in range(start, last + 1):
        line = lines[number - 1]
        if line.strip() and len(line) - len(line.lstrip()) <= width:
            return number
    return last + 1
