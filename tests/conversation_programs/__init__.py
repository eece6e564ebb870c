"""Random programs that hold conversations, in the idioms people write them in."""
