"""What the commands of a Dockerfile or a workflow install: only told, for a shell is a language."""

from __future__ import annotations

import re

from migrator.requirements.stated import Form, Stated, names

_INSTALL = re.compile(
    r"\b(?:(?:uv\s+)?pip[\d.]*\s+install|uv\s+(?:tool\s+install|add)|(?:pipx|poetry|pdm|pipenv|rye)"
    r"\s+(?:install|add|inject))\s(?P<rest>(?:\\\r?\n|[^\n;&|])*)"
)
_WORD = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[^\s\\]+")
_COMMENT = re.compile(r"^\s*#.*$", re.M)


def statements(text: str, package: str) -> list[Stated]:
    """The requirements of the package, with clauses, that commands install.

    One without clauses gets the newest version.
    """
    found: list[Stated] = []
    hidden = _COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    for command in _INSTALL.finditer(hidden):
        start = command.start("rest")
        for word in _WORD.finditer(command["rest"]):
            own = word[0].strip("'\"")
            at = start + word.start() + word[0].find(own)
            if names(own, package) and re.search(r"[<>=~]", own):
                found.append(Stated(at, own, Form.REQUIREMENT))
    return found
