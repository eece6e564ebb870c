"""Tells what a rewritten program does differently from the original."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable

from .programs import Run
from .session import Request


def compare(before: Run, after: Run, *, header: bool = True, cautious: bool = True) -> list[str]:
    """The differences, each in words; none where the programs do the same.

    `header` says whether each interactions request must carry one `Api-Revision`,
    `cautious` that nothing may be left out without a word.
    """
    found: list[str] = []
    if before.exit != after.exit:
        found.append(f"exit code {before.exit} became {after.exit}\n{after.stderr}")
    if before.stdout != after.stdout:
        found.append("stdout differs:\n" + _diff(before.stdout, after.stdout))
    found += _compare_requests(collapse(before.asked), collapse(after.asked), cautious)
    if sorted(_others(before)) != sorted(_others(after)):
        text = _diff("\n".join(_others(before)), "\n".join(_others(after)))
        found.append(f"other requests differ:\n{text}")
    for request in after.legacy:
        found.append(f"the older API is still asked: {request.path}")
    for request in after.asked:
        if request.error:
            found.append(f"refused: {request.error}")
        if header and request.api == "interactions" and len(request.revisions) != 1:
            found.append(f"Api-Revision sent {len(request.revisions)} times")
    return list(dict.fromkeys(found))


def collapse(requests: Iterable[Request]) -> list[Request]:
    """Without retries: a failed request doesn't count if it was sent again later."""
    kept: list[Request] = []
    later: set[str] = set()
    for request in reversed(list(requests)):
        if request.status < 400 or _key(request) not in later:
            kept.append(request)
        later.add(_key(request))
    return kept[::-1]


def _key(request: Request) -> str:
    said = request.conversation
    return said.key if said else f"{request.api} {json.dumps(request.body)}"


def _pair(before: list[Request], after: list[Request]) -> list[tuple[Request, Request]]:
    """The requests side by side; tasks that run at once may ask in any order."""
    if sorted(map(_key, before)) == sorted(map(_key, after)):
        before, after = sorted(before, key=_key), sorted(after, key=_key)
    return list(zip(before, after, strict=False))


def _compare_requests(before: list[Request], after: list[Request], cautious: bool) -> list[str]:
    found: list[str] = []
    if len(before) != len(after):
        found.append(f"{len(before)} requests became {len(after)}")
    for index, (old, new) in enumerate(_pair(before, after), 1):
        if old.conversation is None or new.conversation is None:
            if old.error or new.error:
                found.append(f"request {index}: {old.error!r} became {new.error!r}")
            continue
        said, says = old.conversation, new.conversation
        if said.key != says.key:
            text = _diff(_show(said.canonical()), _show(says.canonical()))
            found.append(f"request {index}: the conversation differs:\n{text}")
        elif lost := said.carried - says.carried:
            found.append(f"request {index}: lost on the way: {sorted(lost)}")
        if cautious and (left := said.only_there):
            found.append(f"request {index}: left out: {sorted(left)}")
        if (old.status < 400) != (new.status < 400):
            found.append(f"request {index}: status {old.status} became {new.status}")
    return found


def _others(run: Run) -> list[str]:
    """What was asked besides: files, caches, counts. Reading interactions is new."""
    return [
        f"{request.api} {json.dumps(request.body, sort_keys=True)}"
        for request in run.requests
        if not request.generates and not request.api.startswith("interactions.")
    ]


def _show(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "before", "after", n=1, lineterm=""
    )
    return "\n".join(lines)
