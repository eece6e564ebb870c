"""What the layout has to know of nodes: which of them an edit made, or made longer.

Nodes can't be written to, so a mark is kept under the identity of its node.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst


@dataclass(slots=True)
class Notes:
    """Comments of a bracket that is written anew, as text.

    `before` and `after` are those of an item, by its index; `opening` stand behind the opening
    bracket, `end` before the closing one.
    """

    before: dict[int, list[str]] = field(default_factory=dict)
    after: dict[int, list[str]] = field(default_factory=dict)
    opening: list[str] = field(default_factory=list)
    end: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.before or self.after or self.opening or self.end)


@dataclass(slots=True)
class Bracket:
    """A pair of brackets that may be on one line, or have an item a line.

    `new` ones are an edit's own. `broken` says that an old one was over several lines because it
    was too long for one. `spread` forbids the one-line form, `hugging` lets an item run over lines
    without it, `comma` asks for one behind the last item of the spread form. `allowed` is the width
    that an old one had on a line which was too long already; `needless` says that the parentheses
    are there for the layout only, `tight` that they get lines of their own only around several.
    """

    new: bool
    broken: bool = False
    spread: bool = False
    hugging: bool = False
    comma: bool = True
    allowed: int = 0
    indent: str | None = None
    needless: bool = False
    tight: bool = False
    notes: Notes = field(default_factory=Notes)


@dataclass(slots=True)
class Operation:
    """An expression that may be broken before its operators.

    `wrap` says that it needs parentheses for that, `broken` that it was broken for its length,
    `commas` that it is a bare tuple.
    """

    wrap: bool
    broken: bool = False
    commas: bool = False
    allowed: int = 0
    indent: str | None = None


@dataclass(slots=True)
class Mark:
    """All about one node. `parens` are those around it, by their number from outside."""

    node: cst.CSTNode
    own: Bracket | None = None
    parens: dict[int, Bracket] = field(default_factory=dict)
    operation: Operation | None = None
    indent: str | None = None


class Marks:
    """The marks of a file's nodes."""

    def __init__(self) -> None:
        self._marks: dict[int, Mark] = {}

    def get(self, node: cst.CSTNode) -> Mark | None:
        """The mark of a node, if it has one."""
        return self._marks.get(id(node))

    def of(self, node: cst.CSTNode) -> Mark:
        """The mark of a node, made if need be."""
        return self._marks.setdefault(id(node), Mark(node))

    def move(self, old: cst.CSTNode, new: cst.CSTNode) -> None:
        """`new` stands for `old` from now on."""
        mark = self._marks.get(id(old))
        if mark is not None and new is not old:
            self._marks[id(new)] = Mark(new, mark.own, mark.parens, mark.operation, mark.indent)
