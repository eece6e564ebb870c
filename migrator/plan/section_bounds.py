"""What may not happen to a program of several modules: code that would change its module, edits of
a module that may not be changed.
"""

from __future__ import annotations

from migrator.edits import Arguments, Edit, NeedImport, Placed, Span, holes, new_code, start_of
from migrator.plan.draft import Draft
from migrator.plan.units import Member

ELSEWHERE = "`{}` stands in {}, and would have to be moved into {}; write it there by hand"
REFUSED = "{} must change with it, and {}"


def check_sections(draft: Draft, members: list[Member]) -> None:
    """Stop a unit whose edits can't be carried out section by section."""
    if len(draft.sections.parts) == 1:
        return
    ledger = draft.units.summary(members)
    for edit in ledger.edits:
        reason = _refused(draft, edit) or (
            None if isinstance(edit, NeedImport) else _moved(draft, edit)
        )
        if reason is not None:
            draft.block(members[0], members[0], reason)
            return


def _refused(draft: Draft, edit: Edit) -> str | None:
    part = draft.sections.at(start_of(edit))
    return REFUSED.format(part.path, part.refused) if part.refused is not None else None


def _moved(draft: Draft, edit: Placed) -> str | None:
    """What is said of an expression that an edit takes into another module."""
    part = draft.sections.at(edit.span.start)
    for span in _taken(edit):
        other = draft.sections.at(span.start)
        if other is not part:
            source = " ".join(draft.text[span.start : span.end].split())
            return ELSEWHERE.format(source[:60], other.path, part.path)
    return None


def _taken(edit: Placed) -> list[Span]:
    """The spans of the original code that an edit takes along."""
    items = edit.items if isinstance(edit, Arguments) else ()
    spans = [item.source for item in items if item.source is not None]
    return spans + [hole.span for code in new_code(edit) for hole in holes(code)]
