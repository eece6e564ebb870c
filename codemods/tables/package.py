"""The package that the rewritten code needs.

Source: the Interactions API as it is written here works from 2.34.0 on, the oldest version that
the tests run on. That version says `Requires-Python: >=3.11`.
"""

from __future__ import annotations

NAME = "google-genai"
OLDEST = "2.34"
OLDEST_PYTHON = "3.11"
