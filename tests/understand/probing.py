"""Asks the interpreter what reaches a place: `probe(x)` in a program marks the place."""

from __future__ import annotations

import ast
from textwrap import dedent

from codemods.tables.api import ASYNC_CLIENT, CLIENT, RESPONSE
from migrator.registry import knowledge
from migrator.understand import Facts, understand
from migrator.understand.values import (
    Awaitable,
    Class,
    Constant,
    Function,
    Instance,
    Method,
    Object,
    Partial,
    Symbol,
    Value,
)

HEAD = "from google import genai\nfrom google.genai import types\n"
CLIENT_LINE = "client = genai.Client()\n"
CALL = 'client.models.generate_content(model="m", contents="hi")'
NAMES = {CLIENT: "client", ASYNC_CLIENT: "async client", RESPONSE: "reply"}


def understood(program: str, head: str = HEAD + CLIENT_LINE) -> Facts:
    """The facts of a program; CALL in it stands for a call."""
    return understand(ast.parse(head + dedent(program).replace("CALL", CALL)), knowledge())


def seen(program: str, head: str = HEAD + CLIENT_LINE) -> set[str]:
    """What the argument of `probe(…)` may be, in words."""
    facts = understood(program, head)
    probed = [
        node.args[0]
        for node in ast.walk(facts.structure.modules[0])
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "probe"
    ]
    assert probed, "the program has no probe(…)"
    return {_words(facts, value) for node in probed for value in facts.values(node)}


def sites(program: str, head: str = HEAD + CLIENT_LINE) -> int:
    """How many legacy call sites a program has."""
    return len(understood(program, head).sites)


def _words(facts: Facts, value: Value) -> str:
    if isinstance(value, Constant):
        return repr(value.value)
    if isinstance(value, Object):
        calls = [site.call for site in facts.sites]
        name = NAMES.get(value.type, value.type.rpartition(".")[2])
        number = f" {calls.index(value.origin) + 1}" if value.origin in calls else ""
        if value.path and number:
            return f"reply{number} {' '.join(value.path)}"
        return name + number
    if isinstance(value, Awaitable):
        return f"await {_words(facts, value.value)}"
    if isinstance(value, Function):
        return f"function {getattr(value.node, 'name', 'lambda')}"
    if isinstance(value, (Class, Instance)):
        return f"{'class' if isinstance(value, Class) else 'a'} {value.node.name}"
    if isinstance(value, (Method, Symbol)):
        return value.name if isinstance(value, Method) else value.path
    return "partial" if isinstance(value, Partial) else "anything"
