"""Runs programs inside an SDK's interpreter; speaks JSON lines over its pipes.

Started as a script with the interpreter of an environment that holds the SDK; needs
nothing of the tests. Each program gets a fresh `__main__`, a folder of its own as the
working directory, its own standard streams, and a clock whose sleeps cost nothing.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import functools
import gc
import inspect
import io
import json
import logging
import os
import shutil
import ssl
import sys
import tempfile
import threading
import time
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

PROGRAM = "program.py"
FINALLY = "__tell_finally__"
"""What a program calls where a `finally` begins or ends."""


def main() -> None:
    """Answer jobs until the input ends."""
    jobs = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    _make_quick()
    import google.genai.types  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    from google.genai import Client, version

    with contextlib.suppress(Exception):
        _ = Client(api_key="none").interactions  # loads what loads late
    _make_models_once()
    _make_lookups_quick()
    undo = _remember_methods()
    gc.collect()
    gc.freeze()  # the SDK's hundred thousand objects stay; collections look at programs only
    sdk = version.__version__
    print(json.dumps({"ready": True, "sdk": sdk}), file=replies, flush=True)
    for line in jobs:
        job = json.loads(line)
        reply = _describe() if job.get("describe") else _run(job)
        undo()
        print(json.dumps(reply), file=replies, flush=True)


def _describe() -> dict[str, Any]:
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import wire_types  # type: ignore

    sys.path.pop(0)
    described: dict[str, Any] = wire_types.describe()
    return described


def _make_quick() -> None:
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


def _make_lookups_quick() -> None:
    """What the SDK works out about its own types for each request is remembered.

    It also asks `"name" in model`, which goes through all fields and is never true of a text.
    """
    from google.genai import _common  # type: ignore[import-not-found,unused-ignore]

    def contains(model: Any, item: Any) -> bool:
        return not isinstance(item, str) and any(item == field for field in iter(model))

    setattr(_common.BaseModel, "__contains__", contains)  # noqa: B010
    for name in ("url", "queryparams", "forms", "serializers"):
        module = sys.modules.get(f"google.genai._gaos.utils.{name}")
        for function in ("get_type_hints", "is_union", "_is_annotated_type"):
            found = getattr(module, function, None)
            if found is not None:
                setattr(module, function, functools.lru_cache(maxsize=None)(found))


def _remember_methods() -> Callable[[], None]:
    """What takes back what a program put in place of the SDK's methods: others run here later."""
    from google.genai import chats, models  # type: ignore[import-not-found,unused-ignore]

    classes = [
        c for module in (chats, models) for c in vars(module).values() if isinstance(c, type)
    ]
    ours = [c for c in classes if c.__module__ in (chats.__name__, models.__name__)]
    methods = {c: {k: v for k, v in vars(c).items() if callable(v)} for c in ours}

    def undo() -> None:
        for cls, kept in methods.items():
            for name, method in kept.items():
                if vars(cls).get(name) is not method:
                    setattr(cls, name, method)

    return undo


def _run(job: dict[str, Any]) -> dict[str, Any]:
    folder = tempfile.mkdtemp(prefix="oracle-")
    try:
        for name, text in job["files"].items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(text.encode("latin-1"))
        return _run_in(folder, job)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run_in(folder: str, job: dict[str, Any]) -> dict[str, Any]:
    out, err = _text_stream(), _text_stream()
    unwound: list[tuple[int, int]] = []
    with _fresh_process(folder, job, out, err) as module:
        code = 0
        try:
            with open(os.path.join(folder, PROGRAM), "rb") as file:
                compiled = _compile(file.read(), os.path.join(folder, PROGRAM))
            module.__dict__[FINALLY] = functools.partial(_tell_finally, out)
            if compiled.co_flags & inspect.CO_COROUTINE:
                asyncio.run(eval(compiled, module.__dict__))
            else:
                exec(compiled, module.__dict__)
        except SystemExit as stop:
            code = _exit_code(stop, err)
        except BaseException as error:
            code = 1
            unwound = vars(error).get(FINALLY, [])
            traceback.print_exc(file=err)
        _join_threads()
    reached = _text_of(out, without=unwound)
    return {"exit": code, "stdout": _text_of(out), "reached": reached, "stderr": _text_of(err)}


