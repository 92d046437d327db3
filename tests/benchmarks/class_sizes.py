"""Classes of 10, 100 and 1,000 submissions: seconds and peak memory, both of which must stay flat per submission.

    python -m tests.benchmarks.class_sizes [--size 10 --size 100 --size 1000] [--part classifiers] [--jobs N] [--right 0.67] [--kill]

What one submission costs is also given as a share of the bare computation of the solutions (`in_process.py`), measured before in the same
run, since machines differ. With `--right`, so many students make no mistake. With `--kill` the largest class is graded a second time, killed with `kill -9` in the middle and resumed; every result
must then be the one of the undisturbed run. Raw numbers are kept in `tests/benchmarks/raw/class_sizes.json`. Linux.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.classes.worker import environment
from autograder.course import SOLUTIONS, Part, parts
from autograder.grading.options import Options
from tests.benchmarks.made_class import make_class
from tests.benchmarks.per_submission import InProcess, by_worker, started

RAW = Path(__file__).with_name("raw")
LOOK_EVERY_S = 3.0  # counting the pages of every process takes 70 ms of a processor each time
BARE_RUNS = 5
RUN = "import sys; from autograder.classes.command import grade; grade(sys.argv[1:])"


def command(folder: Path, out: Path, chosen: list[str], jobs: int) -> list[str]:
    """The command line of a class run."""
    options = [word for name in chosen for word in ("--part", name)]
    return [sys.executable, "-c", RUN, str(folder), "--out", str(out), "--jobs", str(jobs), "--seed", "1", *options]


def descendants(root: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                with open(f"/proc/{entry.name}/stat") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found, pending = [], [root]
    while pending:
        found.append(pending.pop())
        pending += parents.get(found[-1], [])
    return found


def memory_mib(process: int, field: str, file: str = "status") -> float:
    """One line of /proc in MiB; 0 when the process is gone."""
    try:
        with open(f"/proc/{process}/{file}") as lines:
            return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))
    except (OSError, StopIteration):
        return 0.0


def measure(folder: Path, out: Path, chosen: list[str], jobs: int) -> dict:
    """Grade a class; seconds, and the peaks of the class run itself and of everything together (shared pages once)."""
    started = time.monotonic()
    run = subprocess.Popen(command(folder, out, chosen, jobs), env=environment(), stdout=subprocess.DEVNULL)
    host = together = 0.0
    while run.poll() is None:
        host = max(host, memory_mib(run.pid, "VmHWM:"))
        together = max(together, sum(memory_mib(number, "Pss:", "smaps_rollup") for number in descendants(run.pid)))
        time.sleep(LOOK_EVERY_S)
    seconds = time.monotonic() - started
    graded = sum(1 for line in (out / "journal.jsonl").read_text().splitlines() if json.loads(line)["event"] == "graded")
    return {"seconds": seconds, "host_mib": host, "all_mib": together, "graded": graded, "status": run.returncode}


def kill_and_resume(folder: Path, out: Path, chosen: list[str], jobs: int) -> int:
    """Kill a run in the middle and resume it; how many results stood when it died."""
    total = len(list(folder.iterdir()))
    run = subprocess.Popen(command(folder, out, chosen, jobs), env=environment(), stdout=subprocess.DEVNULL)
    while len(list(out.glob("results/*.json"))) < total // 2:
        time.sleep(0.1)
    run.send_signal(signal.SIGKILL)
    run.wait()
    stood = len(list(out.glob("results/*.json")))
    subprocess.run(command(folder, out, chosen, jobs), env=environment(), stdout=subprocess.DEVNULL)
    return stood


def differing(first: Path, second: Path) -> list[str]:
    """Students whose results differ, times aside."""
    found = []
    for path in sorted((first / "results").iterdir()):
        other = second / "results" / path.name
        same = other.exists() and _without_times(path) == _without_times(other)
        found += [] if same else [path.stem]
    return found


def _without_times(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) | {"execution_time": 0}


def bare_computation(chosen: list[Part]) -> float:
    """Seconds of the checks of these parts without isolation, one submission at a time: the median of a few."""
    worker, _ = started(InProcess, Options(SOLUTIONS, tuple(problem.id for part in chosen for problem in part.problems), "cpu", 1))
    grade, seconds = by_worker(worker, SOLUTIONS), []
    for _ in range(1 + BARE_RUNS):  # the first warms it up
        begin = time.perf_counter()
        grade()
        seconds.append(time.perf_counter() - begin)
    worker.close()
    return statistics.median(seconds[1:])


def show(rows: dict[str, dict], bare_s: float) -> None:
    """Print the table."""
    table = Table(title="a class on one machine")
    for column in (
        "submissions",
        "seconds",
        "per submission s",
        "against bare",
        "class run MiB",
        "everything MiB",
        "graded",
        "exit",
    ):
        table.add_column(column, justify="right")
    for size, row in rows.items():
        each = row["seconds"] / int(size)
        memory = f"{row['host_mib']:.0f}", f"{row['all_mib']:.0f}"
        table.add_row(
            size, f"{row['seconds']:.1f}", f"{each:.3f}", f"{each / bare_s:.2f} x", *memory, str(row["graded"]), str(row["status"])
        )
    Console(width=110).print(table)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=int, action="append")
    parser.add_argument("--part", action="append", choices=[part.id for part in parts()])
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--right", type=float, default=0.0, help="share of the students who make no mistake")
    parser.add_argument("--kill", action="store_true")
    wanted = parser.parse_args()
    sizes = sorted(wanted.size or [10, 100, 1000])
    chosen = [part for part in parts() if not wanted.part or part.id in wanted.part]
    names = [part.id for part in chosen]
    scratch = Path(tempfile.mkdtemp(prefix="class-sizes-"))
    found: dict = {"jobs": wanted.jobs, "parts": names, "processors": os.cpu_count(), "sizes": {}}
    found |= {"right": wanted.right, "bare_s": bare_computation(chosen)}
    RAW.mkdir(exist_ok=True)
    for size in sizes:
        make_class(scratch / f"class{size}", size, 1, chosen, wanted.right)
        found["sizes"][str(size)] = measure(scratch / f"class{size}", scratch / f"out{size}", names, wanted.jobs)
        found["load"] = os.getloadavg()
        show(found["sizes"], found["bare_s"])
        (RAW / "class_sizes.json").write_text(json.dumps(found, indent=1) + "\n")
    if wanted.kill:
        stood = kill_and_resume(scratch / f"class{sizes[-1]}", scratch / "killed", names, wanted.jobs)
        wrong = differing(scratch / f"out{sizes[-1]}", scratch / "killed")
        found["killed"] = {"size": sizes[-1], "stood": stood, "differing": wrong}
        (RAW / "class_sizes.json").write_text(json.dumps(found, indent=1) + "\n")
        print(f"killed with {stood} of {sizes[-1]} results; after going on, {len(wrong)} results differ {wrong[:5]}")
        if wrong:
            raise SystemExit(f"both results of each are below {scratch}")
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
