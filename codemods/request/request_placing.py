"""Put the request of a call and the statements around it where the call stands."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from codemods.objects.setting_rows import Settings
from codemods.request.shared_settings import Shared, share
from migrator.edits import (
    Binding,
    CallCode,
    Code,
    Edit,
    InsertAfter,
    InsertBefore,
    Item,
    Replace,
    Row,
    RowsCode,
    Template,
)
from migrator.plan import Draft
from migrator.reasoning.free_names import FreeNames
from migrator.reasoning.statement_places import Kind, Spot, is_pure
from migrator.syntax import base_of
from migrator.understand import CallSite


@dataclass(slots=True)
class Placed:
    """A request whose settings are shared with those that follow it.

    `reply` is the variable of what it returns; `done` says that the call's own arguments need no
    further edit.
    """

    reply: str
    done: bool
    _draft: Draft
    _site: CallSite
    _spot: Spot
    _shared: Shared
    _callee: Code
    _rows: list[Row] = field(default_factory=list)

    def follow_up(self, new: tuple[Item, ...]) -> Code:
        """The next request: what is new in it, between its model and the settings."""
        head = [item for item in self._shared.again if item.name == "model"]
        rest = [item for item in self._shared.again if item.name != "model"]
        return self._request((*head, *new, *rest))

    def _request(self, items: tuple[Item, ...]) -> Code:
        call = CallCode(self._callee, items)
        return Template(("await ", call)) if self._spot.awaited else call

    def edits(self, before: Sequence[Row], after: Sequence[Row]) -> list[Edit]:
        """The edits that put statements before the request and after it."""
        draft, spot = self._draft, self._spot
        statement = draft.span(spot.statement)
        ahead = (*self._rows, *self._shared.rows, *before)
        first = self._request(tuple(self._shared.first))
        if spot.kind is Kind.INSIDE:
            made = Template((f"{self.reply} = ", first))
            rows = RowsCode((*ahead, Row(made), *after))
            whole = draft.positions.span_with_parentheses(draft.span(spot.whole))
            return [InsertBefore(statement, rows), Replace(whole, self.reply)]
        found: list[Edit] = [
            InsertBefore(statement, RowsCode(ahead)),
            InsertAfter(statement, RowsCode(tuple(after))),
        ]
        if self.done:
            alone = Template((f"{self.reply} = ", first))
            code = alone if spot.kind is Kind.ALONE else first
            found.append(Replace(draft.span(spot.whole), code))
        return found


def place(draft: Draft, site: CallSite, spot: Spot, settings: Settings, names: FreeNames) -> Placed:
    """Share the settings of a call with the requests that will follow it."""
    reply = _reply(draft, spot, names)
    callee = _callee(draft, site.call.func)
    rows: list[Row] = []
    root = base_of(site.call.func)
    own = is_pure(root)
    if not own:
        client = names.take("client", "gemini_client")
        rows.append(Row(Template((f"{client} = ", draft.hole(root)))))
        callee = f"{client}.interactions.create"
    shared = share(draft, settings, site.call, names)
    done = spot.kind is not Kind.ASSIGNED or not own
    if not done:
        settings.become(shared.first)
    return Placed(reply, done, draft, site, spot, shared, callee, rows)


def _reply(draft: Draft, spot: Spot, names: FreeNames) -> str:
    if spot.target is not None:
        return draft.source(spot.target)
    return names.take("response", "interaction", "reply")


def _callee(draft: Draft, node: ast.expr) -> Code:
    """The method again; on one line, without the comments of the first call."""
    if node.end_lineno != node.lineno and isinstance(node, ast.Attribute):
        resource = node.value
        if isinstance(resource, ast.Attribute) and resource.attr == "models":
            return f"{ast.unparse(resource.value)}.interactions.create"
    return draft.hole(node, Binding.ATOM)
