"""Edits are data: what happens to one stretch of the source, written before any of it happens.

A `Span` counts characters (not bytes) from the start of the decoded text, 0-based, end exclusive.
A hole stands for an original expression and keeps the edits planned inside it, so edits nest.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of the decoded source, in characters, 0-based, end exclusive."""

    start: int
    end: int

    def holds(self, other: Span) -> bool:
        """Whether `other` lies within this span (or equals it)."""
        return self.start <= other.start and other.end <= self.end


class Binding(enum.IntEnum):
    """How tightly a position binds; a hole weaker than its position gets parentheses."""

    LOOSE = 0  # an argument, a dict value, a list item: anything but a starred or walrus expression
    TERNARY = 1  # operand of `x if c else y`, lambda bodies
    OR = 2
    AND = 3
    NOT = 4
    COMPARE = 5
    ARITHMETIC = 6
    AWAIT = 7
    ATOM = 8  # the left side of `.name`, `[...]` or `(...)`


@dataclass(frozen=True, slots=True)
class Hole:
    """An original expression, by the span `ast` gives it (surrounding parentheses not included).

    `inside` keeps only the edits inside it: not the one that puts something else in its place, for
    an expression that is moved to another place.
    """

    span: Span
    binding: Binding = Binding.LOOSE
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """Text with holes, laid end to end: `Template((Hole(x, Binding.ATOM), ".output_text"))`."""

    parts: tuple[str | Code, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One argument, dict entry or list element of new code.

    `name` is the keyword of an argument or the key of a dict entry (as an unquoted string), None
    for a positional argument or list element, `"**"` for a `**value` of either. `key` is a dict key
    that is an original expression. `source` is the span of the original argument or entry this one
    stands for: its comments travel along.
    """

    value: Code
    name: str | None = None
    key: Hole | None = None
    source: Span | None = None


@dataclass(frozen=True, slots=True)
class DictCode:
    """A new dict display."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ListCode:
    """A new list display."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ClausesCode:
    """A comprehension, generator or conditional expression between brackets.

    `before` and `after` hold the brackets and whatever stands outside of them, such as `"["` and
    `"]"` or `'"".join('` and `")"`. On one line if it fits, else the element and each clause
    (`for … in …`, `if …`) on a line of its own. A conditional expression is laid out the same way
    (`if …`, `else …`); it is `soft`: its brackets are there only where it takes several lines.
    """

    before: str
    element: Code
    clauses: tuple[Code, ...]
    after: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class CallCode:
    """A new call; `function` is the callee."""

    function: Code
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of new statements (or a statement of several), `depth` blocks deep in them."""

    code: Code
    depth: int = 0


@dataclass(frozen=True, slots=True)
class RowsCode:
    """New statements, each on a line of its own: what an insertion puts in as one."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class HeaderCode:
    """The header of an `if` or `elif` that asks for all of `operands`; with its colon.

    On one line if it fits, else in parentheses and each operand on a line of its own.
    """

    keyword: str
    operands: tuple[Code, ...]


Code = str | Hole | Template | DictCode | ListCode | ClausesCode | CallCode | HeaderCode | RowsCode


def leaves(code: Code) -> Iterator[str | Hole]:
    """The texts and the holes that new code is made of, in order; but for names of arguments."""
    pending: list[Code] = [code]
    while pending:
        part = pending.pop()
        if isinstance(part, (str, Hole)):
            yield part
        elif isinstance(part, Template):
            pending.extend(reversed(part.parts))
        elif isinstance(part, ClausesCode):
            pending.extend((part.after, *reversed(part.clauses), part.element, part.before))
        elif isinstance(part, RowsCode):
            pending.extend(row.code for row in reversed(part.rows))
        elif isinstance(part, HeaderCode):
            pending.extend(reversed(part.operands))
        else:
            for item in reversed(part.items):
                pending.append(item.value)
                if item.key is not None:
                    pending.append(item.key)
            if isinstance(part, CallCode):
                pending.append(part.function)


def holes(code: Code) -> Iterator[Hole]:
    """All holes in new code, in order."""
    return (leaf for leaf in leaves(code) if isinstance(leaf, Hole))


@dataclass(frozen=True, slots=True)
class Replace:
    """Put `code` in the place of the expression (or single token) at `span`.

    A new display takes over the comments of a call or display that it replaces, as `Arguments` do.
    """

    span: Span
    code: Code


@dataclass(frozen=True, slots=True)
class Arguments:
    """Give the call (or dict or list display) at `span` new items; the callee and brackets stay.

    Comments inside the brackets stay with the item whose `source` they belonged to; comments whose
    item is gone are kept on a line of their own before the item that follows.
    """

    span: Span
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class InsertBefore:
    """Put statements on lines of their own before the statement at `span`, at its indentation."""

    span: Span
    code: Code


@dataclass(frozen=True, slots=True)
class InsertAfter:
    """Put statements on lines of their own after the simple statement at `span`, indented alike."""

    span: Span
    code: Code


@dataclass(frozen=True, slots=True)
class Delete:
    """Take the whole simple statement at `span` away; `pass` goes into an emptied block."""

    span: Span


@dataclass(frozen=True, slots=True)
class Nest:
    """Put `header` in the place of the statements at `span`, and under it those at `inner`.

    `inner` lies in `span` and keeps its edits; often it is all of it, and goes one level deeper.
    Both begin and end with a whole statement. Without a `header`, `inner` takes the place of `span`
    at its level.
    """

    span: Span
    inner: Span
    header: Code | None


@dataclass(frozen=True, slots=True)
class Swap:
    """Exchange two stretches of the text, such as the handlers of a `try`; both keep their edits.

    `first` stands before `second`; what is between them stays between them.
    """

    first: Span
    second: Span

    @property
    def span(self) -> Span:
        """From the start of the first stretch to the end of the second."""
        return Span(self.first.start, self.second.end)


@dataclass(frozen=True, slots=True)
class NeedImport:
    """The rewritten code at `user` reads a name that must be imported.

    `import module [as alias]` where `name` is None, else `from module import name [as alias]`.
    """

    module: str
    name: str | None
    alias: str | None
    user: Span


Placed = Replace | Arguments | InsertBefore | InsertAfter | Delete | Nest | Swap
Edit = Placed | NeedImport


def start_of(edit: Edit) -> int:
    """Where the edit is made, or where the code stands that needs an import."""
    return edit.user.start if isinstance(edit, NeedImport) else edit.span.start


def new_code(edit: Placed) -> list[Code]:
    """The code that an edit puts in."""
    if isinstance(edit, Arguments):
        keys = [item.key for item in edit.items if item.key is not None]
        return [*keys, *(item.value for item in edit.items)]
    if isinstance(edit, Nest):
        return [] if edit.header is None else [edit.header]
    return [] if isinstance(edit, (Delete, Swap)) else [edit.code]
