"""Clients of Vertex AI: what must hold for interactions there, and where they can't work.

Source: docs.cloud.google.com/gemini-enterprise-agent-platform/models/capabilities/interactions for
clients with a project and a location (BerriAI/litellm#38229 saw answers at location `global`);
googleapis/python-aiplatform#6966 for those with an API key alone (express mode), which get 404.
"""

from __future__ import annotations

import ast

from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Constant, Object, Values

VERTEX = "vertex"
"""What is remembered of a call whose client may use Vertex AI."""
SWITCHES = ("vertexai", "enterprise")
VERTEX_ARGUMENTS = (*SWITCHES, "project", "location", "credentials")
VARIABLES = frozenset({"GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE"})
SERVED = "the model must be served to interactions at {} there (`global` is known to answer)"
EXPRESS = (
    "the client uses Vertex AI with an API key alone, for which the Interactions API is not "
    "served; give it a project and a location, or keep generate_content"
)
SETTERS = frozenset({"setdefault", "putenv", "setenv"})


def judge_vertex(draft: Draft, owner: ast.AST, call: ast.Call) -> None:
    """Doubt calls whose client may use Vertex AI; block those that do so with a key alone."""
    given = {k.arg: k.value for k in call.keywords if k.arg is not None}
    switches = [given[name] for name in SWITCHES if name in given]
    asked = [name for name in VERTEX_ARGUMENTS if _may_ask(draft, given.get(name))]
    if switches and not set(asked) & set(SWITCHES):
        return
    if asked:
        _judge_asked(draft, owner, given, asked[0])
        return
    for keyword in call.keywords:
        if keyword.arg is None:
            _judge_spread(draft, owner, keyword.value)
    setting = _setting_of_environment(draft)
    if setting is not None:
        draft.remember(owner, VERTEX, call)
        text = f"`{draft.quote(setting)}` has the client use Vertex AI"
        draft.doubt(owner, setting, f"{text}: {SERVED.format('its location')}")


def is_false(values: Values) -> bool:
    """Whether nothing but None and False is passed, if anything is."""
    return all(isinstance(v, Constant) and not v.value for v in values)


def _may_ask(draft: Draft, node: ast.expr | None) -> bool:
    """Whether an argument may be set; a parameter may be passed by other files."""
    if node is None:
        return False
    return not is_false(draft.values(node)) or _is_parameter(draft, node)


def _values(draft: Draft, node: ast.expr | None) -> Values:
    return frozenset() if node is None else draft.values(node)


def _judge_asked(draft: Draft, owner: ast.AST, given: dict[str, ast.expr], name: str) -> None:
    node = given[name]
    certain = name not in SWITCHES or _is_certain(draft, node)
    if certain and "project" not in given and not is_false(_values(draft, given.get("api_key"))):
        draft.block(owner, given["api_key"], EXPRESS)
        return
    draft.remember(owner, VERTEX, node)
    uses = "the client uses Vertex AI" + ("" if certain else f" if `{draft.quote(node)}`")
    draft.doubt(owner, node, f"{uses}: {SERVED.format(_place(draft, given.get('location')))}")


def _is_certain(draft: Draft, node: ast.expr) -> bool:
    """Whether every run switches Vertex AI on."""
    constants = all(isinstance(v, Constant) and v.value for v in draft.values(node))
    return constants and not _is_parameter(draft, node)


def _is_parameter(draft: Draft, node: ast.expr) -> bool:
    scope = draft.facts.structure.scope_of[node]
    return isinstance(scope, FUNCTION_TYPES) and any(
        isinstance(n, ast.Name) and n.id == parameter.arg
        for n in ast.walk(node)
        for parameter in ast.walk(scope.args)
        if isinstance(parameter, ast.arg)
    )


def _place(draft: Draft, location: ast.expr | None) -> str:
    constant = draft.constant(location) if location is not None else None
    known = constant.value if constant is not None else None
    return f"location {known}" if isinstance(known, str) else "its location"


def _judge_spread(draft: Draft, owner: ast.AST, node: ast.expr) -> None:
    """`genai.Client(**options)`: what the dict may hold, or nobody knows what it holds."""
    source = draft.quote(node)
    for value in draft.values(node):
        origin = value.origin if isinstance(value, Object) and value.type == "dict" else None
        if origin is None:
            draft.remember(owner, VERTEX, node)
            text = f"the client is made with `**{source}`, which may ask for Vertex AI"
            draft.doubt(owner, node, f"{text}: {SERVED.format('its location')}")
            continue
        held = {n for n in VERTEX_ARGUMENTS if not is_false(draft.facts.held(origin, n))}
        if held and "project" not in held and not is_false(draft.facts.held(origin, "api_key")):
            draft.block(owner, node, EXPRESS)
        elif held:
            draft.remember(owner, VERTEX, node)
            text = f"`**{source}` may have the client use Vertex AI"
            draft.doubt(owner, node, f"{text}: {SERVED.format('its location')}")


def _setting_of_environment(draft: Draft) -> ast.stmt | None:
    """The statement by which the program itself switches Vertex AI on for all its clients."""
    return draft.once("vertex environment", lambda: _find_setting(draft))


def _find_setting(draft: Draft) -> ast.stmt | None:
    if not any(name in draft.text for name in VARIABLES):
        return None
    for node in draft.facts.structure.every(ast.Constant):
        if node.value in VARIABLES:
            value = _set_to(draft, node)
            if value is not None and not _is_off(draft.values(value)):
                return draft.facts.structure.statement(node)
    return None


def _set_to(draft: Draft, name: ast.Constant) -> ast.expr | None:
    """What the variable is set to where it is named, if it is set there."""
    parent = draft.facts.structure.parent(name)
    statement = draft.facts.structure.statement(name)
    if isinstance(parent, ast.Subscript) and isinstance(statement, ast.Assign):
        return statement.value if parent in statement.targets else None
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
        sets = parent.func.attr in SETTERS and len(parent.args) > 1 and parent.args[0] is name
        return parent.args[1] if sets else None
    return None


def _is_off(values: Values) -> bool:
    """Whether the SDK takes none of the values for a yes."""
    return bool(values) and all(
        isinstance(v, Constant) and str(v.value).lower() not in {"true", "1"} for v in values
    )
