"""Several grading processes on this machine, each pulling one submission at a time.

A process that dies is replaced. The submission it had is tried once more in the fresh process; when that dies, too,
the submission is `not graded`: our machine may be short of memory, or our grader has a fault, and neither is a zero.

A process that cannot prove itself takes no work. One whose later proof fails is replaced by a fresh one, which proves itself anew, and
whomever it had judged since its last good proof is graded again.
"""

import time
from collections import Counter, deque
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import cast
from collections.abc import Callable, Generator, Iterable, Iterator

from ..course import problems
from ..grading.options import Options
from ..grading.proof import Proof
from ..grading.stumbles import JUDGING_CPU_S
from .unit import NoProof, PoolFault, Report, Task, Withdrawal, not_graded
from .worker import Worker

TRIES = 2
STARTS_IN_VAIN = 3  # processes in a row that end before they are ready, until we give up
LONGEST_START_S = 600  # importing torch from a slow disk, on a machine with much else to do
TICK_S = 1.0  # how often stuck processes are looked for
PATIENCE = 4  # times what one check may take at most: a process that shows no sign of life for longer is stuck


@dataclass
class Seat:
    """A process and the submission it has."""

    worker: Worker
    task: Task
    tries: int
    since: float
    sign: float = 0.0  # of life, the last one seen


class Pool:
    """Grades tasks in parallel.

    Args:
        options: of the run.
        jobs: how many processes.
        on_start: called with a student's name when grading it begins.
    """

    def __init__(self, options: Options, jobs: int, on_start: Callable[[str], None] = lambda student: None):
        self.options, self.jobs, self.on_start = options, jobs, on_start
        self.seats: list[Seat] = []
        self.starts_in_vain = 0
        self.waiting: Iterator[Task] = iter(())
        self.again: deque[Task] = deque()  # withdrawn, or given to a process that could not prove itself
        self.given: dict[str, Task] = {}
        self.withdrawn: Counter[str] = Counter()
        self.proofs: list[Proof] = []  # of each process that began to work
        self.idle: list[str] = []  # why processes took no work, in their words

    def run(self, tasks: Iterable[Task]) -> Generator[Report | Withdrawal, None, None]:
        """Grade all tasks; reports come in the order in which they are done.

        Raises:
            PoolFault: no process can start here, or none can prove itself.
        """
        self.waiting = iter(tasks)
        try:
            for _ in range(self.jobs):
                self._seat_next()
            while self.seats:
                by_number = {seat.worker.fileno(): seat for seat in self.seats}
                for number in wait(list(by_number), TICK_S):
                    seat = by_number[cast(int, number)]
                    said = self._hear(seat)
                    if said is not None:
                        yield said
                        self._go_on(seat)
                self._end_stuck()
                if not self.seats:
                    self._seat_next()  # what the last process could not do, or had to take back
        finally:
            self.close()

    def longest_s(self) -> float:
        """Seconds without a sign of life after which a process is stuck; it gives one at the beginning of every check."""
        return 60 + PATIENCE * (max(problems()[name].limits.problem_s for name in self.options.problems) + JUDGING_CPU_S)

    def close(self) -> None:
        """End every process."""
        for seat in self.seats:
            seat.worker.close()
        self.seats.clear()

    def _next(self) -> Task | None:
        task = next(self.waiting, None) or (self.again.popleft() if self.again else None)
        if task is not None:
            self.given[task.student] = task.anew()
        return task

    def _seat_next(self) -> None:
        task = self._next()
        if task is not None:
            self.seats.append(Seat(self._fresh(task), task, 1, time.monotonic()))

    def _fresh(self, task: Task) -> Worker:
        """A process that begins with a task as soon as it has started."""
        worker = Worker(self.options)
        worker.give(task)
        return worker

    def _hear(self, seat: Seat) -> Report | Withdrawal | None:
        """Take what a process says; a report when its submission is finished, one way or the other."""
        said = seat.worker.receive()
        if isinstance(said, Report):
            return said
        if isinstance(said, Withdrawal):
            return self._take_back(seat, said)
        if said is not None and said[0] == "proved":
            return None
        if said is not None and said[0] == "ready":
            seat.worker.ready, self.starts_in_vain, seat.since = True, 0, time.monotonic()
            self.proofs.append(said[1])
            self.on_start(seat.task.student)
            return None
        if said is not None and not seat.worker.ready:
            self._dismiss(seat, said[1])
            return None
        return self._lost(seat, said[1] if said else seat.worker.last_words())

    def _take_back(self, seat: Seat, said: Withdrawal) -> Withdrawal:
        """A process can prove itself no more: whomever it judged in the meantime is graded again, or stays open."""
        seat.worker.close()
        for student in said.students:
            self.withdrawn[student] += 1
            if self.withdrawn[student] < TRIES:
                self.again.append(self.given[student])
        return said

    def _dismiss(self, seat: Seat, words: str) -> None:
        """A process says that it cannot work: others do what it was to do.

        Raises:
            PoolFault: there are no others.
        """
        seat.worker.close()
        self.seats.remove(seat)
        self.idle.append(words)
        self.again.append(seat.task)
        if not self.seats:
            raise (PoolFault if self.proofs else NoProof)(words)

    def _lost(self, seat: Seat, words: str) -> Report | None:
        """A process is gone: put a fresh one in its place, or give up on the submission."""
        seat.worker.close()
        if seat.worker.ready:
            seat.tries += 1
        else:
            self.starts_in_vain += 1
        if self.starts_in_vain >= STARTS_IN_VAIN:
            raise PoolFault(f"no grading process could start: {words or 'it gave no reason'}")
        if seat.tries > TRIES:
            ended = f"The grading process ended {TRIES} times" + (f": {words}" if words else " without a word")
            return not_graded(seat.task.student, self.options, ended)
        seat.worker, seat.since = self._fresh(seat.task), time.monotonic()
        return None

    def _go_on(self, seat: Seat) -> None:
        """Give the process its next submission; end it when there is none."""
        task = self._next()
        if task is None:
            seat.worker.close()
            self.seats.remove(seat)
            return
        seat.task, seat.tries, seat.since = task, 1, time.monotonic()
        if seat.worker.connection.closed:
            seat.worker = self._fresh(task)
        else:
            seat.worker.give(task)
            self.on_start(task.student)

    def _end_stuck(self) -> None:
        """Kill processes that hang; the connection then says that they are gone."""
        for seat in self.seats:
            if (sign := seat.worker.sign_of_life()) != seat.sign:
                seat.sign, seat.since = sign, time.monotonic()
            most = self.longest_s() if seat.worker.ready else LONGEST_START_S
            if time.monotonic() - seat.since > most:
                seat.worker.process.kill()
