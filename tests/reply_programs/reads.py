"""What programs read of a reply."""

from __future__ import annotations

from dataclasses import dataclass

from .draw import Draw, Lines, block
from .reach import Path, Reach, Spot, Use

CANDIDATE = ("candidates", "[0]")
PARTS = Path((*CANDIDATE, "content", "parts"), "[]")
TEXT = Path(("text",))
FIRST_TEXT = Path((*PARTS.steps, "[0]", "text"))
FINISH = Path((*CANDIDATE, "finish_reason"), '"unknown"')
FEEDBACK = Path(("prompt_feedback", "block_reason"), '"not blocked"')
CHUNKS = Path((*CANDIDATE, "grounding_metadata", "grounding_chunks"), "[]")
SUPPORTS = Path((*CANDIDATE, "grounding_metadata", "grounding_supports"), "[]")
FIRST_SOURCE = Path((*CHUNKS.steps, "[0]", "web", "uri"))
QUERIES = Path((*CANDIDATE, "grounding_metadata", "web_search_queries"), "[]")
ENTRY = Path(
    (*CANDIDATE, "grounding_metadata", "search_entry_point", "rendered_content"), '"no entry"'
)
CALLS = Path(("function_calls",), "[]")
FIRST_CALL = Path(("function_calls", "[0]", "name"))
PART_CALL = Path((*PARTS.steps, "[0]", "function_call", "name"))
PARSED = Path(("parsed",), "None")
COUNTS = (
    "total_token_count", "prompt_token_count", "candidates_token_count", "thoughts_token_count"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reads:
    """Writes the lines that look at one reply, called `reply`."""

    draw: Draw
    spot: Spot
    reply: str = "response"

    def lines(self, feature: str) -> Lines:
        """One look at what the feature brings, or at what each reply has."""
        own = {
            "json": [self.parsed, self.loaded],
            "search": [self.sources, self.source, self.queries, self.supports],
            "functions": [self.calls, self.calls, self.part_calls, self.call],
            "thoughts": [self.thoughts, self.thoughts],
        }.get(feature, [self.text])
        general = [
            self.text, self.text, self.first_text, self.parts, self.parts, self.finish,
            self.usage, self.usage, self.gathered, self.gathered,
            self.draw.one(self.text, self.feedback),
        ]  # fmt: skip
        return self.draw.one(*(own if self.draw.maybe() else general))()

    def _at(self, path: Path, use: Use, name: str = "found") -> Lines:
        return Reach(self.draw, self.spot, self.reply, path, use, name).lines()

    def told(self, value: str) -> Lines:
        """The value is shown, or handed back."""
        if self.spot.gives:
            return [f"return {value}"]
        forms = [f"print({value})", f'print("->", {value})']
        if '"' not in value:
            forms.append(f'print(f"<{{{value}}}>")')
        return [self.draw.one(*forms)]

    def _text_told(self, value: str) -> Lines:
        ends = self.draw.one("", "", ".strip()", ".upper()", ".splitlines()", "[:12]", ".split()")
        return self.told(f"len({value})" if self.draw.maybe(8) else f"{value}{ends}")

    def text(self) -> Lines:
        """The text of the reply."""
        return self._at(TEXT, self._text_told, "text")

    def first_text(self) -> Lines:
        """The text of the first part."""
        return self._at(FIRST_TEXT, self._text_told, self.draw.one("text", "found"))

    def parts(self) -> Lines:
        """The parts, one by one."""
        return self._at(PARTS, self._each_part, "parts")

    def _each_part(self, parts: str) -> Lines:
        test = self.draw.one(
            "part.text", "part.text is not None", 'hasattr(part, "text") and part.text',
            'getattr(part, "text", None)', "part.text and not part.thought", "not part.thought",
            'part.text and part.text.strip()',
        )  # fmt: skip
        body = block(f"if {test}:", ["print(part.text)"])
        if self.draw.maybe(4):
            body = [*block("if not part.text:", ["continue"]), "print(part.text)"]
        elif self.draw.maybe(4):
            body += block("else:", ['print("something else")'])
        return block(f"for part in {parts}:", body)

    def gathered(self) -> Lines:
        """One value made of all parts."""
        forms = (
            "[part.text for part in {} if part.text]",
            '"".join(part.text for part in {} if part.text)',
            '"".join(part.text or "" for part in {})',
            "next((part.text for part in {} if part.text), None)",
            "any(part.text for part in {})",
            "len({})",
            '" ".join(p.text for p in {} if getattr(p, "text", None))',
            "[p.text for p in {} if hasattr(p, 'text') and p.text]",
            "sum(len(part.text or '') for part in {})",
            "any(part.function_call for part in {})",
            "all(part.text is not None for part in {})",
        )
        form = self.draw.one(*forms)
        return self._at(PARTS, lambda parts: self.told(form.format(parts)), "parts")

    def thoughts(self) -> Lines:
        """Thoughts apart from the answer."""
        body = [
            *block("if part.thought:", ['print("thought:", part.text)']),
            *block(self.draw.one("elif part.text:", "else:"), ['print("answer:", part.text)']),
        ]
        if self.draw.maybe():
            body = [
                *block("if not part.text:", ["continue"]),
                *block("if part.thought:", ['print("thought:", part.text)']),
                *block("else:", ['print("answer:", part.text)']),
            ]
        return self._at(PARTS, lambda parts: block(f"for part in {parts}:", body), "parts")

    def finish(self) -> Lines:
        """Why the reply ends."""
        form = self.draw.one(
            '"cut" if {} == types.FinishReason.MAX_TOKENS else "whole"',
            '{} == "MAX_TOKENS"',
            "{} == types.FinishReason.STOP",
            "{} in (types.FinishReason.SAFETY, types.FinishReason.RECITATION)",
            '{}.name == "MAX_TOKENS"',
            "{} != types.FinishReason.STOP",
            "{}.name",
        )
        name = self.draw.one("reason", "found")
        if form.startswith("{}.name"):
            return self._at(FINISH, lambda value: self.told(form.format(value)), name)
        if not self.draw.maybe():
            return self._at(FINISH, lambda value: self.told(form.format(value)), name)
        test = form.removeprefix('"cut" if ').removesuffix(' else "whole"')
        lines = self.spot.leaving('"stopped"') if self.spot.leave else ['print("stopped")']
        return self._at(FINISH, lambda value: block(f"if {test.format(value)}:", lines), name)

    def feedback(self) -> Lines:
        """Whether the prompt was blocked."""
        lines = self.spot.leaving('"blocked"') if self.spot.leave else ['print("blocked")']
        return self._at(FEEDBACK, lambda value: block(f"if {value}:", lines), "blocked")

    def usage(self) -> Lines:
        """What the reply cost."""
        path = Path(("usage_metadata", self.draw.one(*COUNTS)), "0")
        form = self.draw.one("{}", "{} or 0", "({} or 0) + 1", "{} * 2")
        return self._at(path, lambda value: self.told(form.format(value)), "count")

    def parsed(self) -> Lines:
        """The object that the reply spells."""
        form = self.draw.one("{}.name", "{}", "{}.name.upper()", "{}.model_dump()")
        return self._at(PARSED, lambda value: self.told(form.format(value)), "city")

    def loaded(self) -> Lines:
        """The JSON of the reply."""
        form = self.draw.one(
            "json.loads({})", 'json.loads({})["name"]', 'json.loads({}).get("name")',
            "City.model_validate_json({})", "City(**json.loads({}))",
        )  # fmt: skip
        lines = self._at(TEXT, lambda value: self.told(form.format(value)), "text")
        caught = self.draw.one(
            "", "json.JSONDecodeError", "(json.JSONDecodeError, TypeError)", "ValueError",
            "(ValueError, KeyError)", "Exception", "(TypeError, ValueError)",
        )  # fmt: skip
        if not caught:
            return lines
        return block("try:", lines) + block(f"except {caught}:", ['print("no JSON")'])

    def source(self) -> Lines:
        """The first page that was found."""
        path = self.draw.one(FIRST_SOURCE, ENTRY)
        return self._at(path, self.told, "source")

    def sources(self) -> Lines:
        """The pages that were found."""
        test = self.draw.one("chunk.web", "chunk.web and chunk.web.uri", 'hasattr(chunk, "web")')
        value = self.draw.one(
            "chunk.web.uri", "chunk.web.title", "(chunk.web.title, chunk.web.uri)"
        )

        def use(chunks: str) -> Lines:
            if self.draw.maybe():
                return self.told(f"[{value} for chunk in {chunks} if {test}]")
            return block(f"for chunk in {chunks}:", block(f"if {test}:", [f"print({value})"]))

        return self._at(CHUNKS, use, "chunks")

    def supports(self) -> Lines:
        """What rests on which page."""
        body = self.draw.one(
            ["print(support.segment.text)"],
            ["print(support.grounding_chunk_indices)"],
            ["print(support.segment.end_index, support.grounding_chunk_indices)"],
            block("if support.segment and support.segment.text:", ["print(support.segment.text)"]),
        )
        return self._at(SUPPORTS, lambda found: block(f"for support in {found}:", body), "supports")

    def queries(self) -> Lines:
        """What was searched for."""
        form = self.draw.one("{}", "len({})", '", ".join({})')
        return self._at(QUERIES, lambda value: self.told(form.format(value)), "queries")

    def _called(self, call: str) -> Lines:
        return self.draw.one(
            [f"print({call}.name, {call}.args)"],
            [f"print({call}.name, dict({call}.args))"],
            [f"print(lookup(**{call}.args))"],
            block(f'if {call}.name == "lookup":', [f'print({call}.args.get("key"))']),
            block(f'if {call}.name == "lookup":', [f'print({call}.args["key"])']),
            [f'print(({call}.args or {{}}).get("key", "no key"))'],
            [f"print({call}.name, json.dumps({call}.args))"],
            [*block(f"if {call}.args:", [f"print({call}.args)"]), f"print({call}.name)"],
            [f"print(TOOLS.get({call}.name, lookup)(**{call}.args))"],
        )

    def calls(self) -> Lines:
        """The functions that are called."""
        body = self._called("call")
        return self._at(CALLS, lambda calls: block(f"for call in {calls}:", body), "calls")

    def call(self) -> Lines:
        """The first of them."""
        if self.draw.maybe():
            return self._at(self.draw.one(FIRST_CALL, PART_CALL), self.told, "called")
        path = Path(("function_calls", "[0]"))
        return self._at(path, self._called, "call")

    def part_calls(self) -> Lines:
        """The calls among the parts."""
        body = self.draw.one(
            block("if part.function_call:", self._called("part.function_call")),
            block("if part.function_call is not None:", self._called("part.function_call")),
            block("if call := part.function_call:", self._called("call")),
            block("if hasattr(part, 'function_call') and part.function_call:",
                  ["call = part.function_call", *self._called("call")]),
            [*block("if part.text:", ["print(part.text)"]),
             *block("elif part.function_call:", self._called("part.function_call"))],
        )  # fmt: skip
        return self._at(PARTS, lambda parts: block(f"for part in {parts}:", body), "parts")
