"""Where the text of a literal gets to: each literal by itself, whatever others say the same."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from codemods.tables.models import PREFIX
from migrator.plan import Draft
from migrator.plan.contexts import Use, context_of
from migrator.plan.passing import LOG, LOG_METHODS
from migrator.plan.units import Member
from migrator.understand.described import FIELDS, OPTIONS
from migrator.understand.facts import read_otherwise
from migrator.understand.values import MAX_CONSTANTS, Constant, Object, Symbol

INDIFFERENT = frozenset({Use.MOVE, Use.TRUTH, Use.IS_NONE, Use.ISINSTANCE})
"""Uses that any text will do for."""
HARMLESS_OF_CONTAINERS = INDIFFERENT | {Use.ATTRIBUTE, Use.SUBSCRIPT, Use.ITERATE, Use.WRITE}
SHOWING = frozenset(
    {"print", "rich.print", "pprint.pprint", "pprint.pp", "click.echo", "typer.echo"}
)
DEFAULTS = FIELDS | OPTIONS | {"os.getenv", "os.environ.get", "os.environ.setdefault", "getattr"}
"""Functions of which an argument is what comes out where nothing else is given."""
PARSERS = frozenset({"add_argument", "set_defaults"})
"""Methods of which that is true as well."""


class LiteralUses:
    """The literals of a program that `wanted` speaks of, and what becomes of each.

    `arguments` are the expressions that may be replaced along with a literal, and whose they are.
    """

    def __init__(
        self,
        draft: Draft,
        arguments: Mapping[ast.expr, Member],
        wanted: Callable[[str], bool],
    ) -> None:
        self._draft = draft
        self._arguments = arguments
        nodes = draft.facts.structure.nodes
        self._literals = [
            node
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and wanted(node.value)
        ]
        marks = {node: f"{node.value!s}\0{i}" for i, node in enumerate(self._literals)}
        self._facts = read_otherwise(draft.facts, marks)
        by_mark = {mark: node for node, mark in marks.items()}
        self._places: dict[ast.Constant, list[ast.expr]] = {node: [] for node in self._literals}
        self._reaching: dict[ast.AST, list[ast.Constant]] = {}
        for place, values in self._facts.state.values.items():
            for value in values:
                text = value.value if isinstance(value, Constant) else None
                literal = by_mark.get(text) if isinstance(text, str) else None
                if literal is not None and isinstance(place, ast.expr):
                    self._places[literal].append(place)
                    self._reaching.setdefault(place, []).append(literal)

    def reaching(self, node: ast.expr, text: str) -> list[ast.Constant]:
        """The literals of a text that an expression may be, in the order of the program."""
        found = [literal for literal in self._reaching.get(node, ()) if literal.value == text]
        return sorted(found, key=lambda literal: (literal.lineno, literal.col_offset))

    def obstacle(self, literal: ast.Constant, new: str) -> str | None:
        """Why a literal can't say something else, None where it can."""
        draft = self._draft
        if not draft.may_change(literal):
            refused = draft.sections.at(draft.span(literal).start)
            return f"{refused.path} {refused.refused}"
        bare = str(literal.value).removeprefix(PREFIX)
        if draft.source(literal).count(bare) != 1:
            return f"`{draft.quote(literal)}` is not written in one piece"
        choice = self._choice(literal)
        if choice is not None:
            return f"`{draft.quote(choice)}` says which values there are; it has to change as well"
        for place in sorted(self._places[literal], key=lambda n: (n.lineno, n.col_offset)):
            reason = self._misused(place)
            if reason is not None:
                return reason
        return None

    def _misused(self, place: ast.expr) -> str | None:
        """Why the text may not change at a place that it gets to, None where it may."""
        draft = self._draft
        owner = self._arguments.get(place)
        if owner in draft.migrated or self._is_default(place) or self._is_shown(place):
            return None
        context = context_of(self._facts, place)
        parent = self._facts.structure.parent(context.node)
        if owner is not None or {context.node, parent} & draft.legacy_calls:
            return f"the call on {self._line(place)} gets it, too, and is not migrated"
        if context.use in INDIFFERENT:
            return self._kept_with(context.node)
        where = f"`{draft.quote(context.node)}` on {self._line(place)}"
        return f"{where} uses it for something else"

    def _line(self, node: ast.AST) -> str:
        """Where a node stands: its line, and its file where there are several."""
        sections = self._draft.sections
        section = sections.at(self._draft.span(node).start)
        line = f"line {self._draft.line(node) - section.lines}"
        return f"{line} of {section.path}" if len(sections.parts) > 1 else line

    def _kept_with(self, holder: ast.AST) -> str | None:
        """Why the container that holds the text keeps it from changing."""
        if not isinstance(holder, (ast.Dict, ast.List, ast.Tuple, ast.Set)):
            return None
        items = holder.values if isinstance(holder, ast.Dict) else holder.elts
        if len(items) > MAX_CONSTANTS:
            return f"`{self._draft.quote(holder)}` holds more texts than can be told apart"
        for use in self._facts.uses.get(holder, ()):
            context = context_of(self._facts, use)
            whole = [v for v in self._facts.values(use) if isinstance(v, Object) and not v.path]
            harmless = context.use in HARMLESS_OF_CONTAINERS or self._is_call(use)
            if not whole or harmless or self._is_shown(use):
                continue
            text = self._draft.quote(context.node)
            return f"`{text}` on {self._line(use)} gets all of `{self._draft.quote(use)}`"
        return None

    def _is_call(self, use: ast.expr) -> bool:
        """`**request` of a legacy call."""
        structure = self._facts.structure
        parent = structure.parent(use)
        call = structure.parent(parent) if isinstance(parent, ast.keyword) else None
        spread = isinstance(parent, ast.keyword) and parent.arg is None
        return spread and call in self._draft.legacy_calls

    def _is_default(self, place: ast.expr) -> bool:
        """Whether a call gets the text that gives it back where nothing else is given."""
        structure = self._facts.structure
        call = structure.parent(place)
        keyword = call.arg if isinstance(call, ast.keyword) else None
        if isinstance(call, ast.keyword):
            call = structure.parent(call)
        if not isinstance(call, ast.Call) or place is call.func:
            return False
        if keyword is not None and keyword != "default" and not self._calls(call, "set_defaults"):
            return False
        paths = {v.path for v in self._facts.values(call.func) if isinstance(v, Symbol)}
        if not paths:
            return any(self._calls(call, name) for name in PARSERS)
        return paths <= (FIELDS if place in call.args[:1] else DEFAULTS)

    @staticmethod
    def _calls(call: ast.Call, method: str) -> bool:
        return isinstance(call.func, ast.Attribute) and call.func.attr == method

    def _is_shown(self, place: ast.expr) -> bool:
        """Whether the text, or one that it is put into, is just printed, logged or raised."""
        structure = self._facts.structure
        current: ast.AST = place
        parent = structure.parent(current)
        while isinstance(parent, (ast.FormattedValue, ast.JoinedStr, ast.Tuple, ast.BinOp)):
            current, parent = parent, structure.parent(parent)
        if not isinstance(parent, ast.Call) or current is parent.func:
            return False
        if isinstance(structure.parent(parent), ast.Raise):
            return True
        func = parent.func
        paths = {v.path for v in self._facts.values(func) if isinstance(v, Symbol)}
        if paths and paths <= SHOWING:
            return True
        if not isinstance(func, ast.Attribute) or func.attr not in LOG_METHODS:
            return False
        return LOG.search(ast.unparse(func.value)) is not None or any(
            path.startswith("logging.") for path in paths
        )

    def _choice(self, literal: ast.Constant) -> ast.AST | None:
        """What lists the values that may stand where a literal does, itself among them."""
        structure = self._facts.structure
        node: ast.AST = literal
        while (parent := structure.parent(node)) is not None:
            if isinstance(parent, (ast.stmt, ast.arguments)):
                break
            node = parent
        if not isinstance(node, (ast.Constant, ast.Call)):
            return None
        annotation = _annotation(parent, node)
        if annotation is not None and not _is_text(annotation):
            return annotation
        if not isinstance(node, ast.Call):
            return None
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        kind = given.get("type")
        return kind if kind is not None and not _is_text(kind) else given.get("choices")


