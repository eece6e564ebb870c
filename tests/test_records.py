"""Records are frozen dataclasses in all that anybody here asks of them."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from migrator import records


@records.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2
    names: list[str] = records.field(default_factory=list, repr=False)


@records.dataclass(slots=True)
class Pen:
    width: int
    used: dict[str, int] = records.field(default_factory=dict)
    wide: bool = False

    def __post_init__(self) -> None:
        self.wide = self.width > 3


@records.dataclass(frozen=True, slots=True)
class Pair:
    one: int
    other: int


@records.dataclass(frozen=True)
class Line:
    start: Point
    end: Point

    @property
    def length(self) -> int:
        return self.end.x - self.start.x


@records.dataclass(eq=False, slots=True)
class Scope:
    path: tuple[str, ...]


@records.dataclass(frozen=True, slots=True)
class Nothing:
    """A record without fields."""


def test_a_record_shows_itself_as_a_dataclass_does() -> None:
    assert repr(Line(Point(1), Point(3))) == "Line(start=Point(x=1, y=2), end=Point(x=3, y=2))"
    assert repr(Nothing()) == "Nothing()"


def test_records_are_alike_and_hash_by_their_fields() -> None:
    one, other = Line(Point(1), Point(2)), Line(Point(1), Point(2))
    assert one == other
    assert one != Line(Point(1), Point(3))
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())
    assert one != "text"
    assert hash((1, 2)) == hash(Pair(1, 2))
    assert len({Pair(1, 2), Pair(1, 2), Pair(2, 1)}) == 2


def test_a_class_that_is_compared_by_identity_is() -> None:
    scope = Scope(())
    assert scope == scope
    assert scope != Scope(())
    assert scope in {scope}


def test_what_may_change_has_no_hash() -> None:
    with pytest.raises(TypeError):
        hash(Pen(1))


def test_each_record_has_containers_of_its_own() -> None:
    assert Pen(1).used is not Pen(1).used
    assert Pen(5).wide
    assert not Pen(2).wide


@pytest.mark.parametrize("record", [Point(1), Line(Point(1), Point(2))])
def test_nothing_changes_a_frozen_record(record: object) -> None:
    with pytest.raises(AttributeError):
        record.x = 3  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        del record.x  # type: ignore[attr-defined]


def test_arguments_are_counted() -> None:
    with pytest.raises(TypeError, match="x"):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="z"):
        Point(1, z=2)  # type: ignore[call-arg]


@pytest.mark.parametrize("record", [Point(1, 5), Pen(4), Line(Point(1), Point(2)), Nothing()])
def test_records_go_to_other_processes_and_are_copied(record: object) -> None:
    assert pickle.loads(pickle.dumps(record)) == record
    assert copy.copy(record) == record
    assert copy.deepcopy(record) == record


def test_parts_are_replaced() -> None:
    assert records.replace(Point(1), y=7) == Point(1, 7)
    assert dataclasses.replace(Point(1), y=7) == Point(1, 7)
    assert [f.name for f in records.fields(Point(1))] == ["x", "y", "names"]
    assert [f.name for f in dataclasses.fields(Point(1))] == ["x", "y", "names"]
    assert records.is_dataclass(Point)
    assert dataclasses.is_dataclass(Point(1))
    assert not records.is_dataclass("text")


def test_a_record_takes_over_no_fields_of_others() -> None:
    with pytest.raises(TypeError, match="has bases"):

        @records.dataclass(frozen=True)
        class Longer(Line):
            more: int


def test_a_class_below_a_record_is_made_as_one() -> None:
    class Marked(Pair):
        pass

    assert Marked(1, 2).other == 2
    assert Marked(1, 2) == Marked(1, 2)
    assert hash(Marked(1, 2)) == hash((1, 2))
