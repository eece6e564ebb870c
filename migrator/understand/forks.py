"""Names that are bound under a test which is asked again: `if stream: reply = … else: reply = …`.

Where the second test comes out like the first, so does what the names are bound to.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrator.syntax import descendants
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import ANYTHING, NOTHING, Constant, Values

if TYPE_CHECKING:
    from migrator.understand.access import Access, Environment

LOOPS = (ast.For, ast.AsyncFor, ast.While)


def remember(scope: Access, test: ast.expr, body: Environment, orelse: Environment) -> None:
    """Note what the two branches of an `if` have bound, once they are joined."""
    truth = True
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, truth = test.operand, not truth
    if not isinstance(test, ast.Name) or not _is_steady(scope, test.id):
        return
    if not _is_switch(scope.state.values.get(test, NOTHING)):
        return
    true, false = (body, orelse) if truth else (orelse, body)
    scope.forks[test.id] = scope.forks.get(test.id, {}) | {
        name: (scope.env[name], true[name], false[name])
        for name in true.keys() & false.keys()
        if true[name] != false[name] and name in scope.env and name != test.id
    }


def choose(scope: Access, flag: str, truth: bool) -> None:
    """Bind the names to what they were bound to where the test came out like this."""
    for name, (joined, true, false) in scope.forks.get(flag, {}).items():
        shared = (scope.scope, name) in scope.state.structure.shared
        if scope.env.get(name) == joined and not shared:
            scope.env[name] = true if truth else false


def _is_switch(values: Values) -> bool:
    """Whether a value is True or False, and no list that may be empty now and full later."""
    kinds = {
        v.kind if isinstance(v, Constant) else getattr(v, "type", "") for v in values - ANYTHING
    }
    return kinds <= {"bool", "NoneType", "None"} and "bool" in kinds


def _is_steady(scope: Access, name: str) -> bool:
    """Whether a name of a function is bound once and for all: a parameter, or outside of loops."""
    structure = scope.state.structure
    if (scope.scope, name) in structure.shared or name not in structure.locals_of[scope.scope]:
        return False
    stores = structure.stores_in(scope.scope, name)
    if isinstance(scope.scope, FUNCTION_TYPES):
        parameters = [a for a in descendants(scope.scope.args) if isinstance(a, ast.arg)]
        if any(a.arg == name for a in parameters):
            return not stores
    if len(stores) != 1:
        return False
    current = structure.parent(stores[0])
    while current is not None and not isinstance(current, FUNCTION_TYPES):
        if isinstance(current, LOOPS):
            return False
        current = structure.parent(current)
    return True
