"""Seconds per submission for the same twelve checks: this kit, the bare computation, and what courses use today.

    python -m tests.benchmarks.twelve [--rounds 5]          needs: pip install -e '.[compare]'

Every grader first grades a right submission and one with a mistake, and all must count the same passed checks. Then they
take turns, so that whatever else the machine does falls on all of them; nbgrader grades its class in one call, as courses
do. Raw numbers are kept in `tests/benchmarks/raw/twelve.json`.
"""

import argparse
import importlib.metadata
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.classes.worker import environment
from autograder.course import KIT_ROOT
from autograder.places import VARIABLE
from tests.benchmarks.twelve import ways

RAW = Path(__file__).parents[1] / "raw"
MISTAKE = {"models/twolayernn.py": KIT_ROOT / "tests/plants/classifiers/twolayernn/mistake_relu_missing.py"}
CLASS_SIZE = 4
OTHERS: dict[str, Callable] = {
    "plain pytest, a process each": ways.plain_pytest,
    "gradescope-utils, a process each": ways.gradescope_utils,
    "nbgrader autograde, a class": ways.nbgrader_autograde,
    "otter run, a process each": ways.otter_run,
}


def warm(kind: str, kit: Path) -> ways.Way:
    """A grader that is warm, in a process of the scratch kit."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.twelve.warm", kind],
        cwd=kit,
        text=True,
        env=environment() | {"PYTHONPATH": str(kit), VARIABLE: str(kit)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin and process.stdout
    if process.stdout.readline() != "ready\n":
        raise SystemExit(f"the {kind} grader could not start")

    def grade(student: Path) -> float:
        print(student, file=process.stdin, flush=True)
        return float(process.stdout.readline())  # type: ignore[union-attr]

    return grade


def prepared(scratch: Path) -> dict[str, tuple[ways.Way, list[Path]]]:
    """Every way, with its students' folders: the right one first, the mistaken one last."""
    kit = ways.scratch_kit(scratch / "kit")
    found = {}
    for name, make in {"this kit": "kit", "the bare computation, a warm process": "bare", **OTHERS}.items():
        folder = scratch / name.split(",")[0].replace(" ", "-")
        students = [
            ways.submission(folder / "students" / f"student{number}", MISTAKE if number == CLASS_SIZE - 1 else {})
            for number in range(CLASS_SIZE)
        ]
        found[name] = (warm(make, kit) if isinstance(make, str) else make(folder, students), students)
    return found


def measure(rounds: int) -> dict:
    """Seconds per submission of every round of every way, and how many checks passed."""
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="twelve-") as scratch:
        graders = prepared(Path(scratch))
        passed = {name: (grade(students[0]), grade(students[-1])) for name, (grade, students) in graders.items()}
        if set(passed.values()) != {(12.0, passed["this kit"][1])} or passed["this kit"][1] >= 12:
            raise SystemExit(f"the graders do not agree on how many checks pass: {passed}")
        for _ in range(rounds):
            for name, (grade, students) in graders.items():
                whole_class = name.startswith("nbgrader")
                begin = time.perf_counter()
                grade(Path(scratch) if whole_class else students[0])
                seconds.setdefault(name, []).append((time.perf_counter() - begin) / (CLASS_SIZE if whole_class else 1))
    versions = {
        name: importlib.metadata.version(name) for name in ("torch", "pytest", "gradescope-utils", "nbgrader", "otter-grader")
    }
    return {"seconds": seconds, "passed": passed, "versions": versions, "processors": os.cpu_count(), "load": os.getloadavg()}


def show(found: dict) -> None:
    """Print the table."""
    table = Table(title="12 checks of classifiers and distillation, seconds per submission")
    for column in ("grader", "median s", "best s", "worst s", "times this kit"):
        table.add_column(column, justify="left" if column == "grader" else "right")
    base = statistics.median(found["seconds"]["this kit"])
    for name, values in found["seconds"].items():
        middle = statistics.median(values)
        table.add_row(name, f"{middle:.3f}", f"{min(values):.3f}", f"{max(values):.3f}", f"{middle / base:.1f}")
    console = Console(width=100)
    console.print(table)
    console.print(
        f"{', '.join(f'{name} {version}' for name, version in found['versions'].items())}; "
        f"load {found['load'][0]:.1f} on {found['processors']} processors"
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    missing = [name for name in ("otter", "gradescope_utils") if not find_spec(name)]
    if missing:
        raise SystemExit(f"{' and '.join(missing)} are not installed; pip install -e '.[compare]'")
    RAW.mkdir(exist_ok=True)
    found = measure(wanted.rounds)
    (RAW / "twelve.json").write_text(json.dumps(found, indent=1) + "\n")
    show(found)


if __name__ == "__main__":
    main()
