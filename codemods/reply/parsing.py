"""A reply that is parsed where the program asks whether it could be: a function that gives None.

Where it is read several times, it is parsed once, right where the reply has come.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from codemods.tables.api import PARSED
from migrator.edits import CallCode, Code, InsertAfter, Item, Row, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.plan.units import Member
from migrator.reasoning.annotated_variables import is_typed
from migrator.reasoning.evaluated_once import new_name
from migrator.reasoning.helper_functions import free_everywhere, insert_function, of_module
from migrator.understand.values import may_be


@dataclass(frozen=True, slots=True)
class Parser:
    """How a text is parsed: `code` for the name of the schema and the text.

    `names_schema` says whether the schema is needed for it.
    """

    code: Callable[[str, Code], Code]
    names_schema: bool = True


TESTS = frozenset({Use.TRUTH, Use.IS_NONE, Use.ISINSTANCE})
PARSED_NAMES = ("parsed", "result", "parsed_reply")


def is_tested(draft: Draft, owner: Member) -> bool:
    """Whether the program asks if the reply of `owner` could be parsed."""
    return any(
        context_of(draft.facts, node).use in TESTS or _is_operand(draft, node)
        for node in draft.facts.uses.get(owner, ())
        if isinstance(node, ast.expr) and _is_parsed(draft, node)
    )


def _is_operand(draft: Draft, node: ast.expr) -> bool:
    """Whether something else may stand for `node`, as in `response.parsed or []`."""
    parent = draft.facts.structure.parent(node)
    return isinstance(parent, ast.BoolOp) and node is not parent.values[-1]


def _is_parsed(draft: Draft, node: ast.AST) -> bool:
    return may_be(draft.values(node), PARSED)


def parse_if_valid(
    draft: Draft, reading: Reading, schema: ast.expr, text: Code, parse: Parser
) -> None:
    """Put what is parsed of `text` in the place of a read, None where it isn't valid."""
    node, owner = reading.node, reading.owner
    function = _function(draft, owner, node, schema, parse)
    told = (Item(draft.hole(schema)),) if _is_told(draft, schema, parse) else ()
    call = CallCode(function, (*told, Item(text)))
    reads = _reads(draft, owner)
    made = _assignment(draft, reads) if len(reads) > 1 else None
    if made is None:
        draft.replace(owner, node, call)
        return
    known = draft.once("parsed replies", dict[tuple[Member, ast.stmt], str])
    if (owner, made) not in known:
        known[owner, made] = new_name(draft, reads[0], owner, *PARSED_NAMES)
        code = Template((f"{known[owner, made]} = ", call))
        draft.edit(owner, InsertAfter(draft.span(made), code))
    draft.replace(owner, node, known[owner, made])


def _reads(draft: Draft, owner: Member) -> list[ast.Attribute]:
    """The reads of `.parsed` of what `owner` returns."""
    return [
        node
        for node in draft.facts.uses.get(owner, ())
        if isinstance(node, ast.Attribute) and node.attr == "parsed" and _is_parsed(draft, node)
    ]


