"""What is known of a stream once all its uses have been looked at."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from codemods.streams.chunk_lists import ChunkList

NOT_A_STREAM = "`{}` gives chunks that were kept; go through the list they are gathered in"
Loop = ast.For | ast.AsyncFor
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(slots=True)
class Taken:
    """A loop that takes chunks one by one.

    `source` is what it iterates over, without `enumerate`, `iter` or `tqdm`; `counter` what counts
    the turns and `start` the count it starts with. `inside` are the names in the loop that hold (a
    part of) the chunk; `after` those behind it that still hold the last one. `listed` are names in
    the loop that put the chunk in a list; `ended` is the name for what stands for the last chunk of
    that list.
    """

    loop: Loop
    target: ast.Name
    source: ast.expr
    counter: ast.Name | None = None
    start: ast.expr | None = None
    inside: list[ast.expr] = field(default_factory=list)
    after: list[ast.Name] = field(default_factory=list)
    listed: list[ast.expr] = field(default_factory=list)
    ended: str | None = None


@dataclass(slots=True)
class Survey:
    """Everything that happens to the chunks of one stream.

    `kept` are expressions that hold a chunk which was kept (`last = chunk`), where they are read;
    `lists` are lists that hold them all, `listed` what goes through those, with the names that hold
    a chunk there, and `lasts` each `chunks[-1]`. `strange` are uses nobody can translate, each with
    the reason.
    """

    loops: dict[Loop, Taken] = field(default_factory=dict)
    comprehensions: dict[Comprehension, list[ast.expr]] = field(default_factory=dict)
    keeping: list[ast.expr] = field(default_factory=list)
    kept: list[ast.expr] = field(default_factory=list)
    handed: list[ast.expr] = field(default_factory=list)
    """Expressions that hold the stream as a whole, and are read."""
    lists: list[ChunkList] = field(default_factory=list)
    listed: dict[Loop | Comprehension, list[ast.expr]] = field(default_factory=dict)
    lasts: list[ast.expr] = field(default_factory=list)
    strange: list[tuple[ast.AST, str]] = field(default_factory=list)
