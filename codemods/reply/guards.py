"""Guards against what may be missing in a reply: one question about the steps now.

`r.candidates and r.candidates[0].content and r.candidates[0].content.parts` asks it three times,
and so does `not r.candidates or not r.candidates[0].content or …`.
"""

from __future__ import annotations

import ast

from codemods.reply.caught_failures import doubt_failure, doubt_test
from codemods.reply.certain_fields import is_always_there, is_certain_probe, is_settled
from codemods.reply.certain_tests import leave_out
from codemods.reply.guard_folding import fold
from codemods.reply.interaction import as_bool, none_test
from codemods.reply.missing_names import missing_name
from codemods.reply.missing_pieces import check_ways
from codemods.reply.output_tests import output_test
from codemods.reply.path_kinds import kinds_of, strongest
from codemods.reply.path_prefixes import WAY, bases, presence, root, test_of
from codemods.reply.sounds import is_only_sound
from migrator.edits import Binding, ClausesCode, Code, Delete, Replace, Span, Template
from migrator.plan import Draft, Reading, Use, is_kept, is_tested
from migrator.plan.units import Member

ALWAYS = "a candidate that was read was always there; this asks for content now"

KEPT = "the value of a test that is kept was None or an empty list for a reply without what it asks"
KEPT += " for; it is False now"


def guard(
    draft: Draft, reading: Reading, found: Code | None = None, absent: Code | None = None
) -> None:
    """Test `found` where the presence of `reading.base` is asked, by truth, `len`, `hasattr`, …

    The whole test around it becomes one, unless it asks for more than that: then what it asks for
    most is going to be read, too. Where `found` is a comparison, `absent` is the opposite one.
    """
    test = test_of(draft, reading.base)
    if test is None:
        if found is not None and reading.use is Use.IS_NONE:
            none_test(draft, reading, found)
        elif found is not None:
            ask(draft, reading.owner, reading.base, reading.base, found)
        return
    present = presence(draft, test)
    asked = bases(draft, test)
    kind = strongest(draft, asked)
    missing = missing_name(draft, asked)
    if is_settled(draft, test) and not _is_asked_beside(draft, test):
        doubt_failure(draft, reading.owner, test)
        if _settle(draft, reading.owner, test, present=bool(present)):
            return
        draft.doubt(reading.owner, test, f"`{draft.quote(test)}`: {ALWAYS}")
    if kind in WAY:
        found, absent = output_test(draft, asked[0], reading.owner), None
        check_ways(draft, reading.owner, test)
        doubt_test(draft, reading.owner, test)
        draft.settled.update(n for n in ast.walk(test) if isinstance(n, ast.expr))
        if missing is None and fold(draft, reading.owner, test):
            return
    elif reading.type != kind or found is None:
        return
    else:  # what is asked twice is answered once
        answers = draft.once("answers", dict[ast.expr, tuple[Code, Code | None]])
        found, absent = answers.setdefault(test, (found, absent))
    kept = present and not is_tested(draft.facts, test) and not _keeps_value(test)
    if missing is not None:
        name, rest = draft.hole(missing, Binding.AND), (Template(("and ", found)),)
        found = ClausesCode("bool(" if kept else "(", name, rest, ")", soft=not kept)
        absent = Template(("not ", ClausesCode("(", name, rest, ")")))
    elif absent is None:
        absent = Template(("not ", found))
        found = as_bool(found) if kept else found
        is_read = _keeps_value(test) or getattr(getattr(test, "func", None), "id", "") == "getattr"
        if present and is_read and _is_value(draft, test):
            draft.note(reading.owner, KEPT)
    code = found if present else absent
    ask(draft, reading.owner, test, reading.base, code, negated=not present)


def check_test(draft: Draft, owner: Member, test: ast.expr, asked: ast.expr) -> None:
    """Doubt a test that is to ask for content, where one for `asked` said something else."""
    if is_always_there(draft, asked):
        draft.doubt(owner, test, f"`{draft.quote(test)}`: {ALWAYS}")
    check_ways(draft, owner, test)
    doubt_test(draft, owner, test)


def _settle(draft: Draft, owner: Member, test: ast.expr, *, present: bool) -> bool:
    """Take away a test that came out the same for each reply that got there."""
    draft.settled.update(n for n in ast.walk(test) if isinstance(n, ast.expr))
    if present:
        return leave_out(draft, owner, test)
    statement = draft.facts.structure.parent(test)
    if not isinstance(statement, ast.If) or statement.test is not test or statement.orelse:
        return False
    if draft.source(statement).startswith("elif"):
        return False
    draft.edit(owner, Delete(draft.span(statement)))
    return True


def guard_code(draft: Draft, owner: Member, test: ast.expr) -> Code:
    """What asks for the presence of what `test` asks for, however it does."""
    return output_test(draft, bases(draft, test)[0], owner)


