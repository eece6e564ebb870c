"""The arguments of a call, evaluated."""

from __future__ import annotations

from dataclasses import dataclass

from migrator.understand.values import Values


@dataclass(frozen=True, slots=True)
class Arguments:
    """The evaluated arguments of a call, without those a forwarding function keeps for itself."""

    positional: tuple[Values, ...]
    keywords: dict[str, Values]
    spread: bool
    """Whether `*args` or `**kwargs` adds arguments that are not listed here."""

    def after(self, count: int) -> Arguments:
        """The same without the first `count` positional arguments."""
        return Arguments(self.positional[count:], self.keywords, self.spread)
