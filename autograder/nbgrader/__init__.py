"""Courses that live in nbgrader: its directory, its notebooks, its gradebook, with marks from the kit's own harness."""
