"""Which file an import means, and which files hang together."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrator.import_graph import Project, connected, import_paths, import_text
from migrator.import_search import ImportSearch
from migrator.model import Source
from migrator.programs import programs

spelled = pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("import app.llm\n", ["app", "app.llm"]),
        ("import app.llm as l, os  # the model\n", ["app", "app.llm", "os"]),
        ("from app import llm as l, tools\n", ["app", "app.llm", "app.tools"]),
        ("from . import llm\n", [".", ".llm"]),
        ("    from ..core.llm import ask\n", ["..core.llm", "..core.llm.ask"]),
        ("from app.llm import *\n", ["app.llm"]),
        (
            "from app import (\n    llm,  # one, two\n    tools as t,\n)\n",
            ["app", "app.llm", "app.tools"],
        ),
        ("from app import llm, \\\n    tools\n", ["app", "app.llm", "app.tools"]),
        ("m = import_module('app.llm')\nn = __import__(\"app\")\n", ["app.llm", "app"]),
        ("from app \\\r\n    import llm\r\n", ["app", "app.llm"]),
        ("import os, \\\n    app.llm as l\n", ["os", "app", "app.llm"]),
        ("from app import (\r\n    llm,\r\n)\r\n", ["app", "app.llm"]),
        ("important = 1\nx = 'import nothing'\n", []),
        ("a = 1; b = 2\r\nimport app\r\n", ["app"]),
        ("x = patch('app.llm.ask')\ndispatch('os.path')\n", ["app", "app.llm", "app.llm.ask"]),
        ("patch.setattr(\n    'app.x'\n)\ny = mypatch('os')\n", ["app", "app.x"]),
    ],
)


@spelled
def test_what_imports_name(text: str, paths: list[str]) -> None:
    assert import_paths(text.encode(), {b"app", b"os"}) == paths


@spelled
def test_all_that_is_read_of_imports_stands_in_their_text(text: str, paths: list[str]) -> None:
    around = f'"""A page of text."""\n\nx = 1\n{text}\ndef f(y):\n    return y\n'
    told = import_text(around.encode())
    assert import_paths(told, {b"app", b"os"}) == paths or "patch" in text
    assert all(path.rpartition(".")[2].encode() in told for path in paths)
    assert b"page" not in told


def search(files: dict[str, str]) -> ImportSearch:
    """A search through files with these texts."""
    return ImportSearch(Project(files), lambda file: files[file].encode())


def test_importers_are_found_however_far_up_and_with_what_they_import() -> None:
    found = search(
        {
            "/p/app/__init__.py": "",
            "/p/app/llm.py": "from app import settings\n",
            "/p/app/settings.py": "import base\n",
            "/p/app/api.py": "from . import llm\n",
            "/p/base.py": "import os\n",
            "/p/cli.py": "from app.api import (\n    answer,\n)\nimport tools\n",
            "/p/tools.py": "",
            "/p/other.py": "import base\n",
        }
    )
    importers = found.importers(["/p/app/llm.py"])
    assert importers["/p/app/llm.py"] == ["/p/app/api.py"]
    assert importers["/p/app/api.py"] == ["/p/cli.py"]
    assert found.imports["/p/app/settings.py"] == {"base": "/p/base.py"}
    assert found.imports["/p/cli.py"]["tools"] == "/p/tools.py"
    assert "/p/other.py" not in found.imports


def test_what_files_import_that_were_asked_in_vain_is_asked_as_well() -> None:
    found = search(
        {
            "/p/llm.py": "",
            "/p/app.py": "import llm\nimport words\n",
            "/p/words.py": "from deep import llm\n",
            "/p/deep.py": "import deeper\n",
            "/p/deeper.py": "",
        }
    )
    found.importers(["/p/llm.py"])
    assert found.imports["/p/words.py"]["deep"] == "/p/deep.py"
    assert set(found.imports) >= {"/p/deep.py", "/p/deeper.py"}


def test_a_package_is_imported_by_files_in_it_that_do_not_name_it() -> None:
    found = search(
        {
            "/p/app/__init__.py": "from app.llm import ask\n",
            "/p/app/llm.py": "",
            "/p/app/deep/__init__.py": "",
            "/p/app/deep/use.py": "from .. import ask\n",
        }
    )
    assert "/p/app/deep/use.py" in found.importers(["/p/app/llm.py"])["/p/app/__init__.py"]


def test_tests_use_fixtures_of_a_conftest_that_they_do_not_name() -> None:
    found = search(
        {
            "/p/llm.py": "",
            "/p/tests/conftest.py": "import llm\n\n@pytest.fixture\ndef client(): ...\n",
            "/p/tests/test_a.py": "def test_it(client): ...\n",
        }
    )
    assert found.importers(["/p/llm.py"])["/p/tests/conftest.py"] == ["/p/tests/test_a.py"]


def test_imports_that_mean_nothing_of_the_project_are_passed_over() -> None:
    names = Project(["/x/app/llm.py"]).names
    text = "import os\nfrom collections.abc import (\n    Iterator,\n    Mapping,\n)\n"
    assert import_paths(text.encode(), names) == []
    mine = "import os, app.llm as l\nfrom ..x import y\n"
    assert import_paths((text + mine).encode(), names) == ["app", "app.llm", "..x", "..x.y"]


FILES = (
    "/p/main.py",
    "/p/app/__init__.py",
    "/p/app/llm.py",
    "/p/app/core/__init__.py",
    "/p/app/core/config.py",
    "/p/tests/test_llm.py",
    "/p/src/shop/__init__.py",
    "/p/src/shop/orders.py",
    "/p/scripts/helper.py",
    "/p/scripts/run.py",
    "/p/space/inner/deep.py",
    "/p/config.py",
    "/top.py",
)


@pytest.mark.parametrize(
    ("file", "path", "target"),
    [
        ("/p/main.py", "app.llm", "/p/app/llm.py"),
        ("/p/main.py", "app", "/p/app/__init__.py"),
        ("/p/main.py", "shop.orders", "/p/src/shop/orders.py"),
        ("/p/tests/test_llm.py", "app.llm", "/p/app/llm.py"),
        ("/p/tests/test_llm.py", "shop", "/p/src/shop/__init__.py"),
        ("/p/app/core/config.py", "..llm", "/p/app/llm.py"),
        ("/p/app/core/config.py", "..", "/p/app/__init__.py"),
        ("/p/app/llm.py", ".core.config", "/p/app/core/config.py"),
        ("/p/scripts/run.py", "helper", "/p/scripts/helper.py"),
        ("/p/main.py", "space.inner.deep", "/p/space/inner/deep.py"),
        ("/p/main.py", "space", None),
        ("/p/main.py", "os", None),
        ("/p/main.py", "app.llm.ask", None),
        ("/top.py", ".top", "/top.py"),
        ("/top.py", "top", "/top.py"),
        # A package's modules see what stands beside the package before what stands in it.
        ("/p/app/core/config.py", "config", "/p/config.py"),
    ],
)
def test_the_file_that_an_import_means(file: str, path: str, target: str | None) -> None:
    assert Project(FILES).target(file, path) == target


def test_the_modules_of_a_package() -> None:
    found = dict(Project(FILES).children("/p/app/__init__.py"))
    assert found == {".llm": "/p/app/llm.py", ".core": "/p/app/core/__init__.py"}


def test_files_hang_together_by_who_imports_them_and_what_they_import() -> None:
    imports = {
        "main": ["service"],
        "service": ["llm", "log"],
        "llm": ["settings"],
        "other": ["log"],
        "island": [],
    }
    importers: dict[str, list[str]] = {}
    for file, targets in imports.items():
        for target in targets:
            importers.setdefault(target, []).append(file)
    groups = connected(["llm", "island"], imports, importers)
    assert sorted(groups) == [["island"], ["llm", "log", "main", "service", "settings"]]


def test_a_program_of_too_many_files_is_taken_apart_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("migrator.programs.MOST_FILES", 2)
    texts = {"llm.py": "import one\n", "one.py": "import two\n", "two.py": ""}
    for name, text in texts.items():
        Path(name).write_text(text)
    (apart,) = programs([Source("llm.py", texts["llm.py"].encode())], texts)
    assert [source.path for source in apart.sources] == ["llm.py"]
    assert apart.remark is not None and "3 files import each other" in apart.remark
