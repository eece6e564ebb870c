"""The contract between the engine and a codemod: an id, a page of reference, and rules.

A rule is a function under a key, a tuple of strings such as `("setting", "temperature")`. Codemods
find each other's rules by key only, so a rule that is missing, or switched off, is a blocker and
never a crash.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

RuleKey = tuple[str, ...]
Rule = Callable[..., Any]


class Applicability(enum.Enum):
    """The most that a codemod's edits may claim."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Codemod:
    """One item of the migration checklist.

    `order` sorts the codemods of the reference; `doc` is the module's docstring.
    """

    code: str
    name: str
    summary: str
    doc: str
    applicability: Applicability = Applicability.SAFE
    rules: Mapping[RuleKey, Rule] = field(default_factory=dict)
