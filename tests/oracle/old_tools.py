"""Reads the tools of a generateContent request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .conversation import drop_empty
from .reader import Reader
from .schemas import normalise

Tool = dict[str, Any]
SEARCHES = {
    "webSearch": "web_search",
    "imageSearch": "image_search",
    "enterpriseWebSearch": "enterprise_web_search",
}


def read_tools(tools: list[Any], tool_config: Reader) -> tuple[list[Tool], dict[str, Any]]:
    """The tools one by one, and settings that belong to no tool."""
    retrieval = Reader(tool_config.take("retrievalConfig", {}), "retrievalConfig")
    place = retrieval.take("latLng", {})
    extra = {"retrieval_language": retrieval.take("languageCode")}
    retrieval.done()
    found: list[Tool] = []
    for index, tool in enumerate(tools):
        reader = Reader(tool, f"tools[{index}]")
        for declaration in reader.take("functionDeclarations", []):
            found.append(read_function(declaration))
        for server in reader.take("mcpServers", []):
            found.append(_mcp_server(server))
        for key, options in reader.rest().items():
            found.append(_built_in(key, options, place))
    return found, extra


def read_function(declaration: Any) -> Tool:
    """One function; a schema without properties says as much as none."""
    reader = Reader(declaration, "functionDeclarations")
    schema = reader.take("parameters") or reader.take("parametersJsonSchema")
    tool: Tool = {"type": "function", "name": reader.take("name")}
    tool["description"] = reader.take("description")
    tool["parameters"] = parameters(schema)
    for ignored in ("response", "responseJsonSchema"):
        reader.take(ignored)
    return drop_empty({**tool, **reader.rest()})


def parameters(schema: Any) -> Any:
    """The normal form of a function's parameters."""
    normal = normalise(schema) if schema else None
    return normal if normal and normal.get("properties") else None


def _built_in(key: str, options: Any, place: dict[str, Any]) -> Tool:
    options = options or {}
    if key == "googleSearch":
        kinds = [SEARCHES[kind] for kind in options.pop("searchTypes", {})]
        return drop_empty({"type": "google_search", "search": sorted(kinds), **options})
    if key == "googleMaps":
        widget = options.pop("enableWidget", None) or None
        tool = {"type": "google_maps", "widget": widget, **place, **options}
        return drop_empty(tool)
    if key == "fileSearch":
        stores = options.pop("fileSearchStoreNames", [])
        tool = {"type": "file_search", "stores": stores}
        tool["top_k"] = options.pop("topK", None)
        tool["filter"] = options.pop("metadataFilter", None)
        return drop_empty({**tool, **options})
    if key == "computerUse":
        where = options.pop("environment", "").removeprefix("ENVIRONMENT_").lower()
        tool = {"type": "computer_use", "environment": where}
        tool["excluded"] = options.pop("excludedPredefinedFunctions", [])
        policies = options.pop("disabledSafetyPolicies", [])
        tool["disabled_safety_policies"] = [policy.lower() for policy in policies]
        detection = options.pop("enablePromptInjectionDetection", None)
        tool["enable_prompt_injection_detection"] = detection
        return drop_empty({**tool, **options})
    names = {"codeExecution": "code_execution", "urlContext": "url_context"}
    return {"type": names.get(key, key), **options}


def _mcp_server(server: Any) -> Tool:
    reader = Reader(server, "mcpServers")
    transport = reader.take("streamableHttpTransport", {})
    tool = {"type": "mcp_server", "name": reader.take("name")}
    tool |= {"url": transport.get("url"), "headers": transport.get("headers")}
    return drop_empty({**tool, **reader.rest()})


def is_mixed(tools: Sequence[dict[str, Any]]) -> bool:
    """Whether functions stand beside tools of the server's.

    googleapis/python-genai#2761: such a request is answered with 400 unless calls are validated.
    """
    return len({tool["type"] == "function" for tool in tools}) > 1


def read_tool_choice(tool_config: Reader) -> dict[str, Any] | None:
    """How the model is to call functions, or None where it is free to."""
    calling = Reader(tool_config.take("functionCallingConfig", {}), "functionCallingConfig")
    mode = calling.take("mode", "AUTO").lower()
    allowed = calling.take("allowedFunctionNames", [])
    calling.take("streamFunctionCallArguments")
    calling.done()
    tool_config.take("includeServerSideToolInvocations")
    tool_config.done()
    if mode == "auto" and not allowed:
        return None
    return drop_empty({"mode": mode, "allowed": sorted(allowed)})
