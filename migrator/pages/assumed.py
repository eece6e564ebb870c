"""What a page may leave out because every reader of it knows; the codemods say what that is."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from migrator.edit.names import Key
from migrator.model import Blocker, Finding, Status
from migrator.plan.parts import MESSAGES


@dataclass(frozen=True, slots=True)
class Assumed:
    """How the examples of an SDK begin, for pages that begin in the middle.

    A program that makes one of `calls` (`models.ask`) of a name that nothing binds is taken for a
    fragment of this SDK: then the name is `client` (or `async_client`, where the call is awaited
    though its name says nothing of it), and names of `imports` that nothing binds are theirs.
    """

    package: str
    factory: str
    """The class of the clients."""
    imports: Mapping[str, str]
    calls: tuple[str, ...]
    asynchronous: str
    """The attribute of a client that holds the same calls to await."""
    client: str
    async_client: str
    note: str
    codemod: str
    code: str
    """The codemod that reports such a call, and its code."""

    def calls_in(self, line: str) -> Iterator[re.Match[str]]:
        """The calls in a line that nothing can parse; the group `call` is `models.ask`."""
        names = "|".join(map(re.escape, self.calls))
        yield from re.finditer(
            rf"(?:\b\w+|[)\]])(?:\.{self.asynchronous})?\.(?P<call>(?:{names})\b)\s*\(", line
        )

    def reported(
        self, call: re.Match[str], line: int, before: int, reason: str, *, skipped: bool
    ) -> Finding:
        """The finding about a call of `calls_in` on a 1-based line, `before` characters into it."""
        status = Status.SUPPRESSED if skipped else Status.MANUAL
        column = before + call.start() + 1
        return Finding(
            self.codemod,
            self.code,
            status,
            line,
            column,
            line,
            before + call.end(),
            MESSAGES[status].format(call=call["call"].rpartition(".")[2]),
            blocker=None if skipped else Blocker(line, column, reason),
        )

    def lines(self, tree: ast.Module, unbound: Collection[str]) -> list[str]:
        """The statements that a program leaves out; none where it is no fragment of the SDK."""
        awaited = {
            node.value.func
            for node in ast.walk(tree)
            if isinstance(node, ast.Await) and isinstance(node.value, ast.Call)
        }
        clients: dict[str, str] = {}
        known = False
        for node in ast.walk(tree):
            root, call = _chain(node)
            is_async = call.startswith(f"{self.asynchronous}.")
            if call.removeprefix(f"{self.asynchronous}.") not in self.calls:
                continue
            known = True
            if root in unbound and root not in self.imports:
                made = self.async_client if node in awaited and not is_async else self.client
                clients[root] = made.format(name=root)
        if not known:
            return []
        needed = [text for name, text in self.imports.items() if name in unbound]
        first = next(iter(self.imports.values()))
        if clients and first not in needed:
            needed.insert(0, first)
        return [*needed, *clients.values()]

    def is_imported(self, keys: Collection[Key]) -> bool:
        """Whether one of these imports is of the SDK."""
        return any(_within(self.package, key) for key in keys)

    def clients(self, tree: ast.Module) -> set[str] | None:
        """The names that a block gives to clients it makes; None where it makes none."""
        if not any(map(self._makes, ast.walk(tree))):
            return None
        names: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and any(map(self._makes, ast.walk(node.value))):
                names.update(target.id for target in node.targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
                if any(map(self._makes, ast.walk(node.context_expr))):
                    names.add(node.optional_vars.id)
        return names

    def _makes(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and _last(node.func) == self.factory


def _within(package: str, key: Key) -> bool:
    path = f"{key.module}.{key.name}" if key.name else key.module
    return f"{path}.".startswith(f"{package}.")


def _last(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _chain(node: ast.AST) -> tuple[str, str]:
    """`client.models.ask` as its first name and the rest; two empty strings for anything else."""
    parts = list(_parts(node))
    return (parts[-1], ".".join(parts[-2::-1])) if parts and parts[-1] else ("", "")


def _parts(node: ast.AST) -> Iterator[str]:
    while isinstance(node, ast.Attribute):
        yield node.attr
        node = node.value
    yield node.id if isinstance(node, ast.Name) else ""
