"""Run the hidden checks, which are ordinary pytest functions, on one submission or on many in one session."""
