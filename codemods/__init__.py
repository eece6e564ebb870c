"""The knowledge: one file per item of Google's migration checklist, and the tables old -> new.

`NEEDLES` are the words of which a file must mention one; they live here, away from everything else,
because every file of a tree is tested for them. Each costs a search through every byte.
"""

from __future__ import annotations

ROOMS = (
    "tables",
    "objects",
    "reply",
    "content",
    "request",
    "schemas",
    "media_output",
    "tools",
    "functions",
    "streams",
    "conversations",
    "errors",
    "types",
    "mocks",
)
"""The rooms from the ground up: each may use those before it. A room's codemods are its modules
that define `CODEMOD`."""

BRIDGE = "genai_bridge"
"""The file in the folder `bridge` that programs get a copy of, and its usual name there."""

DESCRIPTION = "Move calls of generate_content (google-genai) to the Gemini Interactions API."

NEEDLES = (b"generate_content", b"genai", b"chats.create", b"generative")
METHODS = (b"generate_content", b"send_message", b"chats.create")
"""Of the files that mention a needle, those that mention one of these …"""
CLUES = (b"google.genai", b"google import", b"models.generate_content", b"chats.create")
"""… and one of these are looked at closer."""
OLDER_PACKAGES = (b"google.generativeai", b"google import generativeai", b"generative_models")
"""So are those that mention one of these, whatever else they hold; or these and …"""
INTERACTIONS = (b".interactions.",)
OLDER_READS = (b".outputs", b'"content.', b"'content.", b'"interaction.', b"'interaction.")
"""… one of these."""
BRIDGED = (b"bridge.http_options(",)
"""So are those that mention one of these: their clients may have the bridge."""


def __getattr__(name: str) -> object:
    # LibCST's tool asks for the command here. Late, because this package is imported for every
    # file that is checked, and checking never imports LibCST.
    if name == "MigrateToInteractions":
        from migrator.libcst_command import MigrateToInteractions

        return MigrateToInteractions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
