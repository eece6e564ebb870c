"""What may be asked on the command line, as click reads it."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Any

import click

from migrator import __version__, settings
from migrator.execute import execute, explain, explain_plans, listing
from migrator.invocation import resolve
from migrator.visible import visible

_EPILOG = """\b
Exit codes:
  0  no legacy call site is left (in place: all were migrated)
  1  some are left, or would be changed
  2  usage error, or a file could not be read, parsed, verified or written
  3  all that are left go over the bridge (0 with --allow-bridged)
"""


def _revision(_: click.Context, __: click.Parameter, value: str) -> str:
    try:
        return settings.checked_revision(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EPILOG)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--diff", is_flag=True, help="Print a patch for `git apply`.")
@click.option("--readable", is_flag=True, help="With --diff: show notebooks cell by cell.")
@click.option("-i", "--in-place", "--write", "in_place", is_flag=True, help="Rewrite the files.")
@click.option("--check", is_flag=True, help="List the findings only; the fastest mode.")
@click.option(
    "--unsafe-fixes/--no-unsafe-fixes",
    default=False,
    help="Also make the rewrites that may change what the program does.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODEMOD",
    help="Use only these codemods (codes or names, also comma-separated).",
)
@click.option("--ignore", multiple=True, metavar="CODEMOD", help="Do not use these codemods.")
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out what matches, written as in a .gitignore.",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; default: cores.")
@click.option(
    "--header",
    type=click.Choice(settings.HEADERS),
    default="auto",
    show_default=True,
    help="Where the API revision header goes.",
)
@click.option(
    "--api-revision",
    default="2026-05-20",
    show_default=True,
    metavar="DATE",
    callback=_revision,
    help="The API revision to ask for.",
)
@click.option(
    "--no-store/--store",
    default=False,
    help="Add store=False to calls of a single turn.",
)
@click.option(
    "--assume-application/--no-assume-application",
    default=False,
    help="Take functions that nothing in view calls for called by nobody.",
)
@click.option(
    "--upgrade-models/--keep-models",
    default=False,
    help="Name the successors of models that are shut down.",
)
@click.option(
    "--bridge/--no-bridge",
    default=False,
    help="Let calls that stay as they are go over a bridge at run time.",
)
@click.option("--bridge-module", default="", metavar="NAME", help="What the bridge is called.")
@click.option(
    "--bridge-remove",
    is_flag=True,
    help="Take the bridge from clients that have no legacy call left.",
)
@click.option(
    "--allow-bridged",
    is_flag=True,
    help="Count calls that go over the bridge as done.",
)
@click.option(
    "--clear-outputs/--keep-outputs",
    default=False,
    help="Empty the outputs of a notebook's changed cells.",
)
@click.option(
    "--pages/--no-pages",
    default=False,
    help="Also look at pages in folders (.md, .mdx, .rst, .qmd).",
)
@click.option(
    "--requirements/--no-requirements",
    default=True,
    show_default=True,
    help="Raise what the projects of migrated files require.",
)
@click.option(
    "--output-format",
    type=click.Choice(settings.FORMATS),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@click.option("--config", metavar="FILE", help="Take the settings from this file.")
@click.option("--stdin-filename", metavar="NAME", help="What to call the source on stdin.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 even if call sites are left.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Say more about the run.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours; auto honours NO_COLOR.",
)
@click.option(
    "--explain-plan",
    is_flag=True,
    help="Print what is planned for the files, unit by unit, and all that stops it.",
)
@click.option("--explain", metavar="CODEMOD", help="Print a codemod's reference page and exit.")
@click.option("--list", "list_", is_flag=True, help="List the codemods and exit.")
@click.version_option(__version__, prog_name="gemini-migrate")
@click.pass_context
def command(context: click.Context, /, paths: tuple[str, ...], **arguments: Any) -> int:
    """Migrate calls of generate_content in PATHS to the Interactions API.

    Without a mode the findings are listed and nothing changes. PATHS are files and
    folders (default: the working directory), or - to filter stdin to stdout.
    """
    if arguments.pop("list_"):
        sys.stdout.write(listing())
        return 0
    word = arguments.pop("explain")
    if word is not None:
        sys.stdout.write(explain(word))
        return 0
    plans = arguments.pop("explain_plan")
    commandline = click.core.ParameterSource.COMMANDLINE
    given = frozenset(
        name for name in arguments if context.get_parameter_source(name) is commandline
    )
    invocation = resolve(arguments, given, paths or (".",))
    return explain_plans(invocation) if plans else execute(invocation)


def run(arguments: Sequence[str] | None) -> int:
    """Do what `arguments` ask (those of the process if None); returns the exit code.

    Says what is wrong with them. Raises KeyboardInterrupt, and what goes wrong later on.
    """
    try:
        code = command.main(
            args=None if arguments is None else list(arguments),
            prog_name="gemini-migrate",
            standalone_mode=False,
        )
    except click.ClickException as error:
        shown = io.StringIO()
        _with_way_out(error).show(shown)
        lines = shown.getvalue().split("\n")
        sys.stderr.write("\n".join(visible(line.expandtabs()) for line in lines))
        return error.exit_code
    except click.Abort as error:
        # Click makes an Abort of every KeyboardInterrupt.
        cause = error.__cause__
        raise cause if isinstance(cause, KeyboardInterrupt) else KeyboardInterrupt from None
    return int(code or 0)


def _with_way_out(error: click.ClickException) -> click.ClickException:
    """The error, but where somebody gives a key of the settings file as an option."""
    if isinstance(error, click.NoSuchOption):
        key = error.option_name.removeprefix("--")
        if key in settings.WITHOUT_OPTION:
            text = f"--{key} is no option; set {key} in [tool.{settings.TABLE}] of pyproject.toml."
            return click.UsageError(text, error.ctx)
    return error
