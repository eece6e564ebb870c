"""What the README shows is there, and is what the tool really prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from migrator.settings import FORMATS, HEADERS, load
from tests.oracle.commands import run_command
from tests.oracle.environments import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_first_two_commands_run_the_job_and_the_tests() -> None:
    first, second = blocks("sh")[:2]
    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install . && ")
    assert ".venv/bin/gemini-migrate --diff fixtures/" in first
    assert second.endswith("pip install -e '.[test]' && .venv/bin/pytest\n")
    assert README.index(first) < README.index(second) < 1_000


@pytest.mark.parametrize("path", sorted(set(re.findall(r"fixtures/[\w-]+/[\w-]+", README))))
def test_the_cases_it_names_are_there(path: str) -> None:
    assert (ROOT / path / "before.py").exists()


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_its_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_its_before_and_after_is_what_the_tool_prints() -> None:
    (shown,) = blocks("diff")
    arguments = blocks("sh")[0].split("gemini-migrate ")[1].split()
    done = run_command(*arguments, cwd=ROOT)
    assert done.returncode == 1
    assert done.stdout.decode() == shown


def test_its_settings_are_all_there_are(tmp_path: Path) -> None:
    from migrator.settings import _KEYS

    table = README.split("| key | option |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == list(_KEYS)
    for word in (*FORMATS, *HEADERS):
        assert f"`{word}`" in table or f'`"{word}"`' in table
    (example,) = blocks("toml")
    path = tmp_path / "pyproject.toml"
    path.write_text(example, encoding="utf-8")
    assert load(str(tmp_path)).values.keys() == {"exclude", "no_store"}


def test_its_hooks_are_there() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    for name in re.findall(r"- id: ([\w-]+)", README):
        assert f"- id: {name}\n" in hooks


def test_the_release_it_names_is_this_one() -> None:
    from migrator import __version__

    assert f"rev: v{__version__}" in README
    assert f'"version": "{__version__}"' in README
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{__version__}]" in changes


def test_the_package_promises_the_python_the_readme_promises() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">=3.10"' in project
    assert "Python 3.10 or newer" in README
