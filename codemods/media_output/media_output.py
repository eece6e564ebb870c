"""Ask for images and speech with `response_format`, and decode the data that comes back.

Why: https://ai.google.dev/gemini-api/docs/migrate-to-interactions: each modality of the reply has
an entry in `response_format`; voices are a list in `generation_config.speech_config`; the `data` of
content is base64 text where it was bytes.

Rewrites: `response_modalities` (text alone is only said to a model that draws by itself) and
`image_config`; `speech_config` with one voice or several speakers; `part.inline_data` with its
`data` and `mime_type`, `part.as_image()`, in loops, in guards and by index; the one part of a
spoken reply to `output_audio`.

Leaves alone: modalities that are only known at run time, replicated voices, image settings with
no equivalent.
"""

from __future__ import annotations

import ast
from functools import partial

from codemods.content import part_uses
from codemods.content.encoding import ENCODERS
from codemods.media_output import speech
from codemods.media_output.image_configs import (
    IMAGE_CONFIG,
    build_image_config,
    image_items,
    set_image_field,
)
from codemods.media_output.sound_types import sound_type
from codemods.objects.conditional_settings import chosen
from codemods.objects.setting_rows import GENERATION, Setting
from codemods.objects.tested_objects import keep_absence, keep_truth
from codemods.objects.written_objects import fields_of, is_written, refuse_unwritten
from codemods.reply.field_read import probe
from codemods.reply.getattr_defaults import default_of, or_default
from codemods.reply.interaction import interaction, is_probe, keep
from codemods.reply.object_fields import read_made, read_object
from codemods.reply.path_kinds import reads_field
from codemods.reply.sdk_images import sdk_image
from codemods.reply.sounds import is_only_sound, is_sound
from codemods.request.chosen_spreads import under
from codemods.request.model_names import models_named
from codemods.request.settings_read import config_shown
from codemods.tables.api import BLOB, PART, PARTS, TYPES
from codemods.tables.settings import MODALITIES
from migrator.codemod import Codemod
from migrator.edits import Binding, CallCode, Code, Item, Template
from migrator.plan import Draft, Reading, Use, context_of
from migrator.plan.units import Member
from migrator.reasoning.caught_errors import catches
from migrator.understand.values import Constant, Object, Symbol, Values

# https://ai.google.dev/gemini-api/docs/code-execution, "Code execution with images": its loop over
# the steps finds them in those of type model_output, and prints what the result step holds.
DRAWN = (
    "pictures that executed code draws are looked for in the output of the model, where Google's "
    "documentation shows them"
)
FEATURES = {"image": "images", "audio": "audio"}


# the request


def modalities(draft: Draft, setting: Setting) -> None:
    """`response_modalities` -> the types of `response_format`."""
    constant = draft.constant(setting.value)
    if constant is not None and constant.value is None:
        return
    found = _modalities(draft, setting.value)
    if found is None or not set(found) <= MODALITIES:
        text = f"response_modalities `{draft.quote(setting.value)}` can't be known; "
        text += "write response_format by hand, an entry for each modality"
        draft.block(setting.owner, setting.value, text)
        return
    draft.remember(setting.owner, "modalities", setting.value)
    for name in found:
        if name in FEATURES:
            draft.feature(setting.owner, FEATURES[name])
    if found == ("audio",):
        draft.feature(setting.owner, "only audio")
    draws = found == ("text",) and _may_draw(draft, setting.owner)
    setting.into.modality(found, setting.source, said=draws)


def _may_draw(draft: Draft, owner: Member) -> bool:
    """Whether the model of a call, or one that a config goes to, makes images by itself."""
    return any("-image" in name for name in models_named(draft, owner))


def _modalities(draft: Draft, node: ast.expr) -> tuple[str, ...] | None:
    """The modalities that a list holds, in lower case; None where they can't be known."""
    if isinstance(node, (ast.List, ast.Tuple)):
        found = [_modality(draft.values(element)) for element in node.elts]
    else:
        values = draft.values(node)
        value = next(iter(values)) if len(values) == 1 else None
        if not isinstance(value, Object) or not isinstance(value.origin, (ast.List, ast.Tuple)):
            return None
        keys = draft.facts.state.keys.get(value.origin, set())
        if keys != set(range(len(value.origin.elts))):
            return None  # something is appended later
        found = [_modality(draft.facts.held(value.origin, index)) for index in sorted(keys)]  # type: ignore[type-var]
    names = [name for name in found if name is not None]
    return tuple(dict.fromkeys(names)) if names and len(names) == len(found) else None


