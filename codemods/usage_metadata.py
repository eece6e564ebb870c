"""Read `usage` and its totals instead of `usage_metadata`.

Why: the counts have other names, and reading an old name through getattr with a default counts
nothing, silently.

Rewrites: the six counts, by a dot, getattr and hasattr, through names and helpers.

Leaves alone: details by modality and the traffic type.
"""

from __future__ import annotations

from codemods.building.interaction import attribute_read, keep, rename
from codemods.tables.api import RESPONSE, USAGE
from codemods.tables.settings import USAGE_FIELDS
from migrator.codemod import Codemod
from migrator.plan import Draft, Reading


def usage(draft: Draft, reading: Reading) -> None:
    """`response.usage_metadata` -> `response.usage`."""
    rename(draft, reading.owner, reading.node, "usage")


def count(draft: Draft, reading: Reading) -> None:
    """One of the counts."""
    rename(draft, reading.owner, reading.node, USAGE_FIELDS[attribute_read(reading.node)])


def print_usage(draft: Draft, reading: Reading) -> None:
    """All counts at once look different."""
    text = f"`{draft.source(reading.base)}` is printed whole; its fields have other names now"
    draft.doubt(reading.owner, reading.base, text)


CODEMOD = Codemod(
    code="GM013",
    name="usage-metadata",
    summary="read usage and its totals instead of usage_metadata",
    doc=__doc__ or "",
    rules={
        ("read", RESPONSE, "usage_metadata"): usage,
        **{("read", USAGE, name): count for name in USAGE_FIELDS},
        ("use", USAGE, "TRUTH"): keep,
        ("use", USAGE, "IS_NONE"): keep,
        ("use", USAGE, "FORMAT"): print_usage,
    },
)
