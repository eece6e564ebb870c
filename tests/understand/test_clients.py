"""A client is known for what it is, wherever the program keeps it."""

from __future__ import annotations

import pytest

from tests.understand.probing import HEAD, seen, sites

HOLDERS = {
    "a name": "c = genai.Client()\nprobe(c)",
    "a second name": "a = genai.Client()\nc = a\nprobe(c)",
    "the class imported by name": "from google.genai import Client as C\nprobe(C())",
    "the package under a dotted path": "import google.genai\nprobe(google.genai.Client())",
    "the package under another name": "import google.genai as g\nprobe(g.Client())",
    "a star import": "from google.genai import *\nprobe(Client())",
    "a global read in a function": "c = genai.Client()\ndef f():\n    probe(c)",
    "a function that makes it": "def make():\n    return genai.Client()\nprobe(make())",
    "a lambda that makes it": "make = lambda: genai.Client()\nprobe(make())",
    "a cached function": "from functools import lru_cache\n@lru_cache\ndef make():\n"
    "    return genai.Client()\nprobe(make())",
    "an attribute set in __init__": "class A:\n    def __init__(self):\n"
    "        self.c = genai.Client()\n    def f(self):\n        probe(self.c)",
    "an attribute of an instance": "class A:\n    def __init__(self):\n"
    "        self.c = genai.Client()\nprobe(A().c)",
    "a class attribute": "class A:\n    c = genai.Client()\nprobe(A.c)",
    "an inherited attribute": "class A:\n    def __init__(self):\n        self.c = genai.Client()\n"
    "class B(A):\n    def f(self):\n        probe(self.c)",
    "a property": "class A:\n    @property\n    def c(self):\n        return genai.Client()\n"
    "    def f(self):\n        probe(self.c)",
    "a with statement": "with genai.Client() as c:\n    probe(c)",
    "an annotated parameter": "def f(c: genai.Client):\n    probe(c)",
    "an annotation in quotes": "def f(c: 'genai.Client'):\n    probe(c)",
    "a parameter whose callers are in view": "def _f(c):\n    probe(c)\n_f(genai.Client())",
    "a dict": "d = {'c': genai.Client()}\nprobe(d['c'])",
    "a list": "cs = [genai.Client()]\nprobe(cs[0])",
    "a tuple taken apart": "c, n = genai.Client(), 1\nprobe(c)",
    "a walrus": "if (c := genai.Client()):\n    probe(c)",
    "a closure": "def outer():\n    c = genai.Client()\n    def inner():\n        probe(c)\n"
    "    inner()\nouter()",
    "a global statement": "c = None\ndef init():\n    global c\n    c = genai.Client()\n"
    "def f():\n    init()\n    probe(c)\nf()",
}


@pytest.mark.parametrize("program", HOLDERS.values(), ids=HOLDERS)
def test_a_client_is_known_through(program: str) -> None:
    found = seen(program, HEAD)
    assert "client" in found
    assert found <= {"client", "None"}


def test_a_given_client_or_a_new_one_may_be_either() -> None:
    program = """
        class A:
            def __init__(self, c=None):
                self.c = c or genai.Client()
            def f(self):
                probe(self.c)
    """
    assert "client" in seen(program)


def test_a_lazy_import_in_a_function_counts() -> None:
    program = "def f():\n    from google import genai\n    probe(genai.Client())\n"
    assert seen(program, "") == {"client"}


def test_an_import_in_a_try_leaves_two_possibilities() -> None:
    program = """
        try:
            from google import genai
        except ImportError:
            genai = None
        probe(genai)
    """
    assert seen(program, "") == {"google.genai", "None"}


def test_the_async_side_gives_replies_to_await() -> None:
    program = """
        async def f():
            pending = client.aio.models.generate_content(model="m", contents="a")
            probe(pending)
            return await pending
    """
    assert seen(program) == {"await reply 1"}


def test_an_own_class_of_the_same_name_is_no_client() -> None:
    program = """
        class Client:
            def __init__(self):
                self.models = self
            def generate_content(self, model, contents):
                return contents
        probe(Client().models.generate_content(model="m", contents="a"))
    """
    assert seen(program) == {"'a'"}
    assert sites(program) == 0


def test_a_name_that_is_rebound_is_no_client_any_more() -> None:
    assert seen("client = object\nprobe(client)") == {"object"}


def test_a_local_name_hides_the_global_client() -> None:
    assert "client" not in seen("def f(client=None):\n    probe(client)\nf()")


def test_an_alias_of_the_models_makes_sites() -> None:
    assert sites("models = client.models\nmodels.generate_content(model='m', contents='a')") == 1


def test_an_alias_of_the_method_makes_sites() -> None:
    assert sites("ask = client.models.generate_content\nask(model='m', contents='a')") == 1


def test_a_receiver_out_of_view_is_taken_for_a_client_by_its_shape() -> None:
    call = ".models.generate_content(model='m', contents='a')"
    assert sites(f"def f(thing):\n    return thing{call}") == 1
    # Not in a file that has nothing to do with the SDK, nor with foreign arguments.
    other = "import other\ndef f(thing):\n    return thing.models.generate_content(prompt='a')"
    assert sites(other) == 0
