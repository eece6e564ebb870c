"""Finish reasons that are tested by the words they are printed as."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from codemods.tables.settings import FINISH_REASONS, REFUSALS
from migrator.plan import Draft

NO_REASON = re.compile(r"\d+|FinishReason\.\w+")
"""Texts that people compare with to be sure, and that no finish reason is equal to."""


@dataclass(frozen=True, slots=True)
class Words:
    """`str(reason) == "FinishReason.STOP"` and the like: the test and the words it asks for."""

    test: ast.Compare
    operator: str
    words: tuple[ast.Constant, ...]
    whole: bool
    """Whether a word must be all that is printed."""

    def unmatched(self) -> ast.Constant | None:
        """A word that nothing was printed as, and that no other word of the test stands for."""
        printed = [w for w in self.words if str(w.value).startswith("FinishReason.")]
        covered = {status for word in printed for status in statuses_of(word)}
        others = (w for w in self.words if w not in printed and set(statuses_of(w)) - covered)
        return next(others, None) if self.whole else None


def words_tested(draft: Draft, reason: ast.expr) -> Words | None:
    """The test of what `reason` is printed as, where it stands in one."""
    call = draft.facts.structure.parent(reason)
    test = draft.facts.structure.parent(call) if call is not None else None
    if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "str":
        return None
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    left, right = test.left, test.comparators[0]
    listed = isinstance(test.ops[0], (ast.In, ast.NotIn))
    equal = isinstance(test.ops[0], (ast.Eq, ast.NotEq)) and call is left
    several = right.elts if isinstance(right, (ast.Tuple, ast.List, ast.Set)) else None
    if listed and call is left and several is not None:
        named = [word for word in several if not _is_number(word)]
    elif (listed and call is right) or equal:
        named = [left if listed else right]
    else:
        return None
    words = tuple(word for word in named if isinstance(word, ast.Constant))
    if not words or len(words) < len(named):
        return None
    same = isinstance(test.ops[0], (ast.In, ast.Eq))
    return Words(test, "==" if same else "!=", words, whole=call is left)


def statuses_of(word: ast.Constant) -> list[str]:
    """The statuses of the reasons whose names hold the word."""
    name = str(word.value).rpartition(".")[2].upper()
    known = sorted(FINISH_REASONS.keys() | REFUSALS)
    found = [FINISH_REASONS.get(known_name, "failed") for known_name in known if name in known_name]
    return list(dict.fromkeys(found)) if name else []


def is_no_reason(node: ast.expr) -> bool:
    """Whether `node` is a text that no finish reason is equal to: a number, or a printed member."""
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and NO_REASON.fullmatch(text) is not None


def _is_number(node: ast.expr) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and text.isdigit()
