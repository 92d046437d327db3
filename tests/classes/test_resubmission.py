"""Promises about whoever hands in again: what has not changed for a problem is not graded again, and no byte tells so."""

import io
import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from autograder.classes.unit import Report, Task
from autograder.classes.worker import Worker
from autograder.course import KIT_ROOT, SOLUTIONS, problems
from autograder.grading.options import Options
from autograder.grading.resubmission import steady
from autograder.results.earlier import Earlier
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult
from tests.attacks.suite import write_files
from tests.both_ways import without_times
from tests.made_up import PROBLEMS as MADE_UP

PROBLEMS = ("softmax", "twolayernn", "mymodel", "training")
SEED = 5
OF_ONE, ANOTHER = "models/twolayernn.py", "training.py"


def first_files() -> dict[str, bytes]:
    """What is handed in at first: softmax leans on another file, and the checkpoint is none, which a check remarks."""
    files = {name: (SOLUTIONS / "classifiers" / name).read_bytes() for known in PROBLEMS for name in problems()[known].files}
    files |= {"helper.py": b"SCALE = 1.0\n", "notes.txt": b"to do", "mymodel.pt": b"no checkpoint"}
    files["models/softmax.py"] = b"from helper import SCALE\n" + files["models/softmax.py"] + b"\nassert SCALE == 1.0\n"
    return files


class Grader:
    """A grading process, and the first hand-in graded by it."""

    def __init__(self, root: Path):
        self.root = root
        self.worker = Worker(Options(KIT_ROOT, PROBLEMS, "cpu", SEED, prove="kept"))
        self.first = self.grade(first_files()).result
        self.whole: dict[tuple, str] = {}  # results of whole runs

    def grade(self, files: dict[str, bytes], earlier: Earlier | None = None, pack: bool = False) -> Report:
        """Grade these files."""
        folder = self.root / "ann"
        shutil.rmtree(folder, ignore_errors=True)
        write_files(folder, files)
        path = Path(shutil.make_archive(str(self.root / "packed"), "zip", folder)) if pack else folder
        self.worker.give(Task("ann", path, deepcopy(earlier)))
        while not isinstance(said := self.worker.receive(), Report):
            assert isinstance(said, tuple) and said[0] in ("ready", "proved"), said or self.worker.last_words()
        return said

    def graded_again(self, earlier: Earlier, files: dict[str, bytes] | None = None, pack: bool = False) -> set[str]:
        """Which problems are graded again when this is handed in; the result is that of a whole run, but for times."""
        files = first_files() if files is None else files
        again, key = self.grade(files, earlier, pack), (pack, *sorted(files.items()))
        self.whole[key] = self.whole.get(key) or without_times(self.grade(files, pack=pack).result)
        assert without_times(again.result) == self.whole[key]
        times = {problem.problem.id: [check.seconds for check in problem.checks] for problem in earlier.result.problems}
        kept = {
            problem.problem.id
            for problem in again.result.problems
            if [check.seconds for check in problem.checks] == times.get(problem.problem.id)
        }
        assert len(kept) == again.kept
        return set(PROBLEMS) - kept


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    """One for all of these tests."""
    found = Grader(tmp_path_factory.mktemp("again"))
    yield found
    found.worker.close()


def changed(name: str, how: Callable[[bytes], bytes]) -> dict[str, bytes]:
    """The files with one that is another now."""
    files = first_files()
    return files | {name: how(files[name])}


