"""API facts as tables, held against the installed SDK by tests."""
