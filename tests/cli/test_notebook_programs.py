"""Notebooks that import modules of the project around them, at the command line."""

from __future__ import annotations

import json

import pytest

from tests.notebooks.build import notebook

LLM = """\
from google import genai

client = genai.Client()


def ask(question):
    return client.models.generate_content(model="m", contents=question)


def keep(question):
    return client.models.generate_content(model="m", contents=question)
"""
IMPORTS = "import sys\n\nsys.path.append('..')\nfrom app.llm import ask, keep"
OLD_OUTPUT = "outputs of cells that changed are those of the former code"


@pytest.fixture
def project(tree):
    """A package and two notebooks, which call the same names the same."""
    one = [
        IMPORTS,
        "response = ask('a')\nprint(response.text)",
        "response = ask('b')\nresponse.text",
    ]
    two = [IMPORTS, "response = ask('c')\nlen(response.text)", "oops(", "x = keep('d')\nsave(x)"]
    return tree(
        {
            "pyproject.toml": "[project]\nname = 'shore'\n",
            "app/__init__.py": "",
            "app/llm.py": LLM,
            "nb/one.ipynb": notebook(one),
            "nb/two.ipynb": notebook(two),
        }
    )


def test_what_a_notebook_reads_changes_with_the_module(command, project):
    done = command("-i", "--no-requirements", "-v", ".")
    assert done.code == 1
    assert "app/llm.py:7:12: GM001 [migrated]" in done.out
    assert "nb/two.ipynb: cell 3 is no Python" in done.err
    assert OLD_OUTPUT in done.out
    for name in ("one", "two"):
        text = (project / f"nb/{name}.ipynb").read_text()
        assert "response.output_text" in text and "response.text" not in text
    assert "keep('d')" in (project / "nb/two.ipynb").read_text()
    again = command("-i", "--no-requirements", ".")
    assert again.out.endswith("1 legacy call site: 1 needs a person.\n")


def test_what_stops_a_function_is_told_by_cell(command, project):
    done = command("--check", ".")
    assert "blocked at nb/two.ipynb, cell 4, line 2" in done.out
    data = json.loads(command("--check", "--output-format", "json", ".").out)
    blockers = [one["blocker"] for file in data["files"] for one in file["findings"]]
    (blocker,) = filter(None, blockers)
    assert (blocker["path"], blocker["cell"]["number"], blocker["line"]) == ("nb/two.ipynb", 4, 2)


def test_a_module_alone_is_not_migrated_without_its_notebooks(command, project):
    done = command("-i", "app")
    assert done.code == 1
    assert "nb/one.ipynb must change with it" in done.out
    assert (project / "app/llm.py").read_text() == LLM


def test_plans_are_explained_by_cell(command, project):
    page = command("--explain-plan", ".").out
    assert "nb/one.ipynb, cell 3, line 2: replace `text` by `output_text`" in page
    assert "stopped at nb/two.ipynb, cell 4, line 2" in page


def test_outputs_are_emptied_where_nothing_is_called(command, project):
    done = command("-i", "--no-requirements", "--clear-outputs", ".")
    assert OLD_OUTPUT not in done.out
    cells = json.loads((project / "nb/one.ipynb").read_bytes())["cells"]
    assert [bool(cell["outputs"]) for cell in cells] == [True, False, False]
