"""Lists of parts as lists of items: content of the reply, its steps, or both in their order.

All reads of one list (or of lists that share their readers) agree on one form, the simplest that
holds every item for which the program does something.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codemods.building.interaction import is_probe
from codemods.building.kinds import (
    Comprehension,
    Variable,
    kinds_at,
    live_in_comprehension,
    live_in_loop,
)
from codemods.building.settled import place_of
from codemods.tables.api import PART, PARTS
from codemods.tables.items import CONTENT, FEATURES, FIELDS, MEDIA_TYPES, Kind, Kinds
from migrator.edits import Binding, ClausesCode, Code, Template
from migrator.plan import Draft, Use, context_of
from migrator.plan.units import Member
from migrator.understand.facts import origin_of
from migrator.understand.structure import COMPREHENSIONS, FUNCTION_TYPES
from migrator.understand.values import Object

Loop = ast.For | ast.AsyncFor | Comprehension
CONTENT_READS = frozenset({"text", "inline_data", "as_image"})
TESTED = frozenset({Use.ATTRIBUTE, Use.TRUTH, Use.IS_NONE})


class Form(enum.Enum):
    """What a list of parts becomes."""

    TEXT = "the texts of the reply"
    CONTENT = "the content of the reply"
    SPOKEN = "the content of thoughts and of the reply"
    STEPS = "the steps of the reply"
    MIXED = "the content of the reply, and its other steps"


CLASSES = {
    Form.TEXT: "interactions.TextContent",
    Form.CONTENT: "interactions.Content",
    Form.SPOKEN: "interactions.Content",
    Form.STEPS: "interactions.Step",
    Form.MIXED: "interactions.Content | interactions.Step",
}


@dataclass(frozen=True, slots=True)
class Items:
    """How the items of a list are to be told apart.

    `kinds` are those an item of the list may be, `live` those for which the program does anything
    (if it does for `Kind.OTHER`, the list must hold what was a part and nothing else), `media` the
    types of content that were inline data.
    """

    form: Form
    kinds: Kinds
    live: Kinds
    media: tuple[str, ...]

    def types(self, kinds: Kinds) -> tuple[str, ...]:
        """The values of `type` for `kinds`, in a fixed order."""
        found: list[str] = []
        for kind in Kind:
            if kind in kinds and kind is not Kind.OTHER:
                found += self.media if kind is Kind.MEDIA else [kind.value]
        return tuple(found)


def is_item(draft: Draft, node: ast.AST, type_name: str = PART) -> bool:
    """Whether `node` may be a part (or a list of them) of a reply."""
    return any(isinstance(v, Object) and v.type == type_name and v.path for v in draft.values(node))


def items_of(draft: Draft, node: ast.expr, owner: Member) -> Items:
    """The form of the list that `node` is, or that the item `node` comes from."""
    loop = _own_loop(draft, node)
    if loop is not None:
        return _choose(draft, owner, [*_variables(draft, loop)], [loop], exact=_counts(loop))
    nodes = _family(draft, node)
    parts = [n for n in nodes if is_item(draft, n)]
    loops: list[Loop] = []
    exact = any(_outlives_its_loop(draft, n) for n in parts)
    for other in nodes:
        if not is_item(draft, other, PARTS) or _is_stored(other):
            continue
        context = context_of(draft.facts, other)
        parent = draft.facts.structure.parent(other)
        if context.use is Use.ITERATE and isinstance(parent, (ast.For, ast.AsyncFor)):
            loops.append(parent)
        elif context.use is Use.ITERATE and isinstance(parent, ast.comprehension):
            holder = draft.facts.structure.parent(parent)
            assert isinstance(holder, COMPREHENSIONS)
            loops.append(holder)
        elif context.use in {Use.TRUTH, Use.IS_NONE}:
            continue
        elif context.use is not Use.MOVE or _carries(parent):
            exact = True
    return _choose(draft, owner, parts, loops, exact=exact)


def _is_stored(node: ast.expr) -> bool:
    return not isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _carries(parent: ast.AST | None) -> bool:
    """Whether a list goes into another one: `list(parts)`, `[*parts]`, `found += parts`."""
    return isinstance(parent, (ast.Call, ast.Starred, ast.List, ast.Tuple, ast.Dict))


def _choose(
    draft: Draft, owner: Member, parts: list[ast.expr], loops: list[Loop], *, exact: bool
) -> Items:
    reads = {field for _, field in reads_of(draft, parts)}
    possible = frozenset({Kind.TEXT}).union(
        *(kinds for name, kinds in FEATURES.items() if _asks(draft, parts, owner, name)),
        *(FIELDS[field] for field in reads if field != "text"),
    )
    media = _media(draft, parts, owner)
    start = possible | {Kind.OTHER}
    live = (
        start if exact else frozenset[Kind]().union(*(_live(draft, loop, start) for loop in loops))
    )
    known = live - {Kind.OTHER}
    strange = Kind.OTHER in live
    text = frozenset({Kind.TEXT})
    if known <= text and _asked(draft, parts, text) <= {"text"}:
        return Items(Form.TEXT, text, live, media)
    if known <= CONTENT and _asked(draft, parts, CONTENT) <= CONTENT_READS:
        return Items(Form.CONTENT, CONTENT, live, media)
    if known <= CONTENT | {Kind.THOUGHT} and reads <= CONTENT_READS:
        return Items(Form.SPOKEN, (known & CONTENT) | {Kind.TEXT}, live, media)
    if not strange and not known & CONTENT and not _reads_content(draft, parts, possible):
        return Items(Form.STEPS, start - CONTENT, live, media)
    strict = strange or Kind.THOUGHT in live
    return Items(Form.MIXED, possible if strict else start, live, media)


def _asks(draft: Draft, nodes: Iterable[ast.expr], owner: Member, feature: str) -> bool:
    return any(draft.has_feature(node, owner, feature) for node in nodes)


def _media(draft: Draft, nodes: list[ast.expr], owner: Member) -> tuple[str, ...]:
    images, audio = (_asks(draft, nodes, owner, name) for name in ("images", "audio"))
    if images != audio:
        return ("image",) if images else ("audio",)
    return MEDIA_TYPES


def _reads_content(draft: Draft, parts: Iterable[ast.expr], possible: Kinds) -> bool:
    """Whether the text (or data) of an item is read that need not be a thought."""
    for node in parts:
        for _, field in reads_of(draft, [node]):
            kinds = item_kinds(draft, node, possible) if isinstance(node, ast.Name) else possible
            if field in CONTENT_READS and kinds & CONTENT:
                return True
    return False


def reads_of(draft: Draft, parts: Iterable[ast.expr]) -> Iterator[tuple[ast.expr, str]]:
    """The reads of fields of parts: the reading expression, and the field."""
    structure = draft.facts.structure
    for node in parts:
        parent = structure.parent(node)
        name = None
        if isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Load):
            name = parent.attr
        elif isinstance(parent, ast.Call) and parent.args[:1] == [node] and len(parent.args) > 1:
            is_read = isinstance(parent.args[1], ast.Constant) and not is_probe(parent)
            name = str(parent.args[1].value) if is_read else None  # type: ignore[attr-defined]
        if name not in FIELDS or not isinstance(parent, ast.expr):
            continue
        yield parent, name
        outer = structure.parent(parent)
        if name == "inline_data" and isinstance(outer, ast.Attribute) and outer.attr == "as_image":
            yield outer, "as_image"


def _asked(draft: Draft, parts: Iterable[ast.expr], kinds: Kinds) -> set[str]:
    """The fields that still have to be read of items of `kinds`."""
    return {
        field
        for node, field in reads_of(draft, parts)
        if FIELDS[field] & kinds or settled_place(draft, node, kinds) is None
    }


def settled_place(draft: Draft, node: ast.expr, kinds: Kinds) -> ast.AST | None:
    """What can do without the test that the read `node` is part of; see `place_of`."""
    base = node.args[0] if isinstance(node, ast.Call) else getattr(node, "value", None)
    if not isinstance(base, ast.Name):
        return None
    variable = variable_of(draft, base)
    if not variable.bound_once:
        return None
    place = place_of(draft, node, variable, kinds)
    if isinstance(place, ast.comprehension):
        holder = draft.facts.structure.parent(place)
        return place if holder is not None and merged_source(draft, holder) else None
    return place


def merged_source(draft: Draft, holder: ast.AST) -> tuple[ast.comprehension, ast.expr] | None:
    """The generator over parts, and its `.parts`, where a comprehension takes up its clauses."""
    if not isinstance(holder, COMPREHENSIONS):
        return None
    over = [g for g in holder.generators if is_item(draft, g.iter, PARTS)]
    names = {n.id for n in ast.walk(holder) if isinstance(n, ast.Name)}
    if len(over) != 1 or "step" in names or not isinstance(over[0].target, ast.Name):
        return None
    source = over[0].iter
    if isinstance(source, ast.BoolOp):
        source = source.values[0]
    return (over[0], source) if _is_source(source) else None


def _is_source(node: ast.expr) -> bool:
    """Whether `node` reads the parts of a reply, rather than naming a list of them."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") == "getattr"
    return isinstance(node, ast.Attribute)