CHANGES = {
    "nothing": (first_files(), set()),
    "a file of one problem, which breaks": (changed(ANOTHER, lambda code: code + b"raise ValueError\n"), {"training"}),
    "a file of one problem, by a comment": (changed(OF_ONE, lambda code: code + b"# better\n"), {"twolayernn"}),
    "a file that another one imports": (changed("helper.py", lambda code: b"SCALE = 2.0\n"), {"softmax"}),
    "the checkpoint of a model": (changed("mymodel.pt", lambda data: b"none either"), {"mymodel"}),
    "a file that nobody reads": (changed("notes.txt", lambda text: b"done"), set()),
    "code that may read any file": (changed(OF_ONE, lambda code: code + b"import importlib\n"), {"twolayernn"}),
    "a file is gone": ({name: data for name, data in first_files().items() if name != OF_ONE}, set(PROBLEMS)),
    "a file has come": (first_files() | {"more.py": b""}, set(PROBLEMS)),
    "something beside it that cannot be read": (first_files() | {"old.zip": b"broken"}, set()),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_result_is_that_of_a_whole_run(grader, what):
    """Only what may see the change is graded again."""
    files, again = CHANGES[what]
    assert grader.graded_again(Earlier(grader.first, SEED), files) == again


def test_an_archive_of_the_same_files_is_the_same(grader):
    """And of one that has changed it is graded what has changed."""
    earlier = Earlier(grader.first, SEED)
    assert grader.graded_again(earlier, pack=True) == set()
    assert grader.graded_again(earlier, changed(ANOTHER, lambda code: code + b"# better\n"), pack=True) == {"training"}


def test_whoever_may_read_any_file_is_graded_again_with_every_file(grader):
    """Nobody can tell which one it has read."""
    files = changed(OF_ONE, lambda code: code + b"import importlib\n")
    earlier = Earlier(grader.grade(files).result, SEED)
    assert grader.graded_again(earlier, files | {"notes.txt": b"done"}) == {"twolayernn"}


def test_remarks_are_those_of_this_hand_in(grader):
    """What a check has remarked stays with its problem; what was wrong with the earlier archive is gone."""
    before = grader.grade(first_files() | {"old.zip": b"broken"}).result
    assert any("old.zip" in remark for remark in before.remarks) and any("mymodel.pt" in remark for remark in before.remarks)
    report = grader.grade(first_files(), Earlier(before, SEED))
    assert report.kept == len(PROBLEMS) and report.result.remarks == grader.first.remarks


def test_what_may_end_otherwise_is_graded_again(grader):
    """A problem that ran into a limit or was open, whatever its files; so is all of a result of other libraries or another level."""
    earlier = deepcopy(grader.first)
    earlier["training"].checks[1].cases[0] = Case("", "timed out", "It gave no answer within 10 seconds.")
    earlier["softmax"].checks[0].cases[0].status = "not graded"
    assert grader.graded_again(Earlier(earlier, SEED)) == {"training", "softmax"}
    for other in ({"isolation": "process"}, {"versions": {}}, {"device": "cuda"}):
        assert grader.graded_again(Earlier(replace(grader.first, **other), SEED)) == set(PROBLEMS)


def test_every_problem_keeps_its_own_seed(grader):
    """Unless one is asked for, which what was graded with another one does not have."""
    earlier = replace(deepcopy(grader.first), seed=9)
    for problem in earlier.problems:
        problem.seed = 9
    assert grader.graded_again(Earlier(earlier, SEED)) == set(PROBLEMS)
    report = grader.grade(changed(ANOTHER, lambda code: code + b"# better\n"), Earlier(earlier))
    seeds = {problem.problem.id: problem.seed for problem in report.result.problems}
    assert seeds == dict.fromkeys(PROBLEMS, 9) | {"training": SEED} and report.result.seed == SEED
    assert report.result.seed_in_words == f"{SEED} (of softmax, twolayernn, mymodel: 9)"


def test_what_was_unreadable_is_graded_as_a_whole(grader):
    """In either order."""
    broken = grader.grade({"notes.bin": b""}).result
    assert grader.graded_again(Earlier(broken, SEED)) == set(PROBLEMS)
    assert grader.grade({"notes.bin": b""}, Earlier(grader.first, SEED)).kept == 0


@pytest.mark.parametrize(
    "case, holds",
    [
        (Case("", "passed"), True),
        (Case("", "failed", "softmax(x) returned 3."), True),
        (Case("", "not attempted", "Task 1.1: softmax is not written yet"), True),
        (Case("", "failed", "f() stopped in your a.py, line 1: MemoryError"), False),
        (Case("", "failed", "f() was too much.", "RuntimeError: not enough memory: you tried to allocate 9 bytes"), False),
        (Case("", "failed", "training took 31 seconds."), False),
        (Case("", "failed", "The second layer is asked a second time."), True),
        (Case("", "failed", "What f() returned takes more memory or time to judge than any right answer does."), False),
        (Case("", "crashed", "f() was killed."), False),
        (Case("", "timed out"), False),
        (Case("", "not graded"), False),
    ],
)
def test_what_holds(case, holds):
    """What follows from files and seed alone."""
    problem = ProblemResult(MADE_UP["softmax"], [CheckResult("right", "right", 1, 1.0, [Case("", "passed")])])
    problem.checks.append(CheckResult("this", "this", 1, 14.0, [case]))
    assert steady(problem) == holds
    assert not steady(ProblemResult(MADE_UP["softmax"]))


def test_the_run_says_how_much_was_graded_again(make_class, run_class, graded_log, fake_graders, monkeypatch):
    """Of those who have handed in again under the same conditions; another kit, and whom `--regrade` names, are graded as a whole."""
    folder = make_class(ann="score 3", bob="score 3", cy="score 3")
    run_class(folder)

    def said(kit: str = "kit", **options) -> str:
        monkeypatch.setattr("autograder.classes.run.kit_hash", lambda: kit)
        console = Console(file=io.StringIO(), width=300)
        run_class(folder, console=console, **options)
        return next((line for line in console.file.getvalue().splitlines() if "handed in again" in line), "")

    assert said() == ""
    make_class(ann="score 4", bob="score 4")
    assert said() == "2 students handed in again: 0 of 2 problems graded; what the others can see has not changed."
    make_class(ann="score 5")
    assert said(regrade=["ann"]) == ""
    make_class(ann="score 6")
    assert said("another") == ""
    make_class(ann="score 7")
    assert said("another").startswith("1 student handed in again: 0 of 1")


def test_with_a_seed_of_its_own_a_run_keeps_no_mixture(make_class, run_class, graded_log, fake_graders, tmp_path):
    """A result of which one problem was graded with another seed is not what `--seed` asks for."""
    from autograder.results import stored

    folder, record = make_class(ann="score 3"), tmp_path / "out" / "records" / "ann.json"
    run_class(folder)
    graded_log()
    mixed: SubmissionResult = stored.read(record)
    mixed.problems[0].seed = 7
    record.write_text(stored.to_json(mixed))
    run_class(folder, seed=None)
    assert graded_log() == []
    run_class(folder, seed=1)
    assert graded_log() == ["ann"]
