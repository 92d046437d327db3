"""The processor beside a GPU: what did not get full marks on the GPU is graded there again, and that counts.

Checks ask what code computes, not where. Right code may make a tensor without `device=`, compute in an order that a GPU rounds otherwise, or
meet a driver at a bad moment; on the processor it gets its marks, so the device costs nobody a point. It is a grader like any other: it
proves itself before it judges, when it is first needed.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

from ..results.record import Case, ProblemResult
from ..sandbox.faults import SandboxFault
from ..sandbox.plain_text import one_line
from ..sandbox.warm import WarmProcess
from . import kept_proof
from .options import Options
from .proof import Prover, Unproved


OTHER_PLACE = "`autograder doctor` says what this machine lacks"


class Grader(Protocol):
    """What grades here or there."""

    options: Options
    warm: WarmProcess
    prover: Prover
    run: Any  # the submission at hand
    proving: bool

    def make_warm_process(self) -> WarmProcess:
        """Where children of the device of the options are forked."""


class Processor:
    """A second place to grade in; nothing of it is started before it is needed."""

    def __init__(self) -> None:
        self.warm: WarmProcess | None = None

    @contextlib.contextmanager
    def in_charge(self, grader: Grader) -> Iterator[None]:
        """Have a grader work on the processor for a while.

        Raises:
            Unproved: the reference solutions lose points there, or no children can be had.
        """
        before = grader.warm, grader.options
        grader.options = replace(grader.options, device="cpu", fallback=False)
        try:
            if self.warm is None:
                self.warm = self._proved(grader)
            grader.warm = self.warm
            yield
        finally:
            grader.warm, grader.options = before

    def _proved(self, grader: Grader) -> WarmProcess:
        """A warm process in which the grader has just proved itself; whatever goes wrong, none is left."""
        there = grader.warm
        try:
            grader.warm = grader.make_warm_process()
            grader.warm.wait_until_ready()
            prove(grader)
        except SandboxFault as fault:
            if grader.warm is not there:
                grader.warm.close()
            if isinstance(fault, Unproved):
                raise
            why = str(fault).rstrip(".")
            said = f"Nobody is judged by this grader: beside the GPU, the CPU cannot be used: {why}. What to do: {OTHER_PLACE}."
            raise Unproved(said, tuple(dict.fromkeys(grader.prover.judged))) from None
        return grader.warm

    def close(self) -> None:
        """End its warm process."""
        if self.warm is not None:
            self.warm.close()


def prove(grader: Grader) -> None:
    """Have a grader prove itself in the middle of a submission; what it has judged in another place is none of this proof's business.

    Raises:
        Unproved: the reference solutions lost points.
    """
    if grader.options.prove == "kept" and kept_proof.find(grader.options, str(grader.warm.isolation)):
        return
    of_the_student = grader.run, grader.proving
    try:
        grader.prover.examine()
    finally:
        grader.run, grader.proving = of_the_student


def not_passed(result: ProblemResult | None) -> list[tuple[str, Case]]:
    """The cases of a problem that did not pass, by the names of their checks."""
    checks = result.checks if result else []
    return [(check.name, case) for check in checks for case in check.cases if case.status != "passed"]


def remark_on(title: str, lost: list[tuple[str, Case]]) -> str:
    """What a result says when only the GPU did not like the code."""
    said = one_line(lost[0][1].message.strip().split("\n")[0], 160).rstrip(".") if lost else ""
    return f"{title}: full marks on the processor, not on the GPU, which costs nothing{f' ({said})' if said else ''}."
