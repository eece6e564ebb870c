"""The command `gemini-migrate`: exit codes, and no traceback for anybody.

Nothing heavy is imported before it is needed: on a clean file the command costs little more than
importing click.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from migrator.execute import FAILED, execute
from migrator.invocation import UsageError, resolve
from migrator.plain_arguments import plainly_asked
from migrator.settings import SettingsError
from migrator.signals import Stopped, listening
from migrator.visible import visible

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments` (those of the process if None).

    Returns the exit code; raises nothing and prints no traceback.
    """
    if not _has_streams():
        return FAILED
    for stream in (sys.stdout, sys.stderr):
        # A file name or message that the terminal's encoding lacks must not end a run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _guarded(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return 1
    except OSError as error:
        _drop_output()
        sys.stderr.write(f"Error: what was found could not be printed: {error.strerror}.\n")
        return FAILED
    return code


def _has_streams() -> bool:
    """Whether there is a stdout; otherwise says so, before anything is changed.

    Whatever is opened later would take the place of a stream that was closed, and get what is
    meant for the stream.
    """
    missing = [name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None]
    for name in missing:
        mode = "r" if name == "stdin" else "w"
        setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    if "stdout" in missing:
        sys.stderr.write("Error: stdout is closed; send it to a file, or to /dev/null.\n")
        return False
    return True


def _guarded(arguments: Sequence[str] | None) -> int:
    try:
        with listening():
            return _carried_out(arguments)
    except (UsageError, SettingsError) as error:
        stop = "" if str(error).endswith("?") else "."
        message = f"Error: {visible(str(error))}{stop}\n"
        sys.stderr.write(f"{message}Try 'gemini-migrate --help' for help.\n")
        return FAILED
    except KeyboardInterrupt as error:
        sys.stderr.write("Interrupted; every file is whole, migrated or as it was.\n")
        return error.code if isinstance(error, Stopped) else INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{visible(str(error.filename))}: " if error.filename else ""
        sys.stderr.write(f"Error: {where}{error.strerror or error}.\n")
        return FAILED
    except Exception as error:
        from migrator.worker import describe

        sys.stderr.write(f"Error: {visible(describe(error))}.\n")
        return FAILED


def _carried_out(arguments: Sequence[str] | None) -> int:
    asked = plainly_asked(sys.argv[1:] if arguments is None else arguments)
    if asked is not None:
        return execute(resolve(asked.values, asked.given, asked.paths))
    # Imported here: for a clean file, click would be half of what there is to wait for.
    from migrator.command import run

    return run(arguments)


def _drop_output() -> None:
    """Send what is still buffered nowhere: the reader has gone, and need not hear."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
