"""The kinds of rules: what a key looks like, what its rule is given, and when it is asked.

Rules are found by their keys alone (`draft.rule("setting", "temperature")`), so this table is all
that says who asks for one. Each rule is given the `Draft` first, and writes what it wants there;
most give nothing back. `tests/test_registry.py` holds every rule against the table.
"""

from __future__ import annotations

from typing import NamedTuple

ENGINE = """
the requests: migrator/plan/planner.py
  site, METHOD                  (site)         for each legacy call: translate its request
  handed on, method             (site)         for a legacy method that other code is given
  result, METHOD                (site)         for what a call returns, before it is followed
what a call returns, use by use: migrator/plan/follow.py
  read, TYPE, ATTRIBUTE         (reading)      where an attribute of a TYPE is read
  use, TYPE, USE                (reading)      where a TYPE is used whole; USE names a plan.Use
  any, read, TYPE               (reading)      for attributes that have no rule of their own
  any, use, TYPE                (reading)      for uses that have no rule of their own
  absent, attribute             (reading)      for attributes that no such object ever had
  moved, TYPE                   (reading)      where a TYPE is handed on: bound, put into a list
  unfolded, TYPE                (reading)      where its items are: `first, *rest = it`, `[*it]`
  returned, TYPE                (reading)      where a function returns a TYPE
what may stand where the result of a call does: migrator/plan/follow.py
  guest, object                 (node, value)  gives whether this value may
  company, KIND                 (owner, node)  gives whether a KIND may, made differently
  beside, constant, TYPE        (reading)      never run; that it is there says a constant may
  beside, printed, TYPE         (node)         gives whether a constant may that is printed
  beside, anything printed, TYPE (reading)     never run; that it is there says anything may
objects that must be made differently: Draft.convert, migrator/plan/holders.py
  build, KIND                   (node, owner)  gives the code of a KIND for an object
  copied, KIND                  (made, owner)  gives code that leaves the object, or None
  accepts, KIND                 (value)        gives whether it can be built anew where it is made
  value, KIND                   (node, value, owner)  judges a value that can't: block, doubt
  rebuilt, KIND                 (origin)       once one is built anew where it is made
  alike, KIND, KIND             (origin)       gives whether one object may be both
  held, KIND                    (reading)      for each use of what holds a KIND, as a list does
the whole program, once: migrator/plan/planner.py, migrator/plan/bridging.py
  module, WORDS                 ()             once all uses are followed
  last, WORDS                   ()             after all of those
  settled, WORDS                ()             once `draft.migrated` says what is migrated
  bridge, site                  (site, skipped)  gives the Crossing of a call that is left
  bridge, removal               ()             gives the Crossing of clients that lose the bridge
  recognised, DIALECT           (found)        gives why code of an older package is left
"""

CODEMODS = """
the request
  setting, FIELD                (setting)      for each field of a config: put it where it belongs
  header, call                  (site)         gives the header that the call must carry, or None
  argument, contents            (node, owner)  gives the code of `input` for what is sent
  conversation, contents        (site, said)   gives whether it plans the input, as a turn of many
  request, callables            (site, config)  gives the Finish of a loop that calls functions
  request, calls functions      (configs)      gives whether a config needs such a loop
  message, callables            (site, sent, settings)  gives the rows of such a loop in a chat
  tool, FIELD                   (node, owner)  gives the code, or the items, of a tool
the parts of what is sent
  part, FORM                    (part)         gives the content for a part that is written out
  part value, TYPE              (node, owner)  gives the content for a TYPE that is sent as it is
  received, part                (node, owner)  gives the content for a part of a reply
  received, parts               (node, held, owner)  gives the list for the parts of a reply
  wrap, TYPE                    (node, held, owner)  gives the list for a list of TYPE
"""


class RuleKind(NamedTuple):
    """Keys that begin alike, words in capitals being any, and what their rules are given."""

    key: tuple[str, ...]
    given: tuple[str, ...]


def rule_kinds() -> tuple[RuleKind, ...]:
    """Each row of the tables: those that the engine asks, and those that codemods ask."""
    rows = [row for row in (ENGINE + CODEMODS).splitlines() if row.startswith("  ")]
    kinds = []
    for row in rows:
        key, _, rest = row.partition("(")
        given = rest.partition(")")[0]
        kinds.append(RuleKind(_words(key), _words(given)))
    return tuple(kinds)


def kind_of(key: tuple[str, ...]) -> RuleKind | None:
    """The first kind that a rule's key is of; None if nobody would ask for it."""
    for kind in rule_kinds():
        if len(kind.key) == len(key) and all(
            word in (own, word.upper()) for word, own in zip(kind.key, key, strict=True)
        ):
            return kind
    return None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
