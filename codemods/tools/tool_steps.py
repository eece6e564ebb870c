"""Read the steps of the server's tools instead of parts and metadata of a candidate.

Why: the code that was executed, what it printed and the pages that were read are steps of their
own.

Rewrites: `part.executable_code` (`code`, `language`) and `part.code_execution_result` (`output`,
`outcome` compared with OUTCOME_OK) in loops, comprehensions and guards; `response.executable_code`
and `response.code_execution_result`; the urls of `url_context_metadata`, and their status compared.

Leaves alone: outcomes that are printed or compared with others than OUTCOME_OK, as a step only says
`is_error`. What is printed whole reads differently: with --unsafe-fixes only, but for what a
notebook shows.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from codemods.reply.getattr_defaults import rename_path
from codemods.reply.interaction import (
    STEPS,
    Pattern,
    interaction,
    keep,
    none_test,
    rename,
)
from codemods.reply.object_fields import read_object
from codemods.schemas.enum_members import member_of, translate_members
from codemods.tables.api import (
    CANDIDATE,
    CODE_RESULT,
    EXECUTABLE_CODE,
    LANGUAGE,
    OUTCOME,
    PART,
    RESPONSE,
    URL_CONTEXT,
    URL_METADATA,
    URL_METADATAS,
    URL_STATUS,
)
from codemods.tools.fetched_pages import (
    any_listed,
    any_page,
    metadata,
    pages,
    pages_moved,
    pages_shown,
    status_compared,
    status_named,
    status_shown,
    url,
    url_status,
)
from codemods.tools.unsearched import listed
from migrator.codemod import Codemod
from migrator.edits import Binding, CallCode, Code, Item, Template
from migrator.plan import Draft, Reading, Use, context_of, is_kept

OK = "OUTCOME_OK"
CALL, RESULT = 'step.type == "code_execution_call"', 'step.type == "code_execution_result"'
FIRST = {
    "executable_code": Pattern("(", "step.arguments.code", (STEPS, f"if {CALL}"), ")"),
    "code_execution_result": Pattern("(", "step.result", (STEPS, f"if {RESULT}"), ")"),
}
ANY = {
    "executable_code": Pattern("any(", CALL, (STEPS,), ")"),
    "code_execution_result": Pattern("any(", RESULT, (STEPS,), ")"),
}
LISTED = "the result of a code execution step may be a list of content instead of text"
EQUAL = (ast.Eq, ast.Is)
UNEQUAL = (ast.NotEq, ast.IsNot)


def executable_code(draft: Draft, reading: Reading) -> None:
    """`part.executable_code` -> the `code_execution_call` step."""
    read_object(draft, reading, "executable_code")


def code_result(draft: Draft, reading: Reading) -> None:
    """`part.code_execution_result` -> the `code_execution_result` step."""
    read_object(draft, reading, "code_execution_result")


def code(draft: Draft, reading: Reading) -> None:
    """`.code` -> `.arguments.code`."""
    rename_path(draft, reading, "arguments", "code")


def output(draft: Draft, reading: Reading) -> None:
    """`.output` -> `.result`."""
    draft.note(reading.owner, LISTED)
    rename(draft, reading.owner, reading.node, "result")


def language(draft: Draft, reading: Reading) -> None:
    """`.language` -> `.arguments.language`, in lower case."""
    rename_path(draft, reading, "arguments", "language")


def language_name(draft: Draft, reading: Reading) -> None:
    """`.language.name` and `.language.value` were in upper case."""
    node = reading.node
    assert isinstance(node, ast.expr)
    code: Code = draft.hole(reading.base, Binding.ATOM)
    if context_of(draft.facts, node).use is not Use.COMPARE:
        lowered = draft.facts.structure.parent(node)
        if getattr(lowered, "attr", "") != "lower":
            code = Template((code, ".upper()"))
    draft.replace(reading.owner, node, code)


def language_compared(draft: Draft, reading: Reading) -> None:
    """`language == types.Language.PYTHON` -> `language == "python"`."""
    advice = "languages are in lower case now; compare by hand"
    translate_members(draft, reading, LANGUAGE, str.lower, advice)


def language_shown(draft: Draft, reading: Reading) -> None:
    """A language that is printed is a plain str now."""
    text = f"`{draft.quote(reading.base)}` prints as python instead of Language.PYTHON"
    draft.doubt(reading.owner, reading.base, text)


def outcome(draft: Draft, reading: Reading) -> None:
    """`.outcome` is translated where it is compared."""
    if not isinstance(reading.node, ast.Attribute):
        draft.block(reading.owner, reading.node, "write the attribute out, without getattr")


def outcome_compared(draft: Draft, reading: Reading) -> None:
    """`result.outcome == OUTCOME_OK` -> `not result.is_error`."""
    compare = reading.node
    assert isinstance(compare, ast.Compare)
    base: ast.expr = reading.base
    while isinstance(base, ast.Attribute) and base.attr in {"name", "value"}:
        base = base.value
    other = compare.comparators[0]
    known = compare.left is reading.base and len(compare.ops) == 1
    operator = compare.ops[0]
    if not known or not isinstance(base, ast.Attribute) or member_of(draft, other, OUTCOME) != OK:
        text = f"`{draft.quote(compare)}`: a step only says is_error; compare with {OK} instead"
        draft.block(reading.owner, compare, text)
        return
    failed = Template((draft.hole(base.value, Binding.ATOM), ".is_error"))
    if isinstance(operator, EQUAL):
        draft.replace(reading.owner, compare, Template(("not ", failed)))
    elif isinstance(operator, UNEQUAL):
        whole = Template(("bool(", failed, ")")) if is_kept(draft.facts, compare) else failed
        draft.replace(reading.owner, compare, whole)
    else:
        draft.block(reading.owner, compare, "compare is_error of the step by hand")


def first_code(draft: Draft, reading: Reading) -> None:
    """`response.executable_code` and `response.code_execution_result`: the first one, or None."""
    node = reading.node
    name = node.attr if isinstance(node, ast.Attribute) else ""
    if name not in FIRST or not isinstance(node, ast.Attribute):
        draft.block(reading.owner, node, "write the attribute out, without getattr")
        return
    source = interaction(draft, reading.base)
    context = context_of(draft.facts, node)
    if context.use is Use.TRUTH:
        draft.replace(reading.owner, node, ANY[name].over(source))
        return
    if context.use is Use.IS_NONE:
        none_test(draft, replace(reading, node=context.node), ANY[name].over(source))
        return
    if name == "code_execution_result":
        draft.note(reading.owner, LISTED)
    found = CallCode("next", (Item(FIRST[name].over(source)), Item("None")))
    draft.replace(reading.owner, node, found)


TESTS = ("TRUTH", "IS_NONE")
SHOWN = ("FORMAT", "ARGUMENT", "RETURNED")

CODEMOD = Codemod(
    code="GM029",
    name="tool-steps",
    summary="read the steps of the server's tools instead of parts and metadata",
    doc=__doc__ or "",
    rules={
        ("read", PART, "executable_code"): executable_code,
        ("read", PART, "code_execution_result"): code_result,
        ("read", EXECUTABLE_CODE, "code"): code,
        ("read", EXECUTABLE_CODE, "language"): language,
        ("beside", "constant", LANGUAGE): keep,  # the default of a getattr
        ("read", LANGUAGE, "name"): language_name,
        ("read", LANGUAGE, "value"): language_name,
        ("read", LANGUAGE, "lower"): keep,
        ("use", LANGUAGE, "COMPARE"): language_compared,
        ("use", LANGUAGE, "TRUTH"): keep,
        **{("use", LANGUAGE, use): language_shown for use in SHOWN},
        ("read", CODE_RESULT, "output"): output,
        ("read", CODE_RESULT, "outcome"): outcome,
        ("read", OUTCOME, "name"): keep,
        ("read", OUTCOME, "value"): keep,
        ("use", OUTCOME, "COMPARE"): outcome_compared,
        **{("use", t, use): keep for t in (EXECUTABLE_CODE, CODE_RESULT) for use in TESTS},
        ("read", RESPONSE, "executable_code"): first_code,
        ("read", RESPONSE, "code_execution_result"): first_code,
        ("read", CANDIDATE, "url_context_metadata"): metadata,
        **{("use", URL_CONTEXT, use): any_page for use in TESTS},
        **{("use", URL_METADATAS, use): any_listed for use in TESTS},
        ("use", URL_CONTEXT, "FORMAT"): pages_shown,
        ("moved", URL_CONTEXT): pages_moved,
        ("read", URL_CONTEXT, "url_metadata"): pages,
        **{("use", URL_METADATAS, use): listed for use in ("ITERATE", "SUBSCRIPT")},
        ("use", URL_METADATAS, "FORMAT"): pages_shown,
        ("use", URL_METADATA, "FORMAT"): pages_shown,
        ("read", URL_METADATA, "retrieved_url"): url,
        ("read", URL_METADATA, "url_retrieval_status"): url_status,
        ("read", URL_STATUS, "name"): status_named,
        ("read", URL_STATUS, "value"): status_named,
        ("use", URL_STATUS, "COMPARE"): status_compared,
        ("use", URL_STATUS, "TRUTH"): keep,
        **{("use", URL_STATUS, use): status_shown for use in SHOWN},
    },
)