CHANGING = frozenset(
    {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort", "update"}
)
"""Methods that change a list or a dict."""


def change_of(draft: Draft, owner: Member) -> ast.expr | None:
    """Where one of several reads of what is parsed changes it, which the others see.

    They do so after as well where it is parsed once for all of them.
    """
    reads = _reads(draft, owner)
    if len(reads) < 2 or (is_tested(draft, owner) and _assignment(draft, reads) is not None):
        return None
    for node in draft.facts.uses.get(owner, ()):
        parent = draft.facts.structure.parent(node)
        if not _is_parsed(draft, node) or not isinstance(parent, (ast.Attribute, ast.Subscript)):
            continue
        if parent.value is not node:
            continue
        call = draft.facts.structure.parent(parent)
        called = isinstance(call, ast.Call) and call.func is parent
        method = parent.attr if isinstance(parent, ast.Attribute) else ""
        if not isinstance(parent.ctx, ast.Load) or (called and method in CHANGING):
            return parent
    return None


def _assignment(draft: Draft, reads: list[ast.Attribute]) -> ast.Assign | None:
    """The one statement that names the reply of which all of `reads` are, in their function."""
    structure = draft.facts.structure
    names = {node.value.id: node.value for node in reads if isinstance(node.value, ast.Name)}
    scopes = {structure.scope_of[node] for node in reads}
    if len(names) != 1 or len(scopes) != 1 or not all(_has_name(node) for node in reads):
        return None
    name, scope = names.popitem()[0], scopes.pop()
    stores = structure.stores_in(scope, name)
    made = structure.parent(stores[0]) if len(stores) == 1 else None
    if not isinstance(made, ast.Assign) or made.targets != stores:
        return None
    return made if all(node.lineno > made.lineno for node in reads) else None


def _has_name(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name)


def _is_global(draft: Draft, schema: ast.expr) -> bool:
    """Whether a function of the module can name the schema."""
    structure = draft.facts.structure
    locals_of = structure.locals_of[structure.scope_of[schema]]
    module = structure.module(schema)
    top = structure.locals_of[module]
    names = {n.id for n in ast.walk(schema) if isinstance(n, ast.Name)}
    return structure.scope_of[schema] is module or not names & (locals_of - top)


def _is_told(draft: Draft, schema: ast.expr, parse: Parser) -> bool:
    """Whether the function must be given the schema."""
    return parse.names_schema and not _is_global(draft, schema)


def _function(draft: Draft, owner: Member, node: ast.AST, schema: ast.expr, parse: Parser) -> str:
    """The name of the function that parses a text as `schema`; the file of `node` gets it once."""
    users = of_module(draft, _users(draft), node)
    told = _is_told(draft, schema, parse)
    source = "schema" if told else draft.source(schema)
    words = ["reply"] if told else re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", source)
    kind, valid = "the schema" if told else source, "not a valid one"
    named = parse.names_schema or isinstance(schema, (ast.Name, ast.Attribute))
    if not told and not (named and _is_global(draft, schema)):
        source, words, kind, valid = "json", ["json"], "JSON", "not valid"
    simple = isinstance(schema, ast.Name) and _is_global(draft, schema)
    name = _name(draft, users, source, "_".join(["parse", *words]).lower())
    signature = "(schema, text):" if told else "(text):"
    if is_typed(draft, users[0]) and simple and _is_made_before(draft, source, users):
        signature = f"(text: str) -> {source} | None:"
    rows = [
        Row(f"def {name}{signature}"),
        Row(f'"""A reply as {kind}; None if it is {valid}."""', 1),
        Row("try:", 1),
        Row(Template(("return ", parse.code(source, "text"))), 2),
        Row("except ValueError:", 1),
        Row("return None", 2),
    ]
    draft.edit(owner, insert_function(draft, users, rows))
    return name


def _name(draft: Draft, users: list[ast.AST], source: str, wanted: str) -> str:
    """The name of the function for one schema; another schema has another one."""
    functions = draft.once("parsing functions", dict[ast.Module, dict[str, str]])
    known = functions.setdefault(draft.facts.structure.module(users[0]), {})
    if source not in known:
        numbered = (f"{wanted}_{number}" for number in range(2, 100))
        free = (name for name in (wanted, *numbered) if name not in known.values())
        known[source] = free_everywhere(draft, users, *free)
    return known[source]


def _users(draft: Draft) -> list[ast.AST]:
    """Everything in the file that reads a parsed reply, or is followed by the parsing of one: the
    function stands before all of it.
    """
    named = draft.facts.structure.named.get("parsed", ())
    read: list[ast.AST] = [n for n in named if _is_parsed(draft, n)]
    asked = [
        node
        for site in draft.facts.sites
        for node in draft.facts.uses.get(site.call, ())
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr"
    ]
    read += [node for node in asked if _is_parsed(draft, node)]
    several = [reads for s in draft.facts.sites if len(reads := _reads(draft, s.call)) > 1]
    made = [_assignment(draft, reads) for reads in several]
    return [*read, *(statement for statement in made if statement is not None)]


def _is_made_before(draft: Draft, name: str, users: list[ast.AST]) -> bool:
    """Whether a class is there when a function before all of `users` is made."""
    first = min(draft.line(user) for user in users)
    structure = draft.facts.structure
    module = structure.module(users[0])
    body = module.body
    made = [n for n in body if isinstance(n, ast.ClassDef) and n.name == name]
    if made:
        return (made[0].end_lineno or made[0].lineno) < first
    aliases = structure.aliases.get(name, ())
    return any(alias.lineno < first for alias in aliases if structure.module(alias) is module)
