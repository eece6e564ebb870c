"""Whatever a notebook's JSON looks like, nothing of it changes but the sources of changed cells.

What is no notebook is a clear error of the file, never another exception.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.model import Options, Source
from migrator.notebooks import read_notebook
from migrator.notebooks.cells import contents
from migrator.pipeline import migrate
from migrator.report.diff import patch, readable

HEAD = "from google import genai\nclient = genai.Client()"
CALL = (
    'response = client.models.generate_content(model="gemini-3.5-flash", contents="é 😀 /")\n'
    "print(response.text)"
)
SOURCES = [
    *(
        "",
        "\n",
        "x = 1",
        "x = 1\n",
        "\n\nx = 1\n\n",
        "# é “so” 東京 😀",
        "%ls\n!echo 'é'",
        "x?",
    ),
    *(
        "x = 1\r\ny = 2",
        "x = 1\ry = 2",
        "# a\x0cb\x0b\x1c\x85",
        "s = '\u2028 \u2029'",
        "\ufeff",
    ),
    *(
        "s = '\ud83d'",
        "# \udc00 and \ud800",
        "%%bash\necho \ud800",
        "def broken(:",
        "'''",
        "\\",
    ),
    *(
        "# \x00",
        "x = '\\u00e9'",
        "'/' '\\\\/'",
        "\tx",
        "    x",
        "if True:\n  x = 1",
        "# \x7f\x1f",
    ),
    *("pass  # _ipython_cell_1", "# _ipython_cell_0.", "_ipython_cell_0_()", "x = !ls", "x;"),
    *(
        "from __future__ import annotations",
        "await f()",
        "return 1",
        "response",
        HEAD,
        CALL,
        CALL,
    ),
    *(f"%%time\n{CALL}", f"{CALL}\nresponse.text", f"!pip install google-genai<2\n{CALL}"),
    *("%%bash\npip install google-genai==1.0 # é\ud800", CALL.replace("\n", "\r\n")),
    *(
        "global x",
        "x: int",
        "import os; os",
        "lambda: (yield)",
        "\U0001d431 = 1",
        "if x:\n\n\n    pass\n#",
    ),
]


class Raw(str):
    """JSON as it is written."""


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from([Raw("9" * 5000), Raw("-1e999"), Raw("NaN")]),
)
THINGS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


class Pairs(list[tuple[str, Any]]):
    """An object of JSON: names in any order, the same one twice if need be."""


@st.composite
def cells(draw: st.DrawFn, version: int) -> Pairs:
    """A cell, of either version of the format."""
    source = draw(st.sampled_from(SOURCES))
    lines = draw(
        st.sampled_from([str.splitlines, lambda s, keepends: re.findall(r"[^\n]*\n|[^\n]+", s)])
    )
    written: Any = source if draw(st.booleans()) else lines(source, keepends=True)
    found = Pairs(
        [
            ("cell_type", draw(st.sampled_from(["code", "code", "code", "markdown", "raw"]))),
            ("source" if version == 4 else "input", written),
        ]
    )
    for name in ("outputs", "metadata", "execution_count", "id", "attachments", "prompt_number"):
        if draw(st.booleans()):
            found.append((name, draw(THINGS)))
    if draw(st.integers(0, 9)) == 0:
        found.insert(0, ("source", draw(st.sampled_from(SOURCES))))  # the last of two counts
    return Pairs(draw(st.permutations(found))) if draw(st.booleans()) else found


@st.composite
def notebooks(draw: st.DrawFn) -> Pairs:
    """A notebook, or something much like one."""
    version = draw(st.sampled_from([4, 4, 3]))
    inside = draw(st.lists(cells(version), max_size=6))
    head = Pairs([("cell_type", "code"), ("source" if version == 4 else "input", HEAD)])
    body: Any = [head, *inside] if draw(st.booleans()) else inside
    if version == 3:
        body = [Pairs([("cells", body)])]
    named = Pairs([("nbformat", version), ("cells" if version == 4 else "worksheets", body)])
    for name in ("metadata", "nbformat_minor", "cells_", "x"):
        if draw(st.booleans()):
            named.append((name, draw(THINGS)))
    return Pairs(draw(st.permutations(named)))


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    """JSON for a value, with blanks and escapes in whatever way."""
    blank = draw(st.sampled_from(["", " ", "\n", "\n  ", "\t", "\r\n", "\n" + " " * 9]))
    escapes = draw(st.sampled_from(["ascii", "plain", "all", "slashes"]))

    def text(string: str) -> str:
        if escapes == "all":
            return '"' + "".join(f"\\u{unit:04X}" for unit in _units(string)) + '"'
        ascii_only = escapes == "ascii" or any("\ud800" <= c <= "\udfff" for c in string)
        found = json.dumps(string, ensure_ascii=ascii_only)
        return found.replace("/", "\\/") if escapes == "slashes" else found

    def render(item: Any) -> str:
        if isinstance(item, Raw):
            return str(item)
        if isinstance(item, str):
            return text(item)
        if isinstance(item, (Pairs, dict)):
            pairs = item if isinstance(item, Pairs) else item.items()
            inner = [f"{text(name)}{blank}:{blank}{render(inner)}" for name, inner in pairs]
            return "{" + blank + f",{blank}".join(inner) + blank + "}"
        if isinstance(item, list):
            return "[" + blank + f",{blank}".join(map(render, item)) + blank + "]"
        return json.dumps(item)

    return blank + render(value) + blank


def _units(string: str) -> list[int]:
    data = string.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


FILES = notebooks().flatmap(written).map(lambda text: text.encode())


def looked_at(data: bytes, **options: Any) -> bytes | None:
    """What becomes of a notebook that is surely looked at; None where it is refused."""
    (result,) = migrate([Source("a.ipynb", data)], Options(**options), edit=True)
    if result.error is not None:
        assert result.output is None
        assert "internal error" not in result.error, result.error
        assert "report this" not in result.error, result.error
    return result.output


@settings(deadline=None)
@given(FILES)
def test_what_is_not_edited_comes_back(data: bytes) -> None:
    try:
        found = read_notebook(data)
    except ValueError:
        return
    assert found is None or found.encode(found.text) == data


@settings(max_examples=150, deadline=None)
@given(FILES)
def test_nothing_but_sources_changes(data: bytes) -> None:
    output = looked_at(data, unsafe_fixes=True)
    if output is None:
        return
    old, new = contents(data).cells, contents(output).cells
    pairs = [(a, b) for a, b in zip(old, new, strict=True) if a.source != b.source]
    assert pairs
    assert _around(data, [a.at for a, _ in pairs]) == _around(output, [b.at for _, b in pairs])
    assert [cell.source for cell in new] == [source for source in _sources(output)]
    assert patch("a.ipynb", data, output) and readable("a.ipynb", data, output)
    assert looked_at(output, unsafe_fixes=True) is None


def _around(data: bytes, spans: list[Any]) -> list[bytes]:
    starts = [0, *(span.end for span in spans)]
    ends = [*(span.start for span in spans), len(data)]
    return [data[start:end] for start, end in zip(starts, ends, strict=True)]


def _sources(data: bytes) -> list[str]:
    """The sources of the code cells, as the standard library reads them."""
    found = json.loads(data, parse_int=str, parse_float=str)
    every = found["cells"] if "cells" in found else found["worksheets"][0]["cells"]
    code = [cell for cell in every if cell["cell_type"] == "code"]
    return ["".join(cell.get("source", cell.get("input"))) for cell in code]


@settings(deadline=None)
@given(FILES, st.data())
def test_what_is_damaged_is_an_error_of_the_file(data: bytes, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(data)))
    cut = draw.draw(st.integers(0, 3))
    put = draw.draw(
        st.sampled_from([b"", b'"', b"\\", b"{", b"]", b",", b":", b"\xff", b"\x00", b"0"])
    )
    looked_at(data[:at] + put + data[at + cut :])


@pytest.mark.parametrize(
    "metadata",
    [
        '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}",
        '{"a": ' + '{"b": ' * 200_000 + "1" + "}" * 200_000 + "}",
        '{"a": ' + "9" * 6000 + ', "b": -1e999, "c": NaN, "d": Infinity, "e": 1E-5}',
        "[" * 3,
        '{"language_info": []}',
        '{"language_info": {"name": 3}, "kernelspec": null}',
        "null",
        "7",
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("place", ["notebook", "cell", "outputs"])
def test_what_is_odd_elsewhere_is_kept_or_refused(metadata: str, place: str) -> None:
    source = json.dumps(f"{HEAD}\n{CALL}")
    inside = {"cell": f', "metadata": {metadata}', "outputs": f', "outputs": {metadata}'}
    cell = '{"cell_type": "code", "source": ' + source + inside.get(place, "") + "}"
    around = f', "metadata": {metadata}' if place == "notebook" else ""
    data = ('{"cells": [' + cell + "]" + around + "}").encode()
    output = looked_at(data)
    assert output is None or metadata.encode() in output
    if not metadata.endswith("[["):
        assert output is not None or "[" * 9 in metadata or '"b": {' in metadata


@pytest.mark.parametrize(
    "text",
    [
        "{'cells': []}",
        '{"cells": [1]}',
        '{"cells": [{"cell_type": "code", "source": 7}]}',
        '{"cells": [{"cell_type": "code", "source": ["a", 7]}]}',
        '{"cells": [{"cell_type": "code", "source": {"a": "b"}}]}',
        '{"cells": {"cell_type": "code"}}',
        '{"worksheets": [[]]}',
        '{"cells": [],}',
        '{"cells": [] "a": 1}',
        '{"cells": []} {}',
        "{cells: []}",
        '{"cells": [{"cell_type": "code", "source": "\\ud83"}]}',
        "[]",
        "",
        " ",
        '"cells"',
    ],
)
def test_what_is_no_notebook_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_notebook(text.encode())
    extra = b"# google.genai client.models.generate_content"
    (result,) = migrate([Source("a.ipynb", text.encode() + extra)], Options(), edit=True)
    assert result.error is not None and result.error.startswith("cannot be decoded")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "utf-32"])
def test_another_encoding_is_refused(encoding: str) -> None:
    text = json.dumps(
        {"cells": [{"cell_type": "code", "source": HEAD + CALL.replace("😀", "")}]},
        ensure_ascii=False,
    )
    with pytest.raises(ValueError):
        read_notebook(text.encode(encoding))


@pytest.mark.parametrize("source", sorted(set(SOURCES)), ids=repr)
def test_odd_cells_move_no_line(source: str) -> None:
    before = [{"cell_type": "code", "source": text} for text in (HEAD, source, CALL)]
    data = json.dumps({"cells": before}).encode()
    (result,) = migrate([Source("a.ipynb", data)], Options(unsafe_fixes=True), edit=True)
    assert result.error is None
    assert [(f.cell.number, f.line) for f in result.findings if f.cell][-1:] == [(3, 1)]


def test_a_notebook_without_code_is_no_error() -> None:
    text = {"cell_type": "markdown", "source": "from google.genai call models.generate_content"}
    for cells in ([text], [text, {"cell_type": "code", "source": ""}]):
        data = json.dumps({"cells": cells}).encode()
        (result,) = migrate([Source("a.ipynb", data)], Options(), edit=True)
        assert (result.error, result.output, result.findings) == (None, None, ())
