"""What an earlier run has found for a submission that was handed in again, on its way to the grader."""

from dataclasses import dataclass

from .record import SubmissionResult


@dataclass(frozen=True)
class Earlier:
    """A result of the same student's, made by the same kit with the same settings.

    Args:
        seed: with which a problem must have been graded for its result to hold; when None, each holds with its own.
    """

    result: SubmissionResult
    seed: int | None = None
