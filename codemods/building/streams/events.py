"""The statements at the top of a loop over events, which find out what the event at hand holds."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.tables.api import PACKAGE
from codemods.tables.streams import (
    COMPLETED,
    DELTA,
    ERROR,
    OUTPUT_STEP,
    START,
    TEXT_DELTA,
    THOUGHT_DELTA,
)
from migrator.edits import ClausesCode, Code, HeaderCode, Row, RowsCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.values import Symbol

SERVER_ERROR = "raise {}.ServerError(500, {}.to_dict())"
"""The old stream raised the error of the SDK that belongs to the status in the record. The new
event names no status; what happens to a stream that has begun is the server's."""


def errors_module(draft: Draft, owner: Member, node: ast.AST) -> str:
    """How the module with the errors is named where `node` stands; it is imported if need be."""
    structure, state = draft.facts.structure, draft.facts.state
    scope = structure.scope_of[node]
    for around in (scope, *state.scope_chain(scope)):
        if "errors" not in structure.locals_of[around]:
            continue
        bound = state.bound.get((around, "errors"), frozenset())
        if bound != frozenset({Symbol(f"{PACKAGE}.errors")}):
            root, _, name = PACKAGE.rpartition(".")
            draft.need(owner, node, root, name)
            return f"{name}.errors"
    draft.need(owner, node, PACKAGE, "errors")
    return "errors"


@dataclass(slots=True)
class Head:
    """What the top of a loop finds out, and the names it uses.

    `text` is the variable for a piece of text, `thought` the one that says whether it is a thought.
    `ending` are statements for the last event, `errors` is how the module of the errors is named.
    """

    event: str
    errors: str = "errors"
    text: str | None = None
    thought: str | None = None
    thoughts: bool = False
    ending: list[Code] = field(default_factory=list)

    def asks(self, *tests: str) -> tuple[Code, ...]:
        """Tests of the event, as operands of a header."""
        return tuple(f"{self.event}.{test}" for test in tests)

    def rows(self) -> RowsCode:
        """The statements."""
        rows: list[Row] = []
        if self.text is not None:
            rows += self._text_rows(self.text)
        if self.ending:
            rows.append(Row(HeaderCode(_if(rows), self.asks(COMPLETED))))
            rows += [Row(code, 1) for code in self.ending]
        rows.append(Row(HeaderCode(_if(rows), self.asks(ERROR))))
        rows.append(Row(SERVER_ERROR.format(self.errors, self.event), 1))
        return RowsCode(tuple(rows))

    def _text_rows(self, text: str) -> list[Row]:
        rows: list[Row] = []
        if self.thought is not None:
            rows.append(Row(f'{text}, {self.thought} = "", False'))
        else:
            rows.append(Row(f'{text} = ""'))
        rows.append(Row(HeaderCode("if", self.asks(DELTA, TEXT_DELTA))))
        rows.append(Row(f"{text} = {self.event}.delta.text", 1))
        rows.append(Row(HeaderCode("elif", self.asks(START, OUTPUT_STEP))))
        rows.append(Row(Template((f"{text} = ", self.start_text())), 1))
        if self.thoughts:
            content = f"{self.event}.delta.content"
            rows.append(Row(HeaderCode("elif", self.asks(DELTA, THOUGHT_DELTA))))
            rows.append(Row(HeaderCode("if", (content, f'{content}.type == "text"')), 1))
            rows.append(Row(self._thought_row(text, f"{content}.text"), 2))
        return rows

    def _thought_row(self, text: str, found: str) -> Code:
        if self.thought is None:
            return f"{text} = {found}"
        return f"{text}, {self.thought} = {found}, True"

    def start_text(self) -> Code:
        """The text that a step begins with."""
        item = "c" if self.event != "c" else "content"
        steps = f"for {item} in {self.event}.step.content or []"
        return ClausesCode('"".join(', f"{item}.text", (steps, f'if {item}.type == "text"'), ")")


def _if(rows: list[Row]) -> str:
    """`elif` behind the branches of an `if`."""
    return "elif" if any(isinstance(row.code, HeaderCode) for row in rows) else "if"
