"""How this course is graded: one folder for each part, of which the harness knows no name."""
