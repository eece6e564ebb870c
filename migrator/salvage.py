"""One unit that can't be carried out costs its own call sites, never the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from migrator.plan import Part, Plan
from migrator.verify import VerificationError

Made = TypeVar("Made")
"""What carrying a plan out makes: a text, or several."""

REASON = "the rewrite of this code was left out, because the result failed a check: {}"


def carried_out(plan: Plan, carry: Callable[[Plan], Made]) -> tuple[Made, Plan]:
    """What `carry` makes of the plan, and the plan as far as it could be carried out.

    `carry` raises VerificationError, or whatever it stumbles over.
    Most plans can, as a whole. Where one can't, the units at fault are found by halving, and those
    that only fail together are all left out: so a second run finds the same.
    """
    try:
        return carry(plan), plan
    except Exception as error:
        first = error
    attempts = _Attempts(plan, carry)
    kept = attempts.most([part for part in plan.parts if part.edits])
    if not attempts.reasons:
        raise first
    done = attempts.only(kept)
    return carry(done), done


class _Attempts(Generic[Made]):
    """What came of carrying out some of a plan's units."""

    def __init__(self, plan: Plan, carry: Callable[[Plan], Made]) -> None:
        self._plan = plan
        self._carry = carry
        self.reasons: dict[Part, str] = {}

    def only(self, kept: Sequence[Part]) -> Plan:
        """The plan with all units left out but those in `kept`."""
        chosen = set(kept)
        return Plan(
            tuple(
                part
                if part in chosen or not part.edits
                else part.left_out(self.reasons.get(part, REASON.format("it was not tried")))
                for part in self._plan.parts
            )
        )

    def most(self, parts: list[Part]) -> list[Part]:
        """Those of `parts` that can be carried out, each and all together."""
        error = self._error(parts)
        if error is None:
            return parts
        if len(parts) == 1:
            self.reasons[parts[0]] = error
            return []
        middle = len(parts) // 2
        left, right = self.most(parts[:middle]), self.most(parts[middle:])
        if not left or not right or self._error([*left, *right]) is None:
            return [*left, *right]
        for part in right:
            left = self._with(left, part)
        return left

    def _with(self, parts: list[Part], new: Part) -> list[Part]:
        """`parts` and `new`; neither it nor those it contradicts, where they can't be together."""
        error = self._error([*parts, new])
        if error is None:
            return [*parts, new]
        against = [part for part in parts if self._error([part, new]) is not None]
        self.reasons.update(dict.fromkeys([*against, new], error))
        return [part for part in parts if part not in against]

    def _error(self, parts: Sequence[Part]) -> str | None:
        """Why these units can't be carried out together; None where they can."""
        if not parts:
            return None
        try:
            self._carry(self.only(parts))
        except VerificationError as error:
            return REASON.format(error)
        except Exception as error:
            return REASON.format(f"{type(error).__name__}: {error}")
        return None
