"""Which tests of the harness take a part of this course as their example. Where the part is gone, so are they.

Everything else outside of `tests/PART` and `tests/plants/PART` works with any course: it asks `autograder.course`, takes the small
course in `tests/courses`, or makes up what it needs.
"""

from pathlib import Path

from autograder.places import KIT_ROOT

HERE = Path(__file__).parent
# From a part to folders, files and single tests below tests/.
EXAMPLES = {
    "classifiers": (
        "attacks",  # hostile answers to two of its problems
        "classes",  # classes of made-up students, graded by false and real graders
        "nbgrader",  # a whole course in nbgrader, taken by four students
        "decisions/test_decide.py",  # marks of one of its problems
        "decisions/test_edited_by_hand.py",
        "gpu/test_on_a_gpu.py",
        "gradebook/test_platforms.py::test_a_comment_adds_up",  # two problems of a part
        "gradebook/test_platforms.py::test_what_canvas_would_take_wrongly_is_refused_in_one_sentence",
        "gradebook/test_platforms.py::test_what_people_decided_is_what_is_entered",
        "grading/test_between_parts.py",  # the last file of a part, and the first of the next
        "grading/test_shared_child.py",  # what the file of one problem does to the next
        "results/test_gradescope_json.py::test_the_leaderboard_has_what_was_measured_of_what_is_graded",
        "submission/test_which_counts.py",  # copies, archives and stubs
    ),
    "distillation": ("grading/test_between_parts.py",),
    "scenes": ("training/test_reproduced_parts.py",),  # rows of the reference results
    "transfer": ("training/test_reproduced_parts.py",),
}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what takes a part as its example that is not in the course."""
    for part, paths in EXAMPLES.items():
        if not (KIT_ROOT / "solutions" / part).is_dir() and any(collection_path.is_relative_to(HERE / path) for path in paths):
            return True
    return None


def without_its_part(nodeid: str) -> bool:
    """Whether a single test takes a part as its example that is not in the course."""
    gone = [paths for part, paths in EXAMPLES.items() if not (KIT_ROOT / "solutions" / part).is_dir()]
    return any(nodeid.startswith(f"tests/{path}") for paths in gone for path in paths if "::" in path)
