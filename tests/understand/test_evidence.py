"""What the uses of a name prove about a value that comes from out of view."""

from __future__ import annotations

import pytest

from tests.understand.probing import seen

TEXT = {"str"}

PROVE = {
    "stripped": "def f(x):\n    probe(x)\n    return x.strip()",
    "stripped under its own name": "def f(x):\n    x = x.strip()\n    probe(x)",
    "lowered in a condition": (
        "def f(x):\n    if 'joke' in x.lower():\n        return\n    probe(x)"
    ),
    "added to a text": "def f(x):\n    print('You: ' + x)\n    probe(x)",
    "added to a text behind another": "def f(x, y):\n    print(y + ': ' + x)\n    probe(x)",
    "a slice of it is added": "def f(x):\n    log(x[:50] + '…')\n    probe(x)",
    "a beginning of it is shown": "def f(x):\n    print(f'asking {x[:50]}...')\n    probe(x)",
    "a beginning of it is quoted": "def f(x):\n    print(f'asking {x[:50]!r}…')\n    probe(x)",
    "grown by a text": (
        "def f(x, json):\n    if json:\n        x += ' Answer in JSON.'\n    probe(x)"
    ),
    "joined": "def f(x):\n    print(' '.join(['a', x]))\n    probe(x)",
    "replaced in": "def f(x):\n    probe(x)\n    y = x.replace('\\n', ' ')",
    "split": "def f(x):\n    probe(x)\n    print(x.split('\\n')[0])",
    "encoded": "def f(x):\n    key = sha256(x.encode()).hexdigest()\n    probe(x)",
    "compared with a word": "def f(x):\n    if x == 'quit':\n        return\n    probe(x)",
    "compared with words": "def f(x):\n    if x in ('quit', 'exit'):\n        return\n    probe(x)",
    "replaced where it is empty": (
        "def f(x=None):\n    if not x:\n        x = 'Hello'\n    probe(x.strip())"
    ),
    "or a default": "def f(x):\n    x = x or 'Hello'\n    probe(x)",
    "searched": "import re\ndef f(x):\n    probe(x)\n    return re.search('a+', x)",
    "passed where text is asked for": "def g(t: str): ...\ndef f(x):\n    g(x)\n    probe(x)",
    "passed by keyword": "def g(*, t: 'str'): ...\ndef f(x):\n    g(t=x)\n    probe(x)",
    "passed to a method": (
        "class A:\n    def g(self, t: str): ...\n"
        "    def f(self, x):\n        self.g(x)\n        probe(x)"
    ),
    "used in a lambda": "def f(x):\n    retry(lambda: x.strip())\n    probe(x)",
    "under a test for text": "def f(x):\n    if isinstance(x, str):\n        probe(x)",
    "behind a test for text": (
        "def f(x):\n    if not isinstance(x, str):\n        raise TypeError\n    probe(x)"
    ),
    "asserted": "def f(x):\n    assert isinstance(x, str)\n    probe(x)",
    "what a loop takes": "import other\nfor x in other.lines:\n    print(x.upper())\n    probe(x)",
    "what something unknown gives": (
        "import other\nx = other.ask()\nif x.startswith('/'):\n    probe(x)"
    ),
    "a method of it": "import other\nprobe(other.ask().strip())",
    "parts of it": "import other\nprobe(other.ask().split(', ')[0])",
    "a default of something unknown": "import other\nprobe(other.data.get('message', ''))",
    "an item with a default": "def f(**given):\n    probe(given.get('prompt', ''))",
    "an attribute with a default": "def f(given):\n    probe(getattr(given, 'prompt', ''))",
    "a template that is filled": "from prompts import ASK\nprobe(ASK.format(question=1))",
    "a template of something": "def f(me):\n    probe(me.template.format(question=1))",
    "a text by the name of its method": "def f(page):\n    probe(page.extract_text())",
}