# where an item comes from


def variable_of(draft: Draft, node: ast.Name) -> Variable:
    """The name `node` as the variable of the loop or the function that it belongs to."""
    structure = draft.facts.structure
    current: ast.AST = node
    while True:
        parent = structure.parent(current)
        if parent is None or isinstance(current, FUNCTION_TYPES):
            break
        if isinstance(parent, COMPREHENSIONS):
            generators = _generators_before(parent, current, node)
            if sum(_binds(g.target, node.id) for g in generators):
                return Variable(draft, node.id, parent, True)
        if isinstance(parent, (ast.For, ast.AsyncFor)) and current in parent.body:
            if _binds(parent.target, node.id):
                once = sum(_is_store(n, node.id) for n in ast.walk(parent)) == 1
                return Variable(draft, node.id, parent, once)
        current = parent
    scope = structure.scope_of[node]
    stores = [
        n for n in structure.stores(node.id)
        if _is_store(n, node.id) and structure.scope_of[n] is scope
    ]  # fmt: skip
    shared = (scope, node.id) in structure.shared
    return Variable(draft, node.id, scope, len(stores) <= 1 and not shared)


def _generators_before(
    holder: Comprehension, child: ast.AST, node: ast.Name
) -> list[ast.comprehension]:
    """The generators that have bound their names where `node`, inside `child`, is read."""
    if not isinstance(child, ast.comprehension):
        return holder.generators
    index = holder.generators.index(child)
    own = node not in ast.walk(child.iter)
    return holder.generators[: index + 1] if own else holder.generators[:index]


