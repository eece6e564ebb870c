"""Lets every client of a program cross the bridge; runs inside the SDK's interpreter."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import sys
from collections.abc import Iterator
from typing import Any

NAME = "_oracle_genai_bridge"


@contextlib.contextmanager
def clients(path: str) -> Iterator[None]:
    """Clients made meanwhile get their `http_options` from the module at `path`."""
    from google.genai import Client  # type: ignore[import-not-found,unused-ignore]

    if NAME not in sys.modules:
        spec = importlib.util.spec_from_file_location(NAME, path)
        assert spec is not None and spec.loader is not None
        sys.modules[NAME] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[NAME])
    bridge = sys.modules[NAME]
    make = Client.__init__

    @functools.wraps(make)
    def make_bridged(self: Any, *args: Any, **options: Any) -> None:
        given = options.pop("http_options", None)
        make(self, *args, **options, http_options=bridge.http_options(given))

    Client.__init__ = make_bridged  # type: ignore[method-assign,unused-ignore]
    try:
        yield
    finally:
        Client.__init__ = make  # type: ignore[method-assign,unused-ignore]
