"""What students wait for: `pytest checks` of every part, the first line of `train.py`, and its `--help`.

    python -m tests.benchmarks.student_side [--runs 3]

Each command runs as a student starts it, in a process of its own, in the built assignment with the solutions in the place of gaps
(`solved`) and as it is given out (`stubs`). The table has the least of `--runs`, since other programs may be running: processor seconds,
children included, and seconds on the clock. pytest loads no plugins of packages that only the kit needs.
"""

import argparse
import contextlib
import os
import pty
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from autograder.build import build
from autograder.course import parts

CHECKS = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "checks"]


class Cost(NamedTuple):
    """Of one command, in seconds; the first line is that of its standard output or error, on a terminal."""

    processor_s: float
    clock_s: float
    first_line_s: float


def students_course(top: Path, solved: bool) -> Path:
    """The assignment as it is given out, or with the solutions' files in the place of those with gaps."""
    build(assignment=top)
    for part in parts() if solved else ():
        for name in part.files:
            (top / part.id / name).write_bytes((part.folder / name).read_bytes())
    return top


def cost(folder: Path, *arguments: str, only_first: bool = False) -> Cost:
    """Run Python in a folder on a terminal of its own, to its end or to its first line."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"
    }
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    os.read(ours, 1 << 16)
    first = time.perf_counter() - begin
    if only_first:
        process.terminate()
    with contextlib.suppress(OSError):  # how Linux tells that nobody holds the other end any more
        while os.read(ours, 1 << 16):
            pass
    process.wait()
    clock = time.perf_counter() - begin
    os.close(ours)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock, first)


def least(measured: list[Cost]) -> Cost:
    """The least of each figure."""
    return Cost(*(min(column) for column in zip(*measured)))


def rows_of(state: str, part: str, folder: Path, runs: int) -> list[tuple[str, Cost]]:
    """What was measured in the folder of a part: the command, and the least of its runs."""
    found = [("pytest checks", least([cost(folder, *CHECKS) for _ in range(runs)]))]
    if state == "solved":
        found.append(("train.py --help", least([cost(folder, "train.py", "--help") for _ in range(runs)])))
        found.append(("train.py, to its first line", least([cost(folder, "train.py", only_first=True) for _ in range(runs)])))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What students wait for.")
    parser.add_argument("--runs", type=int, default=3, help="of each command; the least counts")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    table = Table("state", "part", "command", "processor s", "clock s", "first line s")
    with tempfile.TemporaryDirectory() as folder:
        for state in ("solved", "stubs"):
            top, sums = students_course(Path(folder) / state, solved=state == "solved"), [0.0, 0.0]
            for part in (part.id for part in parts() if (part.folder / "checks").is_dir()):
                for name, found in rows_of(state, part, top / part, options.runs):
                    table.add_row(state, part, name, *(f"{value:.1f}" for value in found))
                    if name == "pytest checks":
                        sums = [one + other for one, other in zip(sums, found)]
            table.add_row(state, "all parts", "pytest checks", *(f"{value:.1f}" for value in sums), "", style="bold")
    Console().print(table)
    print(f"{os.cpu_count()} processors; load {load:.1f} before, {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
