"""What is read of a list of chunks, once it is a list of texts with an interaction beside it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.reply.interaction import stand_ins
from codemods.streams.chunk_forms import is_or_empty
from codemods.streams.chunk_lists import ChunkList, asks_for_none, last_of, listed_in, text_lists
from codemods.streams.chunk_reads import (
    ENDING,
    NEW_NAMES,
    TEXTUAL,
    Kind,
    Read,
    is_none_test,
    read_from,
)
from codemods.streams.chunk_reasons import reason_of
from codemods.streams.chunks_without_text import PIECES, tell_nones
from codemods.streams.harmless_code import is_harmless
from codemods.streams.loop_names import ENDED, free_name
from codemods.streams.stream_facts import Comprehension, Loop, Survey
from migrator.edits import Binding, Code, Delete, Nest, Span, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.structure import COMPREHENSIONS

COUNTED = "this counted chunks; it counts pieces of text now, which come in other numbers"
EMPTY = "this asked whether a chunk came; it asks whether any text came now"
ELSEWHERE = (
    "what the last chunk says is read away from the loop that gathers them; return it beside them"
)
OTHER = "{} of every chunk in the list; only the text of each and the last event are kept"
LAST = "{} is read of the last chunk; the last event holds counts and status only"


@dataclass(frozen=True, slots=True)
class Ended:
    """The variable that holds the interaction behind `loop`, or what becomes one."""

    name: str
    loop: ast.AST


def name_of_last(draft: Draft, survey: Survey, gathering: ast.expr | Loop) -> str | None:
    """The name for what stands for the last chunk, if it is asked for beside `gathering`."""
    around = draft.facts.structure.enclosing_function
    asked = [*survey.lasts, *(test for found in survey.lists for test in found.tests)]
    if not any(around(node) is around(gathering) for node in asked):
        return None
    own = _own_name(draft, survey.lasts)
    near = draft.facts.structure.statement(gathering)
    return own if own is not None else free_name(draft, near, ENDED, set())


def _own_name(draft: Draft, lasts: Sequence[ast.expr]) -> str | None:
    """The program's own name in `last = chunks[-1]`, if that is the only place that reads it."""
    structure = draft.facts.structure
    whole = [n for n in lasts if not any(n is not o and n in set(ast.walk(o)) for o in lasts)]
    parent = structure.parent(whole[0]) if len(whole) == 1 else None
    if not isinstance(parent, ast.Assign) or len(parent.targets) > 1:
        return None
    target = parent.targets[0]
    if not isinstance(target, ast.Name):
        return None
    same = [
        n
        for n in structure.stores(target.id)
        if structure.scope_of[n] is structure.scope_of[target]
    ]
    return target.id if len(same) == 1 else None


def plan_list(
    draft: Draft, owner: Member, survey: Survey, found: ChunkList, ended: Ended | None
) -> None:
    """Plan what is asked of a list as a whole, and of the last chunk in it."""
    _Whole(draft, owner, survey, found, ended).plan()


