"""What names hold where a reply ends early: `picture = None`, and no part to find one in."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from migrator.plan import Draft

EMPTY = (ast.List, ast.Dict)


class Names:
    """The names that hold a constant, or a list or dict with nothing in it, at some point."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.held: dict[str, ast.expr] = {}

    def of(self, node: ast.expr) -> ast.expr | None:
        """What is known of `node`, a name, to be in it."""
        return self.held.get(node.id) if isinstance(node, ast.Name) else None

    def truth(self, node: ast.expr) -> bool | None:
        """Whether what a name holds is true, where that is known."""
        held = self.of(node)
        if held is None:
            return None
        return bool(held.value) if isinstance(held, ast.Constant) else False

    def forget(self, *nodes: ast.AST) -> None:
        """Something in `nodes` may run: what they bind is open, and what is in lists they name."""
        for node in (n for part in nodes for n in ast.walk(part)):
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load) or isinstance(self.of(node), EMPTY):
                    self.held.pop(node.id, None)
            else:
                for name in _bound(node):
                    self.held.pop(name, None)

    def learn(self, statement: ast.stmt) -> None:
        """Keep in mind what a statement has left in a name, once it has run."""
        self.forget(statement)
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            return
        empty = isinstance(value, EMPTY) and ast.unparse(value) in {"[]", "{}"}
        for target in targets if empty or isinstance(value, ast.Constant) else ():
            if isinstance(target, ast.Name) and len(targets) == 1 and self._is_own(target):
                self.held[target.id] = value

    def learn_all(self, statements: Sequence[ast.stmt]) -> None:
        """The same of statements that have all run."""
        for statement in statements:
            self.learn(statement)

    def _is_own(self, name: ast.Name) -> bool:
        """Whether nothing but the code around a name binds it."""
        return not self.draft.facts.structure.is_shared(name)


def _bound(node: ast.AST) -> list[str]:
    """The names that `node` binds without naming them as a target."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.alias):
        return [(node.asname or node.name).split(".")[0]]
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return [node.name] if node.name else []
    return []
