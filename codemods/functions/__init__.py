"""Functions of the program: declared, called and answered.

In: declarations, Python functions, function calls and responses. Out: function tools, steps, and
the loop that calls them.
May use: tables to tools.
"""