def _binds(target: ast.expr, name: str) -> bool:
    return any(_is_store(node, name) for node in ast.walk(target))


def _is_store(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)


def item_kinds(draft: Draft, node: ast.expr, kinds: Kinds) -> Kinds:
    """What is left of `kinds` where the item `node` stands."""
    return kinds_at(node, variable_of(draft, node), kinds) if isinstance(node, ast.Name) else kinds


def _own_loop(draft: Draft, node: ast.expr) -> Loop | None:
    """The loop that alone goes through the list that `node` is, or is an item of."""
    if isinstance(node, ast.Name) and is_item(draft, node):
        loop: ast.AST | None = variable_of(draft, node).body
    else:
        loop = _iterated_by(draft, node)
    if isinstance(loop, (ast.For, ast.AsyncFor, *COMPREHENSIONS)) and _is_closed(draft, loop):
        return loop
    return None


def _iterated_by(draft: Draft, node: ast.AST) -> ast.AST | None:
    """The loop over `node`, `node or []` or `enumerate(node)`."""
    structure = draft.facts.structure
    parent = structure.parent(node)
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or):
        return _iterated_by(draft, parent)
    if isinstance(parent, ast.Call) and _is_enumerate(parent):
        return _iterated_by(draft, parent)
    if isinstance(parent, ast.comprehension) and parent.iter is node:
        return structure.parent(parent)
    if isinstance(parent, (ast.For, ast.AsyncFor)) and parent.iter is node:
        return parent
    return None


