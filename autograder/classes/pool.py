"""Several grading processes on this machine, each pulling one submission at a time.

A process that dies is replaced. The submission it had is tried once more in the fresh process; when that dies, too,
the submission is `not graded`: our machine may be short of memory, or our grader has a fault, and neither is a zero.
"""

import time
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import cast
from collections.abc import Callable, Generator, Iterable, Iterator

from ..course import problems
from ..grading.options import Options
from ..grading.stumbles import JUDGING_CPU_S
from .unit import PoolFault, Report, Task, not_graded
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

    def run(self, tasks: Iterable[Task]) -> Generator[Report, None, None]:
        """Grade all tasks; reports come in the order in which they are done.

        Raises:
            PoolFault: no process can start here.
        """
        waiting = iter(tasks)
        try:
            for _ in range(self.jobs):
                self._seat_next(waiting)
            while self.seats:
                by_number = {seat.worker.fileno(): seat for seat in self.seats}
                for number in wait(list(by_number), TICK_S):
                    seat = by_number[cast(int, number)]
                    report = self._hear(seat)
                    if report is not None:
                        yield report
                        self._go_on(seat, waiting)
                self._end_stuck()
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

    def _seat_next(self, waiting: Iterator[Task]) -> None:
        task = next(waiting, None)
        if task is not None:
            self.seats.append(Seat(self._fresh(task), task, 1, time.monotonic()))

    def _fresh(self, task: Task) -> Worker:
        """A process that begins with a task as soon as it has started."""
        worker = Worker(self.options)
        worker.give(task)
        return worker

    def _hear(self, seat: Seat) -> Report | None:
        """Take what a process says; a report when its submission is finished, one way or the other."""
        said = seat.worker.receive()
        if isinstance(said, Report):
            return said
        if said is not None and said[0] == "ready":
            seat.worker.ready, self.starts_in_vain, seat.since = True, 0, time.monotonic()
            self.on_start(seat.task.student)
            return None
        return self._lost(seat, said[1] if said else seat.worker.last_words(), said is not None)

    def _lost(self, seat: Seat, words: str, said_so: bool) -> Report | None:
        """A process is gone, and said so or was killed: put a fresh one in its place, or give up on the submission."""
        seat.worker.close()
        if seat.worker.ready:
            seat.tries += 1
        else:
            self.starts_in_vain += STARTS_IN_VAIN if said_so else 1  # what it can say itself will not change
        if self.starts_in_vain >= STARTS_IN_VAIN:
            raise PoolFault(f"no grading process could start: {words or 'it gave no reason'}")
        if seat.tries > TRIES:
            ended = f"The grading process ended {TRIES} times" + (f": {words}" if words else " without a word")
            return not_graded(seat.task.student, self.options, ended)
        seat.worker, seat.since = self._fresh(seat.task), time.monotonic()
        return None

    def _go_on(self, seat: Seat, waiting: Iterator[Task]) -> None:
        """Give the process its next submission; end it when there is none."""
        task = next(waiting, None)
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
