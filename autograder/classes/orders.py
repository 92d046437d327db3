"""What travels between a class run and the machines of a cluster: a submission to grade, the answer, and why there is none."""

from dataclasses import dataclass

from ..grading.proof import Proof
from .parcel import Parcel
from .unit import Report, Task, Withdrawal


class NotHere(Exception):
    """The machine cannot see the submission's files; they have to be sent."""


class OtherKit(Exception):
    """The machine runs another version of the kit."""


class Unable(Exception):
    """No grader of this machine starts and proves itself; the arguments are the Dask worker's address and why."""


@dataclass(frozen=True)
class Order:
    """A task as it travels: whose, where, what its content must be, and the files themselves when they are sent."""

    task: Task
    content: str
    kit: str
    parcel: Parcel | None = None


@dataclass(frozen=True)
class Answer:
    """What a grader says about a submission, and the proof it began with where it was started for this one."""

    said: Report | Withdrawal
    proof: Proof | None = None
