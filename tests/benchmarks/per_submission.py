"""Seconds per submission: this kit, one plain pytest process a submission, and the bare computation, in one run.

    python -m tests.benchmarks.per_submission [--runs 20] [--problem ID ...] [--submission PATH]
    python -m tests.benchmarks.per_submission --device cuda      # the GPU beside the CPU of the same machine, see `devices.py`
    python -m tests.benchmarks.per_submission --profile          # where this kit's time goes, check by check, see `by_check.py`

All three grade the same submission with the same checks. The ways take turns, so that whatever else the machine does
falls on all of them. Raw numbers are kept in `tests/benchmarks/raw/per_submission.json`.
"""

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.classes.unit import Report, Task
from autograder.classes.worker import Worker, environment
from autograder.course import KIT_ROOT, SOLUTIONS, problems
from autograder.grading.options import Options
from autograder.sandbox.device_trial import trial

from . import devices

RAW = Path(__file__).with_name("raw")


class InProcess(Worker):
    """A grading process without isolation."""

    program = ["-m", "tests.benchmarks.in_process"]


def started(kind: type[Worker], options: Options) -> tuple[Worker, float]:
    """A grading process that is ready, and how long it took to become so."""
    begin = time.perf_counter()
    worker = kind(options)
    said = worker.receive()
    if not isinstance(said, tuple) or said[0] != "ready":
        raise SystemExit(f"{kind.__name__} could not start: {said[1] if isinstance(said, tuple) else worker.last_words()}")
    return worker, time.perf_counter() - begin


def by_worker(worker: Worker, submission: Path) -> Callable[[], float]:
    """Grades in a process that is warm; returns the score."""

    def grade() -> float:
        worker.give(Task("student", submission))
        report = worker.receive()
        assert isinstance(report, Report), worker.last_words()
        return report.result.score

    return grade


