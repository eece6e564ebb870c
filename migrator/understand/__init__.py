"""Understand a module: an abstract interpretation on `ast`, done once, asked many times."""

from migrator.understand.facts import Facts, understand
from migrator.understand.knowledge import Knowledge, SiteKind
from migrator.understand.state import CallSite

__all__ = ["CallSite", "Facts", "Knowledge", "SiteKind", "understand"]
