"""What a tokeniser would say, as far as edits ask: strings, comments and brackets by
offset.

One regular-expression pass over the text; `tokenize` is some ten times slower and
refuses fragments.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from migrator.edits import Span

_PREFIX = r"[bB][rR]?|[rR][bBfFtT]?|[uU]|[fFtT][rR]?"
_TOKEN = re.compile(r"""[()\[\]{}]|\"\"\"|'''|["']|\#[^\r\n]*""")
_LETTERS = re.compile(rf"(?<!\w)(?:{_PREFIX})\Z")
_FIELD_TOKEN = re.compile(rf"{_TOKEN.pattern}|:")
_QUOTES = ('"""', "'''", '"', "'")
_STOPS = {quote: re.compile(rf"\\(?s:.)|{quote}") for quote in _QUOTES}
_MARKS = {quote: re.compile(rf"[\\{{}}]|{quote}") for quote in _QUOTES}
_BLANKS = re.compile(r"(?:\s|\\(?=[\r\n]))+")
_NEWLINE = re.compile(r"\r\n|\r|\n")
CLOSING = {"(": ")", "[": "]", "{": "}"}
_BRACKETS = frozenset("()[]{}")


@dataclass(frozen=True, slots=True)
class Literal:
    """One string token: where it is, its prefix in lower case, its quotes, and if it
    has fields.
    """

    span: Span
    prefix: str
    quote: str

    @property
    def formatted(self) -> bool:
        """Whether replacement fields are read in it."""
        return "f" in self.prefix or "t" in self.prefix

    @property
    def body(self) -> Span:
        """What stands between the quotes."""
        start = self.span.start + len(self.prefix) + len(self.quote)
        return Span(start, self.span.end - len(self.quote))


@dataclass(slots=True)
class Scan:
    """Strings, comments and matched brackets of a text, each sorted by where it starts.

    `brackets` holds the spans of whole pairs, the brackets included; an unmatched one
    is left out.
    """

    text: str
    literals: list[Literal] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)
    brackets: list[Span] = field(default_factory=list)
    _literal_starts: list[int] = field(default_factory=list)
    _comment_starts: list[int] = field(default_factory=list)

    def literal_around(self, offset: int) -> Literal | None:
        """The string token that begins before `offset` and ends after it."""
        index = bisect_right(self._literal_starts, offset - 1) - 1
        if index >= 0 and offset < self.literals[index].span.end:
            return self.literals[index]
        return None

    def comment_around(self, offset: int) -> Span | None:
        """The comment whose last character stands at or after `offset - 1`."""
        index = bisect_right(self._comment_starts, offset - 1) - 1
        if index >= 0 and offset <= self.comments[index].end:
            return self.comments[index]
        return None

    def comments_in(self, start: int, end: int) -> list[Span]:
        """The comments that begin in `start:end`."""
        first = bisect_right(self._comment_starts, start - 1)
        last = bisect_right(self._comment_starts, end - 1)
        return self.comments[first:last]

    def literals_in(self, start: int, end: int) -> list[Span]:
        """The string tokens that begin in `start:end`."""
        first = bisect_right(self._literal_starts, start - 1)
        last = bisect_right(self._literal_starts, end - 1)
        return [literal.span for literal in self.literals[first:last]]

    def skip_forward(self, offset: int, end: int | None = None) -> int:
        """The first offset from `offset` on that is neither blank, comment nor
        continuation.
        """
        limit = len(self.text) if end is None else end
        while offset < limit:
            blanks = _BLANKS.match(self.text, offset, limit)
            comment = self.comment_around(offset + 1) if self.text[offset] == "#" else None
            if blanks is not None:
                offset = blanks.end()
            elif comment is not None:
                offset = comment.end
            else:
                return offset
        return limit

    def skip_backward(self, offset: int, start: int = 0) -> int:
        """The offset after the last character before `offset` that says something."""
        while offset > start:
            comment = self.comment_around(offset)
            if comment is not None:
                offset = comment.start
            elif self.text[offset - 1].isspace() or _continues(self.text, offset - 1):
                offset -= 1
            else:
                return offset
        return start


