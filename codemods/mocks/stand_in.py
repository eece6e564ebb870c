"""A mock of the method, and the calls of the program that it stands in for."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from codemods.mocks.needs import Needs, needs_of
from migrator.connections import reached
from migrator.edits import Replace
from migrator.plan import Draft, is_in_tests, leave_to_hand
from migrator.plan.units import Member
from migrator.understand import CallSite
from migrator.understand.fixtures import is_fixture
from migrator.understand.structure import Structure
from migrator.understand.values import Class, Function, Method, Object

FOLLOWED = (Class, Function, Method)
MOCKED = "generate_content is mocked here; the tests must mock interactions.create instead"
MOCKS = frozenset({"MagicMock", "Mock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock"})
NAMESPACES = frozenset({"SimpleNamespace"})


@dataclass(slots=True)
class StandIn:
    """The calls that a mock stands in for, all of whose units live and die with it."""

    draft: Draft
    sites: tuple[CallSite, ...]
    needs: Needs
    done: set[ast.AST] = field(default_factory=set)
    """What is rewritten already."""

    @property
    def owner(self) -> Member:
        """A member of the unit of them all."""
        return self.sites[0].call

    @property
    def structure(self) -> Structure:
        """The outline of the program."""
        return self.draft.facts.structure

    def refuse(self, node: ast.AST, why: str) -> None:
        """The mock can't be rewritten as it must be for what it stands in for."""
        text = why if is_in_tests(self.draft, node) else f"{MOCKED} ({why})"
        leave_to_hand(self.draft, self.owner, node, text)

    def first(self, node: ast.AST) -> bool:
        """Whether `node` has not been seen to before; it has now."""
        fresh = node not in self.done
        self.done.add(node)
        return fresh

    def rename(self, node: ast.Attribute | ast.keyword, name: str) -> None:
        """Give an attribute or a keyword argument another name."""
        positions = self.draft.positions
        if isinstance(node, ast.Attribute):
            span = positions.attribute_name(node)
        else:
            span = positions.keyword_name(node)
        self.draft.edit(self.owner, Replace(span, name))

    def quote(self, node: ast.AST) -> str:
        """The text of `node` for a message."""
        return self.draft.quote(node)

    def in_test(self, node: ast.AST) -> bool:
        """Whether `node` stands in a test; a program of one file is its own."""
        tests = self.structure.links.tests
        return not tests or self.structure.module(node) in tests

    def is_read_of_reply(self, node: ast.expr) -> bool:
        """Whether `node` of the program may be the reply of one of the calls."""
        return any(node in self.draft.facts.uses.get(site.call, ()) for site in self.sites)

    def is_followed(self, call: ast.Call) -> bool:
        """Whether what a call is given is seen where it is used."""
        values = self.draft.values(call.func)
        return bool(values) and all(isinstance(v, FOLLOWED) for v in values)

    def loads(self, name: ast.Name) -> list[ast.Name] | None:
        """Where a name is read that `name` binds; None where something else binds it, too."""
        mentions = self.structure.mentions(self.structure.owner_of(name), name.id)
        bound = [m for m in mentions if not isinstance(m.ctx, ast.Load)]
        return [m for m in mentions if m not in bound] if bound == [name] else None


def stand_in(draft: Draft, node: ast.AST, sites: Iterable[CallSite]) -> StandIn:
    """What the mock at `node` stands in for; their units are one from now on."""
    found = tuple(sites)
    for site in found[1:]:
        draft.join(found[0].call, site.call)
    made = StandIn(draft, found, needs_of(draft, found))
    strange = made.needs.strange()
    if strange is not None:
        made.refuse(node, f"`{strange}` of the reply is read, which is not carried over to mocks")
    return made


def sites_tested_by(draft: Draft, node: ast.AST, method: str | None = None) -> list[CallSite]:
    """The calls (of one method) that tests can reach which are, or use, the module of `node`."""
    structure = draft.facts.structure
    around = _modules_around(structure, structure.module(node))
    named = [s for s in draft.facts.sites if method in {None, s.kind.method}]
    return [site for site in named if structure.module(site.call) in around]


def of_kind(sites: Iterable[CallSite], *, is_async: bool) -> list[CallSite]:
    """Those of the calls that are made of an async client, or those that are not; all if none."""
    sites = list(sites)
    found = [site for site in sites if _is_async(site) == is_async]
    return found if found or is_async else sites


def _is_async(site: CallSite) -> bool:
    receiver = site.method.receiver
    return isinstance(receiver, Object) and receiver.type.rpartition(".")[2].startswith("Async")


def _modules_around(structure: Structure, module: ast.Module) -> set[ast.Module]:
    """What a module imports, and what those import that take from it: tests use its fixtures."""
    imports = structure.links.imports()
    importers: dict[ast.Module, list[ast.Module]] = {}
    for source, targets in imports.items():
        for target in targets:
            importers.setdefault(target, []).append(source)
    tests = structure.links.tests
    up = reached([module], importers) & tests
    return reached({module, *_users_of_fixtures(structure, module), *up}, imports)


def _users_of_fixtures(structure: Structure, module: ast.Module) -> set[ast.Module]:
    """The other tests with a function that has a parameter called like a fixture of `module`."""
    given = {
        function.name
        for function in structure.functions
        if not isinstance(function, ast.Lambda)
        and structure.module(function) is module
        and is_fixture(function)
    }
    takers = {
        structure.module(function)
        for function in structure.functions
        if any(argument.arg in given for argument in function.args.args)
    }
    return (takers & structure.links.tests) - {module}
