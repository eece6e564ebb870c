"""What a run that was killed while it wrote several files has left: brought to one state.

A run that writes puts the old versions back, and says so; the others only say what they found.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from migrator import journal, temporary
from migrator.discover import Problem, display
from migrator.journal import Entry, State

PUT_BACK = "{} put back to what {}: a run was killed before it had replaced {}, too"
HALF = (
    "a run was killed when it had replaced this file, and not yet {}; run gemini-migrate "
    "--in-place, which puts back what it was"
)
EDITED = (
    "a run was killed when it had replaced this file, and not yet {}, and the file was changed "
    "since; make them fit by hand (what it was is {}), then remove the folder with that"
)
STUCK = (
    "a run was killed when it had replaced this file, and not yet {}, and it can't be put back to "
    "what it was, {}; see that its folder is writable and has room, and run again"
)
UNREADABLE = "can't be read ({}); see whether the files beside it fit together, then remove it"
BUSY = "another run is replacing files here, or was killed less than an hour ago; run again later"


class Recovered(NamedTuple):
    """What was put back, in words, and what could not be."""

    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def recover(homes: Iterable[str], *, write: bool) -> Recovered:
    """See to what runs have left in `homes`, folders of ours, and with `write` remove these.

    Without `write` nothing changes, and files that don't fit together are problems.
    """
    remarks: list[str] = []
    problems: list[Problem] = []
    for leader in dict.fromkeys(map(os.path.realpath, _leaders(homes, write=write))):
        try:
            with temporary.held(leader, wait=write) as ended:
                entries = _entries(leader)
                said = _settled(leader, entries, write=write) if ended else [_busy(leader)]
        except FileNotFoundError:
            continue  # another run has seen to it
        except BlockingIOError:
            continue  # its run lives
        except (OSError, ValueError) as error:
            said = [Problem(display(leader), UNREADABLE.format(error))]
            entries = []
        problems += [one for one in said if isinstance(one, Problem)]
        remarks += [one for one in said if isinstance(one, str)]
        for entry in entries if write else ():
            temporary.sweep_away(entry.home)
    return Recovered(tuple(remarks), tuple(problems))


def _leaders(homes: Iterable[str], *, write: bool) -> Iterator[str]:
    """The folders with the journals of changes that were not finished; others are removed."""
    for home in homes:
        try:
            leader = journal.leader_of(home)
        except OSError:
            continue
        if leader is not None:
            yield leader
        elif write:
            temporary.sweep_away(home)


def _entries(leader: str) -> list[Entry]:
    entries = journal.entries_of(leader)
    if not all(temporary.is_ours(os.path.basename(entry.home)) for entry in entries):
        raise ValueError("it was not written by gemini-migrate")
    return entries


def _busy(leader: str) -> Problem:
    return Problem(display(leader), BUSY)


def _settled(leader: str, entries: Sequence[Entry], *, write: bool) -> list[Problem | str]:
    """Bring the files of a change to one state; what is to be said of it. Raises OSError."""
    states = {entry: entry.state() for entry in entries}
    waiting = [entry for entry, state in states.items() if state is State.OLD]
    replaced = [entry for entry, state in states.items() if state is not State.OLD]
    others = _listed(waiting)
    if waiting and replaced:
        edited = [entry for entry in replaced if states[entry] is State.EDITED]
        if edited:
            return [_problem(entry, EDITED, others) for entry in edited]
        if not write:
            return [_problem(entry, HALF, others) for entry in replaced]
        stuck = journal.take_back(entries)
        if stuck:
            return [_problem(entry, STUCK, others) for entry in stuck]
    if write:
        journal.finish(leader)
    if not waiting or not replaced:
        return []
    was = "it was" if len(replaced) == 1 else "they were"
    return [PUT_BACK.format(_listed(replaced), was, others)]


def _problem(entry: Entry, text: str, others: str) -> Problem:
    old = display(os.path.join(entry.home, journal.OLD))
    return Problem(display(entry.target), text.format(others, old))


def _listed(entries: Iterable[Entry]) -> str:
    return ", ".join(display(entry.target) for entry in entries)