def _keeps_value(test: ast.expr) -> bool:
    """Whether a test is a value that may be used as such, as in `x.queries or []`."""
    return not isinstance(test, (ast.Compare, ast.Call, ast.UnaryOp))


def _is_value(draft: Draft, test: ast.expr) -> bool:
    """Whether a test in a chain of `and` may be what the chain comes to."""
    chain = draft.facts.structure.parent(test)
    joined = isinstance(chain, ast.BoolOp) and isinstance(chain.op, ast.And)
    return joined and is_kept(draft.facts, test)


def ask(
    draft: Draft,
    owner: Member,
    node: ast.expr,
    base: ast.expr,
    code: Code,
    *,
    negated: bool = False,
) -> None:
    """Put `code` in the place of `node`, a question about `base` or the negation of one.

    Questions before it that ask for less of the same response go away.
    """
    chain = draft.facts.structure.parent(node)
    joined = ast.Or if negated else ast.And
    if not isinstance(chain, ast.BoolOp) or not isinstance(chain.op, joined):
        draft.edit(owner, Replace(with_parentheses(draft, node), code))
        return
    index = chain.values.index(node)
    after = chain.values[index + 1 :]
    later = next((v for v in after if not is_certain_probe(draft, v)), None)
    if later is not None and _asks_more(draft, later, node, base):
        return
    heard = after[:1] if after and _hears(draft, owner, after[0], base) else []
    first = index
    while first and _asks_more(draft, node, chain.values[first - 1], base):
        first -= 1
    start = draft.positions.span_with_parentheses(draft.span(chain.values[first])).start
    last = heard[0] if heard else node
    end = draft.positions.span_with_parentheses(draft.span(last)).end
    if heard:  # the sound itself is asked for next
        code = draft.hole(last, Binding.AND if isinstance(chain.op, ast.And) else Binding.OR)
    if first == 0 and not after[len(heard) :]:
        draft.edit(owner, Replace(with_parentheses(draft, chain), code))
    else:
        draft.edit(owner, Replace(Span(start, end), code))


def _is_asked_beside(draft: Draft, test: ast.expr) -> bool:
    """Whether a test in a chain asks for more than the test before, or for less than a later."""
    chain = draft.facts.structure.parent(test)
    index = chain.values.index(test) if isinstance(chain, ast.BoolOp) else 0
    before = chain.values[index - 1] if isinstance(chain, ast.BoolOp) and index else None
    if before is not None and _asks_more(draft, test, before, bases(draft, test)[0]):
        return True
    return is_asked_later(draft, test)


def is_asked_later(draft: Draft, test: ast.expr) -> bool:
    """Whether what follows a test in its chain asks more of the same reply, and so for it, too."""
    chain = draft.facts.structure.parent(test)
    base = bases(draft, test)
    if not isinstance(chain, ast.BoolOp) or not base:
        return False
    after = chain.values[chain.values.index(test) + 1 :]
    later = next((v for v in after if not is_certain_probe(draft, v)), None)
    return later is not None and _asks_more(draft, later, test, base[0])


def _hears(draft: Draft, owner: Member, test: ast.expr, base: ast.expr) -> bool:
    """Whether `test` asks for the one sound of the reply that `base` is a part of."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    elif isinstance(test, ast.Compare) and isinstance(test.comparators[0], ast.Constant):
        test = test.left if test.comparators[0].value is None else test
    if not isinstance(test, ast.Attribute) or test.attr != "inline_data":
        return False
    part = test.value
    if not isinstance(part, ast.Subscript) or not is_only_sound(draft, part, owner):
        return False
    return ast.unparse(root(draft, part.value)) == ast.unparse(root(draft, base))


def with_parentheses(draft: Draft, node: ast.expr) -> Span:
    """Where a test stands, with the parentheses that only hold its lines together."""
    whole = draft.positions.span_with_parentheses(draft.span(node))
    alone = draft.text[whole.start - 1 : whole.start].isspace()
    return whole if alone else draft.span(node)


def _asks_more(draft: Draft, more: ast.expr, less: ast.expr, base: ast.expr) -> bool:
    """Whether `more` holds (or fails) only where `less` does: both ask about the root of `base`."""
    if isinstance(more, ast.NamedExpr) and presence(draft, more) is None:
        more = more.value
    tests = (more, less)
    ways = {presence(draft, test) for test in tests}
    if len(ways) != 1 or None in ways:
        return False
    asked = [one for test in tests for one in bases(draft, test)]
    alike = {ast.unparse(root(draft, one)) for one in (*asked, base)}
    kind = strongest(draft, asked)
    return len(alike) == 1 and kind is not None and kind in kinds_at(draft, more)


def kinds_at(draft: Draft, test: ast.expr) -> set[str]:
    """The types whose presence a test asks for."""
    return {kind for base in bases(draft, test) for kind in kinds_of(draft, base)}
