"""`python -m tests.oracle.try_case [--write] CASE...`: what becomes of cases of one script.

Prints the patch and the findings of each case, runs both programs on each SDK and in every mood
that they can tell apart, and says where they differ. `--write` first writes `after.py`, and
`findings.json` where not everything is migrated and there is none: read them, for the tests only
hold what comes out against what is written.
"""

from __future__ import annotations

import difflib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from migrator.model import FileResult, Finding, Source, Status
from migrator.pipeline import migrate

from .cases import Case, options_of
from .compare import compare
from .mood_rules import moods_for
from .programs import Oracle
from .unkind import changes_in_mood


def _rewritten(case: Case, data: bytes, *, cautious: bool = False) -> FileResult:
    options = options_of(case)
    options = replace(options, unsafe_fixes=options.unsafe_fixes and not cautious)
    (result,) = migrate([Source(case.name, data)], options, edit=True)
    return result


def written_down(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """The findings as `findings.json` holds them, without notes."""
    listed: list[dict[str, Any]] = []
    for one in sorted(findings, key=lambda f: (f.line, f.column)):
        entry: dict[str, Any] = {"line": one.line, "status": one.status.value}
        if one.blocker is not None:
            entry |= {"at": one.blocker.line, "reason": one.blocker.reason}
        listed.append(entry)
    return listed


def _write(case: Case, result: FileResult) -> None:
    after, told = case.folder / f"after{case.suffix}", case.folder / "findings.json"
    after.unlink(missing_ok=True)
    if result.output is not None:
        after.write_bytes(result.output)
    found = _rewritten(case, case.before, cautious=True).findings
    if told.exists():
        print("findings.json is kept; what it would hold now:", json.dumps(written_down(found)))
    elif any(one.status is not Status.MIGRATED for one in found):
        text = json.dumps(written_down(found), indent=2, ensure_ascii=False)
        told.write_text(text + "\n", encoding="utf-8")


def _show(case: Case, result: FileResult) -> None:
    after = case.before if result.output is None else result.output
    old, new = (text.decode().splitlines(keepends=True) for text in (case.before, after))
    if result.output is None:
        print("stays as it is")
    sys.stdout.writelines(difflib.unified_diff(old, new, case.name, f"after{case.suffix}"))
    for one in result.findings:
        stop = f"; line {one.blocker.line}: {one.blocker.reason}" if one.blocker else ""
        print(f"{one.line} {one.code} {one.status.value}: {one.message}{stop}")
    for note in dict.fromkeys(note for one in result.findings for note in one.notes):
        print(f"    {note}")


def _try(case: Case, result: FileResult, oracle: Oracle) -> None:
    if result.output is None or not case.runs:
        return
    again = _rewritten(case, result.output).output
    print("second run:", "the same" if again is None else "CHANGES")
    header = options_of(case).header != "off"
    original, rewritten = case.program(case.before), case.program(result.output)
    for worker in oracle.workers:
        before, after = (oracle.run(program, worker) for program in (original, rewritten))
        found = compare(before, after, header=header, cautious=False)
        if any(one.status is not Status.MIGRATED for one in result.findings):
            found = [text for text in found if "the older API is still asked" not in text]
        print(f"{worker.sdk}: exit {before.exit}, {len(before.asked)} asked", end="; ")
        print("DIFFERS" if found else "the same", *found, sep="\n  ")
    moods = list(moods_for(original.text))
    for mood in moods:
        said = changes_in_mood(
            *(oracle, oracle.workers[-1], original, rewritten, mood, result.findings),
            header=header,
        )
        if said:
            print(f"in the mood {mood.name}: DIFFERS", *said, sep="\n  ")
    print(f"{len(moods)} moods tried")


def main(arguments: list[str]) -> int:
    """Try each case that is named; gives the exit code."""
    folders = [Path(name).resolve() for name in arguments if name != "--write"]
    missing = [folder for folder in folders if not (folder / "before.py").is_file()]
    if missing or not folders:
        print(__doc__ if not folders else f"no before.py in {missing[0]}", file=sys.stderr)
        return 2
    with Oracle() as oracle:
        for folder in folders:
            case = Case(folder)
            print(f"=== {folder.parent.name}/{folder.name}")
            result = _rewritten(case, case.before)
            if result.error is not None:
                print(result.error)
                continue
            _show(case, result)
            if "--write" in arguments:
                _write(case, result)
            _try(case, result, oracle)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
