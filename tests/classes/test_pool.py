"""Graders that die are replaced, and nobody pays for it."""

import pytest
from fake_grader import FULL
from autograder.classes.pool import Pool
from autograder.course import problems
from autograder.grading.options import Options

from autograder.classes.unit import PoolFault


@pytest.fixture(autouse=True)
def _fake(fake_graders):
    """No test here needs torch."""


def test_a_grader_that_dies_once_costs_nothing(make_class, run_class):
    """The submission is graded again in a fresh process."""
    rows = run_class(make_class(ann="score all", bob="die once\nscore all", cy="score 3"))
    assert [(row.student, row.score, row.graded) for row in rows] == [
        ("ann", FULL, True),
        ("bob", FULL, True),
        ("cy", 3.0, True),
    ]


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_submission_that_kills_its_grader_twice_is_open_and_not_zero(make_class, run_class, tmp_path, jobs):
    """It is not graded, said so everywhere, and everybody else is graded."""
    rows = run_class(make_class(ann="score all", bob="die", cy="die", dee="score 3"), jobs=jobs)
    assert [row.graded for row in rows] == [True, False, False, True]
    table = (tmp_path / "out" / "grades.csv").read_text().splitlines()
    assert table[2] == "bob,,,,not graded: everything"
    assert rows[1].problems["softmax"] == (None, FULL, "not graded") and not rows[1].result.graded
    assert "I was told to die" in rows[1].remarks[-1]


def test_graders_that_cannot_start_stop_the_run(make_class, run_class, monkeypatch):
    """One sentence instead of a class of submissions that are not graded."""
    monkeypatch.setenv("FAKE_START", "refuse")
    with pytest.raises(PoolFault, match="no sandbox on this machine"):
        run_class(make_class(ann="score all"))


def test_a_grader_that_hangs_is_stopped(make_class, run_class, monkeypatch):
    """It counts as dead."""
    monkeypatch.setattr("autograder.classes.pool.Pool.longest_s", lambda pool: 2.0)
    monkeypatch.setattr("autograder.classes.pool.TICK_S", 0.1)
    rows = run_class(make_class(ann="score all", bob="sleep 100"))
    assert [row.graded for row in rows] == [True, False]


def test_a_grader_that_works_on_may_take_as_long_as_it_needs(make_class, run_class, monkeypatch):
    """Every check is a sign of life, and only its absence is waited for: minutes at most, not hours for a class of many problems."""
    monkeypatch.setattr("autograder.classes.pool.Pool.longest_s", lambda pool: 2.0)
    monkeypatch.setattr("autograder.classes.pool.TICK_S", 0.1)
    assert [row.graded for row in run_class(make_class(ann="work 3\nscore all"))] == [True]


def test_a_grader_that_hangs_is_ended_within_minutes(tmp_path):
    """By what its limits allow one check, not by the sum of all that all problems may take."""
    assert Pool(Options(tmp_path, tuple(problems()), "cpu", 1), 1).longest_s() <= 15 * 60


def test_graders_work_side_by_side(make_class, run_class):
    """Four submissions that each wait for the other three are all graded by four graders."""
    rows = run_class(make_class(**{f"s{number}": "meet 4\nscore 1" for number in range(4)}), jobs=4)
    assert [row.score for row in rows] == [1, 1, 1, 1]
