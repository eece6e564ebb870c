"""The last look before bytes are handed out: does the result parse, and is nothing left to do?"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator

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
        _compile(tree, original)
    except SyntaxError as error:
        raise VerificationError(f"the result does not parse (line {error.lineno})") from error
    try:
        ast.parse(edited, feature_version=OLDEST_PYTHON)
    except SyntaxError as error:
        if _parses_on_oldest(original):
            raise VerificationError(f"line {error.lineno} does not parse on Python 3.10") from error
    return tree


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


def _parses_on_oldest(original: str) -> bool:
    """Whether nothing in a program needs a newer Python already."""
    try:
        ast.parse(original, feature_version=OLDEST_PYTHON)
    except SyntaxError:
        return False
    return True


def check_names(original: str, edited: str) -> None:
    """Raises VerificationError if the result reads a name that nothing binds any more.

    Names that nothing bound before may come from anywhere, such as `import *`.
    """
    unbound = _unbound(edited)
    lost = sorted(unbound - _unbound(original)) if unbound else []
    if lost:
        raise VerificationError(f"nothing binds the name {lost[0]} any more")


def _unbound(text: str) -> set[str]:
    """The names that some scope of a module takes from outside of it, but for Python's own."""
    module = symtable.symtable(text, "<module>", "exec")
    bound = set(dir(builtins))
    read: set[str] = set()
    for table in _tables(module):
        for symbol in table.get_symbols():
            binds = symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
            if table is module or symbol.is_declared_global():
                bound |= {symbol.get_name()} if binds else set()
            if symbol.is_referenced() and (table is module or symbol.is_global()):
                read.add(symbol.get_name())
    return read - bound


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


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
