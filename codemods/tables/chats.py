"""What `chat.get_history()` gives, and its turns once they are steps.

Source: `google/genai/chats.py`. The turns have the attributes of any `Content`, but are not part of
one reply: their types have names of their own.
"""

from __future__ import annotations

TURN = "turn of a chat"
TURNS = f"list[{TURN}]"
TURN_PART = "part of a turn of a chat"
TURN_PARTS = f"list[{TURN_PART}]"
TURN_CALL = "call in a turn of a chat"
TURN_RESULT = "result in a turn of a chat"
