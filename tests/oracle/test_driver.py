"""The driver runs programs as processes would, and the comparison catches mistakes."""

from __future__ import annotations

import pytest

from tests.oracle.compare import compare
from tests.oracle.moods import BY_NAME, PATIENCE, Weather
from tests.oracle.programs import Oracle, Program, Run
from tests.oracle.steering import read, read_call

SETUP = """
from google import genai
from google.genai import types
"""
HEADER = 'http_options={"headers": {"Api-Revision": "2026-05-20"}}'
ORIGINAL = """
client = genai.Client()
response = client.models.generate_content(
    model="gemini-2.5-flash",
    contents="Tell me about the sea.",
    config=types.GenerateContentConfig(
        temperature=0.2,
        system_instruction="Be brief.",
        thinking_config=types.ThinkingConfig(thinking_level="LOW"),
    ),
)
print(response.text)
"""
FAITHFUL = f"""
client = genai.Client({HEADER})
response = client.interactions.create(
    model="gemini-2.5-flash",
    input="Tell me about the sea.",
    system_instruction="Be brief.",
    generation_config={{"temperature": 0.2, "thinking_level": "low"}},
)
print(response.output_text)
"""
MISTAKES = {
    "lost temperature": ('"temperature": 0.2, ', "", "temperature"),
    "lost system instruction": ('system_instruction="Be brief.",', "", "Be brief"),
    "text cut off": ("about the sea.", "about", "about the sea"),
    "upper-case enum": ('"low"', '"LOW"', "thinking_level"),
    "unknown key": ('"temperature"', '"temp"', "temp"),
    "another model": ("gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-pro"),
    "prefix kept": ("gemini-2.5-flash", "models/gemini-2.5-flash", "models/"),
    "header missing": (HEADER, "", "Api-Revision"),
    "exit code": ("print(", "exit(3) or print(", "exit code"),
    "other output": ("output_text", "id", "stdout"),
    "asked twice": ("print(", "client.interactions.get(response.id);"
        " client.interactions.create(model='m', input='x'); print(", "requests"),
}  # fmt: skip


def run(oracle: Oracle, source: str, sdk: int = -1, **more: str) -> Run:
    """Run a program on one SDK version."""
    stdin = more.get("stdin", "")
    return oracle.run(Program(source.encode(), stdin=stdin), oracle.workers[sdk])


def test_faithful_rewrite_passes(oracle: Oracle) -> None:
    before, after = run(oracle, SETUP + ORIGINAL), run(oracle, SETUP + FAITHFUL)
    assert not compare(before, after)


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_caught(old: str, new: str, words: str, oracle: Oracle) -> None:
    assert old in FAITHFUL
    before = run(oracle, SETUP + ORIGINAL)
    after = run(oracle, SETUP + FAITHFUL.replace(old, new))
    assert words in "\n".join(compare(before, after))


def test_original_left_in_place_is_caught(oracle: Oracle) -> None:
    before = run(oracle, SETUP + ORIGINAL)
    assert "older API" in "\n".join(compare(before, before))


def test_header_can_be_left_out(oracle: Oracle) -> None:
    before = run(oracle, SETUP + ORIGINAL)
    after = run(oracle, SETUP + FAITHFUL.replace(HEADER, ""))
    assert not compare(before, after, header=False)


def test_lost_signature_is_caught(oracle: Oracle) -> None:
    old = """
tool = {"function_declarations": [{"name": "f"}]}
config = {"tools": [tool]}
client = genai.Client()
def ask(contents):
    return client.models.generate_content(
        model="m", contents=contents, config=config)
turns = [types.UserContent("[[call f]]")]
turns.append(ask(turns).candidates[0].content)
turns.append(types.UserContent(
    types.Part.from_function_response(name="f", response={"result": 1})))
print(ask(turns).text)
"""
    new = f"""
tools = [{{"type": "function", "name": "f"}}]
client = genai.Client({HEADER})
def ask(input):
    return client.interactions.create(
        model="m", input=input, tools=tools, store=False)
said = [{{"type": "text", "text": "[[call f]]"}}]
turns = [{{"type": "user_input", "content": said}}]
turns += [s.to_dict() for s in ask(turns).steps if s.type == "function_call"]
turns.append({{"type": "function_result", "call_id": turns[-1]["id"], "result": "1"}})
print(ask(turns).output_text)
"""
    before, after = run(oracle, SETUP + old), run(oracle, SETUP + new)
    assert "lost on the way" in "\n".join(compare(before, after))
    whole = new.replace(' if s.type == "function_call"', "")
    assert not compare(before, run(oracle, SETUP + whole))


PROCESS = {
    "exit": ("raise SystemExit(4)", "", 4, ""),
    "exit with words": ("import sys; sys.exit('no')", "", 1, ""),
    "error": ("print(1); 1 / 0", "", 1, "1\n"),
    "syntax": ("def", "", 1, ""),
    "input": ("print(input('? ')[::-1])", "abc\n", 0, "? cba\n"),
    "main": ("if __name__ == '__main__': print(__file__[-10:])", "", 0, "program.py\n"),
    "files": ("open('a', 'w').write('x'); import os; print(os.listdir())", "", 0, None),
    "threads": (
        "import threading; threading.Thread(target=lambda: print('t')).start()",
        "",
        0,
        "t\n",
    ),
    "async": (
        "import asyncio\nasync def main():\n    await asyncio.sleep(30); print('a')\n"
        "asyncio.run(main())",
        "",
        0,
        "a\n",
    ),
    "sleep": ("import time; time.sleep(60); print('s')", "", 0, "s\n"),
    "bytes": ("import sys; sys.stdout.buffer.write('é\\n'.encode())", "", 0, "é\n"),
    "state": ("import os; os.environ['ORACLE_X'] = '1'; os.chdir('/')", "", 0, ""),
    "garbage": ("import gc; print(gc.isenabled()); gc.enable()", "", 0, "False\n"),
    "no garbage": ("import gc; print(gc.isenabled())", "", 0, "False\n"),
    "no state": ("import os; print(os.environ.get('ORACLE_X'))", "", 0, "None\n"),
}


