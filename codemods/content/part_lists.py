"""Lists of parts as lists of typed content: written out, put together, or made elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemods.content.parts import all_text, convert_part
from codemods.content.resent_parts import are_received, join_replies
from codemods.content.text_assumed import ADVICE
from migrator.edits import Binding, ClausesCode, Code, Hole, Item, ListCode, Span, Template
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.values import ANYTHING, Object, Values, element_type, join, typed

LISTS = (ast.List, ast.Tuple)


def convert_parts(draft: Draft, elements: Iterable[ast.expr], owner: Member) -> ListCode:
    """A list of typed content for the elements of a list of parts."""
    items: list[Item] = []
    for element in elements:
        if isinstance(element, ast.Starred):
            items += _spread(draft, element.value, owner, draft.span(element))
            continue
        items.append(Item(convert_part(draft, element, owner), source=draft.span(element)))
    return ListCode(tuple(items))


def _spread(draft: Draft, node: ast.expr, owner: Member, source: Span) -> tuple[Item, ...]:
    """The items that a list adds to the list it is put into."""
    code = convert_list(draft, node, owner)
    if isinstance(code, ListCode):
        return code.items
    if isinstance(code, Hole):  # `*` takes no `or` and no comparison
        code = Hole(code.span, Binding.ARITHMETIC)
    return (Item(Template(("*", code)), source=source),)


def convert_list(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A list of typed content for the list of parts `node`.

    Lists of text, and of other things that a rule `("wrap", type)` knows, are wrapped where they
    are sent; other lists are rebuilt where they are made. A sum becomes one list.
    """
    if isinstance(node, LISTS):
        return convert_parts(draft, node.elts, owner)
    held = elements_of(draft, node)
    join_replies(draft, draft.values(node) | held, owner)
    if all_text(held):
        return wrapped(draft, node)
    if is_sum(node):
        assert isinstance(node, ast.BinOp)
        sides = (_spread(draft, n, owner, draft.span(n)) for n in (node.left, node.right))
        return ListCode(tuple(item for side in sides for item in side))
    types = {v.type if isinstance(v, Object) else "" for v in held}
    wrap = draft.rule("wrap", *types) if len(types) == 1 else None
    if are_received(draft, held):
        wrap = draft.rule("received", "parts")
    if wrap is not None:
        code: Code = wrap(draft, node, held, owner)
        return code
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        draft.replace(owner, node.elt, convert_part(draft, node.elt, owner))
        return draft.hole(node)
    values = draft.values(node)
    if values and all(draft.can_rebuild(v, "parts") for v in values):
        return draft.convert(node, "parts", owner)
    if holds_parts_made_here(draft, node):
        draft.sinks[node] = "parts"
        for origin in sorted((o for v in held if (o := origin_of(v))), key=draft.line):
            draft.demand(origin, "part", owner)
        return draft.hole(node)
    text = f"`{draft.quote(node)}`: its items can't be followed to where they are made; {ADVICE}"
    draft.block(owner, node, text)
    return draft.hole(node)


def holds_parts_made_here(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is a list of parts, each made in view: only the parts must be rebuilt."""
    held = elements_of(draft, node)
    return bool(held) and all(draft.can_rebuild(v, "part") for v in held)


def is_sum(node: ast.expr) -> bool:
    """Whether `node` puts two lists together."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)


def elements_of(draft: Draft, node: ast.expr) -> Values:
    """What the lists that `node` may be hold; anything where it may be something else.

    A list that is only known by an annotation says nothing where others are known.
    """
    found: list[Values] = []
    values = draft.values(node)
    made = frozenset(v for v in values if v != Object("list"))
    for value in made or values:
        if not isinstance(value, Object):
            return ANYTHING
        element = element_type(value.type)
        if element is not None:
            found.append(typed(element, value.origin, (*value.path, "[*]")))
        elif value.type in {"list", "tuple", "generator"} and value.origin is not None:
            found.append(draft.facts.held(value.origin))
        else:
            return ANYTHING
    return join(found)


def wrapped(draft: Draft, node: ast.expr) -> Code:
    """A list of texts, each as typed content."""
    item = '{"type": "text", "text": text}'
    return ClausesCode("[", item, (Template(("for text in ", draft.hole(node))),), "]")
