"""Proof before judgement: a grader that cannot give the reference solutions full marks here, now, judges nobody.

It is the first thing that every grading process does: the solutions of the wanted problems are graded as any submission is, in the
same warm process, at the same level of isolation, on the same device, with the seed of the run. When something then
looks as if this machine had failed (`suspicion.py`), it is done again, and whatever was judged since the last proof that held counts no more.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ..results.record import CheckResult, SubmissionResult
from ..results.statuses import STATUSES
from ..sandbox.faults import SandboxFault
from ..sandbox.plain_text import one_line

NO_GPU = "Graded on the CPU, because this machine's GPU did not pass the proof."
NAME = "solutions"  # what the solutions are called while they are graded
REMEDIES = (
    (re.compile(r"No module named '?([\w.]+)"), r"install \1 where the grader finds it, or run ./install again"),
    (re.compile(r"No space left on device|Errno 28"), "make room on this machine's disk, /tmp and /dev/shm, and try again"),
    (re.compile(r"Input/output error|Stale file handle|not connected|Errno (5|107|116)\b"), "see to the disk or mount that failed"),
    (re.compile(r"could not be (set up|forked)|the warm process"), "`autograder doctor` says what this machine lacks"),
)
ON_A_GPU = "`autograder doctor` says what the GPU lacks, and --device cpu does without it"
OTHERWISE = (
    "a check, a solution or a library is not what it was: `pytest autograder` shows all of it, ./install installs the kit again"
)


@dataclass(frozen=True)
class Proof:
    """The reference solutions had full marks: how long it took, and whether it was an earlier run that found it out."""

    seconds: float
    kept: bool = False


class Loss(NamedTuple):
    """Where a result lost points first: the problem, the check, and why, in one line."""

    problem: str
    check: CheckResult
    reason: str


class Unproved(SandboxFault):
    """The reference solutions lost points, so nobody is judged; the message is one sentence with the remedy.

    Args:
        students: those judged since the last proof that held, whose results count no more.
    """

    def __init__(self, message: str, students: tuple[str, ...] = ()):
        super().__init__(message)
        self.students = students

    def __reduce__(self):
        return type(self), (str(self), self.students)


def first_loss(result: SubmissionResult) -> Loss | None:
    """The first check of a result that did not pass in every case that ran, None when there is none."""
    for problem in result.problems:
        for check in problem.checks:
            bad = next((case for case in check.cases if case.status != "passed"), None)
            if bad is not None:
                # What a check of ours raised is told to staff only; a student reads no more than that it was our fault.
                said = bad.details if STATUSES[bad.status].ours and bad.details else bad.message
                return Loss(problem.problem.id, check, one_line(said.strip().split("\n")[0], 300))
    return None


def sentence(loss: Loss, result: SubmissionResult) -> str:
    """What failed where, and what to do."""
    return (
        f"Nobody is judged by this grader: on the {'GPU' if result.device != 'cpu' else 'CPU'}, isolation {result.isolation.split(':')[0]}, "
        f'the reference solution of {loss.problem} lost points at "{loss.check.title}": {loss.reason.rstrip(".")}. '
        f"What to do: {remedy(loss, result.device)}."
    )


def remedy(loss: Loss, device: str) -> str:
    """What may help against a loss."""
    said = f"{loss.reason}\n{loss.check.details}"
    for pattern, words in REMEDIES:
        if found := pattern.search(said):
            return found.expand(words)
    return ON_A_GPU if device != "cpu" else OTHERWISE


class Prover:
    """Proves a grader, and remembers whom it has judged since.

    Args:
        grade: grades the reference solutions up to the first check that they lose.
        on_proof: called with each proof that holds.
    """

    def __init__(self, grade: Callable[[], SubmissionResult], on_proof: Callable[[Proof], None]):
        self.grade, self.on_proof = grade, on_proof
        self.judged: list[str] = []  # since the last proof that held

    def prove(self) -> Proof:
        """Grade the reference solutions now.

        Raises:
            Unproved: they lost points.
        """
        started = time.monotonic()
        self.examine()
        return self.held(Proof(time.monotonic() - started))

    def examine(self) -> None:
        """The same, with no word for those who were judged before: they were judged elsewhere.

        Raises:
            Unproved: they lost points.
        """
        result = self.grade()
        if loss := first_loss(result):
            raise Unproved(sentence(loss, result), tuple(dict.fromkeys(self.judged)))

    def held(self, proof: Proof) -> Proof:
        """Take note of a proof: whoever was judged before it was judged rightly."""
        self.judged.clear()
        self.on_proof(proof)
        return proof
