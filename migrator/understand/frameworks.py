"""What well-known frameworks hand to a program: which of it is the text that a user wrote.

Source: the signatures of streamlit 1.67, typer, rich, werkzeug 3.1 (for flask), requests
2.32, httpx 0.28, jinja2 3.1, python-telegram-bot 22.8, discord.py 2.7 and aiogram 3.31.
"""

from __future__ import annotations

from dataclasses import dataclass


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
}

MADE: dict[str, str] = {
    **{
        f"{library}.{method}": f"{library}.Response"
        for library in ("requests", "httpx")
        for method in ("get", "post", "put", "request")
    },
    "jinja2.Environment": "jinja2.Environment",
    "jinja2.Template": "jinja2.Template",
}
"""Functions -> the type of what they give, whose methods and attributes are listed."""

SUBSCRIPTS: dict[str, str] = {
    "flask.request.form": "str",
    "flask.request.args": "str",
    "flask.request.values": "str",
    "flask.request.headers": "str",
}
"""Imported mappings whose items are text."""

ATTRIBUTES: dict[tuple[str, str], str] = {
    ("requests.Response", "text"): "str",
    ("requests.Response", "content"): "bytes",
    ("httpx.Response", "text"): "str",
    ("httpx.Response", "content"): "bytes",
    ("telegram.Update", "message"): "telegram.Message",
    ("telegram.Update", "effective_message"): "telegram.Message",
    ("telegram.Message", "text"): "str | None",
    ("telegram.Message", "caption"): "str | None",
    ("discord.Message", "content"): "str",
    ("aiogram.types.Message", "text"): "str | None",
    ("aiogram.types.Message", "caption"): "str | None",
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
