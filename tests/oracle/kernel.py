"""Runs notebooks against the oracle in a kernel on the SDK's Python, one after the other.

A notebook is run as by "Run all": it ends at the first error, but for that of a cell tagged
`raises-exception`. What its cells show is its standard output, cell by cell.
"""

from __future__ import annotations

import json
import re
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from .environments import surroundings
from .mood_rules import ERROR_CLASSES
from .programs import KEYS, Program, tries_of

SETUP = Path(__file__).with_name("in_kernel.py")
ARGUMENTS = (
    *("-I", "-m", "ipykernel_launcher", "-f", "{connection_file}"),
    *("--HistoryManager.enabled=False", "--InteractiveShell.colors=nocolor"),
)
LOADING = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("_oracle_kernel", {path!r})
sys.modules["_oracle_kernel"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.load())
"""
BEGINNING = 'import sys; sys.modules["_oracle_kernel"].begin({files!r}, {env!r})'
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
SENT_AT = re.compile(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT")
"""The `Date` that the server says in the headers of a reply."""
NOT_INSTALLED = {"PIP_DRY_RUN": "1", "PIP_NO_INDEX": "1"}
"""For a notebook that asks for packages in a shell: the environment is not its own."""
TOOK = re.compile(r"\b\d+(?:\.\d+)?(?:e[+]\d+)? (?:ns|[µμu]s|ms|s|min)\b")
"""What `%time` and `%timeit` tell, of which no two runs are alike."""


class Kernel:
    """A kernel with its SDK, started when first needed."""

    def __init__(self, python: Path, limit: int = 20) -> None:
        self.python = python
        self.limit = limit
        self.sdk = ""
        self._home = tempfile.TemporaryDirectory(prefix="kernel-")
        self._client: NotebookClient | None = None

    def version(self) -> str:
        """The version of the SDK."""
        if self._client is None:
            self._start()
        return self.sdk

    def tries(self) -> int:
        """How many requests one call of `interactions.create` makes."""
        return tries_of(self.version())

    def run(self, program: Program, base_url: str) -> dict[str, Any] | None:
        """Run a notebook against a session of the server; None where it took too long."""
        notebook = read(program.source)
        if self._client is None:
            self._start()
        files = {name: data.decode("latin-1") for name, data in program.files.items()}
        env = {**KEYS, **NOT_INSTALLED, "GOOGLE_GEMINI_BASE_URL": base_url, **program.env}
        try:
            self._execute(BEGINNING.format(files=files, env=env))
            ran, error = self._run_cells(notebook)
        except (CellTimeoutError, DeadKernelError):
            self.stop()
            return None
        shown = "".join(_shown(ran))
        exit_code = 1 if error else 0
        return {"exit": exit_code, "stdout": shown, "reached": shown, "stderr": error}

    def _run_cells(self, notebook: Any) -> tuple[list[Any], str]:
        """The code cells that were run, and what ended the notebook, if an error did."""
        assert self._client is not None
        self._client.nb = notebook
        self._client.reset_execution_trackers()
        ran: list[Any] = []
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs = []
            ran.append(cell)
            try:
                self._client.execute_cell(cell, number)
            except CellExecutionError as error:
                cell.outputs = [out for out in cell.outputs if out.output_type != "error"]
                return ran, str(error)
        return ran, ""

    def _start(self) -> None:
        home = Path(self._home.name)
        spec = home / "oracle" / "kernel.json"
        spec.parent.mkdir(exist_ok=True)
        said = {
            "argv": [str(self.python), *ARGUMENTS],
            "display_name": "oracle",
            "language": "python",
        }
        spec.write_text(json.dumps(said), encoding="utf-8")
        manager = AsyncKernelManager(
            kernel_name="oracle",
            kernel_spec_manager=KernelSpecManager(
                kernel_dirs=[str(home)], ensure_native_kernel=False
            ),
        )
        empty = nbformat.from_dict({"cells": [], "metadata": {}, "nbformat": 4})
        client = NotebookClient(empty, km=manager, timeout=self.limit, coalesce_streams=True)
        client.start_new_kernel(
            env={**surroundings(), **NOT_INSTALLED, "IPYTHONDIR": str(home)}, cwd=str(home)
        )
        client.start_new_kernel_client()
        self._client = client
        self.sdk = self._execute(LOADING.format(path=str(SETUP))).strip()
        if not self.sdk:
            raise RuntimeError(f"{self.python} holds no google-genai")

    def _execute(self, source: str) -> str:
        """Run code that belongs to no notebook; returns what it prints."""
        assert self._client is not None
        cell = nbformat.from_dict(
            {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        )
        self._client.nb = nbformat.from_dict({"cells": [cell], "metadata": {}})
        self._client.execute_cell(cell, 0, store_history=False)
        return "".join(out.text for out in cell.outputs if out.output_type == "stream")

    def stop(self) -> None:
        """End the kernel; the next notebook starts another."""
        client, self._client = self._client, None
        if client is not None:
            client.shutdown_kernel = "immediate"
            client._cleanup_kernel()

    def close(self) -> None:
        """End the kernel for good."""
        self.stop()
        self._home.cleanup()


def read(source: bytes) -> Any:
    """A notebook as its readers see it. Raises an error where they would not take it."""
    notebook = nbformat.reads(source.decode("utf-8-sig"), as_version=4)
    nbformat.validate(notebook)
    return notebook


def _shown(cells: Sequence[Any]) -> Iterator[str]:
    """What code cells show, each output as text."""
    for number, cell in enumerate(cells, 1):
        yield f"--- cell {number}\n"
        for output in cell.outputs:
            text = _output(output)
            yield text if text.endswith("\n") or not text else f"{text}\n"


def _output(output: Any) -> str:
    if output.output_type == "stream":
        text = str(output.text) if output.name == "stdout" else ""
    elif output.output_type == "error":
        told = f"{output.ename}: {output.evalue}"
        text = "an error of the SDK" if re.fullmatch(ERROR_CLASSES, output.ename) else told
    else:
        text = "\n".join(_rich(kind, data) for kind, data in sorted(output.data.items()) if data)
    return TOOK.sub("<time>", SENT_AT.sub("<date>", ADDRESS.sub("<address>", text)))


def _rich(kind: str, data: Any) -> str:
    """What stands for a value that is shown; pictures by a sum of their bytes."""
    told = data if isinstance(data, str) else json.dumps(data, sort_keys=True)
    if kind == "text/plain":
        return told
    return f"{kind}: {zlib.crc32(told.encode()) if kind.startswith('image/') else told}"