class _Whole:
    def __init__(
        self, draft: Draft, owner: Member, survey: Survey, found: ChunkList, ended: Ended | None
    ) -> None:
        self.draft = draft
        self.owner = owner
        self.survey = survey
        self.found = found
        self.ended = ended
        self.gone: set[ast.AST] = set()

    def plan(self) -> None:
        """Plan all of them; the longest expressions first."""
        lasts = [n for n in self.survey.lasts if last_of(self.draft, n, [self.found]) is not None]
        for last in sorted(lasts, key=lambda n: not isinstance(n, ast.IfExp)):
            if last not in self.gone:
                self._last(last)
        for test in self.found.tests:
            if test not in self.gone:
                self._test(test)
        for count in self.found.counts:
            self.draft.doubt(self.owner, count, COUNTED)

    def _name_at(self, node: ast.expr) -> str | None:
        """The name of the interaction where `node` stands, if it has one there."""
        around = self.draft.facts.structure.enclosing_function
        if self.ended is None or around(node) is not around(self.ended.loop):
            return None
        return self.ended.name

    def _replace(self, node: ast.expr, code: Code) -> None:
        self.gone.update(ast.walk(node))
        self.draft.replace(self.owner, node, code)

    def _last(self, node: ast.expr) -> None:
        read, name = read_from(self.draft, node), self._name_at(node)
        if name is None:
            self.draft.block(self.owner, node, ELSEWHERE)
        elif read.kind in ENDING:
            code = f"{name}.{NEW_NAMES[read.attribute]}"
            if read.kind is Kind.FINISH:
                stand_ins(self.draft)[read.node] = code
                self.gone.update(ast.walk(read.node))
            else:
                self._replace(read.node, code)
        elif read.kind is Kind.WHOLE and self._is_kept(node):
            self._keep(node, name)
        else:
            what = f".{read.attribute}" if read.attribute else f"`{self.draft.quote(read.node)}`"
            self.draft.block(self.owner, node, LAST.format(what))

    def _keep(self, node: ast.expr, name: str) -> None:
        """`last = chunks[-1]` -> `last = interaction`, or nothing where that is `last` itself."""
        parent = self.draft.facts.structure.parent(node)
        if isinstance(parent, ast.Assign) and ast.unparse(parent.targets[0]) == name:
            self.gone.update(ast.walk(parent))
            self.draft.edit(self.owner, Delete(self.draft.span(parent)))
        else:
            self._replace(node, name)

    def _is_kept(self, node: ast.expr) -> bool:
        """Whether `last = chunks[-1]` gives it a name."""
        parent = self.draft.facts.structure.parent(node)
        if isinstance(parent, ast.Assign) and parent.value is node:
            return True
        return context_of(self.draft.facts, node).use in {Use.TRUTH, Use.IS_NONE}

    def _test(self, test: ast.expr) -> None:
        """A chunk came if any text did, or the last event; only that has what the last one says."""
        name, holder = self._name_at(test), listed_in(test)
        if name is None:
            self.draft.doubt(self.owner, test, EMPTY)
            return
        asks = context_of(self.draft.facts, test).use is Use.TRUTH
        if self._guards_last(test):
            self._replace(test, name)
            return
        came = Template((self.draft.hole(holder, Binding.OR), f" or {name}"))
        if not asks:
            came = Template(("bool(", came, ")"))
        if asks_for_none(test):
            came = Template(("not (", came, ")")) if asks else Template(("not ", came))
        self.gone.update(n for n in ast.walk(test) if n is not holder)
        self.draft.replace(self.owner, test, came)

    def _guards_last(self, test: ast.expr) -> bool:
        """Whether `test` stands before `chunks[-1]` in `chunks and chunks[-1].usage_metadata`."""
        parent = self.draft.facts.structure.parent(test)
        rest: Sequence[ast.expr] = ()
        if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
            rest = parent.values[parent.values.index(test) + 1 :]
        inside = {node for value in rest for node in ast.walk(value)}
        return not asks_for_none(test) and any(last in inside for last in self.survey.lasts)


def plan_elements(
    draft: Draft, owner: Member, holder: Loop | Comprehension, names: Sequence[ast.expr]
) -> None:
    """Plan what is read of every chunk in a list: its text, which is all the list holds now."""
    _Elements(draft, owner).plan(holder, names)


