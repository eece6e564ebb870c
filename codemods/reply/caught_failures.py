"""Reads of what is missing in some replies, which raised an error that a handler catches."""

from __future__ import annotations

import ast

from codemods.reply.asked_before import is_asked_before, tests_before
from codemods.reply.early_ends import Way
from codemods.reply.missing_pieces import ending_early, ends_by_raising, fails, failures, may_fail
from codemods.reply.path_prefixes import WAY
from codemods.reply.reply_ends import End
from codemods.reply.same_ways_out import leaves_alike, run_before, try_around
from codemods.tables.api import CANDIDATES
from migrator.plan import Draft, is_item_taken
from migrator.plan.units import Member
from migrator.reasoning.caught_errors import caught_elsewhere, handled, may_go_on
from migrator.understand.values import Object

MISSING = frozenset({"AttributeError", "TypeError"})
"""What reading a part of nothing raised."""
INDEX = frozenset({"IndexError", "LookupError"})
"""What the first item of an empty list raises, before and now."""
WIDE = frozenset({"Exception", "BaseException"})
WITHS = (ast.With, ast.AsyncWith)
OWN = frozenset({"ValueError"})
"""What is raised in the place of an error that reading nothing was."""
CAUGHT = (
    "a reply without candidates, content or parts raised an error here, which a handler catches; "
    "going through its steps raises none"
)
ONLY_LOGGED = (
    "a reply without candidates, content or parts raised an error, which a handler logged; it goes "
    "the same way without an error now"
)
SEARCHED = (
    "a reply for which nothing was searched for raised an error here, which a handler catches; "
    "there is none now"
)
FETCHED = (
    "a reply for which no page was fetched raised an error here, which a handler catches; there is "
    "none now"
)
OWN_TAKES = "; an error that the program raises itself may take its place"
OWN_ERROR = (
    "a reply without content or parts raised an error where they were read; the one that the "
    "program raises for a reply without candidates takes its place, for the same handler"
)
WORDS = (
    "reading the first part of a reply without content raises IndexError now, where it raised "
    "TypeError: what is caught has other words"
)
NO_FIRST = (
    "a reply for which nothing was found raised another error here, which a handler catches; "
    "taking the first of none raises IndexError"
)
RENAMED = (
    "reading a count of a reply without usage raises an error that a handler shows; it names the "
    "new attribute now"
)
OTHER = "a reply without candidates raised TypeError here; reading its first step raises IndexError"


def doubt_failure(draft: Draft, owner: Member, node: ast.expr, *, unguarded: str = "") -> None:
    """Doubt a read that a handler relies on to raise an error, if it raises none of those now.

    `unguarded` says what failed where it is a read of what no test in view asks about.
    """
    caught = handled(draft, node)
    if not caught or not (unguarded or may_fail(draft, node)):
        return
    # A guard finds more replies now: those that got past it raised an error, and do not any more.
    guarded = any(is_asked_before(draft, node, kind) for kind in WAY)
    indexed = is_item_taken(draft.facts, node)
    # Without candidates or parts it was a TypeError; without sources, what held them was None.
    alike = not unguarded and caught & {"TypeError", *WIDE}
    former = {"TypeError"} if alike else {*MISSING}
    apart = indexed and caught_elsewhere(draft, node, former, "IndexError")
    if indexed and not guarded and not apart and caught & (INDEX | WIDE):
        named = draft.once("errors named", lambda: _names_errors(draft))
        if named and caught & WIDE:
            draft.note(owner, WORDS)
        return
    if not unguarded and (
        raises_before(draft, node, caught) or raises_instead(draft, node, caught)
    ):
        draft.note(owner, OWN_ERROR)
        return
    if not unguarded and leaves_alike(draft, node):
        draft.note(owner, ONLY_LOGGED)
        return
    if caught & (MISSING | INDEX | WIDE):
        text = _what_changes(indexed, guarded, unguarded)
        draft.doubt(owner, node, text + (OWN_TAKES if raises_behind(draft, node) else ""))


def _what_changes(indexed: bool, guarded: bool, unguarded: str) -> str:
    if unguarded:
        return NO_FIRST if indexed else unguarded
    return OTHER if indexed and not guarded else CAUGHT


