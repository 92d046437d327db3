"""Courses that live in nbgrader: its directory, its notebooks, its gradebook, with marks from the kit's own harness.

The text of a part's notebook is not here: it is the part's `story.py`, beside its checks.
"""
