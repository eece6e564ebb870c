"""Dumps of a response that are read by literal keys: the interaction is read instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codemods.reply.candidate_aliases import SCOPES, is_stable
from codemods.reply.interaction import TEXTS, Pattern, attribute_read
from codemods.tables.settings import USAGE_FIELDS
from migrator.edits import Binding, ClausesCode, Code, Delete, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.understand.values import Symbol

METHODS = ("model_dump", "model_dump_json", "to_json_dict")
OTHER_KEYS = "the dump of an Interaction has other keys than that of a response"
PLAIN_FIELDS = {"model_version": "model", "response_id": "id"}
FIRST_TEXT = ("candidates", 0, "content", "parts", 0, "text")
TEXT = Pattern("[", "content", TEXTS, "][0].text")
SPLIT = ("images", "audio", "server tools", "functions", "callables", "thoughts", "code_execution")
"""What else may stand in the first part of a reply, if the request asks for it."""


@dataclass(frozen=True, slots=True)
class KeyRead:
    """`node` reads a dump by `path`; `default` is what it gives where that is missing, if so."""

    node: ast.expr
    path: tuple[str | int, ...]
    lenient: bool
    default: ast.expr | None


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump of a response, parsed or not, and where it is used."""

    value: ast.expr
    statement: ast.Assign | None
    """The statement that names the dump, if it has a name."""
    uses: tuple[ast.expr, ...]


def dump_of(draft: Draft, call: ast.Call) -> Dump | None:
    """The dump that `call` makes; None where its name may be bound or read elsewhere."""
    structure = draft.facts.structure
    value: ast.expr = call
    outer = structure.parent(call)
    if isinstance(outer, ast.Call) and outer.args[:1] == [call]:
        paths = {v.path for v in draft.values(outer.func) if isinstance(v, Symbol)}
        value = outer if paths == {"json.loads"} else value
    statement = structure.parent(value)
    if not isinstance(statement, ast.Assign):
        return Dump(value, None, (value,))
    name = statement.targets[0]
    scope = structure.scope_of[statement.value]
    if not isinstance(name, ast.Name) or len(statement.targets) > 1:
        return None
    loads = [n for n in structure.named[name.id] if isinstance(n, ast.Name) and n is not name]
    here = all(structure.scope_of[n] is scope for n in loads)
    if not isinstance(scope, SCOPES) or not here or not is_stable(draft, scope, name.id):
        return None
    return Dump(value, statement, tuple(loads))


def read_by_key(draft: Draft, node: ast.expr) -> bool:
    """Whether `node`, a dump, is looked into."""
    context = context_of(draft.facts, node)
    return context.use in {Use.SUBSCRIPT, Use.ATTRIBUTE, Use.ITERATE}


def read_elsewhere(draft: Draft, call: ast.Call, dump: Dump | None) -> list[ast.expr]:
    """Where a dump is looked into that got there by more than its name: returned, kept, chosen."""
    known = dump.uses if dump is not None else ()
    uses = [node for node in draft.facts.uses.get(call, ()) if node not in known]
    return [node for node in uses if read_by_key(draft, node)] if dump is not None else []


def translate(draft: Draft, reading: Reading, dump: Dump) -> bool:
    """Read the interaction where the dump is read; False where that can't be done for all reads.

    A dump that is there for nothing else goes.
    """
    base = reading.base
    scope = draft.facts.structure.scope_of[base]
    looked = [node for node in dump.uses if read_by_key(draft, node)]
    named = isinstance(base, ast.Name) and (
        dump.statement is None or is_stable(draft, scope, base.id)
    )
    if not named:
        return not looked
    reads = [_read(draft, node) for node in looked]
    codes = [(read.node, _code(draft, reading, read)) for read in reads]
    if any(code is None for _, code in codes):
        return False
    for node, code in codes:
        assert code is not None
        draft.replace(reading.owner, node, code)
    if dump.statement is not None and looked and len(looked) == len(dump.uses):
        draft.edit(reading.owner, Delete(draft.span(dump.statement)))
    return True


def _read(draft: Draft, node: ast.expr) -> KeyRead:
    """The longest read by literal keys that begins with the dump `node`."""
    path: list[str | int] = []
    lenient, default = False, None
    for outer, key, other in _steps(draft, node):
        path.append(_snake_case(key) if isinstance(key, str) else key)
        node, default = outer, other
        lenient = lenient or isinstance(outer, ast.Call)
    return KeyRead(node, tuple(path), lenient, default)


