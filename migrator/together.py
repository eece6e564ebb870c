"""A program of several files from sources to results: understood, planned and edited as one.

Pure: no disk, no printing, no globals.
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from migrator.bridge_place import BridgeHome
from migrator.by_file import Spots, bound_files, edits_by_file, findings_by_file, gone_by_file
from migrator.carry import edited_text
from migrator.documents import Module, Script, Single, read_contents
from migrator.model import FileResult, Options, Program
from migrator.pipeline import check_done, is_candidate, migrate, migrated_by, place
from migrator.plan import Plan, plan_program
from migrator.registry import bridge_name, knowledge, rule_book
from migrator.salvage import carried_out
from migrator.sections import Part, Section, Sections, laid_together
from migrator.suffixes import SCRIPTS
from migrator.understand.facts import understand_program
from migrator.understand.links import Links
from migrator.verify import VerificationError, compiler_error

NOT_NAMED = "is not among the files that this run may change; name it, too"


def migrate_program(program: Program, options: Options, *, edit: bool) -> tuple[FileResult, ...]:
    """One result for each source that is not just context, in order.

    With `edit` False the sources are planned only, and LibCST is never imported. Never raises:
    what goes wrong with a source is told in its result's `error`. What can't be understood as a
    whole is understood file by file.
    """
    if len(program.sources) > 1:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _together(program, options, edit=edit)
        except Exception as error:
            first, *others = migrate(program.named(), _in_part(options), edit=edit)
            return (replace(first, remarks=(_one_by_one(program, error),)), *others)
    if program.remark is None:
        return migrate(program.named(), options, edit=edit)
    found = migrate(program.named(), _in_part(options), edit=edit)
    return tuple(_noted(result, program.remark) for result in found)


def _in_part(options: Options) -> Options:
    """The options for files that are not seen with what calls them."""
    return replace(options, assume_application=False)


def _noted(result: FileResult, remark: str) -> FileResult:
    """A result that says of each of its call sites how its file was understood."""
    findings = tuple(replace(f, notes=(*f.notes, remark)) for f in result.findings)
    return replace(result, findings=findings, remarks=(*result.remarks, remark))


def _one_by_one(program: Program, error: Exception) -> str:
    """Why the files of a program were understood each alone."""
    what = " ".join(str(error).split())[:100]
    return (
        f"{program.sources[0].path} and {len(program.sources) - 1} files around it were understood "
        f"one by one, which finds less ({type(error).__name__}: {what}); please report this"
    )


def planned(program: Program, options: Options) -> tuple[Spots, Plan]:
    """What is planned for the files of a program, and where its places are.

    Raises whatever planning raises.
    """
    documents = _modules(_contents(program, options))
    members, sections = _laid_out(program, documents, options.bridge_module)
    return _spots(members, sections), _plan(program, members, sections, options)


@dataclass(frozen=True, slots=True)
class _Member:
    """A file of the program that can be understood with the others."""

    index: int
    document: Module
    section: Section


def _spots(members: Sequence[_Member], sections: Sections) -> Spots:
    return Spots(sections, {member.section.start: member.document for member in members})


def _together(program: Program, options: Options, *, edit: bool) -> tuple[FileResult, ...]:
    contents = _contents(program, options)
    documents = _modules(contents)
    members, sections = _laid_out(program, documents, options.bridge_module)
    plan = _plan(program, members, sections, options)
    texts: dict[int, str] = {}
    if edit and plan.edits:
        wanted = len(migrated_by(plan))
        texts, plan = carried_out(
            plan,
            lambda some: _edited(
                program, members, sections, some, options, wanted - len(migrated_by(some))
            ),
        )
    found = findings_by_file(_spots(members, sections), plan)
    bound = bound_files(sections, plan)
    unbridged = Counter(sections.at(client.start).path for client in plan.unbridged)
    results: list[FileResult] = []
    for index, source in enumerate(program.sources):
        if index in program.context:
            continue
        if index not in documents:
            results += migrate([source], options, edit=False)  # which says what is wrong with it
            continue
        data = documents[index].encode(texts[index]) if index in texts else source.data
        told = [*contents[index].findings, *found.get(source.path, ())]
        results.append(
            FileResult(
                source.path,
                tuple(sorted(told, key=place)) if contents[index].findings else tuple(told),
                data if data != source.data else None,
                candidate=is_candidate(source.data) or source.path in found,
                skipped=contents[index].skipped,
                remarks=contents[index].remarks([texts[index]]) if index in texts else (),
                bound=bound.get(source.path, ()),
                beside=plan.beside,
                unbridged=unbridged[source.path],
            )
        )
    return tuple(results)


def _contents(program: Program, options: Options) -> dict[int, Single]:
    """The files that Python could run, by index."""
    found: dict[int, Single] = {}
    for index, source in enumerate(program.sources):
        try:
            contents = read_contents(source, clear_outputs=options.clear_outputs)
            if not isinstance(contents, Single):
                continue
            document = contents.documents[0]
            refused = compiler_error(document.tree) if is_candidate(source.data) else None
            if refused is None and document.encode(document.text) == source.data:
                found[index] = contents
        except (SyntaxError, ValueError, LookupError):
            continue
    return found


def _modules(contents: Mapping[int, Single]) -> dict[int, Module]:
    return {index: single.documents[0] for index, single in contents.items()}


def _own_tree(document: Module) -> ast.Module:
    """The tree of a module, which may be moved to where it stands among others."""
    if isinstance(document, Script):
        return ast.parse(document.text)
    return copy.deepcopy(document.tree)  # whose names may have marks that the text hasn't


def _laid_out(
    program: Program, documents: Mapping[int, Module], chosen: str
) -> tuple[list[_Member], Sections]:
    """The files in the order in which they are interpreted, and where each stands.

    `chosen` is what the bridge is called, if not as usual.
    """
    trees: dict[int, ast.Module] = {}
    for index in _callees_first(program):
        with suppress(SyntaxError):  # a file that no run reads for its own sake, in newer syntax
            if index in documents:
                trees[index] = _own_tree(documents[index])
    parts = [
        Part(
            program.sources[index].path,
            documents[index].text,
            tree,
            program.refused.get(index) or (NOT_NAMED if index in program.context else None),
            BridgeHome(program.sources[index], documents[index].tree, bridge_name(), chosen),
        )
        for index, tree in trees.items()
    ]
    sections = laid_together(parts)
    members = [
        _Member(index, documents[index], section)
        for index, section in zip(trees, sections.parts, strict=True)
    ]
    return members, sections


def _callees_first(program: Program) -> list[int]:
    """The sources, each behind those it imports, as far as they don't import each other."""
    imports: dict[int, list[int]] = {}
    for one in program.imports:
        imports.setdefault(one.source, []).append(one.target)
    done: dict[int, None] = {}
    entered: set[int] = set()
    for start in range(len(program.sources)):
        pending = [(start, False)]
        while pending:
            index, left = pending.pop()
            if left:
                done.setdefault(index)
            elif index not in entered:
                entered.add(index)
                pending.append((index, True))
                pending += [(target, False) for target in reversed(imports.get(index, ()))]
    return list(done)


