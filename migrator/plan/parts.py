"""A plan: what is to happen to each unit of a program."""

from __future__ import annotations

from dataclasses import dataclass, replace

from migrator.edits import Edit, Span
from migrator.model import Beside, Blocker, Finding, Status

MESSAGES = {
    Status.MIGRATED: "{call} becomes {becomes}",
    Status.UNSAFE: "{call} can be migrated with --unsafe-fixes",
    Status.MANUAL: "{call} must be migrated by hand",
    Status.SUPPRESSED: "{call} is skipped by a comment",
    Status.BRIDGED: "{call} stays as it is and goes over the bridge",
}


@dataclass(frozen=True, slots=True)
class Part:
    """What is to happen to one unit: its edits, if it is migrated, and its findings.

    `planned` are its edits even so, `stopped` and `doubted` all that speaks against them.
    """

    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    gone: tuple[Span, ...] = ()
    planned: tuple[Edit, ...] = ()
    stopped: tuple[Blocker, ...] = ()
    doubted: tuple[Blocker, ...] = ()
    beside: tuple[Beside, ...] = ()
    """The files of ours that its edits need, or need no more."""
    unbridged: tuple[Span, ...] = ()
    """The clients that lose the bridge by its edits."""

    def left_out(self, reason: str) -> Part:
        """The same unit when it can't be carried out: a person must migrate it."""
        return Part((), tuple(given_up(finding, reason) for finding in self.findings))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen to a module, unit by unit."""

    parts: tuple[Part, ...] = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits of all units."""
        return tuple(dict.fromkeys(edit for part in self.parts for edit in part.edits))

    @property
    def gone(self) -> tuple[Span, ...]:
        """What may not be left where it stands, for what is edited."""
        return tuple(span for part in self.parts if part.edits for span in part.gone)

    @property
    def beside(self) -> tuple[Beside, ...]:
        """The files of ours that belong to it, each once; one that is needed is not gone."""
        found = sorted({one for part in self.parts for one in part.beside})
        needed = {one.path for one in found if not one.gone}
        by_path = {one.path: one for one in found if not (one.gone and one.path in needed)}
        return tuple(by_path.values())

    @property
    def unbridged(self) -> tuple[Span, ...]:
        """The clients that lose the bridge."""
        return tuple(client for part in self.parts for client in part.unbridged)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One finding for each call site, in the order of the file."""
        found = [finding for part in self.parts for finding in part.findings]
        return tuple(sorted(found, key=lambda finding: (finding.line, finding.column)))


def given_up(finding: Finding, reason: str) -> Finding:
    """The finding for a call that was to be seen to, and couldn't be: a person must migrate it."""
    if finding.status not in (Status.MIGRATED, Status.BRIDGED):
        return finding
    message = MESSAGES[Status.MANUAL].format(call=finding.message.partition(" ")[0])
    blocker = Blocker(finding.line, finding.column, reason)
    return replace(finding, status=Status.MANUAL, message=message, notes=(), blocker=blocker)
