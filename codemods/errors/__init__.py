"""Exceptions: which handlers a migrated call can reach, and what they ask of an error.

In: `except` clauses, retry predicates, tests of codes, statuses and texts. Out: the new error
classes, tested by HTTP status.
May use: tables to conversations.
"""
