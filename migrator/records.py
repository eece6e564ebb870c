"""Dataclasses as this house uses them, made in a tenth of the time.

`dataclasses.dataclass` writes and compiles six methods for every class at once, which for all
classes of the tool took longer than to migrate a file. Here the methods of a class are written
when the first of them is called, and a frozen record is made in a third of the time. Type checkers
see the dataclasses that these are, but for what nobody here needs: they have no bases, no order,
and no `ClassVar` or `InitVar` among their fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field", "fields", "is_dataclass", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, is_dataclass, replace
else:
    from collections.abc import Callable
    from typing import NamedTuple

    _REQUIRED = object()
    _WRITTEN = ("__init__", "__eq__", "__hash__")

    class _Field(NamedTuple):
        """One field of a record, with what it is where it isn't given."""

        name: str
        default: object = _REQUIRED
        factory: Callable[[], object] | None = None
        repr: bool = True

    def field(*, default=_REQUIRED, default_factory=None, repr=True) -> Any:
        """A field with more to say than its default."""
        return _Field("", default, default_factory, repr)

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True) -> Any:
        """The class `cls` with what makes a record of its annotations."""

        def made(cls: type) -> type:
            return _record(cls, frozen=frozen, slots=slots, eq=eq)

        return made if cls is None else made(cls)

    def is_dataclass(thing: object) -> bool:
        """Whether `thing` is a record, or a class of them."""
        return hasattr(thing, "__record_fields__")

    def fields(thing: object) -> tuple[_Field, ...]:
        """The fields of a record, or of a class of them, in order."""
        return thing.__record_fields__

    def replace(record, /, **changes) -> Any:
        """A record like another one, but for `changes`."""
        for one in record.__record_fields__:
            if one.name not in changes:
                changes[one.name] = getattr(record, one.name)
        return type(record)(**changes)

    def _record(cls: type, *, frozen: bool, slots: bool, eq: bool) -> type:
        if cls.__bases__ != (object,):
            raise TypeError(f"{cls.__name__} has bases, whose fields a record does not take over")
        own = dict(cls.__dict__)
        found = []
        for name in cls.__annotations__:
            given = own.pop(name, _REQUIRED)
            found.append(
                given._replace(name=name) if isinstance(given, _Field) else _Field(name, given)
            )
        names = tuple(one.name for one in found)
        more = {"__record_fields__": tuple(found), "__match_args__": names, "__repr__": _shown}
        more["__dataclass_fields__"] = _Standard()
        more["__init__"] = _at_first("__init__")
        if eq:
            more["__eq__"] = _at_first("__eq__")
            more["__hash__"] = _at_first("__hash__") if frozen else None
        if frozen:
            more |= {"__setattr__": _refuse, "__delattr__": _refuse}
        own.pop("__dict__", None)
        own.pop("__weakref__", None)
        if slots:
            own["__slots__"] = names
            more |= {"__getstate__": _state, "__setstate__": _restore}
        else:
            own |= {one.name: one.default for one in found if one.default is not _REQUIRED}
        made = type(cls)(cls.__name__, (), more | own)
        made.__qualname__ = cls.__qualname__
        return made

    def _at_first(name: str) -> Callable[..., object]:
        """A method that writes those of its class when it is called, and is replaced by one."""

        def method(self: object, /, *arguments: object, **named: object) -> object:
            _write(next(c for c in type(self).__mro__ if "__record_fields__" in c.__dict__))
            return getattr(type(self), name)(self, *arguments, **named)

        method.waits = True
        return method

    def _write(cls: type) -> None:
        """Write the methods of a record that nobody has called before."""
        known: dict[str, object] = {"_required_": _REQUIRED}
        source = _source(cls, known)
        exec(source, known)
        for name in _WRITTEN:
            if getattr(cls.__dict__.get(name), "waits", False):
                known[name].__qualname__ = f"{cls.__qualname__}.{name}"
                setattr(cls, name, known[name])

    def _source(cls: type, known: dict[str, object]) -> str:
        frozen = cls.__setattr__ is _refuse
        parameters, lines = [], []
        for one in cls.__record_fields__:
            name, value = one.name, one.name
            if one.factory is not None:
                known[f"_make_{name}"] = one.factory
                parameters.append(f"{name}=_required_")
                value = f"_make_{name}() if {name} is _required_ else {name}"
            elif one.default is not _REQUIRED:
                known[f"_default_{name}"] = one.default
                parameters.append(f"{name}=_default_{name}")
            else:
                parameters.append(name)
            if frozen:
                known[f"_set_{name}"] = _setter(cls, name)
                lines.append(f" _set_{name}(self, {value})")
            else:
                lines.append(f" self.{name} = {value}")
        if hasattr(cls, "__post_init__"):
            lines.append(" self.__post_init__()")
        own = "".join(f"self.{one.name}, " for one in cls.__record_fields__)
        other = own.replace("self.", "other.")
        return "\n".join(
            [
                f"def __init__(self, {', '.join(parameters)}):",
                *(lines or [" pass"]),
                "def __eq__(self, other):",
                f" if other.__class__ is self.__class__: return ({own}) == ({other})",
                " return NotImplemented",
                f"def __hash__(self): return hash(({own}))",
            ]
        )

    def _setter(cls: type, name: str) -> Callable[[object, object], None]:
        """What sets a field of a frozen record, which nothing else may."""
        slot = cls.__dict__.get(name)
        if hasattr(slot, "__set__"):
            return slot.__set__
        return lambda self, value: object.__setattr__(self, name, value)

    class _Standard:
        """What `dataclasses` looks for: its functions take records, too."""

        def __get__(self, record: object, cls: type) -> object:
            import dataclasses

            twin = dataclasses.make_dataclass(cls.__name__, cls.__match_args__)
            return twin.__dataclass_fields__

    def _shown(self: object) -> str:
        told = [f"{f.name}={getattr(self, f.name)!r}" for f in self.__record_fields__ if f.repr]
        return f"{type(self).__qualname__}({', '.join(told)})"

    def _refuse(self: object, name: str, _: object = None) -> None:
        raise AttributeError(f"{type(self).__qualname__} is frozen: its {name} stays as it is")

    def _state(self: object) -> list[object]:
        return [getattr(self, one.name) for one in self.__record_fields__]

    def _restore(self: object, state: list[object]) -> None:
        for one, value in zip(self.__record_fields__, state, strict=True):
            object.__setattr__(self, one.name, value)
