"""What grading found: one record a check, folded into problems and a submission, and the renderers that only show it.

A renderer computes no mark. A new status is one line in `statuses.py`, a new renderer one function in `renderers.py`.
"""
