"""The tables of API facts, held against the installed SDKs: a release breaks these, not a user."""

from __future__ import annotations

import json
import mimetypes
import re
import subprocess
from functools import lru_cache
from typing import Any

import pytest

from codemods.tables import (
    api,
    attributes,
    errors,
    fields,
    items,
    knowledge,
    media,
    parts,
    places,
    schemas,
    settings,
    streams,
)
from migrator.registry import rule_book
from tests.oracle import environments
from tests.oracle.environments import ROOT

sdks = pytest.mark.parametrize("sdk", range(len(environments.labels())), ids=environments.labels())

CLASSES = {
    *(owner for owner, _ in attributes.ATTRIBUTES),
    *fields.FIELDS,
    *(owner for owner, _ in knowledge.METHODS),
    *(owner for owner, _ in knowledge.SITES),
    *(path for path in knowledge.STAR_EXPORTS),
    *(f"{errors.NEW_MODULE}.{name}" for name in (errors.STATUS_ERROR, errors.CONNECTION_ERROR)),
    *(f"{errors.NEW_MODULE}.{name}" for name in errors.CLIENT_STATUS_ERRORS),
    *(f"{errors.NEW_MODULE}.{name}" for name in errors.REPLACEMENTS.values()),
    *(f"{errors.NEW_MODULE}.{name}" for name in errors.HTTP_REPLACEMENTS.values()),
    *errors.REPLACEMENTS,
    *(path.rpartition(".")[0] for path in knowledge.FUNCTIONS if path.startswith(api.PACKAGE)),
    *knowledge.KNOWLEDGE.aliases,
    api.CONFIG,
    api.HTTP_OPTIONS,
    api.USAGE,
    api.TYPES + "ThinkingConfig",
    api.TYPES + "ThinkingLevel",
    api.TYPES + "HarmBlockThreshold",
    api.TYPES + "FinishReason",
    api.TOOL,
    api.DECLARATION,
    api.SCHEMA,
    api.TYPES + "Type",
    api.TOOL_CONFIG,
    api.CALLING_CONFIG,
    api.CALLING_MODE,
    api.PART,
    *(api.TYPES + name for name in ("Blob", "FileData", "VideoMetadata")),
    *(api.TYPES + name for name in ("MediaResolution", "PartMediaResolutionLevel")),
    api.TYPES + "ImageConfig",
    api.TYPES + "Modality",
}
# Dotted paths of the SDK; the engine's own names of types have none.
PATHS = sorted(path for path in CLASSES if re.fullmatch(r"google\.genai[\w.]*", path))
# Members of these are looked up by name, or are properties of an enum's members.
ENUMS = {api.FILE_STATE, api.FINISH_REASON, api.LANGUAGE, api.OUTCOME, api.URL_STATUS}
NAMELESS = {(enum, name) for enum in ENUMS for name in ("name", "value")}


