"""What is sent: prompts, media, turns of a conversation.

In: `contents`, parts, files, lists of turns. Out: `input`, typed content, lists of steps.
May use: tables, objects, reply.
"""