class _Elements:
    def __init__(self, draft: Draft, owner: Member) -> None:
        self.draft = draft
        self.owner = owner
        self.gone: set[ast.AST] = set()

    def _replace(self, node: ast.expr, code: Code) -> None:
        self.gone.update(ast.walk(node))
        self.draft.replace(self.owner, node, code)

    def plan(self, holder: Loop | Comprehension, names: Sequence[ast.expr]) -> None:
        """Plan every read of `names`, which hold a chunk each."""
        reads = {read.node: read for name in names if (read := self._read(name)) is not None}
        tell_nones(self.draft, self.owner, list(reads))
        if isinstance(holder, ast.For):
            self._tell_counted(holder, reads)
        if isinstance(holder, COMPREHENSIONS) and self._is_bare(holder, reads):
            self._whole(holder)
            return
        for read in reads.values():
            self._text(read)
        if isinstance(holder, ast.For):
            self._unwrap(holder, reads)

    def _tell_counted(self, loop: ast.For, reads: dict[ast.expr, Read]) -> None:
        """What is done for a chunk whatever its text is."""
        acting = [
            s
            for s in loop.body
            if not is_harmless(self.draft, s) and reads.keys().isdisjoint(ast.walk(s))
        ]
        tests = [s.test for s in loop.body if isinstance(s, ast.If)]
        if acting and (not reads or any(self._is_text(test, reads) for test in tests)):
            self.draft.doubt(self.owner, acting[0], COUNTED)
        elif acting:
            self.draft.note(self.owner, PIECES)

    def _read(self, name: ast.expr) -> Read | None:
        """The read of a text that starts at `name`; anything else stops the unit."""
        read = read_from(self.draft, name)
        if read.kind in TEXTUAL - {Kind.THOUGHT}:
            return read
        text = reason_of(self.draft, read)
        if read.kind is not Kind.OTHER and read.attribute:
            text = OTHER.format(f".{read.attribute}")
        self.draft.block(self.owner, name, text)
        return None

    def _text(self, read: Read) -> None:
        node, parent = read.node, self.draft.facts.structure.parent(read.node)
        none = is_none_test(parent, node)
        if isinstance(parent, ast.expr) and (none is not None or is_or_empty(parent, node)):
            text = self.draft.hole(read.name)
            self._replace(parent, Template(("not ", text)) if none else text)
        elif node not in self.gone:
            self._replace(node, self.draft.hole(read.name))

    def _is_text(self, node: ast.expr, reads: dict[ast.expr, Read]) -> bool:
        """Whether an expression is the text, or asks whether there is any."""
        if isinstance(node, ast.Compare):
            return node.left in reads and is_none_test(node, node.left) is False
        if isinstance(node, (ast.BoolOp, ast.IfExp)):
            inner = node.values[0] if isinstance(node, ast.BoolOp) else node.body
            return inner in reads and is_or_empty(node, inner)
        return node in reads

    def _is_bare(self, node: ast.AST, reads: dict[ast.expr, Read]) -> bool:
        """Whether a comprehension takes each text as it is, and no other."""
        if not isinstance(node, (ast.ListComp, ast.GeneratorExp)) or len(node.generators) != 1:
            return False
        (generator,) = node.generators
        tests = all(self._is_text(test, reads) for test in generator.ifs)
        plain = isinstance(generator.target, ast.Name)
        return plain and tests and self._is_text(node.elt, reads)

    def _whole(self, node: ast.AST) -> None:
        """`[chunk.text for chunk in chunks]` -> the list itself, or a copy where it is kept."""
        assert isinstance(node, (ast.ListComp, ast.GeneratorExp))
        source = node.generators[0].iter
        whole: Code = self.draft.hole(source)
        parent = self.draft.facts.structure.parent(node)
        joined = isinstance(parent, ast.Call) and getattr(parent.func, "attr", "") == "join"
        if isinstance(node, ast.GeneratorExp) and isinstance(parent, ast.Call):
            whole = Template(("(", whole, ")"))  # the parentheses of the call were its own
        elif not joined and source not in text_lists(self.draft):
            whole = Template(("list(", whole, ")"))
        self._replace(node, whole)

    def _unwrap(self, loop: ast.For, reads: dict[ast.expr, Read]) -> None:
        """`if chunk.text:` is true of every text in the list."""
        for node in loop.body:
            if not isinstance(node, ast.If) or node.orelse or not self._is_text(node.test, reads):
                continue
            span = self.draft.span(node)
            inner = Span(self.draft.span(node.body[0]).start, self.draft.span(node.body[-1]).end)
            self.draft.edit(self.owner, Nest(span, inner, None))
