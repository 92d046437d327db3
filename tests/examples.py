"""Which tests of the harness take a part of this course as their example. Where the part is gone, so are they.

Everything else outside of `tests/PART` and `tests/plants/PART` works with any course: it asks `autograder.course`, takes the small
course in `tests/courses`, or makes up what it needs.
"""

from pathlib import Path

from autograder.places import KIT_ROOT

HERE = Path(__file__).parent
# From a part to folders and files below tests/.
EXAMPLES = {
    "classifiers": (
        "attacks",  # hostile answers to two of its problems
        "classes",  # classes of made-up students, graded by false and real graders
        "nbgrader",  # a whole course in nbgrader, taken by four students
        "decisions/test_decide.py",  # marks of one of its problems
        "gpu/test_on_a_gpu.py",
        "submission/test_which_counts.py",  # copies, archives and stubs
    ),
}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what takes a part as its example that is not in the course."""
    for part, paths in EXAMPLES.items():
        if not (KIT_ROOT / "solutions" / part).is_dir() and any(collection_path.is_relative_to(HERE / path) for path in paths):
            return True
    return None
