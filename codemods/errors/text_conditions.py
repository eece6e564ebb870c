"""Conditions on an error's text, status or code, rewritten to ask for the HTTP status.

The documented body of the new errors has no name in capitals and no details, so a search for
`"RESOURCE_EXHAUSTED"` finds nothing; the HTTP status is the same on both sides. A search for what
the server says in its message stays as it is. Tests that are joined by `or` are judged together:
`"429" in s or "RESOURCE_EXHAUSTED" in s` loses nothing.
"""

from __future__ import annotations

import ast

from codemods.errors.caught_error import Caught
from codemods.errors.error_words import (
    Failures,
    by_status,
    in_details,
    matched,
    still_matched,
)
from codemods.errors.longer_conditions import put_beside
from codemods.errors.searched_words import (
    is_precondition,
    looked_for,
    named,
    names_of,
    note_messages,
)
from codemods.errors.text_searches import Search, search_of
from codemods.errors.unread_texts import drop_unread
from migrator.edits import Replace, Span, Template

NO_DETAILS = (
    "{} stood in the details of the old errors; the documented body of the new ones has none, "
    "so this can't be known any more"
)
SHARED = "{} becomes HTTP status {}, which stands for {} as well"
ASSUMED = (
    "{} stood in the details of every 429; the documented body has none, so 429 is tested, too"
)
LOST = "the text of an error names no {} any more, and `{}` can't be told from other conditions"


