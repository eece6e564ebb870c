"""How turns, messages and settings are spelled."""

from __future__ import annotations

from .model import Config, Style

Lines = list[str]
CONTENTS = ": list[types.Content]"
MODEL = '"gemini-2.5-flash"'


def block(head: str, body: Lines) -> Lines:
    """A statement with the lines it holds."""
    return [head, *(f"    {line}" if line else "" for line in body or ["pass"])]


def user_turn(style: Style, text: str) -> str:
    """A turn of the user; `text` is an expression."""
    return {
        "content": f'types.Content(role="user", parts=[types.Part(text={text})])',
        "dict": f'{{"role": "user", "parts": [{{"text": {text}}}]}}',
        "user-content": f"types.UserContent({text})",
        "text": text,
        "own": f'{{"role": "user", "content": {text}}}',
        "two-parts": (
            'types.Content(role="user", parts=[types.Part.from_text(text="Well:"), '
            f"types.Part.from_text(text={text})])"
        ),
    }[style.turn]


def model_turn(style: Style, text: str) -> str:
    """A turn of the model."""
    return {
        "content": f'types.Content(role="model", parts=[types.Part(text={text})])',
        "dict": f'{{"role": "model", "parts": [{{"text": {text}}}]}}',
        "own": f'{{"role": "assistant", "content": {text}}}',
        "two-parts": f'types.Content(role="model", parts=[types.Part.from_text(text={text})])',
    }.get(style.turn, f"types.ModelContent({text})")


TO_CONTENTS = [
    "def to_contents(messages):",
    "    return [",
    "        types.Content(",
    '            role="user" if message["role"] == "user" else "model",',
    '            parts=[types.Part(text=message["content"])],',
    "        )",
    "        for message in messages",
    "    ]",
    "",
    "",
]
"""What turns messages in a format of the program's own into contents."""


def message(style: Style, text: str) -> str:
    """What `send_message` takes."""
    return {
        "content": f"types.Part(text={text})",
        "user-content": f"[{text}]",
        "text": f"[types.Part.from_text(text={text})]",
        "two-parts": f'["Well:", {text}]',
    }.get(style.turn, text)


def settings(config: Config | None, *, own: str = "") -> str:
    """The argument `config` with the comma before it, or nothing."""
    if config is None:
        return ""
    if config.spelling == "name" and not own:
        return ", config=CONFIG"
    return f", config={settings_value(config)}"


def settings_value(config: Config) -> str:
    """The settings, written out."""
    pairs = []
    if config.system:
        pairs.append(("system_instruction", '"Be brief."'))
    if config.temperature:
        pairs.append(("temperature", config.temperature))
    if config.spelling == "dict":
        return "{" + ", ".join(f'"{name}": {value}' for name, value in pairs) + "}"
    inner = ", ".join(f"{name}={value}" for name, value in pairs)
    return f"types.GenerateContentConfig({inner})"


def grow(growth: str, ref: str, turns: list[str]) -> Lines:
    """A list grows by some turns."""
    joined = ", ".join(turns)
    if not turns:
        return []
    if growth == "helper":
        return [f"remember({ref}, {turn})" for turn in turns]
    if growth == "append":
        return [f"{ref}.append({turn})" for turn in turns]
    if growth == "extend":
        return [f"{ref}.extend([{joined}])"]
    if growth == "add":
        return [f"{ref} += [{joined}]"]
    if growth == "plus":
        return [f"{ref} = {ref} + [{joined}]"]
    return [f"{ref} = [*{ref}, {joined}]"]


def copied(form: str, ref: str) -> str:
    """A copy of a list."""
    return {"list": f"list({ref})", "slice": f"{ref}[:]", "copy": f"{ref}.copy()"}.get(
        form, f"[*{ref}]"
    )


PARTS = "response.candidates[0].content.parts"
REPLIES = {
    "or": 'response.text or "nothing"',
    "tested": 'response.text if response.text else "nothing"',
    "none": 'response.text if response.text is not None else "nothing"',
    "getattr": 'getattr(response, "text", None) or "nothing"',
    "parts": f'"".join(part.text for part in {PARTS} if part.text)',
    "guarded": (
        f'"".join(part.text or "" for part in {PARTS}) if response.candidates '
        f'and response.candidates[0].content and {PARTS} else "nothing"'
    ),
}
"""Ways to reach the text of a reply, as expressions."""


def reply_lines(looks: str) -> Lines:
    """The lines that give the text of a reply the name `reply`."""
    if looks == "tried":
        tried = block("try:", ["reply = response.text.strip()"])
        return tried + block("except AttributeError:", ['reply = "nothing"'])
    if looks == "walrus":
        return block("if not (reply := response.text):", ['reply = "nothing"'])
    return [f"reply = {REPLIES.get(looks, 'response.text')}"]


def failure(handler: str) -> tuple[str, Lines]:
    """The head of a handler, and what it says."""
    return {
        "exception": ("except Exception:", ['print("failed")']),
        "code": ("except errors.APIError as error:", ['print("failed", error.code)']),
        "classes": (
            "except (errors.ClientError, errors.ServerError) as error:",
            ['print("failed", error.code)'],
        ),
        "words": (
            "except Exception as error:",
            ['print("slow down" if "429" in str(error) else "failed")'],
        ),
        "tested": (
            "except errors.APIError as error:",
            [*block("if error.code >= 500:", ['print("later")']), *block("else:", ['print("no")'])],
        ),
    }[handler]
