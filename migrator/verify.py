"""The last look before bytes are handed out: does the result parse, and is nothing left to do?"""

from __future__ import annotations

import ast

from migrator.edit.scan import scan
from migrator.pragmas import is_pragma

OLDEST_PYTHON = (3, 10)


class VerificationError(Exception):
    """The rewritten file is not what the plan promised; it must not be written."""


def compiler_error(tree: ast.Module) -> SyntaxError | None:
    """What Python's compiler has against a program that parses, such as `return` in no function."""
    try:
        compile(tree, "<original>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        return error
    return None


def check_syntax(original: str, edited: str) -> ast.Module:
    """The tree of the edited text.

    Raises VerificationError if it does not parse, or needs a newer Python than the original did.
    """
    try:
        tree = ast.parse(edited)
        # Repeated keywords and misplaced awaits are errors of the compiler, not of the parser.
        compile(tree, "<migrated>", "exec", _flags(original), dont_inherit=True)
    except SyntaxError as error:
        raise VerificationError(f"the result does not parse (line {error.lineno})") from error
    try:
        ast.parse(original, feature_version=OLDEST_PYTHON)
    except SyntaxError:
        return tree  # the original needs a newer Python already
    try:
        ast.parse(edited, feature_version=OLDEST_PYTHON)
    except SyntaxError as error:
        raise VerificationError(f"line {error.lineno} does not parse on Python 3.10") from error
    return tree


def _flags(original: str) -> int:
    """IPython lets a module await, async for and async with outside of any function.

    Only a program that does so already may go on doing it.
    """
    try:
        compile(original, "<original>", "exec", dont_inherit=True)
    except SyntaxError:
        return ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return 0


def check_comments(original: str, edited: str) -> None:
    """Raises VerificationError if a comment of the original is missing from the result."""
    missing = _comments(original)
    for comment in _comments(edited):
        if comment in missing:
            missing.remove(comment)
    missing = [comment for comment in missing if not is_pragma(comment)]
    if missing:
        raise VerificationError(f"a comment would be lost: {missing[0]}")


def _comments(text: str) -> list[str]:
    return [text[place.start : place.end].rstrip() for place in scan(text).comments]
