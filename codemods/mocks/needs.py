"""What the rewritten calls ask of what stands in for the API: arguments, and reads of replies."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemods.tables.settings import USAGE_FIELDS
from migrator.edits import Arguments, Hole, Item, Placed, Replace, leaves, new_code
from migrator.plan import Draft
from migrator.understand import CallSite
from migrator.understand.values import Awaitable, Object

TEXT = "output_text"
COUNTS = frozenset(USAGE_FIELDS.values())
FOLLOWED = frozenset({TEXT, "usage", *COUNTS})
"""Attributes of the new reply that stand for just one of the old each."""
OLD_FOLLOWED = frozenset({"text", "usage_metadata"})
OTHERS = frozenset(
    {
        *("steps", "status", "id", "content", "type", "error", "outputs", "summary", "delta"),
        *("event_type", "step", "interaction", "output_image", "output_audio", "output_video"),
        *("model_dump", "model_dump_json", "to_dict", "to_json", "model_copy"),
    }
)
"""Attributes of the new reply that are put together from several of the old."""
_ATTRIBUTE = re.compile(r"\.\s*([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a unit reads of a reply, by the old names and by the new, and what each call passes.

    `plain` says that the text is read as it is, so that one of no characters makes no difference.
    """

    old: frozenset[str]
    new: frozenset[str]
    plain: bool

    def strange(self) -> str | None:
        """An attribute that is read and that no mock can be given yet."""
        found = sorted(self.old - OLD_FOLLOWED) + sorted(self.new & OTHERS)
        return found[0] if found else None


def needs_of(draft: Draft, sites: Sequence[CallSite]) -> Needs:
    """What the units of some calls need."""
    old: set[str] = set()
    new: set[str] = set()
    plain = True
    for site in sites:
        old.update(_reads(draft, site))
    calls = {draft.span(site.call) for site in sites}
    for edit in _edits(draft, sites, of_requests=False):
        if any(call.holds(edit.span) for call in calls):
            continue
        if isinstance(edit, Replace) and isinstance(edit.code, str) and edit.code.isidentifier():
            new.add(edit.code)
            continue
        texts = [leaf for code in new_code(edit) for leaf in leaves(code) if isinstance(leaf, str)]
        words = {word for text in texts for word in _ATTRIBUTE.findall(text)}
        new |= words
        plain = plain and TEXT not in words
    return Needs(frozenset(old), frozenset(new), plain)


def arguments_of(draft: Draft, site: CallSite) -> tuple[Item, ...] | None:
    """The arguments of a rewritten call; None where they aren't written out."""
    span = draft.span(site.call)
    for edit in _edits(draft, [site]):
        if isinstance(edit, Arguments) and edit.span == span:
            return edit.items
    return None


def passes_unchanged(draft: Draft, site: CallSite, value: ast.expr) -> bool:
    """Whether an argument of the old call is one of the new call, as it is."""
    span = draft.span(value)
    items = arguments_of(draft, site) or ()
    if not any(item.value == Hole(span) for item in items):
        return False
    return not any(
        span.holds(edit.span) for edit in _edits(draft, [site]) if not isinstance(edit, Arguments)
    )


def _edits(draft: Draft, sites: Sequence[CallSite], *, of_requests: bool = True) -> list[Placed]:
    """The edits of the units of some calls; or none of those that build what these are given."""
    units = draft.units
    wanted = {units.find(site.call) for site in sites}
    members = [m for m in units.known() if units.find(m) in wanted]
    members = [m for m in members if of_requests or m not in draft.demanded]
    return [e for e in units.summary(members).edits if hasattr(e, "span")]  # type: ignore[misc]


def _reads(draft: Draft, site: CallSite) -> Iterator[str]:
    """The attributes that the program reads of the reply of a call."""
    structure = draft.facts.structure
    for use in draft.facts.uses.get(site.call, ()):
        made = [v.value if isinstance(v, Awaitable) else v for v in draft.values(use)]
        whole = any(isinstance(v, Object) and v.origin is site.call and not v.path for v in made)
        parent = structure.parent(use)
        if whole and isinstance(parent, ast.Attribute) and parent.value is use:
            yield parent.attr
        elif whole and isinstance(parent, ast.Call) and use in parent.args[:1]:
            if isinstance(parent.func, ast.Name) and len(parent.args) > 1:
                name = draft.constant(parent.args[1])
                if parent.func.id in {"getattr", "hasattr"} and name is not None:
                    yield str(name.value)
