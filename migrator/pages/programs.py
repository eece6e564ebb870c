"""Which blocks of a page are one program, and what each program begins with.

The blocks of a page build on each other: what one imports or makes is known in those below. A block
begins a new program where it makes a client anew: it imports the SDK itself, as an example that
stands alone does, or there is a client already. Names of one example don't reach the next.

A block that begins nothing goes on with the program above it, up to the end of the section that
this began in: the next heading of its level. Below, it goes on with the one whose values it reads
(a chat, a response), else with the first that made a client, which is the page's own: what an
example makes is for its section.

Where a program reads a name that only another one above binds, the two are one program all the
same: otherwise half of it would be rewritten. Imports are known on the whole page, from where they
stand to its end.

A block that is no Python may read what others bind: nobody can rewrite it, so such a value is
handed to something that is out of view.

What a program leaves out stands before it as a prelude, which is a part of its module and of no
file: the imports of earlier programs that it reads, and what is assumed (`Assumed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from migrator.edit.names import Key, keys, names_in
from migrator.pages.assumed import Assumed
from migrator.pages.blocks import Block
from migrator.syntax import parse
from migrator.verify import unbound_names

_READ = re.compile(r"(?<![\w.'\"])([^\W\d]\w*)\b(?!['\"]|\s*=[^=])")
_ASSIGNED = re.compile(r"^\s*([^\W\d]\w*)\s*=[^=]")


@dataclass(slots=True)
class Draft:
    """A program: its blocks, the names they bind and those they take from elsewhere.

    `clients` are names of clients it makes, None before it makes one. `prelude` is what it begins
    with; `lent` are imports of it that later programs read, `handed` its names that are read where
    no Python is.
    """

    blocks: list[Block] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    imports: dict[str, Key] = field(default_factory=dict)
    unbound: set[str] = field(default_factory=set)
    clients: set[str] | None = None
    prelude: list[str] = field(default_factory=list)
    lent: set[str] = field(default_factory=set)
    handed: list[tuple[Block, str]] = field(default_factory=list)
    assumes: bool = False

    def add(self, block: Block, assumed: Assumed) -> None:
        """Put a block behind the others."""
        self.blocks.append(block)
        imported = imports_of(block.text)
        self.unbound |= unbound_names(block.text) - self.bound - self.imports.keys()
        self.bound |= _bound(block)
        self.imports |= imported
        clients = assumed.clients(parse(block.text))
        if clients is not None:
            self.clients = (self.clients or set()) | clients

    def holds(self, block: Block) -> bool:
        """Whether a block stands in the section that this program began in."""
        section = self.blocks[0].found.section
        return block.found.section[: len(section)] == section


def programs(blocks: Sequence[Block], assumed: Assumed) -> list[Draft]:
    """The programs of a page, in order."""
    found: list[Draft] = []
    for block in blocks:
        if block.code is None:
            continue
        if not found or _starts_over(block, found, assumed):
            draft = Draft()
            found.append(draft)
        else:
            draft = _goes_on_with(block, found)
        draft.add(block, assumed)
        while (other := _builds_on(draft, found)) is not None:
            both = sorted([*other.blocks, *draft.blocks], key=lambda block: block.number)
            found[found.index(other)] = whole = Draft()
            found.remove(draft)
            for each in both:
                whole.add(each, assumed)
            draft = whole
    for number, draft in enumerate(found):
        _begin(draft, found[:number], assumed)
    for block in blocks:
        if block.code is None:
            _hand_over(block, found)
    return found


def imports_of(text: str) -> dict[str, Key]:
    """What a module imports at its top level, by the names it gets."""
    pairs = [(key.bound, key) for node in parse(text).body for key in keys(node, ())]
    return dict(pairs)


def written(key: Key) -> str:
    """The statement that imports one thing."""
    alias = f" as {key.alias}" if key.alias else ""
    if key.name is None:
        return f"import {key.module}{alias}"
    return f"from {key.module} import {key.name}{alias}"


def _bound(block: Block) -> set[str]:
    """The names that a block binds but for its imports."""
    return names_in(block.text).module.bound.keys() - imports_of(block.text).keys()


def _starts_over(block: Block, found: Sequence[Draft], assumed: Assumed) -> bool:
    if assumed.clients(parse(block.text)) is None:
        return False
    imported = assumed.is_imported(list(imports_of(block.text).values()))
    return imported or any(draft.clients is not None for draft in found)


def _goes_on_with(block: Block, found: Sequence[Draft]) -> Draft:
    last = max(found, key=lambda draft: draft.blocks[-1].number)
    own = next((draft for draft in found if draft.clients is not None), last)
    if own is last or last.holds(block):
        return last
    values = unbound_names(block.text) - (own.clients or set())
    binding = [
        (each.number, draft) for draft in found for each in draft.blocks if _bound(each) & values
    ]
    return max(binding, key=lambda pair: pair[0])[1] if binding else own


def _builds_on(draft: Draft, found: Sequence[Draft]) -> Draft | None:
    """Another program whose names this one reads."""
    others = [other for other in found if other is not draft and other.bound & draft.unbound]
    return max(others, key=lambda other: other.blocks[-1].number) if others else None


def _hand_over(block: Block, found: Sequence[Draft]) -> None:
    """Find what a block that is no Python reads of the programs above."""
    last: dict[str, tuple[int, Draft]] = {}
    for draft in found:
        for each in draft.blocks:
            if each.number < block.number:
                for name in _bound(each) - (draft.clients or set()):
                    last[name] = max(last.get(name, (0, draft)), (each.number, draft), key=_first)
    known = set(last)
    for row, line in enumerate(block.found.lines):
        code = line.partition("#")[0]
        read = known & set(_READ.findall(code))
        for name in sorted(read):
            excerpt = replace(block, found=block.found.without(row))
            last[name][1].handed.append((excerpt, name))
        known -= read | set(_ASSIGNED.findall(code))


def _first(pair: tuple[int, Draft]) -> int:
    return pair[0]


def _begin(draft: Draft, earlier: Sequence[Draft], assumed: Assumed) -> None:
    """Find what a program begins with."""
    for name, lender in _lenders(draft.unbound, earlier):
        lender.lent.add(name)
        draft.prelude.append(written(lender.imports[name]))
        draft.unbound.discard(name)
    tree = parse("\n".join(block.text for block in draft.blocks))
    more = assumed.lines(tree, draft.unbound)
    draft.assumes = any(line not in assumed.imports.values() for line in more)
    draft.prelude += more


def _lenders(names: set[str], earlier: Sequence[Draft]) -> Iterator[tuple[str, Draft]]:
    for name in sorted(names):
        lender = next((other for other in reversed(earlier) if name in other.imports), None)
        if lender is not None:
            yield name, lender
