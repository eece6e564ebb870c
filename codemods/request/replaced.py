"""Programs that replace the method, or reach what it gave by other ways than by reading it."""

from __future__ import annotations

import ast
import re

from codemods.request.retry_patches import plan_patches, retry_patch
from migrator.plan import Draft
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import Constant, Symbol, is_text

REFLECTION = frozenset({"eval", "exec", "globals", "locals", "vars"})
MAKING = "chats.create"
"""Calls whose result may have no name any more."""
RUNNING = frozenset({"eval", "exec"})
NAMESPACES = frozenset({"user_ns", "user_global_ns"})
SHELL_RUNNING = frozenset(
    {
        *("run_cell", "run_cell_async", "run_line_magic", "run_cell_magic", "magic", "ev", "ex"),
        *("system", "getoutput"),
    }
)


def plan_replacements(draft: Draft) -> None:
    """Programs that wrap the method in retries, or reach for what it gave by its name."""
    patches = [made for node in _assigned(draft) if (made := retry_patch(draft, node))]
    if patches and draft.facts.sites:
        plan_patches(draft, patches)
    _check_reflection(draft)


def _assigned(draft: Draft) -> list[ast.Attribute]:
    """Where the method is replaced by assignment."""
    return [
        node
        for node in draft.facts.structure.every(ast.Attribute)
        if node.attr == "generate_content" and isinstance(node.ctx, ast.Store)
    ]


def _check_reflection(draft: Draft) -> None:
    """`eval`, `globals()` and the like reach names that no reading of the source can follow."""
    structure = draft.facts.structure
    for node in draft.facts.state.values:
        if not isinstance(node, (ast.Call, ast.Attribute)) or not _is_reflection(draft, node):
            continue
        scope = structure.region(node)
        if _is_of_shell(draft, node):
            scope = structure.module(node)
        asked = _name_asked(draft, node)
        tested = asked is not None and isinstance(structure.parent(node), ast.Compare)
        for site in draft.facts.sites:
            if tested and site.kind.method != MAKING:
                continue  # whether there is such a name; it is kept
            uses = draft.facts.uses.get(site.call, ())
            here = [
                use
                for use in uses
                if structure.region(use) is scope
                and (asked is None or getattr(use, "id", asked) == asked)
                and _may_name(draft, node, use)
            ]
            if any(_differs(draft, use) and not _is_gone(draft, use, node) for use in here):
                _reached(draft, site.call, node)


def _is_reflection(draft: Draft, node: ast.Call | ast.Attribute) -> bool:
    """Whether a node gives the names of the program, or runs other code among them."""
    if isinstance(node, ast.Attribute):
        return node.attr in NAMESPACES and _is_of_shell(draft, node)
    if _is_of_shell(draft, node):
        return True
    names = {v.path for v in draft.values(node.func) if isinstance(v, Symbol)} & REFLECTION
    return bool(names) and (not node.args or bool(names & RUNNING))


def _is_of_shell(draft: Draft, node: ast.Call | ast.Attribute) -> bool:
    """`get_ipython().run_cell(…)`, `get_ipython().user_ns`: what IPython has for its notebook."""
    asked = node.func if isinstance(node, ast.Call) else node
    wanted = SHELL_RUNNING if isinstance(node, ast.Call) else NAMESPACES
    if not isinstance(asked, ast.Attribute) or asked.attr not in wanted:
        return False
    made = [asked.value]
    if isinstance(asked.value, ast.Name):
        structure = draft.facts.structure
        bound = [structure.statement(store) for store in structure.stores(asked.value.id)]
        made = [statement.value for statement in bound if isinstance(statement, ast.Assign)]
    calls = [value.func for value in made if isinstance(value, ast.Call)]
    return any("get_ipython" in (getattr(f, "id", ""), getattr(f, "attr", "")) for f in calls)


def _may_name(draft: Draft, node: ast.Call | ast.Attribute, use: ast.expr) -> bool:
    """Whether what IPython is told to run says the name of `use`, or can't be seen."""
    if isinstance(node, ast.Attribute) or not _is_of_shell(draft, node):
        return True
    values = [value for argument in node.args for value in draft.values(argument)]
    texts = [value.value for value in values if isinstance(value, Constant)]
    name = draft.facts.structure.written_name(getattr(use, "id", ""))
    said = any(re.search(rf"\b{name}\b", text) for text in texts if isinstance(text, str))
    return len(texts) < len(values) or (bool(name) and said)


def _name_asked(draft: Draft, node: ast.expr) -> str | None:
    """`"upload" in locals()`, `locals()["upload"]`, `locals().get("upload")`: only that name."""
    structure = draft.facts.structure
    parent = structure.parent(node)
    name: ast.expr | None = None
    if isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
        name = parent.left if parent.comparators == [node] else None
    elif isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load):
        name = parent.slice
    elif isinstance(parent, ast.Attribute) and parent.attr == "get":
        call = structure.parent(parent)
        name = call.args[0] if isinstance(call, ast.Call) and call.args else None
    text = name.value if isinstance(name, ast.Constant) else None
    return text if isinstance(text, str) else None


def _reached(draft: Draft, site: ast.Call, node: ast.Call | ast.Attribute) -> None:
    """Code in view that names the response stops the call; other code is assumed not to."""
    code = node.args if isinstance(node, ast.Call) else []
    code = code[-1:] if _is_of_shell(draft, node) else code[:1]
    if code and not any(isinstance(v, Constant) for v in draft.values(code[0])):
        text = f"the code that `{draft.quote(node)}` runs is assumed not to read the response"
        draft.doubt(site, node, text)
    else:
        text = f"`{draft.quote(node)}` may reach the response by its name"
        draft.block(site, node, text)


def _differs(draft: Draft, use: ast.expr) -> bool:
    """Whether the new API has something else there than a text."""
    return any(not is_text(value) for value in draft.values(use))


def _is_gone(draft: Draft, use: ast.expr, node: ast.expr) -> bool:
    """Whether what `use` has is certainly out of reach where `node` runs: its name is bound anew.

    Both stand in the same block, or in blocks of it, and the name is bound between them.
    """
    if not isinstance(use, ast.Name):
        return not isinstance(use, ast.Attribute) or not isinstance(use.ctx, ast.Store)
    structure = draft.facts.structure
    if structure.gone_from(use) < node.lineno:
        return structure.enclosing_function(node) is None
    for store in structure.stores(use.id):
        statement = structure.statement(store)
        if not (use.lineno < statement.lineno < node.lineno) or store not in _targets(statement):
            continue
        block = structure.parent(statement)
        outer = all(_is_inside(draft, n, block) for n in (use, node))
        if outer and not _is_looped(draft, block):
            return True
    return False


def _targets(statement: ast.stmt) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else []


def _is_inside(draft: Draft, node: ast.AST, outer: ast.AST | None) -> bool:
    current: ast.AST | None = node
    while current is not None and current is not outer:
        current = draft.facts.structure.parent(current)
    return current is outer


def _is_looped(draft: Draft, block: ast.AST | None) -> bool:
    """Whether the block may run more than once while its names live."""
    while block is not None and not isinstance(block, (ast.Module, *FUNCTION_TYPES)):
        if not isinstance(block, (ast.With, ast.AsyncWith)):
            return True  # a loop, or a branch that may not be taken
        block = draft.facts.structure.parent(block)
    return False
