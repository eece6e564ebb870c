"""What speaks against taking something unknown for text: its uses, its name, or how it is made.

Names prove nothing, so none makes a text of anything; but an assumption needs them on its side.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from codemods.content.request_bodies import is_of_body
from codemods.content.turns import read_turn
from codemods.tables.api import BLOB, CONTENT, FILE, PART, PICTURE, TYPES
from codemods.tables.words import ASKING, HELD_AS_TEXT, NO_TEXT, READ_AS_TEXT, TEXTS, WORDING
from migrator.plan import Draft
from migrator.understand.evidence import Evidence
from migrator.understand.values import Object, Symbol, Value, element_type

OF_TURNS = frozenset({BLOB, CONTENT, FILE, PART, PICTURE})
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def used_otherwise(draft: Draft, node: ast.expr) -> ast.AST | None:
    """The use of the unknown `node` which shows that it is no text."""
    return evidence_of(draft).refutation(node)


def evidence_of(draft: Draft) -> Evidence:
    """What the uses of names prove in this program."""
    return draft.once("evidence", lambda: Evidence(draft.facts.structure))


def said_otherwise(draft: Draft, node: ast.expr, sources: Sequence[ast.AST]) -> ast.AST | None:
    """What says that the unknown `node`, which comes from `sources`, is (or holds) no text."""
    for source in (*reversed(sources), node):
        said = words(said_as(source))
        if said[-1:] == ["contents"] and is_of_body(draft, source):
            return None
        if _is_no_text(draft, source, said):
            named = _names_no_text(said) or not isinstance(source, ast.Call)
            return source if named else next(_parts_given(draft, source), source)
        if said and said[-1] in TEXTS | ASKING:
            return None
    return None


def _is_no_text(draft: Draft, source: ast.AST, said: list[str]) -> bool:
    """Whether `source`, of which its name says so much, is turns, parts or media."""
    if not isinstance(source, ast.Call) or _key(source) is not None:
        return _names_no_text(said)
    if said and (said[-1] in TEXTS or said[0] in WORDING):
        return False
    named = _names_no_text(said) and said[-1] not in READ_AS_TEXT
    return named or any(_parts_given(draft, source)) or _is_of_sdk(draft, source)


def _is_of_sdk(draft: Draft, call: ast.Call) -> bool:
    """`types.Content.model_validate(…)`."""
    made = draft.values(call.func)
    return any(isinstance(v, Symbol) and v.path.startswith(TYPES) for v in made)


def _names_no_text(said: list[str]) -> bool:
    if said[-1:] == ["contents"] and HELD_AS_TEXT.intersection(said):
        return False
    return bool(said) and said[-1] in NO_TEXT


def words(name: str) -> list[str]:
    """The words of a name, in small letters."""
    return [word.lower() for word in WORD.findall(name)]


def said_as(node: ast.AST) -> str:
    """What a variable, an attribute or an item is called, or the function that gives it."""
    if isinstance(node, ast.Await):
        return said_as(node.value)
    if isinstance(node, ast.Call):
        key = _key(node)
        return said_as(node.func) if key is None else key
    if isinstance(node, ast.Subscript):
        item = node.slice.value if isinstance(node.slice, ast.Constant) else ""
        return item if isinstance(item, str) else ""
    names = (getattr(node, field, None) for field in ("id", "attr", "arg"))
    return next((name for name in names if isinstance(name, str)), "")


def _key(call: ast.Call) -> str | None:
    """The key of `x.get("key")`."""
    first = call.args[0] if call.args else None
    if getattr(call.func, "attr", "") != "get" or not isinstance(first, ast.Constant):
        return None
    return first.value if isinstance(first.value, str) else None


def _parts_given(draft: Draft, call: ast.AST) -> Iterator[ast.expr]:
    """The turns, parts and media that the function gets, in this call or in another."""
    structure = draft.facts.structure
    if not isinstance(call, ast.Call):
        return
    for func in structure.named.get(said_as(call.func), ()):
        other = structure.parent(func)
        if not isinstance(other, ast.Call) or ast.dump(func) != ast.dump(call.func):
            continue
        for given in (*other.args, *(keyword.value for keyword in other.keywords)):
            if any(_is_of_turns(draft, value) for value in draft.values(given)):
                yield given


def _is_of_turns(draft: Draft, value: Value) -> bool:
    if not isinstance(value, Object):
        return False
    if (element_type(value.type) or value.type) in OF_TURNS:
        return True
    if isinstance(value.origin, ast.Dict) and read_turn(draft, value.origin) is not None:
        return True
    held = (
        draft.facts.held(value.origin) if value.type in {"list", "tuple"} and value.origin else ()
    )
    return any(isinstance(v, Object) and v.type in OF_TURNS for v in held)
