"""What the docstring of a function says about the types of its parameters.

Read as Google, NumPy, Sphinx and Epytext write them: `name (str): …`, `name : str`,
`:param str name:`, `:type name: str`, `@type name: str`.
"""

from __future__ import annotations

import ast
import re

TEXT = frozenset({"str", "string"})
WAYS = (
    r"^[ \t]*[*]{{0,2}}{name}[ \t]*\(([^)\n]*)\)[ \t]*:",
    r"^[ \t]*{name}[ \t]*:[ \t]*([^\n]*)$",
    r"^[ \t]*:param[ \t]+([^:\n]*?)[ \t]+{name}[ \t]*:",
    r"^[ \t]*[:@]type[ \t]+{name}[ \t]*:[ \t]*([^\n]*)$",
)
"""How a type is written beside the name of a parameter, where the type is the group."""
LEFT_OUT = re.compile(r",?\s*(optional|default.*)$|^optional\s+|`", re.IGNORECASE)


def says_text(function: ast.AST, name: str) -> bool:
    """Whether the docstring of `function` calls its parameter `name` a text, and nothing else."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    text = ast.get_docstring(function)
    if text is None or name not in text:
        return False
    found = [
        LEFT_OUT.sub("", match).strip().lower()
        for way in WAYS
        for match in re.findall(way.format(name=re.escape(name)), text, re.MULTILINE)
    ]
    return any(said in TEXT for said in found)
