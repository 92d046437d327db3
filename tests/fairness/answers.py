"""Answers to one problem each, graded one after the other by warm processes: the checks are collected once in each.

python -m tests.fairness.answers WANTED.json RESULTS.json      # how the tests call it; several at a time
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.course import ASSIGNMENT, SOLUTIONS, problems, services
from autograder.grading import plugin, problem_run, session
from autograder.grading.options import Options
from autograder.sandbox.warm import WarmProcess
from tests import forked
from tests.fairness import expected_numbers

KIT = Path(__file__).resolve().parents[2]
SEED = 20
TIMEOUT_S = 1800
PATIENCE_S = 40
# Beside other workers of the tests one's share of the processors: each process collects all checks anew.
WORKERS = max(1, min(16, os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)))
# What a submission of a part holds: everything in its folder but the instructor's files and the public checks.
NOT_HANDED_IN = shutil.ignore_patterns("*.toml", "*.j2", "*.md", "checks", ".*", "__pycache__", "data", "runs")


@dataclass(frozen=True)
class Answer:
    """A submission to one problem: the part's solution with some files replaced, or the handout untouched."""

    id: str
    part: str
    problem: str
    files: tuple[tuple[str, str], ...] = ()  # (path, content)
    stub: bool = False


def graded(
    answers: list[Answer], folder: Path, seed: int = SEED, patience_s: float = PATIENCE_S, device: str = "cpu"
) -> dict[str, dict]:
    """The record of each answer by its id; a few other processes grade them, each in one session, or this one where there is a processor for one.

    Args:
        folder: for what goes to and from these processes.
        seed: of the hidden inputs.
        patience_s: what a check may take; more than in an exam, since a busy machine must not look like a mistake.
        device: `cpu`, `cuda` or what stands in for it; what is not right there is not graded again by the processor.
    """
    ordered, running, found = sorted(answers, key=lambda answer: answer.problem), [], {}
    if WORKERS == 1:
        return {record["id"]: record for record in grade(ordered, seed, patience_s, device)}
    for number in range(min(WORKERS, len(ordered))):
        wanted, results = folder / f"wanted-{number}.json", folder / f"results-{number}.json"
        given = {
            "seed": seed,
            "patience_s": patience_s,
            "device": device,
            "answers": [asdict(answer) for answer in ordered[number::WORKERS]],
        }
        wanted.write_text(json.dumps(given), encoding="utf-8")
        command = [sys.executable, "-m", "tests.fairness.answers", str(wanted), str(results)]
        running.append(
            (
                results,
                forked.Popen(
                    command,
                    cwd=KIT,
                    env=os.environ | {"OMP_NUM_THREADS": "1"},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                ),
            )
        )
    try:
        for results, process in running:
            output, _ = process.communicate(timeout=TIMEOUT_S)
            assert results.is_file(), f"grading failed:\n{output[-3000:]}"
            found |= json.loads(results.read_text(encoding="utf-8"))
    finally:
        for _, process in running:
            process.kill()
    return found


WARM: dict[str, WarmProcess] = {}  # by device; they end with this process


class Unproved(plugin.GradingPlugin):
    """Grades without a proof: no marks depend on it, and a grader that is wrong fails the tests that ask it.

    All that grade so in one process fork their children from one warm process, which has the services of every part.
    """

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.suspicion.rises = lambda result: False  # type: ignore[method-assign]

    def make_warm_process(self) -> WarmProcess:
        """The one that an earlier grader has left, or a new one."""
        device = self.options.device
        if device not in WARM or not WARM[device].alive():
            WARM[device] = WarmProcess(device, services=services(tuple(problems())))
        return WARM[device]

    def close(self) -> None:
        """Leave the warm process to the next grader."""
        if self.processor is not None:
            self.processor.close()

    def _prove_at_first(self) -> None:
        """Nothing is done."""


class OneProblemEach(Unproved):
    """Runs only the checks of the problem that the answer at hand belongs to, on one device without a second look at another."""

    patience_s: float = PATIENCE_S

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.processor = None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the session, whose list of checks is changed between submissions."""
        self.session, self.all_items = session, list(session.items)

    def student(self, item: pytest.Item) -> Any:
        """The student's modules with the time that the run allows."""
        found = super().student(item)
        found.start_check(self.patience_s)
        return found

    def turn_to(self, problem: str) -> None:
        """Leave only one problem's checks in the session."""
        if any(self.checks[item.nodeid].problem != problem for item in self.session.items):
            self.session._setupstate.teardown_exact(None)
        self.session.items[:] = [item for item in self.all_items if self.checks[item.nodeid].problem == problem]


def grade(answers: list[Answer], seed: int = SEED, patience_s: float = PATIENCE_S, device: str = "cpu") -> list[dict]:
    """Grade each answer in its own problem, in this process; see `graded`."""
    made: list[OneProblemEach] = []
    shown: list[str] = []
    found: list[dict] = []

    def make(*arguments: Any, **options: Any) -> OneProblemEach:
        made.append(OneProblemEach(*arguments, **options))
        made[0].patience_s = patience_s
        return made[0]

    def source(folder: Path) -> Iterator[tuple[str, Path]]:
        for number, answer in enumerate(answers):
            made[0].turn_to(answer.problem)
            yield str(number), submission(answer, folder)  # an id may be longer than a name in a result

    def sink(result: Any) -> None:
        found.append({"id": answers[int(result.name)].id} | as_record(result, list(shown)))
        shown.clear()

    sort_out = problem_run.case_from
    problem_run.case_from = lambda error: expected_numbers.noted(error, sort_out(error), shown)
    try:
        with tempfile.TemporaryDirectory() as folder:
            asked = tuple(dict.fromkeys(answer.problem for answer in answers))
            session.grade_stream(Options(KIT, asked, device, seed), source(Path(folder)), sink, plugin_of=make)
    finally:
        problem_run.case_from = sort_out
    return found


def submission(answer: Answer, folder: Path) -> Path:
    """What the answer's author would hand in; the one before it is removed."""
    if answer.stub:
        return ASSIGNMENT / answer.part
    place = folder / answer.part
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(SOLUTIONS / answer.part, place, ignore=NOT_HANDED_IN)
    for name, text in answer.files:
        (place / name).write_text(text, encoding="utf-8")
    return place


def as_record(result: Any, shown: list[str]) -> dict:
    """A graded submission as plain values."""
    (problem,) = result.problems
    checks = [
        {
            "name": check.name,
            "title": check.title,
            "status": check.status,
            "score": check.score,
            "max_score": check.max_score,
            "message": check.message,
            "details": check.details,
            "reasons": [[reason.message, list(reason.labels)] for reason in check.reasons],
            "not run": sum(case.weight for case in check.cases if case.status == "not run")
            / max(1, sum(case.weight for case in check.cases)),
        }
        for check in problem.checks
    ]
    return {
        "problem": problem.problem.id,
        "score": problem.score,
        "max_score": problem.max_score,
        "checks": checks,
        "shown": shown,
        "remarks": result.remarks,
        "seconds": result.seconds,
    }


def main() -> None:
    """Grade what one file asks for, and write the results to another."""
    wanted, results = map(Path, sys.argv[1:])
    given = json.loads(wanted.read_text(encoding="utf-8"))
    answers = [Answer(**fields | {"files": tuple(map(tuple, fields["files"]))}) for fields in given["answers"]]
    found = grade(answers, given["seed"], given["patience_s"], given["device"])
    results.write_text(json.dumps({record["id"]: record for record in found}), encoding="utf-8")


if __name__ == "__main__":
    main()
