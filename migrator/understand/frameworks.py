"""What well-known frameworks hand to a program: which of it is the text that a user wrote.

Source: the signatures of streamlit 1.67, typer, rich, werkzeug 3.1 (for flask), requests
2.32, httpx 0.28, jinja2 3.1, python-telegram-bot 22.8, discord.py 2.7, aiogram 3.31 and
starlette 0.50 (for fastapi).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from migrator.understand.structure import FUNCTION_TYPES, ScopeNode
from migrator.understand.values import (
    ANYTHING,
    NOTHING,
    TEXT,
    Object,
    Symbol,
    Value,
    Values,
    join,
    one,
    typed,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """A function that reads a text; not if one of the keywords `converting` is given.

    `default` says that what follows its first argument (or `default=`) may come back instead.
    """

    returns: str
    converting: frozenset[str] = frozenset()
    default: bool = False


_TYPED = frozenset({"type"})
_FIELD = Reader("str", frozenset({"value"}))
_CHAT = Reader("str | None", frozenset({"accept_file", "accept_audio"}))
_GET = Reader("str | None", _TYPED, default=True)

SENT = (
    "fastapi.UploadFile",
    "fastapi.datastructures.UploadFile",
    "starlette.datastructures.UploadFile",
)
"""Files that come with a request; what they hold is waited for."""
ATTACHED = tuple(f"{library}.Attachment" for library in ("discord", "disnake", "nextcord"))
POSTED = "werkzeug.datastructures.FileStorage"
HEADERS = ("requests.Headers", "httpx.Headers")

FUNCTIONS: dict[str, Reader] = {
    "streamlit.chat_input": _CHAT,
    "streamlit.text_input": _FIELD,
    "streamlit.text_area": _FIELD,
    "streamlit.sidebar.chat_input": _CHAT,
    "streamlit.sidebar.text_input": _FIELD,
    "streamlit.sidebar.text_area": _FIELD,
    "typer.prompt": Reader("str", frozenset({"type", "default"})),
    "rich.prompt.Prompt.ask": Reader("str", frozenset({"default"})),
    "flask.request.form.get": _GET,
    "flask.request.args.get": _GET,
    "flask.request.values.get": _GET,
    "flask.request.headers.get": _GET,
    "flask.request.files.get": Reader(f"{POSTED} | None", _TYPED, default=True),
}

_COMMANDS = tuple(f"{library}.ext.commands" for library in ("discord", "disnake", "nextcord"))

UPLOAD = "streamlit.UploadedFile"
"""A file that a user gives to a page: a stream of bytes, with the MIME type the browser told."""
UPLOADERS = frozenset(
    f"streamlit.{place}{name}"
    for place in ("", "sidebar.")
    for name in ("file_uploader", "camera_input")
)
"""Functions that give such a file, several where `accept_multiple_files` is set, or None."""

MADE: dict[str, str] = {
    **{
        f"{library}.{method}": f"{library}.Response"
        for library in ("requests", "httpx")
        for method in ("get", "post", "put", "request")
    },
    "jinja2.Environment": "jinja2.Environment",
    "jinja2.Template": "jinja2.Template",
    **{f"{commands}.Bot": f"{commands}.Bot" for commands in _COMMANDS},
}
"""Functions -> the type of what they give, whose methods and attributes are listed."""

SUBSCRIPTS: dict[str, str] = {
    "flask.request.form": "str",
    "flask.request.args": "str",
    "flask.request.values": "str",
    "flask.request.headers": "str",
    "flask.request.files": POSTED,
}
"""Imported mappings -> the type of their items."""

ATTRIBUTES: dict[tuple[str, str], str] = {
    (UPLOAD, "type"): "str",
    (UPLOAD, "name"): "str",
    ("requests.Response", "text"): "str",
    ("requests.Response", "content"): "bytes",
    ("httpx.Response", "text"): "str",
    ("httpx.Response", "content"): "bytes",
    ("telegram.Update", "message"): "telegram.Message",
    ("telegram.Update", "effective_message"): "telegram.Message",
    ("telegram.Message", "text"): "str | None",
    ("telegram.Message", "caption"): "str | None",
    ("discord.Message", "content"): "str",
    ("discord.Message", "attachments"): "list[discord.Attachment]",
    ("aiogram.types.Message", "text"): "str | None",
    ("aiogram.types.Message", "caption"): "str | None",
    **{(file, "content_type"): "str | None" for file in (*SENT, *ATTACHED, POSTED)},
    **{(file, "filename"): "str | None" for file in (*SENT, POSTED)},
    **{(file, "filename"): "str" for file in ATTACHED},
    (POSTED, "mimetype"): "str",
    ("requests.Response", "headers"): "requests.Headers",
    ("httpx.Response", "headers"): "httpx.Headers",
}

METHODS: dict[tuple[str, str], str] = {
    (UPLOAD, "read"): "bytes",
    (UPLOAD, "getvalue"): "bytes",
    **{(file, "read"): "await bytes" for file in (*SENT, *ATTACHED)},
    (POSTED, "read"): "bytes",
    **{(headers, "get"): "str | None" for headers in HEADERS},
}

PROGRESS = frozenset(
    {
        "tqdm.tqdm",
        "tqdm.auto.tqdm",
        "tqdm.autonotebook.tqdm",
        "tqdm.notebook.tqdm",
        "tqdm.rich.tqdm",
        "rich.progress.track",
        "alive_progress.alive_it",
    }
)
"""Bars of progress: iterators over the items they are given first."""


PARAMETERS = frozenset(
    f"fastapi.{place}" for place in ("Query", "Form", "Path", "Header", "Cookie")
)
"""Where a request has a parameter that nothing says the type of: it comes as text."""


def asked_for(default: Values) -> Values:
    """What a function is given for such a parameter, or its `default`."""
    return join((one(TEXT), default))


def is_of_request(default: ast.expr | None, values: Mapping[ast.AST, Values]) -> bool:
    """Whether what stands as the default of a parameter says that it comes from a request."""
    described = values.get(default.func, NOTHING) if isinstance(default, ast.Call) else NOTHING
    return any(isinstance(v, Symbol) and v.path in PARAMETERS for v in described)


def uploaded(node: ast.Call) -> Values:
    """What a call that lets a user give a file returns."""
    several = next((k.value for k in node.keywords if k.arg == "accept_multiple_files"), None)
    if several is None or (isinstance(several, ast.Constant) and several.value is False):
        return typed(f"{UPLOAD} | None", node)
    if isinstance(several, ast.Constant) and several.value is True:
        return typed(f"list[{UPLOAD}]", node)
    return ANYTHING


COMMANDS = frozenset({"command", "hybrid_command"})
"""What makes a command of a chat bot: its arguments are words of a message, where nothing says what
they are converted to."""


def is_argument_of_command(
    function: ScopeNode, argument: ast.arg, values: Mapping[ast.AST, Values]
) -> bool:
    """Whether `argument`, without an annotation, is what a user wrote behind a command."""
    if not isinstance(function, FUNCTION_TYPES) or isinstance(function, ast.Lambda):
        return False
    spec = function.args
    positional = [*spec.posonlyargs, *spec.args]
    context = 2 if positional and positional[0].arg == "self" else 1
    defaults = dict(zip(reversed(positional), reversed(spec.defaults), strict=False))
    defaults |= {a: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d}
    default = defaults.get(argument)
    if argument.annotation is not None or argument in positional[:context]:
        return False
    if default is not None and not _is_text_or_none(default):
        return False
    return any(_makes_command(decorator, values) for decorator in function.decorator_list)


def _is_text_or_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str))


def _makes_command(decorator: ast.expr, values: Mapping[ast.AST, Values]) -> bool:
    """`@commands.command()`, `@bot.hybrid_command(…)`, `@command`."""
    func = decorator.func if isinstance(decorator, ast.Call) else decorator
    if any(_names_command(value) for value in values.get(func, NOTHING)):
        return True
    if not isinstance(func, ast.Attribute) or func.attr not in COMMANDS:
        return False
    bots = values.get(func.value, NOTHING)
    return any(isinstance(v, Object) and v.type.startswith(_COMMANDS) for v in bots)


def _names_command(value: Value) -> bool:
    if not isinstance(value, Symbol):
        return False
    library, _, name = value.path.rpartition(".")
    return library in _COMMANDS and name in COMMANDS