def scan(text: str) -> Scan:
    """Read the strings, comments and brackets of `text`, a module or a part of one."""
    found = Scan(text)
    open_brackets: list[int] = []
    position = 0
    while (match := _TOKEN.search(text, position)) is not None:
        token, start, position = match[0], match.start(), match.end()
        if token in _BRACKETS:
            _note_bracket(found, open_brackets, start)
        elif token[0] == "#":
            found.comments.append(Span(start, position))
        else:
            prefix = _prefix_before(text, start)
            position = _literal_end(text, position, prefix, token)
            found.literals.append(Literal(Span(start - len(prefix), position), prefix, token))
    found.brackets.sort()
    found._literal_starts = [literal.span.start for literal in found.literals]
    found._comment_starts = [comment.start for comment in found.comments]
    return found


@lru_cache(maxsize=2)
def scan_module(text: str) -> Scan:
    """Like `scan`, for a whole module: the last few are kept, for all who ask about them."""
    return scan(text)


@lru_cache(maxsize=2)
def module_lines(text: str) -> Sequence[Span]:
    """Like `line_breaks`, for a whole module: those of the last few are kept."""
    return line_breaks(text)


def line_breaks(text: str) -> Sequence[Span]:
    """The line ends Python sees: LF, CRLF and CR, but no form feed or Unicode
    separator.
    """
    return tuple([Span(*match.span()) for match in _NEWLINE.finditer(text)])


def has_break(text: str) -> bool:
    """Whether `text` goes over a line end."""
    return "\n" in text or "\r" in text


def breaks_outside_strings(text: str) -> Sequence[Span]:
    """The line ends of `text` that are not part of a string."""
    breaks = line_breaks(text)
    if not breaks or ('"' not in text and "'" not in text):
        return breaks
    found = scan(text)
    return [line for line in breaks if found.literal_around(line.start) is None]


def _note_bracket(found: Scan, open_brackets: list[int], offset: int) -> None:
    if found.text[offset] in CLOSING:
        open_brackets.append(offset)
    elif open_brackets:
        found.brackets.append(Span(open_brackets.pop(), offset + 1))


def _prefix_before(text: str, quote: int) -> str:
    """The letters that the string token whose quotes begin at `quote` begins with."""
    if not text[quote - 1 : quote].isalpha():
        return ""
    match = _LETTERS.search(text[max(quote - 3, 0) : quote])  # two letters, and what is before
    return "" if match is None else match[0].lower()


def _continues(text: str, offset: int) -> bool:
    return text[offset] == "\\" and text[offset + 1 : offset + 2] in ("\n", "\r")


def _literal_end(text: str, body: int, prefix: str, quote: str) -> int:
    """Where the string token whose body starts at `body` ends; the end of the text if
    it doesn't.
    """
    if "f" in prefix or "t" in prefix:
        return formatted_end(text, body, "r" in prefix, quote)
    stops = _STOPS[quote].finditer(text, body)
    return next((stop.end() for stop in stops if stop[0] == quote), len(text))


def formatted_end(text: str, body: int, raw: bool, quote: str) -> int:
    """Like `_literal_end` for an f-string, whose fields may hold its own quotes from
    3.12 on.
    """
    position, depth = body, 0
    while (match := _MARKS[quote].search(text, position)) is not None:
        mark, position = match[0], match.start()
        if mark == quote:
            return match.end()
        if mark == "\\":
            position = after_backslash(text, position, raw)
        elif mark == "{" and depth == 0 and text.startswith("{{", position):
            position += 2
        elif mark == "{":
            position, spec = field_end(text, position + 1)
            depth += spec
        else:
            depth = max(depth - 1, 0)
            position += 1
    return len(text)


def after_backslash(text: str, position: int, raw: bool) -> int:
    """Where an f-string goes on after a backslash, which escapes no brace."""
    if not raw and text.startswith("\\N{", position):
        return text.find("}", position) + 1 or len(text)
    return position + (1 if text[position + 1 : position + 2] in ("{", "}") else 2)


def field_end(text: str, start: int) -> tuple[int, bool]:
    """Walk the expression of a replacement field that starts at `start`.

    Returns where it ends (after the closing brace, or after the colon of its format
    spec) and whether a format spec follows. `!=` is a comparison, a lone `!` the start
    of a conversion.
    """
    depth, position = 0, start
    while (match := _FIELD_TOKEN.search(text, position)) is not None:
        token, position = match[0], match.end()
        if token[0] in "\"'":
            prefix = _prefix_before(text, match.start())
            position = _literal_end(text, position, prefix, token)
        elif depth == 0 and token in ("}", ":"):
            return position, token == ":"
        elif token in CLOSING:
            depth += 1
        elif token in _BRACKETS:
            depth -= 1
    return len(text), False
