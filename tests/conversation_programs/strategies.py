"""Draws programs. Most turns are plain; a program has few unusual things at a time."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from . import model
from .model import (
    Action,
    Alias,
    Branch,
    Config,
    Fork,
    Gather,
    Inject,
    Loop,
    Reset,
    Say,
    Show,
    Style,
    Talk,
    Trim,
    Undo,
)

PROMPTS = ("one", "two", "three", "three [[parts]]", "same [[echo]]")
FAILS = " [[error 400]]"
BREAKS = " [[stream-error 503]]"
FLAKY = " [[flaky 400 1]]"
UNUSUAL = ("reset", "branch", "alias", "fork", "inject", "show", "trim", "undo", "gather")


def configs() -> st.SearchStrategy[Config | None]:
    """The settings of a request."""
    made = st.builds(
        Config,
        st.sampled_from(model.SPELLINGS),
        st.booleans(),
        st.sampled_from(["0.5", ""]),
    )
    return st.none() | made


@st.composite
def styles(draw: st.DrawFn) -> Style:
    """A way to spell conversations; half of them fully plain in what doesn't matter."""

    def one(of: tuple[str, ...]) -> str:
        return draw(st.sampled_from(of))

    style = Style(
        kind=one(model.KINDS),
        turn=one(model.TURNS),
        reply=draw(st.sampled_from(("object", "text") * 5 + ("none",))),
        growth=one(model.GROWTHS),
        config=draw(configs()),
        shows=one(model.SHOWS),
        seed=draw(st.sampled_from((0, 0, 0, 2, 1))),
        copy=one(model.COPIES),
        annotated=draw(st.booleans()),
        wraps=draw(st.sampled_from((False, False, True))),
        streams=draw(st.sampled_from((False,) * 5 + (True,))),
        looks=one(model.LOOKS),
    )
    if draw(st.booleans()):
        style = replace(style, guard=one(model.GUARDS), undo=one(model.UNDOS))
        style = replace(style, handler=one(model.HANDLERS))
    return replace(style, late=draw(st.sampled_from((False, False, True))))


@st.composite
def prompts(draw: st.DrawFn, style: Style) -> str:
    """What the user says; it may fail where failures are caught."""
    prompt = draw(st.sampled_from(PROMPTS))
    if style.guard == "none" or draw(st.booleans()):
        return prompt
    if style.guard == "retry":
        return prompt + FLAKY
    return prompt + draw(st.sampled_from((FAILS, BREAKS) if style.streams else (FAILS,)))


def fails(prompt: str) -> bool:
    """Whether the server fails at it."""
    return any(tag in prompt for tag in (FAILS, BREAKS, FLAKY))


@st.composite
def says(draw: st.DrawFn, style: Style, parties: int) -> Say:
    """A turn."""
    said = Say(draw(who(parties)), draw(prompts(style)))
    guarded = draw(st.booleans()) or fails(said.prompt)
    own = draw(
        st.sampled_from((None, None, None, Config("dict", True), Config("class", False, "1")))
    )
    return replace(said, guarded=guarded, config=own)


def who(parties: int) -> st.SearchStrategy[int]:
    """One of the conversations."""
    return st.integers(0, parties - 1)


@st.composite
def loops(draw: st.DrawFn, style: Style, parties: int, unusual: list[str], depth: int) -> Loop:
    """A loop over prompts."""
    skip = draw(st.sampled_from(("none", "none", *model.SKIPS)))
    resets = draw(st.sampled_from(model.RESETS)) if "reset" in unusual else ""
    said = draw(st.lists(prompts(style), min_size=1, max_size=3))
    if skip != "none":
        said.insert(draw(st.integers(0, len(said))), "skip")
    if resets:
        said.insert(draw(st.integers(0, len(said))), "new")
    then: list[Action] = []
    if depth and draw(st.booleans()):
        then = draw(st.lists(actions(style, parties, unusual, depth - 1), max_size=1))
    return Loop(
        draw(who(parties)),
        tuple(said),
        draw(st.sampled_from(model.LOOPS)),
        guarded=any(map(fails, said)) or draw(st.booleans()),
        skip=skip,
        stops=skip == "before" and draw(st.booleans()),
        resets=resets,
        then=tuple(then),
    )


@st.composite
def actions(
    draw: st.DrawFn, style: Style, parties: int, unusual: list[str], depth: int = 2
) -> Action:
    """What a program does with its conversations."""
    kinds = ["say", "say", "say"]
    if depth:
        kinds += ["loop"]
    kinds += [one for one in unusual if depth or one != "branch"]
    kind = draw(st.sampled_from(kinds))
    one = who(parties)
    if kind == "say":
        return draw(says(style, parties))
    if kind == "loop":
        return draw(loops(style, parties, unusual, depth))
    if kind == "branch":
        inner = st.lists(actions(style, parties, unusual, depth - 1), max_size=2).map(tuple)
        return draw(st.builds(Branch, st.booleans(), inner, inner))
    plain = st.sampled_from(PROMPTS)
    made: dict[str, st.SearchStrategy[Action]] = {
        "reset": st.builds(Reset, one, st.sampled_from(model.RESETS)),
        "alias": st.builds(
            Alias, one, plain, choice=st.booleans() if parties > 1 else st.just(False)
        ),
        "fork": st.builds(Fork, one, st.lists(plain, min_size=1, max_size=2).map(tuple)),
        "inject": st.builds(Inject, one, st.booleans()),
        "show": st.builds(Show, one, st.sampled_from(model.VIEWS)),
        "trim": st.builds(Trim, one, st.sampled_from(("slice", "del", "if"))),
        "gather": st.builds(Gather, prompt=plain) if parties > 1 else st.builds(Say, prompt=plain),
        "undo": st.builds(Undo, one, st.sampled_from(("del", "pop"))),
    }
    return draw(made[kind])


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    """A program."""
    style = draw(styles())
    parties = draw(st.sampled_from((1, 1, 2)))
    unusual = draw(st.lists(st.sampled_from(UNUSUAL), max_size=2, unique=True))
    main = draw(st.booleans())
    found: list[Action] = [draw(says(style, parties))]
    found += draw(st.lists(actions(style, parties, unusual), max_size=4))
    if draw(st.booleans()):
        found.append(found.pop(0))
    asynchronous = main and draw(st.sampled_from((False, False, False, True)))
    talk = Talk(draw(st.sampled_from(model.HOMES)), style, main, asynchronous, tuple(found))
    return sound(talk)


def sound(talk: Talk) -> Talk:
    """The same program where it would run, else one close by that does."""
    style = talk.style
    config = style.config
    if config and config.spelling == "name" and not (config.system or config.temperature):
        style = replace(style, config=None)
    if talk.home in ("returning", "dataclass") and style.kind == "chat":
        talk = replace(talk, home="function")
    if style.streams and style.shows == "usage":
        style = replace(style, shows="text")
    if style.shows == "usage" and talk.asynchronous:
        style = replace(style, shows="text")  # what runs at once prints in any order
    if style.turn == "text" and style.guard.endswith("keep"):
        # Two texts in a row are one turn: the failed one would fail the next as well.
        style = replace(style, guard=style.guard.replace("keep", "pop"))
    if style.turn == "text" and style.kind == "history" and style.reply == "none":
        style = replace(style, reply="object")
    if (style.turn == "own" or style.streams) and style.reply == "object":
        style = replace(style, reply="text")
    if style.streams:
        # An error within a stream has no status of its own.
        style = replace(style, handler="exception")
    return replace(talk, style=style)
