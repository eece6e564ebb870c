"""What the user asked for, made whole: the command line over the settings file."""

from __future__ import annotations

import enum
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from migrator import settings
from migrator.model import Options


class UsageError(Exception):
    """The command line makes no sense; the text says why and what would."""


class Mode(enum.Enum):
    """What becomes of the findings."""

    REPORT = "report"
    CHECK = "check"
    DIFF = "diff"
    IN_PLACE = "in-place"


class Invocation(NamedTuple):
    """One call of the command, with every default filled in.

    `paths` is ("-",) for stdin, whose source is then shown as `stdin_name`. `exclude`
    holds patterns relative to the folder `exclude_base` (None: working directory).
    `jobs` is a number of processes, None for one per core.
    """

    mode: Mode
    paths: tuple[str, ...]
    options: Options
    stdin_name: str = "<stdin>"
    exclude: tuple[str, ...] = ()
    exclude_base: str | None = None
    jobs: int | None = None
    output_format: str = "text"
    exit_zero: bool = False
    quiet: bool = False
    verbose: bool = False
    color: str = "auto"
    settings_path: str | None = None
    readable: bool = False
    pages: bool = False
    requirements: bool = True
    allow_bridged: bool = False

    @property
    def stdin(self) -> bool:
        """Whether the source comes from stdin."""
        return self.paths == ("-",)

    @property
    def filters(self) -> bool:
        """Whether stdout gets the migrated source."""
        return self.stdin and self.mode is Mode.REPORT

    @property
    def edits(self) -> bool:
        """Whether new bytes are made: findings are then verified, not just planned."""
        return self.mode is not Mode.CHECK


def resolve(
    arguments: Mapping[str, Any], given: frozenset[str], paths: Sequence[str]
) -> Invocation:
    """The invocation for parsed `arguments`, by parameter name.

    Those named in `given` were really typed and outrank the settings file. Raises
    UsageError and SettingsError.
    """
    values = dict(arguments)
    mode = _mode(values)
    _check_paths(paths, mode)
    if values["readable"] and mode is not Mode.DIFF:
        raise UsageError("--readable says how --diff prints; add --diff")
    _check_bridge(values, paths)
    name = values["stdin_filename"]
    around = [name] if paths == ("-",) and name else [p for p in paths if p != "-"]
    start = settings.common_folder(around)
    found = settings.load(start, values["config"])
    from_file = {k: v for k, v in found.values.items() if k not in given}
    values.update(from_file)
    # Line length matters to new code only, and pyproject.toml is read again for it.
    if values.get("line_length") is None:
        plans = mode is Mode.CHECK
        length = settings.DEFAULT_LINE_LENGTH if plans else settings.line_length(start)
        values["line_length"] = length
    return Invocation(
        mode=mode,
        paths=tuple(paths),
        options=_options(values, found.path, from_file),
        stdin_name=name or "<stdin>",
        exclude=tuple(values["exclude"]),
        exclude_base=found.folder if "exclude" in from_file else None,
        jobs=values["jobs"],
        output_format=values["output_format"],
        exit_zero=values["exit_zero"],
        quiet=values["quiet"],
        verbose=values["verbose"],
        color=values["color"],
        settings_path=found.path,
        readable=values["readable"],
        pages=values["pages"],
        requirements=values["requirements"],
        allow_bridged=values["allow_bridged"],
    )


def _options(
    values: Mapping[str, Any], source: str | None, from_file: Mapping[str, Any]
) -> Options:
    """What changes results, of `values`, some of which stand in the settings file `source`."""
    return Options(
        unsafe_fixes=values["unsafe_fixes"],
        select=_codemods("select", values["select"], source, from_file),
        ignore=_codemods("ignore", values["ignore"], source, from_file),
        header=values["header"],
        api_revision=values["api_revision"],
        no_store=values["no_store"],
        upgrade_models=values["upgrade_models"],
        line_length=values["line_length"],
        assume_application=values["assume_application"],
        clear_outputs=values["clear_outputs"],
        bridge=values["bridge"],
        bridge_module=values["bridge_module"],
        bridge_remove=values["bridge_remove"],
    )


def codemod_code(option: str, word: str) -> str:
    """The code of the codemod called `word`, a code or a name in any case.

    Raises UsageError, which names `option` and the nearest codemod there is.
    """
    # Imported here: it imports every codemod.
    from migrator.registry import codemods

    known: dict[str, str] = {}
    for codemod in codemods():
        known[codemod.code] = known[codemod.name] = codemod.code
    lowered = {name.lower(): code for name, code in known.items()}
    code = lowered.get(word.strip().lower())
    if code is None:
        hint = settings.nearest(word, tuple(known)) or "; --list prints them all"
        raise UsageError(f"{option}: there is no codemod '{word}'{hint}")
    return code


def _mode(values: Mapping[str, Any]) -> Mode:
    flags = {"--diff": Mode.DIFF, "--in-place": Mode.IN_PLACE, "--check": Mode.CHECK}
    asked = [flag for flag in flags if values[flag[2:].replace("-", "_")]]
    if len(asked) > 1:
        raise UsageError(f"{' and '.join(asked)} exclude each other; choose one")
    return flags[asked[0]] if asked else Mode.REPORT


def _check_paths(paths: Sequence[str], mode: Mode) -> None:
    if "-" in paths:
        if len(paths) > 1:
            raise UsageError("'-' (stdin) cannot be mixed with other paths")
        if mode is Mode.IN_PLACE:
            raise UsageError(
                "stdin cannot be rewritten in place; leave --in-place out, and '-' "
                "writes the migrated source to stdout"
            )
        return
    missing = [f"'{path}'" for path in paths if not os.path.lexists(path)]
    if missing:
        verb = "does" if len(missing) == 1 else "do"
        raise UsageError(f"{', '.join(missing)} {verb} not exist")


def _check_bridge(values: Mapping[str, Any], paths: Sequence[str]) -> None:
    module = values["bridge_module"]
    if module and not (module.isidentifier() and module.endswith("bridge")):
        raise UsageError(
            f"--bridge-module: {module!r} must be the name of a module that ends in 'bridge', by "
            "which a later run knows it"
        )
    if values["bridge"] and values["bridge_remove"]:
        raise UsageError("--bridge and --bridge-remove exclude each other; choose one")
    if values["bridge"] and "-" in paths:
        raise UsageError("--bridge writes a file beside the program; name the program's files")


def _codemods(
    key: str, words: Sequence[str], path: str | None, from_file: Mapping[str, Any]
) -> frozenset[str]:
    return chosen_codemods(f"{path}: '{key}'" if key in from_file else f"--{key}", words)


def chosen_codemods(option: str, words: Sequence[str]) -> frozenset[str]:
    """The codes of the codemods that `words` name, each a list separated by commas.

    Raises UsageError, which names `option`.
    """
    parts = [part for word in words for part in word.split(",") if part.strip()]
    return frozenset(codemod_code(option, part) for part in parts)
