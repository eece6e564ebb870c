"""Pieces of new-style code that several codemods build."""