def _annotation(parent: ast.AST | None, node: ast.AST) -> ast.expr | None:
    """The annotation of what a default belongs to."""
    if isinstance(parent, ast.AnnAssign):
        return parent.annotation
    if not isinstance(parent, ast.arguments):
        return None
    positional = [*parent.posonlyargs, *parent.args]
    pairs = [
        *zip(positional[len(positional) - len(parent.defaults) :], parent.defaults, strict=True),
        *zip(parent.kwonlyargs, parent.kw_defaults, strict=True),
    ]
    return next((argument.annotation for argument, default in pairs if default is node), None)


def _is_text(annotation: ast.expr) -> bool:
    """Whether an annotation allows for any text: `str`, `Optional[str]`, `Annotated[str, …]`."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.replace(" ", "") in {"str", "str|None", "Optional[str]"}
    if isinstance(annotation, ast.Subscript):
        name = annotation.value
        last = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
        if last == "Annotated" and isinstance(annotation.slice, ast.Tuple):
            return _is_text(annotation.slice.elts[0])
        return last in {"Optional", "Union", "Final", "ClassVar"} and _is_text(annotation.slice)
    if isinstance(annotation, ast.BinOp):
        return _is_text(annotation.left) and _is_text(annotation.right)
    if isinstance(annotation, ast.Tuple):
        return all(map(_is_text, annotation.elts))
    if isinstance(annotation, ast.Constant):
        return annotation.value is None
    return isinstance(annotation, ast.Name) and annotation.id in {"str", "Any", "Final"}