def _names_errors(draft: Draft, kinds: frozenset[str] = WIDE) -> bool:
    """Whether a handler of all errors (or of such `kinds`) looks at the one it catches."""
    return any(
        isinstance(node, ast.ExceptHandler)
        and node.name is not None
        and node.type is not None
        and any(getattr(part, "id", "") in kinds for part in ast.walk(node.type))
        for node in draft.facts.structure.nodes
    )


def tell_renamed(draft: Draft, owner: Member, node: ast.Attribute) -> None:
    """Say that the error of a read without a test names another attribute, where it is shown."""
    caught = handled(draft, node) & (WIDE | MISSING)
    read = ast.unparse(node.value)
    if caught and _names_errors(draft, frozenset(caught)):
        if not any(read in ast.unparse(test) for test in tests_before(draft, node)):
            draft.note(owner, RENAMED)


def doubt_test(draft: Draft, owner: Member, test: ast.expr) -> None:
    """Doubt a test that failed for some replies, which a handler catches: now it comes out."""
    caught = handled(draft, test)
    if not caught & (MISSING | INDEX | WIDE) or not fails(draft, test):
        return
    if leaves_alike(draft, test):
        draft.note(owner, ONLY_LOGGED)
    else:
        draft.doubt(owner, test, CAUGHT + (OWN_TAKES if raises_behind(draft, test) else ""))


def raises_behind(draft: Draft, node: ast.expr) -> bool:
    """Whether the program raises an error of its own as a test comes out, in it or behind it."""
    structure = draft.facts.structure
    current: ast.AST = structure.statement(node)
    if not isinstance(current, ast.If):
        return isinstance(current, ast.Assert)
    while isinstance(current, (ast.If, ast.With, ast.AsyncWith, ast.Try)):
        parent = structure.parent(current)
        block = getattr(parent, "body", [])
        behind = block[block.index(current) :] if current in block else [current]
        if any(isinstance(n, ast.Raise) for s in behind for n in ast.walk(s)):
            return True
        assert parent is not None
        current = parent
    return False


def raises_before(draft: Draft, node: ast.expr, caught: set[str]) -> bool:
    """Whether the program itself raises an error for some of the replies that fail at `node`.

    The test that decides about that finds all of them now; and to the handler, errors are alike.
    """
    found = failures(draft, node, run_with(draft, node)) if any_error(caught) else None
    return bool(found) and any(isinstance(at, ast.Raise) for at in found or ())


def raises_instead(draft: Draft, node: ast.expr, caught: set[str]) -> bool:
    """Whether the program raises an error of its own behind `node` for all replies that fail there.

    The handler that took the failure takes that one, and can't tell them apart.
    """
    tried = try_around(draft, node)
    if tried is None or not any_error(caught):
        return False
    before = run_before(draft, tried)
    if failures(draft, node, tried.body, before) is None:
        return False
    for reply in ending_early(draft, node, [*before, *tried.body]):
        way = Way(draft, End(0, reply), fails=False)
        way.names.learn_all(before)
        if not ends_by_raising(way.through(tried.body)) or way.raised is None or way.failed:
            return False
        raised = way.raised.exc
        kind = raised.func if isinstance(raised, ast.Call) else raised
        if getattr(kind, "id", getattr(kind, "attr", None)) in {None, *caught}:
            return False
    return True


def any_error(caught: set[str]) -> bool:
    """Whether what catches an error asks neither for its class nor for those that are like it."""
    return bool(caught & WIDE) and not caught & (MISSING | INDEX | OWN)


def run_with(draft: Draft, node: ast.expr) -> list[ast.stmt]:
    """The block around `node` that a handler guards, or else its function, as far as its statement.

    Empty where something else stands around its statement.
    """
    structure = draft.facts.structure
    statement: ast.AST = structure.statement(node)
    holder = structure.parent(statement)
    while isinstance(holder, WITHS) or _is_first_of(draft, holder, statement):
        assert holder is not None
        if may_go_on(holder):  # it suppresses errors
            break
        statement, holder = holder, structure.parent(holder)
    block = getattr(holder, "body", [])
    if not isinstance(holder, (ast.Try, ast.FunctionDef, ast.AsyncFunctionDef, *WITHS)):
        return []
    return block[: block.index(statement) + 1] if statement in block else []


def _is_first_of(draft: Draft, loop: ast.AST | None, statement: ast.AST) -> bool:
    """Whether a statement is the first of a loop over candidates."""
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or loop.body[0] is not statement:
        return False
    return any(isinstance(v, Object) and v.type == CANDIDATES for v in draft.values(loop.iter))
