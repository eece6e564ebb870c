"""How the test programs of the two dialects begin."""

OLD = """
import json
from google import genai
from google.genai import errors, types
client = genai.Client()
def ask(contents, **config):
    return client.models.generate_content(
        model="gemini-2.5-flash", contents=contents, config=config or None)
"""
NEW = """
import base64, json
from google import genai
from google.genai._interactions import APIError, APIStatusError
client = genai.Client(http_options={"headers": {"Api-Revision": "2026-05-20"}})
def ask(input, **more):
    return client.interactions.create(model="gemini-2.5-flash", input=input, **more)
def texts(reply):
    return "".join(c.text for s in reply.steps if s.type == "model_output"
                   for c in s.content if c.type == "text")
def step(reply, kind):
    return [s for s in reply.steps if s.type == kind][0]
"""
