"""Turns of text that a program keeps as plain JSON: they stay so, and are mapped when sent.

What lies on disk keeps its shape, so there is nothing to convert and no second reader to write.
"""

from __future__ import annotations

import ast

from codemods.content.turns import Turn, read_turn
from codemods.tables.parts import ROLES
from migrator.edits import ClausesCode, Code, DictCode, Item, Row, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.reasoning.free_names import FreeNames
from migrator.reasoning.helper_functions import free_everywhere, insert_function, of_module
from migrator.understand import CallSite
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Constant, Object, is_text

NAMES = ("to_steps", "turns_to_steps")
LOADS = frozenset({"load", "loads"})
OTHER_TURNS = frozenset(
    {
        "Content", "UserContent", "ModelContent", "Part", "from_bytes", "from_uri", "candidates",
        "get_history", "upload",
    }
)  # fmt: skip
"""Names that tell of turns which are no plain JSON, or hold more than text."""
OTHER_FIELDS = frozenset(
    {"inline_data", "inlineData", "file_data", "fileData", "function_call", "function_response"}
)


def are_saved_turns(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a list of turns that may come from JSON, in a file that writes such turns.

    Each turn that the file writes is a dict of a role and of texts.
    """
    if not _is_list(draft, node):
        return False
    if not draft.once("saves turns of text", lambda: _saves_turns(draft)):
        return False
    return not _all_made_here(draft, node)


def _all_made_here(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is certainly a list that is made in view, of turns that can be rewritten."""
    values = draft.values(node)
    return bool(values) and all(
        isinstance(v, Object) and v.origin in draft.facts.state.keys for v in values
    )


def _is_list(draft: Draft, node: ast.expr) -> bool:
    """Whether the file grows what `node` names, or says that it is a list; and never a text.

    The end of such a list is one as well.
    """
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        node = node.value
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return False
    if any(is_text(value) for value in draft.values(node)):
        return False
    structure = draft.facts.structure
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    for other in structure.named.get(name, ()):
        parent = structure.parent(other)
        if isinstance(parent, ast.Attribute) and parent.attr == "append":
            if ast.dump(other) == ast.dump(node) and _same_scope(draft, other, node):
                return True
    function = structure.enclosing_function(node)
    if isinstance(node, ast.Name) and isinstance(function, FUNCTION_TYPES):
        for argument in ast.walk(function.args):
            if isinstance(argument, ast.arg) and argument.arg == node.id and argument.annotation:
                return ast.unparse(argument.annotation).lower().startswith("list")
    return False


def _same_scope(draft: Draft, one: ast.AST, other: ast.AST) -> bool:
    scope_of = draft.facts.structure.scope_of
    return isinstance(one, ast.Attribute) or scope_of[one] is scope_of[other]


def _saves_turns(draft: Draft) -> bool:
    """Whether the file reads JSON, and all turns it writes are dicts of text."""
    structure = draft.facts.structure
    if not LOADS & structure.loaded_attributes or not structure.imports("json"):
        return False
    if OTHER_TURNS & (structure.loaded_attributes | structure.loaded_names):
        return False
    if not all(_says_no_other_turns(draft, site) for site in draft.facts.sites):
        return False
    found = False
    for node in structure.nodes:
        if isinstance(node, ast.Constant) and node.value in OTHER_FIELDS:
            return False
        if not isinstance(node, ast.Dict):
            continue
        keys = {k.value for k in node.keys if isinstance(k, ast.Constant)}
        if "parts" in keys:
            turn = read_turn(draft, node)
            if turn is None or not _is_told(draft, turn) or not _is_of_text(turn):
                return False
            found = True
    return found


def _says_no_other_turns(draft: Draft, site: CallSite) -> bool:
    """Whether a call sends text, or such a list; nothing rewrites the turns that are in it."""
    if site.skip or "contents" not in site.kind.parameters:
        return False
    node = _contents(site)
    if node is None:
        return False
    values = draft.values(node)
    return _is_list(draft, node) or (bool(values) and all(is_text(v) for v in values))


def _contents(site: CallSite) -> ast.expr | None:
    passed = dict(zip(site.kind.parameters, site.call.args, strict=False))
    passed.update({k.arg: k.value for k in site.call.keywords if k.arg})
    return passed.get("contents")


def _is_told(draft: Draft, turn: Turn) -> bool:
    """Whether a turn is certainly one of the user or of the model."""
    values = draft.values(turn.told) if turn.told is not None else frozenset()
    return bool(values) and all(isinstance(v, Constant) and v.value in ROLES for v in values)


def _is_of_text(turn: Turn) -> bool:
    parts = turn.parts.elts if isinstance(turn.parts, ast.List) else [turn.parts]
    return isinstance(turn.parts, ast.List) and all(
        isinstance(part, ast.Dict)
        and [k.value if isinstance(k, ast.Constant) else None for k in part.keys] == ["text"]
        for part in parts
    )


def mapped_turns(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """The steps of turns that were saved; by a function, where they are sent more than once."""
    text = (
        f"`{draft.quote(node)}` is assumed to hold turns of text, as the file writes them; those "
        "that were saved as JSON keep their shape"
    )
    draft.doubt(owner, node, text)
    contents = (_contents(site) for site in draft.facts.sites)
    users = [n for n in contents if n is not None and are_saved_turns(draft, n)]
    users = of_module(draft, users, node)
    if len(users) < 2:
        structure = draft.facts.structure
        names = FreeNames(structure, structure.scope_of[node])
        return _steps(draft.hole(node), names.take("turn", "saved_turn"), names.take("part"))
    name = draft.once("steps of saved turns", lambda: free_everywhere(draft, users, *NAMES))
    rows = (
        Row(f"def {name}(turns):"),
        Row('"""The steps of turns that are kept as dicts of text."""', 1),
        Row(Template(("return ", _steps("turns", "turn", "part"))), 1),
    )
    draft.edit(owner, insert_function(draft, users, rows))
    return Template((f"{name}(", draft.hole(node), ")"))


def _steps(turns: Code, turn: str, part: str) -> Code:
    content = DictCode((Item('"text"', "type"), Item(f'{part}["text"]', "text")))
    parts = ClausesCode("[", content, (f'for {part} in {turn}["parts"]',), "]")
    user, model = ROLES["user"], ROLES["model"]
    kind = f'"{user}" if {turn}["role"] == "user" else "{model}"'
    step = DictCode((Item(kind, "type"), Item(parts, "content")))
    return ClausesCode("[", step, (Template((f"for {turn} in ", turns)),), "]")