def _is_enumerate(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        and node.func.id == "enumerate" and bool(node.args)
    )  # fmt: skip


def _generator(draft: Draft, loop: Loop) -> tuple[ast.expr, ast.expr] | None:
    """The target and the list of a loop over parts, without `enumerate` and `or []`."""
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        pairs = [(loop.target, loop.iter)]
    else:
        pairs = [(g.target, g.iter) for g in loop.generators]
    for target, source in pairs:
        counted = isinstance(source, ast.Call) and _is_enumerate(source)
        if counted and isinstance(source, ast.Call):
            source = source.args[0]
        if isinstance(source, ast.BoolOp) and isinstance(source.op, ast.Or):
            source = source.values[0]
        if not is_item(draft, source, PARTS):
            continue
        if counted and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            target = target.elts[1]
        return target, source
    return None


def _counts(loop: Loop) -> bool:
    sources = [loop.iter] if isinstance(loop, (ast.For, ast.AsyncFor)) else [
        g.iter for g in loop.generators
    ]  # fmt: skip
    return any(_is_enumerate(source) for source in sources)


def _is_closed(draft: Draft, loop: Loop) -> bool:
    """Whether nothing but the loop sees its list, and nothing but tests and reads its items."""
    found = _generator(draft, loop)
    if found is None or not isinstance(found[0], ast.Name):
        return False
    target, source = found
    if not _is_source(source):
        return False
    scope = draft.facts.structure.scope_of[target]
    for node in ast.walk(scope):
        if not isinstance(node, ast.Name) or node.id != found[0].id or _is_stored(node):
            continue
        if not is_item(draft, node):
            continue
        holder = variable_of(draft, node).body
        if not isinstance(holder, (ast.For, ast.AsyncFor, *COMPREHENSIONS)):
            return False
        if holder is loop and context_of(draft.facts, node).use not in TESTED:
            return False
    return True


def _variables(draft: Draft, loop: Loop) -> Iterator[ast.Name]:
    found = _generator(draft, loop)
    assert found is not None and isinstance(found[0], ast.Name)
    for node in ast.walk(loop):
        if isinstance(node, ast.Name) and node.id == found[0].id and not _is_stored(node):
            if variable_of(draft, node).body is loop:
                yield node


def _live(draft: Draft, loop: Loop, kinds: Kinds) -> Kinds:
    """The kinds of items for which a loop does anything."""
    found = _generator(draft, loop)
    if found is None or not isinstance(found[0], ast.Name) or _counts(loop):
        return kinds
    stores = sum(_is_store(node, found[0].id) for node in ast.walk(loop))
    variable = Variable(draft, found[0].id, loop, stores == 1)
    if stores != 1:
        return kinds
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        return live_in_loop(loop.body, variable, kinds)
    return live_in_comprehension(loop, variable, kinds)


def _family(draft: Draft, node: ast.expr) -> list[ast.expr]:
    """Every part, and list of parts, that may share readers with `node`; closed loops left out."""
    sites = {site.call for site in draft.facts.sites}
    todo = {o for o in map(origin_of, draft.values(node)) if o in sites}
    seen: set[ast.AST | None] = set()
    found: dict[ast.expr, None] = {}
    while todo:
        origin = todo.pop()
        seen.add(origin)
        assert origin is not None
        for use in draft.facts.uses.get(origin, ()):
            if is_item(draft, use) or is_item(draft, use, PARTS):
                if _own_loop(draft, use) is None:
                    found[use] = None
                    origins = {origin_of(v) for v in draft.values(use)}
                    todo |= {o for o in origins if o in sites and o not in seen}
    return sorted(found, key=lambda n: (n.lineno, n.col_offset))


