"""Random programs that ask once and look at the reply, guarded in the ways people guard."""
