"""The knowledge: one file per item of Google's migration checklist, and the tables old -> new.

`NEEDLES` are the method names of which a file must mention one; they live here, away from
everything else, because every file of a tree is tested for them.
"""

NEEDLES = (b"generate_content", b"send_message", b"chats.create")
CLUES = (b"google.genai", b"google import", b"models.generate_content")
"""A file that mentions a method must also hold one of these to be looked at any closer."""
