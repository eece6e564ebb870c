"""Which reply reaches which place: branches, loops, exceptions, containers, functions."""

from __future__ import annotations

import pytest

from tests.understand.probing import seen, sites


def test_both_branches_reach_the_line_after() -> None:
    program = """
        if input():
            r = CALL
        else:
            r = CALL
        probe(r)
    """
    assert seen(program) == {"reply 1", "reply 2"}


def test_a_branch_that_returns_reaches_nothing_after_it() -> None:
    program = """
        def f(x):
            r = CALL
            if x:
                r = None
                return r
            probe(r)
    """
    assert seen(program) == {"reply 1"}


def test_a_later_assignment_hides_the_earlier_one() -> None:
    assert seen("r = CALL\nr = CALL\nprobe(r)") == {"reply 2"}


def test_a_conditional_expression_joins() -> None:
    assert seen("r = CALL if input() else None\nprobe(r)") == {"reply 1", "None"}


def test_a_retry_loop_with_break_hands_on_the_reply() -> None:
    program = """
        r = None
        for attempt in range(3):
            try:
                r = CALL
                break
            except Exception:
                continue
        probe(r)
    """
    assert seen(program) == {"reply 1", "None"}


def test_a_break_hands_on_the_reply_of_an_endless_loop() -> None:
    program = """
        r = None
        while True:
            r = CALL
            if r:
                break
        probe(r)
    """
    assert "reply 1" in seen(program)


def test_what_a_loop_assigns_reaches_its_own_start() -> None:
    program = """
        last = None
        for q in ["a", "b"]:
            probe(last)
            last = CALL
    """
    assert seen(program) == {"None", "reply 1"}


def test_the_else_of_a_loop_runs_without_break() -> None:
    program = """
        for q in ["a"]:
            r = CALL
            break
        else:
            r = None
        probe(r)
    """
    assert seen(program) == {"reply 1", "None"}


def test_the_else_of_a_try_sees_the_reply_only() -> None:
    program = """
        r = None
        try:
            r = CALL
        except ValueError:
            raise
        else:
            probe(r)
    """
    assert seen(program) == {"reply 1"}


def test_a_handler_may_see_both_sides_of_the_failing_line() -> None:
    program = """
        r = None
        try:
            r = CALL
            r.text.upper()
        except AttributeError:
            probe(r)
    """
    assert seen(program) == {"None", "reply 1"}


def test_finally_sees_every_way_through() -> None:
    program = """
        r = None
        try:
            r = CALL
        finally:
            probe(r)
    """
    assert seen(program) == {"None", "reply 1"}


def test_parts_remember_their_reply_and_the_way_to_them() -> None:
    assert seen("r = CALL\nprobe(r.text)") == {"reply 1 text"}
    found = seen("r = CALL\nprobe(r.candidates[0].content.parts[0].text)")
    assert len(found) == 1
    assert found.pop().startswith("reply 1 candidates")


def test_a_list_hands_out_what_was_appended() -> None:
    program = """
        replies = []
        for q in ["a", "b"]:
            replies.append(CALL)
        for r in replies:
            probe(r)
    """
    assert seen(program) == {"reply 1"}


def test_a_dict_keeps_its_keys_apart() -> None:
    program = """
        d = {"a": CALL, "b": None}
        probe(d["a"])
    """
    assert seen(program) == {"reply 1"}


def test_a_key_known_at_run_time_only_may_be_any() -> None:
    program = """
        d = {"a": CALL, "b": None}
        probe(d[input()])
    """
    assert {"reply 1", "None"} <= seen(program)


def test_tuples_are_taken_apart_by_position() -> None:
    assert seen("pair = (CALL, 1)\na, b = pair\nprobe(a)") == {"reply 1"}
    assert seen("pair = (CALL, 1)\na, b = pair\nprobe(b)") == {"1"}


def test_a_comprehension_is_a_list_of_replies() -> None:
    assert seen("rs = [CALL for q in 'ab']\nprobe(rs[0])") == {"reply 1"}


def test_a_helper_returns_the_reply_of_its_call() -> None:
    program = """
        def ask(prompt):
            return client.models.generate_content(model="m", contents=prompt)
        probe(ask("a"))
    """
    assert seen(program) == {"reply 1"}


def test_a_helper_that_is_given_a_reply_reads_it() -> None:
    program = """
        def _show(r):
            probe(r)
        _show(CALL)
        _show(CALL)
    """
    assert seen(program) == {"reply 1", "reply 2"}


