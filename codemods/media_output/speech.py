"""Old speech configs as the voices of `generation_config.speech_config`."""

from __future__ import annotations

import ast

from codemods.objects.tested_objects import note_truth
from codemods.objects.written_objects import Field, fields_of, is_written
from codemods.request.left_out_settings import target_field
from codemods.tables.api import TYPES
from migrator.edits import Code, DictCode, Item, ListCode, Replace
from migrator.plan import Draft, Reading
from migrator.plan.units import Member
from migrator.understand.values import Constant, Object, Value, is_text

SPEECH = TYPES + "SpeechConfig"
SPEAKER = TYPES + "SpeakerVoiceConfig"
VOICE = TYPES + "VoiceConfig"
SEVERAL = TYPES + "MultiSpeakerVoiceConfig"
PREBUILT = TYPES + "PrebuiltVoiceConfig"
CLASSES = {"speech": SPEECH, "speakers": SEVERAL, "speaker": SPEAKER, "voice": VOICE}
ENTRY = "voice entry"
KINDS = (*CLASSES, ENTRY, "speaker list")
"""The kinds of objects in a speech config that may be made elsewhere."""


def speech_code(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """`speech_config`: a list of one voice, or speakers with a voice each."""
    values = draft.values(node)
    if values and all(is_text(v) for v in values):
        return ListCode((Item(DictCode((Item(draft.hole(node), "voice"),))),))
    return draft.convert(node, "speech", owner)


def build_speech(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A `SpeechConfig` that is written out."""
    fields = fields_of(draft, node, SPEECH) or []
    several = next((f for f in fields if f.name == "multi_speaker_voice_config"), None)
    if several is not None:
        if len(fields) > 1:
            text = "a language or a voice beside those of the speakers; set speech_config by hand"
            draft.block(owner, node, text)
        return draft.convert(several.value, "speakers", owner)
    if len(fields) == 1 and fields[0].is_spread:
        return ListCode((Item(draft.convert(fields[0].value, ENTRY, owner)),))
    items = [_entry(draft, field, owner) for field in fields]
    if not any(field.is_spread for field in fields):
        items.sort(key=lambda item: item.name != "voice")
    return ListCode((Item(DictCode(tuple(items))),))


def _entry(draft: Draft, field: Field, owner: Member) -> Item:
    """A field of a speech config as one of the only voice that there is."""
    if field.is_spread:
        return Item(draft.convert(field.value, ENTRY, owner), "**", source=field.source)
    if field.name == "voice_config":
        return Item(draft.convert(field.value, "voice", owner), "voice", source=field.source)
    if field.name != "language_code":
        text = f"speech_config.{field.name} has no equivalent; set it by hand"
        draft.block(owner, field.value, text)
    return Item(draft.hole(field.value), "language", source=field.source)


def build_entry(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A dict that is spread into a `SpeechConfig`: a voice and its language."""
    fields = fields_of(draft, node, SPEECH) or ()
    items = tuple(_entry(draft, field, owner) for field in fields)
    note_truth(draft, node, items)
    return DictCode(items)


def set_entry(draft: Draft, reading: Reading) -> None:
    """`options["language_code"] = …` on such a dict."""
    target, name = reading.node, target_field(draft, reading.node)
    statement = draft.facts.structure.parent(target)
    single = isinstance(statement, ast.Assign) and len(statement.targets) == 1
    if not single or name is None or not isinstance(target, ast.Subscript):
        text = f"`{draft.quote(target)}` can't be set in the new voice; write it where it is made"
        draft.block(reading.owner, target, text)
        return
    assert isinstance(statement, ast.Assign)
    value = statement.value
    item = _entry(draft, Field(name, value, draft.span(value)), reading.owner)
    place = Replace(draft.span(target.slice), f'"{item.name}"')
    draft.edit(reading.owner, place, Replace(draft.span(value), item.value))


def build_speakers(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A `MultiSpeakerVoiceConfig`: its list of speakers."""
    fields = fields_of(draft, node, SEVERAL) or []
    if [f.name for f in fields] != ["speaker_voice_configs"]:
        draft.block(owner, node, f"the speakers `{draft.quote(node)}` can't be followed")
        return draft.hole(node)
    field = fields[0]
    speakers = draft.convert(field.value, "speaker list", owner)
    return DictCode((Item(speakers, "speakers", source=field.source),))


def build_speaker_list(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A list of speakers, written out or made by a comprehension."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return ListCode(
            tuple(Item(draft.convert(e, "speaker", owner), source=draft.span(e)) for e in node.elts)
        )
    if isinstance(node, ast.ListComp):
        draft.replace(owner, node.elt, draft.convert(node.elt, "speaker", owner))
        return draft.hole(node)
    draft.block(owner, node, f"the speakers `{draft.quote(node)}` can't be followed")
    return draft.hole(node)


def grow(draft: Draft, reading: Reading) -> None:
    """`speakers.append(…)` on a list of speakers that is rebuilt."""
    call = draft.facts.structure.parent(reading.node)
    if getattr(reading.node, "attr", "") == "append" and isinstance(call, ast.Call) and call.args:
        speaker = draft.convert(call.args[0], "speaker", reading.owner)
        draft.replace(reading.owner, call.args[0], speaker)
        return
    text = f"`{draft.quote(reading.base)}` is also used here: {reading.use.value}"
    draft.block(reading.owner, reading.base, text)


def build_speaker(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A `SpeakerVoiceConfig`: a name and a voice."""
    items = []
    for field in fields_of(draft, node, SPEAKER) or ():
        if field.name == "speaker":
            items.append(Item(draft.hole(field.value), "speaker", source=field.source))
        elif field.name == "voice_config":
            voice = draft.convert(field.value, "voice", owner)
            items.append(Item(voice, "voice", source=field.source))
        else:
            draft.block(owner, field.value, f"the speaker's {field.name} has no equivalent")
    return DictCode(tuple(items))


def build_voice(draft: Draft, node: ast.expr, owner: Member) -> Code:
    """A `VoiceConfig`: the name of its prebuilt voice."""
    fields = fields_of(draft, node, VOICE) or []
    inner = fields_of(draft, fields[0].value, PREBUILT) if len(fields) == 1 else None
    if inner is None or fields[0].name != "prebuilt_voice_config" or len(inner) != 1:
        text = f"the voice `{draft.quote(node)}` has no equivalent; only prebuilt voices carry over"
        draft.block(owner, node, text)
        return draft.hole(node)
    return draft.hole(inner[0].value)


def accepts(kind: str, draft: Draft, value: Value) -> bool:
    """Constructor calls and dicts can be rebuilt."""
    assert isinstance(value, Object)
    node = value.origin
    if kind == "speaker list":
        return isinstance(node, (ast.List, ast.Tuple, ast.ListComp))
    return is_written(CLASSES.get(kind, SPEECH), draft, value)


def judge(draft: Draft, node: ast.expr, value: Value, owner: Member) -> None:
    """A speech config that is not made in view stops the call."""
    if not (isinstance(value, Constant) and value.value is None):
        text = f"the speech config `{draft.quote(node)}` can't be followed to where it is made"
        draft.block(owner, node, text)
