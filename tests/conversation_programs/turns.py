"""The lines of a turn: what the user says, the request, the reply."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .model import Config, Style

Lines = list[str]
CONTENTS = ": list[types.Content]"
MODEL = '"gemini-2.5-flash"'


def block(head: str, body: Lines) -> Lines:
    """A statement with the lines it holds."""
    return [head, *(f"    {line}" if line else "" for line in body or ["pass"])]


def user_turn(style: Style, text: str) -> str:
    """A turn of the user; `text` is an expression."""
    return {
        "content": f'types.Content(role="user", parts=[types.Part(text={text})])',
        "dict": f'{{"role": "user", "parts": [{{"text": {text}}}]}}',
        "user-content": f"types.UserContent({text})",
        "text": text,
        "own": f'{{"role": "user", "content": {text}}}',
        "two-parts": (
            'types.Content(role="user", parts=[types.Part.from_text(text="Well:"), '
            f"types.Part.from_text(text={text})])"
        ),
    }[style.turn]


def model_turn(style: Style, text: str) -> str:
    """A turn of the model."""
    return {
        "content": f'types.Content(role="model", parts=[types.Part(text={text})])',
        "dict": f'{{"role": "model", "parts": [{{"text": {text}}}]}}',
        "own": f'{{"role": "assistant", "content": {text}}}',
        "two-parts": f'types.Content(role="model", parts=[types.Part.from_text(text={text})])',
    }.get(style.turn, f"types.ModelContent({text})")


TO_CONTENTS = [
    "def to_contents(messages):",
    "    return [",
    "        types.Content(",
    '            role="user" if message["role"] == "user" else "model",',
    '            parts=[types.Part(text=message["content"])],',
    "        )",
    "        for message in messages",
    "    ]",
    "",
    "",
]
"""What turns messages in a format of the program's own into contents."""


def message(style: Style, text: str) -> str:
    """What `send_message` takes."""
    return {
        "content": f"types.Part(text={text})",
        "user-content": f"[{text}]",
        "text": f"[types.Part.from_text(text={text})]",
        "two-parts": f'["Well:", {text}]',
    }.get(style.turn, text)


def settings(config: Config | None, *, own: str = "") -> str:
    """The argument `config` with the comma before it, or nothing."""
    if config is None:
        return ""
    if config.spelling == "name" and not own:
        return ", config=CONFIG"
    return f", config={settings_value(config)}"


def settings_value(config: Config) -> str:
    """The settings, written out."""
    pairs = []
    if config.system:
        pairs.append(("system_instruction", '"Be brief."'))
    if config.temperature:
        pairs.append(("temperature", config.temperature))
    if config.spelling == "dict":
        return "{" + ", ".join(f'"{name}": {value}' for name, value in pairs) + "}"
    inner = ", ".join(f"{name}={value}" for name, value in pairs)
    return f"types.GenerateContentConfig({inner})"


def grow(growth: str, ref: str, turns: list[str]) -> Lines:
    """A list grows by some turns."""
    joined = ", ".join(turns)
    if not turns:
        return []
    if growth == "helper":
        return [f"remember({ref}, {turn})" for turn in turns]
    if growth == "append":
        return [f"{ref}.append({turn})" for turn in turns]
    if growth == "extend":
        return [f"{ref}.extend([{joined}])"]
    if growth == "add":
        return [f"{ref} += [{joined}]"]
    if growth == "plus":
        return [f"{ref} = {ref} + [{joined}]"]
    return [f"{ref} = [*{ref}, {joined}]"]


def copied(form: str, ref: str) -> str:
    """A copy of a list."""
    return {"list": f"list({ref})", "slice": f"{ref}[:]", "copy": f"{ref}.copy()"}.get(
        form, f"[*{ref}]"
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

    def turn(self, ref: str, prompt: str, way: Way) -> Lines:
        """One turn of the conversation `ref`; `prompt` is an expression."""
        if self.style.wraps and prompt.isidentifier():
            prompt = f'f"Please: {{{prompt}}}"'
        awaits = "await " if self.asynchronous else ""
        own = settings(way.config, own="message")
        if self.style.kind == "chat":
            said = message(self.style, prompt)
            request = f"response = {awaits}{ref}.send_message({said}{own})"
            shown = self._shown(way, named=self.style.shows == "named")
            skips = way.skips("before") + way.skips("unanswered")
            last = shown + way.skips("forgotten") + self._end(way)
            return skips + self._guarded(ref, [], [request], last, way)
        contents, first, added = self._joined(ref, prompt)
        if self.style.turn == "own":
            contents = f"to_contents({contents})"
        given = own or settings(self.style.config)
        call = f"models.generate_content(model={MODEL}, contents={contents}{given})"
        request = f"response = {awaits}{self.client}.{call}"
        named = self.style.shows == "named" or self.style.reply == "text"
        if self.style.reply == "object":
            added = [*added, "response.candidates[0].content"]
        elif self.style.reply == "text":
            added = [*added, model_turn(self.style, "reply" if named else "response.text")]
        last = self._shown(way, named=named) + way.skips("forgotten")
        last += grow(self.style.growth, ref, added) + self._end(way, named=named)
        first += way.skips("unanswered")
        return way.skips("before") + self._guarded(ref, first, [request], last, way)

    def _joined(self, ref: str, prompt: str) -> tuple[str, Lines, list[str]]:
        """The contents of the request, what comes before it, what joins the list after."""
        user = user_turn(self.style, prompt)
        if not self.style.late:
            return ref, grow(self.style.growth, ref, [user]), []
        joined = f"[*{ref}, message]" if self.style.growth == "star" else f"{ref} + [message]"
        return joined, [f"message = {user}"], ["message"]

    def _shown(self, way: Way, *, named: bool) -> Lines:
        lines = ["reply = response.text"] if named else []
        if way.result != "return":
            lines.append(f"print({'reply' if named else 'response.text'})")
        if self.style.shows == "usage":
            lines.append("print(response.usage_metadata.total_token_count)")
        return lines

    def _end(self, way: Way, *, named: bool | None = None) -> Lines:
        if way.result == "print":
            return []
        if named is None:
            named = self.style.shows == "named"
        text = "reply" if named else "response.text"
        return [f"return {text}" if way.result == "return" else way.result]

    def _guarded(self, ref: str, first: Lines, request: Lines, last: Lines, way: Way) -> Lines:
        guard = self.style.guard
        if guard == "none" or not way.guarded:
            return first + request + last
        coded = self.style.handler == "code"
        head = "except errors.APIError as error:" if coded else "except Exception:"
        failed = ['print("failed", error.code)' if coded else 'print("failed")']
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
