"""The engine: discovers files, understands a module, applies a plan, reports.

It knows no name of the API."""

__version__ = "0.1.0"
