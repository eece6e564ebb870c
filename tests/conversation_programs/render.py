"""Writes a program down: its source and what it reads from standard input."""

from __future__ import annotations

from dataclasses import dataclass, field

from .homes import Closure, Home, home_of
from .model import (
    Action,
    Alias,
    Branch,
    Fork,
    Gather,
    Inject,
    Loop,
    Reset,
    Say,
    Show,
    Talk,
    Trim,
    Undo,
)
from .spellings import TO_CONTENTS, Lines, block, grow, model_turn, settings_value, user_turn
from .turns import Way


@dataclass(frozen=True, slots=True)
class Written:
    """A program that can be run."""

    source: str
    stdin: str


def write(talk: Talk) -> Written:
    """The source of a program and its input."""
    body = Body(talk, home_of(talk))
    return Written(body.source(), "".join(f"{line}\n" for line in body.typed))


@dataclass(slots=True)
class Body:
    """Writes the body of a program; `typed` gathers what its loops read.

    `running` is False under a condition that doesn't hold. `loops` counts the loops around; inside
    of them, none reads from standard input.
    """

    talk: Talk
    home: Home
    typed: list[str] = field(default_factory=list)
    running: bool = True
    loops: int = 0

    def source(self) -> str:
        """The whole text."""
        lines = self.home.definitions()
        begun = [line for name in self.home.names() for line in self.home.begin(name)]
        body = begun + self.actions(self.talk.actions)
        if self.talk.main:
            waits = "async " if self.talk.asynchronous else ""
            call = "asyncio.run(main())" if self.talk.asynchronous else "main()"
            body = [*block(f"{waits}def main():", body), "", "", call]
        style = self.talk.style
        config = style.config
        named = config and config.spelling == "name"
        constant = [f"CONFIG = {settings_value(config)}"] if config and named else []
        if style.kind == "history" and style.growth == "helper":
            turn = [f"history{self.home.writer.kind}", "turn"]
            helper = block(f"def remember({', '.join(turn)}):", ["history.append(turn)"])
            lines = [*helper, "", "", *lines]
        if style.kind == "history" and style.turn == "own":
            lines = [*TO_CONTENTS, *lines]
        above = ["client = genai.Client()", *constant]
        gap = ["", ""] if lines or self.talk.main else []
        text = "\n".join([*above, *gap, *lines, *body]) + "\n"
        return self._imports(text) + text

    @staticmethod
    def _imports(text: str) -> str:
        plain = [name for name in ("asyncio", "sys") if f"{name}." in text]
        found = "".join(f"import {name}\n" for name in plain)
        found += "from dataclasses import dataclass, field\n" if "@dataclass" in text else ""
        found += "\n" if found else ""
        names = [name for name in ("errors", "types") if f"{name}." in text]
        found += "from google import genai\n"
        if names:
            found += f"from google.genai import {', '.join(names)}\n"
        chats = [name for name in ("AsyncChat", "Chat") if f": {name}" in text]
        if chats:
            found += f"from google.genai.chats import {', '.join(chats)}\n"
        return found + "\n"

    def actions(self, actions: tuple[Action, ...]) -> Lines:
        """The lines of some actions."""
        return [line for action in actions for line in self.action(action)]

    def action(self, action: Action) -> Lines:
        """The lines of one action."""
        if isinstance(action, Branch):
            return self._branch(action)
        if isinstance(action, Gather):
            return self._gather(action)
        name = self.home.names()[action.who]
        if isinstance(action, Say):
            way = Way(action.guarded, config=action.config)
            return self.home.turn(name, f'"{action.prompt}"', way)
        if isinstance(action, Loop):
            return self._loop(action, name)
        if isinstance(action, Alias):
            return self._alias(action, name)
        if isinstance(action, Reset) and (action.form == "new" or self._chats):
            return self.home.renew(name)
        if isinstance(self.home, Closure):
            return []
        return self._touched(action, name)

    @property
    def _chats(self) -> bool:
        return self.talk.style.kind == "chat"

    def _touched(self, action: Action, name: str) -> Lines:
        """What looks into a conversation or changes it by hand."""
        ref = self.home.ref(name)
        if isinstance(action, Fork):
            made = self.home.adopt("fork", self.home.writer.fork(ref))
            for prompt in action.prompts:
                made += self.home.turn("fork", f'"{prompt}"', Way())
            return made
        if isinstance(action, Show):
            return self._show(action.view, f"{ref}.get_history()" if self._chats else ref)
        if self._chats:
            return []
        if isinstance(action, Reset):
            return [f"{ref}.clear()" if action.form == "clear" else f"del {ref}[:]"]
        if isinstance(action, Inject):
            make = model_turn if action.model else user_turn
            return grow(self.talk.style.growth, ref, [make(self.talk.style, '"By the way."')])
        if isinstance(action, Trim):
            if action.form == "slice":
                return [f"{ref} = {ref}[-2:]"]
            if action.form == "del":
                return [f"del {ref}[:2]"]
            return block(f"if len({ref}) > 3:", [f"{ref} = {ref}[-3:]"])
        assert isinstance(action, Undo)
        if action.form == "del":
            return [f"del {ref}[-2:]"]
        return block("for _ in range(2):", block(f"if {ref}:", [f"{ref}.pop()"]))

    def _show(self, view: str, ref: str) -> Lines:
        style = self.talk.style
        typed = style.kind == "chat" or (
            style.turn not in ("text", "dict", "own") and style.reply in ("object", "text", "none")
        )
        if view == "roles" and typed:
            return [f"print([turn.role for turn in {ref}])"]
        if view == "roles" and style.turn in ("dict", "own") and style.reply != "object":
            return [f'print([turn["role"] for turn in {ref}])']
        if view == "last" and typed:
            return block(f"if {ref}:", [f"print({ref}[-1].parts[0].text)"])
        if view == "whole":
            return [f"print({ref})"]
        if view == "truth":
            return block(f"if not {ref}:", ['print("nothing said")'])
        return [f"print(len({ref}))"]

    def _branch(self, action: Branch) -> Lines:
        test = "==" if action.taken else ">"
        found: Lines = []
        running = self.running
        self.running = running and action.taken
        found += block(f"if len(sys.argv) {test} 1:", self.actions(action.body))
        self.running = running and not action.taken
        if action.other:
            found += block("else:", self.actions(action.other))
        self.running = running
        return found

    def _gather(self, action: Gather) -> Lines:
        prompt = f'"{action.prompt}"'
        calls = [self.home.call(name, prompt) for name in self.home.names()]
        if not self.talk.asynchronous or not all(calls):
            return []
        return block(f"for text in await asyncio.gather({', '.join(calls)}):", ["print(text)"])

    def _alias(self, action: Alias, name: str) -> Lines:
        one = self.home.alias(name)
        if action.choice:
            other = self.home.alias(self.home.names()[1 - action.who])
            one = f"{one} if len(sys.argv) == 1 else {other}"
        return [f"alias = {one}", *self.home.turn("alias", f'"{action.prompt}"', Way())]

    def _loop(self, action: Loop, name: str) -> Lines:
        leave = "" if action.then else "continue"
        skipped = 'prompt == "skip"'
        way = Way(action.guarded, "print", leave, action.skip, skipped, stops=action.stops)
        form = "while" if action.form == "input" and self.loops else action.form
        # A loop inside has a list of its own: one that fills the list of the outer never ends.
        waiting = "prompts" if not self.loops else f"prompts{self.loops + 1}"
        self.loops += 1
        body: Lines = []
        if action.resets:
            reset = self.action(Reset(action.who, action.resets))
            body += block('if prompt == "new":', [*reset, "continue"])
        body += self.home.turn(name, "prompt", way) + self.actions(action.then)
        self.loops -= 1
        prompts = ", ".join(f'"{prompt}"' for prompt in action.prompts)
        if form == "while":
            whole = block(f"while {waiting}:", [f"prompt = {waiting}.pop(0)", *body])
            return [f"{waiting} = [{prompts}]", *whole]
        if form == "input":
            if self.running:
                self.typed += [*action.prompts, "quit"]
            asked = ['prompt = input("> ")', *block('if prompt == "quit":', ["break"])]
            return block("while True:", asked + body)
        if form == "enumerate":
            head = f"for number, prompt in enumerate([{prompts}]):"
            return block(head, ["print(number)", *body])
        return block(f"for prompt in [{prompts}]:", body)
