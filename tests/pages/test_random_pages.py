"""Whatever a page is made of, nothing but the code of changed blocks changes."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.model import Status
from migrator.pages.page import Page, read_page
from migrator.registry import assumed

from .cases import rewrite

CODES = [
    "from google import genai\n\nclient = genai.Client()",
    'r = client.models.generate_content(model="m", contents="Hi")\n\nprint(r.text)',
    'r = client.models.generate_content(\n    model="m",  # é\n    contents="Hi",\n)',
    "print(r.text)",
    'x = """\n``\n\n~~\n  a"""',
    "def f():\n    return 1\n\n\nf()",
    "import os\n\n%ls\nprint(os.sep)",
    "# nothing",
    "x = <y>",
    "...",
]
TEXTS = [
    *("# Title", "Title\n=====", "Text `code` é.", "* * *", "| a |\n| - |\n| ``` |", "[a]: b"),
    *("<!--\n```python\nclient.models.generate_content()\n```\n-->", "<div>\n~~~\n</div>"),
    *("Text\n    ```python", "- a\n- b\n\n  c", "> q", "```sh\ngenerate_content\n```", "", " "),
    "    ```python\n    client.models.generate_content()\n    ```",
    "````md\n```python\nclient.models.generate_content()\n```\n````",
    "```pycon\n>>> client.models.generate_content()\n```",
]
PREFIXES = ["", "", "- ", "1. ", "> ", "> - ", "- > ", "  ", "10) > > ", "- - "]
FENCES = ["```python", "~~~~ py", "``````python3 title='a'", "```{code-block} python", "~~~Python"]


def fenced(code: str, mark: str, prefix: str) -> str:
    """A fence in a container that begins with `prefix`."""
    fence = mark[: len(mark) - len(mark.lstrip("`~"))]
    lines = [mark, *code.split("\n"), fence]
    later = "".join(c if c == ">" else " " for c in prefix)
    behind = [(later + line).rstrip(" ") if not line else later + line for line in lines[1:]]
    return "\n".join([prefix + mark, *behind])


blocks = st.tuples(st.sampled_from(CODES), st.sampled_from(FENCES), st.sampled_from(PREFIXES))
pieces = st.one_of(blocks, st.sampled_from(TEXTS))
newlines = st.sampled_from(["\n", "\r\n", "\r"])


def page_of(parts: list[tuple[str, str, str] | str], newline: str, end: bool) -> bytes:
    """Pieces, with a heading between them that closes whatever is open."""
    found = [part if isinstance(part, str) else fenced(*part) for part in parts]
    text = "\n\n## Next\n\n".join(found) + "\n" * end
    return text.replace("\n", newline).encode()


def read(data: bytes) -> Page | None:
    return read_page(data, ".md", assumed())


def outside(data: bytes) -> list[bytes]:
    """The lines around the blocks of a page, what ends them among it."""
    page = read(data)
    if page is None:
        return [data]
    sheet = page._sheet
    inside = {
        row
        for block in sheet.blocks
        for row in range(block.found.first, block.found.first + len(block.found.lines))
    }
    pairs = zip(sheet.lines, sheet.ends, strict=True)
    return [(a + b).encode() for row, (a, b) in enumerate(pairs) if row not in inside]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pieces, min_size=1, max_size=8), newlines, st.booleans())
def test_nothing_else_changes(
    parts: list[tuple[str, str, str] | str], newline: str, end: bool
) -> None:
    data = page_of(parts, newline, end)
    wanted = [part[0] for part in parts if not isinstance(part, str)]
    page = read(data)
    found = [b for b in page._sheet.blocks] if page is not None else []
    if page is not None:
        assert ["\n".join(block.found.lines) for block in found] == wanted
        assert page.encode([program.text for program in page.documents]) == data
    result = rewrite(data)
    if result.output is None:
        return
    assert outside(result.output) == outside(data)
    again = rewrite(result.output)
    assert again.output is None
    assert not any(finding.status is Status.MIGRATED for finding in again.findings)


def test_a_changed_block_keeps_its_other_lines() -> None:
    call = 'client.models.generate_content(model="m", contents="a")'
    before = f"> ```py\r\n> x = 1  \r\n>\r\n> {call}\n>  \n> y = 2\r\n> ```".encode()
    after = rewrite(before).output
    assert after is not None
    new = b'client.interactions.create(model="m", input="a")'
    assert after == before.replace(call.encode() + b"\n", new + b"\r\n")
