"""The ways to reach a field of a reply that may be missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .draw import Draw, Lines, block

Use = Callable[[str], Lines]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the lines stand: `leave` is `return` or `continue`, or nothing where none goes.

    `gives` says that a `return` hands the value back; otherwise it is printed first.
    """

    leave: str = ""
    gives: bool = False

    def leaving(self, value: str) -> Lines:
        """The lines that tell a value and end the turn."""
        if self.leave == "return" and self.gives:
            return [f"return {value}"]
        return [f"print({value})", self.leave]


@dataclass(frozen=True, slots=True)
class Path:
    """Fields from a value on: attributes and the first of a list, in order."""

    steps: tuple[str, ...]
    default: str = '"nothing"'

    def upto(self, base: str, count: int) -> str:
        """The expression of the first fields."""
        return base + "".join("[0]" if s == "[0]" else f".{s}" for s in self.steps[:count])

    def whole(self, base: str) -> str:
        """The expression of the field itself."""
        return self.upto(base, len(self.steps))

    def prefixes(self) -> list[int]:
        """How many fields may be asked about."""
        return list(range(1, len(self.steps) + 1))


@dataclass(frozen=True, slots=True)
class Reach:
    """Writes the lines that look at a field of `base` and hand it to `use`."""

    draw: Draw
    spot: Spot
    base: str
    path: Path
    use: Use
    name: str = "found"

    def lines(self) -> Lines:
        """In one of the ways."""
        ways = [
            self._plainly, self._with_or, self._in_a_condition, self._under_if, self._under_ifs,
            self._in_a_chain, self._under_walrus, self._tried, self._by_getattr, self._by_match,
        ]  # fmt: skip
        if self.spot.leave:
            ways += [self._left_early, self._left_early, self._step_by_step, self._step_by_step]
        if "[0]" in self.path.steps:
            ways += [self._by_next, self._by_length]
        if not self.spot.leave:
            ways += [self._raising]
        return self.draw.one(*ways)()

    @property
    def _whole(self) -> str:
        return self.path.whole(self.base)

    def _asked(self, count: int, *, without: bool = False) -> str:
        """A test whether there is something at a prefix; `without` asks the opposite."""
        value = self.path.upto(self.base, count)
        before = self.path.upto(self.base, count - 1)
        last = self.path.steps[count - 1]
        follows = self.path.steps[count] if count < len(self.path.steps) else ""
        forms = [(value, f"not {value}"), (value, f"not {value}")]
        forms.append((f"{value} is not None", f"{value} is None"))
        if follows == "[0]":
            forms.append((f"len({value}) > 0", f"len({value}) == 0"))
        if last != "[0]":
            asked = f'hasattr({before}, "{last}")'
            got = f'getattr({before}, "{last}", None)'
            forms += [(asked, f"not {asked}"), (got, f"not {got}")]
        return self.draw.one(*forms)[without]

    def _tests(self) -> list[str]:
        return [self._asked(count) for count in self.draw.some(self.path.prefixes())]

    def _plainly(self) -> Lines:
        return self.use(self._whole)

    def _with_or(self) -> Lines:
        value = f"{self._whole} or {self.path.default}"
        if self.draw.maybe():
            return [f"{self.name} = {value}", *self.use(self.name)]
        return self.use(f"({value})")

    def _in_a_condition(self) -> Lines:
        value = f"{self._whole} if {' and '.join(self._tests())} else {self.path.default}"
        return [f"{self.name} = {value}", *self.use(self.name)]

    def _under_if(self) -> Lines:
        found = block(f"if {' and '.join(self._tests())}:", self.use(self._whole))
        return found + self._otherwise()

    def _otherwise(self) -> Lines:
        """What follows an `if` whose test doesn't hold."""
        return block("else:", [f"print({self.path.default})"]) if self.draw.maybe() else []

    def _under_ifs(self) -> Lines:
        lines = self.use(self._whole)
        for test in reversed(self._tests()):
            lines = block(f"if {test}:", lines)
        return lines

    def _in_a_chain(self) -> Lines:
        chain = " and ".join([*self._tests(), self._whole])
        if self.draw.maybe():
            value = f"({chain}) or {self.path.default}"
            return [f"{self.name} = {value}", *self.use(self.name)]
        return [f"{self.name} = {chain}", *block(f"if {self.name}:", self.use(self.name))]

    def _under_walrus(self) -> Lines:
        count = self.draw.one(*self.path.prefixes())
        bound = self.path.upto(self.base, count)
        rest = Path(self.path.steps[count:]).whole(self.name)
        more = "" if rest == self.name or self.draw.maybe() else f" and {rest}"
        walrus = f"({self.name} := {bound})" if more or self.draw.maybe() else ""
        head = f"if {walrus or f'{self.name} := {bound}'}{more}:"
        return block(head, self.use(rest)) + self._otherwise()

    def _tried(self) -> Lines:
        errors = self.draw.one(
            "(AttributeError, IndexError, TypeError)", "(IndexError, AttributeError)",
            "Exception", "(AttributeError, IndexError, KeyError, TypeError)", "AttributeError",
            "IndexError", "TypeError",
        )  # fmt: skip
        if self.draw.maybe():
            tried = block("try:", self.use(self._whole))
            return tried + block(f"except {errors}:", [f"print({self.path.default})"])
        bound = block("try:", [f"{self.name} = {self._whole}"])
        other = block(f"except {errors}:", [f"{self.name} = {self.path.default}"])
        return [*bound, *other, *self.use(self.name)]

    def _by_getattr(self) -> Lines:
        """By `getattr` as far as the first list, and on from there as elsewhere."""
        count = (*self.path.steps, "[0]").index("[0]")
        value = self.base
        last = self.draw.one("None", "None", '""', self.path.default)
        for number, step in enumerate(self.path.steps[:count], 1):
            inner = number < len(self.path.steps)
            value = f'getattr({value}, "{step}", {"None" if inner else last})'
        if count == len(self.path.steps) and self.draw.maybe():
            value += f" or {self.path.default}"
        return [f"{self.name} = {value}", *self._from_name(count)]

    def _from_name(self, count: int) -> Lines:
        """What lies behind the prefix that a name holds."""
        rest = Path(self.path.steps[count:])
        lines = self.use(rest.whole(self.name))
        test, without = self.draw.one(
            (self.name, f"not {self.name}"), (f"{self.name} is not None", f"{self.name} is None")
        )
        if self.spot.leave and self.draw.maybe():
            return block(f"if {without}:", self.spot.leaving(self.path.default)) + lines
        return block(f"if {test}:", lines) + self._otherwise()

    def _by_match(self) -> Lines:
        count = self.draw.one(*self.path.prefixes())
        subject = self.path.upto(self.base, count)
        follows = self.path.steps[count : count + 1]
        rest = self.path.steps[count:]
        if follows == ("[0]",):
            held = Path(rest[1:]).whole(self.name)
            cases = block(f"case [{self.name}, *_]:", self.use(held))
        else:
            cases = block("case None:", [f"print({self.path.default})"])
            cases += block(f"case {self.name}:", self.use(Path(rest).whole(self.name)))
            return block(f"match {subject}:", cases)
        return block(f"match {subject}:", cases + block("case _:", [f"print({self.path.default})"]))

    def _left_early(self) -> Lines:
        counts = self.draw.some(self.path.prefixes())
        test = " or ".join(self._asked(count, without=True) for count in counts)
        return block(f"if {test}:", self.spot.leaving(self.path.default)) + self.use(self._whole)

    def _step_by_step(self) -> Lines:
        """Names for some of the values on the way, each with its own guard."""
        found: Lines = []
        value, names = self.base, ("first", "second", "third", "fourth")
        counts = [c for c in self.draw.some(self.path.prefixes()) if c < len(self.path.steps)][:4]
        last = 0
        for name, count in zip(names, counts, strict=False):
            found.append(f"{name} = {Path(self.path.steps[last:count]).whole(value)}")
            value, last = name, count
            if self.draw.maybe():
                test = self.draw.one(f"not {name}", f"{name} is None")
                found += block(f"if {test}:", self.spot.leaving(self.path.default))
        return found + self.use(Path(self.path.steps[last:]).whole(value))

    def _by_next(self) -> Lines:
        count = self.path.steps.index("[0]")
        many = self.path.upto(self.base, count)
        many = self.draw.one(many, f"{many} or []", f"{many} or ()")
        found = [f"{self.name} = next(iter({many}), None)"]
        return found + self._from_name(count + 1)

    def _by_length(self) -> Lines:
        many = self.path.upto(self.base, self.path.steps.index("[0]"))
        test = self.draw.one(
            f"len({many}) > 0", f"len({many}) >= 1", f"bool({many})", f"any({many})"
        )
        head = f"if {many} and {test}:" if self.draw.maybe() else f"if {test}:"
        return block(head, self.use(self._whole)) + self._otherwise()

    def _raising(self) -> Lines:
        counts = self.draw.some(self.path.prefixes())
        test = " or ".join(self._asked(count, without=True) for count in counts)
        return [*block(f"if {test}:", ['raise ValueError("no reply")']), *self.use(self._whole)]
