"""What the imports of a program's modules lead to, among those modules."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from migrator.connections import reached


@dataclass(frozen=True, slots=True)
class Links:
    """`targets` maps a module and a dotted path in one of its imports to the module that is meant.

    A path is spelt as in the import: `app.llm`, or `..llm` from where the module stands. The
    modules of a package stand under `.name` of its `__init__`.
    """

    targets: Mapping[tuple[ast.Module, str], ast.Module] = field(default_factory=dict)
    exports: frozenset[ast.Module] = frozenset()
    """Modules whose names are there for code out of view: the `__init__` of a library."""
    tests: frozenset[ast.Module] = frozenset()
    """Modules that test others: their calls show nothing of what a program passes."""
    is_application: bool = False
    """Whether nobody calls a function that nobody in view calls."""

    def target(self, module: ast.Module, path: str) -> ast.Module | None:
        """The module of the program that `path` in an import of `module` means."""
        return self.targets.get((module, path))

    def imports(self) -> dict[ast.Module, list[ast.Module]]:
        """The modules that each module imports itself; nothing of those that import none."""
        found: dict[ast.Module, list[ast.Module]] = {}
        for (module, _), target in self.targets.items():
            found.setdefault(module, []).append(target)
        return found

    def spelled(self, here: ast.Module, module: ast.Module) -> str | None:
        """How an import in `here` names another module of the program; None if nothing tells.

        Any file may spell a module as another does, where that is no path from where it stands.
        One that imports `here` itself is only imported as it is already.
        """
        own = [
            path
            for (source, path), target in self.targets.items()
            if target is module and source is here
        ]
        if own or here in reached([module], self.imports()):
            return own[0] if own else None
        return min(
            (p for (_, p), t in self.targets.items() if t is module and p[:1] != "."), default=None
        )


NO_LINKS = Links()
