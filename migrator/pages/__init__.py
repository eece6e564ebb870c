"""Pages: the Python blocks of Markdown, MyST, Quarto and reStructuredText, as programs; and back.

What comes in is the file's bytes; what goes out is a `Page`, whose programs the rest of the tool
reads, plans and edits like any module, and which writes edited texts back into the blocks that
changed. Everything else in the file keeps its bytes.
"""

from migrator.pages.page import Page, read_page

__all__ = ["Page", "read_page"]
