"""The fixtures of the tests of the command line."""

from tests.cli.conftest import command, tree

__all__ = ["command", "tree"]
