"""What programs do about errors of a request."""

from __future__ import annotations

from dataclasses import dataclass

from .draw import Draw, Lines, block
from .reach import Spot

SDK = "(errors.ClientError, errors.ServerError)"
CLAUSES = (
    "errors.APIError", "errors.APIError", "errors.ClientError", "errors.ServerError", "Exception",
    SDK, "(errors.APIError, ConnectionError)",
)  # fmt: skip
CODES = (
    "{}.code == 429", "{}.code in (429, 503)", "{}.code in {{429, 500, 503}}", "{}.code >= 500",
    "{}.code != 429", "400 <= {}.code < 500", "{}.code in RETRIED",
)  # fmt: skip
WORDS = (
    '{}.status == "RESOURCE_EXHAUSTED"', '{}.status in ("UNAVAILABLE", "RESOURCE_EXHAUSTED")',
    '"429" in str({})', '"RESOURCE_EXHAUSTED" in str({})', '"503" in str({})',
    '"quota" in str({}).lower()', '"INVALID_ARGUMENT" in {}.message',
    "isinstance({}, errors.ServerError)", 'getattr({}, "code", None) == 429',
    'hasattr({0}, "code") and {0}.code == 503', '{}.status == "UNAVAILABLE"',
    '"not found" in {}.message.lower()', '"UNAVAILABLE" in str({}) or "503" in str({})',
)  # fmt: skip
LENIENT = (
    '"429" in str({})', '"RESOURCE_EXHAUSTED" in str({})', '"503" in str({})',
    '"quota" in str({}).lower()', "isinstance({}, errors.ServerError)",
    'getattr({}, "code", None) == 429', 'hasattr({0}, "code") and {0}.code == 503',
    "isinstance({0}, errors.APIError) and {0}.code == 429",
    '"UNAVAILABLE" in str({0}) or "503" in str({0})',
)  # fmt: skip
"""Tests of errors that need not be those of the SDK."""
SAID = (
    'print("failed")', 'print("failed", {}.code)',
    'print(f"Error {{{0}.code}}")',
    'print(f"failed: {{{0}}}")', 'print({}.message)', 'print({}.status)',
    "print(type({}).__name__)",
    'print(str({})[:3])', "print({}.details)",
    "logging.warning({0})", 'logging.error("failed: %s", {0})',
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Handlers:
    """Puts a request and what follows under care; `repeats` says that a decorator tries again.

    No two of them try again: the server's patience with a mood would end.
    """

    draw: Draw
    spot: Spot
    asynchronous: bool = False
    repeats: bool = False

    def around(self, request: Lines, rest: Lines) -> Lines:
        """The request and the rest, in one of the ways."""
        ways = [self._bare, self._bare, self._tried, self._tried, self._whole, self._suppressed]
        ways += [] if self.repeats else [self._retried, self._waiting]
        return self.draw.one(*ways)(request, rest)

    def _bare(self, request: Lines, rest: Lines) -> Lines:
        return request + rest

    def _test(self, error: str, clause: str) -> str:
        if not clause.startswith("errors.") and clause != SDK:
            forms: tuple[str, ...] = LENIENT
        else:
            forms = CODES if self.draw.maybe() else WORDS
        return self.draw.one(*forms).replace("{}", "{0}").format(error)

    def _said(self, error: str, clause: str) -> str:
        said = [form for form in (*SAID[:3], *SAID) if clause != "Exception" or "}." not in form]
        return self.draw.one(*said).replace("{}", "{0}").format(error)

    def _reaction(self, clause: str, error: str) -> Lines:
        """What is said of the error, on which condition."""
        said = [self._said(error, clause)]
        if clause == "Exception" and self.draw.maybe():
            return ['print("failed")']
        kind = self.draw.below(5 if clause.startswith("errors.") or clause == SDK else 4)
        if kind < 2:
            return said
        if kind == 2:
            other = self.draw.one(["raise"], [self._said(error, clause)])
            return [*block(f"if {self._test(error, clause)}:", said), *block("else:", other)]
        if kind == 3:
            found = block(f"if {self._test(error, clause)}:", ['print("slow down")'])
            found += block(f"elif {self._test(error, clause)}:", ['print("try again")'])
            return found + block("else:", said)
        cases = [*block("case 429:", ['print("slow down")']), *block("case 500 | 503:", said)]
        cases += block("case _:", [self.draw.one("raise", 'print("failed")')])
        return block(f"match {error}.code:", cases)

    def _clauses(self, ends: Lines) -> Lines:
        error = self.draw.one("error", "e", "exc")
        clause = self.draw.one(*CLAUSES)
        found = self._clause(clause, error, ends)
        if clause in ("errors.ClientError", "errors.APIError") and self.draw.maybe():
            other = "errors.ServerError" if clause == "errors.ClientError" else "Exception"
            found += self._clause(other, error, ends)
        return found

    def _clause(self, clause: str, error: str, ends: Lines) -> Lines:
        body = self._reaction(clause, error) + ends
        named = f" as {error}" if any(_names(line, error) for line in body) else ""
        return block(f"except {clause}{named}:", body)

    @property
    def _ends(self) -> Lines:
        if self.spot.leave == "return":
            return ["return None" if self.spot.gives else "return"]
        return [self.spot.leave] if self.spot.leave else []

    def _tried(self, request: Lines, rest: Lines) -> Lines:
        if self._ends and self.draw.maybe():
            return block("try:", request) + self._clauses(self._ends) + rest
        return block("try:", request) + self._clauses([]) + block("else:", rest)

    def _whole(self, request: Lines, rest: Lines) -> Lines:
        found = block("try:", request + rest) + self._clauses(
            self._ends if self.draw.maybe() else []
        )
        return found + (block("finally:", ['print("done")']) if self.draw.maybe(4) else [])

    def _suppressed(self, request: Lines, rest: Lines) -> Lines:
        what = self.draw.one("errors.APIError", "Exception", "errors.ServerError")
        return block(f"with contextlib.suppress({what}):", request + rest)

    def _sleep(self) -> str:
        wait = "await asyncio.sleep" if self.asynchronous else "time.sleep"
        return f"{wait}({self.draw.one('1', '2 ** attempt', 'min(8, attempt + 1)')})"

    def _retry_clause(self, gives_up: str) -> Lines:
        clause = self.draw.one("errors.APIError", "errors.ServerError", "Exception")
        body = []
        if self.draw.maybe():
            test = self._test("error", clause)
            body = self.draw.one(
                block(f"if not ({test}):", ["raise"]),
                block(f"if not ({test}) or {gives_up}:", ["raise"]),
            )
        elif self.draw.maybe():
            body = block(f"if {gives_up}:", ["raise"])
        body += [self.draw.one('print("again")', self._said("error", clause)), self._sleep()]
        named = " as error" if any(_names(line, "error") for line in body) else ""
        return block(f"except {clause}{named}:", body)

    def _retried(self, request: Lines, rest: Lines) -> Lines:
        """A loop that tries a few times."""
        tried = block("try:", [*request, "break"]) + self._retry_clause("attempt == 2")
        if self.draw.maybe():
            return block("for attempt in range(3):", tried) + rest
        other = ['print("gave up")', *self._ends]
        if self._ends or self.draw.maybe():
            other = other if self._ends else ['raise RuntimeError("gave up")']
        return block("for attempt in range(3):", tried) + block("else:", other) + rest

    def _waiting(self, request: Lines, rest: Lines) -> Lines:
        """A loop that counts its attempts."""
        tried = block("try:", [*request, "break"]) + self._retry_clause("attempt >= 2")
        return ["attempt = 0", *block("while attempt < 3:", [*tried, "attempt += 1"]), *rest]


TENACITY = (
    "retry_if_exception_type(errors.ServerError)",
    "retry_if_exception_type((errors.APIError, ConnectionError))",
    "retry_if_exception(lambda e: isinstance(e, errors.APIError) and e.code in (429, 503))",
    'retry_if_exception(lambda e: "429" in str(e) or "503" in str(e))',
    'retry_if_exception(lambda e: getattr(e, "code", None) in (429, 500, 503))',
    "retry_if_exception(is_temporary)",
)
TEMPORARY = (
    "return isinstance(error, errors.APIError) and error.code in (429, 500, 503)",
    "return isinstance(error, errors.ServerError)",
    'return "503" in str(error)',
    "return getattr(error, 'code', 0) >= 500",
    'return isinstance(error, errors.APIError) and error.status == "UNAVAILABLE"',
)


def decorator(draw: Draw) -> tuple[Lines, Lines]:
    """A decorator that tries again, and the definitions it needs."""
    if draw.maybe():
        predicate = draw.one(*TENACITY)
        ends = draw.one(", reraise=True", "")
        line = f"@retry(stop=stop_after_attempt(3), wait=wait_fixed(1), retry={predicate}{ends})"
        defined = block("def is_temporary(error):", [draw.one(*TEMPORARY)])
        return [line], [*defined, "", ""] if "is_temporary" in line else []
    tried = [*block("try:", ["return function(*args, **kwargs)"])]
    tried += Handlers(draw, Spot())._retry_clause("attempt == 2")
    loop = [*block("for attempt in range(3):", tried), 'raise RuntimeError("gave up")']
    wrapper = [*block("def wrapper(*args, **kwargs):", loop), "", "return wrapper"]
    wrapper.insert(0, "@functools.wraps(function)")
    return ["@again"], [*block("def again(function):", wrapper), "", ""]


def _names(line: str, name: str) -> bool:
    """Whether a line speaks of the error."""
    words = line.replace("{", " ").replace("(", " ").replace(".", " ").replace(")", " ")
    return name in words.replace("}", " ").replace(",", " ").replace(":", " ").split()
