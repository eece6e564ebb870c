"""Numbers, told apart by value alone."""

from __future__ import annotations

from typing import Any


def number(value: Any) -> Any:
    """A number without the difference between 1 and 1.0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return int(value) if float(value).is_integer() else round(float(value), 6)
