"""Notebooks: the code cells of an `.ipynb` file, in order, as one module; and back.

What comes in is the file's bytes; what goes out is a `Notebook`, whose `text` the rest of the tool
reads, plans and edits like any module, and which writes an edited text back into the cells that
changed. Everything else in the file keeps its bytes.
"""

from migrator.notebooks.notebook import Notebook, read_notebook, sources

__all__ = ["Notebook", "read_notebook", "sources"]
