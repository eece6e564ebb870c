"""What a rewrite may do differently in a mood, and which moods a program can meet.

If the old program gets through a mood, the new one does the same. If it ended by an error that
nobody caught, the new one may end so too, or get further, nobody in the program having seen the
error; but for one that the server answered, which ends the program still.
A finding's note may announce a difference; `ANNOUNCED` says which note is about which moods.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from .compare import collapse, compare
from .conversation import Conversation
from .moods import MOODS, Mood, Weather
from .programs import Run

BRACES = r"\{[^{}\n]*\}"
for _ in range(6):  # the details of a quota are so deep
    BRACES = rf"\{{(?:[^{{}}\n]|{BRACES})*\}}"
ERROR_TEXT = re.compile(rf"(?:Error code: )?(\d{{3}}) (?:- |[A-Z_]+\. |None\. ){BRACES}")
"""`str()` of an error on either side: "429 RESOURCE_EXHAUSTED. {…}" or "Error code: 429 - {…}"."""

FINISHES = (
    r"(?:FinishReason\.)?(?:STOP|MAX_TOKENS|SAFETY|RECITATION|MALFORMED_FUNCTION_CALL|completed|"
    r"incomplete|failed|requires_action)"
)
ERROR_CLASSES = (
    r"\b(?:(?:Client|Server|APIStatus|API|BadRequest|Authentication|PermissionDenied|NotFound|"
    r"RateLimit|InternalServer)Error)\b"
)

ANNOUNCED = {
    "was None for a reply without text": (("None", ""), ("null", "")),
    "had a text of None": (("None", ""),),
    "args of a call without arguments may have been None": (("None", "{}"), ("null", "{}")),
    "that were None where there was nothing to count may be 0": (("None", "0"),),
    "queries that were None, as nothing was looked up": (("None", "[]"), ("null", "[]")),
    "the value of a test that is kept was None": (("None", "False"), (r"\[\]", "False")),
    "new attribute now": ((r"has no attribute '\w+'", "has another attribute"),),
    "the error that it is told names a lambda": ((r"\w+\(\) missing", "<lambda>() missing"),),
    "which the loop raises as errors.ServerError (500)": (("503", "500"),),
    "a status has other values (completed, incomplete)": ((FINISHES, "<finish>"),),
    "the class of an error that is shown has another name now": ((ERROR_CLASSES, "<error>"),),
    "it is raised outright now, as ": (
        (r"'NoneType' object (?:is not \w+|has no attribute '\w+')", "the reply has no content"),
    ),
}
"""Notes that say how a printed value changes: what was printed, what is printed now."""

WITHOUT_PARTS = ("reply", "parts", "turns", "finish", "malformed-call")
"""Moods in which a reply has no candidates, no content, no parts or no text."""

WITHOUT_TEXT = (*WITHOUT_PARTS, "calls", "with calls")
"""Those, and moods (or prompts) in which a reply has calls alone."""

EMPTY_CHUNKS = (
    *("reply", "parts", "turns", "finish", "malformed-call"),
    *("stream-empty-first", "stream-empty-last"),
)
"""Moods in which a chunk comes without text."""

EXPECTED = {
    "a chat left turns out of its history whose reply was empty": (
        *("reply", "parts", "turns", "finish", "stream", "calls"),
    ),
    "a stream that ends without interaction.completed leaves no id": ("stream",),
    "a reply without candidates, content or text raised an error where it was kept": (
        *("reply", "parts", "turns", "finish"),
    ),
    "a reply without text came in a chunk, and this ran for that as well": EMPTY_CHUNKS,
    "this runs for chunks without text": EMPTY_CHUNKS,
    "ran before what the last chunk brought was used": ("finish", "reply"),
    "had no text; this ran for them, too": EMPTY_CHUNKS,
    "this counted chunks": EMPTY_CHUNKS,
    "an event without text raises none": EMPTY_CHUNKS,
    "are read of the last event now, behind the text": ("usage",),
    "come with the last event of a stream": ("stream-cut", "stream-without-end", "stream-error"),
    "and as one text where it came in several parts": ("several-texts", "none-between"),
    "held nothing but the signature of a thought": ("none-between", "only-thoughts"),
    "one that is never cited is not listed": ("no-supports",),
    "a search in files that found nothing may have left no": ("no-sources",),
    "a blocked prompt had no finish reason": ("blocked-prompt",),
    "becomes errors, and the status failed": ("finish", "malformed-call"),
    "stands for every refusal": ("finish", "malformed-call"),
    "the one of that name is meant": ("finish", "malformed-call"),
    "response.parsed was None for a reply that is no valid JSON; parsing it now raises": (
        *("json", *WITHOUT_PARTS),
    ),
    "an interaction does not tell them apart": WITHOUT_PARTS,
    "which a handler catches; going through its steps raises none": WITHOUT_PARTS,
    "reading its first step raises IndexError": WITHOUT_PARTS,
    "taking the first of none raises IndexError": ("grounding", "without search", *WITHOUT_PARTS),
    "for which no page was fetched": ("grounding", "without search", *WITHOUT_PARTS),
    "nothing was searched for": ("grounding", "without search", *WITHOUT_PARTS),
    "which counts as None where this asks for None": ("calls", "null", "with calls"),
    'tell None from "", but output_text is ""': WITHOUT_TEXT,
    "may be there for a text of None": WITHOUT_TEXT,
    "parsing an empty text raises ValueError": WITHOUT_TEXT,
    "an empty text from none: both count as None did": ("empty-text",),
    'output_text is "" and fails in fewer places': WITHOUT_TEXT,
    "a count of nothing may be 0 now": ("usage", *WITHOUT_PARTS),
    "where it is used, which a handler catches; a count of nothing": ("uncounted",),
    "the text of an error reads differently now": ("errors", "second-fails", "stream-error"),
    "the message of an error reads differently now": ("errors", "second-fails", "stream-error"),
    "the documented body has a word": ("errors", "second-fails", "stream-error"),
    "has other fields now: a code in words and a message": (
        *("errors", "second-fails", "stream-error"),
    ),
    "the documented body has none, so 429 is tested": ("errors", "second-fails"),
    "was a name, and never this number": ("errors", "second-fails", "stream-error"),
    "an error in the middle of a stream names no HTTP status": ("stream-error",),
    "names no HTTP status, and counts as 500 here": ("stream-error",),
    "an error that the program raises itself may take its place": (
        *("grounding", "without search", *WITHOUT_PARTS),
    ),
    "gave its default for a reply without candidates": WITHOUT_PARTS,
    "this asks for content now": WITHOUT_PARTS,
    "an interaction counts no candidates; this is 1 where it has content": WITHOUT_PARTS,
    "one of them raises an error": WITHOUT_PARTS,
    "TypeError: what is caught has other words": WITHOUT_PARTS,
    "now it is an empty list": ("without calls", *WITHOUT_PARTS),
    "taking one of an empty list raises IndexError": ("without calls", *WITHOUT_PARTS),
    "prompt_feedback was None for a prompt that was not blocked": ("not blocked",),
    "taking the first of them raises IndexError": ("no-supports",),
    "sources where an error is raised for those": ("no-supports",),
}
"""Notes that announce another course of the program, and the moods, or kinds of them, they are
about, or what the prompts of the program are like; see `prompted`."""

RAISING = {
    "response.parsed was None for a reply that is no valid JSON; parsing it now raises",
    "reading its first step raises IndexError",
    "taking one of an empty list raises IndexError",
    "taking the first of none raises IndexError",
    "come with the last event of a stream",
    "becomes errors, and the status failed",
    "stands for every refusal",
    "one of them raises an error",
    "parsing an empty text raises ValueError",
    "an error that the program raises itself may take its place",
    "an empty text from none: both count as None did",
    "taking the first of them raises IndexError",
    "sources where an error is raised for those",
    "names no HTTP status, and counts as 500 here",
}
"""Those of them that announce an error, of the program's own raising perhaps: with all others, what
got through gets through still."""


SERVER_ERRORS = frozenset({"errors", "second-fails", "stream-error"})
"""Moods in which an error that nobody catches is the server's, not one of the program's own."""

SEARCHES = frozenset({"google_search", "google_maps", "url_context", "file_search"})
"""Tools of the server that are used where a prompt of the tests asks for them by a tag."""


def compare_in_mood(
    before: Run,
    after: Run,
    mood: Mood | None,
    notes: Iterable[str],
    *,
    header: bool = True,
    cautious: bool = False,
) -> list[str]:
    """The differences that nothing announces; none where the programs do the same.

    What a rewrite leaves out is the same in every mood: it needs to be asked in one (`cautious`).
    """
    notes = list(notes)
    before, after = _plain(before), _plain(after)
    if after.exit < 0 and before.exit >= 0:
        return ["the rewritten program took too long"]
    told = {said for said in EXPECTED if any(said in note for note in notes)}
    met = prompted(before) | ({mood.kind, mood.name} if mood else set())
    mine = {said for said in told if met & set(EXPECTED[said])}
    if mine and (after.exit == 0 or before.exit != 0 or mine & RAISING):
        return []
    printed = _announced(notes)
    after = _printing(after, before, printed)
    if _told_otherwise(before, after, printed):
        return []
    if before.exit != 0:
        if after.exit == 0 and mood is not None and met & SERVER_ERRORS:
            return ["an error of the server ended the program, and does so no more"]
        return got_as_far(before, after, printed)
    return compare(before, after, header=header, cautious=cautious)


def prompted(run: Run) -> set[str]:
    """What replies to the program's own prompts lack in every mood, a friendly one as well."""
    found = {"not blocked", "uncounted"}  # no thoughts, say, or nothing cached
    for request in run.asked:
        said = request.conversation
        if said is None:
            continue
        tags = " ".join(item.get("text", "") for turn in said.turns[-1:] for item in turn.items)
        found.add("with calls" if "[[call" in tags else "without calls")
        searched = SEARCHES & {tool["type"] for tool in said.tools}
        if not searched or "[[" not in tags:
            found.add("without search")
    return found