def _compile(source: bytes, path: str) -> types.CodeType:
    """A program's code; one that awaits outside of functions runs as IPython runs it."""
    code: types.CodeType
    tree = _with_told_finally(source, path) if b"finally" in source else source
    try:
        code = compile(tree, path, "exec", dont_inherit=True)
    except SyntaxError:
        code = compile(tree, path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return code


def _with_told_finally(source: bytes, path: str) -> ast.Module:
    """A program that tells where a `finally` of it begins and ends."""
    tree = ast.parse(source, path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and node.finalbody:
            for at, ends in ((0, False), (len(node.finalbody) + 1, True)):
                call = ast.Call(ast.Name(FINALLY, ast.Load()), [ast.Constant(ends)], [])
                beside = node.finalbody[min(at, len(node.finalbody) - 1)]
                told = ast.copy_location(ast.Expr(call), beside)
                node.finalbody.insert(at, ast.fix_missing_locations(told))
    return tree


def _tell_finally(out: io.TextIOWrapper, ends: bool) -> None:
    """Note with an error on its way what is printed meanwhile: nothing that led to it."""
    error = sys.exc_info()[1]
    if error is None:
        return
    out.flush()
    printed = out.buffer.tell()  # type: ignore[attr-defined]
    spans = vars(error).setdefault(FINALLY, [])
    if ends and spans:
        spans[-1] = (spans[-1][0], printed)
    else:
        spans.append((printed, printed))


def _exit_code(stop: SystemExit, err: io.TextIOWrapper) -> int:
    if stop.code is None or isinstance(stop.code, int):
        return int(stop.code or 0)
    print(stop.code, file=err)
    return 1


def _text_stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace", newline="\n")


def _text_of(stream: io.TextIOWrapper, without: Sequence[tuple[int, int]] = ()) -> str:
    stream.flush()
    data = stream.buffer.getvalue()  # type: ignore[attr-defined]
    for start, end in reversed(without):
        data = data[:start] + data[end:]
    return str(data.decode("utf-8", "backslashreplace"))


@contextlib.contextmanager
def _fresh_process(
    folder: str, job: dict[str, Any], out: io.TextIOWrapper, err: io.TextIOWrapper
) -> Iterator[types.ModuleType]:
    """What a program could take for a process of its own."""
    saved = (sys.stdin, sys.stdout, sys.stderr, sys.argv, sys.path[:], os.getcwd())
    main_module, modules = sys.modules["__main__"], set(sys.modules)
    environment = dict(os.environ)
    handlers, level = logging.root.handlers[:], logging.root.level
    module = types.ModuleType("__main__")
    module.__dict__["__file__"] = os.path.join(folder, PROGRAM)
    module.__dict__["__builtins__"] = __builtins__
    try:
        os.environ.update(job["env"])
        os.chdir(folder)
        stdin = io.BytesIO(job["stdin"].encode())
        sys.stdin = io.TextIOWrapper(stdin, "utf-8")
        sys.stdout, sys.stderr = out, err
        sys.argv = [PROGRAM, *job["args"]]
        sys.path.insert(0, folder)
        sys.modules["__main__"] = module
        with warnings.catch_warnings():
            yield module
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv, sys.path[:], where = saved
        sys.modules["__main__"] = main_module
        os.chdir(where)
        os.environ.clear()
        os.environ.update(environment)
        logging.root.handlers[:], logging.root.level = handlers, level
        for name in set(sys.modules) - modules:
            source = getattr(sys.modules[name], "__file__", None) or ""
            if source.startswith(folder):
                del sys.modules[name]
        sys.path_importer_cache.pop(folder, None)
        if job["collect"]:
            gc.collect()


def _join_threads() -> None:
    """Wait for what the program left running, as an interpreter does at its end."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(5)


if __name__ == "__main__":
    main()
