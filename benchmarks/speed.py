"""Measure gemini-migrate against its budgets, as ratios to other programs.

    python benchmarks/speed.py [--peer BUMP_PYDANTIC | --skip-peer]

* A tree of 10,000 files with a dozen hits: `--check` against `grep -rl`; and again with a dozen
  programs of several files, whose calls, helpers and readers stand apart.
* 200 files of about 80 lines full of call sites: `--check` and `--diff` against the CPU time in
  which LibCST parses and prints them all in one process, and against `bump-pydantic --diff`.
  Without `--peer` the peer is installed in a
  throwaway virtual environment; `--skip-peer` leaves it out.
* One clean file against `python -c "import click"`.

Every pair is measured in turns, so that a busy machine slows both down alike. All times are CPU
times, of all processes of a run. Numbers are printed next to their budgets; nothing is asserted.
Memory is that of the largest process of a run, and never less than that of this script, from
which it is started.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = (sys.executable, "-m", "migrator")
PEER = "bump-pydantic==0.8.0"
PRINTING = """import pathlib, libcst
for path in sorted(pathlib.Path(".").glob("*.py")):
    assert libcst.parse_module(path.read_text(encoding="utf-8")).code
"""

HEAD = '''"""Ask Gemini, many times over."""

import json
import os

from google import genai
from google.genai import errors, types
from pydantic import BaseModel

MODEL = "gemini-3.1-flash-lite"
client = genai.Client(api_key=os.environ["GEMINI_API_KEY"])


class Recipe(BaseModel):
    name: str
    steps: list[str]
'''

SITES = (
    """def ask_{n}(question: str) -> str:
    response = client.models.generate_content(model=MODEL, contents=question)
    return response.text or "no answer"
""",
    '''def describe_{n}(topic: str, words: int = {n}0) -> str | None:
    """Describe `topic` for somebody who is new to it."""
    response = client.models.generate_content(
        model="gemini-3.1-pro-preview",
        contents=f"Describe {{topic}} in {{words}} words.",
        config=types.GenerateContentConfig(
            system_instruction="You are patient.",  # not a word more
            temperature=0.{n},
            max_output_tokens=1024,
            stop_sequences=["END"],
        ),
    )
    usage = response.usage_metadata
    if usage:
        print(usage.prompt_token_count, usage.total_token_count)
    return response.text
''',
    """def recipe_{n}(dish: str) -> Recipe:
    response = client.models.generate_content(
        model=MODEL,
        contents=["Give me a recipe.", dish],
        config={{
            "response_mime_type": "application/json",
            "response_schema": Recipe,
            "temperature": 0.{n},
        }},
    )
    return Recipe.model_validate(json.loads(response.text))
""",
    '''class Writer{n}:
    """Keeps a client of its own."""

    def __init__(self, model: str = MODEL) -> None:
        self.client = genai.Client()
        self.model = model

    def write(self, topic: str) -> str:
        """Write, and try again when the server is busy."""
        for attempt in range({n} + 1):
            try:
                response = self.client.models.generate_content(
                    model=self.model, contents="Write about " + topic
                )
            except errors.ServerError as error:
                print(attempt, error.code, error.message)
                continue
            return response.text.strip()
        return ""
''',
    """async def search_{n}(query: str) -> list[str]:
    tool = types.Tool(google_search=types.GoogleSearch())
    response = await client.aio.models.generate_content(
        model=MODEL,
        contents=query,
        config=types.GenerateContentConfig(tools=[tool], seed={n}),
    )
    for part in response.candidates[0].content.parts:
        if part.text:
            print(part.text)
    return [str(response.model_version), query]
""",
    '''def plain_{n}(numbers: list[int]) -> dict[str, float]:
    """Nothing to see here: a file is not all calls."""
    total = sum(numbers)
    mean = total / len(numbers) if numbers else 0.0
    return {{"total": float(total), "mean": mean, "n": {n}.0}}
''',
)


PACKAGE = {
    "__init__.py": "",
    "settings.py": 'MODEL = "gemini-3.1-flash-lite"\n',
    "llm.py": """from google import genai

from service_{n}.settings import MODEL

client = genai.Client()


def ask(question: str):
    return client.models.generate_content(model=MODEL, contents=question)
""",
    "api.py": """from service_{n} import llm


def answer(question: str) -> str:
    response = llm.ask(question)
    return response.text or "no answer"
""",
    "cli.py": """import sys

from .api import answer

print(answer(sys.argv[1]))
""",
}
"""A program whose call, settings and readers stand in files of their own."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: CPU time of all its processes, and the memory of the largest."""

    seconds: float
    megabytes: float


def run(command: Sequence[str], cwd: Path) -> Cost:
    """Run a program to its end, whatever its exit code, and measure it."""
    paths = filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=quiet, stderr=quiet)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = usage.ru_utime + usage.ru_stime
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        print(f"  {' '.join(command)} ended with {process.returncode}")
    return Cost(seconds, usage.ru_maxrss / 1024)


