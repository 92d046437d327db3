"""Promises about runs of some of the checks: no mark is higher for it, and nobody can overlook it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.course import problems
from autograder.grading import selection
from autograder.grading.checks import Check
from autograder.grading.plugin import GradingPlugin
from autograder.grading.selection import left_out, named_problems


def check_named(problem: str, name: str) -> Check:
    """A check with a weight of 1."""
    return Check(problem, name, name, 1, "", None)


CHECKS = {
    (problem, name): check_named(problem, name)
    for problem, name in [("first", "test_a"), ("first", "test_b"), ("second", "test_c")]
}


def items(*names: str) -> list:
    """Collected items, each `problem/name` or `problem/name[case]`."""
    return [SimpleNamespace(path=Path(f"test_{name.split('/')[0]}.py"), name=name.split("/")[1]) for name in names]


ALL = ["first/test_a[1]", "first/test_a[2]", "first/test_b", "second/test_c"]


@pytest.mark.parametrize(
    "kept, arguments, names",
    [
        (ALL, ["autograder"], []),
        (ALL[1:], ["autograder"], ["test_a"]),
        (ALL[:2], ["autograder"], ["test_b", "test_c"]),
        (ALL, ["autograder/checks/one/test_first.py::test_a[1]"], ["test_a"]),
        ([], ["autograder"], ["test_a", "test_b", "test_c"]),
    ],
)
def test_what_a_run_leaves_out_is_known(kept, arguments, names):
    """A check, one case of it, or everything."""
    found = left_out(CHECKS, items(*ALL), items(*kept), arguments, ["first", "second"])
    assert [check.name for check, _ in found] == names and all(case.status == "not graded" for _, case in found)


def test_a_problem_without_checks_stays_in_the_total():
    """Its file is missing: it is not graded, and does not vanish."""
    known = next(iter(problems()))
    ((check, case),) = left_out(CHECKS, items(*ALL), items(*ALL), ["autograder"], ["first", "second", known])
    assert check.problem == known and case.status == "not graded" and "no checks" in case.message


def test_a_problem_that_is_not_wanted_is_not_missed():
    """`--problem`, `--part` and the name of a file select whole problems, whose marks are right."""
    assert left_out(CHECKS, items(*ALL), items(*ALL[:3]), ["autograder"], ["first"]) == []
    assert named_problems(
        ["autograder/checks/one/test_second.py", "autograder/checks/one/test_training.py::test_x"], ["first", "second"]
    ) == ["second"]
    assert named_problems(["autograder"], ["first", "second"]) == ["first", "second"]


def test_checks_of_problems_that_nobody_asked_for_are_not_read():
    """All files of the wanted ones are, and one whose name is no problem's, which is then said."""
    wanted, other, *_ = problems()
    run = SimpleNamespace(options=SimpleNamespace(problems=(wanted,)))
    names = [
        f"test_{wanted}.py",
        f"test_{wanted}__more.py",
        f"test_{other}.py",
        f"test_{other}__more.py",
        "test_nobodys.py",
        "services",
    ]
    ignored = [name for name in names if GradingPlugin.pytest_ignore_collect(run, Path(name))]
    assert ignored == names[2:4]


def test_a_selection_of_checks_gives_no_marks(kit):
    """With -k, and with a file of checks left out, perfect work is `not graded`, its points are of all checks, the status is 3."""
    kit.start_grading(
        "selection", "--submission", "class/perfect", "-k", "adds and 3", "--ignore", "autograder/checks/sums/test_ours.py"
    )
    run = kit.finished("selection")
    assert run.status == 3 and "left out" in run.output and "has no checks" in run.output
    assert run.results["max_score"] == 9 and run.results["score"] is None
    problems = run.results["extra_data"]["problems"]
    assert {name: (problem["score"], problem["status"]) for name, problem in problems.items()} == {
        "total": (None, "not graded"),
        "ours": (None, "not graded"),
    }
    assert {test["tags"][1]: test["max_score"] for test in run.results["tests"]} == {
        "test_total_adds": 3.5,
        "test_total_is_exact": 1.75,
        "test_mean_divides": 1.75,
        "checks": 2,
    }


def test_a_problem_is_not_graded_by_one_of_its_files_alone(monkeypatch, tmp_path):
    """Its marks would be those of the checks that were named."""
    known = next(iter(problems()))
    paths = [tmp_path / f"test_{known}.py", tmp_path / f"test_{known}__more.py"]
    monkeypatch.setattr(selection, "files_of_checks", lambda checks, problem: paths)
    one = [SimpleNamespace(path=paths[0], name="test_a")]
    ((check, case),) = left_out({(known, "test_a"): check_named(known, "test_a")}, one, one, [str(paths[0])], [known])
    assert check.problem == known and paths[1].name in check.title and case.status == "not graded"
    both = [*one, SimpleNamespace(path=paths[1], name="test_b")]
    assert left_out({(known, "test_a"): check_named(known, "test_a")}, both, both, ["autograder"], [known]) == []
