"""Tell classes whose objects take no further attributes, or do something else when one is set."""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.values import Class, Symbol

MODELS = ("pydantic.", "msgspec.", "typing.NamedTuple")
"""How the names of bases begin whose objects have the attributes that are declared alone."""
SETTING = frozenset({"__setattr__", "__slots__"})
CLOSING = frozenset({"slots", "frozen"})
"""Arguments of decorators that make objects closed."""


def is_closed(draft: Draft, cls: ast.ClassDef) -> bool:
    """Whether an object of `cls`, or of a class that derives from it, may refuse new attributes."""
    related = [c for c in draft.facts.structure.classes if cls in _lineage(draft, c)]
    return any(_closes(draft, c) for c in {*related, *_lineage(draft, cls)})


def is_related(draft: Draft, cls: ast.ClassDef) -> bool:
    """Whether a class in view derives from `cls`, or `cls` from one."""
    related = [c for c in draft.facts.structure.classes if cls in _lineage(draft, c)]
    return len({*related, *_lineage(draft, cls)}) > 1


def _lineage(draft: Draft, cls: ast.ClassDef) -> list[ast.ClassDef]:
    """The class and its bases in view."""
    found = [cls]
    for current in found:
        for base in current.bases:
            nodes = [v.node for v in draft.values(base) if isinstance(v, Class)]
            found += [node for node in nodes if node not in found]
    return found


def _closes(draft: Draft, cls: ast.ClassDef) -> bool:
    for statement in cls.body:
        if isinstance(statement, ast.FunctionDef) and statement.name in SETTING:
            return True
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
        if any(isinstance(t, ast.Name) and t.id in SETTING for t in targets):
            return True
    words = [k for d in cls.decorator_list if isinstance(d, ast.Call) for k in d.keywords]
    if any(word.arg in CLOSING and not _is_false(word.value) for word in words):
        return True
    paths = [v.path for b in cls.bases for v in draft.values(b) if isinstance(v, Symbol)]
    return any(path.startswith(MODELS) for path in paths)


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value
