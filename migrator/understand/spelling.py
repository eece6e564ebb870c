"""What the spelling of an expression alone gives away: methods that only text has, sums with text.

The receiver may be of any type, so only names count that nothing else answers with something a
program would take for text: `.strip()` of anything is text (or bytes, which no API takes for it).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from migrator.understand import python_types
from migrator.understand.arguments import Arguments
from migrator.understand.values import Constant

ONLY_TEXT = frozenset(
    {
        "capitalize",
        "casefold",
        "expandtabs",
        "lower",
        "lstrip",
        "removeprefix",
        "removesuffix",
        "rstrip",
        "strip",
        "swapcase",
        "title",
        "upper",
        "zfill",
    }
)
"""Methods of text that other things don't have, and that give text."""
TELLING = ONLY_TEXT | {"endswith", "isdigit", "isspace", "splitlines", "startswith"}
"""Methods that tell that what has them is text."""
GIVING_TEXT: dict[str, str] = {
    **dict.fromkeys(
        [
            "extract_text",
            "export_to_markdown",
            "get_text",
            "getText",
            "hexdigest",
            "isoformat",
            "model_dump_json",
            "prettify",
            "read_text",
            "receive_text",
            "strftime",
            "to_markdown",
        ],
        "str",
    ),
    "splitlines": "list[str]",
}
"""Methods of other things -> what they give, wherever they are known."""
RUNNING = frozenset(
    {
        "attempt",
        "attempts",
        "backoff",
        "call",
        "execute",
        "invoke",
        "limit",
        "limited",
        "retries",
        "retry",
        "retrying",
        "run",
        "throttle",
        "throttled",
        "timeout",
    }
)
"""Words in names of functions that run one which they are given."""
ENCODINGS = frozenset({"ascii", "cp1252", "latin-1", "latin1", "utf-8", "utf-8-sig", "utf8"})


def result(node: ast.Call) -> str | None:
    """The type of what a call of something unknown gives, as far as its spelling tells."""
    if not isinstance(node.func, ast.Attribute) or _is_column(node.func.value):
        return None
    name = node.func.attr
    if name in GIVING_TEXT:
        plain = not node.args or name in {"read_text", "strftime", "splitlines"}
        return GIVING_TEXT[name] if plain else None
    if name == "split":
        return "list[str]" if _splits_text(node) else None
    if name == "get":
        return "str" if len(node.args) == 2 and is_literal(node.args[1]) else None
    return "str" if is_method_of_text(node) and name not in TELLING - ONLY_TEXT else None


def is_method_of_text(node: ast.Call) -> bool:
    """Whether only text has the method that is called, with these arguments."""
    if not isinstance(node.func, ast.Attribute) or _is_column(node.func.value):
        return False
    name, first = node.func.attr, node.args[0] if node.args else None
    if name in TELLING:
        return first is None or name not in ONLY_TEXT or is_literal(first)
    if name == "replace":
        return len(node.args) > 1 and first is not None and is_literal(first)
    if name == "split":
        return _splits_text(node)
    if name == "encode":
        return first is None or (is_literal(first) and len(node.args) == 1)
    return name == "format" or joins(node)


def joins(node: ast.Call) -> bool:
    """`"…".join(…)`."""
    func = node.func
    return isinstance(func, ast.Attribute) and func.attr == "join" and is_literal(func.value)


def _splits_text(node: ast.Call) -> bool:
    """`x.split()`, `x.split(", ")`: tensors and pictures are split by numbers."""
    return len(node.args) > 0 and is_literal(node.args[0])


def _is_column(receiver: ast.expr) -> bool:
    """`frame["name"].str`, whose methods give columns."""
    return isinstance(receiver, ast.Attribute) and receiver.attr in {"str", "char"}


def decodes(node: ast.Call, arguments: Arguments) -> bool:
    """`x.decode("utf-8")`, or `x.read().decode()`: text, whatever `x` is."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "decode":
        return False
    if not node.args and not node.keywords:
        source = node.func.value
        read = source.value if isinstance(source, ast.Await) else source
        return isinstance(read, ast.Call) and getattr(read.func, "attr", "") == "read"
    named = arguments.positional[0] if arguments.positional else arguments.keywords.get("encoding")
    return bool(named) and all(
        isinstance(v, Constant) and str(v.value).lower() in ENCODINGS for v in named or ()
    )


# expressions that are text


def is_text(node: ast.expr, name: str | None = None) -> bool:
    """Whether an expression is text by its spelling, if `name` is."""
    if isinstance(node, ast.Name):
        return node.id == name
    if is_literal(node):
        return True
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Mod):
            return is_literal(node.left)
        return isinstance(node.op, ast.Add) and any(is_text(n, name) for n in operands(node))
    if isinstance(node, ast.IfExp):
        return is_text(node.body, name) and is_text(node.orelse, name)
    if isinstance(node, ast.BoolOp):
        return all(is_text(value, name) for value in node.values)
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice) and is_text(node.value, name)
    if not isinstance(node, ast.Call):
        return False
    return python_types.FUNCTIONS.get(dotted(node.func)) == "str" or result(node) == "str"


def is_literal(node: ast.expr) -> bool:
    """A string that is written out."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def says_something(node: ast.expr) -> bool:
    """A string that is written out and not empty."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)
    )


def operands(node: ast.expr) -> Iterator[ast.expr]:
    """What a sum adds up."""
    todo = [node]
    while todo:
        current = todo.pop()
        if isinstance(current, ast.BinOp) and isinstance(current.op, ast.Add):
            todo += [current.left, current.right]
        else:
            yield current


def dotted(node: ast.expr) -> str:
    """`a.b.c` of attributes of a name, else nothing."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""


def may_be_of_module(func: ast.expr, imported: Iterable[str]) -> bool:
    """`prompts.format(…)`, where `prompts` is imported: it may be a function of a module."""
    if not (isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)):
        return False
    name = func.value.id
    return name.islower() and any(path.rpartition(".")[2] == name for path in imported)


def runs_what_it_is_given(call: ast.Call) -> bool:
    """Whether the name of a function says that it runs one: `call_with_retry(lambda: …)`."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    words = name.lower().strip("_").split("_")
    return bool(RUNNING.intersection(words)) and name.strip("_")[:1].islower()
