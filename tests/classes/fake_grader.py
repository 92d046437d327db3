"""A stand-in for a grading process: speaks its protocol, but reads the marks off a file `act.txt` of the submission.

    python fake_grader.py DESCRIPTOR           as the process itself
    python fake_grader.py grade DIR --out ...  as the command `autograder grade` with such processes

Acts: `score 3`; `score all`; `sleep 0.5`; `work 6` takes so long, with a sign of life every now and then; `meet 4` waits until so many
submissions are being graded at once; `die` every time; `die once` (it leaves a mark beside the submission); `unprove` and
`unprove once`: the grader's proof fails after this submission; `row 2`: it failed like the one before.
The variable FAKE_START says how it starts: `refuse`; `unproved`; `unproved here` where a file of the variable FAKE_BROKEN is not
there yet, which it then makes: the first grader cannot prove itself, all others can; `only cpu`.
"""

import os
import sys
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[2]))

from autograder.classes.unit import Report, Withdrawal, render  # noqa: E402
from autograder.course import problems  # noqa: E402
from autograder.grading.proof import Proof  # noqa: E402
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult  # noqa: E402

PROBLEM = "softmax"
FULL = problems()[PROBLEM].points  # what `score all` gives
UNPROVED = "Nobody is judged by this grader: the reference solution of softmax lost points."


class Unproved(Exception):
    """The proof fails now."""


def act(task, options) -> Report:
    """Do what the submission says."""
    score, row, folder = 0.0, 0, Path(task.path)
    for line in (folder / "act.txt").read_text().splitlines():
        word, _, rest = line.partition(" ")
        if word == "score":
            score = FULL if rest == "all" else float(rest)
        elif word == "row":
            row = int(rest)
        elif word == "sleep":
            time.sleep(float(rest))
        elif word == "work":
            end = time.monotonic() + float(rest)
            while time.monotonic() < end:
                os.utime(sys.stderr.fileno())
                time.sleep(0.1)
        elif word == "meet":
            meet(folder, int(rest))
        elif word == "die" and (rest != "once" or not (folder.parent / f".{folder.name}.died").exists()):
            (folder.parent / f".{folder.name}.died").touch()
            print("I was told to die", file=sys.stderr)
            sys.stderr.flush()
            os._exit(9)
        elif word == "unprove" and (rest != "once" or not (folder.parent / f".{folder.name}.died").exists()):
            (folder.parent / f".{folder.name}.died").touch()
            raise Unproved
    with open(os.environ.get("FAKE_LOG", os.devnull), "a") as log:
        log.write(f"{task.student}\n")
    found = [ProblemResult(problem, checks(score, problem.points - score)) for problem in map(problems().get, options.problems)]
    result = SubmissionResult(task.student, found, options.seed, options.device, "full", {})
    kept = len(found) if task.earlier else 0  # so it says, though it looks at no file
    return replace(render(task.student, result, options.renderers), grader=str(os.getpid()), row=row, kept=kept)


def checks(passed: float, lost: float) -> list[CheckResult]:
    """One check that passed and one that did not, with these points; none without points."""
    ends = (("right", passed, Case("", "passed")), ("wrong", lost, Case("", "failed", "f() returned 3.")))
    return [CheckResult(f"test_{name}", name, 1, float(points), [case]) for name, points, case in ends if points]


def meet(folder: Path, others: int) -> None:
    """Wait until so many submissions have come here."""
    (folder.parent / f".{folder.name}.here").touch()
    end = time.monotonic() + 60
    while len(list(folder.parent.glob(".*.here"))) < others and time.monotonic() < end:
        time.sleep(0.01)


def serve(descriptor: int) -> None:
    """Answer one class run."""
    connection = Connection(descriptor)
    options = connection.recv()
    if os.environ.get("FAKE_START") == "refuse":
        connection.send(("failed", "no sandbox on this machine"))
        return
    if unproved(options):
        connection.send(("failed", UNPROVED))
        return
    connection.send(("ready", Proof(0.5)))
    judged: list[str] = []
    try:
        while True:
            task = connection.recv()
            judged.append(task.student)
            connection.send(act(task, options))
    except Unproved:
        connection.send(Withdrawal(tuple(judged), UNPROVED))
    except (EOFError, OSError):
        pass


def unproved(options) -> bool:
    """Whether this grader cannot prove itself."""
    how = os.environ.get("FAKE_START", "")
    if how == "unproved here":
        try:
            Path(os.environ["FAKE_BROKEN"]).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True
    return how == "unproved" or (how == "only cpu" and options.device != "cpu")


def install() -> None:
    """Let class runs in this process use the stand-in, and depend on no file of the kit."""
    from autograder.classes import fingerprint, run
    from autograder.classes.worker import Worker

    Worker.program = [__file__]
    run.kit_hash = fingerprint.kit_hash = lambda: "kit"
    # The summary has tests of its own; loading matplotlib for each run here would take longer than the run.
    sys.modules["autograder.classes.summary"] = SimpleNamespace(write_summary=lambda *_: None)


def dask_setup(worker) -> None:
    """Let a Dask worker that preloads this file use the stand-in."""
    install()


if __name__ == "__main__":
    if sys.argv[1].isdigit():
        serve(int(sys.argv[1]))
    else:
        install()
        from autograder.classes.command import grade

        grade(sys.argv[2:])
