"""Where the blocks of a page stand, and which of them are one program."""

from __future__ import annotations

from textwrap import dedent

import pytest

from migrator.model import Status
from migrator.pages import read_page
from migrator.pages.page import Page
from migrator.registry import assumed

from .cases import rewrite

MAKE = "from google import genai\n\nclient = genai.Client()"
CALL = 'r = client.models.generate_content(model="m", contents="a")'
NEW = 'r = client.interactions.create(model="m", input="a")'


def page(text: str, suffix: str = ".md") -> Page | None:
    return read_page(dedent(text).encode(), suffix, assumed())


def fences(*codes: str) -> str:
    """A page; a code that begins with `#` and a blank is a heading."""
    found = [c if c.startswith("#") else f"```python\n{c}\n```" for c in codes]
    return "\n\n".join(found) + "\n"


def grouped(*codes: str) -> list[list[int]]:
    """The numbers of the blocks of each program."""
    found = page(fences(*codes))
    assert found is not None
    return [[r.block.number for r in p.regions if r.block] for p in found.documents]


def codes_of(text: str, suffix: str = ".md") -> list[str]:
    found = page(text, suffix)
    blocks = found._sheet.blocks if found is not None else ()
    return ["\n".join(block.found.lines) for block in blocks]


@pytest.mark.parametrize(
    "mark",
    [
        *("python", "py", "python3", " Python ", "{.python}", "{python}", 'python title="x"'),
        *("python hl_lines='1'", "{code-cell} ipython3", "{code-block} python", "python{1}"),
        *("{code} python", "{sourcecode} python3", "python,linenos", "{#x .python .y}"),
        *("{python, echo=FALSE}", "ipython", "py:a.py"),
    ],
)
def test_a_mark_that_says_python(mark: str) -> None:
    assert codes_of(f"```{mark}\nx = 1\n```\n") == ["x = 1"]


@pytest.mark.parametrize(
    "mark",
    [
        *("", "pycon", "python-repl", "js", "json", "{code-block} js", "{{python}}", "pyx", "r"),
        *("{r}", "{code-cell}", "{.bash .python-x}", "text python", "{literalinclude} a.py"),
    ],
)
def test_a_mark_that_says_something_else(mark: str) -> None:
    assert codes_of(f"```{mark}\nx = 1\n```\n") == []


def test_blocks_of_directives() -> None:
    text = """\
        .. code-block:: python
            :linenos:

            a

            b

        .. code:: python

        No content.

        1. .. note::

              .. sourcecode:: python3

                 c

        .. [1] .. code-block:: python

        .. |x| replace:: y

        .. code-block:: pycon

           >>> d

        .. code-block:: python

           >>> e

        .. raw:: html

           .. code-block:: python

              f
        """
    assert codes_of(text, ".rst") == ["a\n\nb", "c"]


def test_options_are_no_code() -> None:
    text = "```{python}\n#| a: b\n#| c\n# d\nx\n```\n\n```{code-cell} python\n:a: b\n:c:\ny\n```\n"
    assert codes_of(text) == ["# d\nx", "y"]
    assert codes_of("```{code-cell} python\n---\na: b\n---\nz\n```\n") == ["z"]
    assert codes_of("```python\n#| x\ny\n```\n") == ["#| x\ny"]


def test_blocks_build_on_each_other() -> None:
    assert grouped(MAKE, CALL, "print(r.text)") == [[1, 2, 3]]
    assert grouped("import os", MAKE, CALL) == [[1], [2, 3]]


def test_an_example_that_stands_alone_is_a_program() -> None:
    assert grouped(f"{MAKE}\n{CALL}", f"{MAKE}\n{CALL}") == [[1], [2]]
    assert grouped(MAKE, f"{MAKE}\n{CALL}", CALL) == [[1], [2, 3]]


def test_what_an_example_makes_is_for_its_section() -> None:
    assert grouped("# A", MAKE, "## B", MAKE, "### C", CALL, "## D", CALL) == [[1, 4], [2, 3]]


