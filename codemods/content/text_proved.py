"""Attributes of unknown objects that must be text, by what the program does with them."""

from __future__ import annotations

import ast

from codemods.content.text_refuted import evidence_of
from migrator.plan import Draft
from migrator.reasoning.caught_errors import handled
from migrator.syntax import base_of
from migrator.understand.structure import FUNCTION_TYPES
from migrator.understand.values import is_text


def is_proved_text(draft: Draft, node: ast.expr) -> bool:
    """Whether `request.prompt` is text: another read of it in the function is stripped, or added
    to text.
    """
    root = base_of(node)
    if not isinstance(node, ast.Attribute) or not isinstance(root, ast.Name):
        return False
    structure = draft.facts.structure
    scope = structure.owner_of(root)
    if not isinstance(scope, FUNCTION_TYPES) or (scope, root.id) in structure.shared:
        return False
    if structure.bindings(scope, root.id):
        return False  # the name may stand for something else there
    reads = [
        read
        for read in structure.named.get(node.attr, ())
        if isinstance(read, ast.Attribute) and _is_same(draft, read, node, scope)
    ]
    if not all(isinstance(read.ctx, ast.Load) for read in reads):
        return False
    evidence = evidence_of(draft)
    if evidence.is_refuted(reads):
        return False
    return evidence.reads_prove_text(reads) or any(_is_added(draft, read) for read in reads)


def _is_same(draft: Draft, read: ast.Attribute, node: ast.Attribute, scope: ast.AST) -> bool:
    root = base_of(read)
    if not isinstance(root, ast.Name) or ast.unparse(read) != ast.unparse(node):
        return False
    return draft.facts.structure.owner_of(root) is scope


def _is_added(draft: Draft, node: ast.expr) -> bool:
    """Whether `node` is added to something that is text, which takes nothing but text."""
    parent = draft.facts.structure.parent(node)
    if not isinstance(parent, ast.BinOp) or not isinstance(parent.op, ast.Add):
        return False
    if "TypeError" in handled(draft, node):
        return False  # something else is expected there
    values = draft.values(parent.right if parent.left is node else parent.left)
    return bool(values) and all(map(is_text, values))
