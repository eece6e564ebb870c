"""Structured output: what a reply must look like, and what it is parsed to.

In: `response_schema` in any of its kinds. Out: `response_format` with a JSON schema, parsed
texts.
May use: tables to request.
"""
