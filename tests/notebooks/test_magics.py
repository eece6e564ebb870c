"""What IPython adds to Python is hidden while a cell is a part of a module, and comes back."""

from __future__ import annotations

import ast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.notebooks.magics import masked, restored

WORD = "_ipython_cell_"

CELLS = [
    "%pip install -q 'google-genai>=1.0'",
    "!ls -l",
    "?print",
    "print?",
    "types.GenerateContentConfig??",
    "files = !ls *.py",
    "first, second = !ls",
    "took = %timeit -o sum(range(9))",
    "%%time\nx = 1\nx",
    "%%capture out\nprint(1)",
    "%matplotlib inline\nimport os\n!pip list",
    "if True:\n    %cd /tmp\n    !pwd\nelse:\n    !date",
    "for name in names:\n    !echo $name",
    "!pip install a \\\n  b \\\n  c\nx = 1",
    'text = """\n%not a magic\n!nor this\n"""\n!ls',
    "x = (7\n  % 2)\n%ls",
    "x = [\n  1,\n  !ls\n]",
    "%ls",
    "def f():\n    !ls\n    return 1",
    "from __future__ import annotations\n!ls\nx: int = 1",
    "%load_ext autoreload\n%autoreload 2",
    "",
    "\n\n%ls\n\n",
    "!echo {name} $other.field {len(x)} {{no}} $$no \\$no",
    "!awk '{print $1}' $HOME/x ${HOME} {1..3} {} {a,b}",
    "for name in names:\n    !echo {name}\n    files = !ls {name}\n    %env X={name}",
    "%time x = f()  # c\nx",
    "%timeit -n 1 -r 3 f({'a': 1});",
    "if x:\n    %time f()\n%time\n%time if x: f()\n%timeit -o f()\nt = %timeit -o f()",
    "await f()\nasync with a as b:\n    !ls",
]


@pytest.mark.parametrize("source", CELLS)
def test_a_cell_comes_back(source: str) -> None:
    found = masked(source, WORD)
    if found is None:
        assert source.startswith("x = [")
        return
    ast.parse(found.text)
    assert "!" not in found.text.replace("!nor", "")
    assert restored(found.text, found.commands, WORD) == source


@pytest.mark.parametrize(
    "source",
    [
        "%%bash\nls",
        "%%html\n<b>hi</b>",
        "%%writefile x.py\nprint(1)",
        "def broken(:",
        "curl https://example.com",
        "return 1",
        "x = 1 +",
        "$ pip install x",
    ],
)
def test_a_cell_in_another_language_is_none(source: str) -> None:
    assert masked(source, WORD) is None


@pytest.mark.parametrize("source", ["x = 7 % 2", "a != b", "print('why?')", "# why?", "%s" and "x"])
def test_python_is_left_as_it_is(source: str) -> None:
    found = masked(source, WORD)
    assert found is not None
    assert (found.text, found.commands) == (source, ())


@pytest.mark.parametrize(
    "source",
    [
        "%run -i show.py",
        "%run ../setup.ipynb quick",
        "%time x = y.z; print(x)",
        "%time for x in y: print(x)",
        "%timeit -n 1 if y: y.z",
        "%%timeit -n1 x = y.z\nx",
        "%lprun -f y.f y.f(z)",
        "if x:\n    %time while y: y.pop()",
        "x = %time y.z  # slow",
        '%%bash -s "$x"\nls {y}',
        "%%traced\nx",
    ],
)
def test_what_reads_variables_is_code(source: str) -> None:
    found = masked(source, WORD)
    assert found is not None
    assert any(isinstance(node, ast.Name) for node in ast.walk(ast.parse(found.text)))
    assert restored(found.text, found.commands, WORD) == source


@pytest.mark.parametrize(
    "source", ["%run show.py -n 1", "%config A.b = 'c'", "%cd x.y", "%time # x", "%load_ext a.b"]
)
def test_what_is_no_code_reads_nothing(source: str) -> None:
    found = masked(source, WORD)
    assert found is not None
    assert isinstance(ast.parse(found.text).body[0], ast.Pass)


def test_a_command_that_is_gone_is_an_error() -> None:
    found = masked("x = 1\n!ls", WORD)
    assert found is not None
    with pytest.raises(ValueError, match="`!ls` would be lost"):
        restored("x = 1", found.commands, WORD)


PIECES = st.sampled_from(
    [
        *("%ls", "!ls", "x = !ls", "x?", "    !ls", "if x:", "    y = 1", "x = 1", "'''", "("),
        *(")", "# a", "%%time", "", "x = 'a", "\\", "!a \\", "  b", "%s % x", "x = [1,", "]"),
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=8))
def test_whatever_stands_in_a_cell_comes_back(lines: list[str]) -> None:
    source = "\n".join(lines)
    found = masked(source, WORD)
    if found is not None:
        assert restored(found.text, found.commands, WORD) == source


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("!echo {a.old}", "!echo {a.new}"),
        ("!echo $a.old '{a.old!r}' ${a.old!s}", "!echo $a.new '{a.new!r}' ${a.new!s}"),
        ("%time x = f(a.old)  # c", "%time x = f(a.new)  # c"),
        ("!echo {a.old:>9} $a.old", "!echo {a.old:>9} $a.old"),
        ("x = !echo {a.old} $b.old", "x = !echo {a.new} $b.new"),
        (
            "if x:\n    %env X={a.old}\n    !ls {a.old}",
            "if x:\n    %env X={a.new}\n    !ls {a.new}",
        ),
    ],
)
def test_what_a_command_reads_is_rewritten(source: str, wanted: str) -> None:
    found = masked(source, WORD)
    assert found is not None
    assert restored(found.text.replace(".old", ".new"), found.commands, WORD) == wanted


@pytest.mark.parametrize("new", ["{1: 2}", "x[1:2]", "f(\n  x)", "lambda: x"])
def test_what_does_not_fit_into_a_command_is_an_error(new: str) -> None:
    found = masked("!echo {a.old}", WORD)
    assert found is not None
    with pytest.raises(ValueError, match="would not fit"):
        restored(found.text.replace("a.old", new), found.commands, WORD)


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        ("g(\n    a,\n    b=[\n        1,\n    ],\n)", "%time x = g(a, b=[1])"),
        ("g(\n    a,\n    b=(1,),\n)", "%time x = g(a, b=(1,))"),
        ('g("""\n""")', None),
        ("g(a); y = 1", "%time x = g(a); y = 1"),
    ],
)
def test_what_is_timed_stays_on_its_line(new: str, wanted: str | None) -> None:
    found = masked("%time x = f()", WORD)
    assert found is not None
    text = found.text.replace("f()", new)
    if wanted:
        assert restored(text, found.commands, WORD) == wanted
    else:
        with pytest.raises(ValueError, match="more than one line"):
            restored(text, found.commands, WORD)
