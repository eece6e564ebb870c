"""The file that is copied into programs: what it says to either API, and what programs see."""
