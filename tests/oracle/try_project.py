"""`python -m tests.oracle.try_project [--write] CASE...`: what becomes of projects.

Prints the patch and the findings of each case, runs both programs on each SDK and in every mood
that they can tell apart. `--write` writes `after/` and `findings.json` first: look at them.
"""

from __future__ import annotations

import difflib
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migrator.model import Finding, Status

from .commands import run_command
from .compare import compare
from .environments import scratch
from .mood_rules import moods_for
from .programs import Oracle
from .projects import Project, tree
from .unkind import changes_in_mood

Files = Mapping[str, bytes]


def migrated(
    project: Project, files: Files, *, cautious: bool = False
) -> tuple[Files, list[dict[str, Any]]]:
    """What the installed command makes of a project, and its findings, each with its `path`.

    `cautious` leaves `--unsafe-fixes` out.
    """
    arguments = [a for a in project.arguments if not (cautious and a == "--unsafe-fixes")]
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        for name, data in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        words = ["--in-place", "--output-format", "json", *arguments, *project.named]
        done = run_command(*words, cwd=Path(folder))
        assert done.returncode in (0, 1, 3), (done.stderr + done.stdout).decode()
        report = json.loads(done.stdout)
        found = [{"path": f["path"], **one} for f in report["files"] for one in f["findings"]]
        return tree(Path(folder)), found


def as_findings(found: list[dict[str, Any]]) -> list[Finding]:
    """Reported findings as the moods ask for them."""
    kept = ("codemod", "code", "line", "column", "end_line", "end_column", "message")
    return [
        Finding(
            **{name: one[name] for name in kept},
            status=Status(one["status"]),
            notes=tuple(one["notes"]),
        )
        for one in found
    ]


def written_down(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings as `findings.json` holds them."""
    listed = []
    for one in found:
        entry = {"path": one["path"], "line": one["line"], "status": one["status"]}
        if blocker := one["blocker"]:
            elsewhere = {"in": blocker["path"]} if "path" in blocker else {}
            entry |= {"at": blocker["line"], **elsewhere, "reason": blocker["reason"]}
        listed.append(entry)
    return listed


def _write(project: Project, after: Files, found: list[dict[str, Any]]) -> None:
    folder = project.folder / "after"
    shutil.rmtree(folder, ignore_errors=True)
    if after != project.before:
        for name, data in after.items():
            if name in project.bridges:
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    path = project.folder / "findings.json"
    path.unlink(missing_ok=True)
    if any(one["status"] != "migrated" for one in found):
        path.write_text(json.dumps(written_down(found), indent=1) + "\n", encoding="utf-8")


def _show(project: Project, after: Files, found: list[dict[str, Any]]) -> None:
    for name, data in project.before.items():
        if name in project.bridges:
            continue
        old, new = (text.decode().splitlines(keepends=True) for text in (data, after[name]))
        sys.stdout.writelines(difflib.unified_diff(old, new, name, name, n=2))
    for one in found:
        blocker = one["blocker"] or {"line": "", "reason": ""}
        where = f"{blocker.get('path', '')}:{blocker['line']} {blocker['reason']}"
        print(f"{one['path']}:{one['line']} {one['status']} {one['message']} {where}")
    for note in dict.fromkeys(note for one in found for note in one["notes"]):
        print(f"    {note}")


def _try(project: Project, after: Files, found: list[dict[str, Any]], oracle: Oracle) -> None:
    if project.settings.get("run") is None or after == project.before:
        return
    again, _ = migrated(project, after)
    print("second run:", "the same" if again == after else "CHANGES")
    original, rewritten = project.program(project.before), project.program(after)
    for worker in oracle.workers:
        old, new = (oracle.run(program, worker) for program in (original, rewritten))
        print(f"{worker.sdk}: exit {old.exit}, {len(old.asked)} asked, {len(old.stdout)} printed")
        print("".join(f"  {line}\n" for line in old.stderr.splitlines()[-4:]), end="")
        print(*compare(old, new, header=project.header, cautious=False), sep="\n", end="")
    for mood in moods_for(original.text):
        said = changes_in_mood(
            *(oracle, oracle.workers[-1], original, rewritten, mood, as_findings(found)),
            header=project.header,
        )
        print(*said, sep="\n", end="\n" if said else "")


def main(arguments: list[str]) -> None:
    """Try each project that is named."""
    write = "--write" in arguments
    with Oracle() as oracle:
        for name in arguments:
            if name != "--write":
                project = Project(Path(name))
                print(f"=== {name}")
                after, found = migrated(project, project.before)
                _show(project, after, found)
                if write:
                    _write(project, after, migrated(project, project.before, cautious=True)[1])
                _try(project, after, found, oracle)


if __name__ == "__main__":
    main(sys.argv[1:])
