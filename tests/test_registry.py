"""Every codemod is whole: an id of its own, a page, a case, and rules the engine can find."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import codemods as package
from migrator import reference
from migrator.codemod import Applicability, Codemod
from migrator.plan import Use
from migrator.registry import codemods, rule_book
from migrator.rule_kinds import kind_of, rule_kinds
from tests.oracle.cases import FIXTURES
from tests.oracle.environments import ROOT

KNOWN = codemods()
each = pytest.mark.parametrize("codemod", KNOWN, ids=lambda codemod: codemod.name)


def test_names_are_unique_and_codes_have_no_gaps() -> None:
    assert len({codemod.name for codemod in KNOWN}) == len(KNOWN)
    assert len({codemod.code for codemod in KNOWN}) == len(KNOWN)
    codes = sorted(codemod.code for codemod in KNOWN)
    assert codes == [f"GM{number:03}" for number in range(1, len(KNOWN) + 1)]


@each
def test_names_are_kebab_case_and_those_of_the_module(codemod: Codemod) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", codemod.name)
    name = codemod.name.replace("-", "_")
    rooms = package.ROOMS[1:]
    assert sum((ROOT / "codemods" / room / f"{name}.py").exists() for room in rooms) == 1
    assert isinstance(codemod.applicability, Applicability)


@each
def test_the_summary_is_one_plain_line(codemod: Codemod) -> None:
    assert codemod.summary
    assert "\n" not in codemod.summary
    assert not codemod.summary.endswith(".")
    assert codemod.summary[0].islower()


@each
def test_the_docstring_says_why_what_and_what_not(codemod: Codemod) -> None:
    lead, sections = reference.parse(codemod.doc)
    assert lead.count("\n") == 0
    assert lead.endswith(".")
    assert tuple(sections) == reference.SECTIONS
    assert all(text.endswith((".", ":")) for text in sections.values())


@each
def test_there_is_a_case_that_is_rewritten(codemod: Codemod) -> None:
    rewritten = list((FIXTURES / codemod.name).glob("*/after.py"))
    assert bool(rewritten) == (codemod.applicability is not Applicability.MANUAL)
    assert list((FIXTURES / codemod.name).glob("*/before.py"))


@each
def test_every_key_is_one_the_engine_asks_for(codemod: Codemod) -> None:
    assert codemod.rules
    for key, rule in codemod.rules.items():
        assert callable(rule)
        assert all(isinstance(word, str) and word for word in key)
        kind = kind_of(key)
        assert kind is not None, f"{key}: migrator/rule_kinds.py has no such kind"
        given = list(inspect.signature(rule).parameters)
        assert len(given) == 1 + len(kind.given), f"{key}: a rule of {kind}"
        if kind.key[-1] == "USE":
            assert key[2] in Use.__members__, key


def test_every_kind_of_rule_has_one() -> None:
    used = {kind_of(key) for key in rule_book().rules}
    assert used == set(rule_kinds())


def test_no_two_codemods_claim_a_key() -> None:
    assert len(rule_book().rules) == sum(len(codemod.rules) for codemod in KNOWN)


def test_every_folder_of_cases_belongs_to_a_codemod_or_to_the_engine() -> None:
    folders = {path.name for path in FIXTURES.iterdir() if path.is_dir()}
    assert folders - {codemod.name for codemod in KNOWN} <= {
        "imports",
        "chats",
        "history",
        "notebooks",
        "pages",
        "projects",
        "requirements",
    }


def test_the_reference_is_current() -> None:
    written = reference.PATH.read_text(encoding="utf-8")
    assert written == reference.reference(KNOWN), "run `python -m migrator.reference`"


def test_a_stale_reference_fails_the_check_and_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "README.md"
    path.write_text("old\n", encoding="utf-8")
    monkeypatch.setattr(reference, "PATH", path)
    assert reference.main(["--check"]) == 1
    assert "is stale" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "old\n"
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0


@each
def test_explain_prints_the_page_of_the_reference(codemod: Codemod) -> None:
    text = reference.explain(codemod)
    assert text.startswith(f"{codemod.code} {codemod.name}\n\n")
    assert ("\n```diff\n" in text) == (codemod.applicability is not Applicability.MANUAL)
    written = reference.PATH.read_text(encoding="utf-8")
    assert "## " + text.rstrip() in written.replace("[More cases](../", "More cases (")


def test_explain_does_without_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "PATH", Path("nowhere.md"))
    monkeypatch.setattr(reference, "FIXTURES", Path("nowhere"))
    text = reference.explain(KNOWN[0])
    assert text.startswith(f"{KNOWN[0].code} {KNOWN[0].name}\n\n")
    assert "**Leaves alone:**" in text