def test_a_client_made_anew_begins_a_program() -> None:
    assert grouped("# A", MAKE, "# B", "client = genai.Client(api_key='x')", "# C", CALL) == [
        [1, 3],
        [2],
    ]


def test_a_value_that_is_read_below_joins_programs() -> None:
    chat = f"{MAKE}\nchat = client.chats.create(model='m')"
    assert grouped(chat, MAKE, "chat.send_message('a')") == [[1, 2, 3]]
    assert grouped("# A", chat, "# B", MAKE, "# C", "chat.send_message('a')") == [[1, 3], [2]]


def test_names_of_one_example_do_not_reach_the_next() -> None:
    text = fences("# A", f"{MAKE}\nprompt = 1", "# B", f"{MAKE}\nprompt = 'a'\n{CALL}")
    assert [f.status for f in rewrite(text.encode()).findings] == [Status.MIGRATED]


def test_imports_are_known_on_the_page() -> None:
    found = page(fences("import os\nfrom google.genai import types as t", f"{MAKE}\nt, os"))
    assert found is not None
    prelude = found.documents[1].regions[0].text
    assert prelude == "import os\nfrom google.genai import types as t"


@pytest.mark.parametrize(
    ("code", "prelude"),
    [
        (CALL, ["from google import genai", "client = genai.Client()"]),
        (f"await {CALL[4:]}", ["from google import genai", "client = genai.Client().aio"]),
        (
            f"await {CALL[4:].replace('client.', 'c.aio.')}",
            ["from google import genai", "c = genai.Client()"],
        ),
        (f"client = genai.Client()\n{CALL}", ["from google import genai"]),
        (f"import x\nclient = x.Client()\n{CALL}", []),
        (f"def ask(client):\n    {CALL}", []),
        ("client.chat.completions.create()", []),
        ("model.generate_content('a')", []),
        ("client.models.embed_content()", []),
    ],
)
def test_what_is_assumed(code: str, prelude: list[str]) -> None:
    found = page(fences(code))
    assert found is not None
    assert found.documents[0].regions[0].text.splitlines() == prelude


def test_what_is_assumed_is_never_written_and_gets_a_note() -> None:
    result = rewrite(fences(CALL).encode())
    assert result.output == fences(NEW).encode()
    assert any("makes no client" in note for note in result.findings[0].notes)


def test_a_block_keeps_the_imports_that_were_all_it_had() -> None:
    types = "from google.genai import types"
    config = "config=types.GenerateContentConfig(temperature=0)"
    before = fences("# A", MAKE, "# B", types, f"{types}\n{CALL[:-1]}, {config})")
    output = rewrite(before.encode()).output
    assert output is not None and output.decode().count(types) == 1


def test_an_import_stays_for_the_blocks_below() -> None:
    types = "from google.genai import types"
    config = "config=types.GenerateContentConfig(temperature=0)"
    before = fences(f"{MAKE}\n{types}\n{CALL[:-1]}, {config})", "x = types.Part()")
    output = rewrite(before.encode()).output
    assert output is not None and types in output.decode()


def test_the_last_value_of_a_block_is_for_the_reader() -> None:
    def status(code: str) -> Status:
        (finding,) = rewrite(fences(MAKE, code).encode()).findings
        return finding.status

    assert status(f"{CALL}\nr") is Status.UNSAFE
    assert status(f"{CALL}\nr.text") is Status.MIGRATED
    assert status(CALL.removeprefix("r = ")) is Status.MIGRATED


def test_a_future_import_may_stand_in_any_block() -> None:
    future = "from __future__ import annotations"
    result = rewrite(fences(MAKE, f"{future}\n\n{CALL}").encode())
    assert result.output is not None
    assert fences(f"{future}\n\n{NEW}").strip() in result.output.decode()


