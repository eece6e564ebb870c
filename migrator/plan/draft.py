"""The plan of one module while it grows; the only thing rules write to.

Rules say what they want (`edit`), what stops a unit (`block`), what makes it unsafe (`doubt`) and
what the user should know (`note`), each in the name of an owner: the call site, or the object made
for it, whose unit it concerns.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from migrator.edit.positions import Positions
from migrator.edits import Code, Edit, NeedImport, Replace
from migrator.model import Options
from migrator.plan.inquiry import Inquiry
from migrator.plan.units import Member, Reason, Units
from migrator.registry import RuleBook
from migrator.sections import Sections
from migrator.understand import Facts
from migrator.understand.facts import origin_of
from migrator.understand.values import Object, Symbol, Unknown, Value

NOTHING: Mapping[ast.AST, ast.AST | None] = MappingProxyType({})
COPIED = "`{}` is used for something else, too, and stays what it is; calls have it written out"
MAKERS = (
    ast.Call, ast.Dict, ast.List, ast.Tuple, ast.ListComp, ast.DictComp, ast.BinOp, ast.Set,
)  # fmt: skip
"""Expressions that make an object which can be made differently instead."""
ORIGINS = (*MAKERS, ast.arg, ast.Name)
"""A `**` parameter is made by every call of its function, the lists in a dict by the name `list`
in `defaultdict(list)`."""


class Draft(Inquiry):
    """Facts to ask and a plan to fill; see the module's docstring."""

    def __init__(
        self,
        sections: Sections,
        facts: Facts,
        positions: Positions,
        options: Options,
        book: RuleBook,
        copies: Mapping[ast.AST, ast.AST | None] = NOTHING,
    ) -> None:
        super().__init__(sections, facts, positions, options, book)
        self.copies = copies
        """Objects that are written out where they are needed, and stay what they are; with a use
        that hands one to code which may change it.
        """
        self.units = Units()
        self.demanded: dict[ast.AST, str] = {}
        self.sinks: dict[ast.AST, str] = {}
        self.settled: set[ast.AST] = set()
        """Expressions whose use a codemod has seen to; they are followed no further."""
        self.migrated: frozenset[Member] = frozenset()
        """The members of the units that are migrated, once that is settled."""
        self._strangers: dict[ast.AST, tuple[Value, ...]] = {}
        self._denied: str | None = None
        self._features: dict[str, set[Member]] = {}
        self._subjects: dict[str, list[tuple[Member, ast.expr]]] = {}

    def run_module_rule(self, *key: str) -> None:
        """Run a rule about the whole module; if its codemod is off, block what it would edit."""
        found = self.book.find(*key)
        assert found is not None
        codemod, rule = found
        self._denied = None if self._selected(codemod) else codemod.name
        rule(self)
        self._denied = None

    # telling

    def edit(self, owner: Member, *edits: Edit) -> None:
        """These edits belong to the owner's unit."""
        if self._denied is not None and edits:
            text = f"it needs the codemod {self._denied}, which is not selected"
            self.block(owner, owner, text)
            return
        self.units.ledger(owner).edits.extend(edits)

    def need(self, owner: Member, node: ast.AST, module: str, name: str | None) -> None:
        """The code at `node` will name something imported, which nothing there may shadow."""
        self.edit(owner, NeedImport(module, name, None, self.span(node)))
        bare = name or module.partition(".")[0]
        path = f"{module}.{name}" if name else module
        structure = self.facts.structure
        for scope in (
            structure.scope_of[node],
            *self.facts.state.scope_chain(structure.scope_of[node]),
        ):
            if bare not in structure.locals_of[scope]:
                continue
            bound = self.facts.state.bound.get((scope, bare), frozenset())
            if bound != frozenset({Symbol(path)}):
                text = f"the rewrite needs {path}, but the name {bare} means something else here"
                self.block(owner, node, text)

    def name(self, owner: Member, node: ast.AST, module: str, name: str) -> str:
        """How the code at `node` names a thing of a module: as the program does, if it has both.

        It is needed as it is named: alone where it is imported so, else with its module.
        """
        structure, state = self.facts.structure, self.facts.state
        here = structure.scope_of[node]
        alone, whole = (
            any(
                state.bound.get((scope, bare)) == frozenset({Symbol(path)})
                for scope in (here, *state.scope_chain(here))
            )
            for bare, path in ((name, f"{module}.{name}"), (module, module))
        )
        if alone and not whole:
            self.need(owner, node, module, name)
            return name
        self.need(owner, node, module, None)
        return f"{module}.{name}"

    def replace(self, owner: Member, node: ast.AST, code: Code) -> None:
        """Put `code` in the place of `node`."""
        self.edit(owner, Replace(self.span(node), code))

    def block(self, owner: Member, node: ast.AST, reason: str) -> None:
        """`node` stops the owner's unit: a person must migrate it."""
        self.units.ledger(owner).blockers.append(Reason(node, reason))

    def doubt(self, owner: Member, node: ast.AST, reason: str) -> None:
        """`node` makes the owner's unit unsafe."""
        self.units.ledger(owner).doubts.append(Reason(node, reason))

    def placeless(self, owner: Member, setting: str) -> None:
        """Interactions have no place for a setting of the owner's: the bridge can't carry it."""
        self.units.ledger(owner).placeless.append(setting)

    def note(self, owner: Member, text: str) -> None:
        """Something the user should know once the unit is migrated."""
        self.units.ledger(owner).notes.append(text)

    def gone(self, owner: Member, read: ast.Attribute) -> None:
        """No rewrite of the owner's unit may leave this read of an attribute where it stands."""
        self.units.ledger(owner).gone.append(self.positions.attribute_name(read))

    def join(self, one: Member, other: Member) -> None:
        """The two owners live and die together."""
        self.units.join(one, other)

    def join_makers(self, node: ast.expr) -> tuple[Value, ...]:
        """The legacy calls that may have made `node` live and die together; what else it may be."""
        strangers = self._strangers.get(node)
        if strangers is None:
            made = self.facts.by_origin(node)
            sites = [origin for origin in made if origin and origin in self.legacy_calls]
            for site in sites[1:]:
                self.join(sites[0], site)
            others = [values for origin, values in made.items() if origin not in self.legacy_calls]
            strangers = tuple(value for values in others for value in values)
            self._strangers[node] = strangers
        return strangers

    def feature(self, owner: Member, name: str) -> None:
        """The owner's request asks for something that changes what may come back."""
        self._features.setdefault(name, set()).add(owner)

    def has_feature(self, base: ast.expr, owner: Member, name: str) -> bool:
        """Whether a request whose result `base` may be has the feature.

        A feature of an object made elsewhere (a shared config) counts for its whole unit; that of
        a call whose result requests are sent through, for those.
        """
        members = self._features.get(name)
        if not members:
            return False
        unit = self.units.find(owner)
        results = self.facts.by_origin(base)
        asked = {*results, *(sender for call in results for sender in self._senders(call))}
        sites = self.legacy_calls
        return any(
            member in asked or (member not in sites and self.units.find(member) is unit)
            for member in members
        )

    def _senders(self, call: ast.AST | None) -> Iterable[ast.AST | None]:
        """The calls that made the object whose method `call` is, such as a conversation."""
        method = getattr(call, "func", None)
        return self.facts.by_origin(method.value) if isinstance(method, ast.Attribute) else ()

    def remember(self, owner: Member, name: str, node: ast.expr) -> None:
        """An expression of the owner's request that other rules of the unit may ask for."""
        self._subjects.setdefault(name, []).append((owner, node))

    def subject(self, owner: Member, name: str) -> ast.expr | None:
        """The one expression remembered for the owner's unit under `name`; None if not just one."""
        found = self.remembered(owner, name)
        alike = {ast.unparse(node) for node in found}
        return found[0] if len(alike) == 1 else None

    def remembered(self, owner: Member, name: str) -> list[ast.expr]:
        """The expressions remembered for the owner's unit under `name`."""
        unit = self.units.find(owner)
        return [n for m, n in self._subjects.get(name, ()) if self.units.find(m) is unit]

    def all_remembered(self, name: str) -> list[tuple[Member, ast.expr]]:
        """Every expression remembered under `name`, with its owner."""
        return list(self._subjects.get(name, ()))

    # objects that must be made differently

    def convert(self, node: ast.expr, kind: str, owner: Member) -> Code:
        """What to put where `node` stands, so that it is a new-style `kind`.

        An object written right here is built anew by the rule `("build", kind)`. One that comes
        from elsewhere is rebuilt where it is made, and all its uses are followed; whatever has no
        such place is judged by `("value", kind)`.
        """
        if self._made_here(node):
            return self.build(node, kind, owner)
        copied = self.copied(node, owner)
        if copied is not None:
            rule = self.rule("copied", kind)
            named = rule(self, copied, owner) if rule is not None else None
            return named if named is not None else self.build(copied, kind, owner)
        self.sinks[node] = kind
        judge = self.rule("value", kind)
        for value in self.in_view(node) or {Unknown()}:
            origin = origin_of(value)
            if self.can_rebuild(value, kind):
                assert origin is not None
                self.demand(origin, kind, owner)
            elif judge is None:
                self.block(owner, node, f"{self.quote(node)} can't be followed to where it is made")
            else:
                judge(self, node, value, owner)
        return self.hole(node)

    def copied(self, node: ast.expr, owner: Member) -> ast.expr | None:
        """The literal that is written out in the place of `node`, if there is one; see `copies`."""
        made = [origin_of(value) for value in self.in_view(node)]
        if len(made) != 1 or made[0] not in self.copies:
            return None
        origin = made[0]
        assert isinstance(origin, ast.expr)
        module = self.facts.structure.module
        if module(origin) is not module(node):
            return None  # what its names mean in the other module nobody knows here
        self.note(owner, COPIED.format(self.quote(node)))
        strange = self.copies[origin]
        if strange is not None:
            text = f"`{self.quote(strange)}` is assumed not to be changed where it is handed on"
            self.doubt(owner, strange, text)
        return origin

    def can_rebuild(self, value: Value, kind: str) -> bool:
        """Whether `value` is an object made in this module, by an expression of our own to edit."""
        if not isinstance(value, Object) or value.path or not isinstance(value.origin, ORIGINS):
            return False
        accepts = self.rule("accepts", kind)
        if accepts is None:
            return not isinstance(value.origin, (ast.arg, ast.Name))
        return bool(accepts(self, value))

    def _made_here(self, node: ast.expr) -> bool:
        if not isinstance(node, (*MAKERS, ast.Constant, ast.JoinedStr)):
            return False
        if isinstance(node, ast.Call):  # a call of a helper hands on what was made in there
            return any(isinstance(v, Object) and v.origin is node for v in self.values(node))
        return True

    def build(self, node: ast.expr | ast.arg, kind: str, owner: Member) -> Code:
        """The new-style `kind` that stands for the object `node` makes."""
        builder = self.rule("build", kind)
        if builder is None:
            self.block(owner, node, f"no selected codemod builds {kind}")
            return self.hole(node)
        code: Code = builder(self, node, owner)
        return code

    def demand(self, origin: ast.AST, kind: str, owner: Member) -> None:
        """The object made by `origin` must be a new-style `kind` from now on."""
        self.join(owner, origin)
        known = self.demanded.get(origin)
        if known is None:
            self.demanded[origin] = kind
            assert isinstance(origin, (ast.expr, ast.arg))
            code = self.build(origin, kind, origin)
            if code != self.hole(origin):
                self.replace(origin, origin, code)
            after = self.rule("rebuilt", kind)
            if after is not None:
                after(self, origin)
        elif not self.is_alike(origin, known, kind):
            self.block(owner, origin, f"{self.quote(origin)} is used both as {known} and as {kind}")

    def is_alike(self, origin: ast.AST, *kinds: str) -> bool:
        """Whether the object made by `origin` becomes the same as each of the kinds."""
        if len(set(kinds)) == 1:
            return True
        rule = self.rule("alike", *sorted(kinds))
        return rule is not None and bool(rule(self, origin))
