"""Promises of the command `pytest autograder`: its exit status, its files, and one sentence when it cannot do what was asked."""

import json
import os
import signal
import stat
import time

import pytest


@pytest.fixture(scope="module")
def runs(kit):
    """Every run of the command that this file looks at, started two by two."""
    pretender = kit.root / "bin" / "bwrap"
    kit.write("bin/bwrap", "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    pretender.chmod(pretender.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    path = f"{kit.root / 'bin'}:{os.environ['PATH']}"
    kit.start_grading("full marks", "--seed", "5", "--feedback", "page.html")
    kit.start_grading("points lost", "--submission", "class/wrong", "--seed", "5")
    kit.finished("full marks"), kit.finished("points lost")
    kit.start_grading("not graded", "--submission", "class/our check is broken", "--problem", "ours")
    kit.start_grading("weaker", "--submission", "class/perfect", "--problem", "ours", PATH=path)
    kit.finished("not graded"), kit.finished("weaker")
    kit.start_grading("required", "--isolation", "require", PATH=path)
    kit.start_grading("nowhere", "--submission", "nowhere")
    return kit


def wait_until(condition, seconds: float) -> bool:
    """Whether something becomes true in time."""
    last = time.monotonic() + seconds
    while not condition() and time.monotonic() < last:
        time.sleep(0.05)
    return bool(condition())


def no_traceback(output: str) -> bool:
    """Whether the output is for people."""
    return "Traceback" not in output and "INTERNALERROR" not in output and "Error\n" not in output


def test_full_marks_end_with_0_and_write_what_was_asked_for(runs):
    """Without a submission the solutions are graded; result and feedback page are there, the page says the score."""
    run = runs.finished("full marks")
    assert run.status == 0 and run.results["score"] == run.results["max_score"] == 9 and no_traceback(run.output)
    assert (runs.root / "page.html").read_text().startswith("<!DOCTYPE html>") and "9 of 9" in run.output
    assert set(run.results) == {"score", "max_score", "execution_time", "output", "tests", "extra_data"}
    assert {"problems", "seed", "device", "isolation", "versions"} <= set(run.results["extra_data"])
    assert sorted(path.name for path in runs.root.iterdir() if path.name.startswith(".")) == []  # no half-written file


def test_lost_points_end_with_1_and_the_same_numbers_as_in_a_class(runs, graded):
    """The same seed gives the same file, whether a submission is graded alone or among others."""
    run = runs.finished("points lost")
    assert run.status == 1 and no_traceback(run.output)
    alone, among = (
        {key: value for key, value in result.items() if key != "execution_time"} for result in (run.results, graded["wrong"])
    )
    assert json.dumps(alone, sort_keys=True) == json.dumps(among, sort_keys=True)


def test_a_check_that_is_not_run_disturbs_none_after_it(runs):
    """The last check of the first problem is not run; the next problem is set up at the first try."""
    run = runs.finished("points lost")
    assert " 4 failed, 1 passed in" in run.output.strip().splitlines()[-1]


def test_a_fault_of_ours_ends_with_3_and_says_where_it_is_to_staff_only(runs):
    """`--problem` takes one problem; its result is open; the terminal names the line of our check, the student's page does not."""
    run = runs.finished("not graded")
    assert run.status == 3 and list(run.results["extra_data"]["problems"]) == ["ours"] and no_traceback(run.output)
    page, _, staff = run.output.partition("For staff")
    assert "Our grader failed here; you lose nothing" in page and "ZeroDivisionError" not in page
    check = (runs.root / "autograder" / "checks" / "sums" / "test_ours.py").read_text().splitlines()
    line = next(number for number, text in enumerate(check, 1) if "raise ZeroDivisionError" in text)
    assert "ours, test_one_while_our_check_is_broken:" in staff
    assert f"autograder/checks/sums/test_ours.py:{line}: ZeroDivisionError: a check of ours divides by zero" in " ".join(
        staff.split()
    )
    assert "ZeroDivisionError" not in str(run.results["tests"])


def test_a_machine_without_namespaces_grades_and_says_so_loudly(runs):
    """Where bubblewrap does not work, the result and the page carry the weaker level and its reason."""
    run = runs.finished("weaker")
    if run.results and run.results["extra_data"]["isolation"].startswith("process"):
        pytest.skip("this kernel has no Landlock or no seccomp")
    said = run.results["extra_data"]["isolation"]
    assert run.status == 0 and said.startswith("reduced: no namespaces") and "ermission" in said  # the reason bubblewrap gave
    assert "reduced" in run.output and f"Isolation of the student's code: {said}" in run.results["output"]


def test_required_isolation_is_refused_in_one_sentence(runs):
    """Nothing is graded with less, and no results file is written."""
    run = runs.finished("required")
    assert run.status in (3, 4) and run.results is None and no_traceback(run.output)
    assert "full isolation was required, but" in run.output


def test_a_path_that_is_not_there_is_one_sentence_and_status_4(runs):
    """As every wrong option is."""
    run = runs.finished("nowhere")
    assert run.status == 4 and run.results is None and no_traceback(run.output)
    assert (
        run.output.strip().splitlines()[-1]
        == "ERROR: --submission nowhere: there is no such file or folder; give the path of a submission."
    )


def test_ctrl_c_ends_everything_at_once_and_leaves_no_result(runs):
    """A run that is interrupted in an endless loop ends with pytest's status 2, without a process or a half result."""
    process = runs.start_grading("interrupted", "--submission", "class/hangs", "--problem", "total")
    children = f"/proc/{process.pid}/task/{process.pid}/children"

    def tree(pid: int) -> list[int]:
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as file:
                below = [int(word) for word in file.read().split()]
        except OSError:
            return []
        return below + [other for child in below for other in tree(child)]

    if not os.path.exists(children):
        pytest.skip("this kernel does not list the children of a process")

    def busy() -> bool:
        """Whether a child of the warm process computes."""
        for pid in tree(process.pid):
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
            if fields[0] == "R" and int(fields[11]) > 20 and len(tree(process.pid)) >= 3:
                return True
        return False

    wait_until(busy, 40)
    below = tree(process.pid)
    os.kill(process.pid, signal.SIGINT)
    run = runs.finished("interrupted")
    assert run.status == 2 and run.results is None and "Traceback" not in run.output and "INTERNALERROR" not in run.output
    assert below and wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in below), 5)


def test_a_mistake_in_the_course_is_one_sentence(runs):
    """For the course's author: file, cause and remedy instead of a traceback."""
    part = runs.root / "solutions" / "sums" / "part.toml"
    honest = part.read_text()
    for run in runs.started.values():
        run.wait()
    part.write_text(honest.replace("points = 7", "points = 0"))
    try:
        runs.start_grading("course")
        run = runs.finished("course")
    finally:
        part.write_text(honest)
    assert run.status == 4 and no_traceback(run.output)
    assert "ERROR: solutions/sums/part.toml: problem total has 0 points; give it at least 1 or remove it." in run.output
