"""Read `thought` steps instead of parts with `thought` set.

Why: a thought is a step of its own. Its text is in the content of its `summary`, which may be
missing; a signature is the thought's, not that of the part that followed.

Rewrites: `part.thought` as a test, in loops, comprehensions and guards; the `text` of what may be a
thought. Loops that don't tell thoughts from answers go through the content of both.

Leaves alone: `thought_signature` (hand all steps on instead), and pictures in thoughts.
"""

from __future__ import annotations

from codemods.reply.field_tests import read_thought
from codemods.tables.api import PART
from migrator.codemod import Codemod
from migrator.plan import Draft, Reading

SIGNATURE = (
    "a thought's signature is in a step of its own now (step.signature, base64); to continue the "
    "conversation, hand all steps on or pass previous_interaction_id"
)


def signature(draft: Draft, reading: Reading) -> None:
    """`part.thought_signature` has no place on an item."""
    draft.block(reading.owner, reading.node, SIGNATURE)


CODEMOD = Codemod(
    code="GM028",
    name="thought-steps",
    summary="read thought steps instead of parts with thought set",
    doc=__doc__ or "",
    rules={
        ("read", PART, "thought"): read_thought,
        ("read", PART, "thought_signature"): signature,
    },
)