def by_pytest(options: Options, submission: Path) -> Callable[[], float]:
    """Grades in a pytest process of its own."""
    results = RAW / ".results.json"
    chosen = [word for name in options.problems for word in ("--problem", name)]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.benchmarks.in_process",
        "autograder",
        "--submission",
        str(submission),
        "--seed",
        str(options.seed),
        "--device",
        "cpu",
        "--results",
        str(results),
        *chosen,
    ]

    def grade() -> float:
        subprocess.run(command, cwd=KIT_ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        score = json.loads(results.read_text())["score"]
        results.unlink()
        return score

    return grade


def measure(options: Options, submission: Path, runs: int) -> dict:
    """Seconds of every run of every way, with what they had to start first."""
    kit, kit_start = started(Worker, options)
    bare, bare_start = started(InProcess, options)
    ways = {
        "this kit": by_worker(kit, submission),
        "bare computation": by_worker(bare, submission),
        "one pytest process each": by_pytest(options, submission),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    processor_s: dict[str, list[float]] = {name: [] for name in ways}
    scores = {name: grade() for name, grade in ways.items()}  # also warms every way up
    if len(set(scores.values())) != 1:
        raise SystemExit(f"the ways do not agree on the score: {scores}")
    for _ in range(runs):
        for name, grade in ways.items():
            begin, before = time.perf_counter(), processor_time()
            grade()
            seconds[name].append(time.perf_counter() - begin)
            processor_s[name].append(processor_time() - before)
    kit.give(Task("student", submission))
    report = kit.receive()
    assert isinstance(report, Report)
    for worker in (kit, bare):
        worker.close()
    return {
        "seconds": seconds,
        "processor_s": processor_s,
        "start_s": {"this kit": kit_start, "bare computation": bare_start},
        "checks": sum(len(problem.checks) for problem in report.result.problems),
        "score": scores["this kit"],
        "problems": list(options.problems),
        "versions": report.result.versions,
        "machine": platform.processor() or platform.machine(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
    }


def processor_time() -> float:
    """Processor seconds of this process and all its descendants so far, which other programs disturb less than the clock.

    A process that has ended counts once its parent has asked for its end, as graders and warm processes do at once.
    """
    of_parent: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                of_parent[int(fields[1])].append((int(entry.name), sum(map(int, fields[11:15]))))
    waiting, ticks = [os.getpid()], 0
    while waiting:
        for pid, spent in of_parent[waiting.pop()]:
            waiting.append(pid)
            ticks += spent
    return ticks / os.sysconf("SC_CLK_TCK") + sum(os.times()[:4])


def show(found: dict) -> None:
    """Print the table."""
    table = Table(title=f"{found['checks']} checks, {len(found['problems'])} problems, one submission at a time")
    for column in (
        "way",
        "median s",
        "best s",
        "worst s",
        "per check ms",
        "against bare",
        "processor s",
        "against bare",
        "start s, once",
    ):
        table.add_column(column, justify="left" if column == "way" else "right")
    base, base_cpu = (statistics.median(found[what]["bare computation"]) for what in ("seconds", "processor_s"))
    for name, values in found["seconds"].items():
        middle = statistics.median(values)
        table.add_row(
            name,
            f"{middle:.3f}",
            f"{min(values):.3f}",
            f"{max(values):.3f}",
            f"{1000 * middle / found['checks']:.1f}",
            f"{middle / base:.2f} x",
            f"{(cpu := statistics.median(found['processor_s'][name])):.3f}",
            f"{cpu / base_cpu:.2f} x",
            f"{found['start_s'].get(name, 0):.1f}" if name in found["start_s"] else "each time",
        )
    console = Console(width=130)
    console.print(table)
    kit, plain = (
        statistics.median(found["seconds"]["this kit"]),
        statistics.median(found["seconds"]["one pytest process each"]),
    )
    console.print(
        f"kit / bare = {kit / base:.2f} (aim: at most 1.4), "
        f"pytest / kit = {plain / kit:.1f} (aim: at least 6); "
        f"load {found['load'][0]:.1f} on {found['processors']} processors"
    )


def compare_devices(chosen: tuple[str, ...], submission: Path, runs: int) -> None:
    """Measure the GPU beside the CPU.

    Raises:
        SystemExit: there is no GPU, or no child can use it.
    """
    tried = trial("cuda") if usable_gpu() else None
    if tried is None or not tried.works:
        raise SystemExit(tried.words if tried else "--device cuda: torch finds no GPU on this machine; leave --device out.")
    found = devices.measure(chosen, submission, runs)
    (RAW / "devices.json").write_text(json.dumps(found, indent=1) + "\n")
    devices.show(found, len(chosen))


def usable_gpu() -> bool:
    """Whether torch finds one, asked without opening it: the graders have it to themselves."""
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    import torch

    return torch.cuda.is_available()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, help="submissions of each way (default: 20, of a profile 5)")
    parser.add_argument("--problem", action="append", choices=list(problems()))
    parser.add_argument("--submission", type=Path, default=SOLUTIONS)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--profile", action="store_true", help="tables by problem and check instead")
    parser.add_argument("--most", type=int, default=40, help="checks that a profile lists one by one")
    wanted = parser.parse_args()
    chosen, submission = tuple(wanted.problem or problems()), wanted.submission.absolute()
    RAW.mkdir(exist_ok=True)
    if wanted.profile:
        from .by_check import profile

        profile(Options(Path(), chosen, wanted.device, 1), submission, wanted.runs or 5, wanted.most, RAW / "by_check.json")
        return
    if wanted.device == "cuda":
        compare_devices(chosen, submission, wanted.runs or 20)
        return
    found = measure(Options(Path(), chosen, "cpu", 1), submission, wanted.runs or 20)
    (RAW / "per_submission.json").write_text(json.dumps(found, indent=1) + "\n")
    show(found)


if __name__ == "__main__":
    main()