@lru_cache
def facts(sdk: int) -> dict[str, Any]:
    """What one SDK says of itself."""
    python = environments.interpreters()[sdk]
    done = subprocess.run(
        [python, "-m", "tests.oracle.sdk_facts", *PATHS],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def classes(sdk: int) -> dict[str, Any]:
    found: dict[str, Any] = facts(sdk)["classes"]
    return found


def new(sdk: int) -> dict[str, Any]:
    found: dict[str, Any] = facts(sdk)["new"]
    return found


@sdks
def test_every_type_exists(sdk: int) -> None:
    modules = set(knowledge.STAR_EXPORTS)
    assert not [p for p, found in classes(sdk).items() if found is None and p not in modules]


@sdks
def test_every_attribute_exists(sdk: int) -> None:
    known = classes(sdk)
    members = {*attributes.ATTRIBUTES, *knowledge.METHODS} - NAMELESS
    missing = [
        (owner, name)
        for owner, name in members
        if owner in known and name not in known[owner]["attributes"]
    ]
    assert not missing


@sdks
def test_no_field_of_a_reply_is_missing(sdk: int) -> None:
    known = classes(sdk)
    missing = {p: set(known[p]["fields"]) - names for p, names in fields.FIELDS.items()}
    assert not any(missing.values()), missing


@sdks
def test_no_attribute_of_what_takes_its_place_is_missing(sdk: int) -> None:
    there = new(sdk)
    content = {name for kind in items.MEDIA_TYPES for name in there["content"][kind]}
    old = set(classes(sdk)[api.RESPONSE]["attributes"]) - {"parts", "text"}
    known = {*there["interaction"], *there["members"]} - old
    assert known <= places.INTERACTION
    assert places.INTERACTION - known <= places.UNTYPED | {"serialize_model"}
    assert set(there["usage"]) <= places.USAGE
    assert set(there["steps"]["function_call"]) <= places.CALL
    assert content <= places.MEDIA
    kinds = [*there["content"].values(), *there["steps"].values()]
    assert {name for names in kinds for name in names} <= places.ITEM
    cited = [names for kind, names in there["annotations"].items() if kind.endswith("_citation")]
    assert len(cited) > 2 and {name for names in cited for name in names} <= places.CITATION
    assert set(there["pages"]) <= places.PLACES[fields.TYPES + "UrlMetadata"]


@sdks
def test_every_site_takes_the_parameters_of_the_table(sdk: int) -> None:
    for (owner, method), kind in knowledge.SITES.items():
        taken = classes(sdk)[owner]["methods"][method]
        assert taken[0] == "self"
        assert tuple(taken[1:]) == kind.parameters, (owner, method)


@sdks
def test_every_function_exists(sdk: int) -> None:
    for path in knowledge.FUNCTIONS:
        owner, _, name = path.rpartition(".")
        if path.startswith(api.PACKAGE):
            assert name in classes(sdk)[owner]["attributes"], path


@sdks
def test_what_a_star_import_binds_exists(sdk: int) -> None:
    wanted = [
        f"{module}.{name}" for module, names in knowledge.STAR_EXPORTS.items() for name in names
    ]
    python = environments.interpreters()[sdk]
    program = (
        "import sys\n"
        "from tests.oracle.sdk_facts import resolve\n"
        "print([path for path in sys.argv[1:] if resolve(path) is None])\n"
    )
    run = [python, "-c", program, *wanted]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@sdks
def test_every_field_of_the_config_has_a_rule(sdk: int) -> None:
    fields = set(classes(sdk)[api.CONFIG]["fields"])
    ruled = {key[1] for key in rule_book().rules if key[0] == "setting"}
    assert fields - ruled == set(), "say where these go, or what to do about them"
    assert ruled - fields == set(), "these are no fields of the config"


@sdks
def test_fields_that_keep_their_name_exist_on_both_sides(sdk: int) -> None:
    assert set(settings.GENERATION_FIELDS) <= set(new(sdk)["generation_config"])
    assert set(settings.TOP_LEVEL_FIELDS) <= set(new(sdk)["request"])
    old = set(classes(sdk)[api.CONFIG]["fields"])
    assert {*settings.GENERATION_FIELDS, *settings.TOP_LEVEL_FIELDS} <= old


@sdks
def test_no_field_without_equivalent_has_got_one(sdk: int) -> None:
    # These are called otherwise, or shaped otherwise, on the new side: a person writes them.
    reshaped = {
        "continuation_token", "image_config", "response_modalities", "speech_config", "store",
    }  # fmt: skip
    there = {*new(sdk)["request"], *new(sdk)["generation_config"]}
    assert set(settings.NO_EQUIVALENT) & there <= reshaped


@sdks
def test_the_arguments_that_rewrites_use_exist(sdk: int) -> None:
    taken = {*new(sdk)["options"], *new(sdk)["request"]}
    assert taken >= {
        "model", "input", "system_instruction", "generation_config", "response_format",
        "safety_settings", "service_tier", "tools", "store", "previous_interaction_id",
        "stream", "extra_headers", "timeout", "api_version",
    }  # fmt: skip
    assert {"thinking_level", "thinking_summaries"} <= set(new(sdk)["generation_config"])


@sdks
def test_what_rewrites_read_of_an_interaction_exists(sdk: int) -> None:
    read = {"output_text", "steps", "status", "usage", "model", "id", "created"}
    assert read <= set(new(sdk)["interaction"])


@sdks
def test_events_are_told_apart_by_what_they_say(sdk: int) -> None:
    found = new(sdk)["streams"]
    tests = {
        streams.START: "StepStart", streams.DELTA: "StepDelta", streams.STOP: "StepStop",
        streams.COMPLETED: "InteractionCompletedEvent", streams.ERROR: "ErrorEvent",
        streams.TEXT_DELTA: "TextDelta", streams.THOUGHT_DELTA: "ThoughtSummaryDelta",
        streams.ARGUMENTS_DELTA: "ArgumentsDelta", streams.OUTPUT_STEP: "ModelOutputStep",
        streams.CALL_STEP: "FunctionCallStep",
    }  # fmt: skip
    for test, name in tests.items():
        path, _, value = test.partition(" == ")
        assert found[name][path.rpartition(".")[2]] == value.strip('"'), name


@sdks
def test_what_rewrites_read_of_events_exists(sdk: int) -> None:
    found = new(sdk)["streams"]
    assert {"index", "step"} <= set(found["StepStart"])
    assert {"index", "delta"} <= set(found["StepDelta"])
    assert "interaction" in found["InteractionCompletedEvent"]
    assert {"usage", "status", "model", "id"} <= set(found[streams.ENDED_CLASS])
    assert "text" in found["TextDelta"] and "content" in found["ThoughtSummaryDelta"]
    assert "content" in found["ModelOutputStep"] and {"text", "type"} <= set(found["TextContent"])
    read = {name for owner, name in attributes.ATTRIBUTES if owner == streams.CHUNK}
    assert read <= set(classes(sdk)[api.RESPONSE]["attributes"])


@sdks
def test_the_counts_exist_on_both_sides(sdk: int) -> None:
    assert set(settings.USAGE_FIELDS) <= set(classes(sdk)[api.USAGE]["fields"])
    assert set(settings.USAGE_FIELDS.values()) <= set(new(sdk)["usage"])
    counts = {name for owner, name in attributes.ATTRIBUTES if owner == api.USAGE}
    assert counts == set(settings.USAGE_FIELDS)


@sdks
def test_the_statuses_exist(sdk: int) -> None:
    assert set(settings.FINISH_REASONS.values()) <= set(new(sdk)["statuses"])
    reasons = classes(sdk)[api.FINISH_REASON]["values"]
    assert set(settings.FINISH_REASONS) <= set(reasons)
    newest = sdk == len(environments.labels()) - 1
    assert not newest or set(reasons) >= settings.REFUSALS


@sdks
def test_the_levels_and_thresholds_exist(sdk: int) -> None:
    assert set(new(sdk)["thinking_levels"]) <= settings.THINKING_LEVELS
    old = {v.lower() for v in classes(sdk)[api.TYPES + "ThinkingLevel"]["values"]}
    assert old - settings.THINKING_LEVELS <= {"thinking_level_unspecified"}
    assert set(new(sdk)["thresholds"]) == settings.THRESHOLDS
    old = {v.lower() for v in classes(sdk)[api.TYPES + "HarmBlockThreshold"]["values"]}
    assert old - settings.THRESHOLDS <= {"harm_block_threshold_unspecified"}


@sdks
def test_the_tools_and_their_options_exist_on_both_sides(sdk: int) -> None:
    tools = set(classes(sdk)[api.TOOL]["fields"])
    shapes = {
        re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=URL)(?=C)", "_", name).lower(): keys
        for name, keys in new(sdk)["typed_dicts"].items()
    }
    for name, options in settings.BUILT_IN_TOOLS.items():
        assert name in tools
        assert set(options.values()) <= set(shapes[f"{name}_param"]), name


