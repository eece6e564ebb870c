"""From sources to results: understand, plan, edit, verify.

Pure: no disk, no printing, no globals.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from migrator.edits import NeedImport
from migrator.model import FileResult, Finding, Options, Source, Status
from migrator.plan import Plan, plan_module
from migrator.prefilter import mentions
from migrator.registry import clues, knowledge, needles, rule_book
from migrator.salvage import carried_out
from migrator.syntax import parse
from migrator.understand import understand
from migrator.understand.facts import TooDeep
from migrator.verify import (
    VerificationError,
    check_comments,
    check_names,
    check_syntax,
    compiler_error,
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A source as text, and how to turn text back into its bytes."""

    text: str
    encoding: str
    bom: bytes
    newline: str = "\n"
    """What ends a line of the file, where `text` has a line feed instead."""

    def encode(self, text: str) -> bytes:
        """The bytes of `text`, in the file's own encoding. Raises UnicodeError."""
        if self.newline != "\n":
            text = text.replace("\n", self.newline)
        return self.bom + text.encode(self.encoding)


def migrate(program: Sequence[Source], options: Options, *, edit: bool) -> tuple[FileResult, ...]:
    """One result for each source, in order.

    With `edit` False the sources are planned only, and LibCST is never imported. Never raises:
    what goes wrong with a source is told in its result's `error`.
    """
    return tuple(_migrate(source, options, edit=edit) for source in program)


def _migrate(source: Source, options: Options, *, edit: bool) -> FileResult:
    if not _is_candidate(source.data):
        return FileResult(source.path, candidate=False)
    try:
        with warnings.catch_warnings():
            # What Python's parser thinks of the user's code is not ours to print.
            warnings.simplefilter("ignore")
            parsed = _parse(source)
            if isinstance(parsed, str):
                return FileResult(source.path, error=parsed)
            return _candidate(source, *parsed, options, edit=edit)
    except VerificationError as error:
        return FileResult(
            source.path, error=f"{error}; the file keeps its bytes, please report this"
        )
    except TooDeep as error:
        return FileResult(source.path, error=f"cannot be followed: {error}; take these apart")
    except (RecursionError, MemoryError):
        text = "cannot be followed: its code is nested too deeply, or memory ran out"
        return FileResult(source.path, error=f"{text}; migrate it by hand")
    except Exception as error:
        name = type(error).__name__
        text = f"internal error ({name}: {error}); the file keeps its bytes, please report this"
        return FileResult(source.path, error=text)


def _is_candidate(data: bytes) -> bool:
    return mentions(data, needles()) and any(
        all(mentions(data, group) for group in way) for way in clues()
    )


def _parse(source: Source) -> tuple[Decoded, ast.Module] | str:
    """The text of a source and its tree, or why it has none."""
    try:
        decoded = decode(source.data)
        if not _comes_back(decoded, source.data):
            return (
                f"cannot be written back: decoded from {decoded.encoding} and encoded again, its "
                "bytes are others; save the file as UTF-8 and run again"
            )
        return decoded, parse(decoded.text)
    except SyntaxError as error:
        return _syntax_message(error)
    except (LookupError, ValueError) as error:
        return f"cannot be decoded: {error}"


def _comes_back(decoded: Decoded, data: bytes) -> bool:
    """Whether text that nobody edits keeps its bytes, which not every encoding promises."""
    try:
        return decoded.encode(decoded.text) == data
    except UnicodeError:
        return False


def _syntax_message(error: SyntaxError) -> str:
    where = f" at line {error.lineno}" if error.lineno else ""
    return (
        f"cannot be parsed{where}: {error.msg}; if the file is in newer syntax, "
        "run gemini-migrate under that Python"
    )


def _compiler_message(error: SyntaxError) -> str:
    where = f" at line {error.lineno}" if error.lineno else ""
    return f"cannot be compiled{where}: {error.msg}; Python can't run this file as it is"


def _candidate(
    source: Source, decoded: Decoded, tree: ast.Module, options: Options, *, edit: bool
) -> FileResult:
    plan = _plan(decoded.text, tree, options)
    if not plan.edits:
        return FileResult(source.path, plan.findings)
    refused = compiler_error(tree)
    if refused is not None:
        return FileResult(source.path, error=_compiler_message(refused))
    if not edit:
        return FileResult(source.path, plan.findings)
    wanted = len(_migrated(plan))
    edited, plan = carried_out(
        plan,
        lambda some: _edited(decoded.text, some, options, wanted - len(_migrated(some))),
    )
    output = decoded.encode(edited)
    return FileResult(source.path, plan.findings, output if output != source.data else None)


def decode(data: bytes) -> Decoded:
    """Decode a Python source as Python itself would. Raises SyntaxError or UnicodeDecodeError."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    bom = b""
    if encoding == "utf-8-sig":
        encoding, bom, data = "utf-8", data[:3], data[3:]
    text = data.decode(encoding)
    if "\r" in text and "\n" not in text:
        return Decoded(text.replace("\r", "\n"), encoding, bom, "\r")
    return Decoded(text, encoding, bom)


def _plan(text: str, tree: ast.Module, options: Options) -> Plan:
    return plan_module(text, understand(tree, knowledge()), options, rule_book())


def _is_read(need: NeedImport, edited: str) -> bool:
    """Whether the text has the name that was needed: the code with it may be replaced itself."""
    name = need.alias or need.name or need.module.partition(".")[0]
    return re.search(rf"\b{name}\b", edited) is not None


def _migrated(plan: Plan) -> list[Finding]:
    return [finding for finding in plan.findings if finding.status is Status.MIGRATED]


def _edited(text: str, plan: Plan, options: Options, left_out: int) -> str:
    """Apply the plan, of which `left_out` call sites are left out, and look at the result once
    more.

    Raises VerificationError.
    """
    from migrator.edit import EditConflict, apply_edits, fix_imports

    if not plan.edits:
        return text
    needs = [edit for edit in plan.edits if isinstance(edit, NeedImport)]
    edits = [edit for edit in plan.edits if not isinstance(edit, NeedImport)]
    try:
        edited = apply_edits(text, edits, line_length=options.line_length, gone=plan.gone)
        edited = fix_imports(text, edited, [need for need in needs if _is_read(need, edited)])
    except EditConflict as conflict:
        raise VerificationError(str(conflict)) from conflict
    tree = check_syntax(text, edited)
    check_names(text, edited)
    check_comments(text, edited)
    if not _is_candidate(edited.encode("utf-8", "replace")):
        return edited  # a second run would not even read it
    done = _migrated(_plan(edited, tree, options))
    if len(done) > left_out:
        raise VerificationError(f"a second run would change line {done[0].line} again")
    return edited
