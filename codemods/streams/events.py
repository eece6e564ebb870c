"""The statements at the top of a loop over events, which find out what the event at hand holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from codemods.streams.implied_by_tests import ANSWER, CALL, MEDIA, TEXT, Known
from codemods.tables.streams import (
    ARGUMENTS_DELTA,
    CALL_STEP,
    COMPLETED,
    DELTA,
    ERROR,
    MEDIA_DELTA,
    OUTPUT_STEP,
    START,
    STOP,
    TEXT_DELTA,
    THOUGHT_DELTA,
)
from migrator.edits import CallCode, ClausesCode, Code, HeaderCode, Item, Row, RowsCode, Template

SERVER_ERROR = "raise {}.ServerError(500, {}.to_dict())"
"""The old stream raised the error of the SDK that belongs to the status in the record. The new
event names no status; what happens to a stream that has begun is the server's."""


ENDS_EARLY = (
    "counts, ids and the finish reason come with the last event of a stream, which one that ends "
    "early (a refused one may) does not have; each chunk had some of them"
)
LEFT_EARLY = "the loop may be left before the event at which the conversation goes on"
LEFT_AT_THE_END = (
    "a chat kept no turn whose stream was left, be it at its last chunk; a turn that came to its "
    "end is part of the conversation now"
)
BLOCKED = (
    "a blocked prompt had no finish reason; its interaction has the status failed, like a refused "
    "reply"
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a conversation does at the last event of a stream.

    `target` is what the id of the interaction is assigned to, `then` are statements that follow;
    `reply` makes those that keep the whole text, which is gathered in the variable it is given.
    `forgets` says that the conversation never knew of a stream that was left: a chat did not.
    """

    target: Code | None = None
    then: tuple[Code, ...] = ()
    reply: Callable[[str], tuple[Code, ...]] | None = None
    forgets: bool = False


@dataclass(slots=True)
class Head:
    """What the top of a loop finds out, and the names it uses.

    `text` is the variable for a piece of text, `thought` the one that says whether it is a thought,
    `media` the one for an image or a sound, of one of `media_types`. `call` is a function call once
    it is complete; until then `started` and `arguments` keep the calls and the text of their
    arguments, by the index of the step. `ending` are statements for the last event, `reply` is what
    gathers the whole text; `errors` is how the module of the errors is named.
    """

    event: str
    errors: str = "errors"
    text: str | None = None
    thought: str | None = None
    thoughts: bool = False
    media: str | None = None
    media_types: tuple[str, ...] = ()
    call: str | None = None
    started: str = ""
    arguments: str = ""
    ending: list[Code] = field(default_factory=list)
    reply: str | None = None

    def carry(self, carried: Carried) -> None:
        """Have a conversation go on at the last event."""
        if carried.target is not None:
            self.ending.append(Template((carried.target, f" = {self.event}.interaction.id")))
        self.ending.extend(carried.then)
        if carried.reply is not None and self.reply is not None:
            self.ending.extend(carried.reply(self.reply))

    def asks(self, *tests: str) -> tuple[Code, ...]:
        """Tests of the event, as operands of a header."""
        return tuple(f"{self.event}.{test}" for test in tests)

    def asked(self, pieces: Known) -> str:
        """A test for any of some pieces."""
        if ANSWER in pieces:
            return f"{self.text} and not {self.thought}"
        names = {TEXT: self.text, MEDIA: self.media, CALL: self.call}
        return " or ".join(name for piece, name in names.items() if piece in pieces and name)

    def rows(self) -> RowsCode:
        """The statements."""
        rows = self._first_row()
        if self.text is not None:
            rows += self._branch(DELTA, TEXT_DELTA)
            rows.append(Row(f"{self.text} = {self.event}.delta.text", 1))
        if self.media is not None:
            rows += self._media_rows(self.media)
        if self.text is not None or self.media is not None:
            rows += self._start_rows()
        if self.thoughts and self.text is not None:
            content = f"{self.event}.delta.content"
            rows += self._branch(DELTA, THOUGHT_DELTA)
            rows.append(Row(HeaderCode("if", (content, f'{content}.type == "text"')), 1))
            rows.append(Row(self._thought_row(self.text, f"{content}.text"), 2))
        if self.call is not None:
            rows += self._call_rows(self.call)
        if self.ending:
            rows.append(Row(HeaderCode("elif", self.asks(COMPLETED))))
            rows += [Row(code, 1) for code in self.ending]
        rows.append(Row(HeaderCode("elif", self.asks(ERROR))))
        rows.append(Row(SERVER_ERROR.format(self.errors, self.event), 1))
        return RowsCode((*_begun(rows), *self._gathering()))

    def _gathering(self) -> list[Row]:
        """The text is added to the reply; a thought is none of it."""
        added = f"{self.reply} += {self.text}"
        if self.reply is None:
            return []
        if self.thought is None:
            return [Row(added)]
        return [Row(HeaderCode("if", (f"not {self.thought}",))), Row(added, 1)]

    def _first_row(self) -> list[Row]:
        """What the event brings is not known yet."""
        empty = [
            (self.text, '""'), (self.thought, "False"), (self.media, "None"), (self.call, "None"),
        ]  # fmt: skip
        names = [name for name, _ in empty if name]
        values = [value for name, value in empty if name]
        return [Row(f"{', '.join(names)} = {', '.join(values)}")] if names else []

    def _branch(self, *tests: str) -> list[Row]:
        """The header of a branch for one kind of event."""
        return [Row(HeaderCode("elif", self.asks(*tests)))]

    def _media_rows(self, media: str) -> list[Row]:
        rows: list[Row] = []
        for kind in self.media_types:
            rows += self._branch(DELTA, MEDIA_DELTA.format(kind))
            rows.append(Row(f"{media} = {self.event}.delta", 1))
        return rows

    def _start_rows(self) -> list[Row]:
        """A step may begin with some of its content."""
        rows = self._branch(START, OUTPUT_STEP)
        if self.text is not None:
            rows.append(Row(Template((f"{self.text} = ", self.start_text())), 1))
        if self.media is not None:
            item = self._item
            kinds = " or ".join(f'{item}.type == "{kind}"' for kind in self.media_types)
            steps = f"for {item} in {self.event}.step.content or []"
            found = ClausesCode("(", item, (steps, f"if {kinds}"), ")")
            first = CallCode("next", (Item(found), Item("None")))
            rows.append(Row(Template((f"{self.media} = ", first)), 1))
        return rows

    def _call_rows(self, call: str) -> list[Row]:
        """A call begins with its name; its arguments follow, as pieces of JSON."""
        index, started, arguments = f"{self.event}.index", self.started, self.arguments
        stopped = HeaderCode("elif", (*self.asks(STOP), f"{index} in {started}"))
        return [
            *self._branch(START, CALL_STEP),
            Row(f'{started}[{index}], {arguments}[{index}] = {self.event}.step, ""', 1),
            *self._branch(DELTA, ARGUMENTS_DELTA),
            Row(f'{arguments}[{index}] += {self.event}.delta.arguments or ""', 1),
            Row(stopped),
            Row(f"{call} = {started}.pop({index})", 1),
            Row(HeaderCode("if", (f"{arguments}[{index}]",)), 1),
            Row(f"{call}.arguments = json.loads({arguments}[{index}])", 2),
        ]

    def _thought_row(self, text: str, found: str) -> Code:
        if self.thought is None:
            return f"{text} = {found}"
        return f"{text}, {self.thought} = {found}, True"

    @property
    def _item(self) -> str:
        return "c" if self.event != "c" else "content"

    def start_text(self) -> Code:
        """The text that a step begins with."""
        item = self._item
        steps = f"for {item} in {self.event}.step.content or []"
        return ClausesCode('"".join(', f"{item}.text", (steps, f'if {item}.type == "text"'), ")")


def _begun(rows: list[Row]) -> tuple[Row, ...]:
    """The first of the branches is an `if`."""
    first = next(n for n, row in enumerate(rows) if isinstance(row.code, HeaderCode))
    header = rows[first].code
    assert isinstance(header, HeaderCode)
    begin = Row(HeaderCode("if", header.operands))
    return (*rows[:first], begin, *rows[first + 1 :])
