"""The reference of the codemods: pages of Markdown made from docstrings and fixtures.

`python -m migrator.reference` writes it beside the codemods, where the package carries it along;
with `--check` it only says whether the file is current.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import codemods as package
from migrator.codemod import Codemod
from migrator.registry import codemods

SECTIONS = ("Why", "Rewrites", "Leaves alone")
PATH = Path(package.__path__[0], "README.md")
FIXTURES = PATH.parents[1] / "fixtures"

_INTRODUCTION = """\
# Codemods

<!-- Written by `python -m migrator.reference`; edit the docstrings and fixtures instead. -->

One page for each codemod. `gemini-migrate --explain CODE` prints it, `--select` and `--ignore`
take its code or its name. *safe* codemods are applied by default; a single rewrite may still
need `--unsafe-fixes`, or a person, and its finding then says why.
"""
_SECTION = re.compile(rf"({'|'.join(SECTIONS)}): (.+)", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S*[\w/]")
_ASKED_FOR = ({"options": {"unsafe_fixes": True}}, {"options": {"bridge": True}})
_ODD_BYTES = re.compile(rb"[\r\f\x80-\xff]")
_LINK = re.compile(r"\[([^\]\n]+)\]\(\.\./([^)\n]+)\)")


def explain(codemod: Codemod) -> str:
    """The page of `codemod`: the shipped one, which has an example, or else a new one."""
    title = f"## {_title(codemod)}\n"
    try:
        _, found, rest = PATH.read_text(encoding="utf-8").partition(title)
    except OSError:
        found = ""
    text = title + rest.partition("\n## ")[0] if found else page(codemod)
    text = _LINK.sub(r"\1 (\2)", text)  # no link of the page works in a terminal
    return text.removeprefix("## ").rstrip() + "\n"


def reference(known: Sequence[Codemod]) -> str:
    """Everything: a table of the codemods, then their pages."""
    table = ["| code | name | | |", "| --- | --- | --- | --- |"]
    for codemod in known:
        link = f"[{codemod.name}](#{_title(codemod).lower().replace(' ', '-')})"
        cells = (codemod.code, link, codemod.applicability.value, codemod.summary)
        table.append(f"| {' | '.join(cells)} |")
    return "\n".join([_INTRODUCTION, *table, "", "\n".join(map(page, known))])


def page(codemod: Codemod) -> str:
    """One codemod's page."""
    lead, sections = parse(codemod.doc)
    parts = [f"## {_title(codemod)}", lead, f"Applicability: {codemod.applicability.value}."]
    parts += [f"**{name}:** {text}" for name, text in sections.items()]
    case = _shortest_case(FIXTURES / codemod.name)
    if case is not None:
        cases = f"[More cases](../fixtures/{codemod.name}), of which this is `{case.name}`:"
        parts += [cases, f"```diff\n{_difference(case)}```"]
    return _ADDRESS.sub(r"<\g<0>>", "\n\n".join(parts)) + "\n"


def parse(doc: str) -> tuple[str, dict[str, str]]:
    """The first paragraphs of a codemod's docstring, and its sections by name."""
    lead: list[str] = []
    sections: dict[str, str] = {}
    for paragraph in doc.strip().split("\n\n"):
        found = _SECTION.fullmatch(paragraph.strip())
        if found:
            sections[found[1]] = found[2]
        elif sections:
            last = next(reversed(sections))
            sections[last] += f"\n\n{paragraph}"
        else:
            lead.append(paragraph)
    return "\n\n".join(lead), sections


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the reference, or check it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m migrator.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    check = parser.parse_args(arguments).check
    text = reference(codemods())
    current = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
    if text == current:
        return 0
    if check:
        sys.stderr.write(f"{PATH.name} is stale; run `{parser.prog}` to write it anew\n")
        return 1
    PATH.write_text(text, encoding="utf-8", newline="\n")
    return 0


def _title(codemod: Codemod) -> str:
    return f"{codemod.code} {codemod.name}"


def _shortest_case(folder: Path) -> Path | None:
    """The folder of the shortest case; None if no case is around.

    One that needs no options goes first, then one that needs just one of a few.
    """
    sizes: list[tuple[bool, int, Path]] = []
    for after in folder.glob("*/after.py"):
        options = after.with_name("case.json")
        asked = json.loads(options.read_bytes()) if options.exists() else {}
        if asked and asked not in _ASKED_FOR:
            continue
        data = after.with_name("before.py").read_bytes() + after.read_bytes()
        if not _ODD_BYTES.search(data):
            sizes.append((bool(asked), len(data), after.parent))
    return min(sizes)[2] if sizes else None


def _difference(case: Path) -> str:
    """What becomes of a case, as the body of a unified diff that shows the whole program."""
    before, after = (
        (case / name).read_text(encoding="utf-8").splitlines(keepends=True)
        for name in ("before.py", "after.py")
    )
    return "".join(list(difflib.unified_diff(before, after, n=len(before)))[3:])


if __name__ == "__main__":
    sys.exit(main())
