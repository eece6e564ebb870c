"""Equal conversations get equal replies over both APIs, on every SDK version."""

from __future__ import annotations

import ast

import pytest

from tests.oracle import environments
from tests.oracle.compare import compare
from tests.oracle.preludes import NEW, OLD
from tests.oracle.programs import Oracle, Program

USAGE = ["prompt_token_count", "candidates_token_count", "total_token_count"]
TOTALS = ["total_input_tokens", "total_output_tokens", "total_tokens"]

PAIRS = {
    "text": ('print(ask("Hi there").text)', 'print(ask("Hi there").output_text)'),
    "settings": (
        'print(ask("Hi", temperature=1, top_p=0.5, max_output_tokens=9, seed=3,'
        ' stop_sequences=["x"], system_instruction="Be brief").text)',
        'print(ask("Hi", system_instruction="Be brief", generation_config={'
        '"temperature": 1.0, "top_p": 0.5, "max_output_tokens": 9, "seed": 3,'
        ' "stop_sequences": ["x"]}).output_text)',
    ),
    "parts": (
        'print(ask(["a", "b [[parts]]"]).text)',
        'print(ask([{"type": "text", "text": "a"},'
        ' {"type": "text", "text": "b [[parts]]"}]).output_text)',
    ),
    "few-shot": (
        'print(ask([types.UserContent("a"), types.ModelContent("b"), "c"]).text)',
        'print(ask([{"type": k, "content": [{"type": "text", "text": t}]} for k, t in '
        '[("user_input", "a"), ("model_output", "b"), ("user_input", "c")]])'
        ".output_text)",
    ),
    "usage": (
        'r = ask("one two three")\n'
        f"print([getattr(r.usage_metadata, n) for n in {USAGE}])\n"
        "print(r.response_id, r.model_version)",
        'r = ask("one two three")\n'
        f"print([getattr(r.usage, n) for n in {TOTALS}])\n"
        "print(r.id, r.model)",
    ),
    "safety": (
        'print(ask("x", safety_settings=[{"category": "HARM_CATEGORY_HARASSMENT",'
        ' "threshold": "BLOCK_NONE"}]).text)',
        'print(ask("x", safety_settings=[{"type": "harassment",'
        ' "threshold": "block_none"}]).output_text)',
    ),
    "empty": (
        'r = ask("[[empty]]")\nprint(r.text or "none", r.candidates)',
        'r = ask("[[empty]]")\nprint(r.output_text or "none", None)',
    ),
    "blocked": (
        'print(ask("[[blocked]]").prompt_feedback.block_reason is not None)',
        'print(ask("[[blocked]]").status == "failed")',
    ),
    "finish": (
        'r = ask("[[max_tokens]] x")\n'
        'print(r.text, r.candidates[0].finish_reason.name == "MAX_TOKENS")',
        'r = ask("[[max_tokens]] x")\nprint(r.output_text, r.status == "incomplete")',
    ),
    "thoughts": (
        'r = ask("x", thinking_config={"include_thoughts": True,'
        ' "thinking_level": "LOW"})\n'
        "p = r.candidates[0].content.parts\n"
        "print(p[0].text, p[1].thought_signature, r.text,"
        " r.usage_metadata.thoughts_token_count)",
        'r = ask("x", generation_config={"thinking_summaries": "auto",'
        ' "thinking_level": "low"})\n'
        's = step(r, "thought")\n'
        "print(s.summary[0].text, base64.b64decode(s.signature), r.output_text,"
        " r.usage.total_thought_tokens)",
    ),
    "search": (
        'r = ask("[[search]] x", tools=[{"google_search": {}}])\n'
        "g = r.candidates[0].grounding_metadata\n"
        "print(r.text, g.web_search_queries, g.search_entry_point.rendered_content)\n"
        "print([(c.web.uri, c.web.title) for c in g.grounding_chunks])\n"
        "print([s.segment.end_index for s in g.grounding_supports])",
        'r = ask("[[search]] x", tools=[{"type": "google_search"}])\n'
        'print(texts(r), step(r, "google_search_call").arguments.queries,'
        ' step(r, "google_search_result").result[0].search_suggestions)\n'
        "cited = r.steps[-1].content[0].annotations\n"
        "print([(a.url, a.title) for a in cited])\n"
        "print([a.end_index for a in cited])",
    ),
    "maps": (
        'r = ask("[[maps]] x", tools=[{"google_maps": {"enable_widget": True}}],'
        ' tool_config={"retrieval_config": {"lat_lng": {"latitude": 1.5,'
        ' "longitude": 2}}})\n'
        "g = r.candidates[0].grounding_metadata\n"
        "print([(c.maps.uri, c.maps.title, c.maps.place_id)"
        " for c in g.grounding_chunks], g.google_maps_widget_context_token)",
        'r = ask("[[maps]] x", tools=[{"type": "google_maps", "enable_widget": True,'
        ' "latitude": 1.5, "longitude": 2.0}])\n'
        'found = step(r, "google_maps_result").result[0]\n'
        "print([(p.url, p.name, p.place_id) for p in found.places],"
        " found.widget_context_token)",
    ),
    "file search": (
        'r = ask("[[files]] x", tools=[{"file_search": {"file_search_store_names":'
        ' ["s/1"], "top_k": 3}}])\n'
        "g = r.candidates[0].grounding_metadata\n"
        "print([(c.retrieved_context.uri, c.retrieved_context.title)"
        " for c in g.grounding_chunks])",
        'r = ask("[[files]] x", tools=[{"type": "file_search",'
        ' "file_search_store_names": ["s/1"], "top_k": 3}])\n'
        "print([(a.document_uri, a.file_name)"
        " for a in r.steps[-1].content[0].annotations])",
    ),
    "url context": (
        'r = ask("[[url]] see https://a.example/", tools=[{"url_context": {}}])\n'
        "print([m.retrieved_url for m in"
        " r.candidates[0].url_context_metadata.url_metadata])",
        'r = ask("[[url]] see https://a.example/", tools=[{"type": "url_context"}])\n'
        'print([m.url for m in step(r, "url_context_result").result])',
    ),
    "code": (
        'r = ask("[[code]] x", tools=[{"code_execution": {}}])\n'
        "print(r.text, r.executable_code, r.code_execution_result)",
        'r = ask("[[code]] x", tools=[{"type": "code_execution"}])\n'
        'print(texts(r), step(r, "code_execution_call").arguments.code,'
        ' step(r, "code_execution_result").result)',
    ),
    "code that fails": (
        'r = ask("[[code]] [[code-fails]] x", tools=[{"code_execution": {}}])\n'
        "p = [p.code_execution_result for p in r.parts if p.code_execution_result][0]\n"
        'print(p.outcome == "OUTCOME_OK", p.output)',
        'r = ask("[[code]] [[code-fails]] x", tools=[{"type": "code_execution"}])\n'
        's = step(r, "code_execution_result")\n'
        "print(not s.is_error, s.result)",
    ),
    "signed": (
        'r = ask("[[signed]] x")\nprint(len(r.parts), r.parts[0].thought_signature, r.text)',
        'r = ask("[[signed]] x")\n'
        's = step(r, "thought")\n'
        "print(len(r.steps[1].content), base64.b64decode(s.signature), r.output_text, end='')\n"
        "assert s.summary is None\nprint()",
    ),
    "image settings alone": (
        'r = ask("draw", image_config={"image_size": "2K"})\nprint(r.text, len(r.parts))',
        'r = ask("draw", response_format=[{"type": "text"},'
        ' {"type": "image", "image_size": "2K"}])\n'
        "print(texts(r), len(r.steps[0].content))",
    ),
    "images": (
        "r = ask(\"[[interleave]] draw\", response_modalities=['TEXT', 'IMAGE'],"
        ' image_config={"aspect_ratio": "16:9"})\n'
        "print(r.text, [p.inline_data.data for p in r.parts if p.inline_data])",
        'r = ask("[[interleave]] draw", response_format=[{"type": "text"},'
        ' {"type": "image", "aspect_ratio": "16:9"}])\n'
        "print(texts(r), [base64.b64decode(r.output_image.data)])",
    ),
    "audio": (
        'r = ask("say", response_modalities=["AUDIO"], speech_config="Kore")\n'
        "print(r.parts[0].inline_data.data)",
        'r = ask("say", response_format={"type": "audio"},'
        ' generation_config={"speech_config": [{"voice": "Kore"}]})\n'
        "print(base64.b64decode(r.output_audio.data))",
    ),
    "media": (
        'print(ask([types.Part.from_bytes(data=b"\\xff\\xfe?>", mime_type="image/png",'
        ' media_resolution="MEDIA_RESOLUTION_LOW"),'
        ' types.Part.from_uri(file_uri="https://a/b.pdf",'
        ' mime_type="application/pdf")]).text)',
        'data = base64.b64encode(b"\\xff\\xfe?>").decode()\n'
        'print(ask([{"type": "image", "data": data, "mime_type": "image/png",'
        ' "resolution": "low"}, {"type": "document", "uri": "https://a/b.pdf",'
        ' "mime_type": "application/pdf"}]).output_text)',
    ),
    "error": (
        "for code in (400, 429, 503):\n"
        '    try: ask(f"[[error {code}]]")\n'
        "    except errors.APIError as e: print(e.code, e.message)",
        "for code in (400, 429, 503):\n"
        '    try: ask(f"[[error {code}]]")\n'
        "    except APIStatusError as e:\n"
        '        b = e.body["error"]; print(e.status_code, b["message"]); assert len(b) == 2',
    ),
    "flaky": (
        "while True:\n"
        '    try: print(ask("[[flaky 503 2]] x").text); break\n'
        "    except errors.ServerError: pass",
        'print(ask("[[flaky 503 2]] x").output_text)',
    ),
    "stream": (
        "for chunk in client.models.generate_content_stream("
        'model="gemini-2.5-flash", contents="a b c d e"): print(chunk.text)',
        'for e in ask("a b c d e", stream=True):\n'
        '    if e.event_type == "step.delta": print(e.delta.text)',
    ),
    "stream error": (
        "try:\n"
        "    for chunk in client.models.generate_content_stream("
        'model="gemini-2.5-flash", contents="[[stream-error]] a b c"):'
        " print(chunk.text)\n"
        "except errors.APIError as e: print(e.message)",
        'for e in ask("[[stream-error]] a b c", stream=True):\n'
        '    if e.event_type == "step.delta": print(e.delta.text)\n'
        '    if e.event_type == "error": print(e.error.message)',
    ),
    "chat": (
        'chat = client.chats.create(model="gemini-2.5-flash")\n'
        'for text in "a", "b c d e", "f": print(chat.send_message(text).text)\n'
        "list(chat.send_message_stream('a b c d e f'))\n"
        "print(chat.send_message('g').text)",
        "last = {}\n"
        'for text in "a", "b c d e", "f":\n'
        "    r = ask(text, **last); print(r.output_text)\n"
        '    last = {"previous_interaction_id": r.id}\n'
        'for e in ask("a b c d e f", stream=True, **last): pass\n'
        'print(ask("g", previous_interaction_id=e.interaction.id).output_text)',
    ),
}
pairs = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
LABELS = environments.labels()
sdks = pytest.mark.parametrize("sdk", range(len(LABELS)), ids=LABELS)


@sdks
@pairs
def test_both_apis_say_the_same(pair: tuple[str, str], sdk: int, oracle: Oracle) -> None:
    worker = oracle.workers[sdk]
    before = oracle.run(Program((OLD + pair[0]).encode()), worker)
    assert before.exit == 0, before.stderr
    assert not any(request.error for request in before.requests)
    after = oracle.run(Program((NEW + pair[1]).encode()), worker)
    found = compare(before, after)
    assert not found, "\n".join(found) + after.stderr
    assert before.stdout.strip()


@sdks
@pytest.mark.parametrize("old_errors", [False, True], ids=["documented", "old body"])
def test_errors_come_with_the_body_asked_for(old_errors: bool, sdk: int, oracle: Oracle) -> None:
    ask = 'try: ask("[[error 429]]")\nexcept APIStatusError as e: print(e.body["error"])'
    run = oracle.run(Program((NEW + ask).encode()), oracle.workers[sdk], old_errors=old_errors)
    error = ast.literal_eval(run.stdout)
    assert error["code"] == (429 if old_errors else "rate_limit_exceeded")
    assert ("details" in error) == old_errors
