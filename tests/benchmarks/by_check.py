"""Where the time of a submission goes, check by check: milliseconds of judging, of waiting for the student's side, of starting children; bytes.

    python -m tests.benchmarks.per_submission --profile [--runs 5] [--problem ID ...] [--submission PATH] [--device cuda] [--most 40]

`ms` is all of a check by the clock. `waiting` is the part from the first byte of a request to the last of its answer, the student's own computing
included; `starting` forks and sets up a child for the first check that asks one for something. What is left is `judging`, with the
reference's computing and pytest's own work. What the judge keeps for all submissions of a run was computed by the proof before, which is not
counted. Each number of a check is its median over the runs; sums are sums of these. Raw numbers: `tests/benchmarks/raw/by_check.json`.
"""

import gc
import json
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import pytest
import torch
from rich.console import Console
from rich.table import Table

from autograder.course import problems
from autograder.grading.options import Options
from autograder.grading.plugin import GradingPlugin
from autograder.grading.session import grade_stream
from autograder.results.record import Case, SubmissionResult
from autograder.sandbox import channel, processes, student
from autograder.sandbox.confined.wire import PREFIX

BETWEEN = "between its checks"  # beginning a problem in the child of the one before, reading files, ending children


@dataclass
class Spent:
    """What one check took."""

    seconds: float = 0.0
    waiting_s: float = 0.0
    starting_s: float = 0.0
    requests: float = 0
    sent_bytes: float = 0
    received_bytes: float = 0
    grader_cpu_s: float = 0.0  # processor time, which other programs disturb less than the clock
    child_cpu_s: float = 0.0

    @property
    def judging_s(self) -> float:
        """What is left for this process to compute."""
        return self.seconds - self.waiting_s - self.starting_s

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other))))


Key = tuple[str, str]  # problem and check
Run = dict[Key, Spent]


