"""The test that dismisses most files: does the file hold any of the needles at all?"""

from __future__ import annotations

from collections.abc import Sequence


def mentions(data: bytes, needles: Sequence[bytes]) -> bool:
    """Whether `data` holds at least one of `needles`, as plain bytes.

    Chained `in` tests: each is one memory search in C, and three of them take a
    quarter of the time of one regular expression with as many alternatives.
    """
    for needle in needles:  # noqa: SIM110 - a generator costs more than the searches
        if needle in data:
            return True
    return False