PROVE |= {
    "embedded in a text of its name": (
        "def f(x, y):\n    if y:\n        x = f'{y} {x}'\n    probe(x)"
    ),
    "asked for where it is missing": (
        "def f(x=None):\n    if x is None:\n        x = input()\n    probe(x)"
    ),
    "an attribute that is stripped": (
        "class A:\n    def __init__(self, x):\n        self.x = x\n"
        "    def f(self):\n        probe(self.x)\n        return self.x.strip()"
    ),
    "a constant of another file": (
        "import config\nx = config.TEXT\nif more:\n    x = f'{x} {more}'\nprobe(x)"
    ),
    "the argument of a command": (
        "from discord.ext import commands\n"
        "@commands.command()\nasync def f(ctx, *, x):\n    probe(x)"
    ),
    "a text that is waited for": "async def f(s):\n    probe(await s.receive_text())",
    "a page": "import requests\nprobe(requests.get('u').text)",
    "a template": "import jinja2\nprobe(jinja2.Environment().get_template('a').render(b=1))",
}

LEAVE = {
    "nothing but a name": "def f(prompt):\n    probe(prompt)",
    "formatted": "def f(x):\n    print(f'asked: {x}')\n    probe(x)",
    "printed, counted and tested": (
        "def f(x):\n    if x and len(x) > 3:\n        print(x)\n    probe(x)"
    ),
    "a slice is shown": "def f(x):\n    print(x[:20])\n    probe(x)",
    "also a list": "def f(x):\n    print(x.strip())\n    x.append('b')\n    probe(x)",
    "also added to a list": "def f(x):\n    print(x.strip())\n    y = x + ['b']\n    probe(x)",
    "its type is tested": (
        "def f(x):\n    if isinstance(x, str):\n        x = x.strip()\n    probe(x)"
    ),
    "it may fail": (
        "def f(x):\n    try:\n        print(x.strip())\n    except AttributeError:\n        pass\n"
        "    probe(x)"
    ),
    "another under its name": "def f(x):\n    probe(x)\n    x = describe(x)\n    print(x.strip())",
    "another in a loop": (
        "def f(x):\n    while True:\n        probe(x)\n        print(x.strip())\n        x = more()"
    ),
    "compared with nothing": "def f(x):\n    if x == '':\n        return\n    probe(x)",
    "a picture that is split": "def f(x):\n    print(x.split())\n    probe(x)",
    "a column": "def f(frame):\n    probe(frame['a'].str.strip())",
    "a function of a module": "from . import prompts\ndef f(x):\n    probe(prompts.format(x))",
    "a function that strips": "import tools\ndef f(x):\n    probe(tools.strip(x))",
    "a default that is no text": "import other\nprobe(other.data.get('message', None))",
    "another function's parameter": "def g(x):\n    x.strip()\ndef f(x):\n    probe(x)",
    "an attribute that is a list as well": (
        "class A:\n    def __init__(self, x):\n        self.x = x\n        self.x.strip()\n"
        "    def f(self):\n        self.x.append('b')\n        probe(self.x)"
    ),
    "a list where it is missing": (
        "def f(x=None):\n    if x is None:\n        x = ['a']\n    probe(x)"
    ),
    "the context of a command": (
        "from discord.ext import commands\n@commands.command()\nasync def f(x):\n    probe(x)"
    ),
    "an argument that is converted": (
        "from discord.ext import commands\n"
        "@commands.command()\nasync def f(ctx, x: Member):\n    probe(x)"
    ),
    "a few items are shown": "def f(x):\n    print(f'{x[:3]}...')\n    probe(x)",
    "an attribute is read": "def f(x):\n    print(x.strip(), x.size)\n    probe(x)",
    "a shadowed name": "def f(x):\n    probe(x)\n    def g(x):\n        return x.strip()",
}


@pytest.mark.parametrize("name", PROVE)
def test_proves_text(name: str) -> None:
    found = seen(PROVE[name])
    assert found - {"None", repr(""), repr("Hello")} == TEXT


@pytest.mark.parametrize("name", LEAVE)
def test_proves_nothing(name: str) -> None:
    assert "anything" in seen(LEAVE[name])
