"""Measure `gemini-migrate --diff` on one large notebook, as JupyterLab keeps it.

    python benchmarks/notebook.py [--cells 300] [--megabytes 5]

The notebook has cells that call the model and cells that don't, and pictures and texts as outputs.
Time and the peak of memory stand next to their budgets; nothing is asserted. On a busy machine the
processor's time tells more. Beside them is what reading the file as JSON costs, and what the tool
costs on seven cells without outputs.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 2.0
TIMES_THE_FILE = 8
RUNS = 5

HEAD = "from google import genai\nfrom google.genai import types\n\nclient = genai.Client()"
CELLS = (
    "response = client.models.generate_content(\n"
    '    model="gemini-3.5-flash",\n'
    '    contents="Question {n}",\n'
    "    config=types.GenerateContentConfig(temperature=0.5),\n"
    ")\n"
    "print(response.text)",
    "import math\n\nvalues_{n} = [math.sqrt(i) for i in range({n})]\nsum(values_{n})",
    "def helper_{n}(text):\n"
    '    """Words of a text."""\n'
    '    return [word.strip(".,") for word in text.split()]\n\n\n'
    "helper_{n}(response.text)",
    "%%time\n"
    "for chunk in client.models.generate_content_stream(\n"
    '    model="gemini-3.5-flash", contents="Part {n}"\n'
    "):\n"
    '    print(chunk.text, end="")',
    "import json\n\nrows_{n} = {{name: len(name) for name in dir(json)}}\nrows_{n}",
)


def cell(source: str, outputs: list[dict[str, Any]], number: int) -> dict[str, Any]:
    """A code cell as JupyterLab writes it."""
    return {
        "cell_type": "code",
        "execution_count": number,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": outputs,
        "source": source.splitlines(keepends=True),
    }


def notebook(cells: int, size: int) -> bytes:
    """A notebook with so many code cells, and outputs of about `size` bytes."""
    chance = random.Random(1)
    share = size // max(cells, 1)
    found = [cell(HEAD, [], 0)]
    for number in range(1, cells):
        picture = number % 3 == 0
        data = base64.b64encode(chance.randbytes(share)).decode() if picture else ""
        line = f"{chance.random()} said of {number}, and “so on”\n"
        output = {
            "data": {"image/png": data, "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
            if picture
            else {"text/plain": [line] * (share * 5 // 6 // len(line))},
            "execution_count": number,
            "metadata": {},
            "output_type": "execute_result",
        }
        found.append(cell(CELLS[number % len(CELLS)].format(n=number), [output], number))
    metadata = {"language_info": {"name": "python", "version": "3.11.7"}}
    data = {"cells": found, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(data, indent=1, ensure_ascii=False).encode() + b"\n"


def measure(command: list[str]) -> tuple[float, float, float, int]:
    """Seconds of one run, those of the processor, its peak of memory in MB, its exit code.

    The peak is never less than that of this script, which therefore holds no notebook.
    """
    start = time.perf_counter()
    nowhere = os.open(os.devnull, os.O_RDWR)
    streams = [(os.POSIX_SPAWN_DUP2, nowhere, number) for number in range(3)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=streams)
    _, status, usage = os.wait4(child, 0)
    os.close(nowhere)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = usage.ru_maxrss * unit / 1e6
    spent = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, spent, peak, os.waitstatus_to_exitcode(status)


def report(name: str, command: list[str]) -> tuple[float, float]:
    """Measure a command some times and print the middle; returns seconds and MB."""
    runs = [measure(command) for _ in range(RUNS)]
    seconds, spent, peak = (statistics.median(run[i] for run in runs) for i in range(3))
    print(
        f"{name:20} {seconds:6.2f} s ({spent:.2f} s of a core) {peak:7.1f} MB   exit {runs[0][3]}"
    )
    return spent, peak


def write(path: Path, cells: int, megabytes: float) -> None:
    """Write a notebook, in a process of its own."""
    more = ["--cells", str(cells), "--megabytes", str(megabytes), "--write", str(path)]
    subprocess.run([sys.executable, os.path.abspath(__file__), *more], check=True)


def main() -> None:
    """Print what a large notebook costs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=300)
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--write", metavar="FILE", help="write the notebook and stop")
    asked = parser.parse_args()
    if asked.write:
        data = notebook(asked.cells, int(asked.megabytes * 1e6))
        Path(asked.write).write_bytes(data)
        return
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large.ipynb"), Path(folder, "small.ipynb")
        write(large, asked.cells, asked.megabytes)
        write(small, 7, 0)
        size = large.stat().st_size / 1e6
        print(f"{asked.cells} code cells, {size:.1f} MB; the middle of {RUNS} runs\n")
        reading = f"import json; json.load(open({str(large)!r}, encoding='utf-8'))"
        report("json.load", [sys.executable, "-c", reading])
        tool = [sys.executable, "-m", "migrator"]
        _, base = report("--diff, 7 cells", [*tool, "--diff", str(small)])
        report("--check", [*tool, "--check", str(large)])
        seconds, peak = report("--diff", [*tool, "--diff", str(large)])
    print(f"\ntime    {seconds:.2f} s of a core, of {SECONDS:.0f} s")
    print(
        f"memory  {(peak - base) / size:.1f} times the file of {TIMES_THE_FILE}, "
        f"and {base:.0f} MB that a small one takes"
    )


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
