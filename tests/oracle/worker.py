"""Runs programs inside an SDK's interpreter; speaks JSON lines over its pipes.

Started as a script with the interpreter of an environment that holds the SDK; needs
nothing of the tests. Each program gets a fresh `__main__`, a folder of its own as the
working directory, its own standard streams, and a clock whose sleeps cost nothing.

No garbage is collected while a program runs, but between programs. Under google-genai 2.34, with
httpcore 1, a collection in the middle of a request that meets a stream which was not read to its
end waits for a lock that the request holds, for ever: of either API, and only by chance.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import functools
import gc
import importlib.util
import inspect
import io
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
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
    quick = _beside("quick")
    quick.make_waiting_quick()
    import google.genai.types  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    from google.genai import Client, version

    with contextlib.suppress(Exception):
        _ = Client(api_key="none").interactions  # loads what loads late
    quick.make_sdk_quick()
    undo = _remember_methods()
    gc.collect()
    gc.set_threshold(20_000, 20, 50)  # programs are short: most end before that
    gc.freeze()  # the SDK's hundred thousand objects stay; collections look at programs only
    gc.disable()
    sdk = version.__version__
    print(json.dumps({"ready": True, "sdk": sdk}), file=replies, flush=True)
    for line in jobs:
        job = json.loads(line)
        reply = _beside("wire_types").describe() if job.get("describe") else _run(job)
        undo()
        print(json.dumps(reply), file=replies, flush=True)


def _beside(name: str) -> types.ModuleType:
    """A module that lies beside this one, under a name that no program takes."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"_oracle_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
    with _fresh_process(folder, job, out, err) as module, contextlib.ExitStack() as stack:
        if job["bridge"]:
            stack.enter_context(_beside("bridged").clients(job["bridge"]))
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
        mine = [name for name in set(sys.modules) - modules if _lies_in(folder, sys.modules[name])]
        for name in mine:  # all at once: what is in a package asks for it
            del sys.modules[name]
        sys.path_importer_cache.pop(folder, None)
        gc.disable()  # where the program enabled it
        if job["collect"]:
            gc.collect()


def _lies_in(folder: str, module: types.ModuleType) -> bool:
    """Whether a module is the program's own; a package without `__init__` has no file."""
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
    return any(str(place).startswith(folder) for place in places)


def _join_threads() -> None:
    """Wait for what the program left running, as an interpreter does at its end."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(5)


if __name__ == "__main__":
    main()
