"""What can be wrong with the course's own files.

ValueError
└── CourseError     a `part.toml` is wrong
    └── BuildError  the assignment cannot be cut; one line for each thing that is wrong: file, line, cause, remedy
"""

from collections.abc import Iterable

from ..course import CourseError


class BuildError(CourseError):
    """The assignment cannot be cut from the solutions; nothing was written."""

    def __init__(self, *problems: str):
        super().__init__("\n".join(problems))
        self.problems = problems

    @classmethod
    def joined(cls, errors: Iterable["BuildError"]) -> "BuildError":
        """One error that says what several say."""
        return cls(*(problem for error in errors for problem in error.problems))