def test_a_fence_without_an_end() -> None:
    text = f"```python\n{MAKE}\n{CALL}"
    output = rewrite(text.encode()).output
    assert output is not None and output.decode().endswith(NEW)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (f"{CALL[:-1]}, <more>)", Status.MANUAL),
        (f"{CALL[:-1]}, <more>)  # gemini-migrate: skip", Status.SUPPRESSED),
        ("x.aio.chats.create(<model>)", Status.MANUAL),
        ("# client.models.generate_content(<model>)\n<x>", None),
        ("client.models.generate_content_batch(<model>)", None),
    ],
)
def test_calls_in_what_is_no_python_are_told(line: str, status: Status | None) -> None:
    result = rewrite(fences(MAKE, f"\n{line}").encode())
    assert result.output is None
    assert [(f.status, f.line, f.block) for f in result.findings] == (
        [(status, 9, 2)] if status else []
    )


def test_what_is_no_python_may_read_a_response() -> None:
    loop = "for part in r.candidates[0].content.parts:\n    <look at it>"
    result = rewrite(fences(MAKE, CALL, f"{loop}\nprint(r.text)").encode())
    assert result.output is None
    (finding,) = result.findings
    assert finding.blocker is not None
    assert (finding.blocker.line, finding.blocker.column) == (12, 13)
    assert "it is passed to a block that is no Python" in finding.blocker.reason


@pytest.mark.parametrize(
    "code", ["r = <new>\nr.text", "f(r=<x>)", "'r' <r2> s.r # r", "client <x>"]
)
def test_what_is_no_python_may_have_other_names(code: str) -> None:
    result = rewrite(fences(MAKE, CALL, code).encode())
    assert result.output is not None and NEW in result.output.decode()
    assert rewrite(result.output).output is None


def test_an_excerpt_may_be_indented() -> None:
    text = fences(MAKE, f"    {CALL}\n\n      \n    print(r.text)")
    output = rewrite(text.encode()).output
    assert output is not None
    assert f"\n    {NEW}\n\n      \n    print(r.output_text)\n" in output.decode()
    assert rewrite(output).output is None


def test_a_byte_order_mark_stays() -> None:
    output = rewrite(b"\xef\xbb\xbf" + fences(MAKE, CALL).encode()).output
    assert output is not None and output.startswith(b"\xef\xbb\xbf```")


def test_tabs_that_are_half_indentation_are_left_alone() -> None:
    assert codes_of("- a\n\n  ```python\n\tx = 1\n  ```\n") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("<Tab>\n```python\na\n```\n</Tab>\n", ["a"]),
        ("        ```python\n        a\n          b\n        ```\n", ["a\n  b"]),
        (
            "<A>\n    <B\n      x={1}\n    >\n        ```py\n        a\n        ```\n",
            ["a"],
        ),
        ("- <A>\n      ```py\n      a\n      ```\n  </A>\n", ["a"]),
        ("{/* ```py\na\n``` */}\n\n```py\nb\n```\n", ["b"]),
        ("```py\n{/*\n```\n\n```py\n*/}\n```\n", ["{/*", "*/}"]),
        ("{/* never closed\n```py\na\n```\n", []),
        ("<A />\n```py\na\n```\n", ["a"]),
    ],
)
def test_what_components_hold_is_markdown(text: str, codes: list[str]) -> None:
    assert codes_of(text, ".mdx") == codes


def test_a_comment_skips_a_page_with_components() -> None:
    text = "{/* gemini-migrate: skip-file */}\n\n" + fences(MAKE, CALL)
    result = rewrite(text.encode(), "page.mdx")
    assert [finding.status for finding in result.findings] == [Status.SUPPRESSED]
    assert result.output is None


def test_a_hundred_blocks() -> None:
    text = fences(MAKE, *[f"r{n} = {CALL[4:]}\nprint(r{n}.text)" for n in range(100)])
    assert len(rewrite(text.encode()).findings) == 100
