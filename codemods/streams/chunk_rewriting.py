"""Put what the head of a loop found out in the place of what was read of a chunk."""

from __future__ import annotations

import ast

from codemods.reply.interaction import stand_ins
from codemods.streams.chunk_forms import gathered, is_or_empty, or_nothing
from codemods.streams.chunk_images import made_image
from codemods.streams.chunk_places import SETTING, is_within
from codemods.streams.chunk_reads import ENDING, NEW_NAMES, TEXTUAL, Kind, Read, is_none_test
from codemods.streams.events import Head
from codemods.streams.implied_by_tests import END, implied
from codemods.streams.loop_body import Body
from codemods.tables.streams import COMPLETED, NOT_CONTINUED
from migrator.edits import Binding, Code, HeaderCode, InsertBefore, Nest, Replace, Span, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member


class Rewrite:
    """The edits of all reads of one loop."""

    def __init__(self, draft: Draft, owner: Member, body: Body, head: Head) -> None:
        self.draft = draft
        self.owner = owner
        self.body = body
        self.head = head
        self.completed = f"{head.event}.{COMPLETED}"
        self.gone: set[ast.AST] = set()
        """Expressions that a larger replacement swallows."""
        self.spread: set[ast.AST] = set()

    def run(self) -> None:
        """Plan every read."""
        for statement in self.body.deleted:
            self.gone.update(ast.walk(statement))
        for chain, operands in self.body.dropped.items():
            self._drop(chain, operands)
        for choice in self.body.unwrapped:
            if choice not in self.gone:
                self._replace(choice, self.draft.hole(choice.body), keep=choice.body)
        for read in self.body.reads.values():
            if read.node not in self.gone:
                self._read(read)

    def _replace(self, node: ast.expr, code: Code, keep: ast.expr | None = None) -> None:
        """Put `code` in the place of `node`; only what is in `keep` is still there to be edited."""
        kept = set(ast.walk(keep)) if keep is not None else set()
        self.gone.update(n for n in ast.walk(node) if n not in kept)
        self.draft.replace(self.owner, node, code)

    def _drop(self, chain: ast.BoolOp, operands: list[ast.expr]) -> None:
        """Leave guards out of a test that asks for more."""
        rest = [value for value in chain.values if value not in operands]
        only = self.body.reads.get(rest[0]) if len(rest) == 1 else None
        if only is not None and only.kind is Kind.PARTS:
            self._replace(chain, self.head.asked(self.body.brings))
            return
        both = isinstance(chain.op, ast.And)
        word, binding = (" and ", Binding.AND) if both else (" or ", Binding.OR)
        binding = binding if len(rest) > 1 else Binding.LOOSE
        parts: list[Code] = []
        for value in rest:
            parts += (
                [word, self.draft.hole(value, binding)]
                if parts
                else [self.draft.hole(value, binding)]
            )
        for operand in operands:
            self.gone.update(ast.walk(operand))
        span = self.draft.span(chain)
        if len(rest) == 1:
            span = self.draft.positions.span_with_parentheses(span)
        self.draft.edit(self.owner, Replace(span, Template(tuple(parts))))

    # one read

    def _read(self, read: Read) -> None:
        node, kind = read.node, read.kind
        parent = self.draft.facts.structure.parent(node)
        if isinstance(parent, (ast.For, ast.AsyncFor)) and parent in self.body.part_loops:
            return
        if kind is Kind.THOUGHT:
            self._replace(node, self.head.thought or "")
        elif kind in TEXTUAL:
            self._text(read, parent)
        elif kind is Kind.PARTS:
            self._piece(read, parent)
        elif kind in {Kind.MEDIA, Kind.CALL} and isinstance(node, ast.Name):
            return  # a variable that holds it
        elif read.attribute == "as_image":
            optional = self.draft.facts.structure.statement(node) in self.body.aliased
            made = made_image(self.draft, self.owner, read, self.head, optional=optional)
            self._replace(*made)
        elif kind in {Kind.MEDIA, Kind.CALL}:
            self._replace(node, self.head.asked(implied(node, self.body.reads).true))
        elif kind is Kind.CALLS:
            self._calls(read)
        elif kind in ENDING:
            self._end(read, parent)
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
            self._replace(node, f"{self.head.event}.interaction")
        elif isinstance(node, ast.Name):
            self._replace(node, self.head.event)

    def _text(self, read: Read, parent: ast.AST | None) -> None:
        node, text = read.node, self.head.text or ""
        none = is_none_test(parent, node)
        asked = self.head.asked(implied(node, self.body.reads).true)
        if none is not None and isinstance(parent, ast.expr):
            denied = f"not ({asked})" if " " in asked else f"not {asked}"
            self._replace(parent, denied if none else asked)
        elif asked != text and context_of(self.draft.facts, node).use is Use.TRUTH:
            self._replace(node, asked)
        elif isinstance(parent, (ast.BoolOp, ast.IfExp)) and is_or_empty(parent, node):
            if not self._is_named(parent):
                self.gone.update(ast.walk(parent))
                span = self.draft.positions.span_with_parentheses(self.draft.span(parent))
                self.draft.edit(self.owner, Replace(span, text))
        elif isinstance(node, ast.Name) and node.id == text:
            return
        elif not self._is_named(node):
            self._replace(node, text)

    def _piece(self, read: Read, parent: ast.AST | None) -> None:
        """A test of the parts: whether the event brings anything."""
        asked = self.head.asked(self.body.brings)
        none = is_none_test(parent, read.node)
        if none is not None and isinstance(parent, ast.expr):
            self._replace(parent, f"not ({asked})" if none else asked)
        else:
            self._replace(read.node, asked)

    def _calls(self, read: Read) -> None:
        """The calls of a chunk, of which an event has one."""
        node = or_nothing(self.draft, read.node)
        into, call = gathered(self.draft, node), self.head.call or ""
        if into is None:
            self._replace(read.node, call)
            return
        parent = self.draft.facts.structure.parent(node)
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
            name = self.draft.positions.attribute_name(parent.func)
            self.draft.edit(self.owner, Replace(name, "append"))
            self._replace(node, call)
            return
        statement = self.draft.facts.structure.statement(node)
        self.gone.update(ast.walk(statement))
        self.draft.settled.update({into, node, read.node})
        rest = Span(self.draft.span(into).end, self.draft.span(statement).end)
        self.draft.edit(self.owner, Replace(rest, f".append({call})"))

    def _is_named(self, node: ast.expr) -> bool:
        """`(text := chunk.text)`: the head has bound the name already."""
        parent = self.draft.facts.structure.parent(node)
        if not isinstance(parent, ast.NamedExpr) or parent.target.id != self.head.text:
            return False
        span = self.draft.positions.span_with_parentheses(self.draft.span(parent))
        self.gone.update(ast.walk(parent))
        self.draft.edit(self.owner, Replace(span, self.head.text))
        return True

    # what the last event says

    def _end(self, read: Read, parent: ast.AST | None) -> None:
        node = read.node
        if isinstance(node, ast.Name):
            return  # a variable that holds it
        new: Code = f"{self.head.event}.interaction.{NEW_NAMES[read.attribute]}"
        statement = self.draft.facts.structure.statement(node)
        none = is_none_test(parent, node)
        if statement in self.body.named:
            self._name_it(statement, read, new)
        elif none is not None and isinstance(parent, ast.expr):
            never = self.completed.replace("==", "!=")
            self._replace(parent, never if none else self._is_last(read))
            self.draft.settled.add(node)
        elif (
            isinstance(parent, ast.NamedExpr)
            and context_of(self.draft.facts, parent).use is Use.TRUTH
        ):
            span = self.draft.positions.span_with_parentheses(self.draft.span(parent))
            name = parent.target.id
            self.gone.update(ast.walk(parent))
            self.draft.edit(
                self.owner,
                Replace(span, Template((self.completed, f" and ({name} := ", new, ")"))),
            )
        elif self._is_tested(node):
            self._spread(parent)
            self._replace(node, self._is_last(read))
            self.draft.settled.add(node)
        else:
            self._put(read, self._guarded(read, new))

    def _spread(self, parent: ast.AST | None) -> None:
        """Write `a and b` anew, for an operand that becomes several."""
        if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
            if parent not in self.body.dropped and parent not in self.spread:
                self.spread.add(parent)
                self._drop(parent, [])

    def _is_tested(self, node: ast.expr) -> bool:
        return context_of(self.draft.facts, node).use is Use.TRUTH

    def _put(self, read: Read, new: Code) -> None:
        """Replace what is read; finish reasons are translated by a rule of their own."""
        if read.kind is Kind.FINISH:
            stand_ins(self.draft)[read.node] = new
            self.gone.update(ast.walk(read.node))
        else:
            self._replace(read.node, new)

    def _is_last(self, read: Read) -> Code:
        """Whether this is the last event, and has what is asked for if that is read as well.

        A long answer may be continued by the SDK: then the interaction that ends is not the last.
        """
        if read.kind is Kind.FINISH and self._acts(read.node):
            return f"{self.completed} and {self.head.event}.{NOT_CONTINUED}"
        if read.kind is not Kind.USAGE:
            return self.completed
        statement = self.draft.facts.structure.statement(read.node)
        looks_inside = any(
            other.kind is Kind.USAGE
            and isinstance(self.draft.facts.structure.parent(node), ast.Attribute)
            for node in ast.walk(statement)
            if (other := self.body.reads.get(node)) is not None
        )
        if not looks_inside:
            return self.completed
        return f"{self.completed} and {self.head.event}.interaction.usage"

    def _name_it(self, statement: ast.stmt, read: Read, new: Code) -> None:
        """A variable for what the last event says holds None before."""
        assert isinstance(statement, ast.Assign)
        names = {n.id for n in statement.targets if isinstance(n, ast.Name)}
        tested = [n for n in self.body.reads if isinstance(n, ast.Name) and n.id in names]
        if read.kind is not Kind.FINISH or not any(self._acts(n) for n in tested):
            self._put(read, Template((new, f" if {self.completed} else None")))
            return
        # What is done for an interaction that ends must not be done for one that goes on.
        self._put(read, new)
        span = self.draft.span(statement)
        header = HeaderCode("if", (self.completed, f"{self.head.event}.{NOT_CONTINUED}"))
        self.draft.edit(
            self.owner, InsertBefore(span, f"{names.pop()} = None"), Nest(span, span, header)
        )

    def _acts(self, node: ast.expr) -> bool:
        """Whether the `if` that `node` is a test of does more than set variables."""
        statement = self.draft.facts.structure.statement(node)
        if not isinstance(statement, ast.If) or not is_within(node, statement.test):
            return False
        inner = [n for part in statement.body for n in ast.walk(part) if isinstance(n, ast.stmt)]
        return not all(isinstance(n, (*SETTING, ast.If)) for n in inner)

    def _guarded(self, read: Read, new: Code) -> Code:
        """A comparison that no test guards asks itself whether this is the last event."""
        compare = self._compare(read.node)
        if compare is None or END not in implied(compare, self.body.reads).true:
            return new
        if self._is_guarded(compare):
            return new
        return Template((f"{self.completed} and ", new))

    def _compare(self, node: ast.expr) -> ast.Compare | None:
        parent = self.draft.facts.structure.parent(node)
        while isinstance(parent, ast.Attribute):
            parent = self.draft.facts.structure.parent(parent)
        return parent if isinstance(parent, ast.Compare) else None

    def _is_guarded(self, node: ast.expr) -> bool:
        """Whether a test around or before `node` says already that this is the last event."""
        structure = self.draft.facts.structure
        current: ast.AST = node
        while not isinstance(current, (ast.For, ast.AsyncFor, ast.FunctionDef, ast.Module)):
            parent = structure.parent(current)
            assert parent is not None
            tests: list[ast.expr] = []
            if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
                tests = parent.values[: parent.values.index(current)]  # type: ignore[arg-type]
            elif isinstance(parent, ast.If) and current in parent.body:
                tests = [parent.test]
            if any(END in implied(test, self.body.reads).true for test in tests):
                return True
            current = parent
        return False