def _announced(notes: Sequence[str]) -> list[tuple[str, str]]:
    """What the notes say of printed values: patterns of what was printed, what is printed now."""
    told = [pairs for said, pairs in ANNOUNCED.items() if any(said in note for note in notes)]
    return [pair for pairs in told for pair in pairs]


def got_as_far(before: Run, after: Run, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Whether what was printed up to an error is printed still.

    What a `finally` printed on its way belongs to the end, and may come later now.
    """
    said, says = before.reached, after.reached
    for pair in (("", ""), *pairs):
        old, new = (_squeezed(said, pair), _squeezed(says, pair)) if pair[0] else (said, says)
        if new.startswith(old) or old.startswith(new):
            return []
    return [f"before the error it printed {said!r}, now {says!r}"]


def _plain(run: Run) -> Run:
    """A run whose printed errors read the same on both sides."""
    stdout, reached = (ERROR_TEXT.sub(r"<error \1>", text) for text in (run.stdout, run.reached))
    return replace(run, stdout=stdout, reached=reached)


def _printing(after: Run, before: Run, pairs: Sequence[tuple[str, str]]) -> Run:
    """A run that prints what it printed before, where only announced values differ."""
    said, says = before.stdout, after.stdout
    for pair in pairs:
        said, says = re.sub(*pair, said), re.sub(*pair, says)
        alone = _squeezed(before.stdout, pair) == _squeezed(after.stdout, pair)
        if alone or _squeezed(said, pair) == _squeezed(says, pair):
            return replace(after, stdout=before.stdout, reached=before.reached)
    if any(_prints_either(before.stdout, after.stdout, old, pairs) for old, _ in pairs):
        return replace(after, stdout=before.stdout, reached=before.reached)
    return after


def _prints_either(said: str, says: str, old: str, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether a value that several notes are about is printed as one of them announces."""
    now = [new for other, new in pairs if other == old]
    if len(now) < 2:
        return False
    same = [re.escape(_squeezed(part, ("", ""))) for part in re.split(old, said)]
    wanted = f"(?:{'|'.join(map(re.escape, now))}|{old})".join(same)
    return re.fullmatch(wanted, _squeezed(says, ("", ""))) is not None


def _told_otherwise(before: Run, after: Run, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether the first request that differs holds an announced value, as all after it may."""
    for old, new in zip(collapse(before.asked), collapse(after.asked), strict=False):
        if old.conversation and new.conversation and old.conversation.key != new.conversation.key:
            said, says = _written(old.conversation), _written(new.conversation)
            return any(_squeezed(said, pair) == _squeezed(says, pair) for pair in pairs)
    return False


def _written(said: Conversation) -> str:
    """A conversation as text, without turns that say nothing: a text of None is no part."""
    plain = said.canonical()
    empty = [{"text": ""}]
    plain["turns"] = [turn for turn in plain["turns"] if turn["items"] != empty]
    return json.dumps(plain, sort_keys=True)


def _squeezed(text: str, pair: tuple[str, str]) -> str:
    old, new = pair
    return re.sub(r"""\s+|\\n|''|\"\"""", "", re.sub(rf"{old}", new, text))


READS = {
    "reply": r"",
    "parts": r"candidates|\bparts\b|\bcontent\b",
    "usage": r"usage",
    "grounding": r"grounding|google_search|google_maps|url_context|file_search",
    "calls": r"function_call|tools|automatic_function",
    "null": r"args (or|is)\b|if [\w.]+\.args\b",
    "json": r"json|parsed|schema|Enum",
    "finish": r"finish_reason|prompt_feedback|safety|block|_stream\b",
    "errors": r"\bexcept\b|retry|backoff|suppress|finally|return_exceptions",
    "stream": r"_stream\b|_stream\(",
    "turns": r"append|chats|send_message|extend|history",
}
"""What a program names where it may notice a kind of mood."""
LOOKS_AT_ERRORS = re.compile(r"\.(?:code|status|status_code|message|details|args|response)\b|str\(")
LOOKS_AT_STEPS = re.compile(r"\bsteps\b|\bcontent\b|\.status\b|event_type")
AT_ONCE = re.compile(r"Thread|gather\(|TaskGroup|Executor|as_completed")
"""What asks for several things at once: which of them is the second is chance."""
COMMON_ERRORS = ("error-400", "error-503")


def moods_for(source: str) -> Iterator[Mood]:
    """The moods that a program can tell from a friendly server, and from each other."""
    for mood in MOODS:
        if not re.search(READS[mood.kind], source) or (mood.only and AT_ONCE.search(source)):
            continue
        if mood.kind != "errors" or mood.name in COMMON_ERRORS or LOOKS_AT_ERRORS.search(source):
            yield mood


def weathers_before(mood: Mood, source: str) -> list[Weather]:
    """What the original is run in: the spellings of a mood that it can tell apart."""
    told = mood.spellings if re.search(READS["parts"], source) else mood.spellings[:1]
    return [Weather(mood, spelling) for spelling in told]


def weathers_after(mood: Mood, source: str) -> list[Weather]:
    """What the rewritten program is run in: the worlds that it can tell apart."""
    looks = LOOKS_AT_ERRORS if mood.kind == "errors" else LOOKS_AT_STEPS
    told = mood.worlds if looks.search(source) else mood.worlds[:1]
    return [Weather(mood, mood.spellings[0], world) for world in told]
