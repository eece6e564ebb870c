"""A program that holds conversations, as data; what comes first in a list is the simplest."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("history", "chat")
"""A list handed to every request, or a chat of the SDK."""

HOMES = (
    "inline", "function", "instance", "global", "users", "closure", "returning", "dataclass"
)  # fmt: skip
"""Where a turn is written: in the body, in a helper that takes the conversation, in a method,
in a function of a global, of a dict by user, in a closure, in a helper that returns the list, in
a method of a dataclass."""

TURNS = ("content", "dict", "user-content", "text", "two-parts", "own")
"""How a turn of the user is spelled; `own` is a format of the program's own."""

REPLIES = ("object", "text", "none")
"""What of the reply joins the list: its content, a turn made of its text, nothing."""

GROWTHS = ("append", "extend", "add", "plus", "star", "helper")
"""`.append(x)`, `.extend([x])`, `+= [x]`, `= history + [x]`, `= [*history, x]`, a helper that
appends."""

GUARDS = ("none", "pop", "keep", "whole-pop", "whole-keep", "retry")
"""What becomes of the user's turn where a request fails: it is taken out or stays. A `whole`
guard holds the turn in the `try`, too."""

UNDOS = ("pop", "del", "slice")
"""How it is taken out: `.pop()`, `del history[-1]`, `history = history[:-1]`."""

HANDLERS = ("exception", "code", "words", "classes", "tested")
LOOKS = (
    "plain", "plain", "plain", "or", "tested", "none", "getattr", "parts", "guarded", "tried",
    "walrus",
)  # fmt: skip
"""How the text of a reply is reached: as it is, with a default, with a guard, through its parts."""
SHOWS = ("text", "usage", "named")
SPELLINGS = ("class", "dict", "name")
SKIPS = ("none", "before", "unanswered", "forgotten")
"""Where a loop may pass on to the next prompt: before the turn, after the user's turn joined
the list, after the reply came and before it joined."""

LOOPS = ("for", "while", "input", "enumerate")
RESETS = ("new", "clear", "slice")
COPIES = ("list", "slice", "copy", "star")
VIEWS = ("length", "roles", "last", "whole", "truth")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a request, and how they are written."""

    spelling: str = "class"
    system: bool = False
    temperature: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How a program spells its conversations."""

    kind: str = "history"
    turn: str = "content"
    reply: str = "object"
    growth: str = "append"
    late: bool = False
    guard: str = "none"
    undo: str = "pop"
    handler: str = "exception"
    config: Config | None = None
    shows: str = "text"
    seed: int = 0
    copy: str = "list"
    annotated: bool = False
    wraps: bool = False
    streams: bool = False
    looks: str = "plain"

    @property
    def rebinds(self) -> bool:
        """Whether a turn assigns to the name of the list."""
        if self.kind == "chat":
            return False
        undoes = self.guard.endswith("pop") and self.undo == "slice"
        return undoes or (self.growth in ("add", "plus", "star"))


@dataclass(frozen=True, slots=True)
class Say:
    """One turn; `config` is this message's own."""

    who: int = 0
    prompt: str = "one"
    guarded: bool = False
    config: Config | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """A turn for each of some prompts, then more."""

    who: int = 0
    prompts: tuple[str, ...] = ("two",)
    form: str = "for"
    guarded: bool = False
    skip: str = "none"
    stops: bool = False
    resets: str = ""
    then: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """Actions under a condition that holds or not."""

    taken: bool = True
    body: tuple[Action, ...] = ()
    other: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Reset:
    """The conversation starts anew."""

    who: int = 0
    form: str = "new"


@dataclass(frozen=True, slots=True)
class Fork:
    """A copy of the conversation goes its own way."""

    who: int = 0
    prompts: tuple[str, ...] = ("two",)


@dataclass(frozen=True, slots=True)
class Inject:
    """A turn that no request asks for."""

    who: int = 0
    model: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """The program looks at what was said so far."""

    who: int = 0
    view: str = "length"


@dataclass(frozen=True, slots=True)
class Trim:
    """The oldest turns are dropped."""

    who: int = 0
    form: str = "slice"


@dataclass(frozen=True, slots=True)
class Undo:
    """The last turn and its reply are dropped."""

    who: int = 0
    form: str = "del"


@dataclass(frozen=True, slots=True)
class Alias:
    """A turn under another name; with `choice` the name stands for one of two."""

    who: int = 0
    prompt: str = "two"
    choice: bool = False


@dataclass(frozen=True, slots=True)
class Gather:
    """A turn of each conversation at once."""

    who: int = 1
    prompt: str = "two"


Action = Gather | Say | Loop | Branch | Reset | Fork | Inject | Show | Trim | Undo | Alias


@dataclass(frozen=True, slots=True)
class Talk:
    """A whole program. `main` puts its body into a function."""

    home: str = "inline"
    style: Style = Style()
    main: bool = False
    asynchronous: bool = False
    actions: tuple[Action, ...] = (Say(),)

    @property
    def parties(self) -> int:
        """How many conversations there are."""
        return 1 + max((_last(action) for action in self.actions), default=0)


def _last(action: Action) -> int:
    """The number of the last conversation that an action speaks of."""
    if isinstance(action, Branch):
        return max((_last(inner) for inner in action.body + action.other), default=0)
    inner = [_last(one) for one in action.then] if isinstance(action, Loop) else []
    if isinstance(action, Alias) and action.choice:
        inner.append(1)
    return max([action.who, *inner])
