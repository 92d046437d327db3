"""Proof that the hidden checks are fair: right answers get full marks, every planted mistake is found and named.

A plant is one file, `tests/plants/PART/PROBLEM/right_NAME.py` or `mistake_NAME.py`, that replaces one of the solution.
Its docstring says which (`replaces:`) and, for a mistake, a phrase that the student must read (`message:`).

    pytest tests/test_plants.py -k softmax             # as a test
    python -m tests.test_plants --seed 3 softmax       # as a table, with every message
"""
import argparse
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.grading import plugin, session
from autograder.grading.options import Options

KIT = Path(__file__).resolve().parents[1]
CHECKS = KIT / "autograder" / "checks"
PLANTS = KIT / "tests" / "plants"
SEED = 20
TIMEOUT_S, PATIENCE_S = 1800, 40
WORKERS = min(4, os.cpu_count() or 1)
# What a submission of a part holds: everything in its folder but the instructor's files and the public checks.
NOT_HANDED_IN = shutil.ignore_patterns("*.toml", "*.j2", "*.md", "checks", ".*", "__pycache__", "data", "runs")


@dataclasses.dataclass(frozen=True)
class Plant:
    """One submission to one problem: a planted file in the solution's tree, the solution itself or the stub."""

    part: str
    problem: str
    name: str

    @property
    def path(self) -> Path:
        """Where the planted file is."""
        return PLANTS / self.part / self.problem / f"{self.name}.py"

    @property
    def id(self) -> str:
        """As tests and tables show it."""
        return f"{self.part}/{self.problem}/{self.name}"

    def said(self, field: str) -> str:
        """The value of a field of the plant's docstring."""
        found = re.search(rf"^{field}: *(.+)$", self.path.read_text(encoding="utf-8"), re.MULTILINE)
        assert found, f"{self.id}.py: its docstring has no line '{field}: ...'"
        return found[1].strip()


def plants(kind: str) -> list[Plant]:
    """The plants of one kind whose problem has hidden checks."""
    found = sorted(PLANTS.glob(f"*/*/{kind}_*.py"))
    return [Plant(path.parts[-3], path.parts[-2], path.stem) for path in found if has_checks(path.parts[-2])]


def whole(name: str) -> list[Plant]:
    """The solution or the stub of every problem that has hidden checks."""
    pairs = [(path.parts[-3], path.parts[-2]) for path in sorted(PLANTS.glob("*/*/right_*.py"))]
    return [Plant(part, problem, name) for part, problem in dict.fromkeys(pairs) if has_checks(problem)]


def has_checks(problem: str) -> bool:
    """Whether a problem has hidden checks."""
    return any(CHECKS.glob(f"*/test_{problem}.py"))


def each(found: list[Plant]) -> pytest.MarkDecorator:
    """One test for each plant."""
    return pytest.mark.parametrize("plant", found, ids=[plant.id for plant in found])


