"""Promises about what a run makes of a submission: marks and statuses as deserved, and faults of ours never a student's."""

import pytest

WAS_OURS = "Our grader failed here; you lose nothing, and it will be graded again."


def summary(result: dict) -> dict:
    """(score, status) of each problem."""
    return {name: (problem["score"], problem["status"]) for name, problem in result["extra_data"]["problems"].items()}


def messages(result: dict) -> dict[str, str]:
    """What the student reads of each check."""
    return {test["tags"][1]: test["output"] for test in result["tests"]}


def without_times(result: dict) -> dict:
    """A result without what may differ between two gradings."""
    return {key: value for key, value in result.items() if key != "execution_time"}


@pytest.mark.parametrize(
    "name, total, ours",
    [
        ("perfect", (7.0, "passed"), (2.0, "passed")),
        ("wrong", (1.75, "partial"), (0.0, "failed")),
        ("stub", (0.0, "not attempted"), (0.0, "not attempted")),
        ("half", (5.25, "partial"), (0.0, "missing")),
        ("exits", (1.75, "partial"), (2.0, "passed")),
        ("hangs", (1.75, "partial"), (2.0, "passed")),
        ("prints", (7.0, "passed"), (2.0, "passed")),
        ("syntax", (0.0, "failed"), (2.0, "passed")),
        ("only a readme", (0.0, "missing"), (0.0, "missing")),
        ("empty", (0.0, "missing"), (0.0, "missing")),
        ("zz honest after all that", (7.0, "passed"), (2.0, "passed")),
    ],
)
def test_every_submission_gets_the_marks_and_the_status_it_deserves(graded, name, total, ours):
    """Right, wrong, half, unwritten, crashing, hanging, missing: and each problem apart from the others."""
    assert summary(graded[name]) == {"total": total, "ours": ours}
    assert graded[name]["score"] == (total[0] or 0) + (ours[0] or 0) and graded[name]["max_score"] == 9


@pytest.mark.parametrize(
    "name, check, words",
    [
        ("wrong", "test_total_adds", "For 1 number, 3 numbers.\ntotal(x) returned "),
        ("wrong", "test_total_is_exact", "Not run, because it needs: total adds"),
        (
            "half",
            "test_total_adds",
            "For 3 numbers; 1 number passed.\ntotal(<3>) stopped in your total.py, line 2: ValueError: too many",
        ),
        ("half", "test_one_while_our_check_is_broken", "ours.py was not handed in."),
        ("exits", "test_total_adds", "total(<1>) ended the whole program with exit status 0"),
        ("hangs", "test_total_adds", "gave no answer within 1 seconds"),
        ("syntax", "test_mean_divides", "total.py is not valid Python: line 1: SyntaxError"),
        ("stub", "test_mean_divides", "Task 1.1: mean is not written yet"),
        ("stub", "test_total_is_exact", "Task 1.1: total is not written yet"),
        ("only a readme", "test_mean_divides", "total.py was not handed in."),
        (
            "empty",
            "test_mean_divides",
            "empty holds no file that the course asks for; hand in the files you completed.",
        ),
    ],
)
def test_what_the_student_reads_says_what_happened(graded, name, check, words):
    """One message for each check, cases of it folded."""
    assert words in messages(graded[name])[check]


def test_what_a_student_printed_is_for_the_teaching_assistant_and_harmless(graded):
    """Terminal codes are gone; the text stands in no message of a check."""
    notes = graded["prints"]["extra_data"]["for_teaching_assistants"]
    assert notes["total"]["printed"] == "<b>hello</b>\n" and not any(
        "hello" in text for text in messages(graded["prints"]).values()
    )


@pytest.mark.parametrize("name", ["our check breaks once", "our process is killed once"])
def test_a_fault_of_ours_is_tried_again(graded, name):
    """What works at the second try counts as if nothing had happened."""
    assert summary(graded[name]) == {"total": (7.0, "passed"), "ours": (2.0, "passed")}


@pytest.mark.parametrize(
    "name, reason",
    [
        ("our check is broken", "ZeroDivisionError: a check of ours divides by zero"),
        ("our process is killed", "the warm process (died|was ended while it started)"),
    ],
)
def test_a_fault_of_ours_that_stays_is_not_graded(graded, name, reason):
    """No score, no zero: the problem is open, the student loses nothing, the teaching assistant reads why, the rest is graded."""
    import re

    result = graded[name]
    assert summary(result) == {"total": (7.0, "passed"), "ours": (None, "not graded")}
    assert "Not final: something failed on our side" in result["output"] and WAS_OURS in messages(result).values()
    details = result["extra_data"]["for_teaching_assistants"]["ours"]["details"]
    assert re.search(reason, " ".join(details.values())) and not any(re.search(reason, text) for text in messages(result).values())


def test_a_fault_of_our_reader_costs_one_student_nothing_and_the_class_nothing(graded):
    """The submission is not graded; the class goes on. So it is with one that is gone with the disk that it was on."""
    for result in (graded["our reader is broken"], graded["gone"]):
        assert summary(result) == {"total": (None, "not graded"), "ours": (None, "not graded")}
        assert set(messages(result).values()) == {WAS_OURS}


def test_a_class_with_an_open_result_ends_with_status_3(graded):
    """So that a script notices."""
    assert graded["status"] == 3


def test_the_same_seed_gives_the_same_result_again(graded):
    """Two gradings in one session are equal, times aside; the first message of a failure shows the same number."""
    first, second = graded["again"]
    assert without_times(first) == without_times(second)
    assert messages(first) == messages(graded["wrong"]) and first["extra_data"]["seed"] == 5
    assert (
        first["extra_data"]["isolation"].startswith(("full", "reduced: ", "process: ")) and first["extra_data"]["device"] == "cpu"
    )
