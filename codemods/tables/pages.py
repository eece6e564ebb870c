"""How examples on a page begin where they leave their beginning out.

Source: the README of google-genai, whose examples take `client` and `types` for granted.
"""

from __future__ import annotations

from migrator.pages.assumed import Assumed

ASSUMED = Assumed(
    package="google.genai",
    factory="Client",
    imports={
        "genai": "from google import genai",
        "types": "from google.genai import types",
        "errors": "from google.genai import errors",
        "Client": "from google.genai import Client",
    },
    calls=("models.generate_content", "models.generate_content_stream", "chats.create"),
    asynchronous="aio",
    client="{name} = genai.Client()",
    async_client="{name} = genai.Client().aio",
    note=(
        "a page makes no client in view of these calls: they are taken for calls of "
        "`genai.Client()`, which needs the header Api-Revision wherever it is made"
    ),
    codemod="generate-content",
    code="GM001",
)
