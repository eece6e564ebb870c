"""Streams: chunks, and the events that take their places.

In: loops and comprehensions over a stream, lists of chunks. Out: a loop over events, whose head
finds out what the event holds.
May use: tables to functions.
"""
