"""What is read of a reply: texts, parts, counts, reasons, and the guards around them.

In: reads of a response, a candidate, its content or its parts. Out: reads of an interaction, its
steps and their content, and tests that hold for empty, blocked and cut replies.
May use: tables, objects.
"""
