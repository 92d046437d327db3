"""What a submission costs on a GPU, beside the CPU of the same machine: the part of `per_submission` that `--device cuda` runs.

For each device: seconds a submission in one grader, children that it starts (on a GPU each opens a context), memory of one context, and
submissions a minute with as many graders as processors and the GPU's memory allow.
"""

import contextlib
import statistics
import threading
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.classes.pool import Pool
from autograder.classes.run import usable_jobs
from autograder.classes.unit import Report, Task
from autograder.classes.worker import Worker
from autograder.grading.options import Options
from autograder.sandbox import gpu

EACH = 6  # submissions for each grader, when many work at once
LOOK_S = 0.02  # how often the GPU's processes are looked at; a child lives for longer


class Contexts(threading.Thread):
    """Looks at who has opened the GPU for as long as it runs, asked of NVIDIA's library; where that does not tell, nobody is seen."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most_mib: dict[int, float] = {}  # by process
        self.over = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        library, handles = gpu._devices()
        while not self.over.wait(LOOK_S):
            for handle in handles:
                with contextlib.suppress(library.NVMLError):
                    for process in library.nvmlDeviceGetComputeRunningProcesses(handle):
                        held = (process.usedGpuMemory or 0) / gpu.MIB
                        self.most_mib[process.pid] = max(held, self.most_mib.get(process.pid, 0.0))

    def stop(self) -> dict[int, float]:
        """The memory that each process had at most, in MiB."""
        self.over.set()
        self.join()
        return self.most_mib


def one_grader(options: Options, submission: Path, runs: int) -> dict:
    """Seconds of each run in one grader, and the contexts that a run opens beside the grader's own."""
    worker = Worker(options)
    said = worker.receive()
    if not isinstance(said, tuple) or said[0] != "ready":
        raise SystemExit(f"{options.device}: {said[1] if isinstance(said, tuple) else worker.last_words()}")
    proof_s = said[1].seconds
    seconds: list[float] = []
    score = 0.0
    watch = Contexts()
    watch.start()
    try:
        for _ in range(runs):
            begin = time.perf_counter()
            worker.give(Task("student", submission))
            report = worker.receive()
            while isinstance(report, tuple) and report[0] == "proved":
                report = worker.receive()
            if not isinstance(report, Report):
                raise SystemExit(f"{options.device}: the grader ended: {worker.last_words()}")
            seconds.append(time.perf_counter() - begin)
            score = report.result.score
    finally:
        held = watch.stop()
        own = worker.process.pid
        worker.close()
    others = [mib for pid, mib in held.items() if pid != own]
    return {
        "seconds": seconds,
        "proof_s": proof_s,
        "score": score,
        "contexts": len(others) / runs,
        "context_mib": statistics.median(others) if others else None,
    }


def many_graders(options: Options, submission: Path) -> dict:
    """Submissions a minute with as many graders as there is room for, the time that they take to start not counted."""
    jobs = usable_jobs(None, 1 << 20, options)
    tasks = (Task(f"student {number}", submission) for number in range(jobs * (EACH + 1)))
    done = [time.perf_counter() for said in Pool(options, jobs).run(tasks) if isinstance(said, Report)]
    begin = done[jobs - 1]  # from here on everybody works
    return {"graders": jobs, "per_minute": 60 * (len(done) - jobs) / (done[-1] - begin)}


def measure(problems: tuple[str, ...], submission: Path, runs: int, devices: tuple[str, ...] = ("cpu", "cuda")) -> dict:
    """Both ways of measuring for each device.

    Raises:
        SystemExit: a grader cannot start, or the devices do not agree on the score.
    """
    found = {}
    for device in devices:
        options = Options(Path(), problems, device, 1)
        found[device] = one_grader(options, submission, runs) | many_graders(options, submission)
    scores = {device: row["score"] for device, row in found.items()}
    if len(set(scores.values())) != 1:
        raise SystemExit(f"the devices do not agree on the score: {scores}")
    return found


def show(found: dict, problems: int) -> None:
    """Print the table."""
    table = Table(title=f"{problems} problems")
    for column in ("device", "median s", "best s", "proof s, once", "contexts", "MiB a context", "graders", "submissions a minute"):
        table.add_column(column, justify="left" if column == "device" else "right")
    for device, row in found.items():
        memory = "-" if row["context_mib"] is None else f"{row['context_mib']:.0f}"
        table.add_row(
            device,
            f"{statistics.median(row['seconds']):.2f}",
            f"{min(row['seconds']):.2f}",
            f"{row['proof_s']:.2f}",
            f"{row['contexts']:.1f}" if row["contexts"] else "-",
            memory,
            str(row["graders"]),
            f"{row['per_minute']:.1f}",
        )
    Console(width=110).print(table)
