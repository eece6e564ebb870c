"""Calls in the examples of docstrings stay as they are, and -v says where they are."""

from __future__ import annotations

import pytest

from migrator.docstring_examples import example_calls

FENCE = '''\
"""Asks a model.

```python
from google import genai
client = genai.Client()
print(client.models.generate_content(model="m", contents="hi").text)
```

Call client.models.generate_content( yourself for more.
"""
'''
BLOCK = '''\
class Asker:
    def ask(self):
        """Ask.

        .. code-block:: python

            reply = await client.aio.models.generate_content(model="m", contents="hi")

            chat = client.chats.create(model="m")
        or client.chats.create(model="m"), not shown as code.
        """
'''
PROMPT = '''\
async def ask():
    """>>> client.models.generate_content(model="m", contents="hi")
    ~~~~ {.python}
    ~~~
    client.models.generate_content(model="m", contents="hi")
    ~~~~
    """
'''


@pytest.mark.parametrize(
    ("text", "lines"), [(FENCE, (6,)), (BLOCK, (7, 9)), (PROMPT, (2, 5)), ("", ())]
)
def test_examples_are_found(text, lines):
    assert example_calls(text.encode()) == lines
    assert example_calls(text.replace("\n", "\r\n").encode()) == lines


@pytest.mark.parametrize(
    "text",
    [
        FENCE.replace("```python", "```js"),
        FENCE.replace('"""Asks', 'PROMPT = """Asks'),
        FENCE.replace("models.generate_content(m", "ask(m"),
        FENCE + "oops(",
    ],
)
def test_what_is_no_example(text):
    assert example_calls(text.encode()) == ()


def test_they_are_counted_when_asked_for_more(command, tree):
    top = tree({"a.py": FENCE, "b.py": BLOCK + "\n\nfrom google import genai\n"})
    done = command("-i", "-v", ".")
    assert done.code == 0
    assert "a.py: 1 call in examples of docstrings (line 6): left as they are\n" in done.err
    assert "b.py: 2 calls in examples of docstrings (lines 7, 9): left as they are\n" in done.err
    assert (top / "a.py").read_text() == FENCE
    assert "docstrings" not in command("-i", ".").err