class Conditions:
    """The searches through the text of one error, and the tests that stand beside them."""

    def __init__(self, caught: Caught, coded: dict[ast.expr, Failures]) -> None:
        self.caught = caught
        self.draft = caught.draft
        self.coded = coded
        """Tests of the code or the status, and the failures they are true for."""
        found = [search_of(self.draft, text) for text in caught.uses() if caught.is_text(text)]
        self.added: dict[ast.BoolOp, dict[ast.expr, list[str]]] = {}
        """Tests to put behind operands of chains."""
        self.replaced: list[ast.expr] = []
        """The texts in tests that others stand in for."""
        self.searches = {search.node: search for search in found if search is not None}

    def plan(self) -> None:
        """Rewrite the searches that find nothing any more."""
        done: set[ast.expr] = set()
        for node, search in self.searches.items():
            if node not in done:
                chain = self._chain(search)
                done.update(s.node for s in chain)
                self._plan_chain(chain)
        for joint, added in self.added.items():
            put_beside(self.caught, joint, added)
        drop_unread(self.caught, self.replaced)
        note_messages(self.caught, self.searches.values())

    def numbered(self) -> list[ast.expr]:
        """The searches that tell one status from another."""
        return [node for node, search in self.searches.items() if looked_for(search)]

    def _chain(self, search: Search) -> list[Search]:
        """The searches that are true or false together with `search`: those of its `or`."""
        parent = self._joint(search.node, negated=search.negated)
        if parent is None:
            return [search]
        found = [self.searches[v] for v in parent.values if v in self.searches]
        return [s for s in found if s.negated == search.negated]

    def _joint(self, node: ast.expr, *, negated: bool) -> ast.BoolOp | None:
        """The `or` of tests (or the `and` of their opposites) that `node` is an operand of."""
        parent = self.draft.facts.structure.parent(node)
        if not isinstance(parent, ast.BoolOp):
            return None
        joint = isinstance(parent.op, ast.And if negated else ast.Or)
        return parent if joint else None

    def _plan_chain(self, chain: list[Search]) -> None:
        kept = self._kept(chain)
        by_name = [s for s in chain if names_of(s) - kept]
        kept = kept.union(*(names_of(s) for s in by_name))
        last: Search | None = None
        for search in chain:
            missing = looked_for(search) - kept
            if search.listed:
                self._plan_list(search, kept)
            elif search in by_name:
                if last is None or not self._joins(last, search):
                    self._plan_named(search, self._run(search, by_name))
                last = search
            elif missing:
                self._plan_part(search, missing)
            self._mention_details(search, search.words, kept)

    def _kept(self, chain: list[Search]) -> Failures:
        """The failures for which the chain is true as it stands, whatever the server answers."""
        kept: Failures = frozenset()
        for search in chain:
            for word in search.words:
                kept |= still_matched(str(word.value), lowered=search.lowered)
        joint = self._joint(chain[0].node, negated=chain[0].negated)
        if joint is not None and not chain[0].negated:
            kept = kept.union(*(self.coded[v] for v in joint.values if v in self.coded))
        return kept

    # one word

    def _joins(self, one: Search, other: Search) -> bool:
        """Whether two searches for names stand side by side, and become one test."""
        parent = self._joint(other.node, negated=other.negated)
        if parent is None or self.caught.others or is_precondition(one, other):
            return False
        index = parent.values.index(other.node)
        if index == 0 or parent.values[index - 1] is not one.node:
            return False
        between = self.draft.text[self._span(one.node).end : self._span(other.node).start]
        same = self.caught.name_at(one.text) == self.caught.name_at(other.text) is not None
        return same and "#" not in between

    def _run(self, first: Search, named: list[Search]) -> list[Search]:
        run = [first]
        for search in named[named.index(first) + 1 :]:
            if not self._joins(run[-1], search):
                break
            run.append(search)
        return run

    def _plan_named(self, search: Search, run: list[Search]) -> None:
        """`"UNAVAILABLE" in str(e)` -> `e.status_code == 503`."""
        if is_precondition(search):
            self._plan_lowered(search)
            return
        failures = frozenset().union(*(names_of(s) for s in run))
        order = list(dict.fromkeys(f.status for s in run for f in names_of(s)))
        self._doubt_shared(search, failures)
        name = self.caught.name_at(search.text)
        span = Span(self._span(run[0].node).start, self._span(run[-1].node).end)
        if name is None:
            new = self._spelled(search, order[0])
            if self.caught.others:
                self._add(search, f"{new} {self._in(search)} {self.draft.source(search.text)}")
            else:
                self.caught.edit(Replace(self.draft.span(search.words[0]), new))
            return
        test = self._status_test(name, order, search.negated)
        if self.caught.others:
            self._add(search, test)
        else:
            self.caught.edit(Replace(span, test))
            self.replaced += [s.text for s in run]

    def _plan_lowered(self, search: Search) -> None:
        """400 has two names; that of the rarer one is a word of the new body, in lower case."""
        word = str(search.words[0].value).lower()
        text = self.draft.hole(search.text)
        self.caught.edit(
            Replace(self.draft.span(search.words[0]), f'"{word}"'),
            Replace(self.draft.span(search.text), Template((text, ".lower()"))),
        )

    def _plan_part(self, search: Search, missing: Failures) -> None:
        """`"quota" in str(e)`: the status is tested as well."""
        name = self.caught.name_at(search.text)
        statuses, _ = by_status(missing)
        word = self.draft.source(search.words[0])
        if in_details(str(search.words[0].value), lowered=search.lowered):
            self.caught.note(ASSUMED.format(word))
        else:
            self._doubt_shared(search, missing)
        if name is not None:
            self._add(search, self._status_test(name, statuses, search.negated))
            return
        text = f"{self._in(search)} {self.draft.source(search.text)}"
        tests = [f"{self._spelled(search, status)} {text}" for status in statuses]
        self._add(search, (" and " if search.negated else " or ").join(tests))

    def _add(self, search: Search, test: str) -> None:
        """Ask for `test` besides what is asked for already."""
        word = "and" if search.negated else "or"
        outer = self.draft.facts.structure.parent(search.node)
        joint = self._joint(search.node, negated=search.negated)
        if joint is not None:
            self.added.setdefault(joint, {}).setdefault(search.node, []).append(test)
            return
        whole = self.draft.moved(search.node)
        code = Template((whole, f" {word} {test}"))
        if isinstance(outer, (ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Await)):
            code = Template(("(", code, ")"))
        self.caught.edit(Replace(self.draft.span(search.node), code))

    def _status_test(self, name: str, statuses: list[int], negated: bool) -> str:
        status = "".join(str(p) for p in getattr(self.caught.status_of(name), "parts", ()))
        if len(statuses) == 1:
            return f"{status} {'!=' if negated else '=='} {statuses[0]}"
        listed = ", ".join(map(str, statuses))
        return f"{status} {'not in' if negated else 'in'} ({listed})"

    # several words

    def _plan_list(self, search: Search, kept: Failures) -> None:
        """`any(word in str(e) for word in words)`: the status takes the place of a name."""
        added: set[int] = set()
        for word in sorted(search.words, key=lambda w: named(w, search.lowered) is None):
            missing = matched(str(word.value), lowered=search.lowered) - kept
            statuses = [s for s in by_status(missing)[0] if s not in added]
            if not statuses:
                continue
            if search.foreign:
                text = LOST.format(self.draft.source(word), self.draft.quote(search.node))
                self.caught.doubt(word, text)
                continue
            added.update(statuses)
            self._plan_listed(search, word, missing, statuses)

    def _plan_listed(
        self, search: Search, word: ast.Constant, missing: Failures, statuses: list[int]
    ) -> None:
        new = ", ".join(self._spelled(search, status) for status in statuses)
        span = self.draft.span(word)
        whole = named(word, search.lowered) is not None
        if in_details(str(word.value), lowered=search.lowered):
            self.caught.note(ASSUMED.format(self.draft.source(word)))
        else:
            self._doubt_shared(search, missing)
        if whole and not self.caught.others:
            self.caught.edit(Replace(span, new))
        else:
            self.caught.edit(Replace(Span(span.end, span.end), f", {new}"))

    def _spelled(self, search: Search, status: int) -> str:
        """How the text of a new error spells its status."""
        return f'"error code: {status}"' if search.lowered else f'"Error code: {status}"'

    # telling

    def _mention_details(
        self, search: Search, words: tuple[ast.Constant, ...], kept: Failures
    ) -> None:
        for word in words:
            value = str(word.value)
            held = in_details(value, lowered=search.lowered)
            looked = matched(value, lowered=search.lowered)
            alone = not looked_for(search) and self._joint(search.node, negated=False) is None
            if held and not looked and (alone or not kept):
                self.caught.doubt(word, NO_DETAILS.format(self.draft.source(word)))

    def _doubt_shared(self, search: Search, failures: Failures) -> None:
        """A status that stands for more than the failures that are meant."""
        statuses, others = by_status(failures)
        if others:
            names = " or ".join(sorted(f.name for f in failures))
            text = SHARED.format(names, ", ".join(map(str, statuses)), ", ".join(others))
            self.caught.doubt(search.node, text)

    def _span(self, node: ast.expr) -> Span:
        """Where an operand stands, its brackets included."""
        return self.draft.positions.span_with_parentheses(self.draft.span(node))

    @staticmethod
    def _in(search: Search) -> str:
        return "not in" if search.negated else "in"
