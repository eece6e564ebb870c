"""Plan a loop over a stream: the head that looks at the event, and the statements below it."""

from __future__ import annotations

import ast

from codemods.objects.sdk_modules import sdk_module
from codemods.streams.chunk_forms import is_left
from codemods.streams.chunk_parts import plan_part_loops
from codemods.streams.chunk_reads import TEXTUAL, Kind
from codemods.streams.chunk_rewriting import Rewrite
from codemods.streams.events import BLOCKED, ENDS_EARLY, LEFT_AT_THE_END, LEFT_EARLY, Carried, Head
from codemods.streams.first_chunk import doubt_ran_once
from codemods.streams.implied_by_tests import CALL, END, MEDIA, TEXT
from codemods.streams.loop_bodies import read_body
from codemods.streams.loop_heads import Arranging
from codemods.streams.loop_names import (
    ARGUMENTS,
    CALLS,
    ENDED,
    MEDIA_NAMES,
    REPLIES,
    STARTED,
    TEXTS,
    THOUGHTS,
    event_name,
    free_name,
    give_names,
)
from codemods.streams.needless_tests import drop_needless
from codemods.streams.request_timing import moved_into
from codemods.streams.statement_tests import Weighed, Weighing
from codemods.streams.stream_facts import Taken
from codemods.tables.streams import STREAM
from migrator.edits import Code, InsertBefore, Nest, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.free_names import FreeNames


