"""What `argparse` makes of a command line: the types of a namespace's attributes.

Source: the `argparse` chapter of the library reference. Groups and subparsers fill the namespace of
the parser they belong to, so they stand for it here.
"""

from __future__ import annotations

import ast

from migrator.understand.arguments import Arguments
from migrator.understand.state import State
from migrator.understand.values import (
    ANYTHING,
    NONE,
    TEXT,
    Constant,
    Object,
    Symbol,
    Values,
    join,
    one,
)

PARSER = "argparse.ArgumentParser"
NAMESPACE = "argparse.Namespace"
PARTS = frozenset(
    {"add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser"}
)
METHODS = frozenset({"add_argument", "set_defaults", "parse_args", *PARTS})
SLOT = "\0argument "
"""Before the name of an attribute, in what is stored for a parser."""

CONVERTED: dict[str, str] = {
    "str": "str",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "ascii": "str",
    "pathlib.Path": "pathlib.Path",
}
"""Values of `type=` -> the type of what they make of a text."""


def call_method(
    state: State, parser: Object, name: str, node: ast.Call, given: Arguments
) -> Values:
    """What a method of a parser returns; what it says of the namespace is noted in `state`."""
    assert parser.origin is not None
    if name in PARTS:
        return one(parser)
    if name == "add_argument":
        destination = _destination(given)
        if destination is not None:
            values = ANYTHING if given.spread else _values(given)
            state.store(parser.origin, SLOT + destination, values)
        return ANYTHING
    if name == "set_defaults":
        for keyword, values in given.keywords.items():
            state.store(parser.origin, SLOT + keyword, values)
        return one(NONE)
    if "namespace" in given.keywords or len(given.positional) > 1 or given.spread:
        return ANYTHING
    for key in state.keys.get(parser.origin, set()).copy():
        if isinstance(key, str) and key.startswith(SLOT):
            state.store(node, "." + key.removeprefix(SLOT), state.heap[parser.origin, key])
    return one(Object(NAMESPACE, node))


def _text(values: Values | None) -> str | None:
    """The one text that an argument is."""
    value = next(iter(values)) if values and len(values) == 1 else None
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else None


def _destination(given: Arguments) -> str | None:
    """The attribute that an argument fills: `dest`, or the first long flag, or the first of all."""
    if "dest" in given.keywords:
        return _text(given.keywords["dest"])
    flags = [_text(values) for values in given.positional]
    if not flags or None in flags:
        return None
    names = [flag for flag in flags if flag]
    chosen = next((n for n in names if n.startswith("--")), names[0] if names else "")
    return chosen.lstrip("-").replace("-", "_") or None


def _values(given: Arguments) -> Values:
    """What an argument may be, given or not."""
    action = _text(given.keywords.get("action")) or "store"
    if action in {"store_true", "store_false"}:
        return one(Object("bool"))
    if action == "count":
        return join((one(Object("int")), _default(given)))
    if action not in {"store", "append", "extend"} or (
        "action" in given.keywords and _text(given.keywords["action"]) is None
    ):
        return ANYTHING
    single = _single(given)
    many = action != "store" or _takes_many(given)
    if many is None or (many and single != one(TEXT)):
        return ANYTHING
    return join((one(Object("list[str]")) if many else single, _default(given)))


def _single(given: Arguments) -> Values:
    """What is made of one text of the command line."""
    if "type" not in given.keywords:
        return one(TEXT)
    types = [getattr(v, "path", None) for v in given.keywords["type"] if isinstance(v, Symbol)]
    known = [CONVERTED[path] for path in types if path in CONVERTED]
    if not known or len(known) < len(given.keywords["type"]):
        return ANYTHING
    return frozenset(Object(name) for name in known)


def _takes_many(given: Arguments) -> bool | None:
    """Whether the texts come as a list; None where that is not known."""
    if "nargs" not in given.keywords:
        return False
    values = given.keywords["nargs"]
    value = next(iter(values)) if len(values) == 1 else None
    if isinstance(value, Symbol):
        return True if value.path == "argparse.REMAINDER" else None
    return value.value not in {"?", None} if isinstance(value, Constant) else None


def _default(given: Arguments) -> Values:
    """What is there when the argument is left out."""
    if "default" in given.keywords:
        return join((given.keywords["default"], given.keywords.get("const", frozenset())))
    flags = [_text(values) or "" for values in given.positional]
    required = _is_true(given.keywords.get("required"))
    positional = not any(flag.startswith("-") for flag in flags)
    optional = _text(given.keywords.get("nargs")) == "?"
    return frozenset() if required or (positional and not optional) else one(NONE)


def _is_true(values: Values | None) -> bool:
    return values == one(Constant(True, "bool"))
