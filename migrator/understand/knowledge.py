"""What the engine must be told about an API: the shape of the tables that codemods fill.

The engine follows these types through a program without knowing what any of them means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SiteKind:
    """A method whose calls are legacy call sites.

    `returns` is a type expression; `parameters` are its names in positional order.
    """

    method: str
    returns: str
    parameters: tuple[str, ...]
    becomes: str
    """What such a call is rewritten to, for messages."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Code for something older, which is recognised and not migrated.

    It is known by `types` (their methods stand in the table of methods), or, in files that import
    one of `packages`, by `methods` of what can't be traced; or else, in files that call one of
    `calls` (attributes taken one after the other), by `reads` of attributes and `texts`.

    Where `receivers` are given, a method (the key) counts if what it is called on has a name that
    holds the word, and if one of the `replies`, attributes of what it returns, is read; but not
    attributes called one of `others`, or of something called so.
    """

    name: str
    packages: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    calls: frozenset[tuple[str, ...]] = frozenset()
    reads: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    receivers: Mapping[str, str] = field(default_factory=dict)
    replies: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The types of an API, by name.

    Type expressions: a type name, `list[X]`, `await X`, `X | None`, `?` for anything.
    """

    needles: tuple[bytes, ...]
    """A file that holds none of these byte strings has no call site."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other dotted paths of a symbol -> the canonical one."""
    attributes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(type, attribute) -> type expression of its value."""
    items: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(type of a mapping, key) -> type expression of what stands there, by `[key]` or `.get`."""
    handing_errors: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    """Dotted path of a function that calls the argument of this index or name with an error."""
    decorators: frozenset[str] = frozenset()
    """Dotted paths of decorators that leave what a function takes and gives."""
    methods: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(type, method) -> type expression of its result; `self` stands for the receiver's type."""
    iterated: Mapping[str, str] = field(default_factory=dict)
    """Type -> type expression of what iterating over it gives."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """Dotted path of a function (or class method) -> type expression of its result."""
    sites: Mapping[tuple[str, str], SiteKind] = field(default_factory=dict)
    """(type, method) -> the kind of call site a call of it is."""
    receivers: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Attribute names an untraceable receiver ends in -> the type it is taken for."""
    exports: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Module -> the names that `from module import *` binds, as far as they matter."""
    lacking: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Module -> names that it lacks, and that a module which stands in for it has."""

    pure: tuple[str, ...] = ()
    """Prefixes of dotted paths: calls of what they lead to only make something."""
    closed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Type -> all its attributes; reading any other one raises, or gives a `getattr`'s default."""
    telling_keywords: frozenset[str] = frozenset()
    """Keywords that the call of an untraceable receiver may have, and no others."""

    telling_methods: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """(type, method) that an untraceable receiver may have -> the keywords of such a call."""

    def knows(self, path: str) -> bool:
        """Whether a dotted path leads into a module whose types stand in these tables."""
        return any(path == m or path.startswith(m + ".") for m in self.exports)

    dialects: tuple[Dialect, ...] = ()

    def canonical(self, path: str) -> str:
        """The canonical dotted path of `path`."""
        if path in self.aliases:
            return self.aliases[path]
        head, _, tail = path.rpartition(".")
        if head and head in self.aliases:
            return f"{self.aliases[head]}.{tail}"
        return path

    @property
    def types(self) -> frozenset[str]:
        """The types that have methods or attributes."""
        return frozenset(name for name, _ in (*self.methods, *self.attributes, *self.sites))
