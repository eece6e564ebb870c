"""Makes runs of programs cost less, and changes nothing that a program can see of the SDK.

Part of what `worker.py` runs inside an SDK's interpreter; needs nothing of the tests. What the SDK
works out anew for each client and each request, always with the same result, is remembered.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import inspect
import os
import ssl
import sys
import time
import types
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any


def make_waiting_quick() -> None:
    """Sleeps take no time but keep their order; certificates are read once."""
    sleep, pause = time.sleep, asyncio.sleep

    def quick_sleep(seconds: float) -> None:
        sleep(min(seconds / 1000, 0.005))

    async def quick_pause(delay: float, result: Any = None) -> Any:
        return await pause(min(delay / 1000, 0.02) if delay > 0 else 0, result)

    setattr(time, "sleep", quick_sleep)  # noqa: B010
    setattr(asyncio, "sleep", quick_pause)  # noqa: B010
    cached = functools.lru_cache(ssl.create_default_context)
    setattr(ssl, "create_default_context", cached)  # noqa: B010
    with contextlib.suppress(ImportError):
        import certifi  # type: ignore[import-not-found,unused-ignore]

        # Where no file is named, newer versions of the SDK look for one, for each client.
        os.environ.setdefault("SSL_CERT_FILE", certifi.where())


def make_sdk_quick() -> None:
    """To be called once the SDK is imported."""
    _make_models_once()
    _make_membership_quick()
    _make_types_known()
    _make_signatures_known()
    _make_modules_known()


def _make_models_once() -> None:
    """The SDK makes the same pydantic class for each request of a type: once is enough."""
    serializers = sys.modules.get("google.genai._gaos.utils.serializers")
    create_model = getattr(serializers, "create_model", None)
    if create_model is None:
        return
    made: dict[Any, Any] = {}

    def create_once(name: str, **fields: Any) -> Any:
        try:
            key = name, repr(fields.get("__config__")), fields["body"]
            if key not in made:
                made[key] = create_model(name, **fields)
            return made[key]
        except (KeyError, TypeError):  # another shape, or a type without a hash
            return create_model(name, **fields)

    setattr(serializers, "create_model", create_once)  # noqa: B010


def _make_membership_quick() -> None:
    """The SDK asks `"name" in model`: that goes through all fields, and is never true of a text."""
    from google.genai import _common  # type: ignore[import-not-found,unused-ignore]

    def contains(model: Any, item: Any) -> bool:
        return not isinstance(item, str) and any(item == field for field in iter(model))

    setattr(_common.BaseModel, "__contains__", contains)  # noqa: B010


def _make_types_known() -> None:
    """What the SDK asks about its own types, for each value that it sends."""
    for name in ("url", "queryparams", "forms", "serializers"):
        module = _loaded(f"google.genai._gaos.utils.{name}")
        for function in ("get_type_hints", "is_union", "_is_annotated_type"):
            found = getattr(module, function, None)
            if found is not None:
                setattr(module, function, functools.lru_cache(maxsize=None)(found))
    serializers = sys.modules.get("google.genai._gaos.utils.serializers")
    for function in ("get_origin", "get_args", "_is_list_type", "_is_mapping_type"):
        found = getattr(serializers, function, None)
        if found is not None:
            setattr(serializers, function, _by_identity(found))


def _loaded(name: str) -> types.ModuleType | None:
    """A module of the SDK, which may load it no sooner than with the first request."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _by_identity(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of a type that remembers; equal unions may name their members in another order."""
    known: dict[int, tuple[Any, Any]] = {}  # holds the type as well, so that no other gets its id

    def remembering(asked: Any) -> Any:
        found = known.get(id(asked))
        if found is None:
            found = known[id(asked)] = asked, function(asked)
        return found[1]

    return remembering


def _make_signatures_known() -> None:
    """Which arguments the classes of the HTTP library take, asked for each client."""
    from google.genai import _api_client

    known = {**vars(inspect), "signature": functools.lru_cache(maxsize=64)(inspect.signature)}
    setattr(_api_client, "inspect", SimpleNamespace(**known))  # noqa: B010


def _make_modules_known() -> None:
    """Which of its modules holds a name, asked again each time that the SDK uses the name."""
    module = _loaded("google.genai._gaos.utils.dynamic_imports")
    found = getattr(module, "dynamic_import", None)
    if found is not None:
        setattr(module, "dynamic_import", functools.lru_cache(maxsize=None)(found))  # noqa: B010
