"""What a rewrite has to know of a Python program, whatever API it calls.

In: the facts and the plan of a module (`Draft`), and expressions or statements of it. Out: answers
such as what may be evaluated before what, where a statement may stand, which name is free, which
errors are caught; and edits that make such a place. Codemods ask these questions; the engine below
asks none of them.
"""
