"""The engine: discovers files, understands a module, applies a plan, reports. Knows no Gemini name."""

__version__ = "0.1.0"