def _modality(values: Values) -> str | None:
    value = next(iter(values)) if len(values) == 1 else None
    if isinstance(value, Constant) and isinstance(value.value, str):
        return value.value.lower()
    if isinstance(value, Symbol) and value.path.startswith(TYPES + "Modality."):
        name = value.path.removeprefix(TYPES + "Modality.")
        return name.removesuffix(".value").removesuffix(".name").lower()
    return None


def image_config(draft: Draft, setting: Setting) -> None:
    """`image_config` -> keys of the image format."""
    constant = draft.constant(setting.value)
    if constant is not None and constant.value is None:
        return
    draft.feature(setting.owner, "images")
    _remembered(draft, setting)
    asked = setting.into.modalities
    if asked is not None and "image" not in asked:
        text = "image_config without IMAGE in response_modalities; remove one of them"
        draft.block(setting.owner, setting.value, text)
    picked = chosen(draft, setting.value, once=True)
    if picked is not None:
        draft.sinks[setting.value] = "image config"
        inner = fields_of(draft, picked.value, IMAGE_CONFIG)
        if inner is not None:
            items = image_items(draft, setting.owner, inner)
            if items:
                code = under(draft, picked.test, tuple(items))
                setting.into.format("image", "**", code, setting.source)
            return
    fields = fields_of(draft, setting.value, IMAGE_CONFIG)
    if fields is None:
        code = draft.convert(setting.value, "image config", setting.owner)
        if any(isinstance(v, Constant) and v.value is None for v in draft.values(setting.value)):
            code = Template(("(", draft.hole(setting.value, Binding.OR), " or {})"))
        setting.into.format("image", "**", code, setting.source)
        return
    for item in image_items(draft, setting.owner, fields):
        setting.into.format("image", item.name or "", item.value, item.source)


def _remembered(draft: Draft, setting: Setting) -> None:
    """An image config that is set later: the modalities are those of the config it is set in."""
    known = draft.subject(setting.owner, "modalities")
    if setting.into.modalities is None and known is not None and not setting.into.order:
        found = _modalities(draft, known)
        if found is not None:
            setting.into.modality(found, None)


def speech_config(draft: Draft, setting: Setting) -> None:
    """`speech_config` -> voices in `generation_config`."""
    constant = draft.constant(setting.value)
    if constant is not None and constant.value is None:
        return
    code = speech.speech_code(draft, setting.value, setting.owner)
    setting.into.nested(GENERATION, "speech_config", code, setting.source)


# the reply


def inline_data(draft: Draft, reading: Reading) -> None:
    """`part.inline_data` -> the content itself."""
    if isinstance(reading.node, ast.Attribute) and is_sound(draft, reading.base, reading.owner):
        draft.replace(reading.owner, reading.node, draft.hole(reading.base))
        return
    if draft.has_feature(reading.base, reading.owner, "code_execution"):
        draft.note(reading.owner, DRAWN)
    read_object(draft, reading, "inline_data")


def data(draft: Draft, reading: Reading) -> None:
    """`blob.data` -> `base64.b64decode(content.data)`."""
    node = reading.node
    assert isinstance(node, ast.expr)
    if context_of(draft.facts, node).use in {Use.TRUTH, Use.IS_NONE} or is_probe(node):
        return
    code = Template((draft.hole(reading.base, Binding.ATOM), ".data"))
    if default_of(draft, reading) is None and _encoded(draft, reading, code):
        return
    draft.need(reading.owner, node, "base64", None)
    decoded = CallCode("base64.b64decode", (Item(code),))
    draft.replace(reading.owner, node, or_default(draft, reading, decoded))


def _encoded(draft: Draft, reading: Reading, code: Code) -> bool:
    """`base64.b64encode(blob.data)` is what the content holds already, but for its type."""
    node = reading.node
    call = draft.facts.structure.parent(node)
    if not isinstance(call, ast.Call) or call.args != [node] or call.keywords:
        return False
    paths = {v.path for v in draft.values(call.func) if isinstance(v, Symbol)}
    if not paths or not paths <= ENCODERS:
        return False
    text = _text_of(draft, call)
    if text is not None:
        draft.replace(reading.owner, text, code)
    else:
        draft.replace(reading.owner, call, Template((code, ".encode()")))
    return True


