"""A class in which everybody hands in again with one problem changed: processor seconds beside those of a whole run.

    python -m tests.benchmarks.handed_in_again [--students 20] [--part classifiers] [--seed 1]

Processor seconds are those of all processes of a run, its start and its proofs included; they do not tell what else the machine does. Every
record must be that of the whole run, times aside. Raw numbers: `tests/benchmarks/raw/handed_in_again.json`. Linux.
"""

import argparse
import contextlib
import ctypes
import json
import os
import random
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.classes.worker import environment
from autograder.course import Part, parts
from autograder.results import stored
from tests.both_ways import without_times

from .class_sizes import RAW, command
from .made_class import make_class, versions_of

PR_SET_CHILD_SUBREAPER = 36
SAID = re.compile(r"handed in again: (\d+) of (\d+) problems graded")


def grade(folder: Path, out: Path, chosen: Sequence[Part], jobs: int) -> dict:
    """Grade a class; seconds by the clock and of processors, and how many problems the run says it has graded."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*command(folder, out, [part.id for part in chosen], jobs), "--device", "cpu"],
        env=environment() | {"COLUMNS": "300"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds = time.perf_counter() - started
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, 0):  # what graders have left to whom they leave their processes
            pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    again = SAID.search(done.stdout)
    return {"seconds": seconds, "processor_s": processor_s, "graded_again": list(map(int, again.groups())) if again else None}


def hand_in_again(folder: Path, chosen: Sequence[Part], seed: int) -> None:
    """Everybody changes the files of one problem, which may become right or wrong by that."""
    versions = {problem.id: versions_of(part, problem) for part in chosen for problem in part.problems}
    for student in sorted(folder.iterdir()):
        draw = random.Random(f"{seed} again {student.name}")
        part = draw.choice(list(chosen))
        problem = draw.choice(part.problems)
        known = versions[problem.id]
        for name, text in draw.choice(known["right"] + known["mistake"]).items():
            (student / part.id / name).write_text(f"{text}\n# {student.name} again: {draw.random()}\n", encoding="utf-8")


def unpack(folder: Path) -> None:
    """Make a folder of every archive."""
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        shutil.unpack_archive(path, folder / path.name.partition(".")[0])
        path.unlink()


def measure(scratch: Path, students: int, chosen: Sequence[Part], jobs: int, seed: int) -> dict:
    """Grade the first hand-in, the second one, and the second one as a whole.

    Raises:
        SystemExit: a record is not that of the whole run.
    """
    folder = scratch / "class"
    make_class(folder, students, seed, chosen)
    unpack(folder)
    found = {"first": grade(folder, scratch / "out", chosen, jobs)}
    hand_in_again(folder, chosen, seed)
    found["again"] = grade(folder, scratch / "out", chosen, jobs)
    found["whole"] = grade(folder, scratch / "whole", chosen, jobs)
    for path in sorted((scratch / "whole" / "records").glob("*.json")):
        if without_times(stored.read(scratch / "out" / "records" / path.name)) != without_times(stored.read(path)):
            raise SystemExit(f"{path.stem}: the record is not that of a whole run")
    return found | {"students": students, "load": os.getloadavg()}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--part", action="append", choices=[part.id for part in parts()])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    chosen = [part for part in parts() if not wanted.part or part.id in wanted.part]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="again-") as scratch:
        found = measure(Path(scratch), wanted.students, chosen, wanted.jobs, wanted.seed)
    RAW.mkdir(exist_ok=True)
    (RAW / "handed_in_again.json").write_text(json.dumps(found, indent=1) + "\n")
    for name in ("first", "again", "whole"):
        print(f"{name:6} {found[name]['processor_s']:7.1f} processor s, {found[name]['seconds']:7.1f} s by the clock")
    if found["again"]["graded_again"] is None:
        raise SystemExit("the second run has kept nothing: was the kit edited meanwhile?")
    graded, everything = found["again"]["graded_again"]
    print(f"{graded} of {everything} problems graded again; every record is that of the whole run, times aside")


if __name__ == "__main__":
    main()
