"""What a file is, by the end of its name. Imported for every run, so it imports nothing."""

SCRIPTS = (".py", ".pyw")
NOTEBOOKS = (".ipynb",)
PAGES = (".md", ".markdown", ".mdx", ".rst", ".qmd")
