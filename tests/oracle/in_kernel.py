"""Readies a kernel for notebooks, one after the other: what a notebook could take for its own.

Loaded in the kernel, on the SDK's Python, before the first notebook; needs nothing of the tests.
Each notebook begins with an empty namespace, in a folder of its own, and leaves nothing behind. As
in `worker.py` sleeps cost nothing, and garbage is collected between notebooks only.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import os
import shutil
import sys
import tempfile
import types
from collections.abc import Callable
from typing import Any

_endings: list[Callable[[], None]] = []
"""What takes the last notebook back."""


def load() -> str:
    """Import what notebooks need; returns the version of the SDK."""
    quick = _beside("quick")
    quick.make_waiting_quick()
    import google.genai.types  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    from google.genai import Client, version

    with contextlib.suppress(Exception):
        _ = Client(api_key="none").interactions  # loads what loads late
    quick.make_sdk_quick()
    for magic in ("pip", "conda", "mamba", "micromamba", "uv"):
        _shell().register_magic_function(_install_nothing, "line", magic)
    gc.collect()
    gc.freeze()
    gc.disable()
    return str(version.__version__)


def _install_nothing(line: str) -> None:
    """What `%pip` does here, in an environment that is not the notebook's."""


def begin(files: dict[str, str], env: dict[str, str]) -> None:
    """Leave the last notebook behind and make a folder for the next.

    `files` are bytes as Latin-1, by relative path.
    """
    while _endings:
        _endings.pop()()
    _shell().reset(new_session=True, aggressive=False)
    folder = tempfile.mkdtemp(prefix="oracle-")
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text.encode("latin-1"))
    _endings.append(_remember(folder))
    os.environ.update(env)
    os.chdir(folder)
    sys.path.insert(0, folder)


def _remember(folder: str) -> Callable[[], None]:
    """What brings the process back to what it is now, and removes `folder`."""
    environment, where, paths = dict(os.environ), os.getcwd(), sys.path[:]
    modules, shell = set(sys.modules), _shell()
    extensions = set(shell.extension_manager.loaded)
    hooks = {name: list(called) for name, called in shell.events.callbacks.items()}

    def end() -> None:
        os.chdir(where)
        os.environ.clear()
        os.environ.update(environment)
        sys.path[:] = paths
        shell.extension_manager.loaded &= extensions
        for event, called in hooks.items():
            shell.events.callbacks[event][:] = called
        for name in set(sys.modules) - modules:
            spec = getattr(sys.modules[name], "__spec__", None)
            if spec is None or (spec.origin or "").startswith(folder):
                del sys.modules[name]
        shutil.rmtree(folder, ignore_errors=True)
        gc.collect()
        if set(sys.modules) - modules:
            gc.freeze()  # a library that a notebook has loaded stays: it is gone through once

    return end


def _shell() -> Any:
    from IPython import get_ipython  # type: ignore[import-not-found,unused-ignore,attr-defined]

    return get_ipython()


def _beside(name: str) -> types.ModuleType:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"_oracle_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
