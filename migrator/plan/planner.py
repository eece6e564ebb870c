"""Plan one module: ask the rules about every call site and settle what becomes of each unit."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from migrator.bridge_place import BridgeHome
from migrator.codemod import Codemod
from migrator.edit.positions import module_positions
from migrator.edits import Edit
from migrator.model import Blocker, Finding, Options, Status
from migrator.plan.bridging import Crossing, crossings, removals, said
from migrator.plan.copies import to_copy
from migrator.plan.documented import check_documented
from migrator.plan.draft import Draft
from migrator.plan.follow import follow_demands, follow_result
from migrator.plan.holders import check_mixed_reads, follow_holders
from migrator.plan.parts import MESSAGES, Part, Plan
from migrator.plan.section_bounds import check_sections
from migrator.plan.skip_comments import skipped_lines
from migrator.plan.units import Ledger, Member, Reason
from migrator.registry import RuleBook
from migrator.sections import Sections, single
from migrator.understand import CallSite, Facts
from migrator.understand.recognise import Recognised


def plan_module(
    text: str, facts: Facts, options: Options, book: RuleBook, bridge: BridgeHome | None = None
) -> Plan:
    """The plan of an understood program of one module; pure, and the same for every run.

    `bridge` is where the bridge of its clients lies, if there can be one.
    """
    sections = single(text, facts.structure.modules[0], bridge)
    return plan_program(sections, facts, options, book)


def plan_program(sections: Sections, facts: Facts, options: Options, book: RuleBook) -> Plan:
    """The plan of an understood program, whose places are those of the whole text."""
    nothing = not facts.sites and not facts.handed_on and not facts.recognised
    if nothing and not options.bridge_remove:
        return Plan()
    positions = module_positions(sections.text, sections.tree)
    if not facts.sites and not facts.handed_on:
        return _settle(Draft(sections, facts, positions, options, book))
    copies: dict[ast.AST, ast.AST | None] = {}
    while True:
        draft = Draft(sections, facts, positions, options, book, copies)
        _fill(draft)
        more = to_copy(draft)
        if more.keys() <= copies.keys():
            return _settle(draft)
        copies = {**more, **copies}


def _fill(draft: Draft) -> None:
    """Ask the rules about every call site, and what it shares with others."""
    facts, book = draft.facts, draft.book
    for site in facts.sites:
        draft.units.ledger(site.call)
        _plan_request(draft, site)
    for site in facts.handed_on:
        rule = draft.rule("handed on", "method")
        if rule is not None:
            rule(draft, site)
        else:
            draft.block(site.call, site.call, "the method is handed to code out of view")
    follow_demands(draft)
    for site in facts.sites:
        _plan_result(draft, site)
    for key in book.keys("module"):
        draft.run_module_rule(*key)
    follow_demands(draft)
    follow_holders(draft)
    check_mixed_reads(draft)
    for key in book.keys("last"):
        draft.run_module_rule(*key)
    check_documented(draft)


def _plan_request(draft: Draft, site: CallSite) -> None:
    rule = draft.rule("site", site.kind.method)
    if rule is None:
        off = draft.switched_off("site", site.kind.method)
        reason = f"the codemod {off} is not selected" if off else "no codemod handles this call"
        draft.block(site.call, site.call, reason)
        return
    rule(draft, site)


def _plan_result(draft: Draft, site: CallSite) -> None:
    """What the call returns: as a whole where a rule plans that, then use by use."""
    ledger = draft.units.ledger(site.call)
    rule = draft.rule("result", site.kind.method)
    if rule is not None and not ledger.blockers:
        rule(draft, site)
    if not ledger.blockers:
        follow_result(draft, site.call)


def _settle(draft: Draft) -> Plan:
    """Apply the units that nothing stops, and turn every call site into a finding."""
    skipped = skipped_lines(draft.sections)
    sites: dict[Member, CallSite] = {
        site.call: site for site in (*draft.facts.sites, *draft.facts.handed_on)
    }
    units: list[_Unit] = []
    for members in draft.units.members().values():
        calls = sorted((m for m in members if m in sites), key=draft.line)
        if not calls:
            continue
        check_sections(draft, members)
        ledger = draft.units.summary(members)
        silent = [c for c in calls if _skipped(draft, c, skipped)]
        status, reason = _status(draft, ledger, silent)
        wanted = status is Status.UNSAFE and draft.options.unsafe_fixes
        units.append(_Unit(members, calls, silent, Status.MIGRATED if wanted else status, reason))
        if wanted:
            assert reason is not None
            draft.note(calls[0], f"an unsafe fix was asked for: {reason.text}")
    draft.migrated = frozenset(
        member for unit in units if unit.status is Status.MIGRATED for member in unit.members
    )
    for key in draft.book.keys("settled"):
        if (rule := draft.rule(*key)) is not None:
            rule(draft)
    over = _crossings(draft, units, sites)
    both = {old: new for crossing in over.values() for old, new in crossing.replaced.items()}
    parts = [*(_part(draft, unit, sites, over, both) for unit in units), *removals(draft)]
    for found in draft.facts.recognised:
        skip = _skipped(draft, found.node, skipped)
        finding = _older(draft, found, Status.SUPPRESSED if skip else Status.MANUAL)
        parts.append(Part((), (finding,)))
    return Plan(tuple(parts))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit whose fate is settled: its members, the calls among them, those that are skipped."""

    members: Sequence[Member]
    calls: Sequence[Member]
    silent: Sequence[Member]
    status: Status
    reason: Reason | None


