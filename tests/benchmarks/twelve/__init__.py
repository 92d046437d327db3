"""Twelve checks in plain Python, and what each grader needs to run them."""
