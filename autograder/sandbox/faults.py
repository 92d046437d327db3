"""Everything that can go wrong while a student's code runs, as exceptions.

SandboxFault                our kit or machine failed: the check is not graded, nobody loses a point
StudentFault                the student's code failed: the check fails, with `status` and words for the student
+-- Missing                 a file or a name is not there                      status `missing`
+-- NotWritten              the stub's gap is still there                      status `not attempted`
+-- Raised                  their code raised an exception                     status `failed`
+-- Crashed                 their process ended or broke the protocol          status `crashed`
+-- TimedOut                no answer within the time limit                    status `timed out`
"""


class SandboxFault(RuntimeError):
    """The kit or the machine failed; never a student's mistake."""


class StudentFault(Exception):
    """The student's code failed in a way that the message explains to its author.

    Args:
        message: what the student reads; stands alone.
        details: more for the teaching assistant, such as the full text of an exception.
    """

    status = "failed"

    def __init__(self, message: str, details: str = ""):
        super().__init__(message)
        self.message, self.details = message, details


class Missing(StudentFault):
    """A file or a name that the problem needs is not in the submission."""

    status = "missing"


class NotWritten(StudentFault):
    """The gap of the stub has not been filled."""

    status = "not attempted"


class Raised(StudentFault):
    """The student's code raised an exception."""


class Crashed(StudentFault):
    """The student's process ended, or sent what nobody asked for."""

    status = "crashed"


class TimedOut(StudentFault):
    """The student's code gave no answer in time."""

    status = "timed out"
