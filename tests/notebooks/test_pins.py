"""A notebook that is migrated installs a package that is new enough, and nothing else otherwise."""

from __future__ import annotations

import pytest

from migrator.model import Requirement
from migrator.notebooks.pins import raised, raised_cell
from migrator.registry import requirement

NEEDS = Requirement("some-sdk", "2.34")

RAISED = {
    "%pip install -q 'some-sdk>=1.0'": "%pip install -q 'some-sdk>=2.34'",
    "!pip install some-sdk==1.5.0": '!pip install "some-sdk>=2.34"',
    "!pip install --upgrade some_sdk<2 other": '!pip install --upgrade "some_sdk>=2.34" other',
    "!pip3 install -U other==1 Some.SDK>1": '!pip3 install -U other==1 "Some.SDK>=2.34"',
    '%pip install "some-sdk[aio, x] >= 1.0"': '%pip install "some-sdk[aio, x]>=2.34"',
    "%pip install 'some-sdk>=1.16,<3'": "%pip install 'some-sdk>=2.34,<3'",
    "%pip install 'some-sdk<3'": "%pip install 'some-sdk>=2.34,<3'",
    "%pip install 'some-sdk>=1,!=1.5,!=2.40'": "%pip install 'some-sdk>=2.34,!=2.40'",
    "%pip install 'some-sdk~=2.20'": "%pip install 'some-sdk~=2.34'",
    "%pip install 'some-sdk~=1.20'": "%pip install 'some-sdk>=2.34'",
    "%pip install 'some-sdk==2.*'": "%pip install 'some-sdk>=2.34'",
    "%pip install 'some-sdk<=2.33.9'": "%pip install 'some-sdk>=2.34'",
    "%pip install 'some-sdk<2.34.0'": "%pip install 'some-sdk>=2.34'",
    "%pip install 'some-sdk==2.0.0rc1'": "%pip install 'some-sdk>=2.34'",
    "!uv pip install some-sdk==1.0": '!uv pip install "some-sdk>=2.34"',
    "!uv add some-sdk~=1.0": '!uv add "some-sdk>=2.34"',
    "!{python} -m pip install some-sdk==1": '!{python} -m pip install "some-sdk>=2.34"',
    "!bash -c 'pip install some-sdk==1.0 x'": "!bash -c 'pip install \"some-sdk>=2.34\" x'",
    '!bash -c "pip install some-sdk==1.0 x"': "!bash -c \"pip install 'some-sdk>=2.34' x\"",
    "!pip install \\\n  some-sdk==1.0 \\\n  x": '!pip install \\\n  "some-sdk>=2.34" \\\n  x',
    "!cd a && pip install some-sdk==1.0 && ls": '!cd a && pip install "some-sdk>=2.34" && ls',
    "%pip install 'some-sdk>=1.0; python_version > \"3\"'": (
        "%pip install 'some-sdk>=2.34; python_version > \"3\"'"
    ),
}

KEPT = [
    *("%pip install some-sdk", "%pip install -U some-sdk", "%pip install -q 'some-sdk[aio]'"),
    *(
        "%pip install 'some-sdk>=2.34'",
        "%pip install some-sdk==2.40.1",
        "!pip install some-sdk~=2.34",
    ),
    *(
        "%pip install 'some-sdk>=2.35,<4'",
        "%pip install 'some-sdk >= 3'",
        "!pip install some-sdk==3.*",
    ),
    *(
        "%pip install my-some-sdk==1.0",
        "%pip install some-sdk-extras==1.0",
        "!pip install some-sdkx<1",
    ),
    *(
        "!pip install some-sdk=={version}",
        "!pip install some-sdk==1.{minor}",
        "!pip uninstall some-sdk",
    ),
    *("!pip install some-sdk==$VERSION", "!pip install ./some-sdk", "!pip install a/some-sdk==1.0"),
    *(
        "!echo some-sdk==1.0 > requirements.txt",
        "!pip freeze | grep some-sdk==1.0",
        "!pip install x",
    ),
    *("!pip install some-sdk >/dev/null", "!pip install some-sdk>/dev/null 2>&1", "!ls"),
    *("!pip install some-sdk>log.txt", "!pip install some-sdk==", "%pip", ""),
]


@pytest.mark.parametrize(("command", "wanted"), RAISED.items())
def test_what_lets_old_versions_in_is_raised(command: str, wanted: str) -> None:
    assert raised(command, NEEDS) == wanted
    assert raised(wanted, NEEDS) == wanted


@pytest.mark.parametrize("command", KEPT)
def test_what_is_new_enough_or_something_else_stays(command: str) -> None:
    assert raised(command, NEEDS) == command


def test_cells_of_a_shell() -> None:
    old = "pip install \\\n some-sdk==1.0\necho some-sdk==1.0\npip install some-sdk<2"
    new = 'pip install \\\n "some-sdk>=2.34"\necho some-sdk==1.0\npip install "some-sdk>=2.34"'
    for magic in ("%%bash", "%%sh", "%%script bash", "%%!"):
        assert raised_cell(f"{magic}\n{old}", NEEDS) == f"{magic}\n{new}"
    assert raised_cell(old, NEEDS) == new
    for magic in ("%%writefile setup.sh", "%%html", "%%perl"):
        assert raised_cell(f"{magic}\n{old}", NEEDS) == f"{magic}\n{old}"
    broken = "def f(:\n    'pip install some-sdk==1.0'"
    assert raised_cell(broken, NEEDS) == broken


def test_what_the_rewritten_code_needs() -> None:
    assert requirement() == Requirement("google-genai", "2.34", "3.11")
