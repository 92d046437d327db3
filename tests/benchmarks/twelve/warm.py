"""A warm grader that takes paths on its input and answers scores: `python -m tests.benchmarks.twelve.warm kit|bare`."""

import sys
from pathlib import Path

from autograder.classes.unit import Report, Task
from autograder.course import CHECKS, problem_of
from autograder.grading.options import Options
from tests.benchmarks.per_submission import InProcess, started
from autograder.classes.worker import Worker


def main(kind: str) -> None:
    """Grade with the kit that stands around this file."""
    chosen = tuple(dict.fromkeys(problem_of(path) for path in sorted(CHECKS.glob("*/test_*.py"))))
    worker, _ = started({"kit": Worker, "bare": InProcess}[kind], Options(Path(), chosen, "cpu", 1))
    print("ready", flush=True)
    for line in sys.stdin:
        worker.give(Task("student", Path(line.rstrip("\n"))))
        report = worker.receive()
        assert isinstance(report, Report), worker.last_words()
        ends = [check.status for problem in report.result.problems for check in problem.checks]
        print(ends.count("passed"), flush=True)
    worker.close()


if __name__ == "__main__":
    main(sys.argv[1])
