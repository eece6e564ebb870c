"""What was clean under Black is clean after it is rewritten, but for a few oddities."""

from __future__ import annotations

import black

from tests.oracle.cases import cases

SHARE = 0.0165
"""Operations around a call that takes several lines, and pairs that are kept on a line."""


def is_clean(source: bytes | None) -> bool:
    """Whether Black would leave a program as it is."""
    try:
        text = (source or b"").decode()
        return bool(text) and black.format_str(text, mode=black.Mode()) == text
    except (ValueError, black.InvalidInput):
        return False


def test_rewritten_programs_are_as_clean_as_before() -> None:
    changed = [case for case in cases() if case.after is not None]
    left = [case for case in changed if not is_clean(case.after)]  # few: the others ask no more
    untidy = [case.id for case in left if is_clean(case.before)]
    assert len(changed) - len(left) > 600
    assert len(untidy) <= SHARE * (len(changed) - len(left)), untidy
