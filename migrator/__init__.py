"""The engine: discovers files, understands a module, applies a plan, reports.

It knows no name of the API. A run goes through these, in this order:

    cli, invocation     options and settings become one Invocation
    execute             carries it out, prints the report, decides the exit code
    discover, runner    paths become files; `prefilter` dismisses most of them
    programs            the others, with the files around them that they import
    pool, worker        one program, in this process or another; never raises
    writing             with --in-place: files that change together, by `transaction`
    pipeline, together  one file, or several laid end to end: understand/, plan/, carry (edit/),
                        salvage (again without the unit that failed), verify
    report/             text, json, sarif, github, and patches
"""

__version__ = "0.1.0"
