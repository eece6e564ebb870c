"""What was clean under Black before the edits is clean after them."""

from __future__ import annotations

import ast

import black
import pytest

from migrator.edit import Positions, apply_edits
from migrator.edits import Arguments, DictCode, Edit, Item, ListCode, Replace
from tests.edit.planning import calls, kept_items

SITES = """
x = CALL
x = CALL.text
x = CALL.text.strip()
x = y = CALL.text
x, y = CALL, CALL
x: str = CALL.text
x += CALL.text
x = -CALL.n
x = not CALL.text
x = CALL[0]
x = await CALL
print(CALL)
print(CALL.text)
print(CALL.text, file=x)
logger.info('%s', CALL.text)
x.append(CALL)
x = foo(CALL, CALL.text)
x = foo(CALL).bar(1)
x = foo(a)(b, CALL)
x = foo(**CALL)
x = dict(a=CALL.text)
x = foo(CALL.text, [1, 2], {3: 4})
x = json.loads(CALL.text)['a']
self.x = self.y.z.foo(a, b=c).bar(CALL.text)
return CALL
return CALL.text
return CALL.text, 1
return await CALL
return (await CALL).text
yield CALL
raise Foo(CALL.text)
raise Foo() from CALL
assert CALL.text
assert CALL.text == 'a'
del a[CALL.text]
x = a[CALL.text]
x = [CALL.text, 1]
x = (CALL.text, 1)
x = {'a': CALL.text}
x = {'a': CALL.text, 'b': 2}
x = [CALL.text for i in y]
x = [CALL.text for i in y if i]
x = {i: CALL.text for i in y}
x = lambda y: CALL.text
x = CALL.text if a else b
x = CALL or foo
x = foo or CALL
x = CALL.text + 'a'
x = str(CALL.text) + 'a'
x = CALL.text and b
await asyncio.gather(CALL, CALL)
await asyncio.gather(*[CALL for p in ps])
with CALL as s: pass
async with CALL as s, b as t: pass
for c in CALL: pass
if CALL.text: pass
if CALL.text == 'x': pass
while CALL.text: pass
@foo(CALL)
"""
START = "client.models.generate_content("
CALLS = [
    START + call
    for call in (
        "model=m, contents=c)",
        "model='gemini-2.5-flash', contents=prompt, config=cfg)",
        "model=m, contents=[a, b, c])",
        "model='g', contents='''a\nb''')",
        "model=MODEL, contents=['aaaaaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbb', 'ccc'])",
        "model=MODEL, contents=f'aaaaaaaaaaaaaaaaaaa {bbb} bbb' 'bbbb ccccccccccc')",
        "model=MODEL, contents=aaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbb + ccccccccc)",
    )
]
ADDED: list[tuple[Item, ...]] = [
    (),
    (Item("0.5", "temperature"),),
    (
        Item(
            DictCode(
                (
                    Item("0.5", "temperature"),
                    Item("100", "max_output_tokens"),
                    Item(ListCode((Item('"STOP"'),)), "stop_sequences"),
                )
            ),
            "generation_config",
        ),
    ),
    (
        Item(
            DictCode(
                (
                    Item('"text"', "type"),
                    Item('"application/json"', "mime_type"),
                    Item(DictCode((Item('"object"', "type"),)), "schema"),
                )
            ),
            "response_format",
        ),
    ),
]


def formatted(text: str) -> str:
    return black.format_str(text, mode=black.Mode())


def planned(text: str, function: str, added: tuple[Item, ...]) -> list[Edit]:
    positions = Positions(text)
    edits: list[Edit] = []
    for call in calls(text, "generate_content"):
        items = kept_items(text, call, {"contents": "input"}) + added
        edits.append(Replace(positions.span(call.func), function))
        edits.append(Arguments(positions.span(call), items))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr == "text":
            edits.append(Replace(positions.attribute_name(node), "output_text"))
    return edits


@pytest.mark.parametrize("site", SITES.strip().splitlines())
def test_a_clean_site_stays_clean(site: str) -> None:
    for call in CALLS:
        body = site.replace("CALL", call)
        if site.startswith("@"):
            body += "\n        def g(): pass"
        text = formatted(f"async def f():\n    if a:\n        {body}\n")
        edited = [
            apply_edits(text, planned(text, function, added), line_length=88)
            for added in ADDED
            for function in ("client.interactions.create", "c.x")
        ]
        # Functions in one module, as Black takes its time for each.
        module = "\n\n".join(edited)
        assert formatted(module) == module
