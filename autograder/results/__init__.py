"""What grading found: one record a check, folded into problems and a submission, and the renderers that only show it."""
