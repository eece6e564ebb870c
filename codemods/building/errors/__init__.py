"""Exceptions: which handlers a migrated call can reach, what they catch, and what they ask of it.

Comes in: the handlers of a module, and the sites that their `try` may run. Goes out: new classes,
and conditions that hold for the body the Interactions API documents as well as for the old one.
"""
