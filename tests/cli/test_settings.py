"""Settings files: found, checked, and outranked by the command line."""

from __future__ import annotations

import pytest

from migrator import settings
from migrator.settings import SettingsError

EVERY = """\
[tool.gemini-migrate]
unsafe-fixes = true
select = ["GM001"]
ignore = ["chats"]
exclude = ["gen/"]
jobs = 2
header = "call"
api-revision = 2026-05-20
no-store = true
output-format = "json"
line-length = 100
"""


def load(text: str, tree, name: str = "pyproject.toml", config: str | None = None):
    tree({name: text})
    return settings.load(".", config)


def test_every_key(tree):
    found = load(EVERY, tree)
    assert found.path == "pyproject.toml"
    assert dict(found.values) == {
        "unsafe_fixes": True,
        "select": ("GM001",),
        "ignore": ("chats",),
        "exclude": ("gen/",),
        "jobs": 2,
        "header": "call",
        "api_revision": "2026-05-20",
        "no_store": True,
        "output_format": "json",
        "line_length": 100,
    }


def test_the_nearest_table_upwards_counts(tree):
    tree(
        {
            "pyproject.toml": "[tool.gemini-migrate]\njobs = 1\n",
            "a/pyproject.toml": "[tool.other]\n",
            "a/b/pyproject.toml": "[tool.gemini-migrate]\njobs = 3\n",
            "repo/.git/HEAD": "",
            "repo/src/x.py": "",
        }
    )
    assert settings.load("a/b").values == {"jobs": 3}
    assert settings.load("a").values == {"jobs": 1}
    assert settings.load("repo/src").path is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("unsafe_fixes = true", ["unknown key 'unsafe_fixes'", "'unsafe-fixes'?"]),
        ("zzz = 1", ["unknown key 'zzz'"]),
        ("jobs = 'two'", ["'jobs' must be a whole number"]),
        ("jobs = true", ["'jobs' must be a whole number"]),
        ("jobs = 0", ["'jobs' must be a whole number"]),
        ("no-store = 1", ["'no-store' must be true or false"]),
        ("exclude = 'gen'", ["'exclude' must be a list of strings"]),
        ("select = [1]", ["'select' must be a list of strings"]),
        ("header = 'cleint'", ["'header' must be one of", "'client'?"]),
        ("output-format = 1", ["'output-format' must be one of"]),
        ("api-revision = 'latest'", ["'api-revision' must be a date"]),
        ("line-length = '88'", ["'line-length' must be a whole number"]),
        ("jobs =", ["not valid TOML"]),
    ],
)
def test_mistakes_name_the_file_the_key_and_the_way_out(tree, line, words):
    with pytest.raises(SettingsError) as caught:
        load(f"[tool.gemini-migrate]\n{line}\n", tree)
    for word in ["pyproject.toml", *words]:
        assert word in str(caught.value)


def test_a_broken_file_of_others_is_not_parsed(tree):
    assert load("[tool.black\n", tree).path is None


def test_a_settings_file_named_outright(tree):
    assert load("jobs = 4\n", tree, "gm.toml", "gm.toml").values == {"jobs": 4}
    assert load(EVERY, tree, "other.toml", "other.toml").values["jobs"] == 2
    assert load("[project]\n", tree, config="pyproject.toml").values == {}
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.load(".", "missing.toml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 88),
        ("[tool.black]\nline-length = 100\n", 100),
        ("[tool.ruff]\nline-length = 120\n", 120),
        ("[tool.black]\nline-length = 'x'\n", 88),
        ("[tool.ruff\nline-length = 1\n", 88),
    ],
)
def test_line_length_of_the_formatter(tree, text, expected):
    tree({"pyproject.toml": text})
    assert settings.line_length(".") == expected


def test_common_folder(tree):
    top = tree({"a/b/x.py": "", "a/c/y.py": ""})
    assert settings.common_folder(["a/b/x.py", "a/c"]) == str(top / "a")
    assert settings.common_folder(["a/b/x.py"]) == str(top / "a" / "b")
    assert settings.common_folder([]) == str(top)
