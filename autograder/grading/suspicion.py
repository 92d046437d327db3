"""What looks as if this machine had failed and not the student; the grader then proves itself again.

An error that a device or a disk reports makes it do so at once. So does the same first failure of several submissions in a row; that
may be a common mistake, so after a proof has held it takes twice as many of the same for the next: a class in which everybody makes one
mistake costs a handful of proofs, however large it is.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from ..results.record import Case, SubmissionResult
from ..results.statuses import STATUSES

IN_A_ROW = 3
# On the CPU such words come from code that asks for a GPU.
DEVICE = re.compile(
    r"CUDA error|CUDA driver|CUDA-capable device|CUDA out of memory|cudaGetDeviceCount|NVIDIA driver|CUDNN_STATUS_|CUBLAS_STATUS_|"
    r"CUSOLVER_STATUS_|NVML|No CUDA GPUs"
)
# Only code does this: a device that fails does not answer that an index is too large.
BY_CODE = re.compile(r"device-side assert")
ENVIRONMENT = re.compile(
    r"Errno (5|28|107|116|122)\]|No space left on device|Input/output error|Stale file handle|endpoint is not connected|"
    r"No module named '(torch|torchvision|numpy|PIL)'|cannot open shared object file|killed by SIGBUS|the warm process|"
    r"a child (could not be|was killed)|no child could be forked"
)
NUMBER = re.compile(r"-?\d[\d.]*(e[+-]?\d+)?")


class Failure(NamedTuple):
    """The first check of a submission that failed, and how, without the numbers that differ between submissions."""

    problem: str
    check: str
    words: str


class Suspicion:
    """Looks at every result of one grader in turn.

    Args:
        device: what it grades on.
    """

    def __init__(self, device: str):
        self.on_gpu = device != "cpu"
        self.last: Failure | None = None
        self.row: list[str] = []  # whose results failed first in the same way, the last ones
        self.held: Counter[Failure] = Counter()  # proofs that held after such a failure
        self.noted: list[tuple[Failure, Case]] = []  # of the submission at hand, where what counts is found out elsewhere

    def note(self, problem_id: str, cases: Iterable[tuple[str, Case]]) -> None:
        """Take note of cases that did not pass on the GPU, by the names of their checks; their result will be the processor's."""
        self.noted += [(Failure(problem_id, check, _words(case)), case) for check, case in cases if _of_interest(case)]

    def rises(self, result: SubmissionResult) -> bool:
        """Whether this result is a reason to prove the grader again."""
        noted, self.noted = self.noted, []
        found = noted + [
            (Failure(problem.problem.id, check.name, _words(case)), case)
            for problem in result.problems
            for check in problem.checks
            for case in check.cases
            if _of_interest(case)
        ]
        first = found[0][0] if found else None
        self.row = [*(self.row if first == self.last else ()), result.name] if first is not None else []
        self.last = first
        if any(self._of_the_machine(case) for _, case in found):
            return True
        return first is not None and len(self.row) >= IN_A_ROW << self.held[first]

    def proved(self) -> None:
        """A proof held, so the last failure was the student's own."""
        if self.last is not None and len(self.row) >= IN_A_ROW:
            self.held[self.last] += 1
        self.row = []

    def _of_the_machine(self, case: Case) -> bool:
        said = f"{case.message}\n{case.details}"
        return bool(ENVIRONMENT.search(said) or self.on_gpu and DEVICE.search(said) and not BY_CODE.search(said))


def _of_interest(case: Case) -> bool:
    """Whether code ran; a stub and a file that is not there are found out without anything that could fail."""
    return STATUSES[case.status].mistake or STATUSES[case.status].ours


def _words(case: Case) -> str:
    said = case.details if STATUSES[case.status].ours and case.details else case.message
    return NUMBER.sub("#", said.strip().split("\n")[0])[:200]