class Ledger:
    """Books what crosses to the student's side on the check at hand."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.spent: Run = defaultdict(Spent)
        self.key: Key = ("", "")
        self.starting = False

    @contextmanager
    def check(self, key: Key) -> Iterator[None]:
        """Book on a check while it runs."""
        before, self.key, started, started_cpu = self.key, key, time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.spent[key].seconds += time.perf_counter() - started
            self.spent[key].grader_cpu_s += time.process_time() - started_cpu
            self.key = before

    def end_run(self) -> None:
        """Keep what was booked for one submission."""
        self.runs.append(dict(self.spent))
        self.spent = defaultdict(Spent)


LEDGER = Ledger()


class CountedExchange(channel.Exchange):
    """A request that is booked with its bytes and the time until its answer was there."""

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self.sent = sum(len(buffer) for buffer in self.to_send)

    def run(self, timeout_s: float) -> tuple[bytes, bytearray]:
        """Header and body of the answer."""
        spent, started, child = LEDGER.spent[LEDGER.key], time.perf_counter(), processes.cpu_s(self.host_pid)
        try:
            return super().run(timeout_s)
        finally:
            spent.child_cpu_s += max(processes.cpu_s(self.host_pid) - child, 0.0)  # it may have ended
            spent.requests += 1
            spent.sent_bytes += self.sent
            spent.received_bytes += PREFIX.size + self.received
            if not LEDGER.starting:  # a child's first frame is part of starting it
                spent.waiting_s += time.perf_counter() - started


class CountedChannel(channel.Channel):
    """A child whose start is booked."""

    def __init__(self, *arguments: Any):
        started, LEDGER.starting = time.perf_counter(), True
        try:
            super().__init__(*arguments)
        finally:
            LEDGER.starting = False
            LEDGER.spent[LEDGER.key].starting_s += time.perf_counter() - started


class ProfiledPlugin(GradingPlugin):
    """Grades as ever, and books the time of each check and of what lies between them."""

    def _grade_item(self, item: pytest.Item, following: pytest.Item) -> Case:
        check = self.checks[item.nodeid]
        with LEDGER.check((check.problem, check.name)):
            return super()._grade_item(item, following)

    def _grade_problem(self, problem: Any, items: list[pytest.Item]) -> bool:
        within, key = summed(LEDGER.spent.values()), (problem.id, BETWEEN)
        with LEDGER.check(key):
            passed = super()._grade_problem(problem, items)
        checks, own = summed(spent for of, spent in LEDGER.spent.items() if of != key), LEDGER.spent[key]
        own.seconds -= checks.seconds - within.seconds
        own.grader_cpu_s -= checks.grader_cpu_s - within.grader_cpu_s
        return passed


def measure(options: Options, submission: Path, runs: int) -> list[Run]:
    """What each check took in each run, after a proof that is not counted."""
    torch.set_num_threads(1)  # as in a grading process
    channel.Exchange = CountedExchange  # type: ignore[misc]
    student.Channel = CountedChannel  # type: ignore[misc]

    def sources() -> Iterator[tuple[str, Path]]:
        gc.freeze()
        gc.set_threshold(20_000, 20, 100)  # as `autograder/classes/worker.py` does
        for _ in range(runs + 1):  # the first one warms up what the proof has not
            LEDGER.spent = defaultdict(Spent)
            yield "student", submission

    def sink(result: SubmissionResult) -> None:
        LEDGER.end_run()

    grade_stream(options, sources(), sink, plugin_of=ProfiledPlugin)
    return LEDGER.runs[1:]


def medians(runs: list[Run]) -> Run:
    """The median of each number of each check."""
    keys = list(dict.fromkeys(key for run in runs for key in run))
    columns = [field.name for field in fields(Spent)]
    return {
        key: Spent(*(statistics.median(getattr(run.get(key, Spent()), column) for run in runs) for column in columns))
        for key in keys
    }


def summed(spent: Iterable[Spent]) -> Spent:
    """All of it together."""
    return sum(spent, Spent())


def show(found: Run, runs: int, most: int) -> None:
    """Print the sums by problem, then the checks that took longest."""
    console, everything = Console(width=170), summed(found.values())
    title = f"{sum(check != BETWEEN for _, check in found)} checks, {runs} submissions one after the other, load {os.getloadavg()[0]:.1f}"
    by_problem = {name: summed(spent for (of, _), spent in found.items() if of == name) for name in problems()}
    table = _table(f"by problem: {title}", "problem")
    for name, spent in sorted(by_problem.items(), key=lambda item: -item[1].seconds):
        if spent.seconds:
            table.add_row(name, *_cells(spent, everything))
    table.add_section()
    table.add_row("all", *_cells(everything, everything))
    console.print(table)
    table = _table(f"by check: the {min(most, len(found))} that took longest of {len(found)}", "problem: check")
    ranked = sorted(found.items(), key=lambda item: -item[1].seconds)
    for (problem, check), spent in ranked[:most]:
        table.add_row(f"{problem}: {check.removeprefix('test_')}", *_cells(spent, everything))
    table.add_section()
    if len(ranked) > most:
        table.add_row("all others", *_cells(summed(spent for _, spent in ranked[most:]), everything))
    console.print(table)


def _table(title: str, first: str) -> Table:
    table = Table(title=title)
    table.add_column(first, no_wrap=True, max_width=60)
    for column in ("ms", "%", "waiting", "starting", "judging", "CPU grader", "CPU child", "requests", "KiB sent", "received"):
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _cells(spent: Spent, everything: Spent) -> list[str]:
    times = [spent.waiting_s, spent.starting_s, spent.judging_s, spent.grader_cpu_s, spent.child_cpu_s]
    return [
        f"{1000 * spent.seconds:.1f}",
        f"{100 * spent.seconds / everything.seconds:.1f}",
        *(f"{1000 * seconds:.1f}" for seconds in times),
        f"{spent.requests:.0f}",
        f"{spent.sent_bytes / 1024:.0f}",
        f"{spent.received_bytes / 1024:.0f}",
    ]


def profile(options: Options, submission: Path, runs: int, most: int, raw: Path) -> None:
    """Measure, keep the raw numbers and print the tables."""
    os.environ["OMP_NUM_THREADS"] = "1"
    found = measure(options, submission, runs)
    if not found:
        raise SystemExit("Nothing was graded: `pytest autograder` shows why.")
    columns = [field.name for field in fields(Spent)]
    kept = [{f"{problem}: {check}": dict(zip(columns, astuple(spent))) for (problem, check), spent in run.items()} for run in found]
    raw.write_text(json.dumps(kept, indent=1) + "\n")
    show(medians(found), len(found), most)
