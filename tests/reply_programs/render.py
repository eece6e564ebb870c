"""Writes a program down: one request, or a few, and looks at the replies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .draw import Draw, Lines, block
from .handlers import Handlers, decorator
from .reach import Spot
from .reads import Reads
from .streams import Streams

FEATURES = ("nothing", "nothing", "json", "search", "functions", "thoughts", "stream", "stream")
TAGS = {
    "search": ("One? [[search]]", "Two?"),
    "functions": ('One? [[call lookup {"key": "a"}]]', "Two?",
                  'Both? [[also-text]] [[call lookup {"key": "b"}]]'),
}  # fmt: skip
PROMPTS = ("One?", "Two? [[parts]]", "Three?")
SETTINGS = {
    "json": (
        'response_mime_type="application/json", response_schema=City',
        'response_mime_type="application/json"',
        'response_mime_type="application/json", response_schema={"type": "OBJECT", '
        '"properties": {"name": {"type": "STRING"}}}',
    ),
    "search": ("tools=[types.Tool(google_search=types.GoogleSearch())]",),
    "functions": (
        "tools=[types.Tool(function_declarations=[LOOKUP])]",
        "tools=[lookup], automatic_function_calling="
        "types.AutomaticFunctionCallingConfig(disable=True)",
    ),
    "thoughts": ("thinking_config=types.ThinkingConfig(include_thoughts=True)",),
}  # fmt: skip
DEFINED = {
    "City": ["class City(BaseModel):", "    name: str", "", ""],
    "lookup": ["def lookup(key: str = \"none\") -> str:", '    """Look a key up."""',
               '    return "value of " + str(key)', "", ""],
    "TOOLS": ['TOOLS = {"lookup": lookup}', ""],
    "LOOKUP": ['LOOKUP = {"name": "lookup", "description": "Look a key up.", "parameters": {',
               '    "type": "OBJECT", "properties": {"key": {"type": "STRING"}}}}', ""],
    "RETRIED": ["RETRIED = {429, 500, 503}", ""],
}  # fmt: skip
NEEDS = {"TOOLS": ("lookup",)}
TENACITY = (
    "retry", "retry_if_exception", "retry_if_exception_type", "stop_after_attempt", "wait_fixed"
)  # fmt: skip
HOMES = ("function", "function", "function", "async", "method", "loop", "module", "helper")


@dataclass(slots=True)
class Writer:
    """Writes one program."""

    draw: Draw
    defined: Lines = field(default_factory=list)
    feature: str = "nothing"
    asynchronous: bool = False
    repeats: bool = False

    def source(self) -> str:
        """The whole text."""
        self.feature = self.draw.one(*FEATURES)
        home = self.draw.one(*HOMES)
        self.asynchronous = home == "async"
        body = {"loop": self._loop, "module": self._module, "method": self._method}.get(
            home, lambda: self._function(helps=home == "helper")
        )()
        lines = ["client = genai.Client()", "", "", *self.defined, *body]
        return self._with_head("\n".join(lines) + "\n")

    def _with_head(self, text: str) -> str:
        above: Lines = []
        for name in ("RETRIED", "LOOKUP", "TOOLS", "lookup", "City"):
            if re.search(rf"\b{name}\b(?! as)", re.sub(r'"[^"]*"', '""', text)):
                for needed in (name, *NEEDS.get(name, ())):
                    if DEFINED[needed][0] not in above:
                        above = [*DEFINED[needed], *above]
        text = "\n".join([*above, text])
        plain = ("asyncio", "contextlib", "functools", "json", "logging", "time")
        head = [f"import {name}" for name in plain if f"{name}." in text] + [""]
        names = [name for name in ("errors", "types") if f"{name}." in text]
        head.append("from google import genai")
        head += [f"from google.genai import {', '.join(names)}"] if names else []
        head += ["from pydantic import BaseModel"] if "BaseModel" in text else []
        used = [name for name in TENACITY if re.search(rf"\b{name}\(", text)]
        head += [f"from tenacity import {', '.join(used)}"] if used else []
        return "\n".join([*head, "", text]).lstrip("\n")

    def _prompts(self) -> list[str]:
        prompts = TAGS.get(self.feature, PROMPTS)
        return list(prompts[: self.draw.one(1, 1, 1, 2, len(prompts))])

    def _call(self, contents: str) -> str:
        """The request, as an expression."""
        config = self._config()
        contents = self.draw.one(
            contents, contents, f"[{contents}]",
            f"[types.Content(role=\"user\", parts=[types.Part(text={contents})])]",
            f"[types.Part.from_text(text={contents})]",
        )  # fmt: skip
        waits = "await " if self.asynchronous else ""
        client = "client.aio" if self.asynchronous else "client"
        stream = "_stream" if self.feature == "stream" else ""
        arguments = f'model="gemini-2.5-flash", contents={contents}{config}'
        return f"{waits}{client}.models.generate_content{stream}({arguments})"

    def _config(self) -> str:
        pairs = [self.draw.one(*SETTINGS[self.feature])] if self.feature in SETTINGS else []
        if self.draw.maybe(3):
            pairs.append("temperature=0.2")
        if self.draw.maybe(4):
            pairs.append('system_instruction="Be brief."')
        if not pairs:
            return ""
        made = f"types.GenerateContentConfig({', '.join(pairs)})"
        if self.draw.maybe(3):
            self.defined += [f"CONFIG = {made}", "", ""]
            return ", config=CONFIG"
        return f", config={made}"

    def _turn(self, contents: str, spot: Spot) -> Lines:
        """A request with all that is done about it."""
        handlers = Handlers(self.draw, spot, self.asynchronous, self.repeats)
        call = self._call(contents)
        if self.feature == "stream":
            request, rest = Streams(self.draw, spot, self.asynchronous).lines(call)
        else:
            request, rest = [f"response = {call}"], self._reads(spot)
        return handlers.around(request, rest)

    def _reads(self, spot: Spot) -> Lines:
        found: Lines = []
        for _ in range(self.draw.one(0, 0, 0, 1, 2)):
            # Only the last look hands a value back.
            first = Spot() if spot.gives else spot
            found += Reads(self.draw, first).lines(self.feature)
        return found + Reads(self.draw, spot).lines(self.feature)

    def _function(self, *, helps: bool) -> Lines:
        waits = "await " if self.asynchronous else ""
        spot = Spot("return", gives=self.draw.maybe())
        above, head = [], f"{waits and 'async '}def ask(question{self.draw.one(': str', '')}):"
        if not self.asynchronous and self.draw.maybe(5):
            above, defined = decorator(self.draw)
            self.defined += defined
        self.repeats = bool(above)
        if helps and self.feature != "stream":
            body = self._helped(spot)
        else:
            body = self._turn("question", spot)
        call = [f"print({waits}ask({{}}))"] if spot.gives else [f"{waits}ask({{}})"]
        asked = [line.format(f"'{prompt}'") for prompt in self._prompts() for line in call]
        if self.asynchronous:
            asked = [
                *block("async def main():", self._gathered(asked)),
                "",
                "",
                "asyncio.run(main())",
            ]
        return [*above, *block(head, body), "", "", *asked]

    def _gathered(self, asked: Lines) -> Lines:
        if not self.draw.maybe(3) or self.feature == "functions":
            return asked
        calls = ", ".join(f"ask('{prompt}')" for prompt in PROMPTS[:1])
        found = [f"answers = await asyncio.gather({calls}, return_exceptions=True)"]
        body = block("if isinstance(answer, Exception):", ['print("failed")'])
        body += block("else:", ["print(answer)"])
        return found + block("for answer in answers:", body)

    def _helped(self, spot: Spot) -> Lines:
        """A function of its own looks at the reply."""
        reads = Reads(self.draw, Spot("return", gives=True)).lines(self.feature)
        hint = self.draw.one(": types.GenerateContentResponse", "")
        self.defined += [*block(f"def read(response{hint}):", reads), "", ""]
        rest = ["return read(response)" if spot.gives else "print(read(response))"]
        request = [f"response = {self._call('question')}"]
        return Handlers(self.draw, spot, self.asynchronous, self.repeats).around(request, rest)

    def _method(self) -> Lines:
        spot = Spot("return", gives=self.draw.maybe())
        ask = block("def ask(self, question):", self._turn("question", spot))
        ask = [line.replace("client.models", "self.client.models") for line in ask]
        init = block("def __init__(self):", ["self.client = genai.Client()"])
        asked = [
            f"print(bot.ask('{prompt}'))" if spot.gives else f"bot.ask('{prompt}')"
            for prompt in self._prompts()
        ]
        return [*block("class Bot:", [*init, "", *ask]), "", "", "bot = Bot()", *asked]

    def _loop(self) -> Lines:
        prompts = ", ".join(f"'{prompt}'" for prompt in self._prompts())
        return block(f"for question in [{prompts}]:", self._turn("question", Spot("continue")))

    def _module(self) -> Lines:
        return self._turn(f"'{self._prompts()[0]}'", Spot())


def write(draw: Draw) -> str:
    """The source of a program."""
    return Writer(draw).source()