def compare(commands: Mapping[str, Sequence[str]], cwd: Path, times: int) -> list[Cost]:
    """The median time and the largest memory of each command, measured in turns."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            costs[name].append(run(command, cwd))
    medians = []
    for name, some in costs.items():
        seconds = statistics.median(c.seconds for c in some)
        medians.append(Cost(seconds, max(c.megabytes for c in some)))
        memory = medians[-1].megabytes
        print(f"  {name:<32} {seconds * 1000:>10.1f} ms {memory:>7.1f} MB")
    return medians


def verdict(what: str, measured: float, budget: float, unit: str = "times") -> None:
    """Print a number beside the most it should be."""
    word = "within" if measured <= budget else "OVER"
    text = f"{measured:.3g} {unit}, budget {budget:.3g}: {word}"
    print(f"  {what:<32} {text}")


def program(seed: int, lines: int = 80) -> str:
    """A program of at least `lines` lines, with call sites in a mixed order."""
    dice = random.Random(seed)
    parts = [HEAD]
    while sum(part.count("\n") + 2 for part in parts) < lines:
        parts.append(dice.choice(SITES).format(n=len(parts)))
    return "\n\n".join(parts)


def big_tree(folder: Path, count: int, hits: int) -> int:
    """Fill `folder` with the sources of this interpreter, and some hits among them."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib")}
    sources = sorted(
        {path for top in folders for path in Path(top).rglob("*.py") if path.is_file()}
    )
    made = 0
    while made < count:
        for source in sources:
            if made == count:
                break
            target = folder / f"group{made // 100}" / f"{made}_{source.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            made += 1
    for number in range(hits):
        target = folder / f"group{number}" / f"hit{number}.py"
        target.write_text(program(number), encoding="utf-8")
    return made + hits


def measure_programs(tree: Path) -> None:
    """The big tree, with programs of several files instead of the hits."""
    for hit in tree.glob("group*/hit*.py"):
        hit.unlink()
    (tree / "pyproject.toml").touch()
    for number in range(12):
        for name, text in PACKAGE.items():
            path = tree / f"group{number}" / f"service_{number}" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.format(n=number), encoding="utf-8")
    print(f"\nThe same tree with 12 programs of {len(PACKAGE)} files")
    commands = {
        "grep -rl generate_content": ("grep", "-rl", "generate_content", "."),
        "gemini-migrate --check": (*TOOL, "--check", "."),
    }
    grep, check = compare(commands, tree, 9)
    verdict("--check / grep", check.seconds / grep.seconds, 3)
    verdict("memory of --check", check.megabytes, 60, "MB")


def measure_tree(work: Path) -> None:
    """A big tree with few hits."""
    tree = work / "tree"
    files = big_tree(tree, 10_000, 12)
    size = sum(path.stat().st_size for path in tree.rglob("*.py")) / 1e6
    print(f"\nA tree of {files} files ({size:.0f} MB), 12 of them with call sites")
    commands = {
        "grep -rl generate_content": ("grep", "-rl", "generate_content", "."),
        "gemini-migrate --check": (*TOOL, "--check", "."),
        "gemini-migrate --diff": (*TOOL, "--diff", "."),
    }
    grep, check, diff = compare(commands, tree, 9)
    verdict("--check / grep", check.seconds / grep.seconds, 2)
    verdict("memory of --check", check.megabytes, 60, "MB")
    verdict("memory of --diff", diff.megabytes, 80, "MB")
    measure_programs(tree)


def measure_dense(work: Path, peer: str | None) -> None:
    """Files full of call sites."""
    dense = work / "dense"
    dense.mkdir()
    lines = sites = 0
    for number in range(200):
        text = program(number)
        lines += text.count("\n")
        sites += text.count("models.generate_content(")
        (dense / f"program{number}.py").write_text(text, encoding="utf-8")
    print(f"\n200 files, {lines} lines, {sites} call sites")
    commands = {
        "LibCST parses and prints": (sys.executable, "-c", PRINTING),
        "gemini-migrate --check": (*TOOL, "--check", "."),
        "gemini-migrate --diff": (*TOOL, "--diff", "."),
    }
    printing, check, diff = compare(commands, dense, 5)
    verdict("--check / LibCST", check.seconds / printing.seconds, 1)
    verdict("--diff / LibCST", diff.seconds / printing.seconds, 3)
    if peer is not None:
        (slow,) = compare({"bump-pydantic --diff": (peer, "--diff", ".")}, dense, 1)
        verdict("--check / bump-pydantic", check.seconds / slow.seconds, 1 / 20)
        verdict("--diff / bump-pydantic", diff.seconds / slow.seconds, 1 / 10)


def measure_clean(work: Path) -> None:
    """One file without a call site, as a hook sees it."""
    clean = work / "clean"
    clean.mkdir()
    (clean / "clean.py").write_text(SITES[-1].format(n=1), encoding="utf-8")
    print("\nOne clean file")
    commands = {
        "python -c 'import click'": (sys.executable, "-c", "import click"),
        "gemini-migrate clean.py": (*TOOL, "clean.py"),
        "gemini-migrate --check clean.py": (*TOOL, "--check", "clean.py"),
    }
    click, plain, check = compare(commands, clean, 15)
    verdict("clean file / import click", plain.seconds / click.seconds, 1.3)
    verdict("the same with --check", check.seconds / click.seconds, 1.3)


def install_peer(folder: Path) -> str:
    """Install the peer in a virtual environment of its own; returns its command."""
    print(f"Installing {PEER} ...")
    venv.create(folder, with_pip=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet", PEER]
    subprocess.run(pip, check=True)
    return str(scripts / "bump-pydantic")


def main() -> None:
    """Read the arguments, and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peer", help="the command of a bump-pydantic 0.8.0")
    parser.add_argument("--skip-peer", action="store_true", help="do not run the peer")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        peer = options.peer
        if peer is None and not options.skip_peer:
            peer = install_peer(work / "venv")
        print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
        measure_clean(work)
        measure_tree(work)
        measure_dense(work, None if options.skip_peer else peer)


if __name__ == "__main__":
    main()
