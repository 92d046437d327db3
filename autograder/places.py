"""Where the kit stands, and the course that it grades: its own, or the one in the folder that a variable names.

A course is a folder with `solutions/`, `assignment/` (cut from it) and `autograder/checks/`. Processes that are started for a run
inherit the variable.
"""

import os
from pathlib import Path

VARIABLE = "AUTOGRADER_COURSE"
KIT_ROOT = Path(__file__).parents[1]
COURSE_ROOT = Path(os.environ.get(VARIABLE) or KIT_ROOT).absolute()
IS_OWN = COURSE_ROOT == KIT_ROOT.absolute()
