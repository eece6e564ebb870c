"""From sources to results: understand, plan, edit, verify.

Pure: no disk, no printing, no globals.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator, Sequence

from migrator.bridge_place import BridgeHome
from migrator.carry import edited_text
from migrator.documents import Contents, Document, read_contents
from migrator.model import Beside, FileResult, Finding, Options, Source, Status
from migrator.plan import Plan, plan_module
from migrator.prefilter import mentions
from migrator.registry import bridge_name, clues, knowledge, needles, rule_book
from migrator.salvage import carried_out
from migrator.suffixes import NOTEBOOKS, PAGES
from migrator.understand import understand
from migrator.understand.facts import TooDeep
from migrator.understand.links import Links
from migrator.understand.rounds import Unsettled
from migrator.verify import VerificationError, compiler_error

SAVE = "save the file as UTF-8"
NAME_ENCODING = f"{SAVE}, or name the encoding that it is in on its first line"
NOT_WRITTEN_BACK = (
    "cannot be written back: decoded from {} and encoded again, its bytes are others; save the "
    "file as UTF-8 and run again"
)


def migrate(program: Sequence[Source], options: Options, *, edit: bool) -> tuple[FileResult, ...]:
    """One result for each source, in order.

    With `edit` False the sources are planned only, and LibCST is never imported. Never raises:
    what goes wrong with a source is told in its result's `error`.
    """
    return tuple(_migrate(source, options, edit=edit) for source in program)


def _migrate(source: Source, options: Options, *, edit: bool) -> FileResult:
    if not is_candidate(source.data):
        return FileResult(source.path, candidate=False)
    try:
        with warnings.catch_warnings():
            # What Python's parser thinks of the user's code is not ours to print.
            warnings.simplefilter("ignore")
            parsed = parse_source(source, options)
            if parsed is None:
                return FileResult(source.path, candidate=False)
            if isinstance(parsed, str):
                return FileResult(source.path, error=parsed)
            return _candidate(source, parsed, options, edit=edit)
    except VerificationError as error:
        return FileResult(
            source.path, error=f"{error}; the file keeps its bytes, please report this"
        )
    except TooDeep as error:
        return FileResult(source.path, error=f"cannot be followed: {error}; take these apart")
    except Unsettled as error:
        return FileResult(source.path, error=f"cannot be followed: {error}; migrate it by hand")
    except (RecursionError, MemoryError):
        text = "cannot be followed: its code is nested too deeply, or memory ran out"
        return FileResult(source.path, error=f"{text}; migrate it by hand")
    except Exception as error:
        name = type(error).__name__
        text = f"internal error ({name}: {error}); the file keeps its bytes, please report this"
        return FileResult(source.path, error=text)


def is_candidate(data: bytes) -> bool:
    """Whether a source may hold a legacy call site."""
    return mentions(data, needles()) and any(
        all(mentions(data, group) for group in way) for way in clues()
    )


def parse_source(source: Source, options: Options) -> Contents | str | None:
    """The programs of a source, why it has none, or None if it holds no Python."""
    try:
        contents = read_contents(source, clear_outputs=options.clear_outputs)
        if contents is None:
            return None
        if not _comes_back(contents, source.data):
            return NOT_WRITTEN_BACK.format(contents.documents[0].encoding)
        for document in contents.documents:
            _ = document.tree
        return contents
    except SyntaxError as error:
        return _syntax_message(error)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{error.object[error.start]:02x} is no {error.encoding}"
        way_out = SAVE if source.path.endswith((*NOTEBOOKS, *PAGES)) else NAME_ENCODING
        return f"cannot be decoded at line {line}: {byte}; {way_out}"
    except (LookupError, ValueError) as error:
        return f"cannot be decoded: {error}"


def _comes_back(contents: Contents, data: bytes) -> bool:
    """Whether text that nobody edits keeps its bytes, which not every encoding promises."""
    try:
        return contents.encode([document.text for document in contents.documents]) == data
    except UnicodeError:
        return False


def _syntax_message(error: SyntaxError) -> str:
    if not error.lineno:
        way_out = f"; {NAME_ENCODING}" if "encoding" in error.msg else ""
        return f"cannot be parsed: {error.msg}{way_out}"
    version = ".".join(map(str, sys.version_info[:2]))
    return (
        f"cannot be parsed at line {error.lineno}: {error.msg}; if that is syntax which "
        f"Python {version} doesn't know, run gemini-migrate under the Python that does"
    )


def _compiler_message(error: SyntaxError) -> str:
    where = f" at line {error.lineno}" if error.lineno else ""
    return f"cannot be compiled{where}: {error.msg}; Python can't run this file as it is"


def _candidate(source: Source, contents: Contents, options: Options, *, edit: bool) -> FileResult:
    documents = contents.documents
    findings = [*contents.findings]
    beside: dict[Beside, None] = {}
    unbridged = 0
    texts: list[str] = []
    for document in documents:
        text = document.text
        if len(documents) == 1 or is_candidate(text.encode("utf-8", "replace")):
            bridge = _bridge(source, document, options)
            done = _program(document, options, bridge, edit=edit)
            if isinstance(done, str):
                return FileResult(source.path, error=done)
            text, plan = done
            findings += document.placed(plan.findings)
            beside |= dict.fromkeys(plan.beside)
            unbridged += len(plan.unbridged)
        texts.append(text)
    if len(documents) > 1 or contents.findings:  # programs of a page may stand in between
        findings.sort(key=place)
    output = contents.encode(texts)
    changed = output if output != source.data else None
    return FileResult(
        source.path,
        tuple(findings),
        changed,
        skipped=contents.skipped,
        remarks=contents.remarks(texts) if changed is not None else (),
        beside=tuple(beside),
        unbridged=unbridged,
    )


def _bridge(source: Source, document: Document, options: Options) -> BridgeHome | None:
    """What says where the bridge lies for the clients of a program; a page has no place for it."""
    if source.path.endswith(PAGES):
        return None
    return BridgeHome(source, document.tree, bridge_name(), options.bridge_module)


def place(finding: Finding) -> tuple[int, int, int]:
    """What findings of a file are sorted by."""
    return finding.cell.number if finding.cell else 0, finding.line, finding.column


def _program(
    document: Document, options: Options, bridge: BridgeHome | None, *, edit: bool
) -> tuple[str, Plan] | str:
    """What a program becomes and the plan for it, or why it can't be migrated."""
    tree = document.tree
    plan = _plan(document, tree, options, bridge)
    if not plan.edits:
        return document.text, plan
    refused = compiler_error(tree)
    if refused is not None:
        return _compiler_message(refused)
    if not edit:
        return document.text, plan
    wanted = len(migrated_by(plan))
    edited, plan = carried_out(
        plan,
        lambda some: _edited(document, some, options, bridge, wanted - len(migrated_by(some))),
    )
    return edited, plan


