"""Chats and histories: where a program keeps a conversation, and what is said when.

In: `chats.create`, `send_message`, lists of turns that grow. Out: chains by
`previous_interaction_id`, or lists of steps that the program keeps.
May use: tables to streams.
"""
