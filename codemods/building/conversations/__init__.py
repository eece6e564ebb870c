"""Conversations that a program keeps itself: where they are kept, what is said when, and what of
it the server knows already.
"""