def _plan(
    program: Program, members: Sequence[_Member], sections: Sections, options: Options
) -> Plan:
    modules = {member.index: member.section.module for member in members}
    targets = {
        (modules[one.source], one.path): modules[one.target]
        for one in program.imports
        if one.source in modules and one.target in modules
    }
    tests = frozenset(modules[index] for index in program.tests if index in modules)
    exports = frozenset(modules[index] for index in program.exports if index in modules)
    scripts = [i for i, source in enumerate(program.sources) if source.path.endswith(SCRIPTS)]
    # a file that can't be parsed may call anything
    application = options.assume_application and modules.keys() >= set(scripts)
    if application:
        exports = frozenset()
    links = Links(targets, exports, tests, application)
    cells = {m.section.module: m.document.cells.moved(m.section.lines) for m in members}
    facts = understand_program(cells, links, knowledge())
    return plan_program(sections, facts, options, rule_book())


def _edited(
    program: Program,
    members: Sequence[_Member],
    sections: Sections,
    plan: Plan,
    options: Options,
    left_out: int,
) -> dict[int, str]:
    """The new texts of the files that change, by index; a second run must find nothing in them.

    Of the plan `left_out` call sites are left out. Raises VerificationError.
    """
    texts: dict[int, str] = {}
    documents = {member.index: member.document for member in members}
    edits, gone = edits_by_file(sections, plan), gone_by_file(sections, plan)
    for member in members:
        own = edits.get(member.section.start)
        if own is not None:
            left = gone.get(member.section.start, ())
            text = edited_text(member.document, own, left, options)
            texts[member.index] = text
            try:
                documents[member.index] = member.document.edited(text)
            except ValueError as error:
                raise VerificationError(str(error)) from error
    again = _laid_out(program, documents, options.bridge_module)
    check_done(_plan(program, *again, options), left_out)
    return texts
