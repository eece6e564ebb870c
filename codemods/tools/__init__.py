"""Tools that run on the server, and what they found.

In: `types.Tool` and grounding metadata. Out: dicts with a `type`, steps and citations.
May use: tables to media_output.
"""
