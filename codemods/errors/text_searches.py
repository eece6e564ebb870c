"""Where a program searches the text of an error, and for which words."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from migrator.plan import Draft
from migrator.understand.structure import COMPREHENSIONS
from migrator.understand.values import Object

LOWERING = frozenset({"lower", "casefold"})
SAME_TEXT = frozenset({*LOWERING, "upper", "strip"})
"""Methods that leave what a text says as it is."""
Display = ast.Tuple | ast.List | ast.Set
DISPLAYS = (ast.Tuple, ast.List, ast.Set)


@dataclass(frozen=True, slots=True)
class Search:
    """`word in text`, or `any(word in text for word in words)`, as one condition.

    `node` is the condition; `text` the text of an error in it; `words` the constants that are
    looked for, in source order; `listed` says that they stand in a display, and `foreign` that
    others read the display as well.
    """

    node: ast.expr
    text: ast.expr
    words: tuple[ast.Constant, ...]
    lowered: bool
    negated: bool = False
    listed: bool = False
    foreign: bool = False


def search_of(draft: Draft, text: ast.expr) -> Search | None:
    """The condition that looks for words in `text`; None if that isn't what is done there."""
    test = draft.facts.structure.parent(text)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or test.comparators[0] is not text:
        return None
    if not isinstance(test.ops[0], (ast.In, ast.NotIn)):
        return None
    negated = isinstance(test.ops[0], ast.NotIn)
    lowered, word = is_lowered(draft, text), test.left
    if isinstance(word, ast.Constant):
        return Search(test, text, (word,), lowered, negated) if word.value else None
    if isinstance(word, ast.Call) and getattr(word.func, "attr", "") in LOWERING:
        word = getattr(word.func, "value", word)
    loop = _loop_of(draft, word)
    display = _display(draft, loop) if loop is not None else None
    if loop is None or display is None or negated:
        return None
    words = tuple(w for w in display.elts if isinstance(w, ast.Constant))
    if len(words) != len(display.elts) or not all(isinstance(w.value, str) for w in words):
        return None
    foreign = _read_elsewhere(draft, display, loop) or _is_shown(draft, word, loop)
    return Search(_any_of(draft, loop) or test, text, words, lowered, listed=True, foreign=foreign)


def is_lowered(draft: Draft, text: ast.expr, seen: frozenset[ast.expr] = frozenset()) -> bool:
    """Whether `text` has no capitals; of a parameter, what its first argument in view says.

    `seen` are the texts that this one is asked about for.
    """
    if text in seen:
        return False
    seen |= {text}
    if isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute):
        if text.func.attr in LOWERING:
            return True
        return text.func.attr in SAME_TEXT and is_lowered(draft, text.func.value, seen)
    if isinstance(text, ast.NamedExpr):
        return is_lowered(draft, text.value, seen)
    if not isinstance(text, ast.Name):
        return False
    structure = draft.facts.structure
    for store in reversed(structure.stores(text.id)):
        same = structure.same_region(store, text)
        parent = structure.parent(store)
        if same and store.lineno <= text.lineno and isinstance(parent, (ast.Assign, ast.NamedExpr)):
            if text not in ast.walk(parent.value):  # `text = text.strip()`
                return is_lowered(draft, parent.value, seen)
    passed = _passed(draft, structure.enclosing_function(text), text.id)
    return any(is_lowered(draft, argument, seen) for argument in passed)


def _passed(draft: Draft, function: ast.AST | None, name: str) -> list[ast.expr]:
    """What the calls in view give for a parameter."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    found: list[ast.expr] = []
    for call in draft.facts.callers(function):
        if not isinstance(call, ast.Call):
            continue
        found += [k.value for k in call.keywords if k.arg == name]
        shift = int(names[:1] == ["self"] and isinstance(call.func, ast.Attribute))
        index = names.index(name) - shift if name in names else -1
        found += call.args[index : index + 1] if index >= 0 else []
    return found


def _loop_of(draft: Draft, word: ast.expr) -> ast.comprehension | ast.For | None:
    """The loop over words that binds the name `word`."""
    if not isinstance(word, ast.Name):
        return None
    current: ast.AST | None = word
    while current is not None and not isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef)):
        loops: list[ast.comprehension | ast.For] = []
        if isinstance(current, COMPREHENSIONS):
            loops = list(current.generators)
        elif isinstance(current, ast.For):
            loops = [current]
        for loop in loops:
            if isinstance(loop.target, ast.Name) and loop.target.id == word.id:
                return loop
        current = draft.facts.structure.parent(current)
    return None


def _display(draft: Draft, loop: ast.comprehension | ast.For) -> Display | None:
    return display_of(draft, loop.iter)


def display_of(draft: Draft, node: ast.expr) -> Display | None:
    """The one display that `node` is, or is made from: `frozenset({…})`."""
    if isinstance(node, DISPLAYS):
        return node
    values = draft.values(node)
    origins = [v.origin for v in values if isinstance(v, Object)]
    made = origins[0] if len(values) == 1 and origins else None
    if isinstance(made, ast.Call) and len(made.args) == 1 and not made.keywords:
        made = made.args[0]
    return made if isinstance(made, DISPLAYS) else None


def _any_of(draft: Draft, loop: ast.comprehension | ast.For) -> ast.expr | None:
    """The `any(…)` around a generator."""
    generator = draft.facts.structure.parent(loop)
    call = draft.facts.structure.parent(generator) if generator is not None else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "any":
        return call
    return None


def _read_elsewhere(draft: Draft, display: Display, loop: ast.comprehension | ast.For) -> bool:
    return any(use is not loop.iter for use in readers(draft, display))


def _is_shown(draft: Draft, word: ast.expr, loop: ast.comprehension | ast.For) -> bool:
    """Whether the word that is found is used for more than to look for it."""
    owner = loop if isinstance(loop, ast.For) else draft.facts.structure.parent(loop)
    name = getattr(loop.target, "id", "")
    reads = (n for n in ast.walk(owner or loop) if isinstance(n, ast.Name) and n.id == name)
    return any(isinstance(n.ctx, ast.Load) and n is not word for n in reads)


def readers(draft: Draft, display: Display) -> list[ast.expr]:
    """Where a display is read, by whatever name."""
    parent = draft.facts.structure.parent(display)
    made = [display, *([parent] if isinstance(parent, ast.Call) else [])]
    return [
        use
        for origin in made
        for use in draft.facts.uses.get(origin, ())
        if use not in made and isinstance(getattr(use, "ctx", ast.Load()), ast.Load)
    ]
