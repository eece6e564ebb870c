"""Run gemini-migrate over published packages and report what became of their calls.

    python benchmarks/corpus.py CORPUS.json [--downloads DIR] [--no-types]

CORPUS.json holds `{"packages": [{"name": ..., "version": ..., "sites": ...}]}`. Each
package is downloaded, unpacked in a temporary folder (its code is never kept), checked,
and rewritten in a copy, once as users get it and once with `--unsafe-fixes`. The report
holds

* the status of the call sites of each package,
* the calls that a plain text search finds and the tool did not account for,
* the reasons that stopped call sites, and how often each did,
* what pyright says about the rewritten files and did not say before.

The interpreter that runs this script must have pyright and the newest google-genai.
The report is for people: the script fails only where a package can't be had.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tokenize
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VARIANTS: dict[str, tuple[str, ...]] = {"safe": (), "unsafe": ("--unsafe-fixes",)}
PYRIGHT = (sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable)
COLUMNS = ("files", "sites", "migrated", "unsafe", "manual", "suppressed", "errors")
SOURCES = (".py", ".pyi", "py.typed")

CALL = re.compile(
    r"\.(?:generate_content(?:_stream)?|send_message(?:_stream)?)\s*\(|\bchats\.create\("
)
IMPORT = re.compile(r"google\.genai|from google import [^\n]*\bgenai\b")

GAPS = {
    "Interaction | Stream": re.compile(r"\b(?:Async)?Stream\["),
    "optional text or id": re.compile(r'"str \| (?:Unknown \| )?None"|reportOptional'),
}
"""What the SDK's own declarations make pyright say about right code."""


@dataclass(slots=True)
class Run:
    """What one run of the tool over one package reported."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    sites: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def fetch(name: str, version: str, downloads: Path) -> Path:
    """The archive of a package: from `downloads` if it is there, else fetched to it."""
    stem = re.sub(r"[-_.]+", "[-_.]", name) + "-" + re.escape(version)
    pattern = re.compile(stem + r"[-.].*", re.IGNORECASE)

    def have() -> Path | None:
        return next((p for p in downloads.iterdir() if pattern.match(p.name)), None)

    if have() is None:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        wanted = f"{name}=={version}"
        subprocess.run([*command, "--dest", str(downloads), wanted], check=True)
    found = have()
    if found is None:
        raise FileNotFoundError(f"{name} {version} was downloaded, but where to?")
    return found


def unpack(archive: Path, into: Path) -> None:
    """Unpack the Python sources of a wheel or sdist."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(into, [n for n in wheel.namelist() if n.endswith(SOURCES)])
        return
    with tarfile.open(archive) as sdist:
        members = [m for m in sdist if m.isfile() and m.name.endswith(SOURCES)]
        sdist.extractall(into, members, filter="data")


def migrate(tree: Path, options: tuple[str, ...]) -> Run:
    """Run the tool over `tree`, which must be its to change if `options` say so."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "migrator", "--output-format", "json", *options, "."],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
    )
    run = Run()
    try:
        report = json.loads(done.stdout)
    except ValueError:
        run.errors.append(f"no JSON, exit code {done.returncode}: {done.stderr[-500:]}")
        run.counts["errors"] = 1
        return run
    summary = report["summary"]
    run.counts.update({c: summary[c] for c in COLUMNS if c in summary})
    run.counts["files"] = summary["files_scanned"]
    run.counts["errors"] = summary["files_failed"]
    for file in report["files"]:
        if file["error"]:
            run.errors.append(f"{file['path']}: {file['error']}")
        if file["changed"]:
            run.changed.append(file["path"])
        for finding in file["findings"]:
            run.sites.append((file["path"], finding))
            if finding["blocker"] is not None:
                reason = re.sub(r"`[^`]*`", "`…`", finding["blocker"]["reason"])
                run.reasons[f"{finding['status']}: {reason}"] += 1
    parts = sum(run.counts[c] for c in COLUMNS[2:6])
    if parts != run.counts["sites"]:
        text = f"{run.counts['sites']} sites, but statuses for {parts}"
        run.errors.append(text)
    return run


def code_only(source: str) -> str:
    """`source` with its comments and strings blanked, line by line as it was."""
    lines = source.splitlines(keepends=True)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return source
    for token in tokens:
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            (first, start), (last, end) = token.start, token.end
            for number in range(first, last + 1):
                line = lines[number - 1]
                left = start if number == first else 0
                right = end if number == last else len(line.rstrip("\r\n"))
                blank = " " * (right - left)
                lines[number - 1] = line[:left] + blank + line[right:]
    return "".join(lines)


def missed(tree: Path, run: Run) -> Iterator[str]:
    """The calls a text search finds in files that import the SDK, less the findings."""
    for path in sorted(tree.rglob("*.py")):
        source = path.read_text(encoding="utf-8", errors="replace")
        if not IMPORT.search(source) or not CALL.search(source):
            continue
        name = path.relative_to(tree).as_posix()
        covered = {
            line
            for file, finding in run.sites
            if file == name
            for line in range(finding["line"], finding["end_line"] + 1)
        }
        code = code_only(source)
        for match in CALL.finditer(code):
            number = code.count("\n", 0, match.start()) + 1
            if number not in covered:
                line = source.splitlines()[number - 1].strip()
                yield f"{name}:{number}: {line}"


def type_errors(tree: Path, files: list[str]) -> dict[str, Counter[str]]:
    """What pyright says about each of `files`, without the places."""
    done = subprocess.run(
        [*PYRIGHT, *files],
        cwd=tree,
        capture_output=True,
        text=True,
    )
    found: dict[str, Counter[str]] = {name: Counter() for name in files}
    for item in json.loads(done.stdout)["generalDiagnostics"]:
        if item["severity"] == "error":
            name = Path(item["file"]).relative_to(tree.resolve()).as_posix()
            first = item["message"].splitlines()[0]
            text = f"{first} [{item.get('rule', '')}]"
            kind = next((k for k, gap in GAPS.items() if gap.search(text)), "NEW")
            line = item["range"]["start"]["line"]
            code = (tree / name).read_text(encoding="utf-8").splitlines()[line]
            found[name][f"{kind}: {text} at `{code.strip()}`"] += 1
    return found


def new_type_errors(before: Path, after: Path, files: list[str]) -> Iterator[str]:
    """The errors of the rewritten files that the original ones don't have."""
    if not files:
        return
    old = type_errors(before, files)
    for name, errors in type_errors(after, files).items():
        for text, count in sorted((errors - old[name]).items()):
            yield f"{name}: {text}" + (f" ({count} times)" if count > 1 else "")


