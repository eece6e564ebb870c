"""The last look before bytes are handed out: does the result parse, and is nothing left to do?"""

from __future__ import annotations

import ast
import builtins
from collections import Counter

from migrator.edit.names import names_in
from migrator.edit.scan import scan_module
from migrator.linter_comments import is_pragma
from migrator.syntax import parse, refused_by_oldest

BUILTINS = frozenset(dir(builtins))


class VerificationError(Exception):
    """The rewritten file is not what the plan promised; it must not be written."""


def compiler_error(tree: ast.Module) -> SyntaxError | None:
    """What Python's compiler has against a program that parses, such as `return` in no function."""
    try:
        compile(tree, "<original>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        return error
    return None


def check_syntax(original: str, edited: str) -> None:
    """Raises VerificationError if the edited text does not parse, or only on a newer Python."""
    try:
        _compile(parse(edited), original)
    except SyntaxError as error:
        raise VerificationError(f"the result does not parse (line {error.lineno})") from error
    refused = refused_by_oldest(edited)
    if refused is not None and refused_by_oldest(original) is None:
        raise VerificationError(f"line {refused.lineno} does not parse on Python 3.10") from refused


def _compile(edited: ast.Module, original: str) -> None:
    """Raises SyntaxError for repeated keywords and misplaced awaits, which the parser lets pass.

    IPython lets a module await, async for and async with outside of any function. Only a program
    that does so already may go on doing it.
    """
    try:
        compile(edited, "<migrated>", "exec", dont_inherit=True)
    except SyntaxError:
        try:
            compile(original, "<original>", "exec", dont_inherit=True)
        except SyntaxError:
            compile(edited, "<migrated>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        else:
            raise


def check_names(original: str, edited: str) -> None:
    """Raises VerificationError if the result reads a name that nothing binds any more.

    Names that nothing bound before may come from anywhere, such as `import *`.
    """
    unbound = unbound_names(edited)
    lost = sorted(unbound - unbound_names(original)) if unbound else []
    if lost:
        raise VerificationError(f"nothing binds the name {lost[0]} any more")


def unbound_names(text: str) -> set[str]:
    """The names that a module reads and binds nowhere, but for Python's own."""
    names = names_in(text)
    read = {node.id for node, scope in names.loads if scope.owner(node.id) is None}
    scopes = set(names.scope_of.values())
    declared = {name for scope in scopes for name in scope.elsewhere if name in scope.bound}
    return read - declared - BUILTINS


def check_comments(original: str, edited: str) -> None:
    """Raises VerificationError if a comment of the original is missing from the result."""
    missing = Counter(_comments(original)) - Counter(_comments(edited))
    lost = next((comment for comment in missing if not is_pragma(comment)), None)
    if lost is not None:
        raise VerificationError(f"a comment would be lost: {lost}")


def _comments(text: str) -> list[str]:
    return [text[place.start : place.end].rstrip() for place in scan_module(text).comments]