@sdks
def test_functions_are_declared_and_chosen_as_the_tables_say(sdk: int) -> None:
    old, shapes = classes(sdk), new(sdk)["typed_dicts"]
    unsaid = {"response", "response_json_schema", "behavior"}
    assert set(settings.DECLARATION_FIELDS) == set(old[api.DECLARATION]["fields"]) - unsaid
    assert set(settings.DECLARATION_FIELDS.values()) <= set(shapes["FunctionParam"])
    assert set(settings.CALLING_MODES) == set(old[api.CALLING_MODE]["values"])
    assert set(settings.CALLING_MODES.values()) == set(new(sdk)["tool_choices"])
    assert {"mode", "allowed_function_names"} <= set(old[api.CALLING_CONFIG]["fields"])
    assert "function_calling_config" in old[api.TOOL_CONFIG]["fields"]
    assert {"mode", "tools"} <= set(shapes["AllowedToolsParam"])


@sdks
def test_every_field_of_a_schema_is_in_the_table(sdk: int) -> None:
    fields = {*schemas.KEYWORDS, *schemas.DROPPED, "nullable", "defs", "ref"}
    assert fields == set(classes(sdk)[api.SCHEMA]["fields"])
    types = set(classes(sdk)[api.TYPES + "Type"]["values"])
    assert types - schemas.TYPES == {"TYPE_UNSPECIFIED"} and types >= schemas.TYPES


@sdks
def test_the_kinds_of_parts_exist_on_both_sides(sdk: int) -> None:
    part = classes(sdk)[api.PART]["attributes"]
    assert set(items.FIELDS) <= set(part)
    steps, content = new(sdk)["steps"], new(sdk)["content"]
    named = {kind.value for kind in items.Kind} - {
        "image, audio or video",
        "a step that was no part",
    }
    assert named <= {*steps, *content}
    assert {"text", *items.MEDIA_TYPES} <= set(content)
    assert "model_output" in steps


