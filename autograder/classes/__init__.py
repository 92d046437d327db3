"""Grade a whole class: find the submissions, grade them in parallel, keep every result, and say how the class did.

`run.grade_class` is the door; `command.grade` is the same as a command line.
"""