def _snake_case(key: str) -> str:
    """A key of a dump by alias as the field's name."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", key).lower()


def _steps(draft: Draft, node: ast.expr) -> Iterator[tuple[ast.expr, str | int, ast.expr | None]]:
    """Each step of a read: the expression, its key, and the default of `get`."""
    structure = draft.facts.structure
    while True:
        parent = structure.parent(node)
        if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load):
            key, default, node = parent.slice, None, parent
        elif isinstance(parent, ast.Attribute) and parent.attr == "get":
            call = structure.parent(parent)
            if not isinstance(call, ast.Call) or not 1 <= len(call.args) <= 2 or call.keywords:
                return
            key, default = call.args[0], call.args[1] if len(call.args) > 1 else None
            node = call
        elif _is_or_empty(parent, node):
            assert isinstance(parent, ast.BoolOp)
            if not isinstance(structure.parent(parent), (ast.Attribute, ast.Subscript)):
                return
            node = parent
            continue
        else:
            return
        if not isinstance(key, ast.Constant) or not isinstance(key.value, (str, int)):
            return
        yield node, key.value, default


def _is_or_empty(parent: ast.AST | None, node: ast.expr) -> bool:
    """Whether `parent` is `node or {}`."""
    if not isinstance(parent, ast.BoolOp) or not isinstance(parent.op, ast.Or):
        return False
    other = parent.values[-1]
    return parent.values[0] is node and isinstance(other, ast.Dict) and not other.keys


def _code(draft: Draft, reading: Reading, read: KeyRead) -> Code | None:
    """What to read of the interaction for `read`; None where nothing is known to be the same."""
    response = draft.hole(reading.base, Binding.ATOM)
    if len(read.path) == 1 and read.path[0] in PLAIN_FIELDS:
        return Template((response, f".{PLAIN_FIELDS[str(read.path[0])]}"))
    if read.path == FIRST_TEXT and not read.lenient:
        split = any(draft.has_feature(reading.base, reading.owner, name) for name in SPLIT)
        return None if split else TEXT.over(response)
    if len(read.path) != 2 or read.path[0] != "usage_metadata":
        return None
    count = USAGE_FIELDS.get(str(read.path[1]))
    if count is None:
        return None
    code = Template((response, f".usage.{count}"))
    if not read.lenient:
        return code
    other: Code = "None" if read.default is None else draft.hole(read.default, Binding.TERNARY)
    clauses = (Template(("if ", response, ".usage")), Template(("else ", other)))
    return ClausesCode("(", code, clauses, ")", soft=True)


def keep_dump(
    draft: Draft,
    reading: Reading,
    keys: str,
    read_instead: Callable[[Draft, Reading, Dump], bool] | None = None,
) -> None:
    """`x.model_dump()`: what takes the place of `x` has the method, too, and other `keys`.

    Where keys are read, `read_instead` may read the object; it gives False where it can't.
    """
    call = draft.facts.structure.parent(reading.node)
    if not isinstance(call, ast.Call) or call.func is not reading.node:
        draft.block(reading.owner, reading.node, keys)
        return
    found = dump_of(draft, call)
    elsewhere = read_elsewhere(draft, call, found)
    uses = draft.facts.uses.get(call, ()) if found is None else found.uses
    looked = [node for node in uses if read_by_key(draft, node)]
    if elsewhere:
        text = f"{keys}, and `{draft.quote(elsewhere[0])}` is read by key"
        draft.block(reading.owner, elsewhere[0], text)
    elif looked and not (found and read_instead and read_instead(draft, reading, found)):
        text = f"{keys}, and `{draft.quote(looked[0])}` is read by key"
        draft.block(reading.owner, looked[0], text)
    if len(looked) < len(uses) or not uses:
        draft.doubt(reading.owner, reading.node, keys)
        rename_dump(draft, reading, call)


def rename_dump(draft: Draft, reading: Reading, call: ast.Call) -> None:
    """`to_json_dict()`, which objects of the Interactions API do not have."""
    if attribute_read(reading.node) == "to_json_dict":
        code = Template(
            (draft.hole(reading.base, Binding.ATOM), '.model_dump(mode="json", exclude_none=True)')
        )
        draft.replace(reading.owner, call, code)
