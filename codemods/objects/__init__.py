"""Old-style objects as they are written, and the settings of a call as rows.

In: expressions that construct a type of the SDK, a TypedDict or a dict. Out: their fields, and
code for arguments, entries and conditions.
May use: tables.
"""
