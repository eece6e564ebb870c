"""Methods that tests have put a mock in the place of: they are asked what only mocks can tell."""

from __future__ import annotations

import ast

from migrator.understand.structure import Structure

TOLD = frozenset(
    {
        *("return_value", "side_effect", "called", "call_count", "await_count", "reset_mock"),
        *("call_args", "call_args_list", "await_args", "await_args_list", "mock_calls"),
        *("assert_called", "assert_called_once", "assert_not_called", "assert_called_with"),
        *("assert_called_once_with", "assert_any_call", "assert_has_calls"),
        *("assert_awaited", "assert_awaited_once", "assert_not_awaited", "assert_awaited_with"),
        *("assert_awaited_once_with", "assert_any_await", "assert_has_awaits"),
    }
)
"""Attributes of mocks, which no method has."""


def is_mocked(structure: Structure, node: ast.AST) -> bool:
    """Whether a method that is taken, and not called, is a mock.

    That is `client.ask.called`, and `asked = client.ask` where `asked.return_value` follows.
    """
    parent = structure.parent(node)
    if not isinstance(parent, ast.Assign):
        return _is_asked(structure, node)
    targets = [target for target in parent.targets if isinstance(target, ast.Name)]
    loads = [
        name
        for target in targets
        for name in structure.mentions(structure.owner_of(target), target.id)
        if isinstance(name.ctx, ast.Load)
    ]
    return len(targets) == len(parent.targets) and any(_is_asked(structure, n) for n in loads)


def _is_asked(structure: Structure, node: ast.AST) -> bool:
    parent = structure.parent(node)
    return isinstance(parent, ast.Attribute) and parent.attr in TOLD
