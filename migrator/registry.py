"""Collects the codemods by walking their package; nothing else in the engine names one."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import codemods as package
from migrator.model import Requirement

if TYPE_CHECKING:
    from migrator.codemod import Codemod, Rule, RuleKey
    from migrator.pages.assumed import Assumed
    from migrator.understand.knowledge import Knowledge


@dataclass(frozen=True)
class RuleBook:
    """Every rule by key, with the codemod it belongs to."""

    rules: dict[RuleKey, tuple[Codemod, Rule]]

    def keys(self, first: str) -> tuple[RuleKey, ...]:
        """The keys that begin with a word, in order."""
        return self._by_first.get(first, ())

    @cached_property
    def _by_first(self) -> dict[str, tuple[RuleKey, ...]]:
        found: dict[str, tuple[RuleKey, ...]] = {}
        for key in sorted(self.rules):
            found[key[0]] = (*found.get(key[0], ()), key)
        return found

    def find(self, *key: str) -> tuple[Codemod, Rule] | None:
        """The rule under `key` and its codemod."""
        return self.rules.get(key)


@lru_cache(maxsize=1)
def codemods() -> tuple[Codemod, ...]:
    """Every codemod, sorted by code.

    Raises ValueError if two codemods share a code or a name.
    """
    found: list[Codemod] = []
    for room in package.ROOMS[1:]:  # tables have none
        inside = importlib.import_module(f"{package.__name__}.{room}")
        for module in pkgutil.iter_modules(inside.__path__, f"{inside.__name__}."):
            codemod = getattr(importlib.import_module(module.name), "CODEMOD", None)
            if codemod is not None:
                found.append(codemod)
    found.sort(key=lambda codemod: codemod.code)
    names = [c.code for c in found] + [c.name for c in found]
    if len(set(names)) != len(names):
        raise ValueError("two codemods share a code or a name")
    return tuple(found)


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The rules of every codemod in one table.

    Raises ValueError if two codemods claim the same key.
    """
    rules: dict[RuleKey, tuple[Codemod, Rule]] = {}
    for codemod in codemods():
        for key, rule in codemod.rules.items():
            if key in rules:
                other = rules[key][0]
                raise ValueError(f"{codemod.code} and {other.code} both claim {key}")
            rules[key] = (codemod, rule)
    return RuleBook(rules)


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """What the codemods tell the engine about the API's types."""
    found: Knowledge = importlib.import_module(package.__name__ + ".tables.knowledge").KNOWLEDGE
    return found


@lru_cache(maxsize=1)
def requirement() -> Requirement:
    """The package that rewritten code needs, and the oldest of its versions that will do."""
    found = importlib.import_module(package.__name__ + ".tables.package")
    return Requirement(found.NAME, found.OLDEST, found.OLDEST_PYTHON)


@lru_cache(maxsize=1)
def assumed() -> Assumed:
    """How the examples of a page begin that leave their beginning out."""
    found: Assumed = importlib.import_module(package.__name__ + ".tables.pages").ASSUMED
    return found


def bridge_name() -> str:
    """The usual name of the bridge, the file of ours that programs get a copy of."""
    return package.BRIDGE


@lru_cache(maxsize=1)
def bridge_text() -> bytes:
    """What the bridge consists of."""
    from importlib.resources import files

    return (files(package) / "bridge" / f"{package.BRIDGE}.py").read_bytes()


def description() -> str:
    """What the codemods do, in one line."""
    return package.DESCRIPTION


def needles() -> tuple[bytes, ...]:
    """Byte strings of which a file with a call site holds at least one.

    Costs no import beyond the package's own: this is asked for every file of a tree.
    """
    return package.NEEDLES


def clues() -> tuple[tuple[tuple[bytes, ...], ...], ...]:
    """A file that holds a needle is looked at closer if, of each group of one of these ways, it
    holds one byte string."""
    return (
        (package.METHODS, package.CLUES),
        (package.OLDER_PACKAGES,),
        (package.INTERACTIONS, package.OLDER_READS),
        (package.BRIDGED,),
    )
