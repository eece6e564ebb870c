"""Finds the interpreters that hold the SDK, and makes them where there are none.

`GEMINI_MIGRATE_SDKS` names them (paths, separated as in `PATH`; the newest SDK last).
Without it they live in `.sdk/` of the repository and are made on first use.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".sdk"
VERSIONS = {"2.34.0": "google-genai==2.34.0", "newest": "google-genai>=3.4"}
MEMORY = Path("/dev/shm")
"""Where Linux has a file system in memory: folders come and go there without a wait."""
EXTRAS = ("pillow", "ipykernel")
"""What programs and notebooks need besides."""
SURROUNDINGS = {
    *("HOME", "LANG", "LC_ALL", "PATH", "PYTHONDONTWRITEBYTECODE", "TMPDIR"),
    *("APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE"),
}
"""What programs see of the environment of the tests: no proxy, and no key of the developer's."""


def scratch() -> str | None:
    """Where folders of programs go, which are looked at no more once a program has ended.

    None: where all others go.
    """
    return str(MEMORY) if os.access(MEMORY, os.W_OK | os.X_OK) else None


def surroundings() -> dict[str, str]:
    """What programs see of the environment of the tests."""
    found = {name: value for name, value in os.environ.items() if name.upper() in SURROUNDINGS}
    memory = scratch()
    return found | ({"TMPDIR": memory} if memory else {})


def interpreters() -> list[Path]:
    """One interpreter per SDK version, the newest last."""
    named = os.environ.get("GEMINI_MIGRATE_SDKS", "")
    if named:
        return [Path(path) for path in named.split(os.pathsep) if path]
    return [ensure(name) for name in VERSIONS]


def labels() -> list[str]:
    """A name for each interpreter, told without making any."""
    named = os.environ.get("GEMINI_MIGRATE_SDKS", "")
    if named:
        return [Path(p).parent.parent.name for p in named.split(os.pathsep) if p]
    return list(VERSIONS)


def ensure(name: str) -> Path:
    """The interpreter of one environment, made if need be."""
    home = HOME / name
    folder = "Scripts" if os.name == "nt" else "bin"
    python = home / folder / ("python.exe" if os.name == "nt" else "python")
    mark = home / "installed.txt"
    if _holds_extras(mark):
        return python
    HOME.mkdir(exist_ok=True)
    (HOME / ".gitignore").write_text("*\n", encoding="utf-8")
    with _locked(HOME / f"{name}.lock"):
        if not mark.exists():
            venv.create(home, with_pip=True, clear=True)
        if not _holds_extras(mark):
            install = [str(python), "-m", "pip", "install", "--quiet"]
            subprocess.run([*install, VERSIONS[name], *EXTRAS], check=True)
            mark.write_text(_installed(python), encoding="utf-8")
    return python


def _holds_extras(mark: Path) -> bool:
    """Whether an environment is made, and with every package that is asked for now."""
    found = mark.read_text(encoding="utf-8") if mark.exists() else ""
    return all(f"\n{name}==" in f"\n{found}" for name in EXTRAS)


def _installed(python: Path) -> str:
    """Every package of an environment with its version: what the newest was."""
    freeze = [str(python), "-m", "pip", "freeze"]
    done = subprocess.run(freeze, check=True, capture_output=True, text=True)
    return done.stdout


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file lock, so that parallel test workers make each environment once."""
    with path.open("w") as file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    for interpreter in interpreters():
        print(interpreter)
