"""Comprehensions over a stream become loops in front of their statement.

An event may bring text at the start of a step or in a delta, or an error that must be raised: that
takes statements.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from codemods.objects.sdk_modules import sdk_module
from codemods.streams.chunk_forms import is_or_empty
from codemods.streams.chunk_lists import ChunkList
from codemods.streams.chunk_reads import Kind, Read, is_none_test, read_from
from codemods.streams.chunks_without_text import tell_nones
from codemods.streams.events import ENDS_EARLY, Carried, Head
from codemods.streams.first_chunk import EMPTY, doubt_taken, taking_of
from codemods.streams.gatherings import SIMPLE, Gathering, comes_first, read_gathering
from codemods.streams.loop_names import (
    EVENT,
    REPLIES,
    TEXTS,
    free_name,
    give_names,
    is_free,
    names_around,
)
from codemods.streams.statement_tests import COUNTED
from codemods.streams.stream_facts import Comprehension
from migrator.edits import Binding, Code, Delete, HeaderCode, InsertBefore, Row, RowsCode, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.caught_errors import outlives_error

JOINED = ("answer", "full_text", "reply", "result_text")
LISTED = ("pieces", "texts", "parts_of_text", "collected")
LATER = (
    "an expression that makes text of chunks as they come; write a generator function with a loop"
)


def plan_comprehension(
    draft: Draft,
    owner: Member,
    node: Comprehension,
    names: Sequence[ast.expr],
    carry: Carried | None,
) -> None:
    """Plan one comprehension, whose chunk is read by `names`.

    `carry` says how a conversation goes on after the stream.
    """
    reads = {r.node: r for n in names if (r := read_from(draft, n)).kind is Kind.TEXT}
    if len(reads) != len({n for n in names}) or isinstance(node, ast.DictComp):
        text = f"`{draft.quote(node)}` takes more than the text of chunks; write it as a loop"
        draft.block(owner, node, text)
        return
    if len(node.generators) != 1 or not isinstance(node.generators[0].target, ast.Name):
        draft.block(owner, node, "a comprehension over several streams; write it as a loop")
        return
    gathering = read_gathering(draft, node)
    if gathering is None:
        draft.block(owner, node, LATER)
        return
    tell_nones(draft, owner, list(reads))
    _Gather(draft, owner, gathering, reads, carry).plan()


def plan_maker(
    draft: Draft, owner: Member, found: ChunkList, carry: Carried | None, ended: str | None
) -> None:
    """Plan `list(stream)`: a loop in front of its statement appends texts to a new list.

    `ended` is the name for the interaction that stands for the last chunk, if that is asked for.
    """
    maker, source = found.maker, found.source
    statement = draft.facts.structure.statement(maker)
    if source is None or not isinstance(statement, (*SIMPLE, ast.For)):
        draft.block(owner, maker, LATER)
        return
    if not comes_first(draft, maker, statement):
        draft.block(owner, maker, LATER)
        return
    gathering = Gathering(maker, source, statement)
    if isinstance(maker, ast.ListComp):
        target = ast.unparse(maker.generators[0].target)
        is_async = bool(maker.generators[0].is_async)
        gathering = replace(gathering, target=target, is_async=is_async)
    gather = _Gather(draft, owner, gathering, {}, carry)
    if ended is not None:
        gather.keep_ending(ended)
        draft.note(owner, ENDS_EARLY)
    gather.plan()


class _Gather:
    def __init__(
        self,
        draft: Draft,
        owner: Member,
        what: Gathering,
        reads: dict[ast.expr, Read],
        carry: Carried | None,
    ) -> None:
        self.draft = draft
        self.owner = owner
        self.what = what
        self.reads = reads
        self.begin: list[Code] = []
        near = what.statement
        event = what.target
        around = names_around(draft, near)
        if is_free(draft, near, EVENT) and EVENT not in around:
            event = EVENT
        self.head = Head(event, sdk_module(draft, owner, near, "errors"))
        self.name = self._reused() or free_name(
            draft, near, JOINED if what.joined else LISTED, {event}
        )
        self.head.text = free_name(draft, near, TEXTS, {event, self.name})
        if carry is not None and carry.reply is not None:
            self.head.reply = free_name(draft, near, REPLIES, {event, self.name, self.head.text})
            self.begin.append(f'{self.head.reply} = ""')
        if carry is not None:
            self.head.carry(carry)
        give_names(draft, near, event, self.name, self.head.text, self.head.reply)

    def keep_ending(self, ended: str) -> None:
        """Keep the interaction that the last event holds under the name `ended`."""
        head = self.head
        near = self.what.statement
        give_names(self.draft, near, head.event, self.name, head.text, head.reply, ended)
        head.ending.append(f"{ended} = {head.event}.interaction")
        self.begin.append(f"{ended} = None")

    def _reused(self) -> str | None:
        """`full = "".join(…)`: the loop can add to `full` itself, if its header doesn't read it.

        Nor may some of the texts be taken for all where an error in their midst is caught.
        """
        statement = self.what.statement
        if not isinstance(statement, ast.Assign) or statement.value is not self.what.whole:
            return None
        target = statement.targets[0]
        if len(statement.targets) > 1 or not isinstance(target, ast.Name):
            return None
        read = any(isinstance(n, ast.Name) and n.id == target.id for n in ast.walk(statement.value))
        return None if read or outlives_error(self.draft, statement, target.id) else target.id

    def plan(self) -> None:
        """Put the loop before the statement, and its variable into it."""
        draft, statement = self.draft, self.what.statement
        for read in self.reads.values():
            self._read(read)
        self._doubt_ran_once()
        word = "async for" if self.what.is_async else "for"
        empty = '""' if self.what.joined else "[]"
        source = draft.hole(self.what.source)
        header = Template((f"{word} {self.head.event} in ", source, ":"))
        rows = [Row(f"{self.name} = {empty}"), *map(Row, self.begin), Row(header)]
        rows += [Row(row.code, row.depth + 1) for row in self.head.rows().rows]
        rows += self._add()
        span = draft.span(statement)
        if isinstance(statement, ast.Assign) and self._reused() == self.name:
            draft.edit(self.owner, Delete(span))
        else:
            bare = isinstance(self.what.whole, ast.GeneratorExp)  # in the parentheses of a call
            code = f"({self.name})" if bare else self.name
            draft.replace(self.owner, self.what.whole, code)
        draft.edit(self.owner, InsertBefore(span, RowsCode(tuple(rows))))

    def _doubt_ran_once(self) -> None:
        """What is gathered is empty after a reply without text, unless it could be before."""
        draft, owner, what = self.draft, self.owner, self.what
        if what.element is not None and not self.reads:
            draft.doubt(owner, what.element, COUNTED)
        own = any(self._is_text(test) for test in what.tests)
        if what.joined or own or what.element is None:
            return
        taking = taking_of(draft, what.whole)
        if taking is not None:
            draft.doubt(owner, taking, EMPTY.format(draft.quote(taking)))
        if isinstance(what.statement, ast.Assign) and what.statement.value is what.whole:
            for target in what.statement.targets:
                if isinstance(target, ast.Name):
                    doubt_taken(draft, owner, what.statement, target.id)

    def _add(self) -> list[Row]:
        """What the loop does with a piece of text."""
        text = self.head.text or ""
        more = [test for test in self.what.tests if not self._is_text(test)]
        element = self.what.element
        plain = element is None or self._is_text(element)
        new: Code = text if element is None or plain else self.draft.hole(element)
        add: Code = Template((f"{self.name} += ", new))
        if not self.what.joined:
            add = Template((f"{self.name}.append(", new, ")"))
        if self.what.joined and plain and not more:
            return [Row(add, 1)]
        tests = [self.draft.hole(test, Binding.NOT) for test in more]
        return [Row(HeaderCode("if", (text, *tests)), 1), Row(add, 2)]

    def _is_text(self, node: ast.expr) -> bool:
        """Whether an expression is the text of the chunk, or asks whether there is any."""
        if node in self.reads:
            return True
        if isinstance(node, ast.BoolOp):
            return is_or_empty(node, node.values[0]) and node.values[0] in self.reads
        if isinstance(node, ast.IfExp):
            return is_or_empty(node, node.body) and node.body in self.reads
        if isinstance(node, ast.Compare) and node.left in self.reads:
            return is_none_test(node, node.left) is False
        return False

    def _read(self, read: Read) -> None:
        """A read that stays in the element, or in a test."""
        node: ast.expr = read.node
        text = self.head.text or ""
        parent = self.draft.facts.structure.parent(node)
        if isinstance(parent, (ast.BoolOp, ast.IfExp)) and is_or_empty(parent, node):
            node = parent
        elif isinstance(parent, ast.IfExp) and parent.test is node and self._is_text(parent):
            return  # it goes with the branch
        none = is_none_test(parent, node)
        if none is not None and isinstance(parent, ast.expr):
            if parent not in self.what.tests or none:
                self.draft.replace(self.owner, parent, f"not {text}" if none else text)
        elif node is not self.what.element and node not in self.what.tests:
            self.draft.replace(self.owner, node, text)
