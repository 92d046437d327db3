"""Fuzzing of everything that reads what a student could have written; see `__main__` for the long runs."""
