"""What a project says it needs: found in its files, and raised where the new code needs more.

All but `search` is pure: texts in, texts and notes out. Nothing here knows which package it is.
"""