def plans(source: Source, options: Options) -> Iterator[tuple[Document, Plan]]:
    """The programs of a source, each with its plan; none where it has no call site.

    Raises ValueError where the source can't be read, and whatever planning raises.
    """
    if not is_candidate(source.data):
        return
    contents = parse_source(source, options)
    if isinstance(contents, str):
        raise ValueError(contents)
    for document in contents.documents if contents is not None else ():
        bridge = _bridge(source, document, options)
        yield document, _plan(document, document.tree, options, bridge)


def _plan(
    document: Document, tree: ast.Module, options: Options, bridge: BridgeHome | None
) -> Plan:
    links = Links(is_application=options.assume_application)
    facts = understand(tree, knowledge(), document.cells, links)
    return plan_module(document.text, facts, options, rule_book(), bridge)


def migrated_by(plan: Plan) -> list[Finding]:
    """The call sites that a plan migrates."""
    return [finding for finding in plan.findings if finding.status is Status.MIGRATED]


def _edited(
    document: Document, plan: Plan, options: Options, bridge: BridgeHome | None, left_out: int
) -> str:
    """Apply the plan, of which `left_out` call sites are left out, and look at the result once
    more.

    Raises VerificationError.
    """
    if not plan.edits:
        return document.text
    edited = edited_text(document, plan.edits, plan.gone, options)
    try:
        again = document.edited(edited)
    except ValueError as error:
        raise VerificationError(str(error)) from error
    if not is_candidate(edited.encode("utf-8", "replace")):
        return edited  # a second run would not even read it
    check_done(_plan(again, again.tree, options, bridge), left_out)
    return edited


def check_done(again: Plan, left_out: int) -> None:
    """Raise VerificationError where a second run would change more than what was left out."""
    done = migrated_by(again)
    if len(done) > left_out:
        raise VerificationError(f"a second run would change line {done[0].line} again")
    for part in again.parts:
        if part.edits and part.beside and not left_out:
            raise VerificationError("a second run would change the client again")
