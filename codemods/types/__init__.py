"""Annotations and class tests that name types of the old API, and code for older packages.

In: annotations, `isinstance`, imports. Out: the types of the new API; findings for what is
reported only.
May use: all others.
"""
