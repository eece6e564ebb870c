"""What the server knows of one run of a program: its log, its memory, its failures."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from .answer import Answer
from .conversation import Conversation, Turn
from .errors import Refused
from .moods import LATER_ATTEMPTS, MOST, PATIENCE, REPEATED, USUAL, Mood, Weather


@dataclass(slots=True)
class Request:
    """One request, as it came and as it was understood."""

    method: str
    path: str
    api: str
    size: int
    revisions: tuple[str, ...]
    timeout: str | None
    body: Any = None
    conversation: Conversation | None = None
    status: int = 0
    error: str = ""

    @property
    def generates(self) -> bool:
        """Whether the request asked the model for something."""
        return self.api in LEGACY or self.api == "interactions"

    def summary(self) -> dict[str, Any]:
        """What a person wants to see of it."""
        said: dict[str, Any] = {"api": self.api, "status": self.status}
        if self.conversation:
            said["conversation"] = self.conversation.canonical()
        if self.error:
            said["error"] = self.error
        return said


LEGACY = {"generateContent", "streamGenerateContent"}


@dataclass(slots=True)
class Session:
    """One run. Everything it holds is reached from the server's threads."""

    base_url: str
    old_errors: bool = False
    """Whether the Interactions API answers errors in the body of the older one."""
    requests: list[Request] = field(default_factory=list)
    interactions: dict[str, tuple[Turn, ...] | None] = field(default_factory=dict)
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    tries: int = LATER_ATTEMPTS
    """How many requests the client makes of one call."""
    weather: Weather = USUAL
    met: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def mood_for(self, key: str, *, repeats: bool) -> Mood | None:
        """The mood in which the server meets a conversation now, if it isn't friendly.

        `repeats` says that the client repeats a failed request by itself.
        """
        mood = self.weather.mood
        if mood is None:
            return None
        with self.lock:
            self.met[key] = self.met.get(key, 0) + 1
            number = list(self.met).index(key) + 1
            again = repeats and (mood.failure in REPEATED or mood.failure >= 500)
            patience = PATIENCE * (self.tries if again else 1)
            patient = self.met[key] <= patience and number <= MOST
        return mood if patient and mood.only in (0, number) else None

    def attempt(self, key: str) -> int:
        """How often this conversation was sent, this time included."""
        with self.lock:
            self.attempts[key] = self.attempts.get(key, 0) + 1
            return self.attempts[key]

    def recall(self, interaction_id: str) -> tuple[Turn, ...]:
        """The turns up to and including an earlier interaction."""
        turns = self.interactions.get(interaction_id)
        if turns is None:
            raise Refused(f"previous_interaction_id: no stored interaction {interaction_id!r}")
        return turns

    def remember(self, answer: Answer, said: Conversation, reply: dict[str, Any]) -> None:
        """Keep an interaction for the turns that build on it."""
        with self.lock:
            self.interactions[answer.id] = (*said.turns, answer.turn())
            self.replies[answer.id] = reply