def test_a_keyword_finds_its_parameter() -> None:
    program = """
        def _show(a, *, r=None, **rest):
            probe(r)
        _show(1, r=CALL)
    """
    assert "reply 1" in seen(program)


def test_a_default_is_what_a_caller_may_leave_out() -> None:
    assert seen("def _f(n=7):\n    probe(n)\n_f()\n_f(8)") == {"7", "8"}


def test_a_function_nobody_in_view_calls_may_be_given_anything() -> None:
    assert "anything" in seen("def f(x):\n    probe(x)")


def test_recursion_comes_to_an_end() -> None:
    program = """
        def ask(n):
            if not n:
                return CALL
            return ask(n - 1)
        probe(ask(3))
    """
    assert seen(program) == {"reply 1"}


def test_a_generator_yields_its_replies() -> None:
    program = """
        def replies():
            for q in ["a"]:
                yield CALL
        for r in replies():
            probe(r)
    """
    assert seen(program) == {"reply 1"}


def test_a_method_of_a_subclass_is_found_before_that_of_its_base() -> None:
    program = """
        class Base:
            def make(self):
                return None
        class Asker(Base):
            def make(self):
                return CALL
        probe(Asker().make())
    """
    assert seen(program) == {"reply 1"}


def test_a_base_class_may_end_up_in_the_override() -> None:
    program = """
        class Base:
            def run(self):
                probe(self.make())
            def make(self):
                return None
        class Asker(Base):
            def make(self):
                return CALL
        Asker().run()
    """
    assert "reply 1" in seen(program)


def test_a_property_returns_what_its_function_does() -> None:
    program = """
        class A:
            @property
            def last(self):
                return CALL
        probe(A().last)
    """
    assert seen(program) == {"reply 1"}


def test_an_attribute_set_in_one_method_is_read_in_another() -> None:
    program = """
        class A:
            def ask(self):
                self.last = CALL
            def show(self):
                probe(self.last)
    """
    assert seen(program) == {"reply 1"}


def test_a_match_statement_joins_its_cases() -> None:
    program = """
        match input():
            case "a":
                r = CALL
            case _:
                r = None
        probe(r)
    """
    assert seen(program) == {"reply 1", "None"}


def test_many_constants_become_some_text() -> None:
    lines = "\n".join(f"    s = 'v{i}'\n    if input(): return s" for i in range(12))
    found = seen(f"def f():\n{lines}\n    return 'z'\nprobe(f())")
    assert "str" in found
    assert len(found) < 12


# Calls that are made by other code.


def test_partial_hands_on_the_method() -> None:
    program = """
        from functools import partial
        ask = partial(client.models.generate_content, model="m")
        probe(ask(contents="a"))
    """
    assert seen(program) == {"reply 1"}


def test_a_helper_that_forwards_its_keywords_makes_the_call() -> None:
    program = """
        def retry(function, **keywords):
            for attempt in range(3):
                try:
                    return function(**keywords)
                except Exception:
                    pass
        probe(retry(client.models.generate_content, model="m", contents="a"))
    """
    assert "reply 1" in seen(program)
    assert sites(program) == 1


def test_each_call_through_a_forwarder_has_its_own_reply() -> None:
    program = """
        def call(function, *args, **keywords):
            return function(*args, **keywords)
        a = call(client.models.generate_content, model="m", contents="a")
        b = call(client.models.generate_content, model="m", contents="b")
        probe(b)
    """
    assert seen(program) == {"reply 2"}


def test_a_thread_runs_the_method_it_is_handed() -> None:
    program = """
        import asyncio
        async def f():
            r = await asyncio.to_thread(client.models.generate_content, model="m", contents="a")
            probe(r)
    """
    assert seen(program) == {"reply 1"}


def test_an_executor_gives_a_future_of_the_reply() -> None:
    program = """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor() as pool:
            future = pool.submit(client.models.generate_content, model="m", contents="a")
            probe(future.result())
    """
    assert seen(program) == {"reply 1"}


def test_gather_keeps_the_replies() -> None:
    program = """
        import asyncio
        async def ask(q):
            return await client.aio.models.generate_content(model="m", contents=q)
        async def f():
            for r in await asyncio.gather(*(ask(q) for q in "ab")):
                probe(r)
    """
    assert "reply 1" in seen(program)


def test_a_lambda_makes_the_call_where_it_is_called() -> None:
    program = """
        def run(action):
            return action()
        probe(run(lambda: CALL))
    """
    assert "reply 1" in seen(program)