@sdks
def test_what_rewrites_read_of_steps_and_content_exists(sdk: int) -> None:
    steps, content = new(sdk)["steps"], new(sdk)["content"]
    assert {"content"} <= set(steps["model_output"])
    assert {"summary"} <= set(steps["thought"])
    assert {"name", "arguments", "id"} <= set(steps["function_call"])
    assert {"arguments"} <= set(steps["code_execution_call"])
    assert {"code", "language"} <= set(new(sdk)["arguments"])
    assert {"result", "is_error"} <= set(steps["code_execution_result"])
    assert {"result"} <= set(steps["url_context_result"])
    assert {"url", "status"} <= set(new(sdk)["pages"])
    assert {"text", "annotations"} <= set(content["text"])
    for name in items.MEDIA_TYPES:
        assert {"data", "mime_type"} <= set(content[name])
    assert "sample_rate" in content["audio"]
    assert media.SOUND in new(sdk)["mime_types"]["audio"]
    assert media.OLD_SOUND not in new(sdk)["mime_types"]["audio"]


@sdks
def test_the_formats_of_a_reply_exist_on_both_sides(sdk: int) -> None:
    shapes = new(sdk)["typed_dicts"]
    old = {value.lower() for value in classes(sdk)[api.TYPES + "Modality"]["values"]}
    for name in settings.MODALITIES:
        assert name in old
        assert f"{name.title()}ResponseFormatParam" in shapes
    assert set(settings.IMAGE_FIELDS.values()) <= set(shapes["ImageResponseFormatParam"])
    assert set(settings.IMAGE_FIELDS) <= set(classes(sdk)[api.TYPES + "ImageConfig"]["fields"])
    assert {"voice", "speaker", "language"} <= set(shapes["SpeechConfigParam"])


@sdks
def test_the_pages_can_have_gone_as_the_table_says(sdk: int) -> None:
    old = classes(sdk)[api.URL_STATUS]["values"]
    assert set(old) - set(settings.URL_STATUSES) == {"URL_RETRIEVAL_STATUS_UNSPECIFIED"}


@sdks
def test_the_errors_exist_and_are_related_as_the_table_says(sdk: int) -> None:
    known = classes(sdk)
    base = f"{errors.NEW_MODULE}.{errors.STATUS_ERROR}"
    for name in (*errors.CLIENT_STATUS_ERRORS, errors.SERVER_STATUS_ERROR):
        assert base in known[f"{errors.NEW_MODULE}.{name}"]["bases"]
    timeout = known[f"{errors.NEW_MODULE}.{errors.TIMEOUT_ERROR}"]
    assert f"{errors.NEW_MODULE}.{errors.CONNECTION_ERROR}" in timeout["bases"]
    for old, name in errors.REPLACEMENTS.items():
        assert not set(known[old]["bases"]) & set(known[f"{errors.NEW_MODULE}.{name}"]["bases"]) - {
            "builtins.Exception", "builtins.BaseException", "builtins.object",
        }  # fmt: skip


@sdks
def test_the_forms_of_a_part_exist(sdk: int) -> None:
    part = classes(sdk)[api.PART]
    assert {*parts.FIELDS, *parts.MODIFIERS} <= set(part["fields"])
    assert set(parts.CONSTRUCTORS) <= set(part["methods"])
    assert {"data", "mime_type"} <= set(classes(sdk)[api.TYPES + "Blob"]["fields"])
    assert {"file_uri", "mime_type"} <= set(classes(sdk)[api.TYPES + "FileData"]["fields"])


@sdks
def test_media_types_belong_to_the_kinds_of_the_table(sdk: int) -> None:
    documented = new(sdk)["mime_types"]
    for kind in media.MEDIA_KINDS:
        assert {media.kind_of(mime) for mime in documented[kind]} == {kind}
    assert "application/pdf" in documented["document"]
    assert set(documented["document"]) <= media.DOCUMENT_TYPES
    assert {media.kind_of(mime) for mime in media.TEXT_TYPES} == {media.TEXT}


@sdks
def test_clips_and_resolutions_exist_on_both_sides(sdk: int) -> None:
    assert set(media.CLIP_FIELDS) <= set(classes(sdk)[api.TYPES + "VideoMetadata"]["fields"])
    clip = next(keys for name, keys in new(sdk)["typed_dicts"].items() if "fps" in keys)
    assert set(media.CLIP_FIELDS) <= set(clip)
    assert set(new(sdk)["resolutions"]) == set(media.RESOLUTIONS.values())
    for name in ("MediaResolution", "PartMediaResolutionLevel"):
        levels = set(classes(sdk)[api.TYPES + name]["values"])
        assert levels <= {*media.RESOLUTIONS, media.UNSPECIFIED}


def test_python_guesses_what_the_table_says() -> None:
    known = mimetypes.MimeTypes(filenames=())
    for extension, mime in media.EXTENSIONS.items():
        assert known.guess_type(f"x{extension}", strict=False)[0] == mime
        assert media.guess(f"gs://bucket/X{extension.upper()}") == mime
    assert media.guess("png") is media.guess("a/b") is media.guess("a.unknown") is None