def table(rows: dict[str, Counter[str]]) -> None:
    """Print the counts of each package and of all."""
    total: Counter[str] = sum(rows.values(), Counter())
    print(f"{'package':<34}" + "".join(f"{c:>11}" for c in COLUMNS))
    for name, counts in {**rows, "all": total}.items():
        print(f"{name:<34}" + "".join(f"{counts[c]:>11}" for c in COLUMNS))


def section(title: str, lines: list[str]) -> None:
    """Print a list under a title, or that it is empty."""
    print(f"\n{title}: {len(lines) or 'none'}")
    for line in lines:
        print(f"  {line}")


def report(corpus: Path, downloads: Path, work: Path, types: bool) -> None:
    """Download, run, print."""
    packages = json.loads(corpus.read_text(encoding="utf-8"))["packages"]
    trees: dict[str, Path] = {}
    for package in packages:
        name = package["name"]
        trees[name] = work / "before" / name
        unpack(fetch(name, package["version"], downloads), trees[name])
    listed: set[str] = set()
    for variant, options in VARIANTS.items():
        runs: dict[str, Run] = {}
        unaccounted: list[str] = []
        types_found: list[str] = []
        for name, tree in trees.items():
            copy = work / variant / name
            shutil.copytree(tree, copy)
            run = runs[name] = migrate(copy, ("--in-place", *options))
            unaccounted += [f"{name}: {text}" for text in missed(tree, run)]
            if types:
                found = new_type_errors(tree, copy, run.changed)
                types_found += [f"{name}: {text}" for text in found]
            again = migrate(copy, options)
            if again.counts["migrated"] or again.changed:
                run.errors.append("a second run finds more to migrate")
        print(f"\n== {' '.join(('gemini-migrate', *options))} ==\n")
        table({name: run.counts for name, run in runs.items()})
        section("errors", [f"{n}: {e}" for n, r in runs.items() for e in r.errors])
        section("calls not accounted for", unaccounted)
        reasons = sum((run.reasons for run in runs.values()), Counter[str]())
        section("reasons", [f"{n:>3}  {text}" for text, n in reasons.most_common()])
        if types:
            section("pyright errors that are new", types_found)
        rows = [
            f"{name}: {path}:{site['line']}: {site['status']}: "
            + (site["blocker"] or {"reason": site["message"]})["reason"]
            for name, run in runs.items()
            for path, site in run.sites
        ]
        rows = [" ".join(row.split()) for row in rows]
        section("call sites not listed above", [r for r in rows if r not in listed])
        listed.update(rows)


def main() -> None:
    """Read the arguments, and report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path, help="the JSON list of packages")
    parser.add_argument("--downloads", type=Path, help="keep archives in this folder")
    parser.add_argument("--no-types", action="store_true", help="leave out pyright")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        downloads = options.downloads or work / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        report(options.corpus, downloads, work, types=not options.no_types)


if __name__ == "__main__":
    main()
