"""Collects the settings of a new-style call and lays them out as arguments or as a dict."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from codemods.objects.conditional_settings import Test, only_if
from migrator.edits import Code, DictCode, Item, ListCode, Span
from migrator.plan import Draft
from migrator.plan.units import Member

GENERATION = "generation_config"
FORMAT = "response_format"
WHOLE = "**a fresh dict "
"""How the name begins under which a dict is kept that no one else has."""
GROUPS = frozenset({GENERATION, FORMAT})
"""Arguments that gather several old settings."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of an old config that a rule translates.

    `value` is its expression, `source` the argument or entry it was written as.
    """

    owner: Member
    name: str
    value: ast.expr
    source: Span
    into: Settings


@dataclass(frozen=True, slots=True)
class Spread:
    """What a dict that is spread may set: arguments, and the `generation_config` in it."""

    names: frozenset[str] = frozenset()
    generation: Code | None = None
    shown: str = ""
    """The dict, as messages quote it."""
    inside: Settings | None = None
    """What the dict sets if `test` holds, where it is written out."""
    test: Test | None = None
    place: int = 0
    """How many entries of `generation_config` are written before it."""


@dataclass(slots=True)
class Settings:
    """Arguments of `create`, in the order they were written; nested ones gather by their group."""

    order: list[str] = field(default_factory=list)
    flat: dict[str, Item] = field(default_factory=dict)
    groups: dict[str, dict[str, Item]] = field(default_factory=dict)
    spreads: dict[str, Spread] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    """How many dicts are spread before an entry of `generation_config`."""
    modalities: tuple[str, ...] | None = None
    said: bool = False
    """What the reply shall consist of, where the config says so."""
    modality_source: Span | None = None
    json_test: Test | None = None
    """Whether JSON is asked for, where that depends."""
    schema_test: Test | None = None
    """Whether there is a schema, where that depends."""
    continued: bool = False
    """Whether another call may continue this one, so that the server must keep it."""

    def top(self, name: str, value: Code, source: Span | None) -> None:
        """Add an argument of `create`."""
        self.order.append(name)
        self.flat[name] = Item(value, name, source=source)

    def nested(self, group: str, name: str, value: Code, source: Span | None) -> None:
        """Add an entry of a dict argument such as `generation_config`."""
        if group not in self.groups:
            if group not in self.order:  # a modality may have asked for it
                self.order.append(group)
            self.groups[group] = {}
        self.groups[group][name] = Item(value, name, source=source)
        self.ranks[name] = len(self.spreads)

    def nested_spread(self, group: str, value: Code, source: Span | None) -> None:
        """Add `**value` to a dict argument."""
        self.nested(group, f"**{len(self.groups.get(group, {}))}", value, source)
        entries = self.groups[group]
        self.ranks[next(reversed(entries))] = len(self.spreads)
        entries[next(reversed(entries))] = Item(value, "**", source=source)

    def nested_whole(self, group: str, value: Code, source: Span | None) -> None:
        """Add a fresh dict to a dict argument, or let it be the argument where there is no more."""
        self.nested(group, f"{WHOLE}{len(self.groups.get(group, {}))}", value, source)
        entries = self.groups[group]
        entries[next(reversed(entries))] = Item(value, "**", source=source)

    def nested_if(
        self, test: Test, group: str, name: str, value: Code, source: Span | None
    ) -> None:
        """Add an entry of a dict argument that is there if a test holds."""
        self.nested_spread(group, only_if(test, Item(value, name)).value, source)

    def spread(self, value: Code, source: Span | None, sets: Spread | None = None) -> None:
        """Add `**value`, of which it is known what it `sets`."""
        key = f"**{len(self.order) + 1}"
        self.spreads[key] = sets or Spread()
        self.order.append(key)
        self.flat[key] = Item(value, "**", source=source)

    def drop_spread(self, key: str) -> None:
        """Take a dict out that is spread, of which nothing is left."""
        rank = list(self.spreads).index(key)
        self.ranks = {n: r - (r > rank) for n, r in self.ranks.items()}
        self.order.remove(key)
        del self.spreads[key], self.flat[key]

    def take(self, others: Settings, names: Iterable[str]) -> None:
        """Add some of the settings gathered elsewhere."""
        for name in names:
            self.order.append(name)
            if name in others.flat:
                self.flat[name] = others.flat[name]
            elif name == FORMAT:
                self.groups |= {k: v for k, v in others.groups.items() if k.startswith(FORMAT)}
                self.modalities = others.modalities
                self.modality_source = others.modality_source
                self.said = others.said
                self.json_test, self.schema_test = others.json_test, others.schema_test
            else:
                self.groups[name] = others.groups[name]
            if name in others.spreads:
                self.spreads[name] = others.spreads[name]
        self.ranks |= others.ranks

    def become(self, items: Iterable[Item]) -> None:
        """Hold these items instead, in their order."""
        self.order, self.flat, self.groups = [], {}, {}
        for number, item in enumerate(items):
            key = f"**{number}" if item.name in {None, "**"} else item.name or ""
            self.order.append(key)
            self.flat[key] = item

    def own(self, group: str) -> None:
        """Let a dict argument that comes with a dict that is spread be one of its own."""
        if group not in self.groups and any(group in s.names for s in self.spreads.values()):
            self.order.append(group)
            self.groups[group] = {}

    def groups_among(self, names: Collection[str]) -> set[str]:
        """Which of some dict arguments entries are put into."""
        found = {FORMAT if name.startswith(FORMAT) else name for name in self.groups}
        return found & set(names)

    def modality(
        self, modalities: tuple[str, ...], source: Span | None, *, said: bool = False
    ) -> None:
        """Ask for text, images or audio; the formats of each may be set before or after.

        What a model does by itself is left unsaid, unless it must be `said`.
        """
        self.modalities = modalities
        self.said = said
        self.modality_source = source
        if FORMAT not in self.order:
            self.order.append(FORMAT)

    def format(self, modality: str, name: str, value: Code, source: Span | None) -> None:
        """Add an entry to the format of one modality, such as the aspect ratio of images."""
        if FORMAT not in self.order:
            self.order.append(FORMAT)
        self.groups.setdefault(_format_of(modality), {})[name] = Item(value, name, source=source)

    def names(self) -> set[str]:
        """The arguments that are set."""
        return {name for name in self.order if not name.startswith("**")}

    def twice(self) -> set[str]:
        """The arguments that several dicts, or a dict and the settings, may set."""
        if not self.spreads:
            return set()
        named = [self.names(), *(spread.names for spread in self.spreads.values())]
        return {n for i, names in enumerate(named) for n in names if any(n in o for o in named[:i])}

    def items(self) -> tuple[Item, ...]:
        """The settings as entries of a dict: of two that are the same, the last counts."""
        merged = GENERATION in self.twice()
        names = [n for n in self.order if not (merged and n == GENERATION)]
        items = [item for name in names if (item := self._item(name)) is not None]
        return (*items, *((self._merged(),) if merged else ()))

    def arguments(self) -> tuple[Item, ...]:
        """The settings as arguments of a call: none of them comes twice."""
        twice = self.twice()
        if not twice:
            return self.items()
        inside = [i for i in self.items() if i.name == "**" or i.name in twice]
        whole = Item(DictCode(tuple(inside)), "**")
        rest = [i for i in self.items() if i == inside[0] or i not in inside]
        return tuple(whole if i == inside[0] else i for i in rest)

    def _merged(self) -> Item:
        """One `generation_config` for those that would replace each other."""
        own = self.groups.get(GENERATION, {})
        spreads = list(self.spreads.values())
        entries: list[Item] = []
        for rank in range(len(spreads) + 1):
            if rank and (inner := spreads[rank - 1].generation) is not None:
                entries.append(Item(inner, "**"))
            entries += [item for name, item in own.items() if self.ranks[name] == rank]
        return Item(DictCode(tuple(entries)), GENERATION)

    def _item(self, name: str) -> Item | None:
        if name in self.flat:
            return self.flat[name]
        if name == FORMAT:
            found = self._formats()
            if found is None or self.json_test is None:
                return found
            return only_if(self.json_test, found)
        entries = self.groups[name]
        if len(entries) == 1 and next(iter(entries)).startswith(WHOLE):
            (whole,) = entries.values()
            return Item(whole.value, name, source=whole.source)
        return _entries(name, entries)

    def _formats(self) -> Item | None:
        """`response_format`: one format, a list of them, or nothing where text is asked for."""
        modalities = self.modalities
        if modalities is None:
            images = bool(self.groups.get(_format_of("image")))
            modalities = ("text", "image") if images else ("text",)  # what a model does by itself
        found = [self._format(name) for name in modalities]
        if modalities == ("text",) and FORMAT not in self.groups and not self.said:
            return None
        if len(found) == 1:
            return _entries(FORMAT, found[0], self.modality_source)
        source = self.modality_source
        return Item(ListCode(tuple(Item(_dict(f)) for f in found)), FORMAT, source=source)

    def _format(self, modality: str) -> dict[str, Item]:
        entries = dict(self.groups.get(_format_of(modality), {}))
        if "schema" in entries and self.schema_test is not None and self.json_test is None:
            entries["schema"] = only_if(self.schema_test, entries["schema"])
        return _format(modality, entries)


def _format_of(modality: str) -> str:
    """The group that holds the format of a modality."""
    return FORMAT if modality == "text" else f"{FORMAT} {modality}"


def _format(modality: str, entries: dict[str, Item]) -> dict[str, Item]:
    """The entries of one format, `type` first."""
    if modality == "text" and entries:
        return _ordered_format(entries)
    return {"type": Item(f'"{modality}"', "type"), **entries}


def _entries(name: str, entries: dict[str, Item], source: Span | None = None) -> Item:
    first = source or next((i.source for i in entries.values() if i.source), None)
    return Item(_dict(entries), name, source=None if len(entries) > 1 else first)


def _dict(entries: dict[str, Item]) -> DictCode:
    return DictCode(tuple(entries.values()))


def _ordered_format(entries: dict[str, Item]) -> dict[str, Item]:
    """`type` and `mime_type` come first, as the API's own examples write them."""
    head = {"type": Item('"text"', "type"), "mime_type": Item('"application/json"', "mime_type")}
    return {**head, **entries}


def add_header(settings: Settings, header: Item) -> None:
    """Give the call a header, merged into `extra_headers` that are there already."""
    known = settings.flat.get("extra_headers")
    if known is None:
        settings.top("extra_headers", DictCode((header,)), None)
        return
    items = known.value.items if isinstance(known.value, DictCode) else (Item(known.value, "**"),)
    if not any((i.name or "").lower() == (header.name or "").lower() for i in items):
        merged = DictCode((*items, header))
        settings.flat["extra_headers"] = Item(merged, "extra_headers", source=known.source)


def translate(draft: Draft, setting: Setting) -> None:
    """Have the rule of the field put the setting where it belongs."""
    rule = draft.rule("setting", setting.name)
    if rule is not None:
        rule(draft, setting)
        return
    off = draft.switched_off("setting", setting.name)
    reason = (
        f"{setting.name} needs the codemod {off}, which is not selected"
        if off
        else f"GenerateContentConfig has no field {setting.name}; this call can't have worked"
    )
    draft.block(setting.owner, setting.value, reason)
