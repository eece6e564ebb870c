"""What a notebook installs: a version that is too old for the new code is raised.

`%pip install 'x>=1.0'` and `!pip install x==1.5` ask for the package by a requirement. One that
leaves old versions in is changed; one without a version stays, and gets the newest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from migrator.model import Requirement

RAISED = "{cells} took an older {name}; {name}>={version} is asked for now: the new code needs it"
_INSTALLS = re.compile(r"\b(?:pip3?|uv|poetry|pdm)\b[^\n]*?\s(?:install|add)\s")
_CELL_MAGIC = re.compile(r"\s*%%\s*([\w!]+)")
_SHELLS = frozenset({"bash", "sh", "script", "system", "sx", "!"})
_COMMAND = re.compile(r"\s*(?:[!%]|(?:pip3?|python3?|uv)\s)")
_CLAUSE = r"(?:===|==|~=|!=|<=|>=|<|>)\s*v?\d[\w.*+!]*"


def raised(command: str, needs: Requirement) -> str:
    """A command that installs what is needed: the same one where it does so already."""
    found = _INSTALLS.search(command)
    if found is None:
        return command
    pattern, start = _pattern(needs.name), found.end()

    def replaced(match: re.Match[str]) -> str:
        return _replaced(match, needs) if match.start() >= start else match[0]

    return pattern.sub(replaced, command)


def raised_cell(source: str, needs: Requirement) -> str:
    """A cell that is no Python, in which the commands of a shell install what is needed."""
    magic = _CELL_MAGIC.match(source)
    if magic is not None and magic[1] not in _SHELLS:
        return source
    lines = re.split(r"(?<!\\)\n", source)
    return "\n".join(
        raised(line, needs) if magic or _COMMAND.match(line) else line for line in lines
    )


@lru_cache
def _pattern(name: str) -> re.Pattern[str]:
    """A requirement of a package with a version, in quotes or without."""
    spelt = "[-_.]+".join(re.split("[-_.]+", name))
    return re.compile(
        rf"(?P<quote>(?<![\w'\"])[\"'])?(?<![\w./@+-])(?P<name>{spelt}(?:\[[\w, .-]*\])?)"
        rf"(?P<clauses>(?(quote)\s*){_CLAUSE}(?:(?(quote)\s*),(?(quote)\s*){_CLAUSE})*)"
        r"(?(quote)\s*(?P=quote)|(?![\w.,{$]))",
        re.I,
    )


def _replaced(match: re.Match[str], needs: Requirement) -> str:
    clauses = [(c[0], c[1]) for c in re.findall(r"([=~!<>]+)\s*([\w.*+!]+)", match["clauses"])]
    wanted = _clauses(clauses, needs)
    if wanted == [operator + version for operator, version in clauses]:
        return match[0]
    quote = match["quote"] or _quote_for(match)
    return f"{quote}{match['name']}{','.join(wanted)}{quote}"


def _quote_for(match: re.Match[str]) -> str:
    """The quotes that keep a shell from taking `>` for a redirection, unless there are some."""
    before = match.string[: match.start()]
    if before.endswith(("'", '"')):
        return ""
    return "'" if before.count('"') % 2 else '"'


def _clauses(clauses: list[tuple[str, str]], needs: Requirement) -> list[str]:
    """The clauses of a requirement, with a bound in place of those that let old versions in."""
    bound = ""
    kept: list[str] = []
    for operator, version in clauses:
        number, oldest = _number(version), _number(needs.version)
        if operator in ("<", "!="):
            kept += [operator + version] if number > oldest else []
        elif operator == "<=":
            kept += [operator + version] if number >= oldest else []
        elif number >= oldest:
            bound = operator + version
            kept.append(bound)
        elif operator == "~=" and number[:1] == oldest[:1]:
            bound = f"~={needs.version}"
            kept.append(bound)
    return kept if bound else [f">={needs.version}", *kept]


def _number(version: str) -> tuple[int, ...]:
    """A version to compare by: without zeros at its end, and what is no number."""
    parts = [int(part) for part in re.findall(r"\d+", re.split(r"[^\dv.]", version)[0])]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def raised_in(cells: Sequence[int], needs: Requirement) -> str:
    """What is said of the cells with these numbers once they ask for more."""
    *most, last = map(str, cells)
    said = f"cells {', '.join(most)} and {last}" if most else f"cell {last}"
    return RAISED.format(cells=said, name=needs.name, version=needs.version)