def test_or_hands_on_what_is_true() -> None:
    assert seen("r = None\nprobe(r or CALL)") == {"reply 1"}
    assert seen("r = CALL\nprobe(r or None)") == {"reply 1", "None"}


def test_a_guessed_mime_type_is_text_or_none() -> None:
    program = """
        import mimetypes
        mime, encoding = mimetypes.guess_type(input())
        probe(mime)
    """
    assert seen(program) == {"str", "None"}
    assert seen("import mimetypes\nprobe(mimetypes.guess_type(input())[0] or 'a/b')") == {
        "str",
        "'a/b'",
    }


def test_an_upload_is_followed_through_its_polling() -> None:
    program = """
        file = client.files.upload(file="a.mp4")
        while file.state.name == "PROCESSING":
            file = client.files.get(name=file.name)
        probe(file)
        probe(file.mime_type)
    """
    assert seen(program) == {"File", "str"}


def test_a_test_for_bytes_tells_them_from_text() -> None:
    program = """
        def f(x: str | bytes):
            if isinstance(x, bytes):
                probe(x)
    """
    assert seen(program) == {"bytes"}
    assert seen(program.replace("isinstance", "not isinstance")) == {"str"}


def test_an_upload_by_an_untyped_client_gives_a_file() -> None:
    assert seen("def f(c):\n    probe(c.files.upload(file='a.png'))") == {"File"}
    assert seen("def f(c):\n    probe(c.files.upload('a.png', to='b'))") == {"anything"}


def test_an_index_from_the_end_counts_backwards() -> None:
    assert seen("r = [CALL, CALL, CALL]\nprobe(r[-1])") == {"reply 3"}
    assert seen("r = [CALL, 1]\nprobe(r[-1])") == {"1"}
    assert seen("probe(-1)") == {"-1"}


def test_items_that_were_shifted_may_be_at_any_index() -> None:
    assert seen("r = [CALL, 1]\nr.pop()\nprobe(r[-1])") == {"reply 1", "1"}
    assert seen("r = [1, CALL]\ndel r[0]\nprobe(r[0])") == {"reply 1", "1"}
    assert seen("r = [1, CALL]\nr.reverse()\nprobe(r[0])") == {"reply 1", "1"}


def test_bytes_that_are_joined_are_bytes() -> None:
    assert seen('probe(b"RIFF" + bytes(4))') == {"bytes"}


@pytest.mark.parametrize(
    ("test", "left"),
    [
        ("x == 'b'", {"'c'", "'a'"}),
        ("x in ('b', 'z')", {"'c'", "'a'"}),
        ("x != 'b'", {"'b'", "'c'"}),
        ("x == ('b',)", {"'a'", "'b'", "'c'"}),
        ("x == other()", {"'a'", "'b'", "'c'"}),
    ],
)
def test_a_compared_name_is_no_other_word_after_it_was_replaced(test: str, left: set[str]) -> None:
    program = f"""
        for x in ("a", "b"):
            if {test}:
                x = "c"
            probe(x)
    """
    assert seen(program) == left


SWITCHED = """
    def f(many: bool, other=0):
        if many:
            r = CALL
        else:
            r = CALL
        if not many:
            probe(r)
"""


def test_a_switch_that_is_asked_again_tells_what_was_bound() -> None:
    assert seen(SWITCHED) == {"reply 2"}
    assert seen(SWITCHED.replace("if not many", "if other and many")) == {"reply 1"}
    assert seen(SWITCHED.replace("if not many", "if other")) == {"reply 1", "reply 2"}
    assert seen(SWITCHED.replace("many: bool", "many=False")) == {"reply 2"}


def test_what_may_have_changed_since_is_no_switch() -> None:
    both = {"reply 1", "reply 2"}
    assert seen(SWITCHED.replace("if not", "many = other\n        if not")) == both
    assert seen(SWITCHED.replace("many: bool", "many: list")) == both
    assert seen(SWITCHED.replace("many: bool", "many")) == both
    assert seen(SWITCHED.replace("if not", "r = r or CALL\n        if not")) == {*both, "reply 3"}
    looped = SWITCHED.replace("if not", "while input():\n            r = CALL\n        if not")
    assert seen(looped) == {*both, "reply 3"}


def test_coroutines_that_are_each_others_results_settle() -> None:
    program = """
        async def ask(left):
            if not left:
                return ask_again(left)
            return CALL

        async def ask_again(left):
            return ask(left - 1)

        async def main():
            probe(await ask(3))
    """
    assert "reply 1" in seen(program)
