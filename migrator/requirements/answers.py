"""What becomes of a file that states requirements, and what is told of it. Pure."""

from __future__ import annotations

from dataclasses import replace

from migrator.model import FileResult, Requirement, RequirementKind, RequirementNote, Source
from migrator.requirements.locks import COMMANDS, locked
from migrator.requirements.sources import Page, Unreadable, read_page
from migrator.requirements.stated import Form, Stated, old_pythons_only, verdict
from migrator.requirements.verdicts import Kind, Verdict

OUTSIDE = "it is not among the files that this run may change; name it, too"


def answer(source: Source, page: Page, needs: Requirement, *, admitted: bool) -> FileResult:
    """The file with its requirements raised, where it is `admitted`, and what there is to say."""
    notes: list[RequirementNote] = []
    edits: list[tuple[int, str, str]] = []
    for stated in page.stated:
        note, edit = _told(stated, page, needs, admitted=admitted)
        if note is not None:
            notes.append(note)
            edits += [(stated.start, stated.text, edit)] if edit else []
    notes.sort(key=lambda note: (note.line, note.column))
    if not edits:
        return FileResult(source.path, requirements=tuple(notes))
    try:
        output = _edited(page, edits, needs)
    except (Unreadable, UnicodeError) as error:
        return FileResult(source.path, error=f"{error}; the file keeps its bytes")
    return FileResult(source.path, output=output, requirements=tuple(notes))


def lock_answer(path: str, name: str, text: str, needs: Requirement) -> FileResult | None:
    """What is told of a lock file; None where the package isn't in it."""
    found = locked(text, needs.name)
    if found is None:
        return None
    command = COMMANDS[name].format(needs.name)
    held = f"{needs.name} {found.version}".strip()
    how = f"run `{command}`" if command else "have it written anew"
    message = f"holds {held} and stays as it is; {how}"
    place = Stated(found.start, needs.name, Form.SOURCE)
    return FileResult(path, requirements=(_note(text, place, RequirementKind.LOCKED, message),))


def _told(
    stated: Stated, page: Page, needs: Requirement, *, admitted: bool
) -> tuple[RequirementNote | None, str]:
    """What is said of a statement, and the text that takes its place, if one does."""
    found = verdict(stated, needs)
    if found.kind is Kind.ENOUGH:
        return None, ""
    kind, message = _said(stated, found, page, needs, admitted=admitted)
    edit = found.wanted if kind is RequirementKind.RAISED else ""
    return _note(page.text, stated, kind, message), edit


def _said(
    stated: Stated, found: Verdict, page: Page, needs: Requirement, *, admitted: bool
) -> tuple[RequirementKind, str]:
    shown = f"{stated.label} {stated.text}".strip() if stated.label else stated.text
    least = f"{needs.name} {needs.version}"
    if stated.form is Form.PYTHON:
        return RequirementKind.CHOICE, (
            f"{shown} lets in Pythons that {least} doesn't run on: write {found.wanted}, "
            f"or leave the calls as they are"
        )
    if page.kind == "commands":
        return RequirementKind.COMMAND, (
            f"installs {shown}, and the new code needs {least}: write {_whole(stated, needs)}"
        )
    if old_pythons_only(stated, needs):
        return RequirementKind.CHOICE, (
            f"{shown} is for Pythons below {needs.python} alone, and {least} doesn't run on them: "
            "take it out, or leave the calls as they are"
        )
    if found.kind is Kind.UNREAD:
        return RequirementKind.CHOICE, f"{shown} can't be compared: see that it is {least} or newer"
    if page.compiled:
        return RequirementKind.LOCKED, (
            f"locks {shown} and stays as it is: the new code needs {least}; have it compiled anew"
        )
    if found.kind is Kind.SHUT:
        return RequirementKind.CHOICE, (
            f"{shown} keeps out {least}, which the new code needs: write {_whole(stated, needs)} "
            "where nothing else relies on the bound, or leave the calls as they are"
        )
    if not stated.piece:
        return RequirementKind.CHOICE, (
            f"{shown} is not written in one piece: write {_whole(stated, needs)}, which the new "
            "code needs"
        )
    if not admitted:
        return RequirementKind.OUTSIDE, (
            f"{shown} lets in versions that are too old for the new code; {OUTSIDE}"
        )
    return RequirementKind.RAISED, f"{shown} becomes {found.wanted}, which the new code needs"


def _whole(stated: Stated, needs: Requirement) -> str:
    """What a requirement of at least what is needed looks like."""
    if stated.form is Form.CLAUSES:
        return f">={needs.version}"
    return f"{needs.name}>={needs.version}"


def _edited(page: Page, edits: list[tuple[int, str, str]], needs: Requirement) -> bytes:
    """The bytes of the file with its edits. Raises Unreadable and UnicodeError."""
    text = page.text
    for start, old, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[start + len(old) :]
    output = page.encode(text)
    again = read_page(page.kind, output, needs.name)
    again = as_limits(again) if page.limits else again
    told = [_told(stated, again, needs, admitted=True) for stated in again.stated]
    if len(again.stated) != len(page.stated) or any(edit for _, edit in told):
        raise Unreadable("its requirements can't be raised safely")
    return output


def _note(text: str, stated: Stated, kind: RequirementKind, message: str) -> RequirementNote:
    """The note at the place of a statement, or where it begins if that is not in one piece."""
    line = text.count("\n", 0, stated.start) + 1
    column = stated.start - (text.rfind("\n", 0, stated.start) + 1) + 1
    end = column + (len(stated.text) if stated.piece else 0)
    return RequirementNote(kind, line, column, end, message)


def as_limits(page: Page) -> Page:
    """The page of a file that another one takes in as constraints."""
    stated = tuple(replace(s, limit=True) for s in page.stated)
    return replace(page, stated=stated, limits=True)
