"""The loop that runs the functions a model asks for and sends back what they return.

It keeps the contract of the SDK's automatic function calling: every call of a reply is run, all
results go into one request, a result is wrapped as `{"result": value}`, an error becomes
`{"error": text}`, a name that is no tool raises KeyError; after the last request nothing is run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable as Function
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from codemods.functions.callables import Callable
from codemods.functions.results_sent import is_json, may_return_none
from migrator.edits import CallCode, ClausesCode, Code, DictCode, Item, Row, Template
from migrator.plan import Draft
from migrator.reasoning.free_names import FreeNames
from migrator.understand.values import FunctionNode

ERROR = (
    'f"Failed to invoke function {{{call}.name}} with converted arguments "',
    'f"{{{call}.arguments}} from model returned function call argument "',
    'f"{{{call}.arguments}} because of error {{{error}}}"',
)
"""What the SDK told the model about a function that failed."""


@dataclass(frozen=True, slots=True)
class Running:
    """How functions are run: in async code plain ones run in a thread, as the SDK had them.

    `as_text` says that their results are sent as JSON text.
    """

    asynchronous: bool
    coroutines: bool
    plain: bool
    as_text: bool

    @classmethod
    def of(cls, draft: Draft, functions: Sequence[FunctionNode], asynchronous: bool) -> Running:
        """How these functions are run."""
        kinds = {isinstance(function, ast.AsyncFunctionDef) for function in functions}
        none = any(may_return_none(function) for function in functions)
        as_text = none and all(is_json(draft, function) for function in functions)
        return cls(asynchronous, True in kinds, False in kinds, as_text)

    def imports(self) -> list[str]:
        """The modules that this needs."""
        found = ["json"] if self.as_text else []
        if self.asynchronous and self.plain:
            found += ["asyncio", "inspect"] if self.coroutines else ["asyncio"]
        return found

    def rows(self, function: str, call: str, output: str) -> list[Row]:
        """Call `function` with the arguments of `call`."""
        given = Item(f"{call}.arguments", "**")
        plain = CallCode(function, (given,))
        awaited = Template(("await ", plain))
        thread = CallCode("asyncio.to_thread", (Item(function), given))
        threaded = Template(("await ", thread))
        if not self.asynchronous:
            return [_kept(output, plain)]
        if not self.plain:
            return [_kept(output, awaited)]
        if not self.coroutines:
            return [_kept(output, threaded)]
        test = f"if inspect.iscoroutinefunction({function}):"
        return [
            Row(test),
            _kept(output, awaited, 1),
            Row("else:"),
            _kept(output, threaded, 1),
        ]


def _kept(output: str, value: Code, depth: int = 0) -> Row:
    return Row(Template((f"{output} = ", DictCode((Item(value, "result"),)))), depth)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to a chat, as it is written anew.

    `reply` is the variable of what it returns; `follow_up` makes the next request from the items
    that are new in it. `kept` is the list of the conversation's steps, if it is sent whole.
    """

    reply: str
    follow_up: Function[[tuple[Item, ...]], Code]
    kept: Code | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """What a loop is made for.

    `reply` is the variable that holds the newest interaction; `follow_up` makes the next request
    from the items that are new in it; `requests` is how many there are at most, including the first
    one, which comes before the loop. `helper` is a function of the file that runs the functions.
    `kept` is the list that is sent instead of the id of the last interaction.
    """

    reply: str
    functions: Sequence[Callable]
    follow_up: Function[[tuple[Item, ...]], Code]
    requests: int
    running: Running
    helper: str | None = None
    kept: Code | None = None


def function_map(loop: Loop, names: FreeNames) -> tuple[str, Row]:
    """The dict of the functions by their names: its variable, and the statement that makes it."""
    variable = names.take("functions", "functions_by_name")
    entries = tuple(Item(f.code, f.declaration.name) for f in loop.functions)
    return variable, Row(Template((f"{variable} = ", DictCode(entries))))


def loop_rows(loop: Loop, functions: str, names: FreeNames) -> list[Row]:
    """The statements of the loop; `functions` is the variable of the dict of functions."""
    calls, turn = names.take("calls", "function_calls"), names.take("_", "turn")
    step = "step" if loop.reply != "step" else "item"  # seen by the comprehension alone
    found = ClausesCode(
        f"{calls} = [",
        step,
        (f"for {step} in {loop.reply}.steps or []", f'if {step}.type == "function_call"'),
        "]",
    )
    results: Code
    if loop.helper is None:
        results = names.take("results", "function_results")
        run = _deeper(_results(calls, functions, results, loop.running, names), 1)
    else:
        results = f"{loop.helper}({calls}, {functions})"
        results = f"await {results}" if loop.running.asynchronous else results
        run = []
    new: tuple[Item, ...] = (
        Item(results, "input"),
        Item(f"{loop.reply}.id", "previous_interaction_id"),
    )
    if loop.kept is not None:
        said = Row(Template((loop.kept, ".extend(", results, ")")), 1)
        run = [Row(keep_steps(loop.kept, loop.reply), 1), *run, said]
        new = (Item(loop.kept, "input"),)
    return [
        Row(f"for {turn} in range({loop.requests - 1}):  # at most {loop.requests} requests"),
        Row(found, 1),
        Row(f"if not {calls}:", 1),
        Row("break", 2),
        *run,
        Row(Template((f"{loop.reply} = ", loop.follow_up(new))), 1),
    ]


def keep_steps(kept: Code, reply: Code) -> Code:
    """Add the steps of a reply, its thoughts and calls among them, to the list of all steps."""
    step = "step" if reply != "step" else "item"
    clause = Template((f"for {step} in ", reply, ".steps or []"))
    return Template((kept, ".extend", ClausesCode("(", f"{step}.to_dict()", (clause,), ")")))


def helper_rows(name: str, running: Running, names: FreeNames) -> list[Row]:
    """A function of the file that runs the functions of one reply, for several loops."""
    head = "async def" if running.asynchronous else "def"
    return [
        Row(f"{head} {name}(calls, functions):"),
        Row('"""Run the functions that a reply calls; errors become results as well."""', 1),
        *_deeper(_results("calls", "functions", "results", running, names), 1),
        Row("return results", 1),
    ]


def _results(
    calls: str, functions: str, results: str, running: Running, names: FreeNames
) -> list[Row]:
    """Run what `calls` ask for and gather a result for each."""
    call, function = names.take("call", "function_call"), names.take("function")
    output, error = names.take("output", "outcome"), names.take("error", "exc")
    texts = [text.format(call=call, error=error) for text in ERROR]
    result = DictCode(
        (
            Item('"function_result"', "type"),
            Item(f"{call}.id", "call_id"),
            Item(f"{call}.name", "name"),
            Item(f"json.dumps({output})" if running.as_text else output, "result"),
        )
    )
    return [
        Row(f"{results} = []"),
        Row(f"for {call} in {calls}:"),
        Row(f"{function} = {functions}[{call}.name]", 1),
        Row("try:", 1),
        *_deeper(running.rows(function, call, output), 2),
        Row(f"except Exception as {error}:", 1),
        Row(f"{output} = {{", 2),
        Row(f'"error": {texts[0]}', 3),
        *(Row(text, 3) for text in texts[1:]),
        Row("}", 2),
        Row(CallCode(f"{results}.append", (Item(result),)), 1),
    ]


def _deeper(rows: Iterable[Row], depth: int) -> list[Row]:
    return [replace(row, depth=row.depth + depth) for row in rows]
