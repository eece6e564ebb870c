"""What the statements of a program do to a conversation it keeps, and what is known in between."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from codemods.tables.api import FUNCTION_CALLS
from migrator.reasoning.variable_states import NOTHING_KNOWN, Known, State, fact

Site = ast.Call


class Begin:
    """The server knows nothing of the conversation yet."""


class Somewhere:
    """The server knows the conversation up to an interaction, but which is known at run time."""


BEGIN: Final = Begin()
SOMEWHERE: Final = Somewhere()
Previous = Begin | Somewhere | Site


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that waits to be sent: the expression that writes it."""

    node: ast.expr

    def same(self, other: Turn) -> bool:
        """Whether both write the same turn."""
        return self.node is other.node or ast.dump(self.node) == ast.dump(other.node)


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply of one of `sites`, added to the conversation as a whole, by `shown`: its content or
    its text.
    """

    node: ast.expr
    sites: tuple[Site, ...]
    shown: ast.expr
    streamed: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A variable that holds the latest response of `site`; or, of a type `part`, its text, parts or
    calls.
    """

    site: Site
    name: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """The conversation begins anew, perhaps with turns that were written before.

    It may go on from an interaction of another one, `previous`.
    """

    statement: ast.stmt
    turns: tuple[Turn, ...] = ()
    previous: Previous = BEGIN


@dataclass(frozen=True, slots=True)
class Grow:
    """A statement adds turns and replies, in this order."""

    statement: ast.stmt
    items: tuple[Turn | Reply, ...]

    def replies(self) -> list[Reply]:
        """The replies among what is added."""
        return [item for item in self.items if isinstance(item, Reply)]


@dataclass(frozen=True, slots=True)
class Ask:
    """A call sends the conversation and, behind it, turns that are not kept yet.

    `answered` says that the call itself keeps what it sends and the reply, as chats do.
    """

    site: Site
    more: tuple[Turn, ...] = ()
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Pop:
    """The last turn is taken back."""

    statement: ast.stmt


@dataclass(frozen=True, slots=True)
class Enter:
    """A function of the file is called that goes on with the conversation.

    `functions` are those that may be called, `sites` the calls they may make in turn. With `own`,
    one of them certainly runs once, and on this conversation.
    """

    call: ast.AST
    functions: frozenset[ast.AST] = frozenset()
    sites: frozenset[Site] = frozenset()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """From here on it is another conversation, of those kept in one dict."""

    at: ast.AST


@dataclass(frozen=True, slots=True)
class Fork:
    """Another conversation goes on from here, by what `look` gives."""

    look: ast.expr


Event = Start | Grow | Ask | Pop | Enter | Switch | Fork


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known between two statements.

    The server knows everything up to `previous`. Behind that wait the turns `waiting`; before those
    may stand others, if `unknown`, and there are `some` for certain. `sent` tells for each call
    what it sent: a reply continues from it as long as nothing else was added. `names` are variables
    that hold the result of a call, and `known` says what is known of others.
    """

    previous: Previous
    waiting: tuple[Turn, ...] = ()
    unknown: bool = False
    some: bool = False
    sent: frozenset[tuple[Site, Previous, bool, tuple[Turn, ...]]] = frozenset()
    names: frozenset[Named] = frozenset()
    known: Known = NOTHING_KNOWN

    def blur(self) -> Moment:
        """The same, without knowing what waits; what was sent stays what it was."""
        sent = frozenset(
            (site, previous, True, ())
            for site, previous, unknown, turns in self.sent
            if ask_matches(self, previous, unknown, turns)
        )
        some = self.some or bool(self.waiting)
        return replace(self, waiting=(), unknown=True, some=some, sent=sent)

    def begin(self, start: Start) -> Moment:
        """A new conversation."""
        return Moment(start.previous, start.turns, names=self.names, known=self.known)

    def ask(self, ask: Ask) -> Moment:
        """A call is made; it has an answer from here on."""
        previous = SOMEWHERE if self.previous is ask.site else self.previous
        others = {entry for entry in self.sent if entry[0] is not ask.site and entry[1] is previous}
        sent = (ask.site, previous, self.unknown, (*self.waiting, *ask.more))
        names = self.without((ask.site,)).names
        if ask.answered:
            return Moment(ask.site, names=names, known=self.known)
        return replace(self, previous=previous, sent=frozenset({*others, sent}), names=names)

    def without(self, sites: Collection[Site]) -> Moment:
        """The same, where `sites` may have been asked once more."""
        return replace(self, names=frozenset(n for n in self.names if n.site not in sites))

    def response(self, site: Site) -> str | None:
        """A variable that holds the latest response of `site`."""
        names = [n.name for n in self.names if n.site is site and not n.part]
        return min(names) if names else None

    def has_no_calls(self, site: Site) -> bool:
        """Whether the latest response of `site` certainly calls no functions."""
        named = [n for n in self.names if n.site is site]
        keys = {n.name if n.part else f"{n.name}.function_calls" for n in named
                if n.part in ("", FUNCTION_CALLS)}  # fmt: skip
        return any(fact(self.known, key) is State.EMPTY for key in keys)

    def replied(self, reply: Reply) -> Site | None:
        """The call whose latest response is kept, as far as that is certain."""
        if reply.streamed:
            return reply.sites[0]
        root: ast.AST = reply.shown
        while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call)):
            if root in reply.sites:
                return root if isinstance(root, ast.Call) else None
            root = root.func if isinstance(root, ast.Call) else root.value
        name = root.id if isinstance(root, ast.Name) else None
        found = {n.site for n in self.names if n.name == name and n.site in reply.sites}
        return found.pop() if len(found) == 1 else None

    def reply(self, site: Site) -> Moment | None:
        """The reply of `site` is kept; None if it answers something else than what waits."""
        for asked, previous, unknown, turns in self.sent:
            if asked is site:
                if ask_matches(self, previous, unknown, turns):
                    return Moment(site, names=self.names, known=self.known)
        return None

    def add(self, turn: Turn) -> Moment:
        """A turn waits to be sent."""
        return replace(self, waiting=(*self.waiting, turn))


Moments = frozenset[Moment]


def ask_matches(moment: Moment, previous: Previous, unknown: bool, turns: tuple[Turn, ...]) -> bool:
    """Whether what a call sent is what the conversation holds now."""
    if moment.previous is not previous or moment.unknown != unknown:
        return False
    if len(turns) != len(moment.waiting):
        return False
    return all(a.same(b) for a, b in zip(turns, moment.waiting, strict=True))
