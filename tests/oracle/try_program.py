"""`python -m tests.oracle.try_program FILE...`: what programs do on each SDK."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from .programs import Oracle, Program


def main(paths: list[str]) -> None:
    """Run each file on each SDK version; print its output and its requests."""
    with Oracle() as oracle:
        for path in paths:
            program = Program(Path(path).read_bytes())
            for worker in oracle.workers:
                start = time.perf_counter()
                run = oracle.run(program, worker)
                spent = time.perf_counter() - start
                print(f"=== {path} on {run.sdk}: exit {run.exit} ({spent:.2f} s)")
                print(run.stdout, end="")
                print(run.stderr, end="", file=sys.stderr, flush=True)
                for request in run.requests:
                    print(json.dumps(request.summary(), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
