"""Report code for older packages, and for the Interactions API as it was before May 2026.

Why: https://ai.google.dev/gemini-api/docs/migrate: google.generativeai and
vertexai.generative_models are no longer developed, and models end there. Since revision 2026-05-20
a reply has `steps` where it had `outputs`, and events have other names.

Rewrites: nothing. Each call of `GenerativeModel` and its chats is a finding, and so is the import
of such a package where no call of it is found, and each read of `outputs`, and each of the former
names of events. So is `send_message` of what is called chat, and `generate_content` of what is
called model, that can't be traced, in files that import google.genai and read the reply.

Leaves alone: all of it, for a person: the model object, the global key, the text that raises and
numbers that are floats have no counterpart that could be put in their places.
"""

from __future__ import annotations

from codemods.tables.older import (
    GENERATIVEAI,
    OUTPUTS,
    UNTRACED_CHATS,
    UNTRACED_MODELS,
    VERTEXAI,
)
from migrator.codemod import Applicability, Codemod
from migrator.plan import Draft
from migrator.reasoning.lost_values import cause_of
from migrator.understand.recognise import Recognised


def advise_client(draft: Draft, found: Recognised) -> str:
    """What to do about google.generativeai."""
    return (
        f"{found.dialect} is no longer developed; install google-genai, make a genai.Client() and "
        "call client.interactions.create with the settings of the model"
    )


def advise_vertex(draft: Draft, found: Recognised) -> str:
    """What to do about vertexai.generative_models."""
    return (
        f"{found.dialect} is no longer developed; install google-genai and make a "
        "genai.Client(vertexai=True, project=…, location=…), then run this again"
    )


def advise_steps(draft: Draft, found: Recognised) -> str:
    """What to do about replies and events of the former revision."""
    if found.name == "outputs":
        return "an interaction has no outputs since May 2026; read output_text, or its steps"
    return (
        f"no event is called {found.name} since May 2026; "
        "text comes in events called step.delta, the end in interaction.completed"
    )


def advise_chat(draft: Draft, found: Recognised) -> str:
    """What to do about `chat.send_message(…)` of a chat that nothing in view makes."""
    return f"{_unseen(draft, found)}; if it is a chat, migrate it together with what makes it"


def advise_model(draft: Draft, found: Recognised) -> str:
    """What to do about `model.generate_content(…)`, which google-genai has no object for."""
    return (
        f"{_unseen(draft, found)}; google-genai has no model objects, "
        "so call client.interactions.create with model=…"
    )


def _unseen(draft: Draft, found: Recognised) -> str:
    function = getattr(found.node, "func", found.node)
    return cause_of(draft, getattr(function, "value", function))[1]


CODEMOD = Codemod(
    code="GM031",
    name="older-packages",
    summary="report google.generativeai, vertexai.generative_models and interactions with outputs",
    doc=__doc__ or "",
    applicability=Applicability.MANUAL,
    rules={
        ("recognised", GENERATIVEAI): advise_client,
        ("recognised", VERTEXAI): advise_vertex,
        ("recognised", OUTPUTS): advise_steps,
        ("recognised", UNTRACED_CHATS): advise_chat,
        ("recognised", UNTRACED_MODELS): advise_model,
    },
)
