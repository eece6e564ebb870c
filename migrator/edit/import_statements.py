"""One import statement rewritten with LibCST: names put in and taken out, comments and
layout kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import libcst as cst

from migrator.edit.layout import width
from migrator.edit.scan import has_break

Names = Sequence[cst.ImportAlias]


class Space(NamedTuple):
    """Where a statement stands.

    `room` is the width one line may have from the statement's start on; `indent` the
    statement's indentation, `unit` one level of it, `newline` what ends a line.
    """

    indent: str
    room: int
    unit: str
    newline: str


def with_name(text: str, name: str, alias: str | None, space: Space) -> str:
    """The statement `text` (`from m import ...`, no indentation) with one more name,
    sorted in.
    """
    indent, room, unit, newline = space
    statement, line = _import_from(text)
    names = _aliases(statement)
    new = cst.ImportAlias(
        cst.Name(name),
        None if alias is None else cst.AsName(cst.Name(alias)),
    )
    index = _sorted_index([_full_name(n) for n in names], name)
    if statement.lpar is not None and has_break(text):
        return _code(statement, line, _inserted(statement, names, new, index), newline)
    ordered = [*names[:index], new, *names[index:]]
    joined = ", ".join(_plain(n) for n in ordered)
    head = _code(
        statement.with_changes(lpar=None, rpar=None),
        line,
        [cst.ImportAlias(cst.Name("_"))],
        newline,
    )
    head = head[: head.rindex("_")]
    one_line = f"{head}({joined})" if statement.lpar is not None else head + joined
    if width(one_line) <= room:
        return one_line
    rows = "".join(f"{newline}{indent}{unit}{_plain(n)}," for n in ordered)
    return f"{head}({rows}{newline}{indent})"


def without_names(text: str, gone: Sequence[int], newline: str) -> str:
    """The statement `text` without the names at the indexes `gone`; at least one name
    stays.
    """
    line = _parsed(text)
    statement = line.body[0]
    assert isinstance(statement, (cst.Import, cst.ImportFrom))
    assert not isinstance(statement.names, cst.ImportStar)
    names = list(statement.names)
    for index in sorted(gone, reverse=True):
        statement, names = _dropped(statement, names, index)
    changed = line.with_changes(body=[statement.with_changes(names=names)])
    return _rendered(changed, newline)


def _import_from(text: str) -> tuple[cst.ImportFrom, cst.SimpleStatementLine]:
    line = _parsed(text)
    statement = line.body[0]
    assert isinstance(statement, cst.ImportFrom)
    return statement, line


def _aliases(statement: cst.ImportFrom) -> list[cst.ImportAlias]:
    assert not isinstance(statement.names, cst.ImportStar)
    return list(statement.names)


def _code(
    statement: cst.ImportFrom,
    line: cst.SimpleStatementLine,
    names: Names,
    newline: str,
) -> str:
    changed = statement.with_changes(names=names)
    return _rendered(line.with_changes(body=[changed]), newline)


def _parsed(text: str) -> cst.SimpleStatementLine:
    line = cst.parse_statement(text)
    assert isinstance(line, cst.SimpleStatementLine)
    return line


def _rendered(line: cst.SimpleStatementLine, newline: str) -> str:
    # LibCST writes the line ends of a statement as the default of its module.
    code = cst.Module(body=[line], default_newline=newline).code
    return code.removesuffix(newline)


def _full_name(alias: cst.ImportAlias) -> str:
    return cst.Module(body=[]).code_for_node(alias.name)


def _plain(alias: cst.ImportAlias) -> str:
    name = _full_name(alias)
    if alias.asname is None:
        return name
    return f"{name} as {cst.Module(body=[]).code_for_node(alias.asname.name)}"


def member_key(name: str) -> tuple[int, str, str]:
    """The order of names in a list: constants, classes, the rest, as isort and Ruff
    sort.
    """
    is_constant = name.isupper() and len(name) > 1
    kind = 0 if is_constant else 1 if name[:1].isupper() else 2
    return kind, name.lower(), name


def _sorted_index(names: Sequence[str], name: str) -> int:
    """Where `name` goes: in order if the list is in order, else at its end."""
    order = [member_key(n) for n in names]
    if order != sorted(order):
        return len(names)
    return sum(1 for key in order if key < member_key(name))


def _inserted(statement: cst.ImportFrom, names: Names, new: cst.ImportAlias, index: int) -> Names:
    """The names with `new` on a line of its own; comments stay with the names they
    stood by.
    """
    assert isinstance(statement.lpar, cst.LeftParen)
    start = statement.lpar.whitespace_after
    clean: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    if isinstance(start, cst.ParenthesizedWhitespace):
        clean = start.with_changes(
            first_line=start.first_line.with_changes(
                comment=None, whitespace=cst.SimpleWhitespace("")
            ),
            empty_lines=[],
        )
    apart = cst.Comma(whitespace_after=clean)
    if index < len(names):
        if index == 0:
            return [new.with_changes(comma=apart), *names]
        before = names[index - 1]
        comma = before.comma
        assert isinstance(comma, cst.Comma)
        space = comma.whitespace_after
        if not isinstance(space, cst.ParenthesizedWhitespace):
            return [*names[:index], new.with_changes(comma=apart), *names[index:]]
        kept = comma.with_changes(
            whitespace_after=space.with_changes(
                empty_lines=[], last_line=getattr(clean, "last_line", space.last_line)
            )
        )
        moved = comma.with_changes(
            whitespace_after=space.with_changes(
                first_line=space.first_line.with_changes(
                    comment=None, whitespace=cst.SimpleWhitespace("")
                )
            )
        )
        return [
            *names[: index - 1],
            before.with_changes(comma=kept),
            new.with_changes(comma=moved),
            *names[index:],
        ]
    return [*names[:-1], *_appended(names[-1], new, apart, clean)]


def _appended(
    last: cst.ImportAlias,
    new: cst.ImportAlias,
    apart: cst.Comma,
    clean: cst.BaseParenthesizableWhitespace,
) -> Names:
    comma = last.comma
    if not isinstance(comma, cst.Comma):
        return [last.with_changes(comma=apart), new]
    space = comma.whitespace_after
    if not isinstance(space, cst.ParenthesizedWhitespace) or not isinstance(
        clean, cst.ParenthesizedWhitespace
    ):
        return [last.with_changes(comma=apart), new.with_changes(comma=comma)]
    kept = comma.with_changes(whitespace_after=clean.with_changes(first_line=space.first_line))
    bare = space.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
    moved = comma.with_changes(whitespace_after=space.with_changes(first_line=bare))
    return [last.with_changes(comma=kept), new.with_changes(comma=moved)]


def _dropped(
    statement: cst.Import | cst.ImportFrom, names: list[cst.ImportAlias], index: int
) -> tuple[cst.Import | cst.ImportFrom, list[cst.ImportAlias]]:
    """Take one name out; own-line comments after it stay where they are."""
    gone = names[index]
    rest = [*names[:index], *names[index + 1 :]]
    space = gone.comma.whitespace_after if isinstance(gone.comma, cst.Comma) else None
    if index == 0:
        lpar = getattr(statement, "lpar", None)
        if isinstance(lpar, cst.LeftParen) and isinstance(space, cst.ParenthesizedWhitespace):
            joined = _joined(lpar.whitespace_after, space)
            lpar = lpar.with_changes(whitespace_after=joined)
            statement = statement.with_changes(lpar=lpar)
        return statement, rest
    before = names[index - 1]
    assert isinstance(before.comma, cst.Comma)
    if isinstance(gone.comma, cst.Comma):
        assert space is not None
        joined = _joined(before.comma.whitespace_after, space)
        comma: cst.Comma | cst.MaybeSentinel = gone.comma.with_changes(whitespace_after=joined)
    else:
        comma = cst.MaybeSentinel.DEFAULT
    rest[index - 1] = before.with_changes(comma=comma)
    return statement, rest


def _joined(
    first: cst.BaseParenthesizableWhitespace, second: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace:
    """The blanks before and after a name that went, made one; comments of both stay."""
    if not isinstance(second, cst.ParenthesizedWhitespace):
        return first
    if not isinstance(first, cst.ParenthesizedWhitespace):
        return second
    comments = list(first.empty_lines)
    own = second.first_line.comment
    if own is not None and not own.value.startswith(("# noqa", "# type:", "# pylint")):
        comments.append(
            cst.EmptyLine(
                indent=True,
                whitespace=first.last_line,
                comment=own,
                newline=second.first_line.newline,
            )
        )
    return second.with_changes(
        first_line=first.first_line, empty_lines=[*comments, *second.empty_lines]
    )
