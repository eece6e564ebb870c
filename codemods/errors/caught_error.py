"""An error that the program has caught, or is handed, and what may be said of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.objects.calls_run import Reach
from codemods.tables.errors import CODE, DETAILS, STATUS
from migrator.edits import Code, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.shared_edits import Owners
from migrator.understand.structure import has_parameter
from migrator.understand.values import Object

PARTS = frozenset({STATUS, CODE, DETAILS})


class Caught(Owners):
    """One error that code looks at, in the name of the sites that may have raised it.

    `origin` is the handler that catches it, or the call that hands it to a function. `pure` says
    that nothing but errors of the SDK comes there; `others` that errors other than the new ones do,
    and `streams` that some come in the middle of a stream.
    """

    def __init__(
        self,
        draft: Draft,
        members: Iterable[Member],
        origin: ast.AST,
        *,
        pure: bool,
        others: bool,
        streams: bool,
    ) -> None:
        super().__init__(draft, members)
        self.origin = origin
        self.pure = pure
        self.others = others
        self.streams = streams
        self.named = False
        """Whether the classes caught are those of a tuple with a name, which keeps the old ones."""
        self.reach: Reach | None = None
        """What was tried where it was caught, if that is known."""
        self.seen: set[ast.AST] = set()
        """Expressions that were planned with another error, which may stand there as well."""

    @property
    def keeps_old(self) -> bool:
        """Whether an old class is still named where the error is caught or tested."""
        return self.mixed or self.named

    @property
    def mixed(self) -> bool:
        """Whether an old error, or one of another library, may stand there as well."""
        return self.others or not self.pure

    def uses(self) -> list[ast.expr]:
        """Every expression that may be the error, a part of it, or its text."""
        return [
            node
            for node in self.draft.facts.uses.get(self.origin, ())
            if isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and node not in self.seen
        ]

    def is_error(self, node: ast.expr) -> bool:
        """Whether `node` may be the error itself."""
        return any(not v.path and v.type not in PARTS for v in self._objects(node))

    def is_text(self, node: ast.expr) -> bool:
        """Whether `node` may be the text of the error."""
        return any(v.path == ("str()",) for v in self._objects(node))

    def is_part(self, node: ast.expr, kind: str) -> bool:
        """Whether `node` may be the error's status, code or details."""
        return any(v.type == kind for v in self._objects(node))

    def _objects(self, node: ast.AST) -> list[Object]:
        values = self.draft.values(node)
        return [v for v in values if isinstance(v, Object) and v.origin is self.origin]

    def name_at(self, node: ast.expr) -> str | None:
        """How the error is called where `node`, a text of it, stands; None if it has no name."""
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Name, ast.Attribute)) and self.is_error(inner):
                return self.draft.source(inner)
        name = self._handler_name(node)
        if name is not None:
            return name
        structure = self.draft.facts.structure
        function = structure.enclosing_function(node)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for use in self.uses():
                same = structure.enclosing_function(use) is function
                parameter = isinstance(use, ast.Name) and has_parameter(function, use.id)
                if same and parameter and self.is_error(use):
                    return self.draft.source(use)
        return None

    def _handler_name(self, node: ast.expr) -> str | None:
        if not isinstance(self.origin, ast.ExceptHandler) or self.origin.name is None:
            return None
        name, structure = self.origin.name, self.draft.facts.structure
        current: ast.AST | None = node
        while current is not None and current is not self.origin:
            if isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return None
            current = structure.parent(current)
        inside = {store for store in structure.stores(name) if _stands_in(store, self.origin)}
        return name if current is self.origin and not inside else None

    def status_of(self, name: str) -> Code:
        """The HTTP status of the error called `name`, None if it has none."""
        if self.mixed:
            return Template((f'getattr({name}, "status_code", None)',))
        return Template((f"{name}.status_code",))


def share(errors: list[Caught]) -> None:
    """Errors that meet in a function are looked at by the same code: what holds for one of them
    holds for all, and all of their sites own the edits.
    """
    groups: dict[ast.AST, list[Caught]] = {}
    for caught in errors:
        met = [groups[use] for use in caught.uses() if use in groups]
        together = list(dict.fromkeys([c for group in met for c in group] + [caught]))
        for one in together:
            groups.update(dict.fromkeys(one.uses(), together))
    for together in {id(group): group for group in groups.values()}.values():
        members = dict.fromkeys(m for caught in together for m in caught.members)
        for caught in together:
            caught.members = sorted(members, key=caught.draft.line)
            caught.pure = all(other.pure for other in together)
            caught.others = any(other.others for other in together)
            caught.streams = any(other.streams for other in together)
            caught.named = any(other.named for other in together)


def _stands_in(node: ast.expr, handler: ast.ExceptHandler) -> bool:
    end = handler.end_lineno or handler.lineno
    return handler.lineno <= node.lineno <= end
