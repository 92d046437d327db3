"""What people decide about marks after grading, and what comes of it; a grader's record is never changed.

`file.py` keeps the decisions, `final.py` computes final marks from record, decisions and lateness, `class_marks.py` does it for a whole class.
"""
