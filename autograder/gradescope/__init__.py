"""Grading on Gradescope: the archive that its "Configure Autograder" page takes."""
