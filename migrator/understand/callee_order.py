"""The order in which several callees are called."""

from __future__ import annotations

from migrator.understand.values import Value


def order(value: Value) -> tuple[str, int, int, str]:
    """The same order in every run: of functions, where they stand; of symbols, their path."""
    node = getattr(value, "at", None) or getattr(value, "node", None)
    place = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    receiver = getattr(value, "receiver", None)
    made = getattr(receiver, "origin", None) or getattr(receiver, "node", None)
    name = str(getattr(value, "path", "")) + str(getattr(value, "name", ""))
    known = f"{getattr(made, 'lineno', 0):9}:{getattr(made, 'col_offset', 0)}"
    return type(value).__name__, *place, f"{name} {known}"