def _crossings(
    draft: Draft, units: Sequence[_Unit], sites: Mapping[ast.AST, CallSite]
) -> dict[ast.AST, Crossing]:
    """How the calls that are not migrated get over the bridge."""
    left = [u for u in units if u.status is not Status.MIGRATED]
    silent = [sites[c] for u in units for c in u.silent]
    return crossings(draft, [sites[c] for u in left for c in u.calls if c not in u.silent], silent)


def _part(
    draft: Draft,
    unit: _Unit,
    sites: Mapping[ast.AST, CallSite],
    over: Mapping[ast.AST, Crossing],
    both: Mapping[Edit, Edit],
) -> Part:
    """What is to happen to a unit; `both` are edits of units, and what has the bridge as well."""
    ledger = draft.units.summary([*unit.members])
    mine = [over[c] for c in unit.calls if c in over and over[c].refused is None]
    edits = [edit for crossing in mine for edit in crossing.edits]
    if unit.status is Status.MIGRATED:
        edits = [both.get(edit, edit) for edit in ledger.edits]
    findings = (_finding_of(draft, unit, sites[c], over.get(c), ledger) for c in unit.calls)
    return Part(
        tuple(edits),
        tuple(findings),
        tuple(ledger.gone) if unit.status is Status.MIGRATED else (),
        tuple(ledger.edits),
        _blockers(draft, ledger.blockers),
        _blockers(draft, ledger.doubts),
        tuple(dict.fromkeys(one for crossing in mine for one in crossing.beside)),
    )


def _finding_of(
    draft: Draft, unit: _Unit, site: CallSite, crossing: Crossing | None, ledger: Ledger
) -> Finding:
    if site.call in unit.silent:
        return _finding(draft, site, Status.SUPPRESSED, unit.reason, ledger)
    if crossing is not None and crossing.refused is None:
        found = _finding(draft, site, Status.BRIDGED, unit.reason, ledger)
        return replace(found, message=said(found.message, unit.status, ledger.placeless))
    found = _finding(draft, site, unit.status, unit.reason, ledger)
    if crossing is None or not crossing.refused:
        return found
    return replace(found, message=f"{found.message}; not bridged: {crossing.refused}")


def _blockers(draft: Draft, reasons: Sequence[Reason]) -> tuple[Blocker, ...]:
    """Reasons with the places they are about, each once, in the order of the file."""
    told = dict.fromkeys(sorted(_place(draft, reason) for reason in reasons))
    return tuple(Blocker(line, column + 1, text) for line, column, text in told)


def _older(draft: Draft, found: Recognised, status: Status) -> Finding:
    """The finding for code that is written for an older package."""
    key = "recognised", found.dialect
    codemod, rule = draft.codemod(*key), draft.rule(*key)
    assert codemod is not None
    off = f"the codemod {codemod.name} is not selected"
    reason = Reason(found.node, off if rule is None else rule(draft, found))
    message = MESSAGES[status].format(call=found.name, becomes="")
    return _told(draft, codemod, found.node, message, _Outcome(status, reason))


def _skipped(draft: Draft, call: ast.AST, lines: frozenset[int]) -> bool:
    """A comment on any line of the call's statement (or its header) counts."""
    statement = draft.facts.structure.statement(call)
    last = getattr(call, "end_lineno", None) or draft.line(call)
    own = range(draft.line(call), last + 1)
    return any(n in lines for n in own) or statement.lineno in lines


def _status(
    draft: Draft, ledger: Ledger, silent: Sequence[ast.AST]
) -> tuple[Status, Reason | None]:
    if ledger.blockers:
        return Status.MANUAL, min(ledger.blockers, key=lambda r: _place(draft, r))
    if silent:
        line = draft.line(silent[0])
        return Status.MANUAL, Reason(
            silent[0], f"it shares a value with the call on line {line}, which a comment skips"
        )
    if ledger.doubts:
        return Status.UNSAFE, _together(sorted(ledger.doubts, key=lambda r: _place(draft, r)))
    return Status.MIGRATED, None


def _together(doubts: Sequence[Reason]) -> Reason:
    """All that is doubted, at the place of the first: who takes the fix takes them all."""
    return Reason(doubts[0].node, "; ".join(dict.fromkeys(doubt.text for doubt in doubts)))


def _place(draft: Draft, reason: Reason) -> tuple[int, int, str]:
    return draft.line(reason.node), getattr(reason.node, "col_offset", 0), reason.text


def _finding(
    draft: Draft, site: CallSite, status: Status, reason: Reason | None, ledger: Ledger
) -> Finding:
    codemod = draft.codemod("site", site.kind.method)
    assert codemod is not None
    message = MESSAGES[status].format(call=site.kind.method, becomes=site.kind.becomes)
    notes = tuple(ledger.notes) if status is Status.MIGRATED else ()
    return _told(draft, codemod, site.call, message, _Outcome(status, reason, notes))


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What becomes of a piece of code, why, and what a user should know of it."""

    status: Status
    reason: Reason | None
    notes: tuple[str, ...] = ()


def _told(
    draft: Draft,
    codemod: Codemod,
    node: ast.AST,
    message: str,
    outcome: _Outcome,
) -> Finding:
    """The finding about `node`; only what is left to do names its reason."""
    status, reason = outcome.status, outcome.reason
    span = draft.span(node)
    line, column = draft.positions.line_column(span.start)
    end_line, end_column = draft.positions.line_column(span.end)
    blocker = None
    if reason is not None and status in {Status.MANUAL, Status.UNSAFE, Status.BRIDGED}:
        where = draft.positions.line_column(draft.span(reason.node).start)
        blocker = Blocker(where[0], where[1], reason.text)
    return Finding(
        codemod.name,
        codemod.code,
        status,
        line,
        column,
        end_line,
        end_column,
        message,
        outcome.notes,
        blocker,
    )