class LoopPlan:
    """The plan of one loop."""

    def __init__(self, draft: Draft, owner: Member, taken: Taken) -> None:
        self.draft = draft
        self.owner = owner
        self.taken = taken
        thoughts = self._asks_for("thoughts")
        self.body = read_body(draft, taken, thoughts=thoughts)
        drop_needless(draft, self.body)
        self.head = Head(event_name(draft, taken))
        self.weighed = Weighed()

    def plan(self, carry: Carried | None) -> str | None:
        """Plan the loop; `carry` says what becomes of the id of the interaction, if anything.

        Returns the name of the variable that holds the interaction after the loop, where chunks are
        read there.
        """
        for node, reason in self.body.problems:
            self.draft.block(self.owner, node, reason)
        for node, reason in self.body.doubts:
            self.draft.doubt(self.owner, node, reason)
        if self.body.problems:
            return None
        if self.body.yields:
            if carry is not None:
                text = "the stream is part of a conversation; read its text before it is handed on"
                self.draft.block(self.owner, self.taken.loop, text)
            self._pass_on()
            return None
        self.head.errors = sdk_module(self.draft, self.owner, self.taken.loop, "errors")
        self.weighed = Weighing(self.draft, self.owner, self.taken, self.body).run()
        guarded = [s for s, guard in self.weighed.guards.items() if END not in guard]
        doubt_ran_once(self.draft, self.owner, self.taken.loop, guarded, self.taken.listed)
        if self.body.asks_for_end or self.taken.after or self.taken.ended:
            self.draft.note(self.owner, ENDS_EARLY)
        if any(read.kind is Kind.FINISH for read in self.body.reads.values()):
            self.draft.note(self.owner, BLOCKED)
        keeps = carry is not None and carry.reply is not None
        self._name(keeps=keeps)
        after = self._after()
        if carry is not None:
            self._carry(carry)
        Rewrite(self.draft, self.owner, self.body, self.head).run()
        plan_part_loops(self.draft, self.owner, self.taken, self.body, self.head, self.weighed)
        self._target()
        Arranging(self.draft, self.owner, self.taken, self.body, self.head, self.weighed).run()
        if is_left(self.taken.loop.body) and self._close():
            return after
        if self.taken.counter is not None:
            source = self.draft.hole(self.taken.source)
            self.draft.replace(self.owner, self.taken.loop.iter, source)
        return after

    def _carry(self, carry: Carried) -> None:
        """Have a conversation go on at the last event, if the loop gets there."""
        self.head.carry(carry)
        if self.weighed.left_early and not carry.forgets:
            self.draft.block(self.owner, self.taken.loop, LEFT_EARLY)
        if self.weighed.left_at_the_end and carry.forgets:
            self.draft.doubt(self.owner, self.taken.loop, LEFT_AT_THE_END)

    def _pass_on(self) -> None:
        """`for chunk in stream: yield chunk`: whoever takes the chunks takes events now."""
        statements = self.taken.loop.body
        if len(statements) > 1 or self.body.reads or self.taken.counter is not None:
            text = "the chunks are handed on, and used here as well; an event is not a chunk"
            self.draft.block(self.owner, statements[0], text)
            return
        for node in (self.taken.target, *(y.value for y in self.body.yields)):
            assert node is not None
            self.draft.replace(self.owner, node, self.head.event)

    # names

    def _name(self, *, keeps: bool) -> None:
        kinds = {read.kind for read in self.body.reads.values()}
        wanted = self.weighed.wanted()
        head, loop = self.head, self.taken.loop
        taken = {head.event}

        def named(*names: str) -> str:
            name = free_name(self.draft, loop, names, taken)
            taken.add(name)
            return name

        if TEXT in wanted or keeps or self.taken.counter is not None or self._asks_for_text():
            if self.body.text is not None:
                taken.add(self.body.text)
            head.text = self.body.text or named(*TEXTS)
        if kinds & {Kind.THOUGHT, Kind.ANSWER} or (keeps and self.body.thoughts):
            head.thought = named(*THOUGHTS)
        if MEDIA in self.body.brings:
            head.media_types = self._media()
            head.media = named(*MEDIA_NAMES[head.media_types])
        if CALL in self.body.brings:
            head.call = self._call_name(taken) or named(*CALLS)
            head.started, head.arguments = named(*STARTED), named(*ARGUMENTS)
            self.draft.need(self.owner, loop, "json", None)
            code = f"{head.started}, {head.arguments} = {{}}, {{}}"
            self.draft.edit(self.owner, InsertBefore(self.draft.span(loop), code))
        if keeps:
            head.reply = named(*REPLIES)
            self.draft.edit(self.owner, InsertBefore(self.draft.span(loop), f'{head.reply} = ""'))
        give_names(self.draft, loop, *taken)
        head.thoughts = head.text is not None and (self.body.thoughts or Kind.THOUGHT in kinds)

    def _asks_for(self, feature: str) -> bool:
        """Whether the model is asked for `feature`; a generator may hand on what it sends."""
        asked = [self.taken.source, self.owner]
        return any(
            isinstance(node, ast.expr) and self.draft.has_feature(node, self.owner, feature)
            for node in asked
        )

    def _asks_for_text(self) -> bool:
        """Whether anything that stays asks for text, or for any part."""
        dissolved = self.weighed.dissolved
        roots = [*self.body.deleted, *(loop.iter for loop in dissolved)]
        roots += [node.test for node in self.weighed.wrapped.values()]
        gone = {n for root in roots for n in ast.walk(root)}
        asked = {read.kind for node, read in self.body.reads.items() if node not in gone}
        return bool(asked & {*TEXTUAL, Kind.PARTS})

    def _media(self) -> tuple[str, ...]:
        """The kinds of media that the model may send, as far as its config says."""
        features = {"image": "images", "audio": "audio"}
        found = tuple(kind for kind, feature in features.items() if self._asks_for(feature))
        return found or tuple(features)

    def _call_name(self, taken: set[str]) -> str | None:
        """The name of the calls in the program's own loops over them."""
        loops = [n for n, read in self.body.part_loops.items() if read.kind is Kind.CALLS]
        names = {n.target.id for n in loops if isinstance(n.target, ast.Name)}
        name = names.pop() if len(names) == 1 else None
        inside = {n for loop in loops for n in ast.walk(loop)}
        scope = self.draft.facts.structure.scope_of[self.taken.loop]
        others = [
            n for n in ast.walk(scope)
            if n not in inside and isinstance(n, ast.Name) and n.id == name
        ]  # fmt: skip
        return None if others or name in taken else name

    def _after(self) -> str | None:
        """The last chunk is still read behind the loop: the interaction is kept for that."""
        if self.taken.ended is None and not self.taken.after:
            return None
        name = self.taken.ended or free_name(self.draft, self.taken.loop, ENDED, {self.head.event})
        span = self.draft.span(self.taken.loop)
        self.draft.edit(self.owner, InsertBefore(span, f"{name} = None"))
        give_names(
            self.draft, self.taken.loop, self.head.event, self.head.text, self.head.thought, name
        )
        self.head.ending.append(f"{name} = {self.head.event}.interaction")
        return name

    # the edits

    def _close(self) -> bool:
        """A stream that is left early is closed: its connection would wait for the collector.

        Whether that gives a name to what is gone through.

        A stream of google-genai 2 that the collector closes while another request begins waits for
        a lock that its own thread holds.
        """
        loop, source = self.taken.loop, self.taken.source
        values = self.draft.values(source)
        if not values or not all(getattr(v, "type", None) == STREAM for v in values):
            return False
        keyword = "async with" if isinstance(loop, ast.AsyncFor) else "with"
        if isinstance(source, ast.Name):
            header: Code = Template((f"{keyword} ", source.id, ":"))
            if (made := moved_into(self.draft).get(source)) is not None:
                header = Template((f"{keyword} ", self.draft.hole(made), f" as {source.id}:"))
        else:
            names = FreeNames(self.draft.facts.structure, self.draft.facts.structure.scope_of[loop])
            stream = names.take("stream", "events")
            header = Template((f"{keyword} ", self.draft.moved(source), f" as {stream}:"))
            place = source if self.taken.counter is None else loop.iter
            self.draft.replace(self.owner, place, stream)
        span = self.draft.span(loop)
        self.draft.edit(self.owner, Nest(span, span, header))
        return not isinstance(source, ast.Name)

    def _target(self) -> None:
        counter, loop = self.taken.counter, self.taken.loop
        if counter is None:
            if self.head.event != self.taken.target.id:
                self.draft.replace(self.owner, self.taken.target, self.head.event)
            return
        self.draft.replace(self.owner, loop.target, self.head.event)
        begin: Code = f"{counter.id} = -1"
        if self.taken.start is not None:
            start = self.draft.constant(self.taken.start)
            begin = Template((f"{counter.id} = ", self.draft.hole(self.taken.start), " - 1"))
            if start is not None and isinstance(start.value, int):
                begin = f"{counter.id} = {start.value - 1}"
        span = self.draft.span(loop)
        above = self.draft.text[: span.start].rstrip().rpartition("\n")[2]
        if above.strip() != begin:  # the program has it begin so itself
            self.draft.edit(self.owner, InsertBefore(span, begin))
