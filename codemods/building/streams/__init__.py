"""Streams: where the chunks of a stream are used, and what takes their place in a loop over events.

A loop finds out at its top what an event holds (a piece of text, an error, the end); below that
the program's own statements stay as they are and read what was found.
"""
