"""How long the command takes for big files, and how much memory: `python benchmarks/growth.py`.

Each file has one thing many times; the last are programs of many files. A line per file and mode:
seconds, and the most memory that a process of the run held at once. What the work grows with is
tested in `tests/cli/test_growth.py` and `test_program_growth.py`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HEAD = "from google import genai\n\nclient = genai.Client()\n"
CALL = 'client.models.generate_content(model="gemini-3.5-flash", contents={})'
SITE = f"response = {CALL.format(chr(34) + 'Hi' + chr(34))}\nprint(response.text)\n"


def functions(count: int) -> str:
    """As many functions, each with a call."""
    body = f"    response = {CALL.format('q')}\n    return response.text\n"
    return "".join(f"\n\ndef ask_{i}(q: str) -> str:\n{body}" for i in range(count))


def one_name(count: int) -> str:
    """As many calls whose responses share one name."""
    return SITE * count


def chats(count: int) -> str:
    """As many functions, each with a conversation."""
    lines = (
        'chat = client.chats.create(model="gemini-3.5-flash")',
        *(f"print(chat.send_message({text!r}).text)" for text in ("Hi", "And?")),
    )
    body = "".join(f"    {line}\n" for line in lines)
    return "".join(f"\n\ndef talk_{i}() -> None:\n{body}" for i in range(count))


def branches(count: int) -> str:
    """A chain of as many branches, each with a call."""
    inner = "".join(f"    {line}\n" for line in SITE.splitlines())
    chain = "".join(f"{'el' if i else ''}if kind == {i}:\n{inner}" for i in range(count))
    return f"kind = int(input())\n{chain}"


def table(count: int) -> str:
    """A dict of as many entries."""
    rows = "".join(f'    "key {i}": ["value {i}", {i}],\n' for i in range(count))
    return f"TABLE = {{\n{rows}}}\n{SITE}"


def string(count: int) -> str:
    """A string of as many lines."""
    lines = ("x" * 79 + "\n") * count
    return f'TEXT = """\n{lines}"""\n{SITE}'


def comments(count: int) -> str:
    """As many lines of comments."""
    return ("# " + "x" * 77 + "\n") * count + SITE


FILES: tuple[tuple[Callable[[int], str], int], ...] = (
    (functions, 5_000),
    (one_name, 5_000),
    (chats, 400),
    (branches, 2_000),
    (table, 30_000),
    (string, 250_000),
    (comments, 250_000),
)


def modules(folder: Path, count: int) -> None:
    """A program of as many modules, in layers of ten: each hands on what the one below returns."""
    body = "    response = below(q)\n    print(response.text)\n    return response\n"
    helper = f"\n\ndef ask(q: str):\n    return {CALL.format('q')}\n"
    folder.mkdir()
    Path(folder, "pyproject.toml").touch()
    Path(folder, "llm.py").write_text(f"{HEAD}{helper}", encoding="utf-8")
    for i in range(count - 1):
        head = f"from {f'm{i - 1}' if i % 10 else 'llm'} import ask as below\n"
        text = f"{head}\n\ndef ask(q: str):\n{body}"
        Path(folder, f"m{i}.py").write_text(text, encoding="utf-8")


def measured(command: list[str]) -> tuple[float, float]:
    """Seconds and megabytes of a run."""
    started = time.perf_counter()
    null = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    _, _, used = os.wait4(pid, 0)
    return time.perf_counter() - started, used.ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    tool = shutil.which("gemini-migrate", path=str(Path(sys.executable).parent))
    assert tool is not None, "install the package first"
    with tempfile.TemporaryDirectory() as folder:
        for write, count in FILES:
            path = Path(folder, f"{write.__name__}.py")
            path.write_text(f"{HEAD}\n{write(count)}", encoding="utf-8")
            for mode in ("--check", "--diff"):
                seconds, megabytes = measured([tool, mode, "--quiet", str(path)])
                size = path.stat().st_size / 1e6
                print(
                    f"{write.__name__:10} {count:8,} {size:6.1f} MB {mode:8}"
                    f" {seconds:6.1f} s {megabytes:6.0f} MB"
                )
        for count in (75, 150, 300):
            path = Path(folder, f"program{count}")
            modules(path, count)
            for mode in ("--check", "--diff"):
                seconds, megabytes = measured([tool, mode, "--quiet", str(path)])
                print(f"modules    {count:8,} {'':9} {mode:8} {seconds:6.1f} s {megabytes:6.0f} MB")


if __name__ == "__main__":
    main()
