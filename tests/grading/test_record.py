"""Promises of the record and its JSON: points add up, one status for each problem, nothing half-written."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course import Problem
from autograder.results import atomic, gradescope
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult, share_points

PROBLEM = Problem("part", "sums", "1.1", "Sums", 10, ("sums.py",), ("total",), "")


def check(*statuses: str, points: float = 5.0, labels: tuple = (), name: str = "test_x") -> CheckResult:
    """A check whose cases ended like this."""
    labels = labels or ("",) * len(statuses)
    cases = [Case(label, status, "" if status == "passed" else f"about {status}") for label, status in zip(labels, statuses)]
    return CheckResult(name, "Title", 1, points, cases)


def result(*problems: ProblemResult) -> SubmissionResult:
    """A record."""
    return SubmissionResult("name", list(problems), 5, "cpu", "full", {"python": "3"}, ["A remark."], 1.23456)


@given(st.integers(1, 1000), st.lists(st.integers(1, 1000), min_size=1, max_size=40))
def test_points_are_shared_without_losing_a_hundredth(points, weights):
    """The shares add up exactly, heavier checks never get less, and equal ones differ by a hundredth at most."""
    shares = share_points(points, weights)
    hundredths = [round(share * 100) for share in shares]
    assert sum(hundredths) == points * 100 and round(sum(shares), 2) == points
    assert all(abs(share * 100 - whole) < 1e-6 for share, whole in zip(shares, hundredths))
    pairs = sorted(zip(weights, hundredths))
    assert all(later[1] >= earlier[1] - (later[0] == earlier[0]) for earlier, later in zip(pairs, pairs[1:]))
    assert all(abs(whole - points * 100 * weight / sum(weights)) < 1 for weight, whole in zip(weights, hundredths))


@given(st.integers(1, 100), st.lists(st.integers(1, 20), min_size=1, max_size=30))
def test_a_problem_that_passed_has_all_its_points(points, weights):
    """However they were shared."""
    problem = Problem("part", "sums", "1.1", "Sums", points, (), (), "")
    found = ProblemResult(problem, [check("passed", points=share) for share in share_points(points, weights)])
    assert found.score == found.max_score == points and found.status == "passed" and result(found).score == points


@pytest.mark.parametrize(
    "statuses, status",
    [
        (["passed"], "passed"),
        (["passed", "failed"], "failed"),
        (["timed out", "failed"], "timed out"),
        (["failed", "not graded"], "not graded"),
        (["passed", "not graded"], "not graded"),
        ([], "not graded"),
        (["not run"], "not run"),
        (["missing"], "missing"),
    ],
)
def test_a_check_passes_only_when_every_case_does(statuses, status):
    """A fault of ours in one case leaves the whole check open; otherwise the first case that did not pass names it."""
    found = check(*statuses)
    part = 2.5 if statuses == ["passed", "failed"] else 0.0
    assert found.status == status and found.score == (5.0 if status == "passed" else part)


@given(st.integers(1, 1000), st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=20))
def test_each_case_gives_its_share_and_no_hundredth_is_lost(hundredths, cases):
    """What is reached and what is lost add up, by the weight of each case."""

    def found(right):
        ends = [Case("", "passed" if passed is right else "failed", weight=weight) for weight, passed in cases]
        return CheckResult("test_x", "Title", 1, hundredths / 100, ends)

    score, most, total = found(True).score, found(True).max_score, sum(weight for weight, _ in cases)
    assert round(100 * (score + found(False).score)) == hundredths
    reached = sum(weight for weight, passed in cases if passed)
    assert abs(score - most * reached / total) < 0.01 * len(cases)


@pytest.mark.parametrize(
    "checks, status, score",
    [
        (["passed", "passed"], "passed", 10),
        (["passed", "failed"], "partial", 5),
        (["failed", "not run"], "failed", 0),
        (["not attempted", "not attempted"], "not attempted", 0),
        (["missing"], "missing", 0),
        (["crashed", "not run"], "crashed", 0),
        (["timed out", "failed"], "timed out", 0),
        (["not run"], "failed", 0),
        (["passed", "not graded"], "not graded", 5),
        (["failed", "not graded"], "not graded", 0),
        ([], "not graded", 0),
    ],
)
def test_a_problem_has_one_of_the_eight_statuses(checks, status, score):
    """Ours first, then partial, then what came first."""
    found = ProblemResult(PROBLEM, [check(one) for one in checks])
    assert (found.status, found.score) == (status, score)
    shown = gradescope.as_json(result(found))["extra_data"]["problems"]["sums"]
    assert shown == {"score": None if status == "not graded" else score, "max_score": 10.0, "status": status}


def test_cases_are_folded_into_one_message():
    """Which cases failed and which passed comes first, then the first failure; what is missing is missing for all."""
    labels = ("stride 1", "stride 2", "stride 3")
    assert check("passed", "failed", "failed", labels=labels).message == "For stride 2, stride 3; stride 1 passed.\nabout failed"
    assert check("missing", "missing", "missing", labels=labels).message == "about missing"
    assert check("passed", "passed", "passed", labels=labels).message == "" and check("failed").message == "about failed"


def test_the_json_is_gradescopes():
    """Every test with its number, name, score, status, output, visibility and tags; problems, seed and the rest beside."""
    found = json.loads(gradescope.text(result(ProblemResult(PROBLEM, [check("passed"), check("failed")], printed="hello"))))
    assert (found["score"], found["max_score"], found["execution_time"], found["output"]) == (
        5.0,
        10.0,
        1.235,
        "A remark.",
    )
    assert found["tests"][1] == {
        "number": "1.1",
        "name": "Sums: Title",
        "score": 0.0,
        "max_score": 5.0,
        "status": "failed",
        "output": "about failed",
        "visibility": "visible",
        "tags": ["sums", "test_x", "failed"],
    }
    assert found["extra_data"]["for_teaching_assistants"] == {"sums": {"printed": "hello"}}


def test_a_full_disk_leaves_the_earlier_result_as_it_was(tmp_path, monkeypatch):
    """Neither half a file nor a scratch file."""
    path = tmp_path / "r.json"
    atomic.write_atomically(path, "earlier")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        atomic.write_atomically(path, "later")
    assert path.read_text() == "earlier" and os.listdir(tmp_path) == ["r.json"]


def test_a_device_is_written_to_and_not_replaced(tmp_path):
    """`--results /dev/stdout` is a wish to see it, not to lose the device."""
    link = tmp_path / "out"
    link.symlink_to("/dev/null")
    atomic.write_atomically(link, "text")
    assert link.is_symlink() and os.listdir(tmp_path) == ["out"]
