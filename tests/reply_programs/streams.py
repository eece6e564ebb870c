"""What programs do with the chunks of a reply."""

from __future__ import annotations

from dataclasses import dataclass

from .draw import Draw, Lines, block
from .reach import Path, Reach, Spot

CHUNK_PARTS = Path(("candidates", "[0]", "content", "parts"), "[]")


@dataclass(frozen=True, slots=True)
class Streams:
    """Writes the request of a stream and what becomes of its chunks."""

    draw: Draw
    spot: Spot
    asynchronous: bool = False

    def lines(self, call: str) -> tuple[Lines, Lines]:
        """The request with its loop, and what follows."""
        ways = [self._printed, self._joined, self._listed, self._looked_at, self._parts]
        ways += [self._last, self._counted]
        if not self.asynchronous:
            ways += [self._in_an_expression, self._in_a_list]
        return self.draw.one(*ways)(call)

    def _loop(self, call: str, body: Lines) -> Lines:
        head = "async for" if self.asynchronous else "for"
        if self.draw.maybe():
            return [f"stream = {call}", *block(f"{head} chunk in stream:", body)]
        return block(f"{head} chunk in {call}:", body)

    def _shown(self) -> Lines:
        flush = self.draw.one('print(chunk.text, end="")', 'print(chunk.text, end="", flush=True)')
        return self.draw.one(
            [flush],
            block("if chunk.text:", [flush]),
            block("if chunk.text is not None:", [flush]),
            ['print(chunk.text or "", end="")'],
            [*block("if not chunk.text:", ["continue"]), flush],
            block('if hasattr(chunk, "text") and chunk.text:', [flush]),
            block("if text := chunk.text:", ['print(text, end="")']),
            block('if text := getattr(chunk, "text", None):', ['print(text, end="")']),
            ["text = chunk.text", *block("if text:", ['print(text, end="")'])],
            [*block("try:", ["print(chunk.text.strip())"]),
             *block("except AttributeError:", ["continue"])],
        )  # fmt: skip

    def _told(self, value: str) -> Lines:
        if self.spot.gives:
            return [f"return {value}"]
        return [f"print({value})"]

    def _printed(self, call: str) -> tuple[Lines, Lines]:
        return self._loop(call, self._shown()), ["print()"]

    def _joined(self, call: str) -> tuple[Lines, Lines]:
        grown = self.draw.one(
            ['answer += chunk.text or ""'],
            block("if chunk.text:", ["answer += chunk.text"]),
            ["answer += chunk.text"],
            [*block("if chunk.text is None:", ["continue"]), "answer += chunk.text"],
        )
        end = self.draw.one("answer", 'answer or "nothing"', "answer.strip()", "len(answer)")
        return ['answer = ""', *self._loop(call, grown)], self._told(end)

    def _listed(self, call: str) -> tuple[Lines, Lines]:
        grown = self.draw.one(
            block("if chunk.text:", ["pieces.append(chunk.text)"]),
            ['pieces.append(chunk.text or "")'],
            ["pieces.append(chunk.text)"],
        )
        end = self.draw.one('"".join(pieces)', '"".join(p for p in pieces if p)', "len(pieces)")
        return ["pieces = []", *self._loop(call, grown)], self._told(end)

    def _looked_at(self, call: str) -> tuple[Lines, Lines]:
        """Why a chunk ends, or what it costs, beside its text."""
        more = self.draw.one(
            block("if chunk.usage_metadata:", ["total = chunk.usage_metadata.total_token_count"]),
            block("if chunk.candidates and chunk.candidates[0].finish_reason:",
                  ["total = chunk.candidates[0].finish_reason.name"]),
            block("if chunk.prompt_feedback and chunk.prompt_feedback.block_reason:",
                  ['total = "blocked"', "break"]),
            ["total = total or bool(chunk.text)"],
        )  # fmt: skip
        body = self._shown()
        body = body + more if "continue" not in " ".join(body) else more + body
        return ["total = None", *self._loop(call, body)], ["print(total)"]

    def _parts(self, call: str) -> tuple[Lines, Lines]:
        """The parts of each chunk."""
        inner = self.draw.one(
            block("if part.text:", ['print(part.text, end="")']),
            [*block("if part.thought:", ["continue"]), 'print(part.text or "", end="")'],
            block("if part.thought:", ['print("thinking")'])
            + block("elif part.text:", ['print(part.text, end="")']),
        )

        def use(parts: str) -> Lines:
            return block(f"for part in {parts}:", inner)

        # What follows a chunk doesn't matter: `continue` goes on to the next.
        inside = Spot("continue")
        body = Reach(self.draw, inside, "chunk", CHUNK_PARTS, use, "parts").lines()
        return self._loop(call, body), ["print()"]

    def _last(self, call: str) -> tuple[Lines, Lines]:
        """The last chunk, looked at after the loop."""
        loop = self._loop(call, [*self._shown(), "last = chunk"])
        ends = self.draw.one(
            ["print(last.usage_metadata.total_token_count)"],
            block("if last and last.usage_metadata:",
                  ["print(last.usage_metadata.total_token_count)"]),
            block("if last is not None and last.candidates:",
                  ["print(last.candidates[0].finish_reason)"]),
        )  # fmt: skip
        return ["last = None", *loop], ends

    def _counted(self, call: str) -> tuple[Lines, Lines]:
        first = block("if first and chunk.text:", ['print("first:", chunk.text)', "first = False"])
        return ["first = True", *self._loop(call, first + self._shown())], ["print()"]

    def _in_an_expression(self, call: str) -> tuple[Lines, Lines]:
        form = self.draw.one(
            '"".join(chunk.text for chunk in {} if chunk.text)',
            '"".join(chunk.text or "" for chunk in {})',
            '"".join([chunk.text for chunk in {} if chunk.text is not None])',
            "[chunk.text for chunk in {} if chunk.text]",
            "any(chunk.text for chunk in {})",
        )
        return [f"answer = {form.format(call)}"], self._told("answer")

    def _in_a_list(self, call: str) -> tuple[Lines, Lines]:
        ends = self.draw.one(
            self._told('"".join(chunk.text or "" for chunk in chunks)'),
            [*block("for chunk in chunks:", self._shown()), "print()"],
            self._told("chunks[-1].usage_metadata.total_token_count"),
            [*block("if not chunks:", ['print("no chunks")']),
             *block("for chunk in chunks:", block("if chunk.text:", ["print(chunk.text)"]))],
        )  # fmt: skip
        return [f"chunks = list({call})"], ends
