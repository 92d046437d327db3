"""The gradebook's points and the kit's: where they differ, marks would silently be turned into others."""

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ..classes.entries import ClassError
from ..results.terminal import points
from .gradebook import other_points

SETTING = "own_points"  # of HarnessMarks: the course means its own points


def own_points(config: Config) -> bool:
    """Whether the course says that it means its own points."""
    return bool(config.get("HarnessMarks", {}).get(SETTING))


def expect_points(coursedir: CourseDirectory, config: Config, assignment: str) -> None:
    """Every problem is worth in the gradebook what it is worth in the kit, or the course says that it means its own points.

    Raises:
        ClassError: it is not so; nothing has been graded.
    """
    if own_points(config) or not (found := other_points(coursedir, assignment)):
        return
    said = ", ".join(f"{name} {points(kit)} in the kit and {points(book)} in the gradebook" for name, (book, kit) in found.items())
    raise ClassError(
        f"points disagree: {said}. `autograder nbgrader update COURSE` brings the course up to the kit; if the course means its own "
        f"points, write c.HarnessMarks.{SETTING} = True into its nbgrader_config.py, and marks are turned into those."
    )