@pytest.mark.parametrize(("source", "stdin", "code", "stdout"), PROCESS.values(), ids=PROCESS)
def test_programs_run_like_processes(
    source: str, stdin: str, code: int, stdout: str | None, oracle: Oracle
) -> None:
    done = run(oracle, source, stdin=stdin)
    assert done.exit == code, done.stderr
    assert stdout is None or done.stdout == stdout


def test_moods_last_as_many_calls_of_either_api(oracle: Oracle) -> None:
    asked = """
for number in range(10):
    try:
        print(ask())
    except Exception as error:
        print(getattr(error, "status_code", getattr(error, "code", None)))
"""
    old = "client = genai.Client()\ndef ask():\n"
    old += "    return client.models.generate_content(model='m', contents='a').text\n"
    new = f"client = genai.Client({HEADER})\ndef ask():\n"
    new += "    return client.interactions.create(model='m', input='a').output_text\n"
    for name in ("error-400", "error-429", "error-503"):
        for worker in oracle.workers:
            before, after = (
                oracle.run(Program((SETUP + way + asked).encode()), worker, Weather(BY_NAME[name]))
                for way in (old, new)
            )
            assert before.stdout == after.stdout, (name, worker.sdk)
            assert before.stdout.startswith(f"{name[-3:]}\n" * PATIENCE + "[")


def test_streams_left_to_the_collection_do_not_hang(oracle: Oracle) -> None:
    source = """
import gc
gc.set_threshold(3, 2, 2)
client = genai.Client()
def ask(number):
    stream = client.models.generate_content_stream(model="m", contents=f"Q{number}")
    for chunk in stream:
        raise ValueError(number)
for number in range(30):
    try:
        ask(number)
    except ValueError as error:
        error.itself = error
print("done")
"""
    assert oracle.run(Program((SETUP + source).encode()), oracle.workers[0]).stdout == "done\n"


def test_modules_of_a_program_are_its_own(oracle: Oracle) -> None:
    for number in (b"1", b"2"):
        program = Program(b"import helper; print(helper.N)", files={"helper.py": b"N = " + number})
        done = oracle.run(program, oracle.workers[-1])
        assert done.stdout.encode() == number + b"\n"


def test_endless_programs_are_stopped(oracle: Oracle) -> None:
    worker = oracle.workers[-1]
    limit, worker.limit = worker.limit, 0.5
    try:
        assert run(oracle, "while True: pass").exit == -1
    finally:
        worker.limit = limit
    assert run(oracle, "print('again')").stdout == "again\n"


def test_chained_requests_stop_growing(oracle: Oracle) -> None:
    old = "client = genai.Client(); chat = client.chats.create(model='m')\n"
    old += "for n in range(10): chat.send_message(f'turn {n}')\n"
    new = f"client = genai.Client({HEADER})\nlast = {{}}\n"
    new += "for n in range(10):\n"
    new += "    r = client.interactions.create(model='m', input=f'turn {n}', **last)\n"
    new += "    last = {'previous_interaction_id': r.id}\n"
    before, after = run(oracle, SETUP + old), run(oracle, SETUP + new)
    assert not compare(before, after)
    assert before.asked[9].size > 3 * before.asked[1].size
    assert after.asked[9].size == after.asked[1].size


def test_unstored_interactions_are_forgotten(oracle: Oracle) -> None:
    new = f"""
client = genai.Client({HEADER})
first = client.interactions.create(model="m", input="a", store=False)
client.interactions.create(model="m", input="b", previous_interaction_id=first.id)
"""
    done = run(oracle, SETUP + new)
    assert done.exit == 1
    assert "no stored interaction" in done.asked[-1].error


def test_uploads_are_kept_for_the_run(oracle: Oracle) -> None:
    source = """
client = genai.Client()
open("a.txt", "w").write("hello")
file = client.files.upload(file="a.txt")
same = client.files.get(name=file.name)
print(same.uri == file.uri, same.size_bytes, same.mime_type, same.state.name)
"""
    done = run(oracle, SETUP + source)
    assert done.stdout == "True 5 text/plain ACTIVE\n", done.stderr


def test_tags_are_read_and_removed() -> None:
    steering = read('Do [[error 429]] this [[call f {"a": [1, {"b": 2}]}]] [[parts]] now.')
    assert steering.text == "Do this now."
    assert steering.words("error") == ["429"]
    assert "parts" in steering and "call" in steering
    name, arguments = read_call(steering.tags["call"][0])
    assert (name, arguments) == ("f", {"a": [1, {"b": 2}]})
    assert read_call("g x=1 y=two") == ("g", {"x": 1, "y": "two"})
    assert read("a [[not a tag]? ]] b").tags == {}