def _text_of(draft: Draft, call: ast.Call) -> ast.Call | None:
    """`call.decode()` or `str(call, "utf-8")`, where the call gives ASCII."""
    outer = draft.facts.structure.parent(call)
    if isinstance(outer, ast.Call) and len(outer.args) == 2 and outer.args[0] is call:
        return outer if getattr(outer.func, "id", "") == "str" else None
    decoded = draft.facts.structure.parent(outer) if outer is not None else None
    method = isinstance(outer, ast.Attribute) and outer.attr == "decode"
    return decoded if method and isinstance(decoded, ast.Call) else None


def as_image(draft: Draft, reading: Reading) -> None:
    """`part.as_image()` -> the SDK's own image, made from the content."""
    node = reading.node
    if is_probe(node):
        probe(draft, reading, "as_image")
        return
    call = draft.facts.structure.parent(node)
    if not isinstance(node, ast.Attribute) or not isinstance(call, ast.Call):
        draft.block(reading.owner, node, f"`{draft.quote(node)}` is not called here")
        return
    if draft.has_feature(reading.base, reading.owner, "code_execution"):
        draft.note(reading.owner, DRAWN)
    image = sdk_image(draft, reading.owner, node, draft.hole(reading.base, Binding.ATOM))
    if reading.type == BLOB:
        draft.replace(reading.owner, call, image)
    else:
        read_made(draft, reading, "as_image", call, image)


def only_part(draft: Draft, reading: Reading) -> None:
    """`parts[0]` of a spoken reply, which has one part -> `output_audio`."""
    node, base = reading.node, reading.base
    if not isinstance(base, ast.Attribute) or not reads_field(draft, base):
        return
    if not is_only_sound(draft, node, reading.owner):
        return
    missing = catches(draft, node, {"IndexError", "LookupError", "TypeError"})
    if missing and not catches(draft, node, {"AttributeError"}):
        text = "a reply without sound raised TypeError here; output_audio is None, and raises "
        draft.doubt(reading.owner, node, text + "AttributeError where it is read")
    code = Template((interaction(draft, base.value), ".output_audio"))
    draft.replace(reading.owner, node, code)


CODEMOD = Codemod(
    code="GM024",
    name="media-output",
    summary="ask for images and speech with response_format, and decode what comes back",
    doc=__doc__ or "",
    rules={
        ("setting", "response_modalities"): modalities,
        ("setting", "image_config"): image_config,
        ("setting", "speech_config"): speech_config,
        ("build", "image config"): build_image_config,
        ("use", "image config", "WRITE"): set_image_field,
        ("use", "image config", "TRUTH"): keep_truth,
        ("use", "image config", "IS_NONE"): keep_absence,
        ("use", "image config", "FORMAT"): config_shown,
        ("accepts", "image config"): partial(is_written, IMAGE_CONFIG),
        ("value", "image config"): partial(refuse_unwritten, "image_config"),
        ("build", "speech"): speech.build_speech,
        ("build", speech.ENTRY): speech.build_entry,
        ("use", speech.ENTRY, "WRITE"): speech.set_entry,
        ("build", "speakers"): speech.build_speakers,
        ("build", "speaker list"): speech.build_speaker_list,
        ("use", "speaker list", "ATTRIBUTE"): speech.grow,
        ("use", "speaker list", "ITERATE"): part_uses.count,
        ("build", "speaker"): speech.build_speaker,
        ("build", "voice"): speech.build_voice,
        **{("accepts", kind): partial(speech.accepts, kind) for kind in speech.KINDS},
        **{("value", kind): speech.judge for kind in speech.KINDS},
        **{("use", kind, "TRUTH"): keep_truth for kind in speech.KINDS},
        **{("use", kind, "IS_NONE"): keep_absence for kind in speech.KINDS},
        **{("use", kind, "FORMAT"): config_shown for kind in speech.KINDS},
        ("read", PART, "inline_data"): inline_data,
        ("read", PART, "as_image"): as_image,
        ("read", BLOB, "as_image"): as_image,
        ("read", BLOB, "data"): data,
        ("read", BLOB, "mime_type"): sound_type,
        ("use", BLOB, "TRUTH"): keep,
        ("use", BLOB, "IS_NONE"): keep,
        ("use", PARTS, "SUBSCRIPT"): only_part,
    },
)
