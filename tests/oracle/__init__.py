"""A server that answers both Gemini APIs alike, and a driver of programs for it."""
