"""Tests that fake the API: mocks of the method, their replies, and what they say was asked.

In: a mocked `generate_content`, and the units of the calls that it stands in for. Out: a mocked
`interactions.create` that those calls, rewritten, take for the same.
May use: all others.
"""
