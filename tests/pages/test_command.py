"""Pages at the command line: which are looked at, and what is said of them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from migrator.discover import discover
from tests.cli.conftest import PROGRAM
from tests.notebooks.build import notebook

PAGE = """\
# Hi

- ask:

  ```python
  from google import genai

  client = genai.Client()
  r = client.models.generate_content(model="gemini-3.5-flash", contents="hi")
  ```

  ```python
  oops(
  ```

  ```python
  print(r.text)
  ```
"""
BROKEN = "```python\nr = client.models.generate_content(<model>)\n```\n"


def migrated(text: str) -> bool:
    return "interactions.create(" in text and "print(r.output_text)" in text


def test_pages_in_folders_count_on_demand(tree):
    tree(
        {
            "a.py": "",
            "b.md": "",
            "c/d.rst": "",
            "e.qmd": "",
            "f.markdown": "",
            "g.mdx": "",
            "h.txt": "",
        }
    )
    assert list(discover(["."]).files) == ["a.py"]
    pages = ["b.md", "c/d.rst", "e.qmd", "f.markdown", "g.mdx"]
    assert list(discover(["."], pages=True).files) == ["a.py", *pages]
    assert list(discover(pages).files) == pages


def test_pages_in_place(command, tree):
    top = tree({"a.md": PAGE, "b/c.md": PAGE})
    assert command("-i", ".").code == 0
    assert (top / "a.md").read_text() == PAGE
    assert command("-i", "a.md").code == 0
    assert migrated((top / "a.md").read_text())
    assert command("-i", "--pages").code == 0
    assert migrated((top / "b/c.md").read_text())
    assert command("--check", "--pages").code == 0


def test_the_setting(command, tree):
    tree({"pyproject.toml": "[tool.gemini-migrate]\npages = true\n", "a.md": PAGE})
    assert command("--check").code == 1
    assert command("--check", "--no-pages").code == 0
    assert command("--check", "--exclude", "a.md").code == 0


def test_what_is_said(command, tree):
    tree({"a.md": PAGE, "b.md": BROKEN})
    done = command("--check", "--pages", "-v")
    assert "a.md:9:7: GM001 [migrated]" in done.out
    assert "interactions.create (block 1)" in done.out
    assert "b.md:2:5: GM001 [manual]" in done.out
    assert "a.md: block 2 (line 13) is no Python" in done.err
    assert "b.md: block 1 (line 2) is no Python" in done.err
    data = json.loads(command("--check", "--pages", "--output-format", "json").out)
    (finding,) = data["files"][0]["findings"]
    assert (finding["line"], finding["block"], "cell" in finding) == (9, {"number": 1}, False)


def test_a_patch_applies(command, tree):
    top = tree({"a.md": PAGE.replace("\n", "\r\n")})
    done = command("--diff", "a.md")
    assert done.code == 1
    subprocess.run(["git", "init", "-q"], cwd=top, check=True)
    subprocess.run(["git", "apply", "-"], cwd=top, input=done.raw, check=True)
    text = (top / "a.md").read_bytes().decode()
    assert migrated(text) and text.count("\n") == text.count("\r\n")


def test_stdin(command):
    done = command("-", "--stdin-filename", "x.md", stdin=PAGE.encode())
    assert done.code == 0 and migrated(done.out)
    assert "x.md:9:7:" in done.err
    cells = ["from google import genai\n\nclient = genai.Client()", *PAGE.split("\n")[8:9]]
    data = notebook([cells[0], cells[1].strip(), "print(r.text)"])
    done = command("-", "--stdin-filename", "x.ipynb", stdin=data)
    assert done.code == 0 and migrated(done.out)
    assert json.loads(done.out)["nbformat"] == 4


@pytest.mark.parametrize("data", [b"\xff```python\ngenerate_content google.genai\n```\n"])
def test_what_is_no_text_is_an_error(command, tree, data):
    tree({"a.md": data})
    done = command("--check", "--pages")
    assert done.code == 2
    assert "a.md: error: cannot be decoded" in done.err


def test_a_check_of_pages_never_imports_the_editor(tree):
    top = tree({"a.md": PAGE})
    program = (
        "import sys\n"
        "from migrator.cli import main\n"
        "code = main(['--check', 'a.md'])\n"
        "sys.exit(2 if {'libcst', 'rich'} & set(sys.modules) else code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=top, capture_output=True)
    assert done.returncode == 1


def test_scripts_never_import_the_parser_of_pages(tree):
    top = tree({"a.py": PROGRAM})
    program = (
        "import sys\n"
        "from migrator.cli import main\n"
        "code = main(['--diff', '--pages', 'a.py'])\n"
        "sys.exit(2 if 'markdown_it' in sys.modules else code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=top, capture_output=True)
    assert done.returncode == 1
