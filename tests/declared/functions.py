# ruff: noqa
"""Every signature whose declaration is told from its source; each public function is a case."""

import datetime
import enum
import typing
import uuid
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, Dict, List, Literal, Optional, Tuple, Union

import pydantic
from pydantic import BaseModel, Field

Unit = Literal["celsius", "fahrenheit"]
LIMIT = 10


class Color(Enum):
    """The colours there are."""

    RED = "red"
    BLUE = "blue"


class Size(str, enum.Enum):
    SMALL = "S"
    LARGE = "L"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Only(Enum):
    ONE = "one"


class Address(BaseModel):
    street: str
    zip_code: Optional[str] = None


class Customer(BaseModel):
    """A customer.

    Has addresses.
    """

    name: str = Field(description="the full name", min_length=1)
    age: int = Field(18, ge=0, lt=150)
    addresses: list[Address] = []
    home: Address
    color: Color
    tags: Dict[str, int] = Field(default={}, title="Labels")
    score: float | None = Field(None, description="between 0 and 1")

    @property
    def first(self) -> str:
        return self.name.split()[0]


class Named(pydantic.BaseModel):
    kind: Literal["a", "b"] = "a"


def no_arguments() -> str:
    """Tells the time."""
    return "now"


def no_docstring(a: str):
    return a


def one_line(city: str) -> str:
    """Gets the weather of a city."""
    return city


def google_style(city: str, days: int = 3) -> str:
    """Gets the weather.

    Args:
        city: The city, e.g. "Paris".
        days: How many days
            to look ahead.

    Returns:
        A text.
    """
    return city


def numpy_style(city: str, days: float = 1.5) -> dict:
    """
    Gets the weather.

    Parameters
    ----------
    city : str
        The city.
    days : float, optional
    """
    return {}


def sphinx_style(city: str) -> dict[str, str]:
    r"""Gets the weather\climate.

    :param city: The city with "quotes", 'more' and {braces}.
    :returns: Something.
    """
    return {}


def tabs_and_blank(city: str) -> str:
    """

    Indented by a tab.

      Deeper.

    """  # noqa: D206, E101, W191
    return city


def empty_docstring(a: int) -> int:
    """"""
    return a


def scalars(a: str, b: int, c: float, d: bool) -> None:
    """Scalars."""


def defaults(a: str = "x", b: int = -1, c: float = 0.5, d: bool = False, e: str = "") -> None:
    """Defaults."""


def default_none(a: str = None, b: Optional[int] = None) -> None:  # noqa: RUF013
    """None as a default."""


def default_by_name(a: int = LIMIT) -> None:
    """A default with a name."""


def default_list(a: list[str] = ["x", "y"], b: dict[str, int] = {"k": 1}) -> None:  # noqa: B006
    """Displays as defaults."""


def optional(a: Optional[str], b: str | None, c: Union[int, None] = 4) -> None:
    """Optional values."""


def unions(a: Union[int, str], b: int | float | None, c: Union[str, Optional[int]]) -> None:
    """Unions."""


def null_first(a: None | str, b: Union[None, int, str]) -> None:
    """None before the rest."""


def repeated_union(a: Union[List[str], list[str], int]) -> None:
    """The same twice."""


def literals(a: Literal["x", "y"], b: Literal["only"], c: Literal[1, 2] = 1) -> None:
    """Literals."""


def optional_literal(a: Optional[Literal["x", "y"]] = None) -> None:
    """A literal or nothing."""


def aliased(unit: Unit, other: Optional[Unit] = "celsius") -> None:
    """An alias of the module."""


def enums(color: Color, size: Size, level: Level, only: Only) -> None:
    """Enums."""


def nested_enums(colors: list[Color], size: Optional[Size] = None) -> None:
    """Enums inside of others."""


def lists(a: list, b: list[str], c: List[int], d: typing.List, e: list[list[float]]) -> None:
    """Lists."""


def sequences(a: Sequence[str], b: typing.Sequence[int], c: typing.Iterable[str]) -> None:
    """Sequences."""


def dicts(a: dict, b: dict[str, int], c: Dict[str, list[int]], d: dict[str, Any]) -> None:
    """Dicts."""


def mappings(a: Mapping[str, str], b: typing.Mapping[str, Any]) -> None:
    """Mappings."""


def tuples(a: tuple[int, str], b: Tuple[float, ...], c: tuple) -> None:
    """Tuples."""


def optional_tuple(a: Optional[tuple[int, int]]) -> None:
    """A tuple or nothing."""


def sets(a: set[str], b: set, c: frozenset[int]) -> None:
    """Sets."""


def anything(a: Any, b: object, c: Any = None) -> None:
    """No type to speak of."""


def only_anything(a: Any) -> None:
    """Nothing is required."""


def dates(a: datetime.date, b: datetime.datetime, c: datetime.time, d: uuid.UUID) -> None:
    """Types of the library."""


def annotated(
    a: Annotated[str, "the city"],
    b: Annotated[int, Field(description="how many", ge=1, le=LIMIT - 0 if False else 10)] = 2,
) -> None:
    """Annotated parameters."""


def described(
    city: Annotated[str, Field(description="The city.", min_length=2, max_length=80)],
    days: Annotated[int, Field(description="Days ahead", ge=1, le=14)] = 3,
    tags: Annotated[list[str], Field(max_length=3)] = [],  # noqa: B006
) -> None:
    """Fields in annotations."""


def model(address: Address) -> None:
    """A model."""


def nested_model(customer: Customer, note: str = "") -> None:
    """A model of models."""


def models(addresses: list[Address], by_name: dict[str, Address], one: Address | None) -> None:
    """Containers of models."""


def model_twice(address: Address, others: list[Address]) -> None:
    """The same model, written out and referred to."""


def literal_model(named: Named) -> None:
    """A model with a literal."""


def keyword_only(a: str, *, b: int = 2, c: bool) -> None:
    """Keyword-only parameters."""


def quoted(a: "str", b: "Optional[Address]" = None) -> "dict":
    """Annotations in quotes."""
    return {}


def no_result(a: str):
    """No annotation of the result."""


async def asynchronous(a: str, b: float = 1.0) -> str:
    """An async function."""
    return a


class Shop:
    """Methods; `self` is no parameter."""

    def lookup(self, item: str, count: int = 1) -> str:
        """Looks an item up."""
        return item

    async def order(self, item: str) -> str:
        """Orders an item."""
        return item

    @staticmethod
    def price(item: str) -> float:
        """Tells a price."""
        return 1.0

    @classmethod
    def stock(cls, item: str) -> int:
        """Counts the stock."""
        return 1

    def nothing(self) -> str:
        """No argument but self."""
        return ""
