"""The lines of a turn: what the user says, the request, the reply."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .model import Config, Style
from .spellings import (
    CONTENTS,
    MODEL,
    Lines,
    block,
    copied,
    failure,
    grow,
    message,
    model_turn,
    reply_lines,
    settings,
    user_turn,
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a turn ends: `result` is print, return or `return NAME`.

    `leave` is the statement that leaves the turn where it fails; `skip` says where it may be
    broken off, on `condition`.
    """

    guarded: bool = False
    result: str = "print"
    leave: str = ""
    skip: str = "none"
    condition: str = ""
    config: Config | None = None
    stops: bool = False

    def skips(self, where: str) -> Lines:
        """The lines that break the turn off there, if any."""
        leave = "break" if self.stops else "continue"
        return block(f"if {self.condition}:", [leave]) if self.skip == where else []


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the turns of one style."""

    style: Style
    asynchronous: bool = False

    @property
    def client(self) -> str:
        """The client that requests go through."""
        return "client.aio" if self.asynchronous else "client"

    @property
    def kind(self) -> str:
        """The type of a conversation, as an annotation after a name; nothing where it has none."""
        if not self.style.annotated:
            return ""
        if self.style.kind == "chat":
            return f": {'AsyncChat' if self.asynchronous else 'Chat'}"
        if self.style.turn == "own":
            return ": list[dict[str, str]]"
        mixed = self.style.turn == "text"
        mixed |= self.style.turn == "dict" and self.style.reply == "object"
        return ": list" if mixed else ": list[dict]" if self.style.turn == "dict" else CONTENTS

    def begin(self) -> str:
        """A new conversation, as an expression."""
        style = self.style
        if style.kind == "chat" and style.turn in ("text", "own"):
            style = replace(style, turn="content")  # a chat takes no others
        hello = [user_turn(style, '"Hello."'), model_turn(style, '"Hello, you."')]
        made = hello[: style.seed]
        history = f"[{', '.join(made)}]"
        if self.style.kind == "history":
            return history
        return self.chat(history if made else "")

    def chat(self, history: str = "") -> str:
        """A new chat; `history` is an expression."""
        start = f", history={history}" if history else ""
        return f"{self.client}.chats.create(model={MODEL}{settings(self.style.config)}{start})"

    def fork(self, ref: str) -> str:
        """A conversation that begins with all that was said in another."""
        if self.style.kind == "chat":
            return self.chat(f"{ref}.get_history()")
        return copied(self.style.copy, ref)

    @property
    def named(self) -> bool:
        """Whether a name holds the text of the reply."""
        style = self.style
        text = style.kind == "history" and style.reply == "text"
        return style.shows == "named" or text or style.streams or style.looks != "plain"

    def turn(self, ref: str, prompt: str, way: Way) -> Lines:
        """One turn of the conversation `ref`; `prompt` is an expression."""
        if self.style.wraps and prompt.isidentifier():
            prompt = f'f"Please: {{{prompt}}}"'
        own = settings(way.config, own="message")
        if self.style.kind == "chat":
            call = f"{ref}.send_message{self._suffix}({message(self.style, prompt)}{own})"
            skips = way.skips("before") + way.skips("unanswered")
            last = self._shown(way) + way.skips("forgotten") + self._end(way)
            return skips + self._guarded(ref, [], self._request(call), last, way)
        contents, first, added = self._joined(ref, prompt)
        if self.style.turn == "own":
            contents = f"to_contents({contents})"
        given = own or settings(self.style.config)
        call = f"{self.client}.models.generate_content{self._suffix}"
        request = self._request(f"{call}(model={MODEL}, contents={contents}{given})")
        if self.style.reply == "object":
            added = [*added, "response.candidates[0].content"]
        elif self.style.reply == "text":
            added = [*added, model_turn(self.style, "reply")]
        last = self._shown(way) + way.skips("forgotten")
        last += grow(self.style.growth, ref, added) + self._end(way)
        first += way.skips("unanswered")
        return way.skips("before") + self._guarded(ref, first, request, last, way)

    @property
    def _suffix(self) -> str:
        return "_stream" if self.style.streams else ""

    def _request(self, call: str) -> Lines:
        waits = "await " if self.asynchronous else ""
        if not self.style.streams:
            return [f"response = {waits}{call}"]
        head = f"{'async ' if waits else ''}for chunk in {waits}{call}:"
        grown = ['reply += chunk.text or ""']
        if self.style.looks in ("tested", "getattr", "guarded"):
            grown = block("if chunk.text:", ["reply += chunk.text"])
        return ['reply = ""', *block(head, grown)]

    def _joined(self, ref: str, prompt: str) -> tuple[str, Lines, list[str]]:
        """The contents of the request, what comes before it, what joins the list after."""
        user = user_turn(self.style, prompt)
        if not self.style.late:
            return ref, grow(self.style.growth, ref, [user]), []
        joined = f"[*{ref}, message]" if self.style.growth == "star" else f"{ref} + [message]"
        return joined, [f"message = {user}"], ["message"]

    def _shown(self, way: Way) -> Lines:
        named = self.named and not self.style.streams
        lines = reply_lines(self.style.looks) if named else []
        if way.result != "return":
            lines.append(f"print({'reply' if self.named else 'response.text'})")
        if self.style.shows == "usage":
            lines.append("print(response.usage_metadata.total_token_count)")
        return lines

    def _end(self, way: Way) -> Lines:
        if way.result == "print":
            return []
        text = "reply" if self.named else "response.text"
        return [f"return {text}" if way.result == "return" else way.result]

    def _guarded(self, ref: str, first: Lines, request: Lines, last: Lines, way: Way) -> Lines:
        guard = self.style.guard
        if guard == "none" or not way.guarded:
            return first + request + last
        head, failed = failure(self.style.handler)
        if guard == "retry":
            attempt = block("try:", [*request, "break"]) + block(head, failed)
            return first + block("for attempt in range(2):", attempt) + last
        if guard.endswith("pop") and self.style.kind == "history" and not self.style.late:
            failed += self._undo(ref)
        failed += [way.leave] if way.leave else []
        if guard.startswith("whole"):
            return block("try:", first + request + last) + block(head, failed)
        tried = first + block("try:", request) + block(head, failed)
        return tried + (last if way.leave else block("else:", last))

    def _undo(self, ref: str) -> Lines:
        undone = {"pop": f"{ref}.pop()", "del": f"del {ref}[-1]"}
        return [undone.get(self.style.undo, f"{ref} = {ref}[:-1]")]
