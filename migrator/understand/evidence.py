"""What the uses of a name prove: that it is text, whoever passed it, or that it can't be.

Where nothing tells the type of a value, what the program does with it often does: only text is
stripped, or joined to other text by `+`; a program that does this with anything else fails there.
A use counts wherever it stands in the scope of the name, as an annotation would; it doesn't where
the program itself tests the type first. A docstring that names the type of a parameter counts like
an annotation. Names alone prove nothing: `prompt` may be a list.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from migrator.understand import docstrings, spelling
from migrator.understand.contrary import against
from migrator.understand.mentions import Mentions, by_line
from migrator.understand.structure import FUNCTION_TYPES, ScopeNode, Structure, has_parameter
from migrator.understand.text_takers import READS_TEXT, is_called_text, is_compared_with_text

TYPE_TESTS = frozenset({"isinstance", "issubclass", "type", "hasattr", "getattr", "callable"})
TYPE_ERRORS = frozenset({"AttributeError", "TypeError"})

DOTS = ("...", "…")
LETTERS = 20
"""So long is a beginning at least of which only letters are shown; lists are cut shorter."""


@dataclass(slots=True)
class Evidence:
    """Answers for the names of one module; `structure` is all it looks at."""

    structure: Structure
    _known: dict[tuple[ast.AST, str], bool] = field(default_factory=dict)
    _uses: dict[tuple[ScopeNode, str], Mentions | None] = field(default_factory=dict)

    def is_text(self, scope: ScopeNode, name: str) -> bool:
        """Whether what the parameter `name` of the function `scope` is given must be text."""
        key = scope, name
        if key not in self._known:
            self._known[key] = self._prove(scope, name, None)
        return self._known[key]

    def stores_text(self, scope: ScopeNode, store: ast.Name) -> bool:
        """Whether what the name `store` of `scope` is bound to there must be text."""
        key = store, store.id
        if key not in self._known:
            self._known[key] = self._prove(scope, store.id, store)
        return self._known[key]

    def attribute_is_text(self, cls: ast.ClassDef, name: str) -> bool:
        """Whether what the methods of a class do with `self.name` shows that it is text."""
        key = cls, name
        if key not in self._known:
            nodes = [
                node
                for node in self.structure.named.get(name, ())
                if isinstance(node, ast.Attribute)
                and spelling.dotted(node.value) == "self"
                and self._class_around(node) is cls
            ]
            self._known[key] = self.reads_prove_text(nodes)
        return self._known[key]

    def reads_prove_text(self, nodes: Sequence[ast.Attribute]) -> bool:
        """Whether what is done with these reads of one attribute shows that it is text."""
        return not self.is_refuted(nodes) and any(self._proves(n) for n in nodes)

    def is_refuted(self, nodes: Sequence[ast.Attribute]) -> bool:
        """Whether one of these reads is no text, or the program asks what it is."""
        return any(self._is_tested(n) or against(self.structure, n) is not None for n in nodes)

    def _class_around(self, node: ast.AST) -> ast.ClassDef | None:
        function = self.structure.enclosing_function(node)
        return self.structure.enclosing_class(function) if function is not None else None

    def _prove(self, scope: ScopeNode, name: str, store: ast.Name | None) -> bool:
        """Whether what `store` binds the name to, or else a caller, must be text."""
        structure = self.structure
        if (scope, name) in structure.shared or isinstance(scope, ast.ClassDef):
            return False
        mentions = self._mentions(scope, name)
        if mentions is None:
            return False
        if store is None:
            if not _is_parameter(scope, name):
                return False
            if docstrings.says_text(scope, name):
                return True
        begin = 0 if store is None else store.lineno
        return any(
            self._proves(node)
            for node in mentions.between(begin, mentions.end_of(store))
            if store is None or not self._excludes(store, node)
        )

    def _mentions(self, scope: ScopeNode, name: str) -> Mentions | None:
        """The uses of a name; None where some of them shows that it isn't (always) text.

        What is made of the text itself (`x = x.strip()`) is text as well, and so is what stands in
        for nothing (`if not x: x = "…"`): such bindings change nothing.
        """
        key = scope, name
        if key not in self._uses:
            nodes = by_line(self.structure.mentions(scope, name))
            refuted = any(
                self._is_tested(n) or against(self.structure, n) is not None for n in nodes
            )
            stores = [n for n in nodes if not isinstance(n.ctx, ast.Load)]
            changes = [n for n in stores if not self._keeps_text(n, name)]
            repeated = [n for n in changes if self._is_in_loop(n, scope)]
            self._uses[key] = None if refuted else Mentions(nodes, changes, repeated)
        return self._uses[key]

    def _excludes(self, store: ast.Name, use: ast.Name) -> bool:
        """Whether the two stand in branches of one `if`, of which only one is run."""
        around = self._branches(store)
        return any(around.get(node, body) != body for node, body in self._branches(use).items())

    def _branches(self, node: ast.AST) -> dict[ast.If, bool]:
        """The `if` statements around `node`, each with whether it stands in the body."""
        found: dict[ast.If, bool] = {}
        parent = self.structure.parent(node)
        while parent is not None and not isinstance(parent, FUNCTION_TYPES):
            if isinstance(parent, ast.If) and node is not parent.test:
                found[parent] = node in parent.body
            node, parent = parent, self.structure.parent(parent)
        return found

    def _keeps_text(self, store: ast.Name, name: str) -> bool:
        statement = self.structure.parent(store)
        if isinstance(statement, ast.AugAssign):
            return isinstance(statement.op, ast.Add)
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            return spelling.is_text(statement.value, name)
        return False

    def _is_in_loop(self, node: ast.AST, scope: ScopeNode) -> bool:
        current: ast.AST | None = node
        while current is not None and current is not scope:
            if isinstance(current, (ast.For, ast.AsyncFor, ast.While)):
                return True
            current = self.structure.parent(current)
        return False

    # uses that prove text

    def _proves(self, node: ast.Name | ast.Attribute) -> bool:
        parent = self.structure.parent(node)
        if isinstance(node.ctx, ast.Store) and isinstance(parent, ast.Assign):
            return self._stands_in(parent, node)
        if isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Slice):
            node, parent = parent, self.structure.parent(parent)  # type: ignore[assignment]
        if parent is None or self._is_expected_to_fail(node):
            return False
        if isinstance(parent, ast.Attribute):
            call = self.structure.parent(parent)
            called = isinstance(call, ast.Call) and call.func is parent
            return called and spelling.is_method_of_text(call)  # type: ignore[arg-type]
        if isinstance(parent, ast.BinOp):
            return isinstance(parent.op, ast.Add) and self._is_added_to_text(parent)
        if isinstance(parent, ast.AugAssign):
            return isinstance(parent.op, ast.Add) and spelling.is_text(parent.value)
        if isinstance(parent, ast.Compare):
            return is_compared_with_text(parent, node)
        if isinstance(parent, ast.BoolOp):
            stand_in = parent.values[-1]
            return isinstance(parent.op, ast.Or) and spelling.says_something(stand_in)
        if isinstance(parent, (ast.List, ast.Tuple)):
            call = self.structure.parent(parent)
            return isinstance(call, ast.Call) and spelling.joins(call)
        if isinstance(parent, ast.FormattedValue):
            return isinstance(node, ast.Subscript) and self._is_cut_short(node, parent)
        if isinstance(parent, ast.keyword):
            call = self.structure.parent(parent)
            return isinstance(call, ast.Call) and self._takes_text(call, node, parent.arg)
        return isinstance(parent, ast.Call) and self._takes_text(parent, node, None)

    def _stands_in(self, statement: ast.Assign, node: ast.Name | ast.Attribute) -> bool:
        """`if x is None: x = "…"`, and `x = f"… {x}"`: a text takes the place of what was there."""
        if not spelling.is_text(statement.value):
            return False
        name = ast.unparse(node)
        if isinstance(statement.value, ast.JoinedStr):
            fields = [n.value for n in statement.value.values if isinstance(n, ast.FormattedValue)]
            if any(ast.unparse(field) == name for field in fields):
                return True
        outer = self.structure.parent(statement)
        return isinstance(outer, ast.If) and ast.unparse(outer.test) in {
            f"{name} is None",
            f"not {name}",
        }

    def _is_cut_short(self, cut: ast.Subscript, shown: ast.FormattedValue) -> bool:
        """`f"{x[:80]}…"`: the beginning of a text, as its length and the dots behind it say."""
        end = cut.slice.upper if isinstance(cut.slice, ast.Slice) else None
        length = end.value if isinstance(end, ast.Constant) else None
        if not isinstance(length, int) or length < LETTERS:
            return False
        whole = self.structure.parent(shown)
        assert isinstance(whole, ast.JoinedStr)
        rest = whole.values[whole.values.index(shown) + 1 :]
        following = rest[0].value if rest and isinstance(rest[0], ast.Constant) else None
        return isinstance(following, str) and following.lstrip("'\"").startswith(DOTS)

    def _is_expected_to_fail(self, node: ast.AST) -> bool:
        """Whether a `try` around the use is ready for something that isn't text."""
        current: ast.AST | None = node
        while current is not None and not isinstance(current, FUNCTION_TYPES):
            if isinstance(current, ast.Try):
                named = [n for h in current.handlers if h.type for n in ast.walk(h.type)]
                if any(isinstance(n, ast.Name) and n.id in TYPE_ERRORS for n in named):
                    return True
            current = self.structure.parent(current)
        return False

    def _is_added_to_text(self, node: ast.BinOp) -> bool:
        """Whether a sum has a text in it: then all of it is text."""
        parent = self.structure.parent(node)
        while isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add):
            node, parent = parent, self.structure.parent(parent)
        return any(spelling.is_text(operand) for operand in spelling.operands(node))

    def _takes_text(self, call: ast.Call, node: ast.AST, keyword: str | None) -> bool:
        """Whether the call takes nothing but a text in the place of `node`."""
        name = spelling.dotted(call.func)
        if name in READS_TEXT and name.partition(".")[0] in self.structure.imported:
            index = READS_TEXT[name]
            return len(call.args) > index and call.args[index] is node
        function = self._function_called(call.func)
        if function is None:
            return False
        spec = function.args
        taken = [*spec.posonlyargs, *spec.args]
        if isinstance(call.func, ast.Attribute) and taken and taken[0].arg in {"self", "cls"}:
            taken = taken[1:]
        if keyword is not None:
            named = [a for a in (*taken, *spec.kwonlyargs) if a.arg == keyword]
            return bool(named) and is_called_text(named[0].annotation)
        before = call.args[: call.args.index(node)] if node in call.args else []
        counted = not any(isinstance(a, ast.Starred) for a in before)
        return (
            counted and len(before) < len(taken) and is_called_text(taken[len(before)].annotation)
        )

    def _function_called(self, func: ast.expr) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The only function of the module that has the name of what is called."""
        if isinstance(func, ast.Name):
            name = func.id
        elif isinstance(func, ast.Attribute) and spelling.dotted(func.value) in {"self", "cls"}:
            name = func.attr
        else:
            return None
        found = [f for f in self.structure.functions if getattr(f, "name", None) == name]
        bound = [n for n in self.structure.stores(name)]
        only = found[0] if len(found) == 1 and not bound else None
        return None if isinstance(only, ast.Lambda) else only

    # uses that rule text out

    def _is_tested(self, node: ast.expr) -> bool:
        """Whether the program asks for the type of the name."""
        call = self.structure.parent(node)
        return (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id in TYPE_TESTS
            and call.args[:1] == [node]
        )

    def refutation(self, node: ast.expr) -> ast.expr | None:
        """The first use in the scope of the name `node` that no text could stand."""
        if not isinstance(node, ast.Name):
            return None
        nodes = self.structure.mentions(self.structure.owner_of(node), node.id)
        return next((use for n in nodes if (use := against(self.structure, n)) is not None), None)


def _is_parameter(scope: ScopeNode, name: str) -> bool:
    return isinstance(scope, FUNCTION_TYPES) and has_parameter(scope, name)