def _outlives_its_loop(draft: Draft, node: ast.expr) -> bool:
    """Whether a loop's variable is read after the loop: it is the last item then."""
    if not isinstance(node, ast.Name) or _is_stored(node):
        return False
    variable = variable_of(draft, node)
    if isinstance(variable.body, (ast.For, ast.AsyncFor, *COMPREHENSIONS)):
        return False
    return any(
        isinstance(other, (ast.For, ast.AsyncFor)) and _binds(other.target, node.id)
        for other in ast.walk(variable.body)
    )


def family_items(draft: Draft, site: Member) -> Items | None:
    """The form of the parts that a call's reply hands around."""
    for node in draft.facts.uses.get(site, ()):
        if is_item(draft, node) or is_item(draft, node, PARTS):
            if _own_loop(draft, node) is None:
                return items_of(draft, node, site)
    return None


# code


def item_class(items: Items) -> str:
    """What to annotate an item with."""
    return CLASSES[items.form]


def media_class(items: Items) -> str:
    """What to annotate inline data with."""
    if len(items.media) == 1:
        return f"interactions.{items.media[0].title()}Content"
    return "interactions.Content"


def list_code(items: Items, interaction: Code) -> Code:
    """The list of items, of the interaction."""
    if items.form is Form.STEPS:
        return Template((interaction, ".steps or []"))
    name = "item" if items.form is Form.MIXED else "content"
    return ClausesCode("[", name, clauses(items, interaction, name), "]")


def clauses(items: Items, interaction: Code, name: str) -> tuple[Code, ...]:
    """The clauses of a comprehension that goes through the items, each under `name`."""
    if items.form is Form.STEPS:
        return (Template((f"for {name} in ", interaction, ".steps or []")),)
    steps = Template(("for step in ", interaction, ".steps or []"))
    texts = (f'if {name}.type == "text"',)
    output = ('if step.type == "model_output"', f"for {name} in step.content or []")
    if items.form is Form.TEXT:
        return (steps, *output, *texts)
    if items.form is Form.CONTENT:
        return (steps, *output)
    if items.form is Form.SPOKEN:
        spoken = (
            'if step.type in ("thought", "model_output")',
            f'for {name} in (step.summary if step.type == "thought" else step.content) or []',
        )
        return (steps, *spoken, *(() if Kind.MEDIA in items.kinds else texts))
    mixed = f'for {name} in (step.content or [] if step.type == "model_output" else [step])'
    return (steps, mixed, *_filter(items, name))


def _filter(items: Items, name: str) -> tuple[str, ...]:
    """Leave out what was no part: the steps of searches, and thoughts without a summary."""
    if Kind.OTHER in items.kinds:
        return ()
    thoughts = Kind.THOUGHT in items.live
    types = items.types(items.kinds - {Kind.THOUGHT} if thoughts else items.kinds)
    test = f"{name}.type in ({', '.join(map(_quoted, types))})"
    if len(types) == 1:
        test = f"{name}.type == {_quoted(types[0])}"
    if thoughts:
        test += f' or ({name}.type == "thought" and {name}.summary)'
    return (f"if {test}",)


def _quoted(name: str) -> str:
    return f'"{name}"'


def type_test(items: Items, base: Code, kinds: Kinds, *, negated: bool = False) -> Code:
    """Whether the item `base` is of one of `kinds`."""
    types = items.types(kinds)
    if items.form in {Form.CONTENT, Form.SPOKEN} and types == MEDIA_TYPES:
        types, negated = ("text",), not negated
    if len(types) == 1:
        return Template((base, f".type {'!=' if negated else '=='} ", _quoted(types[0])))
    names = ", ".join(map(_quoted, types))
    found: Code = Template((base, f".type {'not in' if negated else 'in'} ({names})"))
    return found


def base_code(draft: Draft, node: ast.expr) -> Code:
    """The item, for a place that reads an attribute of it."""
    return draft.hole(node, Binding.ATOM)


def is_repeatable(node: ast.expr) -> bool:
    """Whether an expression may be written twice: a name, or attributes of one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
