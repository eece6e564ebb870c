"""What fields and options are where nothing else is given, and literals told apart."""

from __future__ import annotations

import ast

import pytest

from migrator.understand.facts import read_otherwise
from migrator.understand.values import Constant
from tests.understand.probing import seen, understood


@pytest.mark.parametrize(
    "field",
    ['Field("m", alias="M")', 'Field(default="m")', '"m"'],
)
def test_a_field_of_pydantic(field: str) -> None:
    program = f"""
        from pydantic import BaseModel, Field
        class Settings(BaseModel):
            model: str = {field}
        probe(Settings().model)
    """
    assert seen(program) == {"'m'", "str"}


def test_a_field_without_a_text_is_what_its_annotation_says() -> None:
    program = """
        from pydantic import BaseModel, Field
        class Settings(BaseModel):
            model: str = Field(...)
            size: int = Field(3)
        probe(Settings().model)
    """
    assert seen(program) == {"str"}
    assert seen(program.replace("probe(Settings().model)", "probe(Settings().size)")) == {"int"}


def test_a_parameter_that_typer_describes() -> None:
    program = """
        import typer
        def main(model: str = typer.Option("m", "--model")):
            probe(model)
        typer.run(main)
    """
    assert seen(program) == {"'m'", "str"}


@pytest.mark.parametrize(
    ("option", "found"),
    [
        ('"--model", default="m"', {"'m'", "str"}),
        ('"-m", "--model", default="m", type=str', {"'m'", "str"}),
        ('"--other", "model", default="m"', {"'m'", "str"}),
        ('"--model", default="m", type=click.Choice(["m", "n"])', {"'m'", "str"}),
        ('"--model", default="m", multiple=True', {"anything"}),
        ('"--model", default="m", callback=check', {"anything"}),
        ('"--model", default="m", type=click.File()', {"anything"}),
        ('"--other", default="m"', {"anything"}),
        ('"--model"', {"anything"}),
    ],
)
def test_a_parameter_that_an_option_of_click_fills(option: str, found: set[str]) -> None:
    program = f"""
        import click
        @click.command()
        @click.option({option})
        def main(model):
            probe(model)
        main()
    """
    assert seen(program) == found


def test_literals_that_say_the_same_can_be_followed_by_themselves() -> None:
    facts = understood('a = "m"\nb = "m"\nprobe(a)\nprobe(b)')
    module = facts.structure.modules[0]
    first, second = (s.value for s in module.body if isinstance(s, ast.Assign) and _is_text(s))
    assert isinstance(first, ast.Constant) and isinstance(second, ast.Constant)
    again = read_otherwise(facts, {first: "one", second: "two"})
    probed = [s.value.args[0] for s in module.body if isinstance(s, ast.Expr)]  # type: ignore[attr-defined]
    assert [again.values(node) for node in probed] == [
        frozenset({Constant("one", "str")}),
        frozenset({Constant("two", "str")}),
    ]
    assert (first.value, second.value) == ("m", "m")


def _is_text(statement: ast.Assign) -> bool:
    return isinstance(statement.value, ast.Constant)
