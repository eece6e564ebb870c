"""The call itself, its client and its settings.

In: a legacy call and its config. Out: `interactions.create` with its arguments, and the header.
May use: tables, objects, reply, content.
"""
