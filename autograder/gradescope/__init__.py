"""Grading on Gradescope: the archive that its "Configure Autograder" page takes. It packs the kit as it is and judges nothing itself."""
