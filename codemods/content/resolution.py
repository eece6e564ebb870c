"""How finely media is looked at: a field of each part, or one setting for all media of a call."""

from __future__ import annotations

import ast

from codemods.objects.field_spelling import snake
from codemods.objects.written_objects import fields_of
from codemods.tables.api import CHAT_PARAMETERS, MESSAGE_PARAMETERS, TYPES
from codemods.tables.media import RESOLUTIONS, UNSPECIFIED
from migrator.plan import Draft
from migrator.plan.units import Member
from migrator.understand import CallSite
from migrator.understand.values import Constant, Object, Symbol, Value

FIELD = "media_resolution"
SENT = "media sent at "
"""What each item of media is remembered under, followed by its resolution."""
DEFAULT = "default"


def part_level(draft: Draft, node: ast.expr, owner: Member) -> str | None:
    """The resolution that the field of a part sets."""
    fields = fields_of(draft, node, TYPES + "PartMediaResolution")
    for field in fields or ():
        if field.name != "level":
            text = f"{field.name or 'the spread'} of a media resolution has no equivalent"
            draft.block(owner, field.value, f"{text}; choose a level")
            return None
        node = field.value
    return _checked(draft, node, owner)


def setting_level(draft: Draft, node: ast.expr, owner: Member) -> str | None:
    """The resolution that the setting of a config asks for; blocked where it isn't known."""
    return _checked(draft, node, owner)


def _checked(draft: Draft, node: ast.expr, owner: Member) -> str | None:
    levels = {level_of(value) for value in draft.values(node)}
    if len(levels) == 1 and (level := levels.pop()) is not None:
        return None if level == DEFAULT else level
    text = f"the media resolution `{draft.quote(node)}` can't be known; write `resolution` by hand"
    draft.block(owner, node, text)
    return None


def level_of(value: Value) -> str | None:
    """The new name of a media resolution, `default` where it asks for nothing, None if unknown."""
    if isinstance(value, Symbol):
        name = value.path.rpartition(".")[2]
    elif isinstance(value, Constant):
        if value.value is None:
            return DEFAULT
        name = str(value.value).upper()
    else:
        return None
    return DEFAULT if name == UNSPECIFIED else RESOLUTIONS.get(name)


def call_level(draft: Draft, owner: Member) -> str | None:
    """The resolution that all calls of the owner's unit set for their media, if it is one."""
    levels = {_level_of_site(draft, site) for site in _senders(draft, owner)}
    level = levels.pop() if len(levels) == 1 else None
    return None if level == DEFAULT else level


def _senders(draft: Draft, owner: Member) -> list[CallSite]:
    """The calls of the owner's unit that send something."""
    unit = draft.units.find(owner)
    found = [site for site in draft.facts.sites if draft.units.find(site.call) is unit]
    return [site for site in found if site.kind.parameters != CHAT_PARAMETERS]


def _level_of_site(draft: Draft, site: CallSite) -> str | None:
    """The resolution for the media of one call; a message has that of its chat, or its own."""
    configs = [k.value for k in site.call.keywords if k.arg == "config"]
    index = site.kind.parameters.index("config") + site.skip
    configs += site.call.args[index : index + 1]
    chat = getattr(site.method.receiver, "origin", None)
    if not configs and site.kind.parameters == MESSAGE_PARAMETERS:
        made = [s for s in draft.facts.sites if s.call is chat]
        return _level_of_site(draft, made[0]) if made else None
    levels: set[str | None] = set()
    for config in configs:
        for value in draft.values(config):
            levels |= _levels_in(draft, value)
    return levels.pop() if len(levels) == 1 else DEFAULT if not levels else None


def _levels_in(draft: Draft, value: Value) -> set[str | None]:
    if not isinstance(value, Object) or value.origin is None:
        return set()
    keys = draft.facts.state.keys.get(value.origin, ())
    found = [k for k in keys if isinstance(k, str) and snake(k.removeprefix(".")) == FIELD]
    return {level_of(item) for key in found for item in draft.facts.held(value.origin, key)}


def check_levels(draft: Draft) -> None:
    """Block each call whose setting did not arrive at all of its media.

    That is a call whose config can't be looked into while its media are written, or one that
    shares media with a call that sets another resolution.
    """
    text = "media_resolution differs between calls that share media or a config"
    advice = "write `resolution` by hand"
    for level in (*RESOLUTIONS.values(), DEFAULT):
        for owner, node in draft.all_remembered(SENT + level):
            levels = {_level_of_site(draft, site) for site in _senders(draft, owner)}
            if None in levels:
                draft.block(owner, node, f"the media resolution can't be known; {advice}")
            elif levels - {level}:
                draft.block(owner, node, f"{text}; {advice}")
        for owner, node in draft.all_remembered(FIELD):
            wanted = setting_level(draft, node, owner) or DEFAULT
            if level != wanted and draft.remembered(owner, SENT + level):
                draft.block(owner, node, f"{text}; {advice}")
