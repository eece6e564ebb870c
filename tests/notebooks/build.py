"""Notebooks for tests, made from the sources of their cells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

OLD_OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["what the former code said\n"]}


def code(source: str, **more: Any) -> dict[str, Any]:
    """A code cell with an output, as it comes from a run."""
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "outputs": [OLD_OUTPUT],
        "source": source.splitlines(keepends=True),
        **more,
    }


def notebook(cells: Sequence[dict[str, Any] | str], **more: Any) -> bytes:
    """The file of a notebook; a string is the source of a code cell."""
    found = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    metadata = {"language_info": {"name": "python"}}
    data = {"cells": found, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4, **more}
    return json.dumps(data, indent=1, ensure_ascii=False).encode() + b"\n"
