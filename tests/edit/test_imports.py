"""Imports come where a person would put them and go only when edits orphaned them."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from migrator.edit import EditConflict, fix_imports
from migrator.edit.imports import _check_the_rest
from migrator.edits import NeedImport, Span
from tests.edit.planning import at


def add(
    text: str,
    module: str,
    name: str | None = None,
    alias: str | None = None,
    user: str | None = None,
) -> str:
    end = len(text.rstrip())
    span = Span(max(end - 1, 0), end) if user is None else at(text, user)
    return fix_imports(text, text, [NeedImport(module, name, alias, span)])


def orphan(text: str, reader: str) -> str:
    """The text after the statement `reader` stopped reading anything."""
    return fix_imports(text, text.replace(reader, "done()"), [])


HEAD = '"""Doc."""\n\nfrom __future__ import annotations\n\n'
TYPICAL = (
    HEAD + "import os\nimport sys\n\nfrom google import genai\n"
    "from google.genai import types\n\nfrom .here import x\n\ny = 1\n"
)


@pytest.mark.parametrize(
    ("need", "line", "neighbour"),
    [
        (("base64",), "import base64\n", "import os\n"),
        (("re",), "import re\n", "import sys\n"),
        (("zlib",), "import zlib\n", "\nfrom google import"),
        (("pathlib", "Path"), "from pathlib import Path\n", "\nfrom google import"),
        (("httpx",), "import httpx\n", "from google import"),
        (("google.auth", "x"), "from google.auth import x\n", "from google.genai"),
        (
            ("google.genai.errors", "E"),
            "from google.genai.errors import E\n",
            "\nfrom .",
        ),
    ],
)
def test_a_new_import_is_sorted_into_its_section(
    need: tuple[str, ...], line: str, neighbour: str
) -> None:
    assert add(TYPICAL, *need) == TYPICAL.replace(neighbour, line + neighbour, 1)


@pytest.mark.parametrize("need", [("base64",), ("httpx",), ("google.genai", "errors")])
@pytest.mark.parametrize(
    "text",
    [
        TYPICAL,
        "import os\n\ny = os\n",
        "from google import genai\n\ny = genai\n",
        HEAD + "y = 1\n",
        '"""Doc."""\ny = 1\n',
        "y = 1\n",
        "# Licence\n\nimport os\n\ny = os\n",
        "from .here import x\n\ny = x\n",
        "from google.genai import (\n    Client,\n    types,\n)\n\ny = 1\n",
    ],
)
def test_sorted_imports_stay_sorted(text: str, need: tuple[str, ...]) -> None:
    out = add(text, *need, user="y = ")
    ast.parse(out)
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I"]
    done = subprocess.run([*command, "-"], input=out, text=True, capture_output=True, check=False)
    assert done.returncode == 0, out + done.stdout


def test_what_is_imported_already_is_not_imported_twice() -> None:
    assert add(TYPICAL, "google.genai", "types") == TYPICAL
    assert add(TYPICAL, "os") == TYPICAL
    assert "types as t" in add(TYPICAL, "google.genai", "types", "t")


def test_an_import_stands_before_its_first_user() -> None:
    text = "import sys\n\nx = 1\nimport io\nimport base64\n\ny = 2\n"
    early = text.replace("import sys", "import base64\nimport sys", 1)
    assert add(text, "base64", user="x = 1") == early
    assert add(text, "base64", user="y = 2") == text
    needs = [NeedImport("base64", None, None, at(text, user)) for user in ("y = 2", "x = 1")]
    assert fix_imports(text, text, needs) == early
    late = "x = 1\nfrom a import b\ny = b\n"
    assert add(late, "a", "c", user="x = 1") == "from a import c\n\n" + late


def test_a_new_import_joins_a_block_of_all_kinds() -> None:
    text = "import os\nfrom google import genai\nimport re\nfrom PIL import Image\n"
    assert add(text, "base64") == text.replace("import re", "import re\nimport base64")
    text = "import os\nfrom google import genai\n"
    assert add(text, "base64") == "import base64\n" + text


def test_a_from_import_takes_one_more_name_in_order() -> None:
    text = "from a import B, c\n"
    assert add(text, "a", "D") == "from a import B, D, c\n"
    assert add("from a import b  # c\r\n", "a", "d") == "from a import b, d  # c\r\n"
    assert add("from a import (b)\n", "a", "d") == "from a import (b, d)\n"
    assert add("from a import c, b\n", "a", "aa") == "from a import c, b, aa\n"


def test_a_from_import_too_long_for_a_line_is_spread() -> None:
    text = f"from a import {'b' * 70}\n"
    assert add(text, "a", "c" * 9) == (f"from a import (\n    {'b' * 70},\n    {'c' * 9},\n)\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_spread_import_keeps_its_comments(newline: str) -> None:
    text = "from a import (  # all\n    b,  # at b\n    # above d\n    d,  # at d\n)\n"
    text = text.replace("\n", newline)

    def with_line(line: str, before: str) -> str:
        return text.replace(before, f"    {line},{newline}{before}")

    assert add(text, "a", "c") == with_line("c", "    # above d")
    assert add(text, "a", "e") == with_line("e", f"){newline}")


def test_a_lazy_import_gets_its_neighbour() -> None:
    text = (
        "import os\n\n\ndef f():\n    from google import genai\n\n    y = genai\n\n\n"
        "def g():\n    z = 1\n"
    )
    lazy = "    from google.genai import types\n"
    first = "    from google import genai\n"
    assert add(text, "google.genai", "types", user="y = ") == text.replace(first, first + lazy)
    assert add(text, "google.genai", "types", user="z = ") == text.replace("    z", lazy + "    z")


def test_an_import_that_may_fail_gets_its_neighbour() -> None:
    text = "try:\n    from google import genai\nexcept ImportError:\n    genai = None\ny = genai\n"
    first = "    from google import genai\n"
    assert add(text, "google.genai", "types", user="y = ") == text.replace(
        first, first + "    from google.genai import types\n"
    )


def test_nothing_is_imported_under_type_checking() -> None:
    text = (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from google.genai import types\n\ny = 1\n"
    )
    out = add(text, "google.genai", "types", user="y = ")
    assert "\n\nfrom google.genai import types\n\nif TYPE" in out


def test_an_orphaned_import_goes() -> None:
    text = "import os\n\nfrom a import b\nfrom a.c import d\n\nb, os\nd.e()\n"
    out = orphan(text, "d.e()")
    assert out == "import os\n\nfrom a import b\n\nb, os\ndone()\n"


def test_an_import_that_was_never_read_stays() -> None:
    out = fix_imports("import a\nimport b\n\nb\n", "import a\nimport b\n\n1\n", [])
    assert out == "import a\n\n1\n"


@pytest.mark.parametrize(
    "text",
    [
        "from __future__ import annotations\nREAD\n",
        "from a import *\nREAD\n",
        "import x as x\nREAD\n",
        "from a import x as x\nREAD\n",
        "try:\n    import x\nexcept ImportError:\n    x = None\nREAD\n",
        "import x\n__all__ = ['x']\nREAD\n",
        "import x\n__all__ += ['x']\nREAD\n",
        "import x\ny: 'x.z' = 1\nREAD\n",
        "import x\ndef f(a: 'list[x.z]'): pass\nREAD\n",
        "import x\ny = 1  # type: x.z\nREAD\n",
        "import x\nz = cast('x', z)\nREAD\n",
        "import x\nx = wrap(x)\nREAD\n",
        "class C:\n    import x\n    READ\n",
        "import x\ndef f():\n    return x.y\nREAD\n",
        "import x\ny = [i for i in x]\nREAD\n",
        "import x\ny = [x for x in x.z]\nREAD\n",
        "import x\ndef f(x=x): pass\nREAD\n",
        "import x\ndel x.y\nREAD\n",
        "import x.y\nx.z\nREAD\n",
    ],
)
def test_imports_that_may_be_needed_stay(text: str) -> None:
    before = text.replace("READ", "x.y(x)")
    after = text.replace("READ", "pass")
    assert fix_imports(before, after, []) == after


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return x\n",
        "def f():\n    x = 1\n    return x\n",
        "y = [x for x in z]\n",
        "y = lambda x: x\n",
        "x_ = 'x'\n",
        "class C:\n    x = 1\n    y = x\n",
        "def f():\n    import x\n    return x\n",
    ],
)
def test_another_name_alike_is_no_reader(text: str) -> None:
    assert fix_imports(f"import x\nx\n{text}", f"import x\n1\n{text}", []) == f"1\n{text}"


def test_one_dotted_import_of_several_goes() -> None:
    text = "import a.b\nimport a.c\n\na.b.x\na.c.x\n"
    assert orphan(text, "a.c.x") == "import a.b\n\na.b.x\ndone()\n"


def test_one_name_of_several_goes() -> None:
    text = "from a import b, c, d as e\nimport x, y as z\nb\ne\nz\nc, x\n"
    out = orphan(text, "c, x")
    assert out == "from a import b, d as e\nimport y as z\nb\ne\nz\ndone()\n"


def test_one_name_of_a_spread_list_goes_and_the_others_keep_their_comments() -> None:
    text = (
        "from a import (\n    b,  # at b\n    # above c\n    c,  # at c\n"
        "    d, e,\n    f,  # noqa\n)\nb, d, e\nc, f\n"
    )
    assert orphan(text, "c, f") == (
        "from a import (\n    b,  # at b\n    # above c\n    # at c\n    d, e,\n)\n"
        "b, d, e\ndone()\n"
    )


def test_an_emptied_block_gets_a_pass() -> None:
    text = "if q:\n    import x\n\nx.y\n"
    assert orphan(text, "x.y") == "if q:\n    pass\n\ndone()\n"
    text = "def f():\n    import x\n    x.y\n"
    assert orphan(text, "x.y") == "def f():\n    done()\n"


def test_a_needed_import_is_not_removed_first() -> None:
    text = "from a import b\n\nb.x\n"
    need = NeedImport("a", "b", None, at(text, "b.x"))
    assert fix_imports(text, text.replace("b.x", "f()"), [need]).startswith("from a")


GUARDED = (
    "{future}from typing import TYPE_CHECKING\n\nfrom a.b import run\n\n"
    "if TYPE_CHECKING:\n    from a.b.types import Old\n\n\n"
    "def f(x: {annotation}):\n    return {value}\n"
)
FUTURE = "from __future__ import annotations\n\n"


def renamed(future: str, annotation: str, value: str = "run") -> str:
    text = GUARDED.format(future=future, annotation=annotation, value=value)
    edited = text.replace(annotation, annotation.replace("Old", "t.New"))
    edited = edited.replace("return Old", "return t.New")
    edited = edited.replace("import t.New", "import Old")
    return fix_imports(text, edited, [NeedImport("a.b", "t", None, at(text, "def f(x"))])


@pytest.mark.parametrize(("future", "annotation"), [(FUTURE, "list[Old]"), ("", '"Old"')])
def test_a_name_only_annotations_read_takes_its_place_in_the_guard(
    future: str, annotation: str
) -> None:
    out = renamed(future, annotation)
    assert "from a.b import run\n\nif TYPE_CHECKING:\n    from a.b import t\n\n\n" in out


@pytest.mark.parametrize(
    ("future", "annotation", "value"), [("", "list[Old]", "run"), (FUTURE, "list[Old]", "Old")]
)
def test_a_name_that_is_evaluated_stays_out_of_the_guard_which_goes(
    future: str, annotation: str, value: str
) -> None:
    out = renamed(future, annotation, value)
    assert "from a.b import run, t\n" in out
    assert "TYPE_CHECKING" not in out


def test_an_emptied_guard_with_an_else_keeps_its_block() -> None:
    text = (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from a import b\n"
        "else:\n    b = None\n\nx: 'b'\n"
    )
    assert "    from a import b\nelse" in fix_imports(text, text.replace("x: 'b'", "done()"), [])
    text = "if y:\n    z()\nelif TYPE_CHECKING:\n    from a import b\nx: 'b'\n"
    out = fix_imports(text, text.replace("x: 'b'", "done()"), [])
    assert out == "if y:\n    z()\nelif TYPE_CHECKING:\n    pass\ndone()\n"


def test_a_comment_under_imports_gets_a_blank_line() -> None:
    text = "import os\nimport re  # why\n\nuse(os)\nread(re)\n"
    assert orphan(text, "read(re)") == "import os\n\n# why\n\nuse(os)\ndone()\n"


@pytest.mark.parametrize(
    ("edited", "text"),
    [
        ("import a\n\n@b\ndef f():\n    pass\n", "@c\ndef f():\n    pass\n"),
        ("import a\nx = 1; y = 2\n", "x = 3; y = 2\n"),
        ("import a\nx = '''\n1\n'''\ny = 2\n", "x = '''\n2\n'''\ny = 2\n"),
        ("import a\rx = 1\ry = 2\r", "x = 3\ry = 2\r"),
        ("import a\ny = 2\n", "x = 1\ny = 2\n"),
    ],
)
def test_nothing_but_imports_may_change(edited: str, text: str) -> None:
    with pytest.raises(EditConflict, match="would change the program"):
        _check_the_rest(edited, text)
    _check_the_rest(edited, edited.replace("import a", "import b"))
