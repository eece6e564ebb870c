"""Loads the cases under `fixtures/projects/`: programs of several files, before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from migrator.bridge_files import with_head
from migrator.registry import bridge_text

from .cases import FIXTURES
from .programs import Program

PROJECTS = FIXTURES / "projects"
KEYS = {
    *("run", "path", "arguments", "named", "stdin", "args", "env", "why"),
    *("suite", "fault", "left", "bridges"),
}

SCRIPT = """\
import os, runpy, sys
sys.path[:0] = map(os.path.abspath, {path!r})
sys.argv[0] = {run!r}
runpy.run_path({run!r}, run_name="__main__")
"""
MODULE = """\
import os, runpy, sys
sys.path[:0] = map(os.path.abspath, {path!r})
runpy.run_module({run!r}, run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Project:
    """A tree of files before and after; without `after` it must stay as it is.

    `case.json` says what to `run` (a script, a notebook in the topmost folder, or a module as
    `python -m` takes it; null: nothing, and `why`), what more is in the module `path`, the
    `arguments` of the command, and the paths that are `named` to it. What lies in `files/` stands
    in for packages that aren't installed: beside the program when it runs, and unseen by the
    command. `suite` are the tests of the project, if it has any, and `fault` a change of its
    program that they must see; `left` are those that the command leaves to a person, and names:
    they fail after. `bridges` are the paths of the copies of the bridge that the command writes;
    `after/` leaves them out.
    """

    folder: Path

    @property
    def id(self) -> str:
        """The name of the case."""
        return self.folder.name

    @cached_property
    def before(self) -> Mapping[str, bytes]:
        """The original, by relative path."""
        return tree(self.folder / "before")

    @cached_property
    def after(self) -> Mapping[str, bytes] | None:
        """What it becomes."""
        folder = self.folder / "after"
        return {**tree(folder), **self.bridges} if folder.is_dir() else None

    @cached_property
    def bridges(self) -> Mapping[str, bytes]:
        """The copies of the bridge, by relative path."""
        return dict.fromkeys(self.settings.get("bridges", ()), with_head(bridge_text()))

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The content of `case.json`."""
        found: dict[str, Any] = json.loads((self.folder / "case.json").read_bytes())
        return found

    @cached_property
    def findings(self) -> list[dict[str, Any]] | None:
        """What is reported without `--unsafe-fixes`; None where every call is migrated."""
        path = self.folder / "findings.json"
        return json.loads(path.read_bytes()) if path.exists() else None

    @property
    def arguments(self) -> Sequence[str]:
        """What the command is told besides what to do."""
        return tuple(self.settings.get("arguments", ()))

    @property
    def named(self) -> Sequence[str]:
        """The paths that the command may change."""
        return tuple(self.settings.get("named", ["."]))

    @property
    def is_notebook(self) -> bool:
        """Whether what runs is a notebook, which needs a kernel."""
        return str(self.settings.get("run")).endswith(".ipynb")

    @property
    def header(self) -> bool:
        """Whether each request must carry the revision of the API."""
        return "off" not in self.arguments

    def program(self, files: Mapping[str, bytes]) -> Program:
        """The program that some version of the files is."""
        run = self.settings["run"]
        if self.is_notebook:
            return Program(files[run], files={**tree(self.folder / "files"), **files})
        launch = SCRIPT if run.endswith(".py") else MODULE
        folder = run.rpartition("/")[0] if launch is SCRIPT else ""
        path = [*([folder] if folder else []), *self.settings.get("path", [])]
        return Program(
            launch.format(run=run, path=path).encode(),
            stdin=self.settings.get("stdin", ""),
            files={**tree(self.folder / "files"), **files},
            args=tuple(self.settings.get("args", ())),
            env=self.settings.get("env", {}),
        )


def tree(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by relative path."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: data for name, data in found.items() if "__pycache__" not in name}


def projects() -> Sequence[Project]:
    """Every case, in order."""
    return tuple(Project(path.parent) for path in sorted(PROJECTS.glob("*/case.json")))