@pytest.fixture(scope="session")
def records(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The results of all plants that this run asks for, graded by a few other processes, each in one session."""
    chosen = sorted({item.callspec.params["plant"].id for item in request.session.items
                     if "records" in item.fixturenames})
    folder, running, found = tmp_path_factory.mktemp("plants"), [], {}
    for number in range(min(WORKERS, len(chosen))):
        wanted, results = folder / f"wanted-{number}.json", folder / f"results-{number}.json"
        wanted.write_text(json.dumps(chosen[number::WORKERS]), encoding="utf-8")
        command = [sys.executable, "-m", "tests.test_plants", "--wanted", str(wanted), "--results", str(results)]
        running.append((results, subprocess.Popen(command, cwd=KIT, env=os.environ | {"OMP_NUM_THREADS": "1"},
                                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)))
    try:
        for results, process in running:
            output, _ = process.communicate(timeout=TIMEOUT_S)
            assert results.is_file(), f"grading the plants failed:\n{output[-3000:]}"
            found |= json.loads(results.read_text(encoding="utf-8"))
    finally:
        for _, process in running:
            process.kill()
    return found


@each(whole("solution"))
def test_the_solution_gets_full_marks(records, plant):
    """The worked solution passes every hidden check."""
    record = records[plant.id]
    assert record["score"] == record["max_score"], table(record)


@each(plants("right"))
def test_every_correct_alternative_gets_full_marks(records, plant):
    """A right answer in another style passes every hidden check."""
    record = records[plant.id]
    assert record["score"] == record["max_score"], table(record)


@each(whole("stub"))
def test_the_untouched_stub_gets_nothing(records, plant):
    """The stub gets no points, and every check says that the task is not written yet."""
    if not (KIT / "assignment" / plant.part).is_dir():
        pytest.skip("assignment/ has not been built")
    record = records[plant.id]
    assert record["score"] == 0 and {check["status"] for check in record["checks"]} == {"not attempted"}, table(record)


@each(plants("mistake"))
def test_every_planted_mistake_is_found_and_named(records, plant):
    """A planted mistake costs points; a message names it, and none shows an expected number."""
    record, phrase = records[plant.id], plant.said("message")
    messages = " ".join(" ".join(check["message"] for check in record["checks"]).split())
    statuses = {check["status"] for check in record["checks"]}
    assert "not graded" not in statuses, table(record)
    assert record["score"] < record["max_score"], table(record)
    assert phrase.lower() in messages.lower(), f"no message says '{phrase}'\n{table(record)}"
    assert not record["shown"], f"a message shows expected numbers: {record['shown']}\n{table(record)}"


def table(record: dict) -> str:
    """A result for people: the checks that failed with what the student reads, then how many did what."""
    lines = [f"{record['id']}: {record['score']:g} of {record['max_score']:g} points"]
    counted = {status: [check["title"] for check in record["checks"] if check["status"] == status]
               for status in ("passed", "not run")}
    for check in record["checks"]:
        if check["status"] not in counted:
            lines.append(f"  {check['status']:<14} {check['title']} ({check['score']:g} of {check['max_score']:g})")
            said = f"{check['message']}\n{check['details'] if check['status'] == 'not graded' else ''}"
            lines += [wrapped for line in said.splitlines()
                      for wrapped in textwrap.wrap(line, 110, initial_indent=" " * 8, subsequent_indent=" " * 8)]
    lines += [f"  {status:<14} {len(titles)} checks" for status, titles in counted.items() if titles]
    return "\n".join(lines)


# What follows runs in the other processes.


class OneProblemEach(plugin.GradingPlugin):
    """Runs only the checks of the problem that the plant at hand belongs to."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the session, whose list of checks is changed between submissions."""
        self.session, self.all_items = session, list(session.items)

    def student(self, item: pytest.Function) -> Any:
        """The student's modules with more time than in an exam: a busy machine must not look like a mistake."""
        found = super().student(item)
        found.start_check(PATIENCE_S)
        return found

    def turn_to(self, problem: str) -> None:
        """Leave only one problem's checks in the session."""
        if any(self.checks[item.nodeid].problem != problem for item in self.session.items):
            self.session._setupstate.teardown_exact(None)
        self.session.items[:] = [item for item in self.all_items if self.checks[item.nodeid].problem == problem]


def grade(chosen: list[Plant], seed: int) -> list[dict]:
    """Grade each plant in its own problem; the checks are collected once.

    Args:
        seed: of the hidden inputs.
    """
    made: list[OneProblemEach] = []
    shown: list[str] = []
    found: list[dict] = []

    def make(*arguments: Any) -> OneProblemEach:
        made.append(OneProblemEach(*arguments))
        return made[0]

    def source(folder: Path) -> Iterator[tuple[str, Path]]:
        for plant in chosen:
            made[0].turn_to(plant.problem)
            yield plant.id, submission(plant, folder)

    def sink(result: Any) -> None:
        found.append(as_record(result, list(shown)))
        shown.clear()

    sort_out, own_class = plugin.case_from, session.GradingPlugin
    plugin.case_from = lambda error: noting_expected_numbers(error, sort_out(error), shown)
    session.GradingPlugin = make        # type: ignore[assignment,misc]
    try:
        with tempfile.TemporaryDirectory() as folder:
            problems = tuple(dict.fromkeys(plant.problem for plant in chosen))
            session.grade_stream(Options(KIT, problems, "cpu", seed), source(Path(folder)), sink)
    finally:
        plugin.case_from, session.GradingPlugin = sort_out, own_class
    return found


def submission(plant: Plant, folder: Path) -> Path:
    """What the plant's author would hand in; the one before it is removed."""
    if plant.name == "stub":
        return KIT / "assignment" / plant.part
    place = folder / plant.part
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(KIT / "solutions" / plant.part, place, ignore=NOT_HANDED_IN)
    if plant.name != "solution":
        (place / plant.said("replaces")).write_text(plant.path.read_text(encoding="utf-8"), encoding="utf-8")
    return place


def as_record(result: Any, shown: list[str]) -> dict:
    """A graded submission as plain values."""
    (problem,) = result.problems
    checks = [{"title": check.title, "status": check.status, "score": check.score, "max_score": check.max_score,
               "message": check.message, "details": check.details} for check in problem.checks]
    return {"id": result.name, "score": problem.score, "max_score": problem.max_score, "checks": checks,
            "shown": shown, "seconds": result.seconds}


def noting_expected_numbers(error: BaseException, case: Any, shown: list[str]) -> Any:
    """Look whether the message of a failed check holds a number that the check expected; pass its case on."""
    numbers = [text for text in re.findall(r"-?\d+\.?\d*(?:e[-+]?\d+)?", case.message) if len(digits(text)) >= 4]
    if numbers:
        expected, own = values_of(error, ("want", "wanted", "expected")), values_of(error, ("got", "found", "tensor"))
        for text in numbers:
            form = f".{len(digits(text))}g"
            is_shown, is_own = (any(float(format(value, form)) == float(text) for value in values)
                                for values in (expected, own))
            if is_shown and not is_own:
                shown.append(text)
    return case


def digits(number: str) -> str:
    """The significant digits of a written number."""
    return re.sub(r"\D", "", number.split("e")[0]).strip("0")


def values_of(error: BaseException, names: Iterable[str]) -> list[float]:
    """All numbers in the local variables of these names, in all frames in which an exception passed."""
    values, trace = [], error.__traceback__
    while trace is not None:
        for name in names:
            value = trace.tb_frame.f_locals.get(name)
            if isinstance(value, torch.Tensor):
                values += value.detach().double().flatten().tolist()
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                values.append(float(value))
        trace = trace.tb_next
    return values


def main() -> None:
    """Grade plants and print a table, or write what the tests ask for."""
    parser = argparse.ArgumentParser(description="Grade planted mistakes and correct alternatives.")
    parser.add_argument("words", nargs="*", help="only plants with one of these in their path (default: all)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--wanted", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    every = [*whole("solution"), *whole("stub"), *plants("right"), *plants("mistake")]
    names = json.loads(options.wanted.read_text(encoding="utf-8")) if options.wanted else None
    chosen = [plant for plant in every if (plant.id in names if names is not None else
              not options.words or any(word in plant.id for word in options.words))]
    found = grade(sorted(chosen, key=lambda plant: plant.problem), options.seed)
    if options.results:
        options.results.write_text(json.dumps({record["id"]: record for record in found}), encoding="utf-8")
    else:
        print("\n\n".join(table(record) for record in found))
        print(f"\n{len(found)} plants, {sum(record['seconds'] for record in found):.1f} s")


if __name__ == "__main__":
    main()
