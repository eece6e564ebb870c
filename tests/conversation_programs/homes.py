"""Where a conversation lives, and where its turns are written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .model import Talk
from .spellings import Lines, block
from .turns import Way, Writer

FAILED = 'return "failed"'


@dataclass(frozen=True, slots=True)
class Home:
    """Turns written where they happen."""

    talk: Talk

    @property
    def writer(self) -> Writer:
        """What writes the turns."""
        return Writer(self.talk.style, self.talk.asynchronous)

    @property
    def noun(self) -> str:
        """What a conversation is called."""
        return self.talk.style.kind

    def names(self) -> list[str]:
        """The conversations of the program."""
        return [self.noun, "other"][: self.talk.parties]

    def definitions(self) -> Lines:
        """What comes before the body."""
        return []

    def begin(self, name: str) -> Lines:
        """A conversation begins."""
        return [f"{name}{self.writer.kind} = {self.writer.begin()}"]

    def ref(self, name: str) -> str:
        """A conversation, as an expression of the body."""
        return name

    def adopt(self, name: str, value: str) -> Lines:
        """A conversation made elsewhere gets a name."""
        return [f"{name} = {value}"]

    def renew(self, name: str) -> Lines:
        """A conversation starts anew."""
        return [f"{self.ref(name)} = {self.writer.begin()}"]

    def alias(self, name: str) -> str:
        """What another name may stand for."""
        return self.ref(name)

    def turn(self, name: str, prompt: str, way: Way) -> Lines:
        """One turn, as the body has it."""
        return self.writer.turn(name, prompt, way)

    def define(self, head: str, ref: str, first: Lines = (), result: str = "return") -> Lines:  # type: ignore[assignment]
        """A function of one turn."""
        leave = FAILED if result == "return" else result
        guarded = self.talk.style.guard != "none"
        body = self.writer.turn(ref, "prompt", Way(guarded, result, leave))
        return [*block(f"{self._async}def {head}:", [*first, *body]), "", ""]

    def asked(self, call: str, way: Way) -> Lines:
        """The lines that call such a function."""
        waits = "await " if self.talk.asynchronous else ""
        return _around(way, [f"print({waits}{call})"])

    def call(self, name: str, prompt: str) -> str:
        """The call that takes one turn, where turns are functions."""
        return ""

    @property
    def _async(self) -> str:
        return "async " if self.talk.asynchronous else ""


def _around(way: Way, lines: Lines) -> Lines:
    """A call that a loop may pass over."""
    if way.skip == "none":
        return lines
    return replace(way, skip="before").skips("before") + lines


@dataclass(frozen=True, slots=True)
class Function(Home):
    """A helper takes the conversation."""

    def definitions(self) -> Lines:
        return self.define(f"ask({self.noun}{self.writer.kind}, prompt)", self.noun)

    def call(self, name: str, prompt: str) -> str:
        return f"ask({name}, {prompt})"

    def turn(self, name: str, prompt: str, way: Way) -> Lines:
        return self.asked(self.call(name, prompt), way)


@dataclass(frozen=True, slots=True)
class Returning(Home):
    """A helper takes the conversation and returns it."""

    def definitions(self) -> Lines:
        head = f"ask({self.noun}{self.writer.kind}, prompt)"
        return self.define(head, self.noun, result=f"return {self.noun}")

    def turn(self, name: str, prompt: str, way: Way) -> Lines:
        waits = "await " if self.talk.asynchronous else ""
        return _around(way, [f"{name} = {waits}ask({name}, {prompt})"])


@dataclass(frozen=True, slots=True)
class Instance(Home):
    """A class keeps the conversation."""

    def names(self) -> list[str]:
        return ["bot", "guide"][: self.talk.parties]

    def definitions(self) -> Lines:
        made = [f"self.{self.noun} = {self.writer.begin()}"]
        init = block("def __init__(self):", made)
        ask = self.define("ask(self, prompt)", f"self.{self.noun}")[:-2]
        reset = ["", *block("def reset(self):", made)] if self.talk.style.late else []
        return [*block("class Bot:", [*init, "", *ask, *reset]), "", ""]

    def begin(self, name: str) -> Lines:
        return [f"{name} = Bot()"]

    def ref(self, name: str) -> str:
        return f"{name}.{self.noun}"

    def renew(self, name: str) -> Lines:
        return [f"{name}.reset()"] if self.talk.style.late else Home.renew(self, name)

    def adopt(self, name: str, value: str) -> Lines:
        return [f"{name} = Bot()", f"{name}.{self.noun} = {value}"]

    def alias(self, name: str) -> str:
        return name

    def call(self, name: str, prompt: str) -> str:
        return f"{name}.ask({prompt})"

    def turn(self, name: str, prompt: str, way: Way) -> Lines:
        return self.asked(self.call(name, prompt), way)


@dataclass(frozen=True, slots=True)
class Dataclass(Instance):
    """A dataclass keeps the list."""

    def definitions(self) -> Lines:
        made = f"field(default_factory=lambda: {self.writer.begin()})"
        if self.talk.style.seed == 0:
            made = "field(default_factory=list)"
        fields = [f"history{self.writer.kind or ': list'} = {made}"]
        reset = block("def reset(self):", [f"self.history = {self.writer.begin()}"])
        ask = self.define("ask(self, prompt)", "self.history")[:-2]
        return ["@dataclass", *block("class Bot:", [*fields, "", *ask, "", *reset]), "", ""]


@dataclass(frozen=True, slots=True)
class Global(Home):
    """A function uses a global."""

    def definitions(self) -> Lines:
        found: Lines = []
        for name in self.names():
            found += [*Home.begin(self, name), "", ""]
            first = [f"global {name}"] if self.talk.style.rebinds else []
            found += self.define(f"{self._function(name)}(prompt)", name, first)
        return found

    def begin(self, name: str) -> Lines:
        return [f"global {name}"] if self.talk.main else []

    def turn(self, name: str, prompt: str, way: Way) -> Lines:
        if name not in self.names():
            return Home.turn(self, name, prompt, way)
        return self.asked(self.call(name, prompt), way)

    def call(self, name: str, prompt: str) -> str:
        return f"{self._function(name)}({prompt})"

    def _function(self, name: str) -> str:
        return "ask_other" if name == "other" else "ask"


@dataclass(frozen=True, slots=True)
class Users(Home):
    """A dict keeps a conversation for each user."""

    def names(self) -> list[str]:
        return ["ann", "bob"][: self.talk.parties]

    @property
    def _dict(self) -> str:
        return "chats" if self.noun == "chat" else "histories"

    def definitions(self) -> Lines:
        """With `setdefault` and a name, or with a test and the subscript."""
        made = self.writer.begin()
        ref = f"{self._dict}[user]"
        first = block(f"if user not in {self._dict}:", [f"{ref} = {made}"])
        if self.talk.style.shows == "named":
            first.append(f"{self.noun} = {ref}")
            ref = self.noun
        elif self.talk.style.seed == 0 and self.noun == "history" and not self.talk.style.rebinds:
            first = [f"history = {self._dict}.setdefault(user, {made})"]
            ref = self.noun
        return [f"{self._dict} = {{}}", "", "", *self.define("ask(user, prompt)", ref, first)]

    def begin(self, name: str) -> Lines:
        return [f'{self._dict}["{name}"] = {self.writer.begin()}']

    def ref(self, name: str) -> str:
        return f'{self._dict}["{name}"]'

    def adopt(self, name: str, value: str) -> Lines:
        return [f"{self.ref(name)} = {value}"]

    def turn(self, name: str, prompt: str, way: Way) -> Lines:
        if name not in (*self.names(), "fork"):
            return Home.turn(self, name, prompt, way)
        return self.asked(self.call(name, prompt), way)

    def call(self, name: str, prompt: str) -> str:
        return f'ask("{name}", {prompt})'


@dataclass(frozen=True, slots=True)
class Closure(Home):
    """A function inside a function keeps the conversation."""

    def names(self) -> list[str]:
        return ["bot", "guide"][: self.talk.parties]

    def definitions(self) -> Lines:
        first = [f"nonlocal {self.noun}"] if self.talk.style.rebinds else []
        inner = self.define("ask(prompt)", self.noun, first)[:-2]
        made = [f"{self.noun} = {self.writer.begin()}", "", *inner, "", "return ask"]
        return [*block("def make_bot():", made), "", ""]

    def begin(self, name: str) -> Lines:
        return [f"{name} = make_bot()"]

    def renew(self, name: str) -> Lines:
        return self.begin(name)

    def alias(self, name: str) -> str:
        return name

    def call(self, name: str, prompt: str) -> str:
        return f"{name}({prompt})"

    def turn(self, name: str, prompt: str, way: Way) -> Lines:
        return self.asked(self.call(name, prompt), way)


KINDS: dict[str, type[Home]] = {
    "inline": Home,
    "function": Function,
    "instance": Instance,
    "global": Global,
    "users": Users,
    "closure": Closure,
    "returning": Returning,
    "dataclass": Dataclass,
}


def home_of(talk: Talk) -> Home:
    """The home that a program gives its conversations."""
    return KINDS[talk.home](talk)
