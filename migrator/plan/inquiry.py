"""What rules ask about the program: its facts, its text, and which rules there are."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeVar, cast

from migrator.codemod import Codemod
from migrator.edit.positions import Positions
from migrator.edits import Binding, Hole, Span
from migrator.model import Options
from migrator.registry import RuleBook
from migrator.sections import Sections
from migrator.understand import Facts
from migrator.understand.facts import InOrder
from migrator.understand.values import Constant, Object, Values

Found = TypeVar("Found")
MAX_QUOTE = 60  # characters of source that a message quotes


class Inquiry:
    """The questions that a rule may ask; answers don't depend on how far the plan has grown."""

    def __init__(
        self,
        sections: Sections,
        facts: Facts,
        positions: Positions,
        options: Options,
        book: RuleBook,
    ) -> None:
        self.sections = sections
        self.text = sections.text
        self.facts = facts
        self.positions = positions
        self.options = options
        self.book = book
        self._worked_out: dict[str, object] = {}

    def once(self, key: str, work_out: Callable[[], Found]) -> Found:
        """What `work_out` says about the whole module, asked once and remembered under `key`."""
        if key not in self._worked_out:
            self._worked_out[key] = work_out()
        return cast("Found", self._worked_out[key])

    @property
    def legacy_calls(self) -> frozenset[ast.AST]:
        """The calls of the module that are legacy call sites."""
        return self.once("legacy calls", lambda: frozenset(s.call for s in self.facts.sites))

    def rule(self, *key: str) -> Callable[..., Any] | None:
        """The rule under `key`, unless no codemod has one or its codemod is switched off."""
        found = self.book.find(*key)
        if found is None or not self._selected(found[0]):
            return None
        return found[1]

    def codemod(self, *key: str) -> Codemod | None:
        """The codemod that has a rule under `key`, selected or not."""
        found = self.book.find(*key)
        return found[0] if found else None

    def switched_off(self, *key: str) -> str | None:
        """The name of the codemod that has the rule but is not selected."""
        found = self.book.find(*key)
        return found[0].name if found and not self._selected(found[0]) else None

    def _selected(self, codemod: Codemod) -> bool:
        names = {codemod.code, codemod.name}
        chosen = not self.options.select or bool(names & self.options.select)
        return chosen and not names & self.options.ignore

    def values(self, node: ast.AST) -> Values:
        """What an expression may evaluate to."""
        return self.facts.values(node)

    def in_view(self, node: ast.AST) -> Values:
        """What an expression may evaluate to, as far as the file shows where that is made.

        What an annotation alone speaks of is left out where there is more of its kind.
        """
        values = self.values(node)
        made = {v.type for v in values if isinstance(v, Object) and v.origin is not None}
        return InOrder(
            v for v in values if not (isinstance(v, Object) and v.origin is None and v.type in made)
        )

    def constant(self, node: ast.expr) -> Constant | None:
        """The one constant that `node` is, or None."""
        values = self.values(node)
        if len(values) == 1 and isinstance(value := next(iter(values)), Constant):
            return value
        return None

    def span(self, node: ast.AST) -> Span:
        """Where `node` stands."""
        return self.positions.span(node)

    def hole(self, node: ast.expr | ast.arg, binding: Binding = Binding.LOOSE) -> Hole:
        """The original text of `node`, with whatever edits fall inside it."""
        return Hole(self.span(node), binding)

    def moved(self, node: ast.expr, binding: Binding = Binding.LOOSE) -> Hole:
        """`node` in another place, while something else is put where it stands."""
        return Hole(self.span(node), binding, inside=True)

    def source(self, node: ast.AST) -> str:
        """The original text of `node`, on one line and without comments."""
        return self.positions.on_one_line(self.span(node))

    def quote(self, node: ast.AST) -> str:
        """The text of `node` for a message: on one line, and no longer than that."""
        text = " ".join(self.source(node).split())
        return text if len(text) <= MAX_QUOTE else text[: MAX_QUOTE - 1] + "…"

    def module_at(self, offset: int) -> ast.Module:
        """The module in which a character of the text stands."""
        return self.sections.at(offset).module

    def may_change(self, node: ast.AST) -> bool:
        """Whether the file that `node` stands in is one that the run may change."""
        return self.sections.at(self.span(node).start).refused is None

    def line(self, node: ast.AST) -> int:
        """The 1-based line `node` starts on."""
        return getattr(node, "lineno", 1)
