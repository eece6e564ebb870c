"""Which bindings of a variable may be the last before it is read."""

from __future__ import annotations

import ast
import textwrap

import pytest

from migrator.reasoning.reaching_bindings import bindings_reaching

from .drafting import drafted, expression

FUNCTION = "the function"
RENEW = "\n\ndef renew(self):\n    self.x = 9\n"


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("x = 1\nx = 2\nuse(x)", {3}),
        ("x = 1\nif a:\n    x = 2\nuse(x)", {2, 4}),
        ("x = 1\nif a:\n    x = 2\nelse:\n    x = 3\nuse(x)", {4, 6}),
        ("x = 1\nif a:\n    x = 2\nelse:\n    return\nuse(x)", {4}),
        ("x = 1\nif a:\n    use(x)\nelse:\n    x = 2", {2}),
        ("use(x)", {FUNCTION}),
        ("if a:\n    x = 1\nuse(x)", {3}),
        ("x = 1\nfor i in a:\n    use(x)\n    x = 2", {2, 4 + 1}),
        ("for x in a:\n    use(x)", {2}),
        ("x = 1\nwhile a:\n    x = 2\nuse(x)", {2, 4}),
        ("x = 1\nwith a as x:\n    use(x)", {3}),
        ("x = 1\nwith a:\n    x = 2\nuse(x)", {4}),
        ("x = 1\ntry:\n    x = 2\nexcept E:\n    use(x)", {2, 4}),
        ("x = 1\ntry:\n    x = 2\nexcept E:\n    return\nuse(x)", {4}),
        ("x = 1\ntry:\n    x = 2\nexcept E:\n    pass\nuse(x)", {2, 4}),
        ("x = 1\ntry:\n    x = 2\nfinally:\n    use(x)", {2, 4}),
        ("try:\n    pass\nexcept E as x:\n    use(x)", {4}),
        ("x = 1\nif (x := a) and use(x):\n    pass", {2, 3}),
        ("x = 1\nprint([use(x) for x in a])", {3}),
        ("x = 1\nprint([use(x) for y in a])", {2}),
        ("match a:\n    case [x]:\n        use(x)", {3}),
        ("x, y = 1, 2\nuse(x)", {2}),
        ("x = 1\ndel x\nuse(x)", {3}),
        ("x = 1\ndef inner():\n    x = 2\nuse(x)", {2}),
        ("x = 1\ndef inner():\n    nonlocal x\n    x = 2\ninner()\nuse(x)", {2, 6}),
        ("a.x = 1\na.y = 2\nuse(a.x)", {2}),
        ("a.x = 1\nb.x = 2\nuse(a.x)", {2}),
        ("a.x = 1\na = b\nuse(a.x)", {3}),
        ("a.x = 1\na.renew()\nuse(a.x)", {2, 3}),
        ("a.y = 1\na.renew()\nuse(a.y)", {2}),
        ("a['k'] = 1\na['l'] = 2\nuse(a['k'])", {2}),
        ("use(a.b.c)", set()),
        ("use(a())", set()),
    ],
)
def test_which_may_be_the_last(body: str, lines: set[int | str]) -> None:
    source = (
        f"def run(a, b):\n{textwrap.indent(body, '    ')}\n\n\ndef renew(self):\n    self.x = 9\n"
    )
    draft = drafted(source)
    name = next(n for n in ast.walk(draft.facts.structure.modules[0]) if _is_use(n))
    (node,) = name.args
    found = bindings_reaching(draft, node)
    said = {FUNCTION if isinstance(n, ast.FunctionDef) else n.lineno for n in found}  # type: ignore[attr-defined]
    assert said == lines


def _is_use(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "use"


def test_it_is_told_in_modules_too() -> None:
    draft = drafted("x = 1\nif a:\n    x = 2\nprint(x)")
    (node,) = expression(draft, "print(x)").args  # type: ignore[attr-defined]
    assert {n.lineno for n in bindings_reaching(draft, node)} == {1, 3}  # type: ignore[attr-defined]
